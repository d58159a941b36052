//! Finding messages: the index of words says which may be meant, and their texts which are.
//!
//! Rooms are looked through together, newest messages first, each only as far back as is needed: one in which nothing is as
//! new as what was found elsewhere is not asked at all.

use std::{
    collections::{BTreeSet, BinaryHeap, HashMap, VecDeque},
    fmt,
    str::FromStr,
    sync::atomic::{AtomicBool, Ordering},
};

use maru_shared::{
    MemberId, Name, RoomId, Seq,
    api::{Found, Hit},
    search::{Answer, Day, Has, Need, Search, Sought, Term},
};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    happened::{self, At, FILES, PIN, REACTIONS},
    read::NAMED,
    row::{self, POSTED},
    words,
};

/// A search, and which part of what it finds.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is sought.
    pub search: Search,
    /// Which comes first.
    pub order: Order,
    /// When the asker's days begin: so many minutes before they do in UTC.
    pub zone: i64,
    /// What was told before.
    pub before: Option<Cursor>,
    /// The most hits.
    pub limit: usize,
}

/// Which hit comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The closest, of the newest [`WINDOW`]; then those of the [`WINDOW`] before them.
    #[default]
    Best,
    /// The newest.
    Newest,
}

/// Up to where the hits of a search were told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    /// Those before this place are looked through.
    before: Spot,
    /// Where the best are told first: of those up to this one, the ones that are not as good as what was told are still to be
    /// told.
    of_window: Option<OfWindow>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct OfWindow {
    upto: Spot,
    told: Ranked,
}

/// A place in the order in which messages were written, over all rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    at: i64,
    room: RoomId,
    seq: Seq,
}

/// A place in the order of the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    /// In billionths.
    rank: u32,
    spot: Spot,
}

/// So many hits are told in the order of how good they are; then those before them.
const WINDOW: usize = 400;

/// So many messages are looked at for one question: what is behind them is told when it is asked for.
const MOST_EXAMINED: usize = 20_000;

/// So many messages of a room are looked at first, and four times as many each time after that.
const FIRST_CHUNK: usize = 16;

/// An old message counts half as much as a new one; so old it counts three quarters: 90 days, in milliseconds.
const HALF_OLD: f64 = 90.0 * 86_400_000.0;

/// Two who write at once may be stamped in another order than that of their messages, by so many messages at most.
const DISORDER: u64 = 64;

/// What this asks for, of what the asker may see.
pub(super) fn find(
    store: &Connection,
    asker: MemberId,
    asked: &Asked,
    late: &AtomicBool,
) -> rusqlite::Result<Found> {
    let Some(mut finding) = Finding::new(store, asker, asked, late)? else {
        return Ok(Found { hits: Vec::new(), next: None });
    };
    let (best, next) = match asked.order {
        Order::Newest => finding.newest(asked.before.map(|cursor| cursor.before), None, asked.limit)?,
        Order::Best => finding.best(asked)?,
    };
    let mut hits = Vec::with_capacity(best.len());
    for Candidate { spot: Spot { room, seq, .. }, number, answer } in best {
        let condition = "WHERE e.room = ?1 AND e.seq = ?2";
        let event = happened::events(store, room, asker, condition, (number, row::number(seq)))?.pop();
        let marks = answer.marks.into_iter().map(|mark| (mark.start, mark.end)).collect();
        hits.extend(event.map(|event| Hit { event, marks }));
    }
    Ok(Found { hits, next: next.map(|cursor| cursor.to_string()) })
}

/// A message that answers.
struct Candidate {
    spot: Spot,
    number: i64,
    answer: Answer,
}

/// A search while it is answered.
struct Finding<'a> {
    store: &'a Connection,
    search: &'a Search,
    /// Whose messages are sought, where anybody is named.
    actors: Option<Vec<i64>>,
    /// What the index of words is asked, where words are sought.
    expression: Option<String>,
    /// From when on, and before when.
    when: (i64, i64),
    rooms: Vec<Place>,
    /// What the index of words said of each room, where it was asked of all at once.
    said: Option<HashMap<i64, Vec<Seq>>>,
    examined: usize,
    /// Whether nobody waits for it any more.
    late: &'a AtomicBool,
}

/// A room that the asker is in.
struct Place {
    number: i64,
    id: RoomId,
    head: Seq,
    /// Up to where the index of words has it.
    indexed: Seq,
}

