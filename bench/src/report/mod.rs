//! The page that tells what was measured.

mod compression;
mod goals;
mod scale;
mod table;
mod traces;

use std::{fmt::Write as _, path::Path, time::Duration};

use table::{Table, kib, micros, millis, times, whole};

use crate::{
    disk,
    load::pace::Lap,
    machine,
    peers::{Ground, Peer, Roll},
    rows::{Laps, Scale, Streamed, idle::Idle, latency::Latency, passwords::Beside, posts, search::Searched},
    run::Results,
    statistics::median,
};

pub(crate) use traces::Trace;

/// What the numbers were measured with.
#[derive(Debug)]
pub(crate) struct Circumstances {
    scale: Scale,
    date: String,
    took: Duration,
    machine: String,
    cores: String,
    revision: Option<String>,
    load_average: String,
    in_memory: bool,
    /// How many files a process may have open.
    files: u64,
    roll: Roll,
    traces: anyhow::Result<Vec<Trace>>,
}

impl Circumstances {
    /// Looks at the machine and the clock.
    pub(crate) fn of(ground: &Ground, root: &Path, scale: Scale, roll: Roll, took: Duration) -> Self {
        let target = root.join("target");
        let root = root.to_string_lossy();
        Self {
            scale,
            date: time::OffsetDateTime::now_utc().date().to_string(),
            took,
            machine: machine::describe(),
            cores: ground.cores.describe(),
            revision: machine::first_line(Path::new("git"), &["-C", &root, "rev-parse", "--short", "HEAD"]),
            load_average: ground.load_average.clone(),
            in_memory: disk::is_memory(ground.scratch.path()).unwrap_or(false),
            files: ground.files,
            roll,
            traces: traces::read(&target.join("traces.json")),
        }
    }
}

/// The whole page, as Markdown.
pub(crate) fn write(results: &Results, circumstances: &Circumstances) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = head(&mut page, circumstances)
        .and_then(|()| goals::write(&mut page, results, circumstances.scale))
        .and_then(|()| traces(&mut page, circumstances))
        .and_then(|()| fan_out(&mut page, results, circumstances.scale))
        .and_then(|()| scale::wide(&mut page, results, circumstances.scale))
        .and_then(|()| scale::growth(&mut page, results, circumstances.scale, circumstances.files))
        .and_then(|()| latency(&mut page, results, circumstances.scale))
        .and_then(|()| scale::halls(&mut page, results))
        .and_then(|()| posts(&mut page, results, circumstances.scale))
        .and_then(|()| passwords(&mut page, results, circumstances.scale))
        .and_then(|()| revocation(&mut page, results, circumstances.scale))
        .and_then(|()| searched(&mut page, results, circumstances.scale))
        .and_then(|()| idle(&mut page, results))
        .and_then(|()| compression::write(&mut page, results))
        .and_then(|()| sizes(&mut page, results))
        .and_then(|()| failures(&mut page, results));
    page
}

/// For each peer the median over the rounds of its number divided by Maru's of the same round; `NaN` without Maru.
fn ratios<T>(laps: &Laps<T>, number: impl Fn(&T) -> f64) -> Vec<(Peer, f64)> {
    let ours = laps.iter().find(|(peer, _)| *peer == Peer::Maru).map_or(&[][..], |(_, ours)| ours);
    let ratio = |laps: &[T]| {
        let ratios: Vec<f64> =
            laps.iter().zip(ours).map(|(other, our)| number(other) / number(our)).collect();
        median(&ratios)
    };
    laps.iter().map(|(peer, laps)| (*peer, ratio(laps))).collect()
}

/// The median of a number over a peer's laps.
fn middle<T>(laps: &[T], number: impl Fn(&T) -> f64) -> f64 {
    median(&laps.iter().map(number).collect::<Vec<_>>())
}

fn head(page: &mut String, circumstances: &Circumstances) -> std::fmt::Result {
    let Circumstances { date, took, machine, cores, load_average, .. } = circumstances;
    let minutes = took.as_secs_f64() / 60.0;
    writeln!(page, "# Benchmarks\n")?;
    writeln!(
        page,
        "Written by `cargo xtask bench` on {date} in {minutes:.1} minutes: do not edit, run it again.\n"
    )?;
    writeln!(page, "- Machine: {machine}; over loopback, {cores}.")?;
    writeln!(page, "- At most {} files open in a process.", whole(circumstances.files as f64))?;
    writeln!(page, "- Load average before the run: {load_average}. Near 0, it had nothing else to do.")?;
    for (peer, version) in &circumstances.roll.here {
        let revision = circumstances.revision.as_deref().filter(|_| *peer == Peer::Maru);
        let revision = revision.map_or_else(String::new, |revision| format!(", revision {revision}"));
        writeln!(page, "- {peer}: {version}{revision}.")?;
    }
    for (peer, why) in &circumstances.roll.missing {
        writeln!(page, "- {peer} is missing: {why}.")?;
    }
    if circumstances.in_memory {
        writeln!(
            page,
            "- The data directory is in memory: **nothing here says anything about durability.**"
        )?;
    }
    writeln!(page, "\n{HOW_TO_READ}")
}

