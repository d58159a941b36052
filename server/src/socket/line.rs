//! One socket, whatever is spoken on it: writes what waits, hears texts, keeps the line alive, and closes it. It never waits,
//! and asks no clock: its loop tells it when it can go on, and what time it is.
//!
//! Generic over the wire, so that all of it can be tested without a network.

use std::{
    fmt,
    io::{self, ErrorKind, IoSlice},
    iter, mem,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use maru_shared::close::CloseCode;

use crate::{
    config::Limits,
    frame::{Broken, Frame, Heard, Reader},
    outbox::{CatchUp, Item},
    queue::Queue,
};

/// Where bytes go and come without waiting: whatever would have to wait fails as `WouldBlock`.
pub trait Wire {
    /// Reads what has come. 0 is the end.
    ///
    /// # Errors
    /// When nothing has come, or the wire is broken; as `Interrupted` when others are to have their turn before it goes on.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize>;

    /// Takes some of these bytes, to be written in their order; says how many.
    ///
    /// # Errors
    /// When it takes none now, or the wire is broken.
    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Hands on what it took and still holds.
    ///
    /// # Errors
    /// When it still holds some, or the wire is broken.
    fn flush(&mut self) -> io::Result<()>;

    /// Says that nothing more comes, where the wire has a word for that: nobody can have cut the end off then. It is said now or
    /// never.
    fn take_leave(&mut self);

    /// Takes leave, and writes nothing more.
    fn shut(&mut self);
}

/// How long a client is waited for when its socket is closed: to read on, and to answer the close.
const PARTING: Duration = Duration::from_secs(3);

/// How much is handed over in one write: sixteen events that came one by one, and a few things more.
const SLICES: usize = 24;

/// How often is read from one socket before others have their turn.
const READS: usize = 4;

/// Why a socket is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client closed it, or the line was lost.
    Client,
    /// The server closes it.
    Server(CloseCode),
}

/// How far the writing came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// All is written that may be.
    All,
    /// The client must read first.
    Stuck,
    /// Next is what the store has of a room.
    CatchUp(Box<CatchUp>),
}

/// One socket, and when it was last heard.
#[derive(Debug)]
pub struct Line<W> {
    wire: W,
    reader: Reader,
    /// Whether there may be something to be read.
    readable: bool,
    /// What goes out before what waits: pings, pongs, the close, what was missed.
    ahead: Queue<Frame>,
    /// What was taken out of the outbox.
    waiting: Queue<Item>,
    /// Whether the first of what waits is written in part.
    begun: bool,
    /// Since when not all is written that was to be: who takes a byte now and then is not waited for any longer than who takes
    /// none.
    stuck: Option<Instant>,
    heard: Instant,
    next_ping: Instant,
    farewell: Option<Farewell>,
}

/// What is still to be done on a line that is over.
#[derive(Clone, Copy, Debug)]
struct Farewell {
    /// Then it is left in any case.
    until: Instant,
    from: From,
}

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// The server: the client is to answer its close.
    Server,
    /// The server, which cannot read on: the client is to end the line.
    ServerDeaf,
    /// The client, whose close is to be answered.
    Client,
    /// Nobody: the line is lost.
    Nobody,
}

impl<W: Wire> Line<W> {
    /// A line on this wire, with what came before on it.
    pub fn new(wire: W, came: Vec<u8>, limits: &Limits, now: Instant) -> Self {
        Self {
            wire,
            reader: Reader::new(limits.frame_bytes, came),
            readable: true,
            ahead: Queue::default(),
            waiting: Queue::default(),
            begun: false,
            stuck: None,
            heard: now,
            next_ping: now + limits.ping_every,
            farewell: None,
        }
    }

    /// What it is on.
    pub fn wire(&mut self) -> &mut W {
        &mut self.wire
    }

    /// The wire has something to be read, or is at its end.
    pub fn something_came(&mut self) {
        self.readable = true;
    }

