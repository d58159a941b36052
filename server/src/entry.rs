//! A request to change something, stamped and ready to be ordered.

use std::net::IpAddr;

use maru_shared::{
    Attachment, DraftId, Emoji, Event, FileId, FileName, InvitationId, Mark, Member, MemberId, MessageBody,
    Name, Note, Notify, PasskeyId, Refusal, Role, Room, RoomId, Seq, SessionId, Timestamp,
    api::{Settings, Upload},
    event::Standing,
    message::{Picture, Quote},
    room::RoomSummary,
};

use crate::secret::{PasskeyText, PasswordHash, SecretHash};

/// A command stamped with its time and its actor. Whatever [`crate::store::Store::apply`] needs to decide is in
/// here or in the store: it reads no clock and draws no random number.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it was taken in.
    pub at: Timestamp,
    /// Who asks.
    pub by: By,
    /// What for.
    pub change: Change,
}

/// Who asks for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A member in this session, which must not be over when the entry's turn comes.
    Session(SecretHash),
    /// A member without a session: whoever comes in, or speaks the plain dialect. Somebody new will be this member.
    Member(MemberId),
    /// Whoever runs the machine: who may read the data directory may do all that an owner may.
    Operator,
}

impl Entry {
    /// About how many bytes a listener gets of its event.
    pub fn event_bytes(&self) -> usize {
        /// What is around the text: three ids, a name and the words between them.
        const AROUND: usize = 256;
        let said = |body: &Option<MessageBody>| body.as_ref().map_or(0, |body| body.as_str().len());
        let said = match &self.change {
            // Of a quote, its own text and the name of who wrote that.
            Change::Post { body, reply, files, .. } => {
                said(body) + reply.map_or(0, |_| AROUND + 4 * Quote::MOST_CHARS) + files.len() * AROUND
            }
            Change::EditMessage { body, .. } => said(body),
            Change::Kick { reason, .. } => reason.as_str().len(),
            // Of a public room it is told twice: to those in it, and to everybody.
            Change::Describe { topic, .. } => AROUND + 2 * topic.as_str().len(),
            // Everybody is told.
            Change::ChangeName { name } => name.as_str().len(),
            _ => 0,
        };
        AROUND + said
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
        /// From where; of IPv6, the first 64 bits.
        from: IpAddr,
    },
    /// A member comes in whose password was right.
    SignInAgain {
        /// What the password was compared with: it must still be the account's.
        verified: PasswordHash,
        /// The new session.
        session: Box<NewSession>,
    },
    /// A session was used. The secret that it had before, if it was given another, opens nothing more.
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
    /// The actor's sessions end but for the one in which this is asked.
    EndOtherSessions,
    /// The actor's password is another from now on. All their sessions end but the one in which this is asked.
    SetPassword {
        /// What the password until now was compared with, where there is one: it must still be the account's.
        verified: Option<PasswordHash>,
        /// The new one.
        password: PasswordHash,
        /// Whether their passkeys are good no more.
        forget_passkeys: bool,
        /// The secret of the session in which it is asked, from now on.
        token: SecretHash,
    },
    /// The actor is called otherwise.
    ChangeName {
        /// How.
        name: Name,
    },
    /// The actor gets a passkey.
    AddPasskey(NewPasskey),
    /// One of the actor's passkeys is good no more.
    RemovePasskey {
        /// Which.
        passkey: PasskeyId,
    },
    /// A member comes in whose passkey was right.
    SignInByPasskey {
        /// How its authenticator calls it.
        credential: Vec<u8>,
        /// What the passkey was compared with: it must still be kept so.
        verified: PasskeyText,
        /// How it is to be kept from now on: with how often it was used.
        next: PasskeyText,
        /// The new session.
        session: Box<NewSession>,
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
    /// A room is made.
    MakeRoom {
        /// Its id, if it is new.
        room: RoomId,
        /// What its maker's client calls it.
        draft: DraftId,
        /// What it is to be called.
        name: Name,
        /// Whether only those are to know of it who are in it.
        private: bool,
    },
    /// Somebody wants to talk directly.
    OpenDirect {
        /// The room's id, if it is new.
        room: RoomId,
        /// With whom.
        with: Vec<MemberId>,
    },
    /// Somebody comes into a room.
    Join {
        /// Which.
        room: RoomId,
    },
    /// Somebody goes out of a room.
    Leave {
        /// Which.
        room: RoomId,
    },
    /// Somebody is let into a room.
    LetIn {
        /// Which.
        room: RoomId,
        /// Who.
        member: MemberId,
    },
    /// Somebody is taken out of a room.
    Kick {
        /// Which.
        room: RoomId,
        /// Who.
        member: MemberId,
        /// Why.
        reason: Note,
    },
    /// A room gets another name.
    Rename {
        /// Which.
        room: RoomId,
        /// What it is to be called.
        name: Name,
    },
    /// A room gets another topic.
    Describe {
        /// Which.
        room: RoomId,
        /// What it is about.
        topic: Note,
    },
    /// A room is only read from now on, or written again.
    Archive {
        /// Which.
        room: RoomId,
        /// Whether it is only read.
        archived: bool,
    },
    /// A room is deleted, with all that is in it.
    DeleteRoom {
        /// Which.
        room: RoomId,
    },
    /// Some of what deleted rooms hold is taken off the disk.
    Purge,
    /// Somebody writes.
    Post {
        /// Where.
        room: RoomId,
        /// What their client calls it.
        draft: DraftId,
        /// What; nothing where there are only files.
        body: Option<MessageBody>,
        /// The position of the message that it answers.
        reply: Option<Seq>,
        /// What comes with it.
        files: Vec<FileId>,
    },
    /// Somebody writes a message of theirs anew.
    EditMessage {
        /// Where.
        room: RoomId,
        /// Its position.
        message: Seq,
        /// What it is to say; nothing where there are only files.
        body: Option<MessageBody>,
    },
    /// Somebody reacts to a message, or takes that back.
    React {
        /// Where.
        room: RoomId,
        /// Its position.
        message: Seq,
        /// How.
        emoji: Emoji,
        /// Whether it is taken back.
        back: bool,
    },
    /// A message is pinned, or taken from what is pinned.
    Pin {
        /// Where.
        room: RoomId,
        /// Its position.
        message: Seq,
        /// Whether it is pinned.
        pinned: bool,
    },
    /// Somebody has read a room up to here.
    Read {
        /// Which.
        room: RoomId,
        /// Up to which position.
        seq: Seq,
    },
    /// Somebody wants to read a room again from here on.
    Unread {
        /// Which.
        room: RoomId,
        /// From which position on.
        seq: Seq,
    },
    /// Somebody says what they want to be told of a room.
    Notify {
        /// Which.
        room: RoomId,
        /// What.
        notify: Notify,
    },
    /// Somebody says whether others are told when they were last here.
    ShowSeen {
        /// Whether they are.
        shows: bool,
    },
    /// A file is to be sent up.
    BeginUpload(Box<NewUpload>),
    /// So much of a file is on the disk.
    KeepUpload {
        /// Which.
        file: FileId,
        /// How many of its bytes.
        offset: u64,
    },
    /// A file is whole: its content is on the disk, under its hash.
    FinishUpload {
        /// Which.
        file: FileId,
        /// What it holds.
        content: Box<Content>,
    },
    /// A file that came with no message is wanted no more.
    CancelUpload {
        /// Which.
        file: FileId,
    },
    /// Files that came with no message for a day are forgotten, and contents of which there is no file.
    CollectFiles,
    /// A message is deleted.
    DeleteMessage {
        /// Where.
        room: RoomId,
        /// Its position.
        message: Seq,
        /// Why.
        reason: Note,
    },
    /// Somebody gets another role.
    SetRole {
        /// Who.
        member: MemberId,
        /// Which.
        role: Role,
    },
    /// Somebody cannot post for a while.
    Mute {
        /// Who.
        member: MemberId,
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: Note,
    },
    /// Somebody can post again.
    Unmute {
        /// Who.
        member: MemberId,
    },
    /// Somebody is kept out.
    Ban {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Note,
        /// Whether nobody new comes in from their addresses.
        addresses: bool,
    },
    /// Somebody may come in again.
    Unban {
        /// Who.
        member: MemberId,
    },
    /// All of somebody's sessions end.
    EndSessionsOf {
        /// Whose.
        member: MemberId,
    },
    /// This Maru is run differently from now on.
    SetSettings {
        /// How.
        settings: Settings,
        /// Whether the policy is another than until now: only then it is kept as what was said.
        says_policy: bool,
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
    /// The new session; of the actor who becomes more than they were, the session stays and gets its secret.
    pub session: NewSession,
}

/// A file that is to be sent up.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// What it is to be called.
    pub file: FileId,
    /// What its author's client calls it.
    pub draft: DraftId,
    /// What its author calls it.
    pub name: FileName,
    /// How many bytes are to come.
    pub bytes: u64,
    /// How much is taken.
    pub bounds: FileBounds,
}

/// How many bytes of files are taken, those included that are to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileBounds {
    /// In one file.
    pub of_file: u64,
    /// From one member.
    pub of_member: u64,
    /// From all together.
    pub of_maru: u64,
}

