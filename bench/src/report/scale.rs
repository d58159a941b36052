//! Many connections: what the page tells of them.

use std::fmt::Write as _;

use super::{
    fan_out_table, middle,
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

/// How cost grows with the listeners of one room, where a process may have so many files open.
pub(super) fn growth(page: &mut String, results: &Results, scale: Scale, files: u64) -> std::fmt::Result {
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
        bounds(&results.curve, scale.most, files)
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
        let at = |pick: fn(&Latency) -> f64| millis(middle(laps, |streamed| pick(&streamed.latency)));
        table.row(vec![
            peer.to_string(),
            whole(*rooms as f64),
            whole(*listeners as f64),
            whole(*rate as f64),
            at(|latency| latency.p50.as_secs_f64()),
            at(|latency| latency.p90.as_secs_f64()),
            at(|latency| latency.p99.as_secs_f64()),
            at(|latency| latency.max.as_secs_f64()),
            micros(middle(laps, |streamed| streamed.lap.cpu_a_delivery())),
            percent(middle(laps, |streamed| streamed.lap.server_busy())),
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
fn bounds(curve: &[Point], tried: usize, files: u64) -> String {
    let Some(point) = curve.last() else { return String::new() };
    let (most, files) = (whole(point.connections as f64), whole(files as f64));
    if point.connections < tried {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rows::{Streamed, growth::Crowded};

    fn lap(cpu: u64) -> Lap {
        Lap {
            server: Duration::from_micros(cpu),
            load: Duration::ZERO,
            elapsed: Duration::from_micros(10 * cpu),
            deliveries: 1,
            messages: 1,
        }
    }

    fn crowded(listeners: usize) -> Crowded {
        let laps = vec![(Peer::Maru, vec![lap(6), lap(9)]), (Peer::Floor, vec![lap(4), lap(3)])];
        Crowded { listeners, paces: growth::PACES.map(|(name, _)| (name, laps.clone())).into() }
    }

    fn point(connections: usize) -> Point {
        Point { connections, resident: 2048.0, total: 64 << 20, minute: Duration::from_millis(60) }
    }

    #[test]
    fn every_size_has_a_line_with_what_is_known_of_it() {
        let results = Results {
            growth: vec![crowded(1000), crowded(8000)],
            curve: vec![point(1000), point(19_800)],
            ..Results::default()
        };
        let mut page = String::new();
        growth(&mut page, &results, Scale::FULL, 20_000).unwrap();
        let line = |size: &str| {
            let line = page.lines().find(|line| line.starts_with(&format!("| {size} "))).unwrap();
            line.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let cpu = "7.50 µs 3.50 µs 2.25";
        assert_eq!(line("1,000"), format!("1,000 {cpu} {cpu} 2.0 KiB 64 MiB 60.00 µs 0.10 %"));
        assert_eq!(line("8,000"), format!("8,000 {cpu} {cpu} - - - -"));
        assert_eq!(line("19,800"), "19,800 - - - - - - 2.0 KiB 64 MiB 3.03 µs 0.10 %");
        assert!(
            page.contains("That there are 19,800 at the most is because a process may have 20,000 files")
        );
    }

    #[test]
    fn nothing_is_said_of_files_when_all_that_were_wanted_are_there() {
        assert_eq!(bounds(&[point(100)], 100, 20_000), "More than 100 were not tried.");
        assert_eq!(bounds(&[], 100, 20_000), "");
    }

    #[test]
    fn the_wide_room_is_told_for_all_servers_when_it_was_measured() {
        let mut page = String::new();
        let results = Results { growth: vec![crowded(4000)], ..Results::default() };
        wide(&mut page, &results, Scale::FULL).unwrap();
        assert_eq!(page, "");
        let results = Results { growth: vec![crowded(Scale::FULL.wide)], ..Results::default() };
        wide(&mut page, &results, Scale::FULL).unwrap();
        assert!(page.starts_with("## One room, 8,000 listeners: one message a round\n"), "{page}");
    }

    #[test]
    fn a_hall_is_told_with_its_rooms_and_its_rate() {
        let time = Duration::from_millis(3);
        let latency = Latency { p50: time, p90: time, p99: time, max: time };
        let laps = vec![Streamed { lap: lap(5), latency, late: latency }];
        let hall = Hall { peer: Peer::Maru, rooms: 1000, listeners: 100, rate: 500, laps };
        let mut page = String::new();
        halls(&mut page, &Results { halls: vec![hall], ..Results::default() }).unwrap();
        let told = page.lines().find(|line| line.starts_with("| Maru")).unwrap();
        let cells: Vec<&str> = told.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells[..5], ["Maru", "1,000", "100", "500", "3.0 ms"]);
        assert_eq!(cells[8..], ["5.00 µs", "10 %"]);
    }
}
