//! What the server states.

use serde::{Deserialize, Serialize};

use crate::{
    DraftId, Epoch, Member, MemberId, Name, Note, Role, Room, RoomId, Seq, Timestamp,
    room::RoomSummary,
    text::{NameError, NoteError, PasswordError},
};

/// What happened in a room, in its order, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Where.
    pub room: RoomId,
    /// Its position in the room.
    pub seq: Seq,
    /// When the server took it in.
    pub at: Timestamp,
    /// Who did it.
    pub by: Member,
    /// What they did.
    pub what: Happening,
}

impl Event {
    /// Names a member as they are called by now.
    pub fn call(&mut self, member: &Member) {
        self.by.call(member);
        if let Happening::LetIn { member: whom } | Happening::Kicked { member: whom, .. } = &mut self.what {
            whom.call(member);
        }
    }
}

/// What somebody did in a room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// Made the room: the first event of every public and private room but the lobby.
    Made {
        /// What they called it.
        name: Name,
    },
    /// Began a direct room: its first event.
    Opened,
    /// Came into the room.
    Joined,
    /// Let somebody into the room.
    LetIn {
        /// Whom.
        member: Member,
    },
    /// Went out of the room.
    Left,
    /// Took somebody out of the room.
    Kicked {
        /// Whom.
        member: Member,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "Note::is_empty")]
        reason: Note,
    },
    /// Gave the room another name.
    Renamed {
        /// Which.
        name: Name,
    },
    /// Said what the room is about.
    Described {
        /// What; may be empty.
        topic: Note,
    },
    /// Made the room one that is only read.
    Archived,
    /// Made an archived room one that is written again.
    Restored,
    /// Deleted a message.
    Deleted {
        /// The position of the message.
        message: Seq,
    },
    /// Wrote a message.
    Posted {
        /// What the author's client called it.
        draft: DraftId,
        /// What it says.
        text: String,
    },
    /// Wrote a message that was deleted since: nobody is told any more what it said.
    Gone {
        /// What the author's client called it.
        draft: DraftId,
    },
}

impl Happening {
    /// The draft that became a message here, if one did.
    pub fn draft(&self) -> Option<DraftId> {
        match self {
            Self::Posted { draft, .. } | Self::Gone { draft } => Some(*draft),
            _ => None,
        }
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl std::fmt::Debug for Happening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made { name } => write!(f, "Made({name:?})"),
            Self::Opened => f.write_str("Opened"),
            Self::Joined => f.write_str("Joined"),
            Self::LetIn { member } => write!(f, "LetIn({member:?})"),
            Self::Left => f.write_str("Left"),
            Self::Kicked { member, reason } => write!(f, "Kicked({member:?}, {reason:?})"),
            Self::Renamed { name } => write!(f, "Renamed({name:?})"),
            Self::Described { topic } => write!(f, "Described({topic:?})"),
            Self::Archived => f.write_str("Archived"),
            Self::Restored => f.write_str("Restored"),
            Self::Deleted { message } => write!(f, "Deleted({message:?})"),
            Self::Posted { draft, text } => write!(f, "Posted({draft:?}, {} bytes)", text.len()),
            Self::Gone { draft } => write!(f, "Gone({draft:?})"),
        }
    }
}

/// Everything that the server says on a socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The answer to `hello`: who one is, and where.
    Welcome(Welcome),
    /// A room, begun anew: whatever the client had of it is void, and its newest events follow.
    Reset(Reset),
    /// From here on, events of this room arrive as they happen: all up to `head` has been told.
    CaughtUp {
        /// Which room.
        room: RoomId,
        /// The position up to which the client has now everything.
        head: Seq,
    },
    /// Something happened in a room.
    Event(Event),
    /// Something was asked for and will not be done.
    Refused(Refused),
    /// Somebody is writing. A whisper: neither ordered nor stored; gone after five seconds of silence.
    Typing {
        /// Where.
        room: RoomId,
        /// Who.
        by: Member,
    },
    /// Who came and who left, since the last of these. A whisper: neither ordered nor stored.
    Presence {
        /// Members with a connection now.
        here: Vec<Member>,
        /// Members without one any more.
        gone: Vec<MemberId>,
    },
    /// A public room was made, or is another than it was. A whisper: neither ordered nor stored, and `joined` says
    /// nothing.
    Listed(RoomSummary),
    /// A room that one was in or could have joined was deleted, with all that was in it.
    RoomGone {
        /// Which.
        room: RoomId,
    },
    /// A member is called otherwise from now on, wherever they are named: in what happened before, too.
    Called {
        /// Its place in the order of all such changes in this Maru: larger than that of the one before.
        number: u64,
        /// Who, and how they are called.
        member: Member,
    },
    /// One is another in this Maru than one was.
    You(Standing),
    /// The answer to `ping`.
    Pong,
}

