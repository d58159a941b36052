//! What happened in rooms, and what people did with messages.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use deadpool_sqlite::InteractError;
use futures_util::future::{Either, select};
use maru_shared::{
    Emoji, Event, Member, MemberId, Refusal, RoomId, Seq, Timestamp,
    api::{Found, Page, Version},
};
use rusqlite::{Connection, ErrorCode, OptionalExtension};

use super::{ReadError, Reader, Result, joined_room, list};
use crate::store::{
    happened, row,
    search::{self, Asked},
};

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

impl Reader {
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

    /// The events of a room in `(after, upto]`, oldest first, as `asker` sees them; refused to those outside the room.
    pub async fn events(
        &self,
        room: RoomId,
        asker: MemberId,
        after: Seq,
        upto: Seq,
    ) -> Result<Result<Vec<Event>, Refusal>> {
        self.ask(move |store| {
            Ok(match joined_room(store, room, asker)? {
                Ok((number, _)) => Ok(events(store, room, number, asker, after, upto)?),
                Err(why) => Err(why),
            })
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
