//! Who one is, the verbs of coming in, and links.

use leptos::prelude::*;
use maru_shared::{
    DraftId, Refusal, RoomId,
    api::{LinkUse, Me},
};

use super::{Answer, Chat, Failure};
use crate::{
    client::{http, random_draft},
    dom::{page, passkeys},
    parts::begin,
    seam::{Said, Told, hear, say},
};

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

    /// Comes in by a passkey, unless the reader thinks better of it.
    ///
    /// # Errors
    /// When it is not known, or there is none, or the server does not answer.
    pub fn sign_in_by_passkey(self) -> Answer<()> {
        Box::pin(async move {
            let asked = http::begin_passkey().await?;
            match passkeys::get(&asked).await {
                Ok(credential) => self.come_in(http::sign_in_by_passkey(credential), |_, _| {}).await,
                Err(why) if why == passkeys::CANCELLED => Ok(()),
                Err(_) => Err(Failure::Refused(Refusal::BadPasskey)),
            }
        })
    }

    /// Who one is, if one is in; whoever asks is told when it changes.
    pub fn me(self) -> Option<Me> {
        self.with(|world| Me::new(world.me.clone(), world.standing))
    }

    /// Hears what the annex says of oneself.
    pub(super) fn hear_annex(self) {
        hear(move |said| match said {
            Said::Me(me) => {
                self.change(|world| world.standing = me.standing);
            }
            Said::SignOut => begin(async move {
                if self.sign_out().await.is_err() {
                    say(&Told::Stayed);
                }
            }),
            Said::Done { room: Some(room), .. } => self.open_once_known(room),
            Said::Speaks(_) | Said::Done { room: None, .. } => {}
        });
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
