//! All the connections to one server.

use std::{
    io,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use maru_shared::{RoomId, SUBPROTOCOL, command::Hello};
use mio::{Events, Poll, Token};

use super::{
    Dialect,
    dialect::{Ear, Heard},
    frame,
    ledger::Ledger,
    socket::{Opening, Socket},
    stamp::{self, Clocks},
    text::{self, Mark},
};
use crate::peers::Server;

/// After so long without a single frame, what is awaited will not come.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many connections are opened before the others are looked after again.
const HANDFUL: usize = 32;
/// How many connections are read before one looks whether something else is to be done ...
const AT_ONCE: usize = 1024;
/// ... and how many while messages are timed: what is due is sent within a tenth of a millisecond.
const AT_ONCE_TIMED: usize = 16;
const READ_BUFFER_BYTES: usize = 256 * 1024;
/// So many connections come from one address: it has some 28,000 ports for those to one server.
const FROM_ONE_ADDRESS: usize = 20_000;

/// Where a connection listens, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// The session's cookie, where the server knows sessions.
    pub(crate) cookie: Option<String>,
    /// Where it listens; in the first of them it posts.
    pub(crate) rooms: Vec<RoomId>,
    /// What it says first, where the server wants to know what it has.
    pub(crate) hello: Hello,
}

impl Seat {
    /// A seat of nobody in this room.
    pub(crate) fn of_nobody(room: RoomId) -> Self {
        Self { cookie: None, rooms: vec![room], hello: Hello::default() }
    }
}

/// All the connections to one server. The first of them are also the senders.
pub(crate) struct Fleet {
    poll: Poll,
    /// Of the sampled connections, while there are some.
    sampled: Option<Poll>,
    events: Events,
    buffer: Vec<u8>,
    dialect: Dialect,
    connections: Vec<Connection>,
    ready: usize,
    pub(crate) ledger: Ledger,
}

struct Connection {
    socket: Socket,
    room: RoomId,
    ear: Ear,
    /// For each sender the number of the message that comes next.
    next: Vec<u32>,
    /// To tell when a message arrived, while this connection is sampled.
    clocks: Option<Clocks>,
}

impl Fleet {
    /// Opens a connection for each seat and waits until all of them hear what is said from now on.
    ///
    /// `audience` is how many of the connections get each message.
    ///
    /// # Errors
    /// When a connection cannot be opened or says something wrong.
    pub(crate) fn connect(server: &Server, seats: &[Seat], senders: usize, audience: usize) -> Result<Self> {
        let mut fleet = Self::new(server, senders, audience)?;
        fleet.extend(server, seats)?;
        Ok(fleet)
    }

