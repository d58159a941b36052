//! Many connections: what the page tells of them.

use std::fmt::Write as _;

use super::{
    Circumstances, fan_out_table, middle,
    table::{Table, kib, mib, micros, millis, percent, times, whole},
};
use crate::{
    load::pace::Lap,
    peers::Peer,
    rows::{Laps, Scale, curve::Point, growth, halls::Hall, latency::Latency},
    run::Results,
    statistics::median,
};

/// One room with several thousands of listeners, all servers.
pub(super) fn wide(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    let Some(crowded) = results.growth.iter().find(|crowded| crowded.listeners == scale.wide) else {
        return Ok(());
    };
    for (name, laps) in &crowded.paces {
        let listeners = whole(crowded.listeners as f64);
        writeln!(page, "## One room, {listeners} listeners: {name}\n")?;
        writeln!(page, "{}", fan_out_table(laps))?;
    }
    Ok(())
}

/// How cost grows with the listeners of one room.
pub(super) fn growth(
    page: &mut String,
    results: &Results,
    circumstances: &Circumstances,
) -> std::fmt::Result {
    if results.growth.is_empty() && results.curve.is_empty() {
        return Ok(());
    }
    let [(one, _), (sixteen, _)] = growth::PACES;
    writeln!(page, "## How cost grows\n")?;
    writeln!(
        page,
        "Maru with so many connections, each of a member of its own, in one room. *CPU a delivery* is that of the tables\n\
         above, at {one} and at {sixteen}; *times* is how many times the floor's it is, the median of the ratios of each\n\
         round. *Memory* is what the server grew by, divided by the connections. *An idle minute* is the CPU time for the\n\
         pings and pongs of a minute, one every 30 s for each connection; in the last column is the share of a core that\n\
         all of them together keep busy so. {}\n",
        bounds(&results.curve, circumstances)
    )?;
    let mut table = Table::new(&[
        "connections",
        "one a round",
        "floor",
        "times",
        "16 a round",
        "floor",
        "times",
        "memory",
        "whole server",
        "idle minute",
        "core busy",
    ]);
    for connections in sizes(results) {
        let crowded = results.growth.iter().find(|crowded| crowded.listeners == connections);
        let point = results.curve.iter().find(|point| point.connections == connections);
        let mut cells = vec![whole(connections as f64)];
        for pace in [one, sixteen] {
            cells.extend(crowded.and_then(|crowded| crowded.at(pace)).map_or_else(nothing, beside_the_floor));
        }
        cells.extend(point.map_or_else(nothing, |point| {
            [
                kib(point.resident),
                mib(point.total),
                micros(point.cpu_a_connection()),
                fine_percent(point.busy()),
            ]
        }));
        table.row(cells);
    }
    writeln!(page, "{table}")
}

/// One large room, and many small ones.
pub(super) fn halls(page: &mut String, results: &Results) -> std::fmt::Result {
    if results.halls.is_empty() {
        return Ok(());
    }
    writeln!(page, "## Large rooms, and many\n")?;
    writeln!(
        page,
        "At a steady rate, which no server here is too slow for. Latency is measured as above, at every twentieth listener.\n\
         In small rooms the senders, one in each room, take turns; each connection listens in several rooms.\n"
    )?;
    let mut table = Table::new(&[
        "server",
        "rooms",
        "listeners in each",
        "messages a second",
        "half",
        "90 %",
        "99 %",
        "worst",
        "CPU a delivery",
        "server busy",
    ]);
    for Hall { peer, rooms, listeners, rate, laps } in &results.halls {
        let at = |pick: fn(&Latency) -> f64| millis(middle(laps, |(_, latency)| pick(latency)));
        table.row(vec![
            peer.to_string(),
            whole(*rooms as f64),
            whole(*listeners as f64),
            whole(*rate as f64),
            at(|latency| latency.p50.as_secs_f64()),
            at(|latency| latency.p90.as_secs_f64()),
            at(|latency| latency.p99.as_secs_f64()),
            at(|latency| latency.max.as_secs_f64()),
            micros(middle(laps, |(lap, _)| lap.cpu_a_delivery())),
            percent(middle(laps, |(lap, _)| lap.server_busy())),
        ]);
    }
    writeln!(page, "{table}")
}

/// All numbers of connections of which something is known, the fewest first.
fn sizes(results: &Results) -> Vec<usize> {
    let growth = results.growth.iter().map(|crowded| crowded.listeners);
    let mut sizes: Vec<usize> = growth.chain(results.curve.iter().map(|point| point.connections)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// Maru's CPU a delivery, the floor's, and how many times that it is.
fn beside_the_floor(laps: &Laps<Lap>) -> [String; 3] {
    let of = |peer| laps.iter().find(|(each, _)| *each == peer).map_or(&[][..], |(_, laps)| laps);
    let (ours, floor) = (of(Peer::Maru), of(Peer::Floor));
    let ratios: Vec<f64> =
        ours.iter().zip(floor).map(|(our, floor)| our.cpu_a_delivery() / floor.cpu_a_delivery()).collect();
    let cpu = |laps: &[Lap]| {
        if laps.is_empty() { "-".to_owned() } else { micros(middle(laps, Lap::cpu_a_delivery)) }
    };
    [cpu(ours), cpu(floor), times(median(&ratios))]
}

/// What kept the connections from being more.
fn bounds(curve: &[Point], circumstances: &Circumstances) -> String {
    let Some(point) = curve.last() else { return String::new() };
    let (most, files) = (whole(point.connections as f64), whole(circumstances.files as f64));
    if point.connections < circumstances.scale.most {
        format!("That there are {most} at the most is because a process may have {files} files open here.")
    } else {
        format!("More than {most} were not tried.")
    }
}

fn nothing<const COLUMNS: usize>() -> [String; COLUMNS] {
    std::array::from_fn(|_| "-".to_owned())
}

/// A small share of one.
fn fine_percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
