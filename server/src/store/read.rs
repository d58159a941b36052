//! Questions that change nothing, answered by connections that can only read.

use std::{
    collections::HashSet,
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use deadpool_sqlite::{Config, Hook, HookError, InteractError, Manager, Pool, PoolError, Runtime};
use futures_util::future::{Either, select};
use maru_shared::{
    Emoji, Epoch, Event, FileId, FileName, InvitationId, Mark, Member, MemberId, Name, PasskeyId, Person,
    Refusal, Role, Room, RoomId, Seq, SessionId, Timestamp,
    api::{
        AuditEntry, Found, Invitation, LinkUse, Page, Passkey, Policy, ReadPosition, Session, Upload, Version,
    },
    event::{READERS_TOLD, Standing},
    room::RoomSummary,
};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, Row, ToSql, types::Type};

use super::{
    happened,
    row::{self, GOOD_LINK, HEAD, INVITE, PUBLIC, RESET, ROOM, ROOM_COLUMNS, UPLOAD},
    search::{self, Asked},
};
use crate::{
    entry::ContentHash,
    secret::{PasskeyText, PasswordHash, SecretHash},
};

/// The member of a name: the one who is called just so, else the one of whom the name is another spelling. (Two may have
/// come to be spelled alike when the rule of it became another.)
pub(super) const NAMED: &str = "number > 0 AND (name = ?1 OR name_key = ?2) ORDER BY name = ?1 DESC LIMIT 1";

/// For so long, in milliseconds, the secret that a session had before still reads, unless the other was used: until then the
/// answer with that one is on its way to the browser.
const BEFORE_HOLDS: i64 = 30_000;

/// What a person is read from.
const PERSON: &str = "id, name, role, password IS NOT NULL, muted_until, banned_at IS NOT NULL, \
    iif(shows_seen, (SELECT max(used_at) FROM sessions WHERE member = number), NULL)";

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// SQLite could not.
    #[error("cannot read the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// No connection could be had.
    #[error("cannot open the store for reading: {0}")]
    Pool(#[from] PoolError),
    /// The thread that reads was lost.
    #[error("a read was interrupted")]
    Interrupted,
}

/// Which events of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The newest ones before this position.
    Before(Seq),
    /// The oldest ones after this position.
    After(Seq),
    /// Those around this position.
    Around(Seq),
}

/// Whose session it is.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whose.
    pub member: Member,
    /// What they are in this Maru.
    pub standing: Standing,
    /// When the session was last used, as far as that is kept.
    pub used_at: Timestamp,
    /// Whether it has another secret than it had, and this is its first use.
    pub is_renewed: bool,
    /// Whether this is the secret that it had before: nothing is changed by it any more.
    pub is_before: bool,
}

/// What members are called, as far as that has changed.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// After the change of this number.
    pub begin: u64,
    /// Who was called otherwise since, each once, in the order of the last change of each.
    pub called: Vec<(u64, Member)>,
}

/// A file that somebody may see.
#[derive(Clone, Debug)]
pub struct KeptFile {
    /// What it holds.
    pub hash: ContentHash,
    /// Whether there is a small form of it.
    pub has_small: bool,
    /// Its media type.
    pub kind: String,
    /// Whether it is a picture that can be shown.
    pub is_picture: bool,
    /// What its author called it.
    pub name: FileName,
}

/// A pool of connections that only read.
#[derive(Clone)]
pub struct Reader {
    pool: Pool,
    epoch: Epoch,
}

type Result<T, E = ReadError> = std::result::Result<T, E>;

impl Reader {
    /// How many connections read at once: reads are short, and more would only wait for the same disk.
    const CONNECTIONS: usize = 4;

