//! As many idle connections as the machine allows, and what they cost on the way there.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Scale, idle::warmed_up};
use crate::{
    load::Fleet,
    memory::Memory,
    peers::{Crowd, Ground, Peer},
};

/// How often a socket is pinged as Maru comes, in a minute.
const PINGS_A_MINUTE: u32 = 2;

/// What Maru takes for so many idle connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) connections: usize,
    /// Memory of the server for each of them, in bytes.
    pub(crate) resident: f64,
    /// All that the server has, in bytes.
    pub(crate) total: u64,
    /// CPU time of the server for the pings of a minute, all connections together.
    pub(crate) minute: Duration,
}

impl Point {
    /// The share of a core that so many idle connections keep busy.
    pub(crate) fn busy(&self) -> f64 {
        self.minute.as_secs_f64() / 60.0
    }

    /// CPU time of the server in an idle minute for each connection, in microseconds.
    pub(crate) fn cpu_a_connection(&self) -> f64 {
        self.minute.as_secs_f64() * 1e6 / self.connections as f64
    }
}

/// Connects more and more members of Maru, each in the lobby, up to as many as there can be. All are pinged so often that
/// a minute's pings are over in seconds.
pub(crate) fn measure(ground: &Ground, scale: Scale) -> Result<Vec<Point>> {
    let most = ground.connections(scale.most);
    let crowd = Crowd::in_lobby(Peer::Maru, ground, most)?;
    let server = crowd.start(ground, &["--ping-seconds", &scale.ping_seconds.to_string()])?;
    let before = warmed_up(&server, &crowd.seats, scale.quiet)?;
    let mut fleet = Fleet::new(&server, 0, 0)?;
    let mut points = Vec::new();
    for connections in scale.sizes().filter(|size| *size < most).chain([most]) {
        eprintln!("  {connections} ...");
        fleet.extend(&server, &crowd.seats[fleet.len()..connections])?;
        let every = Duration::from_secs(scale.ping_seconds.into());
        listen(&mut fleet, scale.quiet / 4)?;
        // Each is pinged so often in this time, whenever it came.
        let clock = server.cpu();
        let start = clock.read()?;
        listen(&mut fleet, every * PINGS_A_MINUTE)?;
        let minute = start.until(&clock.read()?);
        let after = Memory::of(server.pid())?;
        let resident = (after.resident as f64 - before.resident as f64) / connections as f64;
        points.push(Point { connections, resident, total: after.resident, minute });
    }
    // The server goes first: whoever closes first keeps its ports for a minute.
    drop(server);
    Ok(points)
}

/// Answers pings for so long.
fn listen(fleet: &mut Fleet, length: Duration) -> Result<()> {
    let start = Instant::now();
    while let Some(left) = length.checked_sub(start.elapsed()) {
        fleet.turn(left)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_minute_is_shared_by_its_connections() {
        let minute = Duration::from_millis(600);
        let point = Point { connections: 10_000, resident: 0.0, total: 0, minute };
        assert!((point.busy() - 0.01).abs() < 1e-9);
        assert!((point.cpu_a_connection() - 60.0).abs() < 1e-9);
    }
}
