//! What becomes of an entry: a function of the store and the entry alone.
//!
//! Every change checks first and writes then, so that a refused one has written nothing.

/// What [`actor`] reads of a row of members `m`.
macro_rules! actor_columns {
    () => {
        "m.number, m.id, m.name, m.role, m.password IS NOT NULL, m.muted_until, m.banned_at IS NOT NULL"
    };
}

mod accounts;
mod files;
mod links;
mod marks;
mod messages;
mod order;
mod passkeys;
mod reactions;
mod rooms;

#[cfg(test)]
pub(super) use self::messages::BEFORE_POST;

use std::{
    cell::{Cell, RefCell},
    fs::File,
};

use maru_shared::{
    DraftId, Event, Happening, Member, MemberId, Refusal, Role, Room, RoomId, Seq, Timestamp,
    api::{AuditedRoom, Deed},
    event::Standing,
    role::{Action, Ground, may},
};
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior};

use super::{
    happened::extras,
    row::{self, HEAD, PRIVATE, PUBLIC, ROOM},
    words::Behind,
};
use crate::entry::{By, Change, Effect, Entry, Outcome};

/// The one connection that writes.
pub struct Store {
    pub(super) connection: Connection,
    /// What the index of words has yet to take in.
    pub(super) behind: RefCell<Behind>,
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

/// Writes an event.
pub(super) const APPEND: &str = "INSERT INTO events (room, seq, at, actor, kind, draft, text, whom, about, reply, extras) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Who a row of members is.
const ACTOR: &str = concat!("SELECT ", actor_columns!(), " FROM members m ");

impl Store {
    pub(super) fn new(connection: Connection, lock: File) -> rusqlite::Result<Self> {
        let behind = RefCell::new(Behind::of(&connection)?);
        Ok(Self { connection, behind, _lock: lock })
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
        let entries = entries.into_iter();
        let mut outcomes = Vec::with_capacity(entries.size_hint().0);
        let mut at_hand = AtHand::default();
        for entry in entries {
            let applying = Applying { to: &transaction, behind: &self.behind, entry, at_hand };
            outcomes.push(applying.apply()?);
            at_hand = applying.at_hand;
        }
        drop(at_hand);
        transaction.commit()?;
        Ok(outcomes)
    }
}

/// One entry on its way into the store.
struct Applying<'a> {
    to: &'a Connection,
    behind: &'a RefCell<Behind>,
    entry: &'a Entry,
    at_hand: AtHand<'a>,
}

/// The statements that every message takes, kept at hand from one entry of a batch to the next: to find one of them among all
/// by its text costs a fifth of what it does.
#[derive(Default)]
struct AtHand<'a> {
    before_post_by_session: Cell<Option<CachedStatement<'a>>>,
    before_post_by_member: Cell<Option<CachedStatement<'a>>>,
    append: Cell<Option<CachedStatement<'a>>>,
}

/// A member as the store knows them.
struct Actor {
    number: i64,
    member: Member,
    role: Role,
    has_password: bool,
    muted_until: Option<i64>,
    banned: bool,
}

/// A room as the store knows it, seen by the actor.
struct Place {
    number: i64,
    id: RoomId,
    /// The position of its newest event.
    head: Seq,
    kind: i64,
    made_by: Option<i64>,
    archived: bool,
    /// Whether the actor is in it.
    joined: bool,
}

/// The number of whoever runs the machine.
const OPERATOR: i64 = 0;

impl Actor {
    fn is_operator(&self) -> bool {
        self.number == OPERATOR
    }

    /// Refuses what others would read, while one is muted.
    fn is_heard(&self, now: Timestamp) -> Result<()> {
        match self.standing(now).muted_until {
            Some(until) => Err(Refusal::Muted { until }.into()),
            None => Ok(()),
        }
    }

    fn standing(&self, now: Timestamp) -> Standing {
        let muted_until = self.muted_until.map(Timestamp).filter(|until| *until > now);
        Standing { role: self.role, has_password: self.has_password, muted_until }
    }
}

impl Place {
    /// On which ground somebody is who is in it.
    fn ground(&self, of: &Actor) -> Ground {
        match self.kind {
            PUBLIC | PRIVATE => Ground::Room { made_it: self.made_by == Some(of.number) },
            _ => Ground::Direct,
        }
    }

    fn is_lobby(&self) -> bool {
        self.id == RoomId::LOBBY
    }
}

impl<'a> Applying<'a> {
    fn apply(&self) -> rusqlite::Result<Outcome> {
        match self.decide() {
            Ok(outcome) => Ok(outcome),
            Err(Undone::Refused(why)) => Ok(Outcome::refused(why)),
            Err(Undone::Failed(cause)) => Err(cause),
        }
    }