    pub(super) fn new(path: &Path, epoch: Epoch) -> Self {
        let manager = Manager::from_config(&Config::new(path), Runtime::Tokio1);
        let only_read =
            Hook::async_fn(|connection: &mut <Manager as deadpool::managed::Manager>::Type, _| {
                Box::pin(async move {
                    match connection.interact(|c| c.pragma_update(None, "query_only", "ON")).await {
                        Ok(done) => done.map_err(HookError::Backend),
                        Err(lost) => Err(HookError::message(lost.to_string())),
                    }
                })
            });
        let pool = Pool::builder(manager).max_size(Self::CONNECTIONS).post_create(only_read).build();
        // Only a pool with timeouts and without a runtime cannot be built.
        Self { pool: pool.expect("a pool without timeouts"), epoch }
    }

    /// Which history this is.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Whether the store can be read at all.
    pub async fn check(&self) -> Result<()> {
        self.ask(|store| {
            store.prepare_cached("SELECT id FROM rooms WHERE number = 1")?.query_row([], |_| Ok(()))
        })
        .await
    }

    /// Whose session this is: of this secret, or of the one that it had until a moment ago.
    pub async fn session(&self, session: SecretHash, now: Timestamp) -> Result<Option<Known>> {
        self.ask(move |store| {
            store
                .prepare_cached(
                    "SELECT m.id, m.name, m.role, m.password IS NOT NULL, m.muted_until, s.used_at, \
                     s.before_hash IS NOT NULL, s.token_hash <> ?1 \
                     FROM sessions s JOIN members m ON m.number = s.member \
                     WHERE s.token_hash = ?1 OR (s.before_hash = ?1 AND s.used_at > ?2)",
                )?
                .query_row((session.as_bytes(), now.0.saturating_sub(BEFORE_HOLDS)), |row| {
                    let (is_renewed, is_before): (bool, bool) = (row.get(6)?, row.get(7)?);
                    Ok(Known {
                        member: row::member(row, 0)?,
                        standing: row::standing(row, 2, now)?,
                        used_at: Timestamp(row.get(5)?),
                        is_renewed: is_renewed && !is_before,
                        is_before,
                    })
                })
                .optional()
        })
        .await
    }

