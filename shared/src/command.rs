//! What a client asks for over the socket.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DraftId, Epoch, FileId, RoomId, Seq};

/// What a client asks for over the socket. The first on every connection is [`Command::Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Begins the connection: answered with `welcome`, then with what was missed in each joined room.
    Hello(Hello),
    /// Sends a message. Answered by its own event coming back, or by `refused`.
    Post(Post),
    /// Says that something is being written in a room: told to its other listeners, not stored.
    Typing {
        /// Where.
        room: RoomId,
    },
    /// Says up to where a room is read. What is said of an earlier position than before is passed over; the same again is
    /// answered by `marked`, and so asks how much is unread.
    Read {
        /// Which room.
        room: RoomId,
        /// Up to which position.
        seq: Seq,
    },
    /// Says from where on a room is not read, though it was.
    Unread {
        /// Which room.
        room: RoomId,
        /// From which position on.
        seq: Seq,
    },
    /// Says whether nobody has been at this client for a while.
    Away(bool),
    /// Asks for a `pong`, to see that the line is alive.
    Ping,
}

/// What a client has already, so that it gets only what it missed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The epoch of the history that `resume` speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// For each room the seq up to which the client has every event since it last was given a page.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resume: BTreeMap<RoomId, Seq>,
    /// The number of the last change of a name that the client was told of. Without it names in what is held may be old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<u64>,
}

/// A draft, ready to become a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Where it goes.
    pub room: RoomId,
    /// What the client calls it; a repeat, however late, gives the first one's event.
    pub draft: DraftId,
    /// What it says; checked as [`crate::MessageBody`] is. It may be empty where there are files.
    pub text: String,
    /// The position of the message in the room that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Seq>,
    /// What comes with it: files that its author sent up, and that came with no other message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

impl Post {
    /// A draft that says only this.
    pub fn new(room: RoomId, draft: DraftId, text: impl Into<String>) -> Self {
        Self { room, draft, text: text.into(), reply: None, files: Vec::new() }
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Post({:?} to {:?}, {} bytes)", self.draft, self.room, self.text.len())
    }
}
