//! The bodies of the HTTP API under `/api`.

use serde::{Deserialize, Serialize};

use crate::{
    Attachment, DraftId, Event, FileId, InvitationId, Member, MemberId, Name, Note, Notify, PasskeyId,
    Refusal, Role, RoomId, Seq, SessionId, Timestamp,
    event::{Standing, Welcome},
};

/// `POST /api/session`: come in as a guest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// What the client calls this attempt: a secret of 128 random bits. A repeat gives the same member.
    pub draft: DraftId,
    /// What one wants to be called; checked as [`crate::Name`] is.
    pub name: String,
}

/// Never the draft, which is a secret.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn({:?})", self.name)
    }
}

/// Who one is: the answer to every way of coming in, and to `GET /api/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Who one is, whatever the name.
    pub id: MemberId,
    /// What one is called.
    pub name: Name,
    /// What one is in this Maru.
    pub standing: Standing,
}

impl Me {
    /// A member, to oneself.
    pub fn new(Member { id, name }: Member, standing: Standing) -> Self {
        Self { id, name, standing }
    }

    /// Who the server says one is.
    pub fn of(welcome: &Welcome) -> Self {
        Self::new(welcome.you.clone(), welcome.standing)
    }

    /// Oneself as others see one.
    pub fn member(&self) -> Member {
        Member { id: self.id, name: self.name.clone() }
    }
}

/// `GET /api/access`: how one comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Who is let in.
    pub policy: Policy,
}

/// `GET` and `PUT /api/settings`: how this Maru is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who is let in.
    pub policy: Policy,
    /// Whether every member may invite others as members.
    pub members_invite: bool,
}

/// Who is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Whoever reaches the address, as a guest with a name.
    Open,
    /// Whoever has an account or an invitation.
    Invite,
}

/// `POST /api/session/password`: come in with an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSignIn {
    /// What one is called; spelled as anybody would take it for the same.
    pub name: String,
    /// The account's password.
    pub password: String,
}

/// Never the password.
impl std::fmt::Debug for PasswordSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordSignIn({:?})", self.name)
    }
}

/// `PUT /api/account/password`: set one's password, by which a guest becomes a member. All other sessions end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPassword {
    /// The password until now, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The password from now on; checked as [`crate::Password`] is.
    pub password: String,
    /// Whether one's passkeys are good no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forget_passkeys: bool,
}

/// Never the passwords.
impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
}

/// `POST /api/account/passkeys/begin`: make a passkey, as who knows the account's password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPassword {
    /// The password.
    pub password: String,
}

/// Never the password.
impl std::fmt::Debug for OwnPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnPassword")
    }
}

/// What an authenticator is to be asked: the answer to `POST /api/account/passkeys/begin` and `POST /api/session/passkey/begin`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Names this attempt; good once, for five minutes.
    pub attempt: String,
    /// The `publicKey` options, as JSON (WebAuthn Level 3, sections 5.1.9 and 5.1.10).
    pub options: String,
}

/// Never the attempt.
impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge")
    }
}

/// `POST /api/account/passkeys`: keep a passkey. `POST /api/session/passkey`: come in by one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Which attempt it answers.
    pub attempt: String,
    /// What the authenticator says, as JSON (WebAuthn Level 3, section 5.1).
    pub credential: String,
}

/// Never what the authenticator says.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential")
    }
}

/// One of the passkeys that `GET /api/account/passkeys` lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// What the browser in which it was made says that it is (its `User-Agent`); empty when it says nothing.
    pub device: String,
    /// When it was made.
    pub at: Timestamp,
    /// When one last came in by it.
    pub used_at: Timestamp,
}

/// `POST /api/links/look`: what a link is for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkSecret {
    /// What stands behind the `#` of the link.
    pub secret: String,
}

/// Never the secret.
impl std::fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkSecret")
    }
}

/// What a link is for: the answer to [`LinkSecret`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkUse {
    /// To become the owner of a Maru that has none yet.
    Own,
    /// To come in.
    Invite {
        /// Who invites; none, when it was done on the machine itself.
        by: Option<Name>,
        /// What one will be.
        role: Role,
    },
    /// To set another password for this account.
    Reset {
        /// Whose.
        name: Name,
    },
}

/// `POST /api/links/accept`: do what a link is for. Answered as a sign-in is.
///
/// Who has a session does it as who they are; others give the name by which they come in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptLink {
    /// What stands behind the `#` of the link.
    pub secret: String,
    /// What the client calls this attempt: a secret of 128 random bits. A repeat gives the same member.
    pub draft: DraftId,
    /// What one wants to be called. Not for a reset, and not for who is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account's password from now on; needed unless who is signed in has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// Never the secrets.
