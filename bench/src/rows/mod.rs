//! What is measured, one file a row.

pub(crate) mod fan_out;
pub(crate) mod idle;
pub(crate) mod latency;
pub(crate) mod passwords;
pub(crate) mod posts;
pub(crate) mod revocation;
pub(crate) mod search;
pub(crate) mod sizes;

use std::time::Duration;

use anyhow::{Context, Result};
use maru_shared::RoomId;

use crate::{
    load::{
        Fleet, Seat,
        pace::{self, Lap},
    },
    peers::{Ground, Peer, Server, maru},
};

/// How much is done: everything for the page, or as little as shows that it works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Listeners of the fan-out and latency rows.
    pub(crate) listeners: usize,
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
    /// How long the latency row listens in one lap.
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
    /// How often the server is started for the cold start.
    pub(crate) starts: usize,
    /// How often the disk is asked.
    pub(crate) syncs: usize,
}

impl Scale {
    /// What the page tells: some minutes.
    pub(crate) const FULL: Self = Self {
        listeners: 1000,
        idle: 4000,
        quiet: Duration::from_secs(2),
        senders: 64,
        rounds: 5,
        lap: Duration::from_millis(1200),
        latency_lap: Duration::from_secs(3),
        crowd: 200,
        sign_ins: 50,
        crowd_lap: Duration::from_secs(3),
        revocations: 500,
        stored: 1_000_000,
        searches: 1000,
        starts: 11,
        syncs: 300,
    };

    /// Seconds, for a look whether everything works.
    pub(crate) const SMOKE: Self = Self {
        listeners: 20,
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

    /// Runs one lap.
    pub(crate) fn lap(&mut self, lap: impl FnOnce(&mut Fleet) -> Result<()>) -> Result<Lap> {
        let peer = self.server.peer();
        pace::run(&mut self.fleet, &self.server.cpu(), lap).with_context(|| format!("{peer}"))
    }
}

/// Has the stands take turns: a round to warm up, and so many that count.
pub(crate) fn take_turns<T>(
    stands: &mut [Stand],
    rounds: usize,
    mut lap: impl FnMut(&mut Stand) -> Result<T>,
) -> Result<Laps<T>> {
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
    Ok(cookies.into_iter().zip(rooms).map(|(cookie, room)| Seat { cookie, room }).collect())
}