const HOW_TO_READ: &str = "\
## How to read it

The machine is shared and noisy: **only ratios within this page mean something.** The servers take turns, and each
number is the median of the rounds; a ratio is the median of the ratios of each round. *CPU a delivery* is the CPU time
of all the server's threads between the first send and the last delivery, divided by the messages that arrived at
listeners: unlike a rate, it does not measure the load. Texts have 64 to 128 bytes. What Maru sends is an event with
room, seq, time, author and draft, some four times as long as the text; the others send the text alone.

Maru does all that it does for people: every member is signed in, every message is authorised, has its place in the
order of its room, and is on the disk before anybody sees it. The others keep nothing and know nobody. `send() floor` is
what the kernel alone takes: one thread that hands everything that came together to each socket in one `send()`.
Every message was seen exactly once and in order at each listener, or this page would say that the row failed.
";

fn traces(page: &mut String, circumstances: &Circumstances) -> std::fmt::Result {
    match &circumstances.traces {
        Ok(figures) => traces::write(page, figures),
        Err(error) => writeln!(page, "The traces of the page cannot be shown: {error:#}.\n"),
    }
}

fn fan_out(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    for (name, laps) in &results.fan_out {
        writeln!(page, "## One room, {} listeners: {name}\n", whole(scale.listeners as f64))?;
        writeln!(page, "{}", fan_out_table(laps))?;
    }
    Ok(())
}

fn fan_out_table(laps: &Laps<Lap>) -> Table {
    let mut table = Table::new(&[
        "server",
        "CPU a delivery",
        "lowest to highest",
        "times Maru's",
        "deliveries a second",
        "server busy",
        "load busy",
    ]);
    let ratios = ratios(laps, Lap::cpu_a_delivery);
    for ((peer, laps), (_, ratio)) in laps.iter().zip(&ratios) {
        table.row(vec![
            peer.to_string(),
            micros(middle(laps, Lap::cpu_a_delivery)),
            table::range(laps.iter().map(Lap::cpu_a_delivery)),
            times(*ratio),
            whole(middle(laps, Lap::deliveries_a_second)),
            table::percent(middle(laps, Lap::server_busy)),
            table::percent(middle(laps, Lap::load_busy)),
        ]);
    }
    table
}

fn latency(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    for (rate, laps) in &results.latency {
        let (listeners, rate) = (whole(scale.listeners as f64), whole(f64::from(*rate)));
        writeln!(page, "## Latency: {listeners} listeners, {rate} messages a second\n")?;
        writeln!(
            page,
            "From the instant at which a message was due to be sent until it had come to a listener, at every twentieth of them.\n\
             When it came, the kernel says (`SO_TIMESTAMPNS`): it does not matter when the load reads it. What is read\n\
             together counts as if it had all come with the last of it, so these listeners' sockets are read before the others.\n\
             How late the load itself was in sending is in the last line, and in the times of all servers.\n"
        )?;
        let mut table = Table::new(&["server", "half", "90 %", "99 %", "worst"]);
        let mut row = |name: String, laps: &[Latency]| {
            let at = |pick: fn(&Latency) -> Duration| millis(middle(laps, |lap| pick(lap).as_secs_f64()));
            let worst = laps.iter().map(|lap| lap.max).max().unwrap_or_default();
            table.row(vec![name, at(|l| l.p50), at(|l| l.p90), at(|l| l.p99), millis(worst.as_secs_f64())]);
        };
        let of =
            |laps: &[Streamed], pick: fn(&Streamed) -> Latency| laps.iter().map(pick).collect::<Vec<_>>();
        for (peer, laps) in laps {
            row(peer.to_string(), &of(laps, |streamed| streamed.latency));
        }
        if let Some(disk) = results.disk {
            row("the disk: 4 KiB and `fdatasync`".to_owned(), &[disk]);
        }
        let late: Vec<_> = laps.iter().flat_map(|(_, laps)| of(laps, |streamed| streamed.late)).collect();
        row("the load: from due to sent".to_owned(), &late);
        writeln!(page, "{table}")?;
    }
    Ok(())
}

