//! Rooms, and who is in them.

use maru_shared::{
    Mark, Member, MemberId, Refusal, Room, RoomId, Seq, api::ReadPosition, event::READERS_TOLD,
    room::RoomSummary,
};
use rusqlite::{OptionalExtension, Row};

use super::{Reader, Result, joined_room, list};
use crate::store::{
    happened,
    row::{self, HEAD, PUBLIC, ROOM, ROOM_COLUMNS},
};

impl Reader {
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
}
