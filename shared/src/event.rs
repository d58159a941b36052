//! What the server states.

use serde::{Deserialize, Serialize};

use crate::{
    DraftId, Emoji, Epoch, Mark, Member, MemberId, Message, Name, Note, Role, Room, RoomId, Seq, Timestamp,
    message::{Mention, Quote},
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
        match &mut self.what {
            Happening::LetIn { member: whom } | Happening::Kicked { member: whom, .. } => whom.call(member),
            Happening::Posted(message) => message.call(member),
            _ => {}
        }
    }

    /// Does to an earlier event of the room what this one did to it: whoever holds both applies this in their order. What is in
    /// a message already is not done to it again. `me` is oneself.
    pub fn happen_to(&self, earlier: &mut Self, me: MemberId) {
        let Some(about) = self.what.about() else { return };
        let is_it = earlier.seq == about;
        let Happening::Posted(message) = &mut earlier.what else { return };
        if self.seq <= message.upto {
            return;
        }
        if let Some(quote) = message.reply.as_mut().filter(|quote| quote.message == about) {
            match &self.what {
                Happening::Deleted { .. } => quote.text = None,
                Happening::Edited { text: Some(text), .. } => quote.text = Some(Quote::cut(text)),
                _ => {}
            }
        }
        if !is_it {
            return;
        }
        message.upto = self.seq;
        let mine = self.by.id == me;
        match &self.what {
            Happening::Deleted { .. } => earlier.what = Happening::Gone { draft: message.draft },
            Happening::Edited { text: Some(text), mentions, .. } => {
                message.text.clone_from(text);
                message.mentions.clone_from(mentions);
                message.edited = Some(self.at);
            }
            Happening::Reacted { emoji, .. } => message.react(emoji, &self.by, mine),
            Happening::Unreacted { emoji, .. } => message.unreact(emoji, self.by.id, mine),
            Happening::Pinned { .. } => message.pinned = true,
            Happening::Unpinned { .. } => message.pinned = false,
            _ => {}
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
    Posted(Message),
    /// Wrote a message that was deleted since: nobody is told any more what it said.
    Gone {
        /// What the author's client called it.
        draft: DraftId,
    },
    /// Wrote a message of theirs anew.
    Edited {
        /// The position of the message.
        message: Seq,
        /// What it says now; nothing when it was edited again or deleted since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Whom it names now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<Mention>,
    },
    /// Reacted to a message.
    Reacted {
        /// The position of the message.
        message: Seq,
        /// How.
        emoji: Emoji,
    },
    /// Took a reaction back.
    Unreacted {
        /// The position of the message.
        message: Seq,
        /// Which.
        emoji: Emoji,
    },
    /// Pinned a message.
    Pinned {
        /// The position of the message.
        message: Seq,
    },
    /// Took a message from what is pinned.
    Unpinned {
        /// The position of the message.
        message: Seq,
    },
}

impl Happening {
    /// The position of the earlier message that this happened to, if it happened to one.
    pub const fn about(&self) -> Option<Seq> {
        match self {
            Self::Deleted { message }
            | Self::Edited { message, .. }
            | Self::Reacted { message, .. }
            | Self::Unreacted { message, .. }
            | Self::Pinned { message }
            | Self::Unpinned { message } => Some(*message),
            _ => None,
        }
    }

    /// The draft that became a message here, if one did.
    pub fn draft(&self) -> Option<DraftId> {
        match self {
            Self::Posted(Message { draft, .. }) | Self::Gone { draft } => Some(*draft),
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
            Self::Posted(message) => write!(f, "Posted({message:?})"),
            Self::Gone { draft } => write!(f, "Gone({draft:?})"),
            Self::Edited { message, text, .. } => {
                write!(f, "Edited({message:?}, {:?} bytes)", text.as_ref().map(String::len))
            }
            Self::Reacted { message, emoji } => write!(f, "Reacted({message:?}, {emoji})"),
            Self::Unreacted { message, emoji } => write!(f, "Unreacted({message:?}, {emoji})"),
            Self::Pinned { message } => write!(f, "Pinned({message:?})"),
            Self::Unpinned { message } => write!(f, "Unpinned({message:?})"),
        }
    }
}

/// In rooms of more members than this nobody is told who has read up to where.
pub const READERS_TOLD: usize = 50;

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
        /// Members of whom nobody has been at any of their clients for a while. Who is back is among those here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        away: Vec<MemberId>,
    },
    /// What one has read of a room, or wants to be told of it, is another than it was.
    Marked {
        /// Which room.
        room: RoomId,
        /// What it is now.
        mark: Mark,
    },
    /// Somebody has read a room up to here; told in rooms of at most [`READERS_TOLD`] members. A whisper: what it says now
    /// is asked for.
    ReadBy {
        /// Which room.
        room: RoomId,
        /// Who.
        member: MemberId,
        /// Up to which position.
        seq: Seq,
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
    /// Those of them of whom nobody has been at any of their clients for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<MemberId>,
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
    /// What one has read of it, and what one wants to be told.
    #[serde(default)]
    pub mark: Mark,
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
    /// There is no such file (any more), it is not whole yet, or it came with another message.
    #[error("there is no such file")]
    NoSuchFile,
    /// What was chosen is no emoji.
    #[error("this is no emoji")]
    BadEmoji,
    /// There are as many as there may be, of reactions to a message, pinned messages, files of a message ...
    #[error("at most {max} of them")]
    TooMany {
        /// How many there may be.
        max: u32,
    },
    /// The file is larger than one may be.
    #[error("a file has at most {max} bytes")]
    FileTooLarge {
        /// How many bytes it may have.
        max: u64,
    },
    /// There is no room left for files, of this member or of this Maru.
    #[error("there is no room left for files")]
    NoRoomForFiles,
    /// What was typed to search cannot be searched for.
    #[error("this cannot be searched for")]
    BadSearch,
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