/// A room that is looked through.
struct Stream {
    number: i64,
    id: RoomId,
    indexed: Seq,
    /// Those behind this position, and before that one, are still to be looked at.
    low: Seq,
    high: Seq,
    /// The place of the newest of them, or something newer.
    bound: Spot,
    /// What the index said, the newest last.
    said: Option<Vec<Seq>>,
    found: VecDeque<Candidate>,
    /// How many are looked at next.
    chunk: usize,
    /// Those not before this were told already.
    told: Option<Spot>,
    /// The instant of the last hit: where the clock went back, those before it count as of then, so that what was told is always
    /// newer than what is not.
    floor: i64,
}

impl<'a> Finding<'a> {
    fn new(
        store: &'a Connection,
        asker: MemberId,
        asked: &'a Asked,
        late: &'a AtomicBool,
    ) -> rusqlite::Result<Option<Self>> {
        let search = &asked.search;
        let actors = if search.from.is_empty() { None } else { Some(numbers(store, &search.from)?) };
        let rooms = rooms(store, asker, &search.places)?;
        if rooms.is_empty() || actors.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let begins =
            |day: Option<Day>, none| day.map_or(none, |Day(day)| (day * 1_440 - asked.zone) * 60_000);
        let when = (begins(search.after, i64::MIN), begins(search.before, i64::MAX));
        let needs: BTreeSet<String> = search.terms.iter().flat_map(Term::needs).map(expressed).collect();
        let expression = (!needs.is_empty()).then(|| needs.into_iter().collect::<Vec<_>>().join(" AND "));
        let mut finding =
            Self { store, search, actors, expression, when, rooms, said: None, examined: 0, late };
        finding.ask_at_once()?;
        Ok(Some(finding))
    }

    /// Asks the index of words for all rooms at once where it would cost as much for each of them: when the beginnings of words
    /// are sought, it goes through all words that begin so.
    fn ask_at_once(&mut self) -> rusqlite::Result<()> {
        let Some(expression) = self.expression.as_ref().filter(|expression| expression.contains('*')) else {
            return Ok(());
        };
        let mut said: HashMap<i64, Vec<Seq>> =
            self.rooms.iter().map(|place| (place.number, Vec::new())).collect();
        let (first, last) = (
            self.rooms.iter().map(|room| room.number).min(),
            self.rooms.iter().map(|room| room.number).max(),
        );
        let bounds = (
            first.and_then(|room| words::number(room, Seq::ZERO)),
            last.and_then(|room| words::number(room + 1, Seq::ZERO)),
        );
        let mut found = self.store.prepare_cached(
            "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid",
        )?;
        let mut rows = found.query((expression, bounds.0.unwrap_or(0), bounds.1.unwrap_or(i64::MAX)))?;
        while let Some(row) = rows.next()? {
            let At { room, message } = words::message(row.get(0)?);
            if let Some(seqs) = said.get_mut(&room) {
                seqs.push(message);
            }
        }
        self.said = Some(said);
        Ok(())
    }

    /// The newest that answer from before the one place on up to the other, at most so many, and where to go on.
    fn newest(
        &mut self,
        before: Option<Spot>,
        upto: Option<Spot>,
        most: usize,
    ) -> rusqlite::Result<(Vec<Candidate>, Option<Cursor>)> {
        let mut streams = Vec::new();
        for place in std::mem::take(&mut self.rooms) {
            streams.extend(self.stream(&place, before)?);
        }
        let mut heads: BinaryHeap<(Spot, usize)> =
            streams.iter().enumerate().map(|(at, stream)| (stream.bound, at)).collect();
        let mut newest: Vec<Candidate> = Vec::new();
        while let Some((spot, at)) = heads.pop() {
            if upto.is_some_and(|upto| spot < upto) {
                return Ok((newest, None));
            }
            let stream = &mut streams[at];
            match stream.found.pop_front_if(|found| found.spot == spot) {
                Some(_) if newest.len() == most => {
                    let before = newest.last().map_or(spot, |last| last.spot);
                    return Ok((newest, Some(Cursor { before, of_window: None })));
                }
                Some(found) => newest.push(found),
                None if self.examined >= MOST_EXAMINED => {
                    return Ok((newest, Some(Cursor { before: spot.behind(), of_window: None })));
                }
                None => self.look(stream)?,
            }
            heads.extend(stream.next().map(|spot| (spot, at)));
        }
        Ok((newest, None))
    }

