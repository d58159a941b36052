//! Who asks, by whichever way they came: in a session, or on the machine itself.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use futures_util::future::BoxFuture;
use maru_shared::{
    Emoji, MemberId, Name, Refusal, Role, RoomId, Seq, Timestamp,
    role::{Action, Ground, may},
};

use super::{Failure, SignedIn};
use crate::{
    app::App,
    entry::{Answer, By, Change},
};

/// Who asks, by whichever way they came.
pub enum Asker {
    /// A member, in a session.
    Member(SignedIn),
    /// Whoever runs the machine.
    Operator,
}

/// Marks a request that came by the operator's socket.
#[derive(Clone, Copy, Debug)]
pub struct FromOperator;

impl Asker {
    /// Asks for a change. One member asks for so many in a time, as they post.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn ask(&self, app: &App, change: Change) -> Result<Answer, Refusal> {
        self.ask_at(app, app.stamps.now(), change).await
    }

    /// The same, stamped with this time.
    ///
    /// # Errors
    /// When it is refused.
    pub fn ask_at<'a>(
        &'a self,
        app: &'a App,
        at: Timestamp,
        change: Change,
    ) -> BoxFuture<'a, Result<Answer, Refusal>> {
        // Boxed, as many handlers have it: unboxed it would be in the program once for each.
        Box::pin(async move {
            if let Self::Member(SignedIn { member, .. }) = self {
                app.changes.take(&member.id)?;
            }
            app.ask_at(at, self.by(), change).await
        })
    }

    /// Whether they may do this, as far as is known before it is ordered.
    pub fn may(&self, action: Action) -> bool {
        match self {
            Self::Member(SignedIn { standing, .. }) => may(standing.role, action, Ground::Maru),
            Self::Operator => true,
        }
    }

    /// Refuses what they may not do.
    ///
    /// # Errors
    /// When they may not.
    pub fn must(&self, action: Action) -> Result<(), Refusal> {
        if self.may(action) { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// Whether what is not for equals may be done to somebody of this role.
    pub fn is_above(&self, role: Role) -> bool {
        match self {
            Self::Member(SignedIn { standing, .. }) => standing.role > role,
            Self::Operator => true,
        }
    }

    /// Which member they are.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Member(SignedIn { member, .. }) => Some(member.id),
            Self::Operator => None,
        }
    }

    /// What they are called.
    pub fn name(&self) -> Option<Name> {
        match self {
            Self::Member(SignedIn { member, .. }) => Some(member.name.clone()),
            Self::Operator => None,
        }
    }

    fn by(&self) -> By {
        match self {
            Self::Member(signed_in) => signed_in.by(),
            Self::Operator => By::Operator,
        }
    }
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        if parts.extensions.get::<FromOperator>().is_some() {
            return Ok(Self::Operator);
        }
        SignedIn::from_request_parts(parts, app).await.map(Self::Member)
    }
}

/// The room that a path names. What is no id names no room.
pub struct InRoom(pub RoomId);

/// The member that a path names. What is no id names no member.
pub struct OfMember(pub MemberId);

/// The room and the member that a path names.
pub struct MemberInRoom(pub RoomId, pub MemberId);

/// The room and the message that a path names.
pub struct MessageInRoom(pub RoomId, pub Seq);

/// The room, the message and the emoji that a path names.
pub struct ReactionInRoom(pub RoomId, pub Seq, pub Emoji);

impl<S: Send + Sync> FromRequestParts<S> for InRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let room = Path::<String>::from_request_parts(parts, state).await.ok();
        let room = room.and_then(|Path(room)| room.parse().ok());
        room.map(Self).ok_or_else(|| Refusal::NoSuchRoom.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let member = Path::<String>::from_request_parts(parts, state).await.ok();
        let member = member.and_then(|Path(member)| member.parse().ok());
        member.map(Self).ok_or_else(|| Refusal::NoSuchMember.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MemberInRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (room, member) = two(parts, state).await.ok_or(Refusal::NoSuchRoom)?;
        let room = room.parse().map_err(|_| Refusal::NoSuchRoom)?;
        Ok(Self(room, member.parse().map_err(|_| Refusal::NoSuchMember)?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MessageInRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (room, message) = two(parts, state).await.ok_or(Refusal::NoSuchRoom)?;
        let room = room.parse().map_err(|_| Refusal::NoSuchRoom)?;
        Ok(Self(room, Seq(message.parse().map_err(|_| Refusal::NoSuchMessage)?)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ReactionInRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let three = Path::<(String, String, String)>::from_request_parts(parts, state).await.ok();
        let Path((room, message, emoji)) = three.ok_or(Refusal::NoSuchRoom)?;
        let room = room.parse().map_err(|_| Refusal::NoSuchRoom)?;
        let message = Seq(message.parse().map_err(|_| Refusal::NoSuchMessage)?);
        Ok(Self(room, message, Emoji::parse(&emoji).map_err(|_| Refusal::BadEmoji)?))
    }
}

async fn two<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<(String, String)> {
    Path::<(String, String)>::from_request_parts(parts, state).await.ok().map(|Path(two)| two)
}