impl std::fmt::Debug for AcceptLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AcceptLink({:?})", self.name)
    }
}

/// One of the sessions that `GET /api/sessions` lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// What the browser says that it is (its `User-Agent`); empty when it says nothing.
    pub device: String,
    /// When it began.
    pub at: Timestamp,
    /// When it was last used, to within ten minutes.
    pub used_at: Timestamp,
    /// From which address it began (of IPv6, the first 64 bits); empty when that is not known.
    #[serde(default)]
    pub address: String,
    /// Whether the one who asks is in it.
    pub current: bool,
}

/// `POST /api/invitations`: invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvitation {
    /// What those who come in by it will be.
    pub role: Role,
    /// For how many hours it is good: 1 to 8,760 (a year).
    pub hours: u32,
    /// How often it may be used: 1 to 1,000.
    pub uses: u32,
}

/// An invitation, told once to who made it: only a hash of its secret is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeInvitation {
    /// As it is listed.
    pub invitation: Invitation,
    /// What is to stand behind the `#` of the link `/join#...`.
    pub secret: String,
}

/// Never the secret.
impl std::fmt::Debug for MadeInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MadeInvitation({:?})", self.invitation)
    }
}

/// A link, told once to who made it: the answer to `POST /api/members/{member}/reset`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLink {
    /// What is to stand behind the `#` of the link `/join#...`.
    pub secret: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Never the secret.
impl std::fmt::Debug for MadeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MadeLink(until {:?})", self.expires_at)
    }
}

/// One of the invitations that `GET /api/invitations` lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Who made it; none, when it was done on the machine itself.
    pub by: Option<Name>,
    /// What those who come in by it will be.
    pub role: Role,
    /// When it was made.
    pub at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// How often it may still be used.
    pub uses_left: u32,
}

/// `POST /api/rooms`: make a room. Its maker has joined it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRoom {
    /// What the client calls this attempt. A repeat gives the same room.
    pub draft: DraftId,
    /// What the room is to be called; checked as [`crate::Name`] is.
    pub name: String,
    /// Whether only those are to know of it who are in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// `POST /api/direct`: talk directly. The room of just these is given, and made if there is none yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDirect {
    /// With whom; at most [`NewDirect::MOST`] others. With nobody else: a room for oneself.
    pub with: Vec<MemberId>,
}

impl NewDirect {
    /// The most others in a direct room.
    pub const MOST: usize = 9;
}

/// `PUT /api/account/name`: be called otherwise. `PUT /api/rooms/{room}/name`: give a room another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewName {
    /// Which; checked as [`crate::Name`] is.
    pub name: String,
}

/// `PUT /api/rooms/{room}/topic`: say what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTopic {
    /// What; checked as [`crate::Note`] is. May be empty.
    pub topic: String,
}

/// The body of what is done against somebody: `POST /api/rooms/{room}/members/{member}/kick`,
/// `POST /api/rooms/{room}/messages/{seq}/delete`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Why; checked as [`crate::Note`] is. May be empty.
    #[serde(default)]
    pub reason: String,
}

/// `PUT /api/members/{member}/mute`: keep somebody from posting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMute {
    /// For how many minutes: 1 to 525,600 (a year).
    pub minutes: u32,
    /// Why; checked as [`crate::Note`] is. May be empty.
    #[serde(default)]
    pub reason: String,
}

/// `PUT /api/members/{member}/ban`: keep somebody out. All their sessions end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBan {
    /// Why; checked as [`crate::Note`] is. May be empty.
    #[serde(default)]
    pub reason: String,
    /// Whether nobody new may come in any more from the addresses of their sessions.
    #[serde(default)]
    pub addresses: bool,
}

/// `PUT /api/members/{member}/role`: give somebody another role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRole {
    /// Which: below one's own, and not guest.
    pub role: Role,
}

/// Something that was done to keep order: one of those that `GET /api/audit?before=NUMBER` lists, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the log: 1, 2, 3 ... without a gap.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; none, when it was done on the machine itself.
    pub by: Option<Name>,
    /// What.
    pub deed: Deed,
}

