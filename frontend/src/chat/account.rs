//! The verbs of one's account, of links and of invitations.

use leptos::prelude::*;
use maru_shared::{
    DraftId, InvitationId, Role, RoomId, SessionId,
    api::{Invitation, LinkUse, MadeInvitation, NewInvitation, Session},
};

use super::{Chat, Failure, random_draft};
use crate::{client::http, dom::page};

/// A link that led here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// What it is for is not known yet.
    Looking,
    /// It is good, for this.
    Good(LinkUse),
    /// It is not good, or nobody knows.
    Bad(Failure),
}

impl Chat {
    /// The link that led here, if one did.
    pub fn link(self) -> Option<Link> {
        self.link.get()
    }

    /// Looks what the link is for.
    pub(super) async fn look_at_link(self) {
        if let Some(secret) = page::link_secret() {
            self.link.set(Some(Link::Looking));
            self.link.set(Some(match http::look(secret).await {
                Ok(purpose) => Link::Good(purpose),
                Err(why) => Link::Bad(why),
            }));
        }
    }

    /// Does what the link is for: as who one is, or under a name.
    ///
    /// # Errors
    /// When it is refused, or the server does not answer.
    pub async fn accept_link(self, name: Option<String>, password: Option<String>) -> Result<(), Failure> {
        let secret = page::link_secret().unwrap_or_default();
        let asked = name.clone().unwrap_or_default();
        let draft = self.draft_of_attempt(&asked);
        let me = http::accept(secret, draft, name, password).await;
        self.attempt_answered(&me);
        let me = me?;
        self.leave_link();
        self.enter(me);
        Ok(())
    }

    /// Leaves the link for the chat.
    pub fn leave_link(self) {
        page::replace_address(RoomId::LOBBY);
        self.open.set(Some(RoomId::LOBBY));
        self.link.set(None);
    }

    /// Comes in with an account.
    ///
    /// # Errors
    /// When the name or the password is wrong, or the server does not answer.
    pub async fn sign_in_by_password(self, name: String, password: String) -> Result<(), Failure> {
        let me = http::sign_in_by_password(name, password).await?;
        self.enter(me);
        Ok(())
    }

    /// Sets one's password.
    ///
    /// # Errors
    /// When it is refused, or the server does not answer.
    pub async fn set_password(self, current: Option<String>, password: String) -> Result<(), Failure> {
        http::set_password(current, password).await?;
        self.change(|world| {
            world.has_password = true;
            world.role = world.role.max(Role::Member);
        });
        Ok(())
    }

    /// Where one is signed in.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn sessions(self) -> Result<Vec<Session>, Failure> {
        http::sessions().await
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn end_session(self, session: SessionId) -> Result<(), Failure> {
        http::end_session(session).await
    }

    /// Ends all of one's sessions but this one.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn end_other_sessions(self) -> Result<(), Failure> {
        http::end_other_sessions().await
    }

    /// The invitations that one may see.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn invitations(self) -> Result<Vec<Invitation>, Failure> {
        http::invitations().await
    }

    /// Invites.
    ///
    /// # Errors
    /// When one may not, or the server does not answer.
    pub async fn invite(self, role: Role, hours: u32, uses: u32) -> Result<MadeInvitation, Failure> {
        http::invite(&NewInvitation { role, hours, uses }).await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn revoke_invitation(self, invitation: InvitationId) -> Result<(), Failure> {
        http::revoke_invitation(invitation).await
    }

    /// The draft of an attempt to come in under a name: the same while no answer came.
    pub(super) fn draft_of_attempt(self, name: &str) -> DraftId {
        let again = self.own.with_value(|own| own.unanswered.clone()).filter(|(asked, _)| asked == name);
        let draft = again.map_or_else(random_draft, |(_, draft)| draft);
        self.own.update_value(|own| own.unanswered = Some((name.to_owned(), draft)));
        draft
    }

    /// Whatever the answer was, it is no longer waited for; unless none came.
    pub(super) fn attempt_answered<T>(self, answer: &Result<T, Failure>) {
        if !matches!(answer, Err(Failure::Unreachable)) {
            self.own.update_value(|own| own.unanswered = None);
        }
    }
}
