//! Between rows and the types that clients know.

use maru_shared::{
    Attachment, FileId, FileName, Happening, Member, MemberId, Name, Note, Notify, Role, Room, RoomId,
    RoomKind, Seq, Timestamp, api::Upload, event::Standing, message::Picture, room::Title,
};
use rusqlite::{
    Connection, Row,
    types::{Type, ValueRef},
};

/// The kinds of event, as `events.kind` numbers them.
pub(super) const MADE: i64 = 1;
pub(super) const JOINED: i64 = 2;
pub(super) const POSTED: i64 = 3;
pub(super) const OPENED: i64 = 4;
pub(super) const LET_IN: i64 = 5;
pub(super) const LEFT: i64 = 6;
pub(super) const KICKED: i64 = 7;
pub(super) const RENAMED: i64 = 8;
pub(super) const DESCRIBED: i64 = 9;
pub(super) const ARCHIVED: i64 = 10;
pub(super) const RESTORED: i64 = 11;
pub(super) const DELETED: i64 = 12;
pub(super) const EDITED: i64 = 13;
pub(super) const REACTED: i64 = 14;
pub(super) const UNREACTED: i64 = 15;
pub(super) const PINNED: i64 = 16;
pub(super) const UNPINNED: i64 = 17;

/// The kinds of room, as `rooms.kind` numbers them.
pub(super) const PUBLIC: i64 = 1;
pub(super) const PRIVATE: i64 = 2;
pub(super) const DIRECT: i64 = 3;

/// What links are for, as `links.kind` numbers them.
pub(super) const OWN: i64 = 1;
pub(super) const INVITE: i64 = 2;
pub(super) const RESET: i64 = 3;

/// Where a link is looked for, and when it is good: `l` is the link of the secret `?1` at the time `?2`, `b` who made it, and
/// `f` for whose password it is. There is none to own a Maru that has an owner. Who may set another's password may do
/// so no more once the other has as much of a role; and who is kept out sets none.
pub(super) const GOOD_LINK: &str = "FROM links l LEFT JOIN members b ON b.number = l.made_by \
    LEFT JOIN members f ON f.number = l.member WHERE l.secret_hash = ?1 AND l.expires_at > ?2 \
    AND (l.kind <> 1 OR NOT EXISTS (SELECT 1 FROM members WHERE role = 4)) \
    AND (l.kind <> 3 OR (f.banned_at IS NULL AND (l.made_by IS NULL OR b.role > f.role)))";

/// What an event's row is read from, and from where: `e` is the event, `m` its actor, `w` whom it was done to, `t` the message
/// that it is about or answers, `q` who wrote that. To be followed by `WHERE`.
pub(super) const EVENTS: &str = "SELECT e.seq, e.at, m.id, m.name, e.kind, e.draft, e.text, w.id, w.name, e.about, \
    e.gone IS NOT NULL, e.extras, e.reply, q.id, q.name, t.text, t.gone IS NOT NULL, t.edited = e.seq, t.extras, \
    (SELECT at FROM events WHERE room = e.room AND seq = e.edited), e.room \
    FROM events e JOIN members m ON m.number = e.actor LEFT JOIN members w ON w.number = e.whom \
    LEFT JOIN events t ON t.room = e.room AND t.seq = ifnull(e.about, e.reply) \
    LEFT JOIN members q ON q.number = t.actor";

/// The position of the newest event of the room `r`, zero when there is none.
pub(super) const HEAD: &str = "(SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number)";

/// What a room's row is read from: `r` is the room.
pub(super) const ROOM: &str = "r.number, r.id, r.kind, r.name, r.topic, r.archived_at IS NOT NULL, \
    (SELECT id FROM members WHERE number = r.made_by)";

/// How many columns [`ROOM`] has.
pub(super) const ROOM_COLUMNS: usize = 7;

/// How an event is written: its kind, its text, and the position of the message that it is about.
pub(super) fn written(what: &Happening) -> (i64, Option<&str>, Option<i64>) {
    match what {
        Happening::Made { name } => (MADE, Some(name.as_str()), None),
        Happening::Joined => (JOINED, None, None),
        Happening::Posted(message) => (POSTED, Some(&message.text), None),
        Happening::Gone { .. } => (POSTED, Some(""), None),
        Happening::Opened => (OPENED, None, None),
        Happening::LetIn { .. } => (LET_IN, None, None),
        Happening::Left => (LEFT, None, None),
        Happening::Kicked { reason, .. } => (KICKED, Some(reason.as_str()), None),
        Happening::Renamed { name } => (RENAMED, Some(name.as_str()), None),
        Happening::Described { topic } => (DESCRIBED, Some(topic.as_str()), None),
        Happening::Archived => (ARCHIVED, None, None),
        Happening::Restored => (RESTORED, None, None),
        Happening::Deleted { message } => (DELETED, None, Some(number(*message))),
        Happening::Edited { message, .. } => (EDITED, None, Some(number(*message))),
        Happening::Reacted { message, emoji } => (REACTED, Some(emoji.as_str()), Some(number(*message))),
        Happening::Unreacted { message, emoji } => (UNREACTED, Some(emoji.as_str()), Some(number(*message))),
        Happening::Pinned { message } => (PINNED, None, Some(number(*message))),
        Happening::Unpinned { message } => (UNPINNED, None, Some(number(*message))),
    }
}