fn posts(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    let window = posts::WINDOW;
    for (laps, title) in [(&results.posts_apart, "a room each"), (&results.posts, "all in one room")] {
        if laps.is_empty() {
            continue;
        }
        writeln!(page, "## {} senders, {window} messages of each in flight, {title}\n", scale.senders)?;
        let mut table = Table::new(&[
            "server",
            "messages a second",
            "stored",
            "CPU a message",
            "CPU a delivery",
            "server busy",
            "load busy",
        ]);
        for (peer, laps) in laps {
            let stored = if *peer == Peer::Maru { "durably" } else { "not stored" };
            table.row(vec![
                peer.to_string(),
                whole(middle(laps, Lap::messages_a_second)),
                stored.to_owned(),
                micros(middle(laps, Lap::cpu_a_message)),
                micros(middle(laps, Lap::cpu_a_delivery)),
                table::percent(middle(laps, Lap::server_busy)),
                table::percent(middle(laps, Lap::load_busy)),
            ]);
        }
        writeln!(page, "{table}")?;
    }
    Ok(())
}

fn passwords(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    let laps = &results.passwords;
    if laps.is_empty() {
        return Ok(());
    }
    let (crowd, people) = (scale.crowd, scale.sign_ins);
    writeln!(page, "## Beside sign-ins: {crowd} listeners, 50 messages a second\n")?;
    let a_second = whole(middle(laps, |lap| lap.sign_ins_a_second));
    writeln!(
        page,
        "Maru alone, on one core, with and without {people} people who sign in by their passwords at the same time, each again\n\
         as soon as they are in: {a_second} Argon2id hashes a second, all that the core gives beside. Measured as above, at every\n\
         fifth listener, the two in turn; *times* is the median of the ratios of each round. What else the\n\
         machine does delays messages too: least in the calmest round, the one whose 99 % is lowest.\n"
    )?;
    let mut table = Table::new(&["", "half", "90 %", "99 %", "worst"]);
    let shares: [fn(&Latency) -> Duration; 4] = [|l| l.p50, |l| l.p90, |l| l.p99, |l| l.max];
    let mut row = |name: &str, cell: &dyn Fn(fn(&Latency) -> Duration) -> String| {
        table.row([name.to_owned()].into_iter().chain(shares.map(cell)).collect());
    };
    let seconds = |pick: fn(&Latency) -> Duration, of: fn(&Beside) -> &Latency| {
        move |lap: &Beside| pick(of(lap)).as_secs_f64()
    };
    row("alone", &|pick| millis(middle(laps, seconds(pick, |lap| &lap.alone))));
    row("beside sign-ins", &|pick| millis(middle(laps, seconds(pick, |lap| &lap.beside))));
    row("times", &|pick| {
        let (alone, beside) = (seconds(pick, |lap| &lap.alone), seconds(pick, |lap| &lap.beside));
        times(middle(laps, |lap| beside(lap) / alone(lap)))
    });
    for (name, of) in [
        ("alone, the calmest round", (|lap: &Beside| lap.alone) as fn(&Beside) -> Latency),
        ("beside sign-ins, the calmest round", |lap| lap.beside),
    ] {
        if let Some(calm) = laps.iter().map(of).min_by_key(|lap| lap.p99) {
            let cells = [calm.p50, calm.p90, calm.p99, calm.max].map(|time| millis(time.as_secs_f64()));
            table.row([name.to_owned()].into_iter().chain(cells).collect());
        }
    }
    writeln!(page, "{table}")
}

fn revocation(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    let Some(Latency { p50, p90, p99, max }) = results.revocation else { return Ok(()) };
    writeln!(page, "## The end of a session, of {}\n", scale.revocations)?;
    writeln!(
        page,
        "From the request that ends it to the close frame on its socket, one after the other while the others' are open: with\n\
         the commit in it, and so more than from the commit on.\n"
    )?;
    let mut table = Table::new(&["", "half", "90 %", "99 %", "worst"]);
    let cells = [p50, p90, p99, max].map(|time| millis(time.as_secs_f64()));
    table.row(["closed after".to_owned()].into_iter().chain(cells).collect());
    writeln!(page, "{table}")
}

