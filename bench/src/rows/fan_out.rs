//! One room, one sender, many listeners.

use anyhow::Result;

use super::{Laps, Scale, Stand, take_turns};
use crate::load::pace::{Lap, Pace, closed_loop};

/// The three paces, each with its name.
pub(crate) const PACES: [(&str, Pace); 3] = [
    ("8 messages in flight", Pace::Window(8)),
    ("one message a round", Pace::Rounds(1)),
    ("16 messages a round", Pace::Rounds(16)),
];

/// The first member of each stand sends at this pace, everybody listens.
pub(crate) fn measure(stands: &mut [Stand], scale: Scale, pace: Pace) -> Result<Laps<Lap>> {
    take_turns(stands, scale.rounds, |stand| {
        let senders = [0];
        stand.lap(|fleet| closed_loop(fleet, &senders, pace, scale.lap))
    })
}
