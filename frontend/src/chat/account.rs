//! Who one is, the verbs of coming in, and what the annex says of them.

use maru_shared::{DraftId, Notify, Refusal, RoomId, api::Me};

use super::{Answer, Chat, Failure};
use crate::{
    client::{http, random_draft},
    dom::{page, passkeys},
    ground::*,
    parts::begin,
    seam::{Known, Said, Told, Wish, answer_offered, hear, say},
    state::room::RoomState,
};

impl Chat {
    /// Whether a link led here.
    pub fn by_link(self) -> bool {
        self.by_link.get()
    }

    /// Leaves the link for the chat.
    pub fn leave_link(self) {
        page::replace_address(RoomId::LOBBY);
        self.open.set(Some(RoomId::LOBBY));
        self.by_link.set(false);
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

    /// What the annex may know, if one is in; whoever asks is told when it changes.
    pub fn known(self) -> Option<Known> {
        self.with(|world| {
            let quiet =
                |room: &RoomState| (room.notify != Notify::All).then_some((room.room.id, room.notify));
            let counted = |room: &RoomState| (room.room.clone(), room.members.as_ref().map(Vec::len));
            Known {
                me: Me::new(world.me.clone(), world.standing),
                rooms: world.rooms.iter().map(counted).collect(),
                listed: world.listed.clone(),
                quiet: world.rooms.iter().filter_map(quiet).collect(),
            }
        })
    }

    /// Hears what the annex says of oneself.
    pub(super) fn hear_annex(self) {
        answer_offered(move |room, seq| self.offered(room, seq));
        hear(move |said| match said {
            Said::Me(me) => {
                self.change(|world| world.standing = me.standing);
            }
            Said::In(me) => {
                self.leave_link();
                self.enter(me);
            }
            Said::SignOut => begin(async move {
                if self.sign_out().await.is_err() {
                    say(&Told::Stayed);
                }
            }),
            Said::Show { room, seq: Some(seq) } => self.follow_link(room, seq),
            Said::Show { room, seq: None } => self.open(room),
            Said::Done { room: Some(room), .. } => self.open_once_known(room),
            Said::Attached(room, now) => self.attached_now(room, now),
            Said::Wish(room, seq, Wish::Answer) => self.reply(room, seq),
            Said::Wish(room, seq, Wish::Edit) => self.begin_editing(room, seq),
            Said::Wish(room, seq, Wish::Unread) => self.unread_from(room, seq),
            Said::Rewritten(text) => self.edit_on(text),
            Said::Speaks(_)
            | Said::Open(_)
            | Said::Picked(_)
            | Said::Mentions(_)
            | Said::Done { room: None, .. } => {}
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
