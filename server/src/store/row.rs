//! Between rows and the types that clients know.

use maru_shared::{DraftId, Event, Happening, Member, MemberId, Name, Role, Room, RoomId, Seq, Timestamp};
use rusqlite::{
    Row,
    types::{Type, ValueRef},
};

/// The kinds of event, as `events.kind` numbers them.
pub(super) const MADE: i64 = 1;
pub(super) const JOINED: i64 = 2;
pub(super) const POSTED: i64 = 3;

/// What links are for, as `links.kind` numbers them.
pub(super) const OWN: i64 = 1;
pub(super) const INVITE: i64 = 2;
pub(super) const RESET: i64 = 3;

/// What an event's row is read from: `e` is the event, `m` its actor. To be followed by `FROM`.
pub(super) const EVENT_COLUMNS: &str = "e.seq, e.at, m.id, m.name, e.kind, e.draft, e.text";

/// The position of the newest event of the room `r`, zero when there is none.
pub(super) const HEAD: &str = "(SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number)";

/// The event of a row of [`EVENT_COLUMNS`].
pub(super) fn event(room: RoomId, row: &Row<'_>) -> rusqlite::Result<Event> {
    let what = match row.get(4)? {
        MADE => Happening::Made { name: name(row, 6)? },
        JOINED => Happening::Joined,
        POSTED => Happening::Posted { draft: DraftId::from_bytes(row.get(5)?), text: row.get(6)? },
        kind => return Err(rusqlite::Error::IntegralValueOutOfRange(4, kind)),
    };
    Ok(Event {
        room,
        seq: seq(row, 0)?,
        at: Timestamp(row.get(1)?),
        by: Member { id: MemberId::from_bytes(row.get(2)?), name: name(row, 3)? },
        what,
    })
}

/// The member of two columns, id and name.
pub(super) fn member(row: &Row<'_>, first: usize) -> rusqlite::Result<Member> {
    Ok(Member { id: MemberId::from_bytes(row.get(first)?), name: name(row, first + 1)? })
}

/// The role in a column.
pub(super) fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    let number: i64 = row.get(column)?;
    let known = usize::try_from(number).ok().and_then(|number| Role::ALL.get(number).copied());
    known.ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// The room of two columns, id and name.
pub(super) fn room(row: &Row<'_>, first: usize) -> rusqlite::Result<Room> {
    Ok(Room { id: RoomId::from_bytes(row.get(first)?), name: name(row, first + 1)? })
}

/// The position in a column.
pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    row.get::<_, i64>(column).map(|seq| Seq(seq.unsigned_abs()))
}

/// A position as SQLite holds it.
pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// The name in a column that may be empty.
pub(super) fn name_if_any(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Name>> {
    let is_empty = row.get_ref(column)? == ValueRef::Null;
    if is_empty { Ok(None) } else { name(row, column).map(Some) }
}

/// The name in a column.
pub(super) fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<Name> {
    let text: String = row.get(column)?;
    Name::parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
