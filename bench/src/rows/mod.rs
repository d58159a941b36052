//! What is measured, one file a row.

pub(crate) mod compression;
pub(crate) mod curve;
pub(crate) mod fan_out;
pub(crate) mod growth;
pub(crate) mod halls;
pub(crate) mod idle;
pub(crate) mod latency;
pub(crate) mod passwords;
pub(crate) mod posts;
pub(crate) mod revocation;
pub(crate) mod search;
pub(crate) mod sizes;

use std::time::Duration;

use anyhow::{Context, Result};
use latency::Latency;
use maru_shared::{RoomId, command::Hello};

use crate::{
    load::{
        Fleet, Seat,
        pace::{self, Lap, open_loop},
    },
    peers::{Crowd, Ground, Peer, Server, Spread, maru},
};

/// How much is done: everything for the page, or as little as shows that it works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Listeners of the fan-out and latency rows.
    pub(crate) listeners: usize,
    /// Listeners of the fan-out row with many of them.
    pub(crate) wide: usize,
    /// Where the table of how cost grows begins, and where it ends; each size is twice the one before.
    pub(crate) smallest: usize,
    pub(crate) largest: usize,
    /// How often the peers take turns with many listeners, for which they are connected anew each time.
    pub(crate) wide_rounds: usize,
    /// How long messages are sent in one lap there.
    pub(crate) wide_lap: Duration,
    /// As many idle connections at the most, if the machine allows them.
    pub(crate) most: usize,
    /// How often they are pinged, in seconds.
    pub(crate) ping_seconds: u32,
    /// Listeners of the one large room, and of all the small ones.
    pub(crate) hall: usize,
    /// How many of the small rooms each is in, and how many are in each.
    pub(crate) spread: Spread,
    /// How long one listens there in one lap.
    pub(crate) hall_lap: Duration,
    /// Connections of the idle row.
    pub(crate) idle: usize,
    /// For how long memory must not change before it is believed.
    pub(crate) quiet: Duration,
    /// Senders of the row of durable posts.
    pub(crate) senders: usize,
    /// How often the peers take turns.
    pub(crate) rounds: usize,
    /// How long messages are sent in one lap.
    pub(crate) lap: Duration,
    /// How long the latency row listens in one lap at its usual rate.
    pub(crate) latency_lap: Duration,
    /// Listeners of the row of passwords.
    pub(crate) crowd: usize,
    /// How many people sign in at once in that row.
    pub(crate) sign_ins: usize,
    /// How long it listens in one lap.
    pub(crate) crowd_lap: Duration,
    /// How many sessions end in the row of revocation.
    pub(crate) revocations: usize,
    /// Messages of the store that is searched.
    pub(crate) stored: usize,
    /// How often it is searched.
    pub(crate) searches: usize,
    /// Frames that are compressed.
    pub(crate) frames: usize,
    /// How often the server is started for the cold start.
    pub(crate) starts: usize,
    /// How often the disk is asked.
    pub(crate) syncs: usize,
}

impl Scale {
    /// What the page tells: some minutes.
    pub(crate) const FULL: Self = Self {
        listeners: 1000,
        wide: 8000,
        smallest: 1000,
        largest: 16_000,
        wide_rounds: 3,
        wide_lap: Duration::from_millis(800),
        most: 100_000,
        ping_seconds: 3,
        hall: 10_000,
        spread: Spread { each: 10, size: 100 },
        hall_lap: Duration::from_secs(3),
        idle: 8000,
        quiet: Duration::from_secs(2),
        senders: 64,
        rounds: 5,
        lap: Duration::from_millis(800),
        latency_lap: Duration::from_secs(3),
        crowd: 200,
        sign_ins: 50,
        crowd_lap: Duration::from_secs(3),
        revocations: 500,
        stored: 1_000_000,
        searches: 1000,
        frames: 8000,
        starts: 11,
        syncs: 300,
    };

    /// The sizes of the table of how cost grows.
    pub(crate) fn sizes(self) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(self.smallest), |size| Some(size * 2))
            .take_while(move |size| *size <= self.largest)
    }

    /// Seconds, for a look whether everything works.
    pub(crate) const SMOKE: Self = Self {
        listeners: 20,
        wide: 40,
        smallest: 20,
        largest: 40,
        wide_rounds: 1,
        wide_lap: Duration::from_millis(50),
        most: 50,
        ping_seconds: 1,
        hall: 40,
        spread: Spread { each: 10, size: 20 },
        hall_lap: Duration::from_millis(400),
        idle: 40,
        quiet: Duration::from_millis(200),
        senders: 4,
        rounds: 1,
        lap: Duration::from_millis(50),
        latency_lap: Duration::from_millis(200),
        crowd: 10,
        sign_ins: 3,
        crowd_lap: Duration::from_millis(400),
        revocations: 5,
        stored: 2000,
        searches: 20,
        frames: 200,
        starts: 1,
        syncs: 5,
    };
}

