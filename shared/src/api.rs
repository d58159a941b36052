//! The bodies of the HTTP API under `/api`.

use serde::{Deserialize, Serialize};

use crate::{
    DraftId, Event, InvitationId, Member, MemberId, Name, Refusal, Role, Seq, SessionId, Timestamp,
    event::Welcome,
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
    #[serde(default)]
    pub role: Role,
    /// Whether one has a password.
    #[serde(default)]
    pub has_password: bool,
}

impl Me {
    /// A member, to oneself.
    pub fn new(Member { id, name }: Member, role: Role, has_password: bool) -> Self {
        Self { id, name, role, has_password }
    }

    /// Who the server says one is.
    pub fn of(welcome: &Welcome) -> Self {
        Self::new(welcome.you.clone(), welcome.role, welcome.has_password)
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
}

/// Never the passwords.
impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
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

/// `POST /api/rooms`: make a public room. Its maker has joined it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRoom {
    /// What the client calls this attempt. A repeat gives the same room.
    pub draft: DraftId,
    /// What the room is to be called; checked as [`crate::Name`] is.
    pub name: String,
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