/// What a file holds, which is kept once for all files that hold the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Under which it is on the disk.
    pub hash: ContentHash,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its media type.
    pub kind: String,
    /// How large it is, where it is a picture that can be shown.
    pub picture: Option<Picture>,
    /// How many bytes its small form has, where there is one.
    pub small_bytes: Option<u64>,
}

/// The SHA-256 of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What is to be taken off the disk, as nothing refers to it any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Files that came with no message.
    pub uploads: Vec<FileId>,
    /// Contents.
    pub contents: Vec<ContentHash>,
}

/// A passkey that is to be kept.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// What it is called in the list of passkeys.
    pub id: PasskeyId,
    /// How the authenticator calls it.
    pub credential: Vec<u8>,
    /// What it is compared with.
    pub text: PasskeyText,
    /// What the browser says that it is.
    pub device: String,
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
    /// From where it begins; of IPv6, the first 64 bits.
    pub from: IpAddr,
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

/// What came of an entry.
#[derive(Debug)]
pub struct Outcome {
    /// What it did, in order: to be told to whoever listens.
    pub effects: Vec<Effect>,
    /// What the asker is told.
    pub answer: Result<Answer, Refusal>,
}

/// Something that an entry did, and that those who are connected are to know.
#[derive(Debug)]
pub enum Effect {
    /// Something happened in a room.
    Happened(Event),
    /// A member is in a room from now on.
    Entered(MemberId, RoomId),
    /// A member is not in a room any more.
    Left(MemberId, RoomId),
    /// A public room is there, or is another than it was.
    Listed(RoomSummary),
    /// A room is not there any more.
    RoomGone {
        /// Which.
        room: RoomId,
        /// Whether everybody could see it.
        public: bool,
    },
    /// A member is another than they were.
    Stands(MemberId, Standing),
    /// What a member has read of a room, or wants to be told of it, is another than it was.
    Marked(MemberId, RoomId, Mark),
    /// A member has read a room up to here, and its others are to know.
    ReadBy(MemberId, RoomId, Seq),
    /// A member is called otherwise, by the change of this number.
    Called(u64, Member),
    /// A session is over.
    Ended(MemberId, SecretHash),
    /// A session has another secret, and its browser knows it: what was opened by this one is to be opened anew.
    Renewed(MemberId, SecretHash),
    /// A member is kept out.
    Banned(MemberId),
    /// This Maru is run differently from now on.
    Run(Settings),
}

/// What the asker of an accepted entry is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They are this member now.
    SignedIn(Member),
    /// It is so now.
    Done,
    /// The room is there, and they are in it.
    Room(Room),
    /// The message is there; its event tells so.
    Posted,
    /// The message was there already: this is its event.
    PostedBefore(Box<Event>),
    /// So many events of deleted rooms were taken off the disk.
    Purged(usize),
    /// The file can be sent up, or was.
    Upload(Upload),
    /// The file is whole.
    Whole(Attachment),
    /// This is to be taken off the disk.
    Collected(Collected),
}

impl Outcome {
    /// Nothing will be done.
    pub fn refused(why: Refusal) -> Self {
        Self { effects: Vec::new(), answer: Err(why) }
    }

    /// Nothing had to be done.
    pub fn unchanged(answer: Answer) -> Self {
        Self { effects: Vec::new(), answer: Ok(answer) }
    }

    /// This was done.
    pub fn accepted(answer: Answer, effects: Vec<Effect>) -> Self {
        Self { effects, answer: Ok(answer) }
    }
}
