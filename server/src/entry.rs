//! A request to change something, stamped and ready to be ordered.

use maru_shared::{DraftId, Event, Member, MemberId, MessageBody, Name, Refusal, Room, RoomId, Timestamp};

use crate::secret::SecretHash;

/// A command stamped with its time and its actor. Whatever [`crate::store::Store::apply`] needs to decide is in
/// here or in the store: it reads no clock and draws no random number.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it was taken in.
    pub at: Timestamp,
    /// Who asks. For [`Change::SignIn`], who they will be.
    pub actor: MemberId,
    /// What for.
    pub change: Change,
}

impl Entry {
    /// About how many bytes a listener gets of its event.
    pub fn event_bytes(&self) -> usize {
        /// What is around the text: three ids, a name and the words between them.
        const AROUND: usize = 256;
        match &self.change {
            Change::Post { body, .. } => AROUND + body.as_str().len(),
            _ => AROUND,
        }
    }
}

/// What an entry asks to be changed.
#[derive(Clone, Debug)]
pub enum Change {
    /// A guest comes in.
    SignIn {
        /// What they want to be called.
        name: Name,
        /// The hash of the secret by which a repeat is known; none for a plain guest, who cannot repeat.
        draft: Option<SecretHash>,
        /// The hash of the new session's token; none for a plain guest, who has no session.
        session: Option<SecretHash>,
    },
    /// A session ends.
    SignOut {
        /// Which.
        session: SecretHash,
    },
    /// A public room is made.
    MakeRoom {
        /// Its id, if it is new.
        room: RoomId,
        /// What its maker's client calls it.
        draft: DraftId,
        /// What it is to be called.
        name: Name,
    },
    /// Somebody becomes a member of a room.
    Join {
        /// Which.
        room: RoomId,
    },
    /// Somebody writes.
    Post {
        /// Where.
        room: RoomId,
        /// What their client calls it.
        draft: DraftId,
        /// What.
        body: MessageBody,
    },
}

/// What came of an entry.
#[derive(Debug)]
pub struct Outcome {
    /// What happened, in order: to be delivered to whoever listens.
    pub events: Vec<Event>,
    /// What the asker is told.
    pub answer: Result<Answer, Refusal>,
}

/// What the asker of an accepted entry is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They are this member now.
    SignedIn(Member),
    /// The session is over.
    SignedOut,
    /// The room is there.
    Made(Room),
    /// They are a member of the room.
    Joined(Room),
    /// The message is there; its event tells so.
    Posted,
    /// The message was there already: this is its event.
    PostedBefore(Event),
}

impl Outcome {
    /// Nothing will be done.
    pub fn refused(why: Refusal) -> Self {
        Self { events: Vec::new(), answer: Err(why) }
    }

    /// Nothing had to be done.
    pub fn unchanged(answer: Answer) -> Self {
        Self { events: Vec::new(), answer: Ok(answer) }
    }

    /// This happened.
    pub fn accepted(answer: Answer, event: Event) -> Self {
        Self { events: vec![event], answer: Ok(answer) }
    }
}