    /// The account of this name, if it is one: whose it is, and what its password is compared with.
    pub async fn account(&self, name: &Name) -> Result<Option<(Member, PasswordHash)>> {
        let name = name.clone();
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT id, name, password FROM members WHERE {NAMED}"))?
                .query_row((name.as_str(), name.key()), |row| {
                    let password: Option<String> = row.get(2)?;
                    Ok(password.map(|text| (row::member(row, 0), PasswordHash::from_phc(text))))
                })
                .optional()?
                .flatten()
                .map(|(member, hash)| Ok((member?, hash)))
                .transpose()
        })
        .await
    }

    /// The member of this name, however it is spelled.
    pub async fn person_named(&self, name: &Name, now: Timestamp) -> Result<Option<Person>> {
        let name = name.clone();
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT {PERSON} FROM members WHERE {NAMED}"))?
                .query_row((name.as_str(), name.key()), |row| person(row, now))
                .optional()
        })
        .await
    }

    /// What a member is in this Maru.
    pub async fn role_of(&self, member: MemberId) -> Result<Option<Role>> {
        self.ask(move |store| {
            store
                .prepare_cached("SELECT role FROM members WHERE id = ?1 AND number > 0")?
                .query_row([member.as_bytes()], |row| row::role(row, 0))
                .optional()
        })
        .await
    }

    /// What this member's password is compared with, if there is one.
    pub async fn account_of(&self, member: MemberId) -> Result<Option<(Member, PasswordHash)>> {
        self.ask_one(
            "SELECT id, name, password FROM members WHERE id = ?1 AND password IS NOT NULL",
            *member.as_bytes(),
        )
        .await
    }

    /// A member's sessions, the last used first. `current` is the one of the asker, if it is one of them.
    pub async fn sessions(&self, member: MemberId, current: Option<SecretHash>) -> Result<Vec<Session>> {
        self.ask(move |store| {
            let query = "SELECT s.id, s.device, s.at, s.used_at, s.token_hash = ?2, s.address FROM sessions s \
                     JOIN members m ON m.number = s.member WHERE m.id = ?1 ORDER BY s.used_at DESC, s.at DESC, s.id";
            list(store, query, (member.as_bytes(), current.as_ref().map_or(&[][..], |hash| hash.as_bytes())), |row| {
                    Ok(Session {
                        id: SessionId::from_bytes(row.get(0)?),
                        device: row.get(1)?,
                        at: Timestamp(row.get(2)?),
                        used_at: Timestamp(row.get(3)?),
                        current: row.get(4)?,
                        address: row.get(5)?,
                    })
            })
        })
        .await
    }

    /// A member's passkeys, the newest first.
    pub async fn passkeys(&self, member: MemberId) -> Result<Vec<Passkey>> {
        self.ask(move |store| {
            let query = "SELECT p.id, p.device, p.at, p.used_at FROM passkeys p JOIN members m ON m.number = p.member \
                 WHERE m.id = ?1 ORDER BY p.at DESC, p.id";
            list(store, query, [member.as_bytes()], |row| {
                Ok(Passkey {
                    id: PasskeyId::from_bytes(row.get(0)?),
                    device: row.get(1)?,
                    at: Timestamp(row.get(2)?),
                    used_at: Timestamp(row.get(3)?),
                })
            })
        })
        .await
    }

    /// What a member's passkeys are compared with.
    pub async fn passkey_texts(&self, member: MemberId) -> Result<Vec<PasskeyText>> {
        self.ask(move |store| {
            let query = "SELECT p.key FROM passkeys p JOIN members m ON m.number = p.member WHERE m.id = ?1";
            list(store, query, [member.as_bytes()], |row| row.get(0).map(PasskeyText::from_json))
        })
        .await
    }

    /// Whose passkey this is, as its authenticator calls it, and what it is compared with.
    pub async fn passkey(&self, credential: Vec<u8>) -> Result<Option<(MemberId, PasskeyText)>> {
        self.ask(move |store| {
            store
                .prepare_cached(
                    "SELECT m.id, p.key FROM passkeys p JOIN members m ON m.number = p.member \
                     WHERE p.credential = ?1",
                )?
                .query_row([credential], |row| {
                    Ok((MemberId::from_bytes(row.get(0)?), PasskeyText::from_json(row.get(1)?)))
                })
                .optional()
        })
        .await
    }

    /// What a link is for, if it is good now.
    pub async fn link(&self, secret: SecretHash, now: Timestamp) -> Result<Option<LinkUse>> {
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT l.kind, l.role, b.name, f.name {GOOD_LINK}"))?
                .query_row((secret.as_bytes(), now.0), |row| {
                    Ok(match row.get(0)? {
                        INVITE => LinkUse::Invite { by: row::name_if_any(row, 2)?, role: row::role(row, 1)? },
                        RESET => LinkUse::Reset { name: row::name(row, 3)? },
                        _ => LinkUse::Own,
                    })
                })
                .optional()
        })
        .await
    }

    /// The invitations that are good now, the newest first: everybody's, or those that one member made.
    pub async fn invitations(&self, by: Option<MemberId>, now: Timestamp) -> Result<Vec<Invitation>> {
        self.ask(move |store| {
            let query = "SELECT l.id, m.name, l.role, l.at, l.expires_at, l.uses_left FROM links l \
                     LEFT JOIN members m ON m.number = l.made_by \
                     WHERE l.id IS NOT NULL AND l.expires_at > ?2 AND (?1 IS NULL OR m.id = ?1) \
                     ORDER BY l.at DESC, l.id LIMIT 1000";
            list(store, query, (by.as_ref().map(MemberId::as_bytes), now.0), |row| {
                Ok(Invitation {
                    id: InvitationId::from_bytes(row.get(0)?),
                    by: row::name_if_any(row, 1)?,
                    role: row::role(row, 2)?,
                    at: Timestamp(row.get(3)?),
                    expires_at: Timestamp(row.get(4)?),
                    uses_left: row.get(5)?,
                })
            })
        })
        .await
    }

    /// Whether this Maru has an owner.
    pub async fn has_owner(&self) -> Result<bool> {
        self.ask(|store| {
            store.prepare_cached("SELECT 1 FROM members WHERE role = ?1")?.exists([Role::Owner as u8])
        })
        .await
    }

    /// Each room with the position of its newest event.
    pub async fn heads(&self) -> Result<Vec<(RoomId, Seq)>> {
        self.ask(|store| {
            list(store, &format!("SELECT r.id, {HEAD} FROM rooms r WHERE r.deleted_at IS NULL"), [], |row| {
                Ok((RoomId::from_bytes(row.get(0)?), row::seq(row, 1)?))
            })
        })
        .await
    }

    /// The rooms that a member has joined, oldest membership first, with what they have read of each.
    pub async fn rooms_of(&self, member: MemberId) -> Result<Vec<(Room, Mark)>> {
        self.ask(move |store| {
            let query = format!(
                "SELECT {ROOM}, m.number FROM members m JOIN memberships s ON s.member = m.number \
                 JOIN rooms r ON r.number = s.room WHERE m.id = ?1 ORDER BY s.at, r.number"
            );
            let instant = store.unchecked_transaction()?;
            list(&instant, &query, [member.as_bytes()], |row| {
                let mark = happened::mark(&instant, row.get(ROOM_COLUMNS)?, row.get(0)?)?;
                Ok((row::room(&instant, row)?, mark.unwrap_or_default()))
            })
        })
        .await
    }

    /// One room, by its id.
    pub async fn room(&self, room: RoomId) -> Result<Option<Room>> {
        self.ask(move |store| {
            store
                .prepare_cached(&format!(
                    "SELECT {ROOM} FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NULL"
                ))?
                .query_row([room.as_bytes()], |row| row::room(store, row))
                .optional()
        })
        .await
    }

    /// Every public room, as this member sees it, oldest first; every room that has a name, for whoever runs the machine.
    pub async fn listed_rooms(&self, member: Option<MemberId>) -> Result<Vec<RoomSummary>> {
        self.ask(move |store| {
            let query = format!(
                "SELECT {ROOM}, {HEAD}, (SELECT count(*) FROM memberships s WHERE s.room = r.number), \
                 EXISTS (SELECT 1 FROM memberships s JOIN members m ON m.number = s.member \
                         WHERE s.room = r.number AND m.id = ?1) \
                 FROM rooms r WHERE (r.kind = ?2 OR (?1 IS NULL AND r.name IS NOT NULL)) AND r.deleted_at IS NULL \
                 ORDER BY r.number"
            );
            list(store, &query, (member.as_ref().map(MemberId::as_bytes), PUBLIC), |row| {
                Ok(RoomSummary {
                    room: row::room(store, row)?,
                    head: row::seq(row, ROOM_COLUMNS)?,
                    members: row.get::<_, i64>(ROOM_COLUMNS + 1)?.unsigned_abs(),
                    joined: row.get(ROOM_COLUMNS + 2)?,
                })
            })
        })
        .await
    }

    /// Members whose name has this in it, in the order of their names, at most `limit` behind the member called `after`.
    pub async fn people(
        &self,
        like: String,
        after: Option<Name>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Person>> {
        self.ask(move |store| {
            let query = format!(
                "SELECT {PERSON} FROM members \
                 WHERE number > 0 AND name_key > ifnull((SELECT name_key FROM members WHERE name = ?4), ?1) \
                 AND instr(name_key, ?2) ORDER BY name_key LIMIT ?3"
            );
            let key = after.as_ref().map(Name::key).unwrap_or_default();
            let after = after.as_ref().map(Name::as_str);
            list(store, &query, (key, like, limit, after), |row| person(row, now))
        })
        .await
    }

    /// What was done to keep order, the newest first: at most `limit` before this place in the log.
    pub async fn audit(&self, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.ask(move |store| {
            let query = "SELECT a.number, a.at, m.name, a.deed, a.actor FROM audit a JOIN members m ON m.number = a.actor \
                 WHERE a.number < ?1 ORDER BY a.number DESC LIMIT ?2";
            list(store, query, (i64::try_from(before).unwrap_or(i64::MAX), limit), |row| {
                let deed: String = row.get(3)?;
                let deed = serde_json::from_str(&deed)
                    .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, Box::new(error)))?;
                Ok(AuditEntry {
                    number: row.get::<_, i64>(0)?.unsigned_abs(),
                    at: Timestamp(row.get(1)?),
                    by: if row.get::<_, i64>(4)? == 0 { None } else { Some(row::name(row, 2)?) },
                    deed,
                })
            })
        })
        .await
    }

    /// Who was called otherwise after the change of this number, or only which the newest one is. None when there is no such
    /// change, or there are more than `most` behind it.
    pub async fn names(&self, after: Option<u64>, most: u32) -> Result<Option<Names>> {
        self.ask(move |store| {
            let newest: i64 = store
                .prepare_cached("SELECT ifnull(max(named), 0) FROM members")?
                .query_row([], |row| row.get(0))?;
            let newest = newest.unsigned_abs();
            let Some(begin) = after else { return Ok(Some(Names { begin: newest, called: Vec::new() })) };
            if begin > newest {
                return Ok(None);
            }
            let query = "SELECT named, id, name FROM members WHERE named > ?1 ORDER BY named LIMIT ?2";
            let after = i64::try_from(begin).unwrap_or(i64::MAX);
            let called = list(store, query, (after, i64::from(most) + 1), |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row::member(row, 1)?))
            })?;
            let few = u32::try_from(called.len()).is_ok_and(|count| count <= most);
            Ok(few.then_some(Names { begin, called }))
        })
        .await
    }

    /// Who was said to be let in, if anybody said so, and whether every member may invite.
    pub async fn settings(&self) -> Result<(Option<Policy>, bool)> {
        self.ask(|store| {
            let fact = |name: &str| {
                store
                    .prepare_cached("SELECT value = x'01' FROM facts WHERE name = ?1")?
                    .query_row([name], |row| row.get::<_, bool>(0))
                    .optional()
            };
            let policy = fact("open")?.map(|open| if open { Policy::Open } else { Policy::Invite });
            Ok((policy, fact("members_invite")?.unwrap_or(false)))
        })
        .await
    }

    /// The members of a room, in the order of their joining; refused to those outside it.
    pub async fn members_of(&self, room: RoomId, asker: MemberId) -> Result<Result<Vec<Member>, Refusal>> {
        self.ask(move |store| {
            let number = match joined_room(store, room, asker)? {
                Ok((number, _)) => number,
                Err(why) => return Ok(Err(why)),
            };
            list(
                store,
                "SELECT m.id, m.name FROM memberships s JOIN members m ON m.number = s.member \
                 WHERE s.room = ?1 ORDER BY s.seq",
                [number],
                |row| row::member(row, 0),
            )
            .map(Ok)
        })
        .await
    }

    /// A page of a room's history, of at most `limit` events; refused to those outside the room.
    pub async fn page(
        &self,
        room: RoomId,
        asker: MemberId,
        span: Span,
        limit: u32,
    ) -> Result<Result<Page, Refusal>> {
        self.ask(move |store| {
            let (number, head) = match joined_room(store, room, asker)? {
                Ok(joined) => joined,
                Err(why) => return Ok(Err(why)),
            };
            let (after, upto) = match span {
                Span::Before(seq) => {
                    let last = head.min(Seq(seq.0.saturating_sub(1)));
                    (Seq(last.0.saturating_sub(limit.into())), last)
                }
                Span::After(seq) => (seq, head.min(Seq(seq.0.saturating_add(limit.into())))),
                Span::Around(seq) => {
                    let last = head.min(Seq(seq.0.saturating_add((limit / 2).into())));
                    (Seq(last.0.saturating_sub(limit.into())), last)
                }
            };
            Ok(Ok(Page { events: events(store, room, number, asker, after, upto)?, head }))
        })
        .await
    }

    /// The events of a room in `(after, upto]`, oldest first, as `asker` sees them.
    pub async fn events(&self, room: RoomId, asker: MemberId, after: Seq, upto: Seq) -> Result<Vec<Event>> {
        self.ask(move |store| {
            let number = store
                .prepare_cached("SELECT number FROM rooms WHERE id = ?1 AND deleted_at IS NULL")?
                .query_row([room.as_bytes()], |row| row.get(0))
                .optional()?;
            match number {
                Some(number) => events(store, room, number, asker, after, upto),
                None => Ok(Vec::new()),
            }
        })
        .await
    }

    /// The pinned messages of a room, the last pinned first; refused to those outside the room.
    pub async fn pins(&self, room: RoomId, asker: MemberId) -> Result<Result<Vec<Event>, Refusal>> {
        self.ask(move |store| {
            let instant = store.unchecked_transaction()?;
            let number = match joined_room(&instant, room, asker)? {
                Ok((number, _)) => number,
                Err(why) => return Ok(Err(why)),
            };
            let condition =
                "JOIN pins p ON p.room = e.room AND p.message = e.seq WHERE e.room = ?1 ORDER BY p.seq DESC";
            happened::events(&instant, room, asker, condition, [number]).map(Ok)
        })
        .await
    }

    /// Who wrote a message of a room, deleted or not, and what it said since when, the oldest first; refused to those outside
    /// the room.
    pub async fn versions(
        &self,
        room: RoomId,
        asker: MemberId,
        message: Seq,
    ) -> Result<Result<(MemberId, Vec<Version>), Refusal>> {
        self.ask(move |store| {
            let number = match joined_room(store, room, asker)? {
                Ok((number, _)) => number,
                Err(why) => return Ok(Err(why)),
            };
            let at = (number, row::number(message));
            let now = store
                .prepare_cached(
                    "SELECT m.id, ifnull((SELECT at FROM events l WHERE l.room = e.room AND l.seq = e.edited), e.at), e.text \
                     FROM events e JOIN members m ON m.number = e.actor WHERE e.room = ?1 AND e.seq = ?2 AND e.kind = 3",
                )?
                .query_row(at, |row| {
                    Ok((MemberId::from_bytes(row.get(0)?), Version { at: Timestamp(row.get(1)?), text: row.get(2)? }))
                })
                .optional()?;
            let Some((author, now)) = now else { return Ok(Err(Refusal::NoSuchMessage)) };
            let before = "SELECT at, text FROM versions WHERE room = ?1 AND message = ?2 ORDER BY number";
            let mut versions =
                list(store, before, at, |row| Ok(Version { at: Timestamp(row.get(0)?), text: row.get(1)? }))?;
            versions.push(now);
            Ok(Ok((author, versions)))
        })
        .await
    }

    /// Who reacted to a message in this way, the first first, at most a thousand; refused to those outside the room.
    pub async fn reactors(
        &self,
        room: RoomId,
        asker: MemberId,
        message: Seq,
        emoji: Emoji,
    ) -> Result<Result<Vec<Member>, Refusal>> {
        self.ask(move |store| {
            let number = match joined_room(store, room, asker)? {
                Ok((number, _)) => number,
                Err(why) => return Ok(Err(why)),
            };
            let query = "SELECT m.id, m.name FROM reactions r JOIN members m ON m.number = r.member \
                 WHERE r.room = ?1 AND r.message = ?2 AND r.emoji = ?3 ORDER BY r.seq LIMIT 1000";
            let found = (number, row::number(message), emoji.as_str());
            list(store, query, found, |row| row::member(row, 0)).map(Ok)
        })
        .await
    }

    /// Up to where each member of a room has read it; nobody is told in larger rooms. Refused to those outside the room.
    pub async fn readers(&self, room: RoomId, asker: MemberId) -> Result<Result<Vec<ReadPosition>, Refusal>> {
        self.ask(move |store| {
            let number = match joined_room(store, room, asker)? {
                Ok((number, _)) => number,
                Err(why) => return Ok(Err(why)),
            };
            let query = "SELECT m.id, s.read FROM memberships s JOIN members m ON m.number = s.member \
                 WHERE s.room = ?1 ORDER BY s.seq LIMIT ?2";
            let read = |row: &Row<'_>| {
                Ok(ReadPosition { member: MemberId::from_bytes(row.get(0)?), seq: row::seq(row, 1)? })
            };
            let readers = list(store, query, (number, row::position(READERS_TOLD + 1)), read)?;
            Ok(Ok(if readers.len() > READERS_TOLD { Vec::new() } else { readers }))
        })
        .await
    }

    /// Whether others are told when a member was last here.
    pub async fn shows_seen(&self, member: MemberId) -> Result<bool> {
        self.ask(move |store| {
            store
                .prepare_cached("SELECT shows_seen FROM members WHERE id = ?1")?
                .query_row([member.as_bytes()], |row| row.get(0))
                .optional()
        })
        .await
        .map(Option::unwrap_or_default)
    }

    /// What a search finds, of what the asker may see; refused when it is not found before `too_late`.
    pub async fn search(
        &self,
        asker: MemberId,
        asked: Asked,
        too_late: impl Future<Output = ()>,
    ) -> Result<Result<Found, Refusal>> {
        let connection = self.pool.get().await?;
        let interrupt = connection.lock().map_err(|_| ReadError::Interrupted)?.get_interrupt_handle();
        let late = Arc::<AtomicBool>::default();
        let is_late = Arc::clone(&late);
        let answer = pin!(connection.interact(move |store| {
            let instant = store.unchecked_transaction()?;
            search::find(&instant, asker, &asked, &is_late)
        }));
        let answer = match select(answer, pin!(too_late)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), answer)) => {
                // The interrupt ends one statement; between two of them it would be forgotten.
                late.store(true, Ordering::Relaxed);
                interrupt.interrupt();
                answer.await
            }
        };
        match answer {
            Ok(Ok(found)) => Ok(Ok(found)),
            Ok(Err(cause)) if cause.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                Ok(Err(Refusal::BadSearch))
            }
            Ok(Err(cause)) => Err(cause.into()),
            Err(InteractError::Panic(_) | InteractError::Cancelled) => Err(ReadError::Interrupted),
        }
    }

    /// How far a file of the asker's came.
    pub async fn upload(&self, file: FileId, asker: MemberId) -> Result<Option<Upload>> {
        self.ask(move |store| {
            store
                .prepare_cached(&format!(
                    "{UPLOAD} WHERE f.id = ?1 AND f.member = (SELECT number FROM members WHERE id = ?2)"
                ))?
                .query_row((file.as_bytes(), asker.as_bytes()), row::upload)
                .optional()
        })
        .await
    }

    /// What a file holds and is called, for those who may see it: who is in the room where it came with a message, and, until it
    /// came with one, its author.
    pub async fn file(&self, file: FileId, asker: MemberId) -> Result<Result<KeptFile, Refusal>> {
        self.ask(move |store| {
            let found = store
                .prepare_cached(
                    "SELECT c.hash, c.small_bytes IS NOT NULL, c.kind, c.width IS NOT NULL, f.name, \
                     f.room IS NULL AND f.member = m.number, r.kind, \
                     EXISTS (SELECT 1 FROM memberships s WHERE s.room = r.number AND s.member = m.number) \
                     FROM files f JOIN contents c ON c.number = f.content JOIN members m ON m.id = ?2 \
                     LEFT JOIN rooms r ON r.number = f.room AND r.deleted_at IS NULL WHERE f.id = ?1",
                )?
                .query_row((file.as_bytes(), asker.as_bytes()), |row| {
                    let kept = KeptFile {
                        hash: ContentHash::from_bytes(row.get(0)?),
                        has_small: row.get(1)?,
                        kind: row.get(2)?,
                        is_picture: row.get(3)?,
                        name: FileName::nearest(&row.get::<_, String>(4)?),
                    };
                    let (is_own, room): (bool, Option<i64>) = (row.get(5)?, row.get(6)?);
                    Ok(match (is_own || row.get(7)?, room) {
                        (true, _) => Ok(kept),
                        (false, Some(PUBLIC)) => Err(Refusal::NotJoined),
                        _ => Err(Refusal::NoSuchFile),
                    })
                })
                .optional()?;
            Ok(found.unwrap_or(Err(Refusal::NoSuchFile)))
        })
        .await
    }

    /// Which of these contents there are.
    pub async fn known_contents(&self, of: Vec<ContentHash>) -> Result<HashSet<ContentHash>> {
        self.ask(move |store| {
            let mut known = store.prepare_cached("SELECT 1 FROM contents WHERE hash = ?1")?;
            of.into_iter().filter_map(|hash| keep_if(known.exists([hash.as_bytes()]), hash)).collect()
        })
        .await
    }

    /// Which of these files are still coming.
    pub async fn known_uploads(&self, of: Vec<FileId>) -> Result<HashSet<FileId>> {
        self.ask(move |store| {
            let mut known = store.prepare_cached("SELECT 1 FROM files WHERE id = ?1 AND content IS NULL")?;
            of.into_iter().filter_map(|file| keep_if(known.exists([file.as_bytes()]), file)).collect()
        })
        .await
    }

    async fn ask_one(
        &self,
        question: &'static str,
        key: impl ToSql + Send + 'static,
    ) -> Result<Option<(Member, PasswordHash)>> {
        self.ask(move |store| {
            store
                .prepare_cached(question)?
                .query_row([key], |row| Ok((row::member(row, 0)?, PasswordHash::from_phc(row.get(2)?))))
                .optional()
        })
        .await
    }

    /// Answers a question on a thread that may wait for the disk.
    async fn ask<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let connection = self.pool.get().await?;
        match connection.interact(move |connection| question(connection)).await {
            Ok(answer) => Ok(answer?),
            Err(InteractError::Panic(_) | InteractError::Cancelled) => Err(ReadError::Interrupted),
        }
    }
}

