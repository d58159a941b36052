//! Rooms: making them, going in and out, and what is said of them.

use maru_shared::{
    DraftId, Happening, MemberId, Name, Note, Refusal, RoomId, Seq,
    api::{Deed, NewDirect},
    role::Action,
    room::RoomSummary,
};
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::{Actor, Applying, Place, Result};
use crate::{
    entry::{Answer, Effect, Outcome},
    store::{
        row::{self, DIRECT, PRIVATE, PUBLIC},
        words::forget,
    },
};

/// So many events of a deleted room are taken off the disk in one transaction, so that nobody waits long for it.
const PURGED_AT_ONCE: usize = 2_000;

/// Which they are.
const PURGED: &str = "SELECT e.room, e.seq FROM rooms r JOIN events e ON e.room = r.number \
    WHERE r.deleted_at IS NOT NULL LIMIT ?1";

impl Applying<'_> {
    pub(super) fn make_room(
        &self,
        id: RoomId,
        draft: DraftId,
        name: &Name,
        private: bool,
    ) -> Result<Outcome> {
        let actor = self.acting(Action::MakeRoom)?;
        let before = self
            .prepare("SELECT id FROM rooms WHERE made_by = ?1 AND draft = ?2")?
            .query_row((actor.number, draft.as_bytes()), |row| Ok(RoomId::from_bytes(row.get(0)?)))
            .optional()?;
        if let Some(before) = before {
            let place = self.place(before, &actor)?;
            return Ok(Outcome::unchanged(Answer::Room(self.room(&place)?)));
        }
        actor.is_heard(self.entry.at)?;
        if !private {
            self.see_that_free(name)?;
        }
        let kind = if private { PRIVATE } else { PUBLIC };
        self.prepare(
            "INSERT INTO rooms (id, kind, name, name_key, made_by, draft, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            id.as_bytes(),
            kind,
            name.as_str(),
            name.key(),
            actor.number,
            draft.as_bytes(),
            self.entry.at.0,
        ))?;
        let place = self.new_place(id, kind, &actor);
        self.add_membership(&place, &actor)?;
        let mut effects = vec![
            Effect::Entered(actor.member.id, id),
            self.append(&place, &actor, Happening::Made { name: name.clone() })?,
        ];
        effects.extend(self.listed(&place)?);
        Ok(Outcome::accepted(Answer::Room(self.room(&place)?), effects))
    }

    pub(super) fn open_direct(&self, id: RoomId, with: &[MemberId]) -> Result<Outcome> {
        let actor = self.acting(Action::TalkDirectly)?;
        let mut ids: Vec<MemberId> = with.iter().copied().chain([actor.member.id]).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > NewDirect::MOST + 1 {
            return Err(Refusal::Malformed.into());
        }
        let people = ids.iter().fold(Sha256::new(), |hash, id| hash.chain_update(id.as_bytes())).finalize();
        let before = self
            .prepare("SELECT id FROM rooms WHERE people = ?1")?
            .query_row([people.as_slice()], |row| Ok(RoomId::from_bytes(row.get(0)?)))
            .optional()?;
        if let Some(before) = before {
            let place = self.place(before, &actor)?;
            return Ok(Outcome::unchanged(Answer::Room(self.room(&place)?)));
        }
        actor.is_heard(self.entry.at)?;
        let mut members = Vec::with_capacity(ids.len());
        for id in ids {
            let member = self.member(id)?.filter(|member| !member.banned).ok_or(Refusal::NoSuchMember)?;
            members.push(member);
        }
        self.prepare("INSERT INTO rooms (id, kind, people, made_by, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((id.as_bytes(), DIRECT, people.as_slice(), actor.number, self.entry.at.0))?;
        let place = self.new_place(id, DIRECT, &actor);
        let mut effects = Vec::new();
        for member in &members {
            self.add_membership(&place, member)?;
            effects.push(Effect::Entered(member.member.id, id));
        }
        effects.push(self.append(&place, &actor, Happening::Opened)?);
        Ok(Outcome::accepted(Answer::Room(self.room(&place)?), effects))
    }

    pub(super) fn join(&self, id: RoomId) -> Result<Outcome> {
        let actor = self.acting(Action::ComeAndGo)?;
        let place = self.place(id, &actor)?;
        if actor.is_operator() {
            return Err(Refusal::NotAllowed.into());
        }
        let room = self.room(&place)?;
        if place.joined {
            return Ok(Outcome::unchanged(Answer::Room(room)));
        }
        Ok(Outcome::accepted(Answer::Room(room), self.enter_room(&place, &actor)?))
    }

    pub(super) fn leave(&self, id: RoomId) -> Result<Outcome> {
        let actor = self.acting(Action::ComeAndGo)?;
        let place = self.place(id, &actor)?;
        if !place.joined {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        if place.kind == DIRECT {
            return Err(Refusal::NotAllowed.into());
        }
        let left = self.append(&place, &actor, Happening::Left)?;
        self.remove_membership(&place, &actor)?;
        let mut effects = vec![left, Effect::Left(actor.member.id, id)];
        let is_empty = !self.exists("SELECT 1 FROM memberships WHERE room = ?1", [place.number])?;
        if place.kind == PRIVATE && is_empty {
            // Nobody could ever come into it again.
            effects.push(self.take_away(&place)?);
        }
        Ok(Outcome::accepted(Answer::Done, effects))
    }

    pub(super) fn let_in(&self, id: RoomId, member: MemberId) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::LetIn)?;
        let member = self.member(member)?.filter(|member| !member.banned).ok_or(Refusal::NoSuchMember)?;
        if self.is_in(&place, &member)? {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.add_membership(&place, &member)?;
        let what = Happening::LetIn { member: member.member.clone() };
        let let_in = self.append_about(&place, &actor, what, Some(&member))?;
        Ok(Outcome::accepted(Answer::Done, vec![Effect::Entered(member.member.id, id), let_in]))
    }

    pub(super) fn kick(&self, id: RoomId, member: MemberId, reason: &Note) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::Kick)?;
        if !reason.is_empty() {
            actor.is_heard(self.entry.at)?;
        }
        let member = self.member(member)?.ok_or(Refusal::NoSuchMember)?;
        let above = actor.is_operator() || member.role < actor.role.on(place.ground(&actor));
        if !above || member.number == actor.number {
            return Err(Refusal::NotAllowed.into());
        }
        if !self.is_in(&place, &member)? {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        let room = self.audited(&place)?;
        self.audit(&actor, &Deed::Kicked { member: member.member.clone(), room, reason: reason.clone() })?;
        let what = Happening::Kicked { member: member.member.clone(), reason: reason.clone() };
        let kicked = self.append_about(&place, &actor, what, Some(&member))?;
        self.remove_membership(&place, &member)?;
        Ok(Outcome::accepted(Answer::Done, vec![kicked, Effect::Left(member.member.id, id)]))
    }

    pub(super) fn rename(&self, id: RoomId, name: &Name) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::Describe)?;
        actor.is_heard(self.entry.at)?;
        let own: String = self
            .prepare("SELECT name FROM rooms WHERE number = ?1")?
            .query_row([place.number], |row| row.get(0))?;
        if own == name.as_str() {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        let same_key = self
            .exists("SELECT 1 FROM rooms WHERE number = ?1 AND name_key = ?2", (place.number, name.key()))?;
        if place.kind == PUBLIC && !same_key {
            self.see_that_free(name)?;
        }
        self.prepare("UPDATE rooms SET name = ?2, name_key = ?3 WHERE number = ?1")?.execute((
            place.number,
            name.as_str(),
            name.key(),
        ))?;
        self.told(&place, &actor, Happening::Renamed { name: name.clone() })
    }

    pub(super) fn describe(&self, id: RoomId, topic: &Note) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::Describe)?;
        actor.is_heard(self.entry.at)?;
        let changed = self
            .prepare("UPDATE rooms SET topic = ?2 WHERE number = ?1 AND topic <> ?2")?
            .execute((place.number, topic.as_str()))?;
        if changed == 0 {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.told(&place, &actor, Happening::Described { topic: topic.clone() })
    }

    pub(super) fn archive(&self, id: RoomId, archived: bool) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::Archive)?;
        if place.is_lobby() {
            // Who comes in is there first.
            return Err(Refusal::NotAllowed.into());
        }
        if place.archived == archived {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare("UPDATE rooms SET archived_at = ?2 WHERE number = ?1")?
            .execute((place.number, archived.then_some(self.entry.at.0)))?;
        let room = self.audited(&place)?;
        let (deed, what) = if archived {
            (Deed::RoomArchived { room }, Happening::Archived)
        } else {
            (Deed::RoomRestored { room }, Happening::Restored)
        };
        self.audit(&actor, &deed)?;
        self.told(&place, &actor, what)
    }

    pub(super) fn delete_room(&self, id: RoomId) -> Result<Outcome> {
        let (actor, place) = self.acting_in(id, Action::DeleteRoom)?;
        if place.is_lobby() {
            return Err(Refusal::NotAllowed.into());
        }
        self.audit(&actor, &Deed::RoomDeleted { room: self.audited(&place)? })?;
        Ok(Outcome::accepted(Answer::Done, vec![self.take_away(&place)?]))
    }

    pub(super) fn purge(&self) -> Result<Outcome> {
        let most = row::position(PURGED_AT_ONCE);
        let detached = self.detach_in_deleted_rooms(most)?;
        forget(self.to, PURGED, most)?;
        let purged =
            self.prepare(&format!("DELETE FROM events WHERE (room, seq) IN ({PURGED})"))?.execute([most])?;
        let mut beside = 0;
        for (table, key) in [
            ("versions", "room, message, number"),
            ("mentions", "room, message, place"),
            ("reactions", "room, message, emoji, member"),
            ("pins", "room, message"),
        ] {
            beside += self
                .prepare(&format!(
                    "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE room IN \
                     (SELECT number FROM rooms WHERE deleted_at IS NOT NULL) LIMIT ?1)"
                ))?
                .execute([most])?;
        }
        if purged < PURGED_AT_ONCE && detached < PURGED_AT_ONCE && beside < PURGED_AT_ONCE {
            self.prepare(
                "DELETE FROM searchable WHERE room IN (SELECT number FROM rooms WHERE deleted_at IS NOT NULL)",
            )?
            .execute([])?;
            self.prepare("DELETE FROM rooms WHERE deleted_at IS NOT NULL")?.execute([])?;
        }
        Ok(Outcome::unchanged(Answer::Purged(purged + detached + beside)))
    }

    /// Makes somebody one of those in a room.
    pub(super) fn enter_room(&self, place: &Place, actor: &Actor) -> rusqlite::Result<Vec<Effect>> {
        self.add_membership(place, actor)?;
        let joined = self.append(place, actor, Happening::Joined)?;
        Ok(vec![Effect::Entered(actor.member.id, place.id), joined])
    }

    fn told(&self, place: &Place, actor: &Actor, what: Happening) -> Result<Outcome> {
        let mut effects = vec![self.append(place, actor, what)?];
        effects.extend(self.listed(place)?);
        Ok(Outcome::accepted(Answer::Done, effects))
    }

    /// A public room, to be told to everybody.
    fn listed(&self, place: &Place) -> rusqlite::Result<Option<Effect>> {
        if place.kind != PUBLIC {
            return Ok(None);
        }
        let members: i64 = self
            .prepare("SELECT count(*) FROM memberships WHERE room = ?1")?
            .query_row([place.number], |row| row.get(0))?;
        let (room, members) = (self.room(place)?, members.unsigned_abs());
        Ok(Some(Effect::Listed(RoomSummary { room, members, joined: false, head: place.head.next() })))
    }

    /// Takes a room away from everybody. What it holds is taken off the disk afterwards.
    fn take_away(&self, place: &Place) -> rusqlite::Result<Effect> {
        self.prepare("UPDATE rooms SET deleted_at = ?2, draft = NULL WHERE number = ?1")?
            .execute((place.number, self.entry.at.0))?;
        self.prepare("DELETE FROM memberships WHERE room = ?1")?.execute([place.number])?;
        Ok(Effect::RoomGone { room: place.id, public: place.kind == PUBLIC })
    }

    fn new_place(&self, id: RoomId, kind: i64, actor: &Actor) -> Place {
        let (number, made_by) = (self.to.last_insert_rowid(), Some(actor.number));
        Place { number, id, head: Seq::ZERO, kind, made_by, archived: false, joined: true }
    }

    fn see_that_free(&self, name: &Name) -> Result<()> {
        let taken = "SELECT 1 FROM rooms WHERE name_key = ?1 AND kind = 1 AND deleted_at IS NULL";
        if self.exists(taken, [name.key()])? { Err(Refusal::NameTaken.into()) } else { Ok(()) }
    }

    /// Puts somebody into a room, by the event that comes next there.
    fn add_membership(&self, place: &Place, member: &Actor) -> rusqlite::Result<()> {
        self.prepare("INSERT INTO memberships (member, room, seq, at, read) VALUES (?1, ?2, ?3, ?4, ?3)")?
            .execute((member.number, place.number, row::number(place.head.next()), self.entry.at.0))?;
        Ok(())
    }

    fn remove_membership(&self, place: &Place, member: &Actor) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM memberships WHERE member = ?1 AND room = ?2")?
            .execute((member.number, place.number))?;
        Ok(())
    }

    fn is_in(&self, place: &Place, member: &Actor) -> rusqlite::Result<bool> {
        self.exists(
            "SELECT 1 FROM memberships WHERE member = ?1 AND room = ?2",
            (member.number, place.number),
        )
    }
}
