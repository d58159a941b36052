//! What one does with messages, and where one wants to be among them.

use std::time::Duration;

use maru_shared::{Emoji, RoomId, Seq, message::Quote};

use super::{Answer, Chat, Failure};
use crate::{
    client::http,
    dom::{page, storage},
    ground::*,
    parts::begin,
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

/// What came of something that one asked for with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not done.
    Failed(Failure),
    /// Whether it was copied for elsewhere.
    Copied(bool),
}

/// For so long it is said what came of something.
const OUTCOME_SHOWN: Duration = Duration::from_secs(6);

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

    /// Reacts to a message by this emoji, or takes that back.
    pub fn react(self, room: RoomId, seq: Seq, emoji: &Emoji) {
        let Some(deeds) = self.deeds(room, seq) else { return };
        let mut reactions = deeds.message.reactions.iter();
        let back = reactions.any(|reaction| reaction.emoji == *emoji && reaction.mine);
        if !back {
            storage::keep_recent_emoji(emoji.as_str());
        }
        self.do_it(http::react(room, seq, emoji, back));
    }

    /// Pins a message, or takes it from what is pinned.
    pub fn pin(self, room: RoomId, seq: Seq, pinned: bool) {
        self.do_it(http::pin(room, seq, pinned));
    }

    /// Copies a text for elsewhere.
    pub fn copy(self, text: String) {
        begin(async move { self.tell(Outcome::Copied(page::copy(&text).await)) });
    }

    /// What came of the last thing that was asked, for a while.
    pub fn outcome(self) -> Option<Outcome> {
        self.outcome.get().map(|(_, outcome)| outcome)
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

    /// Whether a message has more in it than what it says.
    pub fn has_files(self, room: RoomId, seq: Seq) -> bool {
        self.deeds(room, seq).is_some_and(|deeds| !deeds.message.files.is_empty())
    }

    /// So much of the message that is being written anew is written now.
    pub fn edit_on(self, text: &str) {
        let _ = self.editing.try_update_untracked(|editing| {
            if let Some(editing) = editing {
                text.clone_into(&mut editing.text);
            }
        });
    }

    /// The message says what it said.
    pub fn end_editing(self) {
        self.editing.set(None);
        page::focus(".composer textarea");
    }

    /// The message says from now on what was written. Until that is so, it is still being written.
    ///
    /// # Errors
    /// When that is refused, as what is no message is, or the server does not answer.
    pub fn save_edit(self) -> Answer<()> {
        let begun = self.editing.get_untracked();
        Box::pin(async move {
            let Some(Editing { room, seq, text }) = begun.clone() else { return Ok(()) };
            if self.deeds(room, seq).is_none_or(|deeds| deeds.message.text != text) {
                http::edit(room, seq, text).await?;
            }
            // Another one may be written by now, or more of this one.
            if self.editing.with_untracked(|now| *now == begun) {
                self.end_editing();
            }
            Ok(())
        })
    }

    /// Asks for something, and says for a while why it was not done.
    fn do_it(self, asked: Answer<()>) {
        begin(async move {
            if let Err(why) = asked.await {
                self.tell(Outcome::Failed(why));
            }
        });
    }

    fn tell(self, outcome: Outcome) {
        let turn = self.outcome.with_untracked(|told| told.map_or(0, |(turn, _)| turn.wrapping_add(1)));
        self.outcome.set(Some((turn, outcome)));
        let forget = move || {
            // Something else may be told by now.
            if self.outcome.try_update_untracked(|told| told.is_some_and(|(now, _)| now == turn))
                == Some(true)
            {
                self.outcome.set(None);
            }
        };
        set_timeout(forget, OUTCOME_SHOWN);
    }
}

fn quote_of(answers: &[(RoomId, Quote)], room: RoomId) -> Option<Quote> {
    answers.iter().find(|(place, _)| *place == room).map(|(_, quote)| quote.clone())
}