/// Who one is, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who one is.
    pub you: Member,
    /// What one is in this Maru.
    pub standing: Standing,
    /// Which history the server holds.
    pub epoch: Epoch,
    /// The server's clock, now.
    pub now: Timestamp,
    /// The rooms that one has joined, each with its newest position, oldest membership first.
    pub rooms: Vec<JoinedRoom>,
    /// Members who have a connection now, oneself first; notices of presence right behind name more.
    pub here: Vec<Member>,
    /// Up to which change of a name the client knows them: those after it follow, as `called`.
    pub names: u64,
    /// What the server takes.
    pub limits: Limits,
}

/// What a member is in this Maru.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What one may do.
    pub role: Role,
    /// Whether one has a password.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_password: bool,
    /// Until when one cannot post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
}

/// A room that one has joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedRoom {
    /// The room.
    pub room: Room,
    /// The position of its newest event.
    pub head: Seq,
}

/// What the server takes from a client; beyond it, it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The most characters (Unicode scalar values) in one message.
    pub message_chars: u32,
}

/// A room, begun anew: whatever the client had of it is void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The room.
    pub room: Room,
    /// The position behind which it begins now. The events from there on follow, one notice each, up to
    /// `caught_up`; earlier ones are pages of the history.
    pub after: Seq,
}

/// Something was asked for and will not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which draft, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftId>,
    /// Why.
    pub why: Refusal,
}

/// Why something will not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The message has nothing in it that could be seen.
    #[error("a message needs at least one visible character")]
    Empty,
    /// The message has too many characters.
    #[error("a message has at most {max} characters")]
    TooLong {
        /// How many it may have.
        max: u32,
    },
    /// One member sends more than is allowed. The same will be taken later.
    #[error("too fast: try again in {retry_after_ms} ms")]
    TooFast {
        /// When to try again, in milliseconds from now.
        retry_after_ms: u32,
    },
    /// There is no such room, or none that one may see.
    #[error("there is no such room")]
    NoSuchRoom,
    /// There is no such member.
    #[error("there is no such member")]
    NoSuchMember,
    /// There is no such message (any more).
    #[error("there is no such message")]
    NoSuchMessage,
    /// One has not joined the room.
    #[error("join the room first")]
    NotJoined,
    /// The room is only read any more.
    #[error("the room is archived")]
    Archived,
    /// One cannot post for a while.
    #[error("you are muted")]
    Muted {
        /// Until when.
        until: Timestamp,
    },
    /// One is kept out of this Maru.
    #[error("you are banned")]
    Banned,
    /// Another member or room is called so, or so alike that people would mistake them.
    #[error("this name is taken")]
    NameTaken,
    /// What was typed is no name.
    #[error("{0}")]
    BadName(NameError),
    /// What was typed is no topic or reason.
    #[error("{0}")]
    BadNote(NoteError),
    /// There is no such session (any more): sign in.
    #[error("sign in first")]
    SignedOut,
    /// This Maru lets nobody in without an account or an invitation.
    #[error("this Maru is entered by invitation")]
    InviteOnly,
    /// The name or the password is another: which of them is not said.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// The passkey is not known, or was not asked for in the last minutes.
    #[error("this passkey is not known here")]
    BadPasskey,
    /// What was typed is taken for no password.
    #[error("{0}")]
    BadPassword(PasswordError),
    /// The link is spent, too old, revoked, or never was one.
    #[error("this link is not valid (any more)")]
    BadLink,
    /// One's role does not allow it.
    #[error("this is for others to do")]
    NotAllowed,
    /// The request cannot be read: it is not what `docs/protocol.md` says.
    #[error("the request cannot be read")]
    Malformed,
    /// The request came from a page of another site.
    #[error("requests from other sites are not taken")]
    ForeignOrigin,
    /// The server cannot write now (a full disk, say). Nothing was done; the same may be taken later.
    #[error("the server cannot store anything now: try again in {retry_after_ms} ms")]
    Unavailable {
        /// When to try again, in milliseconds from now.
        retry_after_ms: u32,
    },
}

impl Refusal {
    /// After how many milliseconds the very same request may be taken; `None` when it never will be.
    pub const fn retry_after_ms(self) -> Option<u32> {
        match self {
            Self::TooFast { retry_after_ms } | Self::Unavailable { retry_after_ms } => Some(retry_after_ms),
            _ => None,
        }
    }
}
