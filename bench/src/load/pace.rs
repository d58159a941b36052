//! When the next message goes.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::Fleet;
use crate::cpu::CpuClock;

/// When a sender's next messages go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As many at once, and the next ones when everybody has all of them.
    Rounds(usize),
    /// One more whenever everybody has one of so many that are under way.
    Window(usize),
}

impl Pace {
    fn due(self, under_way: usize) -> usize {
        match self {
            Self::Rounds(count) if under_way == 0 => count,
            Self::Rounds(_) => 0,
            Self::Window(width) => width.saturating_sub(under_way),
        }
    }
}

/// What happened between the first send and the last delivery.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lap {
    /// CPU time of all threads of the server.
    pub(crate) server: Duration,
    /// CPU time of the load.
    pub(crate) load: Duration,
    /// How long it took.
    pub(crate) elapsed: Duration,
    /// Messages that arrived, each counted once for each listener.
    pub(crate) deliveries: u64,
    /// Messages that arrived at everybody.
    pub(crate) messages: u64,
}

impl Lap {
    /// CPU time of the server for each message at each listener, in microseconds.
    pub(crate) fn cpu_a_delivery(&self) -> f64 {
        micros(self.server) / self.deliveries as f64
    }

    /// The share of the time in which the server was on its core.
    pub(crate) fn server_busy(&self) -> f64 {
        self.server.as_secs_f64() / self.elapsed.as_secs_f64()
    }

    /// The share of the time in which the load was on its core.
    pub(crate) fn load_busy(&self) -> f64 {
        self.load.as_secs_f64() / self.elapsed.as_secs_f64()
    }

    /// CPU time of the server for each message, in microseconds.
    pub(crate) fn cpu_a_message(&self) -> f64 {
        micros(self.server) / self.messages as f64
    }

    /// Messages at listeners a second.
    pub(crate) fn deliveries_a_second(&self) -> f64 {
        self.deliveries as f64 / self.elapsed.as_secs_f64()
    }

    /// Messages a second.
    pub(crate) fn messages_a_second(&self) -> f64 {
        self.messages as f64 / self.elapsed.as_secs_f64()
    }
}

/// Runs one lap and says what it cost.
pub(crate) fn run(
    fleet: &mut Fleet,
    server: &CpuClock,
    lap: impl FnOnce(&mut Fleet) -> Result<()>,
) -> Result<Lap> {
    let load = CpuClock::own();
    let before = (fleet.ledger.deliveries(), fleet.ledger.completed());
    let (start, server_start, load_start) = (Instant::now(), server.read()?, load.read()?);
    lap(fleet)?;
    let (elapsed, server_end, load_end) = (start.elapsed(), server.read()?, load.read()?);
    Ok(Lap {
        server: server_start.until(&server_end),
        load: load_start.until(&load_end),
        elapsed,
        deliveries: fleet.ledger.deliveries() - before.0,
        messages: fleet.ledger.completed() - before.1,
    })
}

/// Each of these senders keeps the pace for `length`: as fast as the server allows.
pub(crate) fn closed_loop(fleet: &mut Fleet, senders: &[usize], pace: Pace, length: Duration) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < length {
        let now = Instant::now();
        for sender in senders {
            let due = pace.due(fleet.ledger.under_way(*sender));
            if due > 0 {
                fleet.post(*sender, due, now)?;
            }
        }
        fleet.listen(Duration::from_secs(20))?;
    }
    fleet.settle()
}

/// These senders take turns in sending a message every `interval` for `length`, whatever the server does. Returns how
/// late each message was on its way, for which the load has to answer and not the server.
pub(crate) fn open_loop(
    fleet: &mut Fleet,
    senders: &[usize],
    interval: Duration,
    length: Duration,
) -> Result<Vec<Duration>> {
    let start = Instant::now();
    let mut late = Vec::new();
    let mut due = start;
    for sender in senders.iter().cycle() {
        if due >= start + length {
            break;
        }
        listen_until(fleet, due)?;
        fleet.post(*sender, 1, due)?;
        late.push(due.elapsed());
        due += interval;
    }
    fleet.settle()?;
    Ok(late)
}

/// Reads what arrives until this instant. Polling sleeps whole milliseconds: the last one is spent awake.
fn listen_until(fleet: &mut Fleet, due: Instant) -> Result<()> {
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        fleet.turn(Duration::from_millis(u64::try_from(left.as_millis())?))?;
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_filled_up_and_a_round_waits_for_the_last() {
        assert_eq!([0, 5, 8, 9].map(|under_way| Pace::Window(8).due(under_way)), [8, 3, 0, 0]);
        assert_eq!([0, 1, 16].map(|under_way| Pace::Rounds(16).due(under_way)), [16, 0, 0]);
    }

    #[test]
    fn a_lap_is_divided_by_what_was_delivered() {
        let lap = Lap {
            server: Duration::from_millis(10),
            load: Duration::from_millis(5),
            elapsed: Duration::from_millis(100),
            deliveries: 1000,
            messages: 10,
        };
        assert!((lap.cpu_a_delivery() - 10.0).abs() < 1e-9);
        assert!((lap.server_busy() - 0.1).abs() < 1e-9);
        assert!((lap.load_busy() - 0.05).abs() < 1e-9);
        assert!((lap.cpu_a_message() - 1000.0).abs() < 1e-9);
        assert!((lap.deliveries_a_second() - 10_000.0).abs() < 1e-9);
        assert!((lap.messages_a_second() - 100.0).abs() < 1e-9);
    }
}
