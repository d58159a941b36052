//! Connections that do nothing.

use std::time::{Duration, Instant};

use anyhow::Result;
use maru_shared::RoomId;

use super::Scale;
use crate::{
    load::{Fleet, Seat},
    memory::Memory,
    peers::{Crowd, Ground, Peer, Server, Spread},
};

/// It is taken as it is after so long.
const PATIENCE: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Connections that come and go first, so that what is allocated once is not counted.
const WARM_UP: usize = 50;
/// Messages sent at once: some tens of kilobytes for each listener.
const BURST: usize = 64;

/// Memory of the server for each idle connection, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Idle {
    /// How many there were.
    pub(crate) connections: usize,
    pub(crate) resident: f64,
    /// What is resident more for each of the second half of them: without what the server takes once, such as the caches of
    /// the connections that read its store.
    pub(crate) further: f64,
    pub(crate) anonymous: f64,
    /// What is resident when a burst of messages has gone to all of them and they are idle again.
    pub(crate) after_burst: f64,
    /// All that the server had with all connections open, in bytes.
    pub(crate) total: u64,
}

/// Opens many connections, of a member each, and looks at what the server grew by.
pub(crate) fn measure(peer: Peer, ground: &Ground, scale: Scale) -> Result<Idle> {
    of(&Crowd::in_lobby(peer, ground, ground.connections(scale.idle))?, ground, scale)
}

/// The same with members of Maru each of whom is in ten rooms: the lobby and nine others.
pub(crate) fn measure_in_rooms(ground: &Ground, scale: Scale) -> Result<Idle> {
    let spread = Spread { each: 9, ..scale.spread };
    let mut crowd = Crowd::in_rooms(ground, ground.connections(scale.idle), spread)?;
    crowd.seats.iter_mut().for_each(|seat| seat.rooms.insert(0, RoomId::LOBBY));
    of(&crowd, ground, scale)
}

fn of(crowd: &Crowd, ground: &Ground, scale: Scale) -> Result<Idle> {
    let (seats, connections) = (&crowd.seats, crowd.seats.len());
    let server = crowd.start(ground, &[])?;
    let before = warmed_up(&server, seats, scale.quiet)?;
    let mut fleet = Fleet::new(&server, 1, connections)?;
    let (first, second) = seats.split_at(connections / 2);
    fleet.extend(&server, first)?;
    let half = settled(&server, Some(&mut fleet), scale.quiet)?;
    fleet.extend(&server, second)?;
    let after = settled(&server, Some(&mut fleet), scale.quiet)?;
    fleet.post(0, BURST, Instant::now())?;
    fleet.settle()?;
    let after_burst = settled(&server, Some(&mut fleet), scale.quiet)?;
    // The server goes first: whoever closes first keeps its ports for a minute.
    drop(server);
    let each = |before: u64, after: u64| (after as f64 - before as f64) / connections as f64;
    Ok(Idle {
        connections,
        resident: each(before.resident, after.resident),
        further: (after.resident as f64 - half.resident as f64) / second.len() as f64,
        anonymous: each(before.anonymous, after.anonymous),
        after_burst: each(before.resident, after_burst.resident),
        total: after.resident,
    })
}

/// The server's memory without connections, once some of these came and went.
pub(super) fn warmed_up(server: &Server, seats: &[Seat], quiet: Duration) -> Result<Memory> {
    drop(Fleet::connect(server, &seats[..WARM_UP.min(seats.len())], 0, 0)?);
    settled(server, None, quiet)
}

/// The server's memory once it has not changed for so long, by more than one part in a thousand.
fn settled(server: &Server, mut fleet: Option<&mut Fleet>, quiet: Duration) -> Result<Memory> {
    server.collect_garbage()?;
    let start = Instant::now();
    let mut known = Memory::of(server.pid())?;
    let mut since = start;
    while since.elapsed() < quiet && start.elapsed() < PATIENCE {
        match &mut fleet {
            Some(fleet) => while fleet.turn(LOOK_EVERY)? {},
            None => std::thread::sleep(LOOK_EVERY),
        }
        let now = Memory::of(server.pid())?;
        if now.resident.abs_diff(known.resident) > known.resident / 1000 {
            known = now;
            since = Instant::now();
        }
    }
    server.collect_garbage()?;
    Memory::of(server.pid())
}
