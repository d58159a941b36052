//! One socket, whatever is spoken on it: writes what waits, hears texts, keeps the line alive, and closes it. It never waits,
//! and asks no clock: its loop tells it when it can go on, and what time it is.
//!
//! Generic over the wire, so that all of it can be tested without a network.

use std::{
    collections::VecDeque,
    fmt,
    io::{self, ErrorKind, IoSlice},
    mem,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use maru_shared::{RoomId, Seq, close::CloseCode};

use crate::{
    config::Limits,
    frame::{Broken, Frame, Heard, Reader},
    outbox::Item,
};

/// Where bytes go and come without waiting: whatever would have to wait fails as `WouldBlock`.
pub trait Wire {
    /// Reads what has come. 0 is the end.
    ///
    /// # Errors
    /// When nothing has come, or the wire is broken.
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

    /// Says that nothing more will be written.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// All is written that may be.
    All,
    /// The client must read first.
    Stuck,
    /// Next is what the store has of a room: see [`Item::CatchUp`].
    CatchUp(RoomId, Option<Seq>, Seq),
}

/// One socket, and when it was last heard.
#[derive(Debug)]
pub struct Line<W> {
    wire: W,
    reader: Reader,
    /// Whether there may be something to be read.
    readable: bool,
    /// What goes out before what waits: pings, pongs, the close, what was missed.
    ahead: VecDeque<Frame>,
    /// What was taken out of the outbox.
    waiting: VecDeque<Item>,
    /// Whether the first of what waits is written in part.
    begun: bool,
    /// Since when nothing could be written, though something was to be.
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
            ahead: VecDeque::new(),
            waiting: VecDeque::new(),
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

    /// Puts a frame before all that waits, but for what is half written.
    pub fn put_ahead(&mut self, frame: Frame) {
        if mem::take(&mut self.begun)
            && let Some(Item::Frame(rest)) = self.waiting.pop_front()
        {
            self.ahead.push_back(rest);
        }
        self.ahead.push_back(frame);
    }

    /// Puts all this behind, to be written as it can be. To be called when the line is clear.
    pub fn put(&mut self, waiting: VecDeque<Item>) {
        self.waiting = waiting;
    }

    /// Writes as much as can be; of what waits, nothing while it is `held`.
    ///
    /// # Errors
    /// When the line is lost.
    pub fn write(&mut self, held: bool, now: Instant) -> Result<Written, End> {
        loop {
            let waiting = self.waiting.iter().take_while(|_| !held).map_while(|item| match item {
                Item::Frame(frame) => Some(frame),
                Item::CatchUp { .. } => None,
            });
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut count = 0;
            for (slice, frame) in slices.iter_mut().zip(self.ahead.iter().chain(waiting)) {
                *slice = IoSlice::new(frame.bytes());
                count += 1;
            }
            let done = match &slices[..count] {
                [] => self.wire.flush().map(|()| 0),
                slices => self.wire.write(slices),
            };
            match done {
                Ok(0) if count == 0 => {
                    self.stuck = None;
                    return Ok(self.next(held));
                }
                Ok(0) => return Err(End::Client),
                Ok(bytes) => {
                    self.stuck = None;
                    self.strike_out(bytes);
                }
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
                    Heard::Ping(said) => Frame::put_pong(&mut pongs, said),
                    Heard::Pong(_) => {}
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
    /// When nothing was heard, or could be written, for too long.
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
        self.waiting = VecDeque::new();
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
            From::Client => written == Written::All,
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
        while self.readable {
            match self.wire.read(scratch) {
                Ok(0) => return Err(End::Client),
                Ok(bytes) => return Ok(Some(bytes)),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => self.readable = false,
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Client),
            }
        }
        Ok(None)
    }

    /// Strikes out what was written.
    fn strike_out(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let is_ahead = !self.ahead.is_empty();
            let first = match (self.ahead.front_mut(), self.waiting.front_mut()) {
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
                self.ahead.pop_front();
            } else {
                self.waiting.pop_front();
                self.begun = false;
            }
        }
    }

    /// What is next when all before it is written. What is empty gives back its room: an idle connection keeps none.
    fn next(&mut self, held: bool) -> Written {
        self.ahead = VecDeque::new();
        match self.waiting.front() {
            Some(&Item::CatchUp { room, after, head }) if !held => {
                self.waiting.pop_front();
                Written::CatchUp(room, after, head)
            }
            Some(_) => Written::All,
            None => {
                self.waiting = VecDeque::new();
                Written::All
            }
        }
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
