//! Reacting to messages, and pinning them.

use maru_shared::{Emoji, Happening, Message, Refusal, RoomId, Seq, role::Action};

use super::{Actor, Applying, Place, Result};
use crate::{
    entry::{Answer, Outcome},
    store::{
        happened::{PIN, REACTIONS},
        row,
    },
};

/// The most messages that are pinned in a room.
const MOST_PINS: u32 = 100;

impl Applying<'_> {
    pub(super) fn react(&self, room: RoomId, message: Seq, emoji: &Emoji) -> Result<Outcome> {
        let (actor, place, written) = self.written(room, message, Action::Talk)?;
        actor.is_heard(self.entry.at)?;
        if self.has_reacted(&place, message, emoji, &actor)? {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        let most = u32::try_from(Message::MOST_REACTIONS).unwrap_or(u32::MAX);
        let others: u32 = self
            .prepare("SELECT count(DISTINCT emoji) FROM reactions WHERE room = ?1 AND message = ?2 AND emoji <> ?3")?
            .query_row((place.number, row::number(message), emoji.as_str()), |row| row.get(0))?;
        if others >= most {
            return Err(Refusal::TooMany { max: most }.into());
        }
        self.prepare(
            "INSERT INTO reactions (room, message, emoji, member, seq, since) VALUES (?1, ?2, ?3, ?4, ?5, \
             ifnull((SELECT min(since) FROM reactions WHERE room = ?1 AND message = ?2 AND emoji = ?3), ?5))",
        )?
        .execute((
            place.number,
            row::number(message),
            emoji.as_str(),
            actor.number,
            row::number(place.head.next()),
        ))?;
        self.set_extras(&place, message, written.extras | REACTIONS)?;
        self.done_to(&place, &actor, Happening::Reacted { message, emoji: emoji.clone() })
    }

    pub(super) fn unreact(&self, room: RoomId, message: Seq, emoji: &Emoji) -> Result<Outcome> {
        let (actor, place, written) = self.written(room, message, Action::Talk)?;
        if !self.has_reacted(&place, message, emoji, &actor)? {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare(
            "DELETE FROM reactions WHERE room = ?1 AND message = ?2 AND emoji = ?3 AND member = ?4",
        )?
        .execute((place.number, row::number(message), emoji.as_str(), actor.number))?;
        let any = "SELECT 1 FROM reactions WHERE room = ?1 AND message = ?2";
        if !self.exists(any, (place.number, row::number(message)))? {
            self.set_extras(&place, message, written.extras & !REACTIONS)?;
        }
        self.done_to(&place, &actor, Happening::Unreacted { message, emoji: emoji.clone() })
    }

    pub(super) fn pin(&self, room: RoomId, message: Seq, pinned: bool) -> Result<Outcome> {
        let (actor, place, written) = self.written(room, message, Action::Pin)?;
        actor.is_heard(self.entry.at)?;
        if pinned == (written.extras & PIN != 0) {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        if !pinned {
            self.prepare("DELETE FROM pins WHERE room = ?1 AND message = ?2")?
                .execute((place.number, row::number(message)))?;
            self.set_extras(&place, message, written.extras & !PIN)?;
            return self.done_to(&place, &actor, Happening::Unpinned { message });
        }
        let others: u32 = self
            .prepare("SELECT count(*) FROM pins WHERE room = ?1")?
            .query_row([place.number], |row| row.get(0))?;
        if others >= MOST_PINS {
            return Err(Refusal::TooMany { max: MOST_PINS }.into());
        }
        self.prepare("INSERT INTO pins (room, message, seq) VALUES (?1, ?2, ?3)")?.execute((
            place.number,
            row::number(message),
            row::number(place.head.next()),
        ))?;
        self.set_extras(&place, message, written.extras | PIN)?;
        self.done_to(&place, &actor, Happening::Pinned { message })
    }

    fn has_reacted(&self, place: &Place, message: Seq, emoji: &Emoji, actor: &Actor) -> Result<bool> {
        let own = "SELECT 1 FROM reactions WHERE room = ?1 AND message = ?2 AND emoji = ?3 AND member = ?4";
        Ok(self.exists(own, (place.number, row::number(message), emoji.as_str(), actor.number))?)
    }

    fn set_extras(&self, place: &Place, message: Seq, extras: i64) -> Result<()> {
        self.prepare("UPDATE events SET extras = ?3 WHERE room = ?1 AND seq = ?2")?.execute((
            place.number,
            row::number(message),
            extras,
        ))?;
        Ok(())
    }

    fn done_to(&self, place: &Place, actor: &Actor, what: Happening) -> Result<Outcome> {
        Ok(Outcome::accepted(Answer::Done, vec![self.append(place, actor, what)?]))
    }
}
