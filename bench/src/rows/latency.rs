//! From sending a message to reading it.

use std::time::Duration;

use anyhow::{Context, Result};

use super::{Laps, Scale, Stand, take_turns};
use crate::{load::pace::open_loop, statistics::percentile};

/// A message every 10 ms, from so many members in turn.
const INTERVAL: Duration = Duration::from_millis(10);
pub(crate) const SENDERS: usize = 10;
/// Every so many-th listener is asked for its latencies.
const SAMPLE_EVERY: usize = 20;

/// How long messages took to sampled listeners, from the instant at which they were due.
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

/// Sends 100 messages a second to all listeners of each stand, whatever the server does.
pub(crate) fn measure(stands: &mut [Stand], scale: Scale) -> Result<Laps<Latency>> {
    take_turns(stands, scale.rounds.min(4), |stand| {
        let senders: Vec<usize> = (0..SENDERS.min(stand.fleet.len())).collect();
        stand.lap(|fleet| {
            fleet.ledger.sample(SAMPLE_EVERY);
            open_loop(fleet, &senders, INTERVAL, scale.latency_lap)
        })?;
        Latency::of(&stand.fleet.ledger.take_latencies())
    })
}
