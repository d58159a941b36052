//! From sending a message to its arrival.

use std::time::Duration;

use anyhow::{Context, Result};

use super::{Laps, Scale, Stand, Streamed, take_turns};
use crate::{peers::Peer, statistics::percentile};

/// Messages a second of the stream that the goals speak of.
pub(crate) const USUAL: u32 = 100;
/// Messages a second of all the streams. The fastest is for those servers alone that can follow it.
pub(crate) const RATES: [u32; 3] = [10, USUAL, 1000];
/// So many members send in turn.
pub(crate) const SENDERS: usize = 10;
/// Every so many-th listener is asked for its latencies.
const SAMPLE_EVERY: usize = 20;

/// How long things took: messages, say, from the instant at which they were due to sampled listeners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) p50: Duration,
    pub(crate) p90: Duration,
    pub(crate) p99: Duration,
    pub(crate) max: Duration,
}

impl Latency {
    /// The percentiles of these times.
    ///
    /// # Errors
    /// When there are none.
    pub(crate) fn of(times: &[Duration]) -> Result<Self> {
        let at = |share| percentile(times, share).context("nothing was sampled");
        Ok(Self { p50: at(0.5)?, p90: at(0.9)?, p99: at(0.99)?, max: at(1.0)? })
    }
}

/// Whether this server, on one core, sends a thousand listeners so many messages a second.
pub(crate) fn can_follow(peer: Peer, rate: u32) -> bool {
    rate <= USUAL || !matches!(peer, Peer::Ws | Peer::SocketIo)
}

/// Sends so many messages a second to all listeners of each stand, whatever the server does.
pub(crate) fn measure<'a>(
    stands: impl IntoIterator<Item = &'a mut Stand>,
    scale: Scale,
    rate: u32,
) -> Result<Laps<Streamed>> {
    let interval = Duration::from_secs(1) / rate;
    // The goals speak of one of them: the others are shorter.
    let (rounds, length) = match rate {
        USUAL => (4, scale.latency_lap),
        _ => (2, scale.latency_lap / 2),
    };
    take_turns(stands, scale.rounds.min(rounds), |stand| {
        stand.stream(SENDERS, interval, length, SAMPLE_EVERY)
    })
}
