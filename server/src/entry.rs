//! A request to change something, stamped and ready to be ordered.

use maru_shared::{
    DraftId, Event, InvitationId, Member, MemberId, MessageBody, Name, Refusal, Role, Room, RoomId,
    SessionId, Timestamp,
};

use crate::secret::{PasswordHash, SecretHash};

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
        /// The new session; none for a plain guest.
        session: Option<Box<NewSession>>,
    },
    /// A member comes in whose password was right.
    SignInAgain {
        /// What the password was compared with: it must still be the account's.
        verified: PasswordHash,
        /// The new session.
        session: Box<NewSession>,
    },
    /// A session was used.
    UseSession {
        /// Which.
        session: SecretHash,
    },
    /// A session ends, and the sign-in by which it began cannot be repeated.
    SignOut {
        /// Which.
        session: SecretHash,
    },
    /// One of the actor's sessions ends.
    EndSession {
        /// Which.
        session: SessionId,
    },
    /// The actor's sessions end but for one.
    EndOtherSessions {
        /// Which stays.
        keep: SecretHash,
    },
    /// The actor's password is another from now on.
    SetPassword {
        /// What the password until now was compared with, where there is one: it must still be the account's.
        verified: Option<PasswordHash>,
        /// The new one.
        password: PasswordHash,
        /// The session that stays.
        keep: SecretHash,
    },
    /// A link is made.
    MakeLink {
        /// The hash of its secret.
        secret: SecretHash,
        /// What it is for.
        purpose: Purpose,
        /// Until when it is good.
        expires_at: Timestamp,
        /// How often.
        uses: u32,
    },
    /// An invitation is good no more.
    RevokeInvitation {
        /// Which.
        invitation: InvitationId,
    },
    /// Somebody does what a link is for.
    AcceptLink(Box<Acceptance>),
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

/// What somebody brings who does what a link is for.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The hash of the link's secret.
    pub secret: SecretHash,
    /// Who: the actor, or somebody new of whom the actor's id is to be the id.
    pub newcomer: Option<Newcomer>,
    /// The account's password from now on.
    pub password: Option<PasswordHash>,
    /// The session in which the actor asks; their others end when they become more than they were.
    pub keep: Option<SecretHash>,
    /// The new session; not for the actor who becomes more than they were, whose session stays.
    pub session: NewSession,
}

/// A session that is to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The hash of its token.
    pub token: SecretHash,
    /// What it is called in the list of sessions.
    pub id: SessionId,
    /// What the browser says that it is.
    pub device: String,
}

/// Somebody who comes in for the first time.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// What they want to be called.
    pub name: Name,
    /// The hash of the secret by which a repeat is known.
    pub draft: SecretHash,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To become the owner of a Maru that has none.
    Own,
    /// To come in.
    Invite {
        /// What the invitation is called.
        id: InvitationId,
        /// What those who come in will be.
        role: Role,
    },
    /// To set another password.
    Reset {
        /// Whose.
        member: MemberId,
    },
}

/// The actor of what is asked on the machine itself: who may read the data directory may do all that an owner may.
pub const OPERATOR: MemberId = MemberId::from_u128(0);

/// What came of an entry.
#[derive(Debug)]
pub struct Outcome {
    /// What happened, in order: to be delivered to whoever listens.
    pub events: Vec<Event>,
    /// The sessions that are over, and whose they were: their sockets are to be closed.
    pub ended: Vec<(MemberId, SecretHash)>,
    /// What the asker is told.
    pub answer: Result<Answer, Refusal>,
}

/// What the asker of an accepted entry is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They are this member now.
    SignedIn(Member),
    /// It is so now.
    Done,
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
        Self { events: Vec::new(), ended: Vec::new(), answer: Err(why) }
    }

    /// Nothing had to be done.
    pub fn unchanged(answer: Answer) -> Self {
        Self { events: Vec::new(), ended: Vec::new(), answer: Ok(answer) }
    }

    /// This happened.
    pub fn accepted(answer: Answer, event: Event) -> Self {
        Self { events: vec![event], ended: Vec::new(), answer: Ok(answer) }
    }

    /// And these sessions are over.
    #[must_use]
    pub fn ending(self, ended: Vec<(MemberId, SecretHash)>) -> Self {
        Self { ended, ..self }
    }
}
