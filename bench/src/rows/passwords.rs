//! Messages while passwords are compared.

use std::time::Duration;

use anyhow::{Context, Result};

use super::{Rooms, Scale, Stand, latency::Latency};
use crate::peers::{Ground, Peer, maru::SignIns};

/// A message every 20 ms, from so many members in turn.
const INTERVAL: Duration = Duration::from_millis(20);
const SENDERS: usize = 10;
/// Every so many-th listener is asked for its latencies.
const SAMPLE_EVERY: usize = 5;

/// One round: the same stream of messages, alone and with people signing in by password.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    pub(crate) alone: Latency,
    pub(crate) beside: Latency,
    /// How many passwords were compared in a second.
    pub(crate) sign_ins_a_second: f64,
}

impl Beside {
    /// How many times as late the 99th of 100 messages is.
    pub(crate) fn times(&self) -> f64 {
        self.beside.p99.as_secs_f64() / self.alone.p99.as_secs_f64()
    }
}

/// Sends 50 messages a second to a room, twice as often as the rounds say, as each is short: in turn alone and while so many people sign in, each again as soon as they are in.
pub(crate) fn measure(ground: &Ground, scale: Scale) -> Result<Vec<Beside>> {
    let mut stand = Stand::set_up(Peer::Maru, ground, scale.crowd, SENDERS, Rooms::One)?;
    let sign_ins =
        SignIns::prepare(stand.server.address(), scale.sign_ins).context("accounts to sign in to")?;
    lap(&mut stand, scale)?;
    let round = |_| {
        let alone = lap(&mut stand, scale)?;
        let (beside, sign_ins_a_second) = sign_ins.during(|| lap(&mut stand, scale))?;
        Ok(Beside { alone, beside, sign_ins_a_second })
    };
    (0..2 * scale.rounds).map(round).collect()
}

fn lap(stand: &mut Stand, scale: Scale) -> Result<Latency> {
    stand.fleet.tend()?;
    Ok(stand.stream(SENDERS, INTERVAL, scale.crowd_lap, SAMPLE_EVERY)?.latency)
}
