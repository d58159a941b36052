//! What becomes of an entry: a function of the store and the entry alone.
//!
//! Every change checks first and writes then, so that a refused one has written nothing.

mod accounts;
mod links;

use std::fs::File;

use maru_shared::{
    DraftId, Event, Happening, Member, MemberId, MessageBody, Refusal, Role, Room, RoomId, Seq, Timestamp,
    role::{Action, may},
};
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior};

use super::row::{self, EVENT_COLUMNS, HEAD, JOINED, MADE, POSTED};
use crate::{
    entry::{Answer, Change, Entry, Outcome},
    secret::SecretHash,
};

/// The one connection that writes.
pub struct Store {
    connection: Connection,
    _lock: File,
}

/// Why entries could not be applied. Nothing was done.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct WriteError(#[from] rusqlite::Error);

impl WriteError {
    /// Whether it lies in an entry, and not in the disk: applied without that entry, the others may succeed.
    pub fn is_contradiction(&self) -> bool {
        self.0.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
    }
}

/// Why an entry is not done.
enum Undone {
    /// Its asker is told why.
    Refused(Refusal),
    /// SQLite cannot.
    Failed(rusqlite::Error),
}

impl From<Refusal> for Undone {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

impl From<rusqlite::Error> for Undone {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Failed(cause)
    }
}

type Result<T> = std::result::Result<T, Undone>;

/// Sessions that are over, and whose they were.
type Ended = Vec<(MemberId, SecretHash)>;

/// All that decides about a post in one question, as this is the way that every message takes: the member, the room and
/// its head, whether the one has joined the other, and whether the draft is known.
const BEFORE_POST: &str = "SELECT m.number, m.id, m.name, m.role, r.number, \
    (SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number), s.seq IS NOT NULL, e.seq IS NOT NULL \
    FROM members m LEFT JOIN rooms r ON r.id = ?2 \
    LEFT JOIN memberships s ON s.member = m.number AND s.room = r.number \
    LEFT JOIN events e ON e.draft = ?3 AND e.actor = m.number WHERE m.id = ?1";

impl Store {
    pub(super) fn new(connection: Connection, lock: File) -> Self {
        Self { connection, _lock: lock }
    }

    /// Applies the entries in their order, in one transaction: when this returns, what they did is on the disk.
    ///
    /// # Errors
    /// When SQLite cannot (a full disk, say). Then nothing was done.
    pub fn apply<'a>(
        &mut self,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> std::result::Result<Vec<Outcome>, WriteError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcomes = entries
            .into_iter()
            .map(|entry| Applying { to: &transaction, entry }.apply())
            .collect::<rusqlite::Result<Vec<_>>>()?;
        transaction.commit()?;
        Ok(outcomes)
    }
}

/// One entry on its way into the store.
struct Applying<'a> {
    to: &'a Connection,
    entry: &'a Entry,
}

/// A member as the store numbers them.
struct Actor {
    number: i64,
    member: Member,
    role: Role,
}

/// A room as the store numbers it, and the position of its newest event.
struct Place {
    number: i64,
    id: RoomId,
    head: Seq,
}

