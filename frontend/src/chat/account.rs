//! The verbs of one's account, of links and of invitations.

use leptos::prelude::*;
use maru_shared::{
    DraftId, InvitationId, Role, RoomId, SessionId,
    api::{Invitation, LinkUse, MadeInvitation, Me, NewInvitation, Session},
};

use super::{Answer, Chat, Failure, random_draft};
use crate::{client::http, dom::page, parts::begin};

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
    pub(super) fn look_at_link(self) {
        let Some(secret) = page::link_secret() else { return };
        self.link.set(Some(Link::Looking));
        begin(async move {
            let found = http::look(secret).await;
            self.link.set(Some(found.map_or_else(Link::Bad, Link::Good)));
        });
    }

    /// Does what the link is for: as who one is, or under a name.
    ///
    /// # Errors
    /// When it is refused, or the server does not answer.
    pub fn accept_link(self, name: Option<String>, password: Option<String>) -> Answer<()> {
        let secret = page::link_secret().unwrap_or_default();
        let draft = self.draft_of_attempt(name.as_deref().unwrap_or_default());
        self.come_in(http::accept(secret, draft, name, password), |chat, me| {
            chat.attempt_answered(me);
            if me.is_ok() {
                chat.leave_link();
            }
        })
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
    pub fn sign_in_by_password(self, name: String, password: String) -> Answer<()> {
        self.come_in(http::sign_in_by_password(name, password), |_, _| {})
    }

    /// Sets one's password.
    ///
    /// # Errors
    /// When it is refused, or the server does not answer.
    pub fn set_password(self, current: Option<String>, password: String) -> Answer<()> {
        Box::pin(async move {
            http::set_password(current, password).await?;
            self.change(|world| {
                world.standing.has_password = true;
                world.standing.role = world.standing.role.max(Role::Member);
            });
            Ok(())
        })
    }

    /// Where one is signed in.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn sessions(self) -> Answer<Vec<Session>> {
        http::sessions()
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn end_session(self, session: SessionId) -> Answer<()> {
        http::end_session(session)
    }

    /// Ends all of one's sessions but this one.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn end_other_sessions(self) -> Answer<()> {
        http::end_other_sessions()
    }

    /// The invitations that one may see.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn invitations(self) -> Answer<Vec<Invitation>> {
        http::invitations()
    }

    /// Invites.
    ///
    /// # Errors
    /// When one may not, or the server does not answer.
    pub fn invite(self, role: Role, hours: u32, uses: u32) -> Answer<MadeInvitation> {
        http::invite(&NewInvitation { role, hours, uses })
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn revoke_invitation(self, invitation: InvitationId) -> Answer<()> {
        http::revoke_invitation(invitation)
    }

    /// Comes in as whom the answer names; `answered` is told of it first.
    pub(super) fn come_in(self, asked: Answer<Me>, answered: fn(Self, &Result<Me, Failure>)) -> Answer<()> {
        Box::pin(async move {
            let me = asked.await;
            answered(self, &me);
            self.enter(me?);
            Ok(())
        })
    }

    /// The draft of an attempt to come in under a name: the same while no answer came.
    pub(super) fn draft_of_attempt(self, name: &str) -> DraftId {
        let again = self.own.with_value(|own| own.unanswered.clone()).filter(|(asked, _)| asked == name);
        let draft = again.map_or_else(random_draft, |(_, draft)| draft);
        self.own.update_value(|own| own.unanswered = Some((name.to_owned(), draft)));
        draft
    }

    /// Whatever the answer was, it is no longer waited for; unless none came.
    pub(super) fn attempt_answered(self, answer: &Result<Me, Failure>) {
        if !matches!(answer, Err(Failure::Unreachable)) {
            self.own.update_value(|own| own.unanswered = None);
        }
    }
}