/// Where the members of a stand listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rooms {
    /// All in the lobby.
    One,
    /// Each in a room of their own.
    Each,
}

/// A server with all its connections.
pub(crate) struct Stand {
    pub(crate) server: Server,
    pub(crate) fleet: Fleet,
}

/// What came of a steady stream of messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streamed {
    pub(crate) lap: Lap,
    /// From the instant at which messages were due until they had arrived.
    pub(crate) latency: Latency,
    /// From that instant until the load had sent them: this much of it is not the server's.
    pub(crate) late: Latency,
}

/// A peer's laps, in the order of the rounds.
pub(crate) type Laps<T> = Vec<(Peer, Vec<T>)>;

impl Stand {
    /// Starts the peer and connects so many members, the first of whom are the senders.
    pub(crate) fn set_up(
        peer: Peer,
        ground: &Ground,
        members: usize,
        senders: usize,
        rooms: Rooms,
    ) -> Result<Self> {
        Self::on(Server::start(peer, ground)?, members, senders, rooms)
    }

    /// The same, at a server that runs.
    pub(crate) fn on(server: Server, members: usize, senders: usize, rooms: Rooms) -> Result<Self> {
        let peer = server.peer();
        let seats = seats(&server, members, rooms)?;
        let audience = if rooms == Rooms::One { members } else { 1 };
        let fleet = Fleet::connect(&server, &seats, senders, audience)
            .with_context(|| format!("{peer}: {members} connections"))?;
        Ok(Self { server, fleet })
    }

    /// Starts the server of a crowd, with so many of it connected, the first of whom are the senders. Each message is for
    /// so many.
    pub(crate) fn of(
        crowd: &Crowd,
        ground: &Ground,
        connections: usize,
        senders: usize,
        audience: usize,
    ) -> Result<Self> {
        let server = crowd.start(ground, &[])?;
        let fleet = Fleet::connect(&server, &crowd.seats[..connections], senders, audience)
            .with_context(|| format!("{}: {connections} connections", server.peer()))?;
        Ok(Self { server, fleet })
    }

    /// Runs one lap.
    pub(crate) fn lap(&mut self, lap: impl FnOnce(&mut Fleet) -> Result<()>) -> Result<Lap> {
        let peer = self.server.peer();
        pace::run(&mut self.fleet, &self.server.cpu(), lap).with_context(|| format!("{peer}"))
    }

    /// Runs a lap in which the first so many members take turns in sending a message every `interval` for `length`,
    /// and every `nth` listener is asked when each arrived.
    pub(crate) fn stream(
        &mut self,
        senders: usize,
        interval: Duration,
        length: Duration,
        nth: usize,
    ) -> Result<Streamed> {
        let senders: Vec<usize> = (0..senders.min(self.fleet.len())).collect();
        let mut late = Vec::new();
        self.fleet.sample(nth)?;
        let lap = self.lap(|fleet| {
            late = open_loop(fleet, &senders, interval, length)?;
            Ok(())
        })?;
        let latency = Latency::of(&self.fleet.take_latencies()?)?;
        Ok(Streamed { lap, latency, late: Latency::of(&late)? })
    }
}

/// Has the stands take turns: a round to warm up, and so many that count.
pub(crate) fn take_turns<'a, T>(
    stands: impl IntoIterator<Item = &'a mut Stand>,
    rounds: usize,
    mut lap: impl FnMut(&mut Stand) -> Result<T>,
) -> Result<Laps<T>> {
    let mut stands: Vec<&mut Stand> = stands.into_iter().collect();
    let mut laps: Laps<T> = stands.iter().map(|stand| (stand.server.peer(), Vec::new())).collect();
    for round in 0..=rounds {
        for (stand, (_, laps)) in stands.iter_mut().zip(&mut laps) {
            stand.fleet.tend()?;
            let lap = lap(stand)?;
            if round > 0 {
                laps.push(lap);
            }
        }
    }
    Ok(laps)
}

/// A seat for each of so many members; at Maru they sign in, and join the lobby with that.
fn seats(server: &Server, members: usize, rooms: Rooms) -> Result<Vec<Seat>> {
    let cookies: Vec<Option<String>> = match server.peer() {
        Peer::Maru => maru::sign_in(server.address(), members)?.into_iter().map(Some).collect(),
        _ => vec![None; members],
    };
    let rooms: Vec<RoomId> = match (rooms, server.peer()) {
        (Rooms::One, _) => vec![RoomId::LOBBY; members],
        (Rooms::Each, Peer::Maru) => {
            let cookies: Vec<String> = cookies.iter().flatten().cloned().collect();
            maru::make_rooms(server.address(), &cookies)?
        }
        (Rooms::Each, _) => (1..=members as u128).map(RoomId::from_u128).collect(),
    };
    let seat = |(cookie, room)| Seat { cookie, rooms: vec![room], hello: Hello::default() };
    Ok(cookies.into_iter().zip(rooms).map(seat).collect())
}