    /// Whether all is written that was to be.
    pub fn is_clear(&self) -> bool {
        self.ahead.is_empty() && self.waiting.is_empty() && self.stuck.is_none()
    }

    /// Whether there may be something to be heard, and nothing is to be written first.
    pub fn may_be_heard(&self) -> bool {
        (self.readable || self.reader.holds()) && self.is_clear()
    }

    /// Puts a frame before all that waits, but for what is half written.
    pub fn put_ahead(&mut self, frame: Frame) {
        if mem::take(&mut self.begun)
            && let Some(Item::Frame(rest)) = self.waiting.pop()
        {
            self.ahead.push(rest);
        }
        self.ahead.push(frame);
    }

    /// Puts all this behind, to be written as it can be. To be called when the line is clear.
    pub fn put(&mut self, waiting: Queue<Item>) {
        self.waiting = waiting;
    }

    /// Writes as much as can be; of what waits, nothing while it is `held`.
    ///
    /// # Errors
    /// When the line is lost.
    pub fn write(&mut self, held: bool, now: Instant) -> Result<Written, End> {
        loop {
            match self.hand_over(held) {
                Ok(None) => {
                    self.stuck = None;
                    return Ok(self.next(held));
                }
                Ok(Some(0)) => return Err(End::Client),
                Ok(Some(bytes)) => self.strike_out(bytes),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {
                    self.stuck.get_or_insert(now);
                    return Ok(Written::Stuck);
                }
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Client),
            }
        }
    }

    /// Hears what comes and gives each text to `each`, until nothing more has come, `each` breaks off, something cannot be
    /// written, or others are to have their turn.
    ///
    /// # Errors
    /// When the socket is over.
    pub fn hear(
        &mut self,
        scratch: &mut [u8],
        now: Instant,
        mut each: impl FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), End> {
        for turn in 0..READS {
            let bytes = if turn == 0 && self.reader.holds() {
                0
            } else {
                let Some(bytes) = self.read(scratch)? else { return Ok(()) };
                bytes
            };
            let (mut pongs, mut closed, mut broken_off) = (Vec::new(), None, false);
            let heard = self.reader.hear(&mut scratch[..bytes], |heard| {
                self.heard = now;
                match heard {
                    Heard::Text(text) => {
                        let next = each(&text);
                        broken_off = next.is_break();
                        return next;
                    }
                    // Who was told to go is answered no more: they may not read it, and then it would pile up.
                    Heard::Ping(said) if self.farewell.is_none() => Frame::put_pong(&mut pongs, said),
                    Heard::Ping(_) | Heard::Pong(_) => {}
                    Heard::Close(code) => {
                        closed = Some(code);
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            });
            if !pongs.is_empty() {
                self.put_ahead(Frame::of(pongs));
            }
            if let Some(code) = closed {
                if self.farewell.is_none() {
                    self.put_ahead(Frame::closed(code));
                }
                self.bid(From::Client, now);
                return Err(End::Client);
            }
            if let Err(cause) = heard {
                self.bid(From::ServerDeaf, now);
                return Err(End::Server(code_of(cause)));
            }
            if broken_off || self.write(false, now)? != Written::All && self.farewell.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keeps the line alive, and finds out whether it still is. Who is `deaf` to a client does not hold its silence against it.
    ///
    /// # Errors
    /// When nothing was heard for too long, or what was to be written took as long.
    pub fn keep_alive(&mut self, deaf: bool, limits: &Limits, now: Instant) -> Result<(), End> {
        let silent = |since: Instant| now.duration_since(since) >= limits.silent_after;
        if self.stuck.is_some_and(silent) {
            return Err(End::Server(CloseCode::Silent));
        }
        if now < self.next_ping {
            return Ok(());
        }
        if deaf || self.stuck.is_some() {
            self.heard = now;
        }
        if silent(self.heard) {
            return Err(End::Server(CloseCode::Silent));
        }
        self.next_ping = now + limits.ping_every;
        if self.stuck.is_none() {
            self.put_ahead(Frame::ping());
        }
        Ok(())
    }

    /// When it is to be kept alive next, or left.
    pub fn due(&self, limits: &Limits) -> Instant {
        let stuck = self.stuck.map(|since| since + limits.silent_after);
        match self.farewell {
            Some(farewell) => farewell.until,
            None => stuck.map_or(self.next_ping, |stuck| stuck.min(self.next_ping)),
        }
    }

    /// Begins to close the socket, as its end demands: then it is to be [parted](Self::part) from.
    pub fn end(&mut self, end: End, now: Instant) {
        let from = match end {
            End::Client => From::Nobody,
            End::Server(code) => {
                self.put_ahead(Frame::close(code));
                From::Server
            }
        };
        // What is half written is finished, and nothing else.
        self.waiting = Queue::default();
        if self.farewell.is_none() {
            self.bid(from, now);
        }
    }

    /// Goes on closing it: whether that is done. Who does not read or answer is left.
    pub fn part(&mut self, scratch: &mut [u8], now: Instant) -> bool {
        let from = |line: &Self| line.farewell.map_or(From::Nobody, |farewell| farewell.from);
        if self.farewell.is_some_and(|farewell| now >= farewell.until) {
            return true;
        }
        // What a client says that was told to go counts no more, but for its own close.
        if from(self) == From::Server
            && self.hear(scratch, now, |_| ControlFlow::Continue(())).is_err()
            && from(self) == From::Server
        {
            return true;
        }
        let Ok(written) = self.write(false, now) else { return true };
        match from(self) {
            From::Nobody => true,
            From::Client => {
                let is_answered = written == Written::All;
                if is_answered {
                    self.wire.take_leave();
                }
                is_answered
            }
            From::Server => false,
            From::ServerDeaf => {
                if written == Written::All {
                    self.wire.shut();
                }
                (0..READS).any(|_| self.read(scratch).is_err())
            }
        }
    }

    /// Whether it would be heard more if others had not their turn.
    pub fn has_more(&self) -> bool {
        let is_listening = match self.farewell {
            None => self.is_clear(),
            Some(farewell) => matches!(farewell.from, From::Server | From::ServerDeaf),
        };
        self.readable && is_listening
    }

    fn bid(&mut self, from: From, now: Instant) {
        let until = self.farewell.map_or(now + PARTING, |farewell| farewell.until);
        self.farewell = Some(Farewell { until, from });
    }

    /// Reads what has come, if anything has.
    fn read(&mut self, scratch: &mut [u8]) -> Result<Option<usize>, End> {
        if self.readable {
            match self.wire.read(scratch) {
                Ok(0) => return Err(End::Client),
                Ok(bytes) => return Ok(Some(bytes)),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => self.readable = false,
                Err(cause) if cause.kind() == ErrorKind::Interrupted => return Ok(None),
                Err(_) => return Err(End::Client),
            }
        }
        Ok(None)
    }

    /// Hands what comes first to the wire, as much as goes into one write; says how much that took, or that there is nothing more
    /// and the wire holds nothing either.
    fn hand_over(&mut self, held: bool) -> io::Result<Option<usize>> {
        let waiting = self.waiting.iter().take_while(|_| !held).map_while(Item::frame);
        let mut frames = self.ahead.iter().chain(waiting).map(|frame| IoSlice::new(frame.bytes()));
        let Some(first) = frames.next() else { return self.wire.flush().map(|()| None) };
        let Some(second) = frames.next() else { return self.wire.write(&[first]).map(Some) };
        let mut slices = [first; SLICES];
        let mut count = 1;
        for (slice, frame) in slices[1..].iter_mut().zip(iter::once(second).chain(frames)) {
            *slice = frame;
            count += 1;
        }
        self.wire.write(&slices[..count]).map(Some)
    }

    /// Strikes out what was written.
    fn strike_out(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let is_ahead = !self.ahead.is_empty();
            let first = match (self.ahead.first_mut(), self.waiting.first_mut()) {
                (Some(first), _) | (None, Some(Item::Frame(first))) => first,
                (None, _) => return,
            };
            if bytes < first.len() {
                first.skip(bytes);
                self.begun = !is_ahead;
                return;
            }
            bytes -= first.len();
            if is_ahead {
                self.ahead.pop();
            } else {
                self.waiting.pop();
                self.begun = false;
            }
        }
    }

    /// What is next when all before it is written.
    fn next(&mut self, held: bool) -> Written {
        if !held
            && matches!(self.waiting.first(), Some(Item::CatchUp(_)))
            && let Some(Item::CatchUp(what)) = self.waiting.pop()
        {
            return Written::CatchUp(what);
        }
        Written::All
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("the client went"),
            Self::Server(code) => f.write_str(code.reason()),
        }
    }
}

/// What is told to a client that cannot be listened to any more.
fn code_of(cause: Broken) -> CloseCode {
    match cause {
        Broken::Rule(_) => CloseCode::Broken,
        Broken::TooBig => CloseCode::TooBig,
        Broken::Binary => CloseCode::Binary,
        Broken::NotUtf8 => CloseCode::NotUtf8,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use maru_shared::{RoomId, Seq};

    use super::*;

    /// A client without a network: says what it is told to say, and takes as much as it has room for.
    struct Client {
        says: VecDeque<Vec<u8>>,
        /// Whether others are to have their turn first.
        breathes: bool,
        /// Whether the line ends behind that.
        goes: bool,
        hears: Vec<u8>,
        room: usize,
        /// How often something was handed over.
        writes: usize,
        took_leave: bool,
        shut: bool,
    }

    impl Wire for Client {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if mem::take(&mut self.breathes) {
                return Err(ErrorKind::Interrupted.into());
            }
            match self.says.pop_front() {
                Some(said) => {
                    into[..said.len()].copy_from_slice(&said);
                    Ok(said.len())
                }
                None if self.goes => Ok(0),
                None => Err(ErrorKind::WouldBlock.into()),
            }
        }

        fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            if self.room == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let before = self.hears.len();
            self.hears.extend(slices.iter().flat_map(|slice| slice.iter()).take(self.room));
            let taken = self.hears.len() - before;
            self.room -= taken;
            self.writes += 1;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn take_leave(&mut self) {
            self.took_leave = true;
        }

        fn shut(&mut self) {
            self.shut = true;
        }
    }

    const LIMITS: fn() -> Limits = Limits::default;

    fn line(says: impl IntoIterator<Item = Vec<u8>>) -> (Line<Client>, Instant) {
        let now = Instant::now();
        let says = says.into_iter().collect();
        let client = Client {
            says,
            breathes: false,
            goes: false,
            hears: Vec::new(),
            room: usize::MAX,
            writes: 0,
            took_leave: false,
            shut: false,
        };
        (Line::new(client, Vec::new(), &LIMITS(), now), now)
    }

    /// A client's frame with a mask of nothing.
    fn said(opcode: u8, said: &[u8]) -> Vec<u8> {
        [&[0x80 | opcode, 0x80 | said.len() as u8, 0, 0, 0, 0], said].concat()
    }

    fn item(text: &str) -> Item {
        Item::Frame(Frame::text(text))
    }

    fn bytes(texts: &[&str]) -> Vec<u8> {
        Frame::texts(texts).bytes().to_vec()
    }

    fn hear(line: &mut Line<Client>, now: Instant) -> (Vec<String>, Result<(), End>) {
        let mut texts = Vec::new();
        let heard = line.hear(&mut [0; 1_024], now, |text| {
            texts.push(text.to_owned());
            ControlFlow::Continue(())
        });
        (texts, heard)
    }

    fn parts(line: &mut Line<Client>, now: Instant) -> bool {
        line.part(&mut [0; 1_024], now)
    }

    #[test]
    fn who_says_nothing_is_pinged_and_then_left() {
        let (mut line, begun) = line([]);
        let (end, now) = loop {
            let now = line.due(&LIMITS());
            if let Err(end) = line.keep_alive(false, &LIMITS(), now) {
                break (end, now);
            }
            assert_eq!(line.write(false, now), Ok(Written::All));
        };
        assert_eq!(end, End::Server(CloseCode::Silent));
        assert!(now - begun >= LIMITS().silent_after);
        assert_eq!(line.wire.hears, [0x89, 0, 0x89, 0], "pings after 30 and 60 seconds");
    }

    #[test]
    fn who_answers_stays_and_who_is_not_listened_to_is_not_blamed() {
        let (mut answers, begun) = line([]);
        let (mut unheard, _) = line([]);
        for times in 1..10 {
            let now = begun + LIMITS().ping_every * times;
            answers.wire.says.push_back(said(10, b""));
            answers.something_came();
            assert_eq!(hear(&mut answers, now), (vec![], Ok(())));
            assert_eq!(answers.keep_alive(false, &LIMITS(), now), Ok(()));
            assert_eq!(unheard.keep_alive(true, &LIMITS(), now), Ok(()));
        }
        let later = begun + LIMITS().ping_every * 20;
        assert_eq!(answers.keep_alive(false, &LIMITS(), later), Err(End::Server(CloseCode::Silent)));
    }

    #[test]
    fn pongs_are_no_texts_and_a_binary_frame_is_the_end() {
        let (mut line, now) = line([said(10, b""), said(1, b"hi"), said(2, &[1])]);
        assert_eq!(hear(&mut line, now), (vec!["hi".to_owned()], Err(End::Server(CloseCode::Binary))));
    }

    #[test]
    fn pings_are_answered_before_what_waits() {
        let (mut line, now) = line([[said(9, b"one"), said(9, b"two")].concat(), said(1, b"hi")]);
        line.put([item("waits")].into_iter().collect());
        assert_eq!(hear(&mut line, now).0, ["hi"]);
        let pongs = b"\x8a\x03one\x8a\x03two";
        assert_eq!(line.wire.hears, [&pongs[..], &bytes(&["waits"])].concat());
        assert_eq!(line.wire.writes, 1);
    }

    #[test]
    fn who_talks_without_end_lets_others_have_their_turn() {
        let (mut line, now) = line((0..READS + 1).map(|_| said(1, b"hi")));
        assert_eq!(hear(&mut line, now).0.len(), READS);
        assert!(line.has_more());
        assert_eq!(hear(&mut line, now).0.len(), 1);
        assert!(!line.has_more());
    }

    #[test]
    fn what_is_said_after_a_text_that_has_to_wait_is_heard_later() {
        let (mut line, now) = line([[said(1, b"one"), said(1, b"two")].concat()]);
        let first = |_: &str| ControlFlow::Break(());
        assert_eq!(line.hear(&mut [0; 1_024], now, first), Ok(()));
        assert_eq!(hear(&mut line, now), (vec!["two".to_owned()], Ok(())));
    }

    #[test]
    fn all_that_waits_is_written_at_once_in_order() {
        let (mut line, now) = line([]);
        line.put([item("one"), item("two"), item("three")].into_iter().collect());
        assert_eq!(line.write(false, now), Ok(Written::All));
        assert_eq!((line.wire.hears.as_slice(), line.wire.writes), (&bytes(&["one", "two", "three"])[..], 1));
        assert_eq!((line.waiting, line.ahead), (Queue::default(), Queue::default()), "it keeps no room");
    }

    #[test]
    fn what_was_missed_comes_before_what_waits_behind_it() {
        let (mut line, now) = line([]);
        let catch_up = Box::new(CatchUp { room: RoomId::LOBBY, after: None, head: Seq(3) });
        line.put([item("before"), Item::CatchUp(catch_up.clone()), item("after")].into_iter().collect());
        assert_eq!(line.write(false, now), Ok(Written::CatchUp(catch_up)));
        line.put_ahead(Frame::text("missed"));
        assert_eq!(line.write(true, now), Ok(Written::All));
        assert_eq!(line.wire.hears, bytes(&["before", "missed"]));
        assert!(!line.is_clear());
        assert_eq!(line.write(false, now), Ok(Written::All));
        assert_eq!(line.wire.hears, bytes(&["before", "missed", "after"]));
        assert!(line.is_clear());
    }

    #[test]
    fn nothing_comes_between_the_halves_of_a_frame() {
        let all = bytes(&["one", "two"]);
        for room in 0..=all.len() {
            let (mut line, now) = line([]);
            line.wire.room = room;
            line.put([item("one"), item("two")].into_iter().collect());
            let written = line.write(false, now).unwrap();
            assert_eq!(written == Written::All, room == all.len());
            line.put_ahead(Frame::ping());
            line.wire.room = usize::MAX;
            assert_eq!(line.write(false, now), Ok(Written::All));
            let one = bytes(&["one"]).len();
            let ping = if room == 0 {
                0
            } else if room <= one {
                one
            } else {
                all.len()
            };
            // Between two frames it may come, and does.
            let ping = if room == one { one } else { ping };
            let expected = [&all[..ping], &[0x89, 0], &all[ping..]].concat();
            assert_eq!(line.wire.hears, expected, "after {room}");
        }
    }

    #[test]
    fn who_does_not_read_is_neither_heard_nor_kept() {
        let (mut line, begun) = line([said(1, b"hi")]);
        line.wire.room = 3;
        line.put([item("more than three")].into_iter().collect());
        assert_eq!(line.write(false, begun), Ok(Written::Stuck));
        assert!(!line.is_clear() && !line.has_more());
        let due = line.due(&LIMITS());
        assert_eq!(line.keep_alive(false, &LIMITS(), due), Ok(()), "pings do not pile up");
        assert!(line.ahead.is_empty());
        let late = begun + LIMITS().silent_after;
        assert_eq!(line.keep_alive(false, &LIMITS(), late), Err(End::Server(CloseCode::Silent)));
        // What is half written is finished, what waits behind is not.
        line.waiting.push(item("behind"));
        line.end(End::Server(CloseCode::Slow), late);
        line.wire.room = usize::MAX;
        assert!(!parts(&mut line, late), "the client is to answer");
        let close = Frame::close(CloseCode::Slow);
        assert_eq!(line.wire.hears, [&bytes(&["more than three"]), close.bytes()].concat());
    }

    #[test]
    fn who_reads_a_byte_now_and_then_is_not_kept_for_ever() {
        let (mut line, begun) = line([]);
        line.wire.room = 0;
        line.put([item("one"), item("two")].into_iter().collect());
        let mut now = begun;
        assert_eq!(line.write(false, now), Ok(Written::Stuck));
        while now < begun + LIMITS().silent_after {
            assert_eq!(line.keep_alive(false, &LIMITS(), now), Ok(()));
            line.wire.room = 1;
            assert_eq!(line.write(false, now), Ok(Written::Stuck));
            now = line.due(&LIMITS());
        }
        assert_eq!(line.keep_alive(false, &LIMITS(), now), Err(End::Server(CloseCode::Silent)));
        // Who has taken all begins anew.
        line.wire.room = usize::MAX;
        assert_eq!(line.write(false, now), Ok(Written::All));
        assert_eq!(line.keep_alive(false, &LIMITS(), now), Ok(()));
    }

    #[test]
    fn a_close_of_the_server_waits_for_the_clients_but_not_for_ever() {
        let (mut line, now) = line([said(1, b"still talking")]);
        line.end(End::Server(CloseCode::Slow), now);
        assert!(!parts(&mut line, now));
        assert!(!line.has_more(), "what it says is passed over");
        assert!(!parts(&mut line, now + PARTING - Duration::from_millis(1)));
        line.wire.says.push_back(said(8, &4429_u16.to_be_bytes()));
        line.something_came();
        assert!(parts(&mut line, now));
        assert_eq!(line.wire.hears, Frame::close(CloseCode::Slow).bytes(), "and answered by no second one");
        assert!(line.wire.took_leave);

        let (mut line, now) = self::line([]);
        line.wire.room = 0;
        line.end(End::Server(CloseCode::GoingAway), now);
        assert!(!parts(&mut line, now) && !line.has_more());
        assert_eq!(line.due(&LIMITS()), now + PARTING);
        assert!(parts(&mut line, now + PARTING));
        assert!(!line.wire.took_leave, "it may have been cut in the middle");
    }

    #[test]
    fn who_was_told_to_go_is_answered_no_more() {
        let (mut line, now) = line([]);
        line.wire.room = 0;
        line.end(End::Server(CloseCode::WrongVersion), now);
        for _ in 0..READS * 10 {
            line.wire.says.extend((0..READS).map(|_| said(9, b"and now?")));
            assert!(!parts(&mut line, now));
        }
        let waits: usize = line.ahead.iter().map(Frame::len).sum();
        assert_eq!(waits, Frame::close(CloseCode::WrongVersion).len(), "nothing piles up");
    }

    #[test]
    fn a_wire_that_lets_others_go_first_is_read_in_the_next_turn() {
        let (mut line, now) = line([said(1, b"one")]);
        line.wire.breathes = true;
        assert_eq!(hear(&mut line, now), (vec![], Ok(())));
        assert!(line.has_more(), "without the system telling of it again");
        assert_eq!(hear(&mut line, now), (vec!["one".to_owned()], Ok(())));
        assert!(!line.has_more());
    }

    #[test]
    fn a_close_of_the_client_is_answered() {
        let (mut line, now) =
            line([[said(1, b"bye"), said(8, &1000_u16.to_be_bytes()), said(1, b"late")].concat()]);
        assert_eq!(hear(&mut line, now), (vec!["bye".to_owned()], Err(End::Client)));
        line.end(End::Client, now);
        line.wire.room = 3;
        assert!(!parts(&mut line, now) && !line.wire.took_leave);
        line.wire.room = usize::MAX;
        assert!(parts(&mut line, now));
        assert_eq!(line.wire.hears, b"\x88\x02\x03\xe8");
        assert!(line.wire.took_leave);
    }

    #[test]
    fn a_lost_line_is_left_at_once() {
        let (mut line, now) = line([said(1, b"bye")]);
        line.wire.goes = true;
        assert_eq!(hear(&mut line, now), (vec!["bye".to_owned()], Err(End::Client)));
        line.end(End::Client, now);
        assert!(parts(&mut line, now));
        assert_eq!(line.wire.hears, b"");
        assert!(!line.wire.took_leave);
    }

    #[test]
    fn who_breaks_the_rules_is_told_so_and_may_still_read_it() {
        let (mut line, now) = line([vec![0xFF; 20], vec![0xFF; 20]]);
        let (_, heard) = hear(&mut line, now);
        let Err(end) = heard else { panic!("it was heard") };
        assert_eq!(end, End::Server(CloseCode::Broken));
        line.end(end, now);
        assert!(!parts(&mut line, now), "what it says is passed over");
        assert!(line.wire.shut && line.wire.says.is_empty());
        assert_eq!(line.wire.hears, Frame::close(CloseCode::Broken).bytes());
        line.wire.goes = true;
        line.something_came();
        assert!(parts(&mut line, now));
    }
}