fn searched(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    let Some(Searched { messages, bytes, indexing, p50, p95, max, posts }) = &results.searched else {
        return Ok(());
    };
    let messages = whole(*messages as f64);
    writeln!(page, "## A store of {messages} messages\n")?;
    let (size, indexing) = (table::kilobytes(*bytes), micros(indexing.as_secs_f64() * 1e6));
    writeln!(
        page,
        "In 20 rooms, most of them Korean, with some words that everybody says and many that hardly anybody does: {size}, the\n\
         index of words among them, which took {indexing} a message. A member of all rooms searches for words of two syllables,\n\
         of which every fifth search has two, and gets the best twenty; the times are those of the whole request.\n"
    )?;
    let mut table = Table::new(&["", "half", "95 %", "worst"]);
    let cells = [p50, p95, max].map(|time| millis(time.as_secs_f64()));
    table.row(["found after".to_owned()].into_iter().chain(cells).collect());
    writeln!(page, "{table}")?;
    writeln!(
        page,
        "{} senders, a room each, {} messages of each in flight, into this store and an empty one in turn:\n",
        scale.senders,
        posts::WINDOW
    )?;
    let mut table = Table::new(&["messages a second", "empty", "full", "times"]);
    table.row(vec![
        "in the middle of the rounds".to_owned(),
        whole(middle(posts, |lap| lap.0)),
        whole(middle(posts, |lap| lap.1)),
        times(middle(posts, Searched::times)),
    ]);
    writeln!(page, "{table}")
}

fn idle(page: &mut String, results: &Results) -> std::fmt::Result {
    let in_rooms = results.idle_in_rooms.iter().map(|idle| ("Maru, in ten rooms".to_owned(), idle));
    let idle = results.idle.iter().map(|(peer, idle)| (peer.to_string(), idle));
    let rows: Vec<_> = in_rooms.chain(idle).collect();
    let Some((_, Idle { connections, .. })) = rows.first() else { return Ok(()) };
    writeln!(page, "## Memory of an idle connection, of {}\n", whole(*connections as f64))?;
    writeln!(
        page,
        "What the server grew by, divided by the connections; the kernel's own 2.7 to 4.6 KiB a socket are not in it.\n\
         Each of Maru's is of a member of its own, signed in, in the lobby or, as the first line tells, in nine rooms more with\n\
         some hundred members each. *Each further* is what each of the second half took more: without what the server takes once,\n\
         such as the caches of the connections that read its store. *After a burst* is the resident memory once 64 messages sent at once have gone to all.\n\
         The others were asked to collect garbage.\n"
    )?;
    let mut table = Table::new(&[
        "server",
        "resident (RSS)",
        "each further",
        "anonymous",
        "after a burst",
        "whole server",
    ]);
    for (name, idle) in rows {
        let sizes = [idle.resident, idle.further, idle.anonymous, idle.after_burst].map(kib);
        table.row([name].into_iter().chain(sizes).chain([table::mib(idle.total)]).collect());
    }
    writeln!(page, "{table}")
}

fn sizes(page: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(page, "## Sizes and start\n")?;
    let mut table = Table::new(&["what", "plain", "brotli"]);
    for kind in &results.page {
        let brotli = kind.brotli.map_or_else(|| "-".to_owned(), table::kilobytes);
        table.row(vec![format!("the page's {}", kind.name), table::kilobytes(kind.plain), brotli]);
    }
    if results.page.is_empty() {
        table.row(vec!["the page".to_owned(), "not built".to_owned(), "-".to_owned()]);
    }
    if let Some(binary) = results.binary {
        table.row(vec!["the server".to_owned(), table::kilobytes(binary), "-".to_owned()]);
    }
    writeln!(page, "{table}")?;
    for (times, what) in
        [(&results.first_start, "an empty data directory"), (&results.later_start, "one used before")]
    {
        if !times.is_empty() {
            let middle = millis(middle(times, Duration::as_secs_f64));
            writeln!(page, "From starting the server to its first answer, with {what}: {middle}.")?;
        }
    }
    Ok(())
}

fn failures(page: &mut String, results: &Results) -> std::fmt::Result {
    if !results.failures.is_empty() {
        writeln!(page, "\n## Failed\n")?;
    }
    for (row, why) in &results.failures {
        writeln!(page, "- {row}: {why}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_ratios() {
        let laps = vec![(Peer::Maru, vec![1.0, 2.0, 10.0]), (Peer::Ws, vec![3.0, 4.0, 50.0])];
        let ratios = ratios(&laps, |number| *number);
        assert_eq!(ratios, [(Peer::Maru, 1.0), (Peer::Ws, 3.0)]);
    }

    #[test]
    fn without_maru_there_is_no_ratio() {
        let ratios = ratios(&vec![(Peer::Ws, vec![1.0])], |number| *number);
        assert!(matches!(ratios[..], [(Peer::Ws, ratio)] if ratio.is_nan()));
    }
}
