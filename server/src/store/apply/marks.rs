//! What each has read, and wants to be told.

use maru_shared::{Notify, RoomId, Seq, event::READERS_TOLD, role::Action};

use super::{Actor, Applying, Place, Result};
use crate::{
    entry::{Answer, Effect, Outcome},
    store::{happened, row},
};

impl Applying<'_> {
    pub(super) fn read(&self, room: RoomId, seq: Seq) -> Result<Outcome> {
        let (actor, place) = self.acting_in(room, Action::Talk)?;
        let upto = row::number(seq.min(place.head));
        // Who says what is known already asks how much is unread.
        let changed = self
            .prepare("UPDATE memberships SET read = ?3 WHERE member = ?1 AND room = ?2 AND read <= ?3")?
            .execute((actor.number, place.number, upto))?;
        if changed == 0 {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        let mut effects = self.marked(&place, &actor)?;
        let members: i64 = self
            .prepare("SELECT count(*) FROM (SELECT 1 FROM memberships WHERE room = ?1 LIMIT ?2)")?
            .query_row((place.number, row::position(READERS_TOLD + 1)), |row| row.get(0))?;
        if members <= row::position(READERS_TOLD) {
            effects.push(Effect::ReadBy(actor.member.id, room, seq.min(place.head)));
        }
        Ok(Outcome::accepted(Answer::Done, effects))
    }

    pub(super) fn unread(&self, room: RoomId, seq: Seq) -> Result<Outcome> {
        let (actor, place) = self.acting_in(room, Action::Talk)?;
        let upto = row::number(Seq(seq.0.saturating_sub(1)));
        let changed = self
            .prepare("UPDATE memberships SET read = ?3 WHERE member = ?1 AND room = ?2 AND read > ?3")?
            .execute((actor.number, place.number, upto))?;
        if changed == 0 {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        Ok(Outcome::accepted(Answer::Done, self.marked(&place, &actor)?))
    }

    pub(super) fn notify(&self, room: RoomId, notify: Notify) -> Result<Outcome> {
        let (actor, place) = self.acting_in(room, Action::Talk)?;
        let changed = self
            .prepare("UPDATE memberships SET notify = ?3 WHERE member = ?1 AND room = ?2 AND notify <> ?3")?
            .execute((actor.number, place.number, row::notify_number(notify)))?;
        if changed == 0 {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        Ok(Outcome::accepted(Answer::Done, self.marked(&place, &actor)?))
    }

    pub(super) fn show_seen(&self, shows: bool) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        self.prepare("UPDATE members SET shows_seen = ?2 WHERE number = ?1")?
            .execute((actor.number, shows))?;
        Ok(Outcome::accepted(Answer::Done, Vec::new()))
    }

    fn marked(&self, place: &Place, actor: &Actor) -> Result<Vec<Effect>> {
        let mark = happened::mark(self.to, actor.number, place.number)?;
        Ok(mark.map(|mark| Effect::Marked(actor.member.id, place.id, mark)).into_iter().collect())
    }
}