    fn decide(&self) -> Result<Outcome> {
        match &self.entry.change {
            Change::Post { room, draft, body, reply, files } => {
                self.post(*room, *draft, body.as_ref(), *reply, files)
            }
            Change::SignIn { name, draft, session, from } => {
                self.sign_in(name, draft.as_ref(), session.as_deref(), *from)
            }
            Change::SignInAgain { verified, session } => self.sign_in_again(verified, session),
            Change::UseSession { session } => self.use_session(session),
            Change::SignOut { session } => self.sign_out(session),
            Change::EndSession { session } => self.end_session(*session),
            Change::EndOtherSessions => self.end_other_sessions(),
            Change::SetPassword { verified, password, forget_passkeys, token } => {
                self.set_password(verified.as_ref(), password, *forget_passkeys, token)
            }
            Change::ChangeName { name } => self.change_name(name),
            Change::AddPasskey(passkey) => self.add_passkey(passkey),
            Change::RemovePasskey { passkey } => self.remove_passkey(*passkey),
            Change::SignInByPasskey { credential, verified, next, session } => {
                self.sign_in_by_passkey(credential, verified, next, session)
            }
            Change::MakeLink { secret, purpose, expires_at, uses } => {
                self.make_link(secret, *purpose, *expires_at, *uses)
            }
            Change::RevokeInvitation { invitation } => self.revoke_invitation(*invitation),
            Change::AcceptLink(acceptance) => self.accept_link(acceptance),
            Change::MakeRoom { room, draft, name, private } => self.make_room(*room, *draft, name, *private),
            Change::OpenDirect { room, with } => self.open_direct(*room, with),
            Change::Join { room } => self.join(*room),
            Change::Leave { room } => self.leave(*room),
            Change::LetIn { room, member } => self.let_in(*room, *member),
            Change::Kick { room, member, reason } => self.kick(*room, *member, reason),
            Change::Rename { room, name } => self.rename(*room, name),
            Change::Describe { room, topic } => self.describe(*room, topic),
            Change::Archive { room, archived } => self.archive(*room, *archived),
            Change::DeleteRoom { room } => self.delete_room(*room),
            Change::Purge => self.purge(),
            Change::EditMessage { room, message, body } => self.edit_message(*room, *message, body.as_ref()),
            Change::React { room, message, emoji, back: false } => self.react(*room, *message, emoji),
            Change::React { room, message, emoji, back: true } => self.unreact(*room, *message, emoji),
            Change::Pin { room, message, pinned } => self.pin(*room, *message, *pinned),
            Change::BeginUpload(new) => self.begin_upload(new),
            Change::KeepUpload { file, offset } => self.keep_upload(*file, *offset),
            Change::FinishUpload { file, content } => self.finish_upload(*file, content),
            Change::CancelUpload { file } => self.cancel_upload(*file),
            Change::CollectFiles => self.collect_files(),
            Change::DeleteMessage { room, message, reason } => self.delete_message(*room, *message, reason),
            Change::Read { room, seq } => self.read(*room, *seq),
            Change::Unread { room, seq } => self.unread(*room, *seq),
            Change::Notify { room, notify } => self.notify(*room, *notify),
            Change::ShowSeen { shows } => self.show_seen(*shows),
            Change::SetRole { member, role } => self.set_role(*member, *role),
            Change::Mute { member, until, reason } => self.mute(*member, *until, reason),
            Change::Unmute { member } => self.unmute(*member),
            Change::Ban { member, reason, addresses } => self.ban(*member, reason, *addresses),
            Change::Unban { member } => self.unban(*member),
            Change::EndSessionsOf { member } => self.end_sessions_of(*member),
            Change::SetSettings { settings, says_policy } => self.set_settings(settings, *says_policy),
        }
    }

    /// Who asks.
    fn actor(&self) -> Result<Actor> {
        let actor = match &self.entry.by {
            By::Session(session) => self
                .prepare(&format!(
                    // What was asked when the session still had the secret before.
                    "{ACTOR} WHERE m.number = ifnull((SELECT member FROM sessions WHERE token_hash = ?1), \
                     (SELECT member FROM sessions WHERE before_hash = ?1))"
                ))?
                .query_row([session.as_bytes()], actor)
                .optional()?,
            By::Member(id) => self.member(*id)?,
            By::Operator => Some(
                self.prepare(&format!("{ACTOR} WHERE m.number = 0"))?
                    .query_row([], |row| Ok(Actor { role: Role::Owner, ..actor(row)? }))?,
            ),
        };
        match actor {
            None => Err(Refusal::SignedOut.into()),
            Some(Actor { banned: true, .. }) => Err(Refusal::Banned.into()),
            Some(actor) => Ok(actor),
        }
    }

    /// Who asks, if they may do this in this Maru.
    fn acting(&self, action: Action) -> Result<Actor> {
        let actor = self.actor()?;
        if may(actor.role, action, Ground::Maru) { Ok(actor) } else { Err(Refusal::NotAllowed.into()) }
    }

    /// Who asks, if they may do this in this room. What they cannot see is not there.
    fn acting_in(&self, room: RoomId, action: Action) -> Result<(Actor, Place)> {
        let actor = self.actor()?;
        let place = self.place(room, &actor)?;
        if !place.joined && !actor.is_operator() {
            return Err(Refusal::NotJoined.into());
        }
        if !may(actor.role, action, place.ground(&actor)) {
            return Err(Refusal::NotAllowed.into());
        }
        Ok((actor, place))
    }