    /// The best of a window.
    fn best(&mut self, asked: &Asked) -> rusqlite::Result<(Vec<Candidate>, Option<Cursor>)> {
        let before = asked.before.map(|cursor| cursor.before);
        let of_window = asked.before.and_then(|cursor| cursor.of_window);
        let (found, next) = self.newest(before, of_window.map(|window| window.upto), WINDOW)?;
        let Some((first, last)) = found.first().zip(found.last()) else { return Ok((found, next)) };
        let before = before.unwrap_or_else(|| first.spot.behind());
        let upto = of_window.map_or(last.spot, |window| window.upto);
        let newest = before.at;
        let mut ranked: Vec<(Ranked, Candidate)> = found
            .into_iter()
            .map(|found| {
                (
                    Ranked { rank: rank(found.answer.closeness, newest - found.spot.at), spot: found.spot },
                    found,
                )
            })
            .filter(|(ranked, _)| of_window.is_none_or(|window| *ranked < window.told))
            .collect();
        ranked.sort_by(|(one, _), (other, _)| other.cmp(one));
        let is_last = ranked.len() <= asked.limit;
        ranked.truncate(asked.limit);
        let told = ranked.last().map(|(ranked, _)| *ranked);
        let cursor = match told {
            Some(told) if !is_last => Some(Cursor { before, of_window: Some(OfWindow { upto, told }) }),
            _ if of_window.is_some() => Some(Cursor { before: upto, of_window: None }),
            _ => next.map(|cursor| Cursor { of_window: None, ..cursor }),
        };
        Ok((ranked.into_iter().map(|(_, found)| found).collect(), cursor))
    }

    /// A room, as far as something before this place can be in it.
    fn stream(&mut self, place: &Place, before: Option<Spot>) -> rusqlite::Result<Option<Stream>> {
        let Place { number, id, head, indexed } = *place;
        let (from, until) = self.when;
        let begin = Spot { at: from, room: RoomId::from_u128(0), seq: Seq::ZERO };
        let end = Spot { at: until, ..begin };
        let limit = before.map_or(end, |before| before.min(end));
        let low = if from == i64::MIN { Seq::ZERO } else { self.last_before(place, |spot| spot < begin)? };
        let low = Seq(low.0.saturating_sub(DISORDER));
        let (high, told, floor) = match before {
            Some(before) if before.room == id && before <= end => (before.seq, None, before.at),
            None if until == i64::MAX => (head.next(), None, i64::MAX),
            _ => (self.last_before(place, |spot| spot < limit)?.next(), before, i64::MAX),
        };
        let high = high.min(head.next());
        if high.0 <= low.next().0 {
            return Ok(None);
        }
        let newest = Seq(high.0 - 1);
        let bound = Spot { at: self.newest_at(number, newest)?.min(floor), room: id, seq: newest };
        let mut said = self.said.as_mut().map(|said| said.remove(&number).unwrap_or_default());
        if let Some(said) = &mut said {
            said.truncate(said.partition_point(|seq| *seq < high));
        }
        let indexed = if self.expression.is_some() { indexed } else { Seq::ZERO };
        let found = VecDeque::new();
        Ok(Some(Stream {
            number,
            id,
            indexed,
            low,
            high,
            bound,
            said,
            found,
            chunk: FIRST_CHUNK,
            told,
            floor,
        }))
    }

    /// The position of a room's last event that is before something.
    fn last_before(&self, place: &Place, is_before: impl Fn(Spot) -> bool) -> rusqlite::Result<Seq> {
        let spot =
            |seq| Ok::<_, rusqlite::Error>(Spot { at: self.at(place.number, seq)?, room: place.id, seq });
        let (mut low, mut high) = (0, place.head.0);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if is_before(spot(Seq(middle))?) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        for seq in (low + 1..=place.head.0.min(low + DISORDER)).rev() {
            if is_before(spot(Seq(seq))?) {
                return Ok(Seq(seq));
            }
        }
        Ok(Seq(low))
    }

    fn at(&self, room: i64, seq: Seq) -> rusqlite::Result<i64> {
        let at = self
            .store
            .prepare_cached("SELECT at FROM events WHERE room = ?1 AND seq = ?2")?
            .query_row((room, row::number(seq)), |row| row.get(0))
            .optional()?;
        Ok(at.unwrap_or(i64::MIN))
    }

    /// An instant behind which nothing in the room was written up to this position.
    fn newest_at(&self, room: i64, upto: Seq) -> rusqlite::Result<i64> {
        let from = Seq(upto.0.saturating_sub(DISORDER));
        self.store
            .prepare_cached(
                "SELECT ifnull(max(at), 0) FROM events WHERE room = ?1 AND seq > ?2 AND seq <= ?3",
            )?
            .query_row((room, row::number(from), row::number(upto)), |row| row.get(0))
    }

