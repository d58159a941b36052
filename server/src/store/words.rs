//! Keeps the index of words: written behind the messages, a piece at a time, and in step with what is edited and deleted.

use std::collections::BTreeSet;

use maru_shared::{Seq, search::index_words};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{
    apply::{Store, WriteError},
    happened::At,
    row::{self, POSTED},
};

/// So many bits of a row's number in the index are the position in the room; the room's number is above them.
const SEQ_BITS: u32 = 40;

/// What is not in the index yet. After a rollback it may name more than there is, never less.
#[derive(Debug, Default)]
pub(super) struct Behind {
    rooms: BTreeSet<i64>,
    events: u64,
}

impl Behind {
    /// What a store that was just opened has yet to take into the index.
    pub(super) fn of(store: &Connection) -> rusqlite::Result<Self> {
        let mut behind = Self::default();
        let mut rooms = store.prepare(
            "SELECT number, (SELECT ifnull(max(seq), 0) FROM events WHERE room = number) - ifnull(upto, 0) AS missing \
             FROM rooms LEFT JOIN searchable ON room = number WHERE deleted_at IS NULL AND missing > 0",
        )?;
        let mut rows = rooms.query([])?;
        while let Some(row) = rows.next()? {
            behind.rooms.insert(row.get(0)?);
            behind.events += row.get::<_, i64>(1)?.unsigned_abs();
        }
        Ok(behind)
    }

    /// Something happened in this room.
    pub(super) fn add(&mut self, room: i64) {
        self.rooms.insert(room);
        self.events += 1;
    }
}

impl Store {
    /// How many events are not in the index of words yet.
    pub fn behind(&self) -> u64 {
        self.behind.borrow().events
    }

    /// Takes at most so many of the events that are not in the index of words yet into it. The disk is not waited for: what a
    /// crash takes back is done again.
    ///
    /// # Errors
    /// When SQLite cannot (a full disk, say). Then nothing was done.
    pub fn index(&mut self, most: u64) -> Result<(), WriteError> {
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        let indexed = self.index_piece(most);
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(indexed?)
    }

    fn index_piece(&mut self, most: u64) -> rusqlite::Result<()> {
        let behind = self.behind.get_mut();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut left, mut done) = (most, Vec::new());
        for room in &behind.rooms {
            let (from, head) = span(&transaction, *room)?;
            let upto = head.min(Seq(from.0 + left));
            if upto > from {
                index_room(&transaction, *room, from, upto)?;
                left -= upto.since(from);
            }
            if upto < head {
                break;
            }
            done.push(*room);
        }
        transaction.commit()?;
        for room in done {
            behind.rooms.remove(&room);
        }
        behind.events = if behind.rooms.is_empty() { 0 } else { behind.events.saturating_sub(most - left) };
        Ok(())
    }
}

/// Puts the words of a message that now says something else, or nothing any more, in the place of those it had.
pub(super) fn reword(store: &Connection, at: At, before: &str, now: &str) -> rusqlite::Result<()> {
    if at.message > upto(store, at.room)? {
        return Ok(());
    }
    let Some(number) = number(at.room, at.message) else { return Ok(()) };
    // What says nothing is not in it: taking it out would have the index count a row less than it has.
    if !before.is_empty() {
        store
            .prepare_cached("INSERT INTO search (search, rowid, words) VALUES ('delete', ?1, ?2)")?
            .execute((number, index_words(before)))?;
    }
    insert(store, number, now)
}

/// Takes the words of messages of deleted rooms out of the index; `which` finds their rooms and positions.
pub(super) fn forget(store: &Connection, which: &str, most: i64) -> rusqlite::Result<()> {
    let mut messages = store.prepare_cached(&format!(
        "SELECT room, seq, text FROM events WHERE (room, seq) IN ({which}) AND kind = ?2 AND gone IS NULL \
         ORDER BY room, seq"
    ))?;
    let mut rows = messages.query((most, POSTED))?;
    while let Some(row) = rows.next()? {
        let at = At { room: row.get(0)?, message: row::seq(row, 1)? };
        reword(store, at, row.get_ref(2)?.as_str()?, "")?;
    }
    Ok(())
}

