//! What one does with messages, and where one wants to be among them.

use maru_shared::{RoomId, Seq, message::Quote};

use super::Chat;
use crate::{
    dom::{page, storage},
    seam::Offered,
    state::deeds::Deeds,
};

/// A message of one's own that is being written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Editing {
    room: RoomId,
    seq: Seq,
    /// What is written by now.
    text: String,
}

/// Where in a room one wants to be: at this position, or at its newest message.
pub type Place = (RoomId, Option<Seq>);

impl Chat {
    /// What one may do with a message that is held.
    pub fn deeds(self, room: RoomId, seq: Seq) -> Option<Deeds> {
        self.with_now(|world| Deeds::of(world, room, seq)).flatten()
    }

    /// Shows a room at this position, whatever its age.
    pub fn go_to(self, room: RoomId, seq: Seq) {
        if self.open.get_untracked() != Some(room) {
            self.open(room);
        }
        self.place.set(Some((room, Some(seq))));
    }

    /// Shows what a link leads to.
    pub fn follow_link(self, room: RoomId, seq: Seq) {
        self.show((room, Some(seq)));
        self.place.set(Some((room, Some(seq))));
    }

    /// Where in this room one wants to be, if anywhere: asked once. Whoever asks is told of the next.
    pub fn take_place(self, room: RoomId) -> Option<Option<Seq>> {
        let (_, seq) = self.place.get().filter(|(wanted, _)| *wanted == room)?;
        let _ = self.place.try_update_untracked(|place| *place = None);
        Some(seq)
    }

    /// What the annex may know of a message that is held, to offer what one can do with it.
    pub(super) fn offered(self, room: RoomId, seq: Seq) -> Option<Offered> {
        let Deeds { message, mine, open, pin, versions, delete, .. } = self.deeds(room, seq)?;
        let reactions = message.reactions.into_iter().map(|reaction| (reaction.emoji, reaction.mine));
        Some(Offered {
            text: message.text,
            reactions: reactions.collect(),
            has_files: !message.files.is_empty(),
            pinned: message.pinned,
            mine,
            open,
            pin,
            versions,
            delete,
        })
    }

    /// What is written next in a room answers this message, if it may be answered.
    pub(super) fn reply(self, room: RoomId, seq: Seq) {
        if let Some(deeds) = self.deeds(room, seq).filter(|deeds| deeds.open) {
            self.answer(room, Some(deeds.quote));
            page::focus(".composer textarea");
        }
    }

    /// What one is about to answer in a room; whoever asks is told when it changes.
    pub fn answering(self, room: RoomId) -> Option<Quote> {
        self.answers.with(|answers| quote_of(answers, room))
    }

    /// What one is about to answer in a room now.
    pub fn answering_now(self, room: RoomId) -> Option<Quote> {
        self.answers.with_untracked(|answers| quote_of(answers, room))
    }

    /// What is written next in a room answers this, or nothing.
    pub fn answer(self, room: RoomId, quote: Option<Quote>) {
        let Some(me) = self.with_now(|world| world.me.id) else { return };
        storage::keep_answer(me, room, quote.as_ref());
        let _ = self.answers.try_update(|answers| {
            answers.retain(|(place, _)| *place != room);
            answers.extend(quote.map(|quote| (room, quote)));
        });
    }

    /// Whether this message is being written anew.
    pub fn edits(self, room: RoomId, seq: Seq) -> bool {
        self.editing.with(|editing| {
            editing.as_ref().is_some_and(|editing| (editing.room, editing.seq) == (room, seq))
        })
    }

    /// What is written by now of the message that is being written anew.
    pub fn edited_now(self) -> String {
        self.editing
            .with_untracked(|editing| editing.as_ref().map(|editing| editing.text.clone()))
            .unwrap_or_default()
    }

    /// Writes a message of one's own anew, if it is one. One that is being written anew already, and says something else by now,
    /// is shown instead: it would be lost.
    pub fn begin_editing(self, room: RoomId, seq: Seq) {
        if let Some(other) =
            self.editing.get_untracked().filter(|other| (other.room, other.seq) != (room, seq))
            && self.deeds(other.room, other.seq).is_some_and(|deeds| deeds.message.text != other.text)
        {
            self.go_to(other.room, other.seq);
            return page::focus(".edit textarea");
        }
        if let Some(deeds) = self.deeds(room, seq).filter(|deeds| deeds.mine && deeds.open) {
            self.editing.set(Some(Editing { room, seq, text: deeds.message.text }));
        }
    }

    /// Writes one's own last message anew.
    pub fn begin_editing_last(self, room: RoomId) {
        if let Some(last) = self.with_now(|world| Deeds::of_last_own(world, room)).flatten() {
            self.begin_editing(room, last.seq);
        }
    }

    /// So much of the message that is being written anew is written now.
    pub(super) fn edit_on(self, text: String) {
        let _ = self.editing.try_update_untracked(|editing| {
            if let Some(editing) = editing {
                editing.text = text;
            }
        });
    }

    /// The message says what it said, or what it says now.
    pub fn end_editing(self) {
        self.editing.set(None);
        page::focus(".composer textarea");
    }
}

fn quote_of(answers: &[(RoomId, Quote)], room: RoomId) -> Option<Quote> {
    answers.iter().find(|(place, _)| *place == room).map(|(_, quote)| quote.clone())
}