/// What was done. Members and rooms are called as they were then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Gave somebody another role.
    RoleSet {
        /// Whom.
        member: Member,
        /// Which.
        role: Role,
    },
    /// Kept somebody from posting.
    Muted {
        /// Whom.
        member: Member,
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: Note,
    },
    /// Let somebody post again.
    Unmuted {
        /// Whom.
        member: Member,
    },
    /// Kept somebody out.
    Banned {
        /// Whom.
        member: Member,
        /// Why.
        reason: Note,
        /// How many addresses were banned too.
        addresses: u32,
    },
    /// Let somebody in again, and their addresses.
    Unbanned {
        /// Whom.
        member: Member,
    },
    /// Took somebody out of a room.
    Kicked {
        /// Whom.
        member: Member,
        /// Out of which.
        room: AuditedRoom,
        /// Why.
        reason: Note,
    },
    /// Deleted somebody's message.
    MessageDeleted {
        /// Whose.
        member: Member,
        /// Where.
        room: AuditedRoom,
        /// Which: its position.
        message: Seq,
        /// Why.
        reason: Note,
    },
    /// Archived a room.
    RoomArchived {
        /// Which.
        room: AuditedRoom,
    },
    /// Made an archived room one that is written again.
    RoomRestored {
        /// Which.
        room: AuditedRoom,
    },
    /// Deleted a room.
    RoomDeleted {
        /// Which.
        room: AuditedRoom,
    },
    /// Made an invitation.
    Invited {
        /// For whom.
        role: Role,
        /// For how many.
        uses: u32,
    },
    /// Revoked an invitation.
    InvitationRevoked,
    /// Made a link by which somebody sets another password.
    PasswordLinkMade {
        /// For whom.
        member: Member,
    },
    /// Ended somebody's sessions.
    SessionsEnded {
        /// Whose.
        member: Member,
    },
    /// Gave oneself another name.
    NameChanged {
        /// Who, as they were called until then.
        member: Member,
        /// How they are called since.
        name: Name,
    },
    /// Said how this Maru is run.
    SettingsChanged(Settings),
}

/// A room, in the log of what was done. What a private one is called is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditedRoom {
    /// Which; none when it is private.
    pub id: Option<RoomId>,
    /// What it is called; none when it is private.
    pub name: Option<Name>,
}

/// `GET /api/rooms/{room}/events?before=SEQ` or `?after=SEQ`, with `&limit=N` (1 to 200, otherwise 50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The events, oldest first, without a gap.
    pub events: Vec<Event>,
    /// The position of the room's newest event when the page was read.
    pub head: Seq,
}

/// The body of every answer of the API that is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Why.
    pub why: Refusal,
}

/// `PUT /api/rooms/{room}/messages/{seq}`: write a message of one's own anew.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewText {
    /// What it is to say; checked as [`crate::MessageBody`] is.
    pub text: String,
}

/// Never the text itself.
impl std::fmt::Debug for NewText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewText({} bytes)", self.text.len())
    }
}

/// What a message said once: one of `GET /api/rooms/{room}/messages/{seq}/versions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// From when on.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// Never the text itself.
impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Version({:?}, {} bytes)", self.at, self.text.len())
    }
}

/// `PUT /api/rooms/{room}/notify`: what of a room one wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNotify {
    /// What.
    pub notify: Notify,
}

/// Up to where somebody has read a room: one of `GET /api/rooms/{room}/readers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPosition {
    /// Who.
    pub member: MemberId,
    /// Up to which position.
    pub seq: Seq,
}

/// `GET` and `PUT /api/account/seen`: whether others are told when one was last here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowsSeen {
    /// Whether they are.
    pub shows: bool,
}

/// `GET /api/search`: messages that answer a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// At most as many as were asked for, the best or the newest first.
    pub hits: Vec<Hit>,
    /// What to ask for those behind them, as `before`; nothing when there are no more. There may be some though there is no hit
    /// here: when there was too much to look through at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A message that answers a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The message, as it stands now.
    pub event: Event,
    /// Which parts of its text were sought, in their order: from which character (Unicode scalar value) up to before which.
    pub marks: Vec<(u32, u32)>,
}

/// `POST /api/files`: a file is to be sent up. A repeat with the same draft tells how far the first one came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// What the client calls it.
    pub draft: DraftId,
    /// What it is called where it comes from; the server keeps the nearest [`crate::FileName`].
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Never the name: it is what somebody wrote.
impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewFile({:?}, {} bytes)", self.draft, self.bytes)
    }
}

/// How far a file came: the answer to `POST /api/files`, and to each `PATCH /api/files/{file}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// What it is called from now on.
    pub file: FileId,
    /// How many of its bytes are there: what comes next begins here.
    pub offset: u64,
    /// How many it has.
    pub bytes: u64,
    /// What the server found it to be, once it is whole; then it can come with a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Attachment>,
}