    /// A fleet without a connection.
    pub(crate) fn new(server: &Server, senders: usize, audience: usize) -> Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            sampled: None,
            events: Events::with_capacity(AT_ONCE),
            buffer: vec![0; READ_BUFFER_BYTES],
            dialect: server.dialect(),
            connections: Vec::new(),
            ready: 0,
            ledger: Ledger::new(senders, audience),
        })
    }

    /// Opens a connection for each of these seats, too, and waits until all of them hear what is said.
    ///
    /// # Errors
    /// When a connection cannot be opened or says something wrong.
    pub(crate) fn extend(&mut self, server: &Server, seats: &[Seat]) -> Result<()> {
        for handful in seats.chunks(HANDFUL) {
            let first = self.connections.len();
            let begin = |(turn, seat)| self.begin(server, first + turn, seat);
            let openings = handful.iter().enumerate().map(begin).collect::<Result<Vec<_>>>()?;
            for (opening, seat) in openings.into_iter().zip(handful) {
                let place = self.connections.len();
                self.open(opening, seat).with_context(|| format!("connection {place}"))?;
            }
            self.tend()?;
        }
        while self.ready < self.connections.len() {
            let missing = self.connections.len() - self.ready;
            self.listen(PATIENCE).with_context(|| format!("{missing} connections are not ready"))?;
        }
        Ok(())
    }

    /// How many connections there are.
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Sends so many of a sender's next messages, in one write. They are due now, unless they are late.
    pub(crate) fn post(&mut self, sender: usize, count: usize, due: Instant) -> Result<()> {
        let room = self.connections[sender].room;
        let mut frames = Vec::with_capacity(count * 256);
        let mut text = String::with_capacity(128);
        for _ in 0..count {
            text::write(self.ledger.send(sender, due), &mut text);
            let post = self.dialect.post(room, &text);
            frame::write_masked(&mut frames, frame::TEXT, post.as_bytes(), fastrand::u32(..).to_be_bytes());
        }
        self.connections[sender].socket.write(&frames)
    }

    /// Waits for something to arrive and reads it.
    ///
    /// # Errors
    /// When nothing comes within `patience`, or something wrong.
    pub(crate) fn listen(&mut self, patience: Duration) -> Result<()> {
        ensure!(self.turn(patience)?, "nothing arrived for {} s", patience.as_secs());
        Ok(())
    }

    /// Waits until everything that was sent is everywhere.
    pub(crate) fn settle(&mut self) -> Result<()> {
        while !self.ledger.is_settled() {
            self.listen(PATIENCE)?;
        }
        Ok(())
    }

    /// Reads what has arrived already: the pings of a server that has not been looked at for a while.
    pub(crate) fn tend(&mut self) -> Result<()> {
        while self.turn(Duration::ZERO)? {}
        Ok(())
    }

    /// Waits at most so long for something to arrive and reads it. Says whether there was something.
    pub(crate) fn turn(&mut self, patience: Duration) -> Result<bool> {
        // All that is read together counts as if it had come with the last of it: where it counts, that is to be little.
        let mut heard = false;
        if let Some(sampled) = &mut self.sampled {
            wait(sampled, &mut self.events, Duration::ZERO)?;
            heard = self.read_ready()?;
        }
        wait(&mut self.poll, &mut self.events, if heard { Duration::ZERO } else { patience })?;
        Ok(self.read_ready()? || heard)
    }

    /// From here on has the kernel tell when messages arrive at the first of every `nth` connections, and looks after the
    /// load's other duties more often.
    ///
    /// # Errors
    /// When the kernel does not.
    pub(crate) fn sample(&mut self, nth: usize) -> Result<()> {
        let poll = Poll::new()?;
        let clocks = Clocks::read();
        for (place, connection) in self.connections.iter_mut().enumerate().step_by(nth) {
            connection.socket.stamp(true)?;
            connection.socket.register_again(poll.registry(), Token(place))?;
            connection.clocks = Some(clocks);
        }
        stamp::await_first()?;
        self.sampled = Some(poll);
        self.events = Events::with_capacity(AT_ONCE_TIMED);
        Ok(())
    }

    /// How long each message took to each sampled connection, from the instant at which it was due. No connection is
    /// sampled from here on.
    ///
    /// # Errors
    /// When the clock was set in the meantime.
    pub(crate) fn take_latencies(&mut self) -> Result<Vec<Duration>> {
        self.sampled = None;
        self.events = Events::with_capacity(AT_ONCE);
        for connection in &mut self.connections {
            if let Some(clocks) = connection.clocks.take() {
                clocks.check()?;
                connection.socket.stamp(false)?;
            }
        }
        Ok(self.ledger.take_latencies())
    }

    /// Reads where there is something. Says whether there was.
    fn read_ready(&mut self) -> Result<bool> {
        for event in &self.events {
            let Token(place) = event.token();
            let connection = &mut self.connections[place];
            if event.is_writable() {
                connection.socket.flush()?;
            }
            if event.is_readable() {
                connection
                    .read(&mut self.buffer, self.dialect, &mut self.ledger, &mut self.ready)
                    .with_context(|| format!("connection {place}"))?;
            }
        }
        Ok(!self.events.is_empty())
    }

    fn begin(&self, server: &Server, place: usize, seat: &Seat) -> Result<Opening> {
        let (path, headers) = upgrade(self.dialect, seat);
        Opening::begin(server.address(), address_of(place), &path, &headers)
            .with_context(|| format!("connection {place}"))
    }

    fn open(&mut self, opening: Opening, seat: &Seat) -> Result<()> {
        let place = self.connections.len();
        let mut socket = opening.finish()?;
        socket.register(self.poll.registry(), Token(place))?;
        if let Some(greeting) = self.dialect.greeting(&seat.hello) {
            let mut frames = Vec::new();
            frame::write_masked(&mut frames, frame::TEXT, greeting.as_bytes(), [0; 4]);
            socket.write(&frames)?;
        }
        self.ready += usize::from(self.dialect.ready_at_once());
        self.connections.push(Connection {
            socket,
            room: seat.rooms[0],
            ear: Ear::new(&seat.rooms, &seat.hello),
            next: vec![0; self.ledger.senders()],
            clocks: None,
        });
        let connection = &mut self.connections[place];
        connection.read(&mut self.buffer, self.dialect, &mut self.ledger, &mut self.ready)
    }
}