    /// Looks at the next messages of a room.
    fn look(&mut self, stream: &mut Stream) -> rusqlite::Result<()> {
        let most = stream.chunk;
        stream.chunk = (most * 4).min(512);
        if stream.high > stream.indexed.next() {
            self.look_at_all(stream, most)?;
        } else {
            self.look_at_those_said(stream, most)?;
        }
        let seq = Seq(stream.high.0.saturating_sub(1));
        let at = self.newest_at(stream.number, seq)?.min(stream.floor);
        stream.bound = Spot { at, seq, ..stream.bound };
        Ok(())
    }

    /// Looks at messages one by one: those that the index of words does not know yet, or all where no word is sought.
    fn look_at_all(&mut self, stream: &mut Stream, most: usize) -> rusqlite::Result<()> {
        let low = stream.low.max(stream.indexed);
        let store = self.store;
        let mut messages = store.prepare_cached(
            "SELECT seq, at, actor, extras, text FROM events WHERE room = ?1 AND seq > ?2 AND seq < ?3 AND kind = ?4 \
             AND gone IS NULL ORDER BY seq DESC LIMIT ?5",
        )?;
        let span = (stream.number, row::number(low), row::number(stream.high), POSTED, row::position(most));
        let mut rows = messages.query(span)?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            seen += 1;
            stream.look_at(row, self)?;
        }
        if seen < most {
            stream.high = low.next();
        }
        Ok(())
    }

    /// Looks at the messages of which the index of words says that they may answer.
    fn look_at_those_said(&mut self, stream: &mut Stream, most: usize) -> rusqlite::Result<()> {
        let said = match (&mut stream.said, &self.expression) {
            (Some(said), _) => said.split_off(said.len().saturating_sub(most)),
            (None, Some(expression)) => {
                let first = words::number(stream.number, stream.low.next()).unwrap_or(i64::MAX);
                let end = words::number(stream.number, stream.high).unwrap_or(i64::MIN);
                let mut said = self
                    .store
                    .prepare_cached(
                        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3 \
                         ORDER BY rowid DESC LIMIT ?4",
                    )?
                    .query_map((expression, first, end, row::position(most)), |row| {
                        Ok(words::message(row.get(0)?).message)
                    })?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                said.reverse();
                said
            }
            (None, None) => Vec::new(),
        };
        let store = self.store;
        let mut message = store.prepare_cached(
            "SELECT seq, at, actor, extras, text FROM events WHERE room = ?1 AND seq = ?2 AND kind = ?3 AND gone IS NULL",
        )?;
        let open = stream.low.next()..stream.high;
        for seq in said.iter().rev().filter(|seq| open.contains(seq)) {
            let mut rows = message.query((stream.number, row::number(*seq), POSTED))?;
            if let Some(row) = rows.next()? {
                stream.look_at(row, self)?;
            }
        }
        // What the index said and the store does not have is not looked at again.
        stream.high = match said.first() {
            Some(first) if said.len() == most => stream.high.min(*first),
            _ => stream.low.next(),
        };
        Ok(())
    }

    /// How a message answers, if it does: a row of its position, instant, author, extras and text.
    fn answer(&self, room: i64, row: &Row<'_>) -> rusqlite::Result<Option<Answer>> {
        let at: i64 = row.get(1)?;
        let actor: i64 = row.get(2)?;
        if !(self.when.0..self.when.1).contains(&at)
            || self.actors.as_ref().is_some_and(|actors| !actors.contains(&actor))
        {
            return Ok(None);
        }
        let (extras, text): (i64, _) = (row.get(3)?, row.get_ref(4)?.as_str()?);
        for has in &self.search.has {
            let it_has = match has {
                Has::File => extras & FILES != 0,
                Has::Image => {
                    extras & FILES != 0 && has_picture(self.store, At { room, message: row::seq(row, 0)? })?
                }
                Has::Link => text.contains("://") || text.contains("www."),
                Has::Reaction => extras & REACTIONS != 0,
                Has::Pin => extras & PIN != 0,
            };
            if !it_has {
                return Ok(None);
            }
        }
        Ok(self.search.answered_by(text))
    }
}

impl Stream {
    fn look_at(&mut self, row: &Row<'_>, finding: &mut Finding<'_>) -> rusqlite::Result<()> {
        finding.examined += 1;
        if finding.late.load(Ordering::Relaxed) {
            let interrupted = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERRUPT);
            return Err(rusqlite::Error::SqliteFailure(interrupted, None));
        }
        let seq = row::seq(row, 0)?;
        let written = Spot { at: row.get(1)?, room: self.id, seq };
        let spot = Spot { at: written.at.min(self.floor), ..written };
        self.high = seq;
        if let Some(answer) = finding.answer(self.number, row)?
            && self.told.is_none_or(|told| written < told)
        {
            (self.told, self.floor) = (None, spot.at);
            self.found.push_back(Candidate { spot, number: self.number, answer });
        }
        Ok(())
    }

    /// The place of the next hit, or one before which it is.
    fn next(&self) -> Option<Spot> {
        match self.found.front() {
            Some(found) => Some(found.spot),
            None => (self.high > self.low.next()).then_some(self.bound),
        }
    }
}

