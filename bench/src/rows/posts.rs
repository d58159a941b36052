//! Many senders: how many messages a server takes.

use anyhow::Result;

use super::{Laps, Rooms, Scale, Stand, take_turns};
use crate::{
    load::pace::{Lap, Pace, closed_loop},
    peers::{Ground, Peer},
};

/// How many messages of each sender are under way.
pub(crate) const WINDOW: usize = 16;

/// Every member sends as fast as its own messages come back.
pub(crate) fn measure(peers: &[Peer], ground: &Ground, scale: Scale, rooms: Rooms) -> Result<Laps<Lap>> {
    let members = scale.senders;
    let stands: Result<Vec<Stand>> =
        peers.iter().map(|peer| Stand::set_up(*peer, ground, members, members, rooms)).collect();
    let senders: Vec<usize> = (0..members).collect();
    take_turns(&mut stands?, scale.rounds, |stand| {
        stand.lap(|fleet| closed_loop(fleet, &senders, Pace::Window(WINDOW), scale.lap))
    })
}