/// The room of a row that begins with the columns of [`ROOM`].
pub(super) fn room(store: &Connection, row: &Row<'_>) -> rusqlite::Result<Room> {
    let title = || Ok::<_, rusqlite::Error>(Title { name: name(row, 3)?, topic: note(row, 4)? });
    let kind = match row.get(2)? {
        PUBLIC => RoomKind::Public(title()?),
        PRIVATE => RoomKind::Private(title()?),
        DIRECT => RoomKind::Direct(people(store, row.get(0)?)?),
        kind => return Err(rusqlite::Error::IntegralValueOutOfRange(2, kind)),
    };
    let made_by: Option<[u8; 16]> = row.get(6)?;
    Ok(Room {
        id: RoomId::from_bytes(row.get(1)?),
        kind,
        made_by: made_by.map(MemberId::from_bytes),
        archived: row.get(5)?,
    })
}

/// Who is in a room, in the order of their ids.
fn people(store: &Connection, room: i64) -> rusqlite::Result<Vec<Member>> {
    store
        .prepare_cached(
            "SELECT m.id, m.name FROM memberships s JOIN members m ON m.number = s.member WHERE s.room = ?1 ORDER BY m.id",
        )?
        .query_map([room], |row| member(row, 0))?
        .collect()
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

/// What a member is in this Maru: three columns, role, whether there is a password, and until when they are muted.
pub(super) fn standing(row: &Row<'_>, first: usize, now: Timestamp) -> rusqlite::Result<Standing> {
    let muted_until = row.get::<_, Option<i64>>(first + 2)?.map(Timestamp).filter(|until| *until > now);
    Ok(Standing { role: role(row, first)?, has_password: row.get(first + 1)?, muted_until })
}

/// What one wants to be told of a room, as `memberships.notify` numbers it.
pub(super) fn notify_number(notify: Notify) -> i64 {
    match notify {
        Notify::All => 0,
        Notify::Mentions => 1,
        Notify::Nothing => 2,
    }
}

/// What one wants to be told of a room, in a column.
pub(super) fn notify(row: &Row<'_>, column: usize) -> rusqlite::Result<Notify> {
    Ok(match row.get(column)? {
        0 => Notify::All,
        1 => Notify::Mentions,
        _ => Notify::Nothing,
    })
}

/// The position in a column.
pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    row.get::<_, i64>(column).map(|seq| Seq(seq.unsigned_abs()))
}

/// A position as SQLite holds it.
pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A place in a list as SQLite holds it.
pub(super) fn position(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// The name in a column that may be empty.
pub(super) fn name_if_any(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Name>> {
    let is_empty = row.get_ref(column)? == ValueRef::Null;
    if is_empty { Ok(None) } else { name(row, column).map(Some) }
}

/// The name in a column.
pub(super) fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<Name> {
    Name::parse(row.get_ref(column)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// The note in a column.
pub(super) fn note(row: &Row<'_>, column: usize) -> rusqlite::Result<Note> {
    Note::parse(row.get_ref(column)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// What an attachment is read from: `f` is the file, `c` its content. To be followed by `WHERE`.
pub(super) const ATTACHMENT: &str = "SELECT f.id, f.name, c.kind, c.bytes, c.width, c.height, f.bytes, f.kept \
    FROM files f JOIN contents c ON c.number = f.content";

/// What an upload is read from: the columns of [`ATTACHMENT`], of a file that may have no content yet. To be followed by
/// `WHERE`.
pub(super) const UPLOAD: &str = "SELECT f.id, f.name, c.kind, c.bytes, c.width, c.height, f.bytes, f.kept \
    FROM files f LEFT JOIN contents c ON c.number = f.content";

/// The attachment of a row of [`ATTACHMENT`].
pub(super) fn attachment(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    let (width, height): (Option<u32>, Option<u32>) = (row.get(4)?, row.get(5)?);
    Ok(Attachment {
        file: FileId::from_bytes(row.get(0)?),
        name: FileName::nearest(row.get_ref(1)?.as_str()?),
        kind: row.get(2)?,
        bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        picture: width.zip(height).map(|(width, height)| Picture { width, height }),
    })
}

/// The upload of a row of [`UPLOAD`].
pub(super) fn upload(row: &Row<'_>) -> rusqlite::Result<Upload> {
    let is_whole = row.get_ref(2)? != ValueRef::Null;
    Ok(Upload {
        file: FileId::from_bytes(row.get(0)?),
        offset: row.get::<_, i64>(7)?.unsigned_abs(),
        bytes: row.get::<_, i64>(6)?.unsigned_abs(),
        whole: if is_whole { Some(attachment(row)?) } else { None },
    })
}

/// What came with a message, in its order.
pub(super) fn attachments(store: &Connection, room: i64, message: Seq) -> rusqlite::Result<Vec<Attachment>> {
    store
        .prepare_cached(&format!("{ATTACHMENT} WHERE f.room = ?1 AND f.seq = ?2 ORDER BY f.place"))?
        .query_map((room, number(message)), attachment)?
        .collect()
}

/// A number of bytes as SQLite holds it.
pub(super) fn bytes(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