    /// A member whom the actor may do something to that is not for their equals.
    fn below(&self, member: MemberId, actor: &Actor) -> Result<Actor> {
        let member = self.member(member)?.ok_or(Refusal::NoSuchMember)?;
        if member.role < actor.role || actor.is_operator() {
            Ok(member)
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    fn member(&self, id: MemberId) -> rusqlite::Result<Option<Actor>> {
        self.prepare(&format!("{ACTOR} WHERE m.id = ?1 AND m.number > 0"))?
            .query_row([id.as_bytes()], actor)
            .optional()
    }

    /// A room, if the actor can see it.
    fn place(&self, id: RoomId, actor: &Actor) -> Result<Place> {
        let place = self
            .prepare(&format!(
                "SELECT r.number, {HEAD}, r.kind, r.made_by, r.archived_at IS NOT NULL, \
                 EXISTS (SELECT 1 FROM memberships s WHERE s.member = ?2 AND s.room = r.number) \
                 FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NULL"
            ))?
            .query_row((id.as_bytes(), actor.number), |row| {
                Ok(Place {
                    number: row.get(0)?,
                    id,
                    head: row::seq(row, 1)?,
                    kind: row.get(2)?,
                    made_by: row.get(3)?,
                    archived: row.get(4)?,
                    joined: row.get(5)?,
                })
            })
            .optional()?;
        place
            .filter(|place| place.kind == PUBLIC || place.joined || actor.is_operator())
            .ok_or_else(|| Refusal::NoSuchRoom.into())
    }

    /// A room as clients know it.
    fn room(&self, place: &Place) -> rusqlite::Result<Room> {
        self.prepare(&format!("SELECT {ROOM} FROM rooms r WHERE r.number = ?1"))?
            .query_row([place.number], |row| row::room(self.to, row))
    }

    /// Gives the event the room's next position.
    fn append(&self, place: &Place, actor: &Actor, what: Happening) -> rusqlite::Result<Effect> {
        self.append_about(place, actor, what, None)
    }

    /// Gives the event, which was done to somebody, the room's next position.
    fn append_about(
        &self,
        place: &Place,
        actor: &Actor,
        what: Happening,
        whom: Option<&Actor>,
    ) -> rusqlite::Result<Effect> {
        self.append_by(place, (actor.number, actor.member.clone()), what, whom)
    }

    fn append_by(
        &self,
        place: &Place,
        (actor, by): (i64, Member),
        what: Happening,
        whom: Option<&Actor>,
    ) -> rusqlite::Result<Effect> {
        let seq = place.head.next();
        let (kind, text, about) = row::written(&what);
        let Timestamp(at) = self.entry.at;
        let whom = whom.map(|whom| whom.number);
        let draft = what.draft();
        let (reply, extras) = match &what {
            Happening::Posted(message) => {
                (message.reply.as_ref().map(|quote| row::number(quote.message)), extras(message))
            }
            _ => (None, 0),
        };
        let mut append = self.at_hand(&self.at_hand.append, APPEND)?;
        append.execute((
            place.number,
            row::number(seq),
            at,
            actor,
            kind,
            draft.as_ref().map(DraftId::as_bytes),
            text,
            whom,
            about,
            reply,
            extras,
        ))?;
        self.at_hand.append.set(Some(append));
        self.behind.borrow_mut().add(place.number);
        Ok(Effect::Happened(Event { room: place.id, seq, at: self.entry.at, by, what }))
    }

    /// Keeps what was done in the log of such things.
    fn audit(&self, actor: &Actor, deed: &Deed) -> Result<()> {
        // Our types have string keys and no failing `Serialize`: the only ways in which this could fail.
        let deed = serde_json::to_string(deed).unwrap_or_default();
        self.prepare("INSERT INTO audit (at, actor, deed) VALUES (?1, ?2, ?3)")?.execute((
            self.entry.at.0,
            actor.number,
            deed,
        ))?;
        Ok(())
    }

    /// A room, as the log of what was done tells of it.
    fn audited(&self, place: &Place) -> rusqlite::Result<AuditedRoom> {
        let public = place.kind == PUBLIC;
        let title = if public { self.room(place)?.title().cloned() } else { None };
        Ok(AuditedRoom { id: public.then_some(place.id), name: title.map(|title| title.name) })
    }

    fn exists(&self, query: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<bool> {
        self.prepare(query)?.exists(parameters)
    }

    fn prepare(&self, query: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.to.prepare_cached(query)
    }

    /// Takes a statement that may be at hand; to be put back there.
    fn at_hand(
        &self,
        place: &Cell<Option<CachedStatement<'a>>>,
        query: &str,
    ) -> rusqlite::Result<CachedStatement<'a>> {
        place.take().map_or_else(|| self.prepare(query), Ok)
    }
}

/// The actor of a row of [`ACTOR`].
fn actor(row: &Row<'_>) -> rusqlite::Result<Actor> {
    Ok(Actor {
        number: row.get(0)?,
        member: row::member(row, 1)?,
        role: row::role(row, 3)?,
        has_password: row.get(4)?,
        muted_until: row.get(5)?,
        banned: row.get(6)?,
    })
}
