//! What happened in a room, read as it stands now: events, and what belongs to messages beside their texts.

use maru_shared::{
    DraftId, Emoji, Event, Happening, Mark, Member, MemberId, Message, RoomId, Seq, Timestamp,
    message::{Mention, Quote, Reaction},
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::row::{self, EVENTS};

/// What there is of a message in other tables, as `events.extras` has it.
pub(super) const MENTIONS: i64 = 1;
pub(super) const FILES: i64 = 2;
pub(super) const REACTIONS: i64 = 4;
pub(super) const PIN: i64 = 8;

/// What there is of a message that was just written in other tables.
pub(super) fn extras(message: &Message) -> i64 {
    let is_there = |is_empty: bool, what| if is_empty { 0 } else { what };
    is_there(message.mentions.is_empty(), MENTIONS) | is_there(message.files.is_empty(), FILES)
}

/// A message's row: what it is the row of.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) room: i64,
    pub(super) message: Seq,
}

/// The events that this finds, as `asker` sees them; to be asked in a transaction, so that all of it is of one instant. `condition`
/// follows [`EVENTS`].
pub(super) fn events(
    store: &Connection,
    room: RoomId,
    asker: MemberId,
    condition: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<Event>> {
    let mut found = store.prepare_cached(&format!("{EVENTS} {condition}"))?;
    let mut rows = found.query(parameters)?;
    let mut events = Vec::new();
    let mut upto = None;
    while let Some(row) = rows.next()? {
        let upto = match upto {
            Some(upto) => upto,
            None => *upto.insert(head(store, row.get(20)?)?),
        };
        events.push(event(store, room, asker, upto, row)?);
    }
    Ok(events)
}

/// The event of a row of [`EVENTS`].
fn event(
    store: &Connection,
    room: RoomId,
    asker: MemberId,
    upto: Seq,
    row: &Row<'_>,
) -> rusqlite::Result<Event> {
    let about = || row::seq(row, 9);
    let emoji = || row.get(6).map(|emoji: String| Emoji::known(emoji));
    let what = match row.get(4)? {
        row::MADE => Happening::Made { name: row::name(row, 6)? },
        row::JOINED => Happening::Joined,
        row::POSTED if row.get(10)? => Happening::Gone { draft: DraftId::from_bytes(row.get(5)?) },
        row::POSTED => Happening::Posted(message(store, asker, upto, row)?),
        row::OPENED => Happening::Opened,
        row::LET_IN => Happening::LetIn { member: row::member(row, 7)? },
        row::LEFT => Happening::Left,
        row::KICKED => Happening::Kicked { member: row::member(row, 7)?, reason: row::note(row, 6)? },
        row::RENAMED => Happening::Renamed { name: row::name(row, 6)? },
        row::DESCRIBED => Happening::Described { topic: row::note(row, 6)? },
        row::ARCHIVED => Happening::Archived,
        row::RESTORED => Happening::Restored,
        row::DELETED => Happening::Deleted { message: about()? },
        row::EDITED => edited(store, about()?, row)?,
        row::REACTED => Happening::Reacted { message: about()?, emoji: emoji()? },
        row::UNREACTED => Happening::Unreacted { message: about()?, emoji: emoji()? },
        row::PINNED => Happening::Pinned { message: about()? },
        row::UNPINNED => Happening::Unpinned { message: about()? },
        kind => return Err(rusqlite::Error::IntegralValueOutOfRange(4, kind)),
    };
    Ok(Event { room, seq: row::seq(row, 0)?, at: Timestamp(row.get(1)?), by: row::member(row, 2)?, what })
}

/// What an edit says: nothing when its message was edited again or deleted since.
fn edited(store: &Connection, message: Seq, row: &Row<'_>) -> rusqlite::Result<Happening> {
    let is_last = !row.get::<_, bool>(16)? && row.get::<_, Option<bool>>(17)? == Some(true);
    if !is_last {
        return Ok(Happening::Edited { message, text: None, mentions: Vec::new() });
    }
    let names = row.get::<_, i64>(18)? & MENTIONS != 0;
    let mentions = if names { mentions(store, At { room: row.get(20)?, message })? } else { Vec::new() };
    Ok(Happening::Edited { message, text: row.get(15)?, mentions })
}

fn message(store: &Connection, asker: MemberId, upto: Seq, row: &Row<'_>) -> rusqlite::Result<Message> {
    let mut message = Message::new(DraftId::from_bytes(row.get(5)?), row.get::<_, String>(6)?);
    message.upto = upto;
    if row.get::<_, Option<i64>>(12)?.is_some() {
        let gone: bool = row.get(16)?;
        let text: Option<String> = row.get(15)?;
        let text = text.filter(|_| !gone).as_deref().map(Quote::cut);
        message.reply = Some(Quote { message: row::seq(row, 12)?, by: row::member(row, 13)?, text });
    }
    message.edited = row.get::<_, Option<i64>>(19)?.map(Timestamp);
    let extras: i64 = row.get(11)?;
    if extras != 0 {
        let at = At { room: row.get(20)?, message: row::seq(row, 0)? };
        if extras & MENTIONS != 0 {
            message.mentions = mentions(store, at)?;
        }
        if extras & FILES != 0 {
            message.files = row::attachments(store, at.room, at.message)?;
        }
        if extras & REACTIONS != 0 {
            message.reactions = reactions(store, at, asker)?;
        }
        message.pinned = extras & PIN != 0;
    }
    Ok(message)
}

/// The position of a room's newest event.
pub(super) fn head(store: &Connection, room: i64) -> rusqlite::Result<Seq> {
    store
        .prepare_cached("SELECT ifnull(max(seq), 0) FROM events WHERE room = ?1")?
        .query_row([room], |row| row::seq(row, 0))
}

/// Whom a message names.
pub(super) fn mentions(store: &Connection, at: At) -> rusqlite::Result<Vec<Mention>> {
    store
        .prepare_cached(
            "SELECT m.id, n.name FROM mentions n JOIN members m ON m.number = n.member \
             WHERE n.room = ?1 AND n.message = ?2 ORDER BY n.place",
        )?
        .query_map((at.room, row::number(at.message)), |row| {
            Ok(Mention { who: MemberId::from_bytes(row.get(0)?), name: row.get(1)? })
        })?
        .collect()
}

/// How people reacted to a message, in the order in which each emoji came.
pub(super) fn reactions(store: &Connection, at: At, asker: MemberId) -> rusqlite::Result<Vec<Reaction>> {
    let mut reactions: Vec<Reaction> = Vec::new();
    let mut found = store.prepare_cached(
        "SELECT r.emoji, m.id, m.name FROM reactions r JOIN members m ON m.number = r.member \
         WHERE r.room = ?1 AND r.message = ?2 ORDER BY r.since, r.seq",
    )?;
    let mut rows = found.query((at.room, row::number(at.message)))?;
    while let Some(row) = rows.next()? {
        let (emoji, by): (String, Member) = (row.get(0)?, row::member(row, 1)?);
        let is_next = reactions.last().is_none_or(|last| last.emoji.as_str() != emoji);
        if is_next {
            reactions.push(Reaction { emoji: Emoji::known(emoji), count: 0, mine: false, by: Vec::new() });
        }
        if let Some(reaction) = reactions.last_mut() {
            reaction.count += 1;
            reaction.mine |= by.id == asker;
            if reaction.by.len() < Reaction::NAMED {
                reaction.by.push(by);
            }
        }
    }
    Ok(reactions)
}

/// So many events of a room are looked at for what is unread.
const LOOKED_BACK: u64 = 10_000;

/// What a member has read of a room that they are in, and wants to be told of it.
pub(super) fn mark(store: &Connection, member: i64, room: i64) -> rusqlite::Result<Option<Mark>> {
    let kept = store
        .prepare_cached("SELECT read, notify FROM memberships WHERE member = ?1 AND room = ?2")?
        .query_row((member, room), |row| Ok((row::seq(row, 0)?, row::notify(row, 1)?)))
        .optional()?;
    let Some((read, notify)) = kept else { return Ok(None) };
    let upto = head(store, room)?;
    let count = |query| -> rusqlite::Result<u32> {
        if upto <= read {
            return Ok(0);
        }
        // In a room where one wrote almost everything oneself, the messages of others are far between.
        let from = read.max(Seq(upto.0.saturating_sub(LOOKED_BACK)));
        store
            .prepare_cached(query)?
            .query_row(params![room, row::number(from), member, row::POSTED, Mark::MOST], |row| row.get(0))
    };
    let unread = count(
        "SELECT count(*) FROM (SELECT 1 FROM events WHERE room = ?1 AND seq > ?2 AND kind = ?4 AND gone IS NULL \
         AND actor <> ?3 LIMIT ?5)",
    )?;
    let mentions = count(
        "SELECT count(*) FROM (SELECT DISTINCT n.message FROM mentions n \
         JOIN events e ON e.room = n.room AND e.seq = n.message WHERE n.member = ?3 AND n.room = ?1 AND n.message > ?2 \
         AND e.kind = ?4 AND e.gone IS NULL AND e.actor <> ?3 LIMIT ?5)",
    )?;
    Ok(Some(Mark { read, upto, unread, mentions, notify }))
}
