//! One large room, and many small ones, at a steady rate.

use std::time::Duration;

use anyhow::Result;

use super::{Scale, Stand, Streamed};
use crate::peers::{Crowd, Ground, Peer};

/// Messages to listeners in a second, all together, which no server here is too slow for: as many messages, then, as they
/// have listeners.
const DELIVERIES_A_SECOND: usize = 50_000;
/// Every so many-th listener is asked for its latencies.
const SAMPLE_EVERY: usize = 20;
/// So many take turns in the one large room.
const SENDERS: usize = 10;
/// Laps that count.
const ROUNDS: usize = 2;

/// Rooms with listeners, and what they cost.
#[derive(Debug)]
pub(crate) struct Hall {
    pub(crate) peer: Peer,
    pub(crate) rooms: usize,
    pub(crate) listeners: usize,
    /// Messages a second, all rooms together.
    pub(crate) rate: usize,
    pub(crate) laps: Vec<Streamed>,
}

/// A room with all the listeners, at Maru and at the floor, and as many in small rooms of Maru's, several each. Senders
/// take turns.
pub(crate) fn measure(peers: &[Peer], ground: &Ground, scale: Scale) -> Result<Vec<Hall>> {
    let size = scale.spread.size;
    let most = ground.connections(scale.hall);
    // As many as fill all rooms alike.
    let members = most - most % size;
    let mut halls = Vec::new();
    for peer in peers.iter().copied().filter(|peer| matches!(peer, Peer::Maru | Peer::Floor)) {
        eprintln!("  one room of {members}: {peer} ...");
        halls.push(one(&Crowd::in_lobby(peer, ground, members)?, ground, scale, 1, members)?);
    }
    if peers.contains(&Peer::Maru) {
        let rooms = scale.spread.rooms(members);
        eprintln!("  {rooms} rooms of {size} ...");
        let crowd = Crowd::in_rooms(ground, members, scale.spread)?;
        halls.push(one(&crowd, ground, scale, rooms, size)?);
    }
    Ok(halls)
}

fn one(crowd: &Crowd, ground: &Ground, scale: Scale, rooms: usize, listeners: usize) -> Result<Hall> {
    let rate = (DELIVERIES_A_SECOND / listeners).max(1);
    let interval = Duration::from_secs(1) / u32::try_from(rate)?;
    // In small rooms the first members each have another first room, and there each of them posts.
    let senders = rooms.max(SENDERS).min(crowd.seats.len());
    let mut stand = Stand::of(crowd, ground, crowd.seats.len(), senders, listeners)?;
    let mut lap = |length| stand.stream(senders, interval, length, SAMPLE_EVERY);
    lap(scale.hall_lap / 3)?;
    let laps = (0..ROUNDS).map(|_| lap(scale.hall_lap)).collect::<Result<_>>()?;
    Ok(Hall { peer: stand.server.peer(), rooms, listeners, rate, laps })
}