impl Applying<'_> {
    fn apply(&self) -> rusqlite::Result<Outcome> {
        match self.decide() {
            Ok(outcome) => Ok(outcome),
            Err(Undone::Refused(why)) => Ok(Outcome::refused(why)),
            Err(Undone::Failed(cause)) => Err(cause),
        }
    }

    fn decide(&self) -> Result<Outcome> {
        match &self.entry.change {
            Change::SignIn { name, draft, session } => self.sign_in(name, draft.as_ref(), session.as_deref()),
            Change::SignInAgain { verified, session } => self.sign_in_again(verified, session),
            Change::UseSession { session } => self.use_session(session),
            Change::SignOut { session } => self.sign_out(session),
            Change::EndSession { session } => self.end_session(*session),
            Change::EndOtherSessions { keep } => self.end_other_sessions(keep),
            Change::SetPassword { verified, password, keep } => {
                self.set_password(verified.as_ref(), password, keep)
            }
            Change::MakeLink { secret, purpose, expires_at, uses } => {
                self.make_link(secret, *purpose, *expires_at, *uses)
            }
            Change::RevokeInvitation { invitation } => self.revoke_invitation(*invitation),
            Change::AcceptLink(acceptance) => self.accept_link(acceptance),
            Change::MakeRoom { room, draft, name } => {
                self.make_room(Room { id: *room, name: name.clone() }, *draft)
            }
            Change::Join { room } => self.join(*room),
            Change::Post { room, draft, body } => self.post(*room, *draft, body),
        }
    }

    fn make_room(&self, room: Room, draft: DraftId) -> Result<Outcome> {
        let actor = self.acting(Action::MakeRoom)?;
        let before = self
            .prepare("SELECT id, name FROM rooms WHERE made_by = ?1 AND draft = ?2")?
            .query_row((actor.number, draft.as_bytes()), |row| row::room(row, 0))
            .optional()?;
        if let Some(before) = before {
            return Ok(Outcome::unchanged(Answer::Made(before)));
        }
        if self.exists("SELECT 1 FROM rooms WHERE name_key = ?1", [room.name.key()])? {
            return Err(Refusal::NameTaken.into());
        }
        self.prepare(
            "INSERT INTO rooms (id, name, name_key, made_by, draft, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            room.id.as_bytes(),
            room.name.as_str(),
            room.name.key(),
            actor.number,
            draft.as_bytes(),
            self.entry.at.0,
        ))?;
        let place = Place { number: self.to.last_insert_rowid(), id: room.id, head: Seq::ZERO };
        let made = self.append(&place, &actor, Happening::Made { name: room.name.clone() })?;
        self.add_membership(&place, &actor, made.seq)?;
        Ok(Outcome::accepted(Answer::Made(room), made))
    }

    fn join(&self, id: RoomId) -> Result<Outcome> {
        let actor = self.acting(Action::Talk)?;
        let Some((place, room)) = self.room(id)? else { return Err(Refusal::NoSuchRoom.into()) };
        if self.has_joined(&place, &actor)? {
            return Ok(Outcome::unchanged(Answer::Joined(room)));
        }
        let joined = self.add_to(&place, &actor)?;
        Ok(Outcome::accepted(Answer::Joined(room), joined))
    }

    fn post(&self, room: RoomId, draft: DraftId, body: &MessageBody) -> Result<Outcome> {
        let found = self
            .prepare(BEFORE_POST)?
            .query_row((self.entry.actor.as_bytes(), room.as_bytes(), draft.as_bytes()), |row| {
                let head = row::seq(row, 5)?;
                let place = row.get::<_, Option<i64>>(4)?.map(|number| Place { number, id: room, head });
                Ok((actor(row)?, place, row.get::<_, bool>(6)?, row.get::<_, bool>(7)?))
            })
            .optional()?;
        let (actor, place, has_joined) = match found {
            None => return Err(Refusal::SignedOut.into()),
            Some((actor, _, _, true)) => {
                return Ok(Outcome::unchanged(Answer::PostedBefore(self.posted_before(&actor, draft)?)));
            }
            Some((actor, place, has_joined, false)) => (actor, place, has_joined),
        };
        let Some(place) = place else { return Err(Refusal::NoSuchRoom.into()) };
        if !may(actor.role, Action::Talk) {
            return Err(Refusal::NotAllowed.into());
        }
        if !has_joined {
            return Err(Refusal::NotJoined.into());
        }
        let what = Happening::Posted { draft, text: body.as_str().to_owned() };
        Ok(Outcome::accepted(Answer::Posted, self.append(&place, &actor, what)?))
    }

    fn posted_before(&self, actor: &Actor, draft: DraftId) -> rusqlite::Result<Event> {
        self.prepare(&format!(
            "SELECT {EVENT_COLUMNS}, r.id FROM events e JOIN rooms r ON r.number = e.room \
             JOIN members m ON m.number = e.actor WHERE e.actor = ?1 AND e.draft = ?2"
        ))?
        .query_row((actor.number, draft.as_bytes()), |row| row::event(RoomId::from_bytes(row.get(7)?), row))
    }

    fn add_to(&self, place: &Place, actor: &Actor) -> rusqlite::Result<Event> {
        let joined = self.append(place, actor, Happening::Joined)?;
        self.add_membership(place, actor, joined.seq)?;
        Ok(joined)
    }

    fn add_membership(&self, place: &Place, actor: &Actor, seq: Seq) -> rusqlite::Result<()> {
        self.prepare("INSERT INTO memberships (member, room, seq, at) VALUES (?1, ?2, ?3, ?4)")?
            .execute((actor.number, place.number, row::number(seq), self.entry.at.0))?;
        Ok(())
    }

    /// Gives the event the room's next position.
    fn append(&self, place: &Place, actor: &Actor, what: Happening) -> rusqlite::Result<Event> {
        let seq = place.head.next();
        let (kind, draft, text) = match &what {
            Happening::Made { name } => (MADE, None, Some(name.as_str())),
            Happening::Joined => (JOINED, None, None),
            Happening::Posted { draft, text } => (POSTED, Some(draft.as_bytes()), Some(text.as_str())),
        };
        let Timestamp(at) = self.entry.at;
        self.prepare(
            "INSERT INTO events (room, seq, at, actor, kind, draft, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((place.number, row::number(seq), at, actor.number, kind, draft, text))?;
        Ok(Event { room: place.id, seq, at: self.entry.at, by: actor.member.clone(), what })
    }

    /// Who asks, if they may do this.
    fn acting(&self, action: Action) -> Result<Actor> {
        let actor = self.member(self.entry.actor)?.ok_or(Refusal::SignedOut)?;
        if may(actor.role, action) { Ok(actor) } else { Err(Refusal::NotAllowed.into()) }
    }

    fn member(&self, id: MemberId) -> rusqlite::Result<Option<Actor>> {
        self.prepare("SELECT number, id, name, role FROM members WHERE id = ?1")?
            .query_row([id.as_bytes()], actor)
            .optional()
    }

    fn room(&self, id: RoomId) -> rusqlite::Result<Option<(Place, Room)>> {
        self.prepare(&format!("SELECT r.number, {HEAD}, r.id, r.name FROM rooms r WHERE r.id = ?1"))?
            .query_row([id.as_bytes()], |row| {
                Ok((Place { number: row.get(0)?, id, head: row::seq(row, 1)? }, row::room(row, 2)?))
            })
            .optional()
    }

    fn has_joined(&self, place: &Place, actor: &Actor) -> rusqlite::Result<bool> {
        self.exists("SELECT 1 FROM memberships WHERE member = ?1 AND room = ?2", (actor.number, place.number))
    }

    fn exists(&self, query: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<bool> {
        self.prepare(query)?.exists(parameters)
    }

    fn prepare(&self, query: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.to.prepare_cached(query)
    }
}

/// The actor of a row that begins with a member's number, id, name and role.
fn actor(row: &Row<'_>) -> rusqlite::Result<Actor> {
    Ok(Actor { number: row.get(0)?, member: row::member(row, 1)?, role: row::role(row, 3)? })
}