/// The rooms that somebody is in, of those that are sought.
fn rooms(store: &Connection, asker: MemberId, places: &[Sought]) -> rusqlite::Result<Vec<Place>> {
    let mut found = store.prepare_cached(
        "SELECT r.number, r.id, (SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number), ifnull(u.upto, 0), \
         r.name_key FROM members m JOIN memberships s ON s.member = m.number \
         JOIN rooms r ON r.number = s.room AND r.deleted_at IS NULL LEFT JOIN searchable u ON u.room = r.number \
         WHERE m.id = ?1",
    )?;
    let mut rows = found.query([asker.as_bytes()])?;
    let mut rooms = Vec::new();
    while let Some(row) = rows.next()? {
        let id = RoomId::from_bytes(row.get(1)?);
        let key: Option<String> = row.get(4)?;
        let is_sought = |sought: &Sought| match sought {
            Sought::Id(sought) => *sought == id,
            Sought::Named(name) => key.as_ref().is_some_and(|key| *key == name.key()),
        };
        if places.is_empty() || places.iter().any(is_sought) {
            rooms.push(Place {
                number: row.get(0)?,
                id,
                head: row::seq(row, 2)?,
                indexed: row::seq(row, 3)?,
            });
        }
    }
    Ok(rooms)
}

/// Those who are called so.
fn numbers(store: &Connection, names: &[Name]) -> rusqlite::Result<Vec<i64>> {
    let mut numbers = Vec::new();
    for name in names {
        let number: Option<i64> = store
            .prepare_cached(&format!("SELECT number FROM members WHERE {NAMED}"))?
            .query_row((name.as_str(), name.key()), |row| row.get(0))
            .optional()?;
        numbers.extend(number);
    }
    Ok(numbers)
}

/// Whether there is a picture among what comes with a message.
fn has_picture(store: &Connection, at: At) -> rusqlite::Result<bool> {
    store
        .prepare_cached(
            "SELECT 1 FROM files f JOIN contents c ON c.number = f.content \
             WHERE f.room = ?1 AND f.seq = ?2 AND c.kind LIKE 'image/%'",
        )?
        .exists((at.room, row::number(at.message)))
}

/// What the index of words is asked. Words have nothing in them that means something there.
fn expressed(need: Need) -> String {
    match need {
        Need::Word(word) => format!("\"{word}\""),
        Need::Beginning(word) => format!("\"{word}\" *"),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "from 0 to 1"
)]
fn rank(closeness: f64, age: i64) -> u32 {
    let newness = (-(age.max(0) as f64) / HALF_OLD).exp2();
    (closeness * (0.5 + 0.5 * newness) * 1e9) as u32
}

impl Spot {
    /// The first place that is not before this one or it.
    fn behind(self) -> Self {
        Self { seq: self.seq.next(), ..self }
    }
}

/// A text that is no [`Cursor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this was not told as the end of a page")]
pub struct NoCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.before.fmt(f)?;
        if let Some(OfWindow { upto, told }) = self.of_window {
            write!(f, "_{upto}_{}_{}", told.rank, told.spot)?;
        }
        Ok(())
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at, self.room, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        match text.split('_').collect::<Vec<_>>().as_slice() {
            [before] => Ok(Self { before: before.parse()?, of_window: None }),
            [before, upto, rank, spot] => {
                let told = Ranked { rank: rank.parse().map_err(|_| NoCursor)?, spot: spot.parse()? };
                Ok(Self { before: before.parse()?, of_window: Some(OfWindow { upto: upto.parse()?, told }) })
            }
            _ => Err(NoCursor),
        }
    }
}

impl FromStr for Spot {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (at, rest) = text.split_once('.').ok_or(NoCursor)?;
        let (room, seq) = rest.split_once('.').ok_or(NoCursor)?;
        Ok(Self {
            at: at.parse().map_err(|_| NoCursor)?,
            room: room.parse().map_err(|_| NoCursor)?,
            seq: Seq(seq.parse::<u64>().ok().filter(|seq| *seq < 1 << 62).ok_or(NoCursor)?),
        })
    }
}