/// The number of a message's row in the index; nothing where numbers end (8 million rooms, a million million events in one).
pub(super) fn number(room: i64, message: Seq) -> Option<i64> {
    let fits = (0..1 << (63 - SEQ_BITS)).contains(&room) && message.0 >> SEQ_BITS == 0;
    fits.then(|| room << SEQ_BITS | row::number(message))
}

/// Of which message a row of the index is.
pub(super) fn message(number: i64) -> At {
    At { room: number >> SEQ_BITS, message: Seq(number.unsigned_abs() & ((1 << SEQ_BITS) - 1)) }
}

/// Up to where the messages of a room are in the index.
pub(super) fn upto(store: &Connection, room: i64) -> rusqlite::Result<Seq> {
    let upto = store
        .prepare_cached("SELECT upto FROM searchable WHERE room = ?1")?
        .query_row([room], |row| row::seq(row, 0))
        .optional()?;
    Ok(upto.unwrap_or(Seq::ZERO))
}

/// Up to where a room is in the index, and up to where it can be; the same where it was deleted.
fn span(store: &Connection, room: i64) -> rusqlite::Result<(Seq, Seq)> {
    let from = upto(store, room)?;
    let head = store
        .prepare_cached(
            "SELECT (SELECT ifnull(max(seq), 0) FROM events WHERE room = ?1) FROM rooms \
             WHERE number = ?1 AND deleted_at IS NULL",
        )?
        .query_row([room], |row| row::seq(row, 0))
        .optional()?;
    Ok((from, head.unwrap_or(from).max(from)))
}

fn index_room(store: &Connection, room: i64, from: Seq, upto: Seq) -> rusqlite::Result<()> {
    let mut messages = store.prepare_cached(
        "SELECT seq, text FROM events WHERE room = ?1 AND seq > ?2 AND seq <= ?3 AND kind = ?4 AND gone IS NULL \
         ORDER BY seq",
    )?;
    let mut rows = messages.query((room, row::number(from), row::number(upto), POSTED))?;
    while let Some(row) = rows.next()? {
        if let Some(number) = number(room, row::seq(row, 0)?) {
            insert(store, number, row.get_ref(1)?.as_str()?)?;
        }
    }
    store
        .prepare_cached(
            "INSERT INTO searchable (room, upto) VALUES (?1, ?2) ON CONFLICT (room) DO UPDATE SET upto = excluded.upto",
        )?
        .execute((room, row::number(upto)))?;
    Ok(())
}

fn insert(store: &Connection, number: i64, text: &str) -> rusqlite::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    store
        .prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?
        .execute((number, index_words(text)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_says_nothing_for_a_while_is_counted_as_often_as_it_is_there() {
        let store = Connection::open_in_memory().unwrap();
        store.execute_batch(include_str!("search.sql")).unwrap();
        store.execute("INSERT INTO searchable (room, upto) VALUES (1, 100)", []).unwrap();
        let at = |message| At { room: 1, message: Seq(message) };
        for message in 1..=3 {
            reword(&store, at(message), "", "하나").unwrap();
        }
        for _ in 0..5 {
            reword(&store, at(1), "하나", "").unwrap();
            reword(&store, at(1), "", "하나").unwrap();
        }
        // SQLite would find the index broken, had it been taken out of it more often than it was put there.
        for message in 1..=3 {
            reword(&store, at(message), "하나", "").unwrap();
        }
        let sought = format!("\"{}\"", index_words("하나").split(' ').next().unwrap());
        let left: i64 = store
            .query_row("SELECT count(*) FROM search WHERE search MATCH ?1", [sought], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0);
    }
}