impl Connection {
    fn read(
        &mut self,
        buffer: &mut [u8],
        dialect: Dialect,
        ledger: &mut Ledger,
        ready: &mut usize,
    ) -> Result<()> {
        let Self { socket, ear, next, clocks, .. } = self;
        socket.read(buffer, |text, stamp, answers| {
            match dialect.hear(text, ear)? {
                Heard::Message(mark) => {
                    take_turn(next, mark)?;
                    let arrival = clocks.map(|clocks| clocks.own(stamp)).transpose()?;
                    ledger.deliver(mark, arrival)?;
                }
                Heard::Ready => *ready += 1,
                Heard::Asked(answer) => {
                    frame::write_masked(answers, frame::TEXT, answer.as_bytes(), [0; 4]);
                }
                Heard::Passed => {}
            }
            Ok(())
        })
    }
}

/// Waits at most so long until there is something to read.
fn wait(poll: &mut Poll, events: &mut Events, patience: Duration) -> io::Result<()> {
    loop {
        match poll.poll(events, Some(patience)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// From which address this one of all connections comes; none for the address that all have who choose none.
fn address_of(place: usize) -> Option<Ipv4Addr> {
    let number = u8::try_from(place / FROM_ONE_ADDRESS).unwrap_or(u8::MAX);
    (number > 0).then(|| Ipv4Addr::new(127, 0, 1, number))
}

/// Checks that a message is the sender's next one at this listener.
fn take_turn(next: &mut [u32], mark: Mark) -> Result<()> {
    match next.get_mut(mark.sender) {
        Some(expected) if *expected == mark.number => {
            *expected += 1;
            Ok(())
        }
        Some(expected) => bail!("{mark:?} arrived where number {expected} was awaited"),
        None => bail!("{mark:?} is of nobody here"),
    }
}

/// The path to upgrade at and the headers that it needs, each with its line's end.
fn upgrade(dialect: Dialect, seat: &Seat) -> (String, String) {
    match dialect {
        Dialect::Maru => {
            let cookie = seat.cookie.as_deref().unwrap_or_default();
            ("/ws".to_owned(), format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\nCookie: {cookie}\r\n"))
        }
        Dialect::SocketIo => {
            (format!("/socket.io/?EIO=4&transport=websocket&room={}", seat.rooms[0]), String::new())
        }
        Dialect::Bare => (format!("/?room={}", seat.rooms[0]), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_connections_than_one_address_has_ports_for_come_from_several() {
        assert_eq!([0, 19_999].map(address_of), [None, None]);
        let [second, third] = [20_000, 99_999].map(address_of);
        assert_eq!(second, Some(Ipv4Addr::new(127, 0, 1, 1)));
        assert_eq!(third, Some(Ipv4Addr::new(127, 0, 1, 4)));
    }
}