/// What was asked about, if it is there.
fn keep_if<T>(is_there: rusqlite::Result<bool>, what: T) -> Option<rusqlite::Result<T>> {
    is_there.map(|is_there| is_there.then_some(what)).transpose()
}

fn person(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Person> {
    let standing = row::standing(row, 2, now)?;
    Ok(Person {
        member: row::member(row, 0)?,
        role: standing.role,
        muted_until: standing.muted_until,
        banned: row.get(5)?,
        seen_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

/// The room's number and head, if the asker has joined it.
fn joined_room(
    store: &Connection,
    room: RoomId,
    asker: MemberId,
) -> rusqlite::Result<Result<(i64, Seq), Refusal>> {
    let found = store
        .prepare_cached(&format!(
            "SELECT r.number, {HEAD}, EXISTS (SELECT 1 FROM memberships s JOIN members m ON m.number = s.member \
             WHERE s.room = r.number AND m.id = ?2), r.kind FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NULL"
        ))?
        .query_row((room.as_bytes(), asker.as_bytes()), |row| {
            Ok(((row.get(0)?, row::seq(row, 1)?), row.get(2)?, row.get(3)?))
        })
        .optional()?;
    Ok(match found {
        Some((joined, true, _)) => Ok(joined),
        Some((_, false, PUBLIC)) => Err(Refusal::NotJoined),
        // Outside a private room nobody is to know that it is there.
        _ => Err(Refusal::NoSuchRoom),
    })
}

fn events(
    store: &Connection,
    room: RoomId,
    number: i64,
    asker: MemberId,
    after: Seq,
    upto: Seq,
) -> rusqlite::Result<Vec<Event>> {
    let instant = store.unchecked_transaction()?;
    let condition = "WHERE e.room = ?1 AND e.seq > ?2 AND e.seq <= ?3 ORDER BY e.seq";
    happened::events(&instant, room, asker, condition, (number, row::number(after), row::number(upto)))
}

/// What the query finds, row by row.
fn list<T>(
    store: &Connection,
    query: &str,
    parameters: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    store.prepare_cached(query)?.query_map(parameters, row)?.collect()
}
