//! What was aimed at, and whether it was reached.

use std::{fmt::Write as _, time::Duration};

use super::{
    middle, ratios,
    table::{self, Table},
};
use crate::{
    load::pace::Lap,
    peers::Peer,
    rows::{Laps, Scale, Streamed, idle::Idle, latency, passwords::Beside, search::Searched},
    run::Results,
};

/// Something aimed at.
#[derive(Debug, PartialEq)]
struct Goal {
    aim: String,
    measured: String,
    met: bool,
}

/// Two tables: what the first release aims at, and what is aimed at in the end.
pub(super) fn write(page: &mut String, results: &Results, scale: Scale) -> std::fmt::Result {
    for (title, goals) in [
        ("Goals of the first release", first_release(results)),
        ("Goals at the limit", at_the_limit(results, scale)),
    ] {
        if goals.is_empty() {
            continue;
        }
        writeln!(page, "## {title}\n")?;
        let mut table = Table::new(&["goal", "measured", ""]);
        for Goal { aim, measured, met } in goals {
            table.row(vec![aim, measured, if met { "met" } else { "**not met**" }.to_owned()]);
        }
        writeln!(page, "{table}")?;
    }
    Ok(())
}

fn first_release(results: &Results) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (name, laps) in &results.fan_out {
        for peer in [Peer::Ws, Peer::SocketIo] {
            goals.extend(ratio_to(laps, peer, Lap::cpu_a_delivery).map(|ours| Goal {
                aim: format!("less CPU a delivery than {peer}, {name}"),
                measured: format!("{ours:.2} times its"),
                met: ours < 1.0,
            }));
        }
    }
    for peer in [Peer::Ws, Peer::SocketIo] {
        goals.extend(usual_latency(results).and_then(|laps| ratio_to(laps, peer, p99)).map(|ours| Goal {
            aim: format!("99 % sooner than with {peer}"),
            measured: format!("{ours:.2} times its time"),
            met: ours < 1.0,
        }));
        goals.extend(ratio_to(&results.posts, peer, Lap::messages_a_second).map(|ours| Goal {
            aim: format!("more stored messages a second from many senders than {peer} relays"),
            measured: format!("{ours:.2} times as many"),
            met: ours > 1.0,
        }));
    }
    goals.extend(passwords_goal(results, 2.0));
    goals.extend(results.revocation.map(|closed| Goal {
        aim: "the socket of every session that ends is closed within 100 ms".to_owned(),
        measured: table::millis(closed.max.as_secs_f64()),
        met: closed.max <= Duration::from_millis(100),
    }));
    if let Some(searched) = &results.searched {
        goals.push(Goal {
            aim: "95 % of searches for two syllables in a million messages within 50 ms".to_owned(),
            measured: table::millis(searched.p95.as_secs_f64()),
            met: searched.p95 <= Duration::from_millis(50),
        });
        let times = middle(&searched.posts, Searched::times);
        goals.push(Goal {
            aim:
                "at least 0.8 times as many messages a second into a store of a million as into an empty one"
                    .to_owned(),
            measured: format!("{times:.2} times"),
            met: times >= 0.8,
        });
    }
    goals.extend(idle_goal(idle_in_lobby(results), "an idle connection", 10));
    goals.extend(page_goal(results, 150));
    goals
}

fn at_the_limit(results: &Results, scale: Scale) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (name, peer, most) in [
        ("16 messages a round", Peer::Bun, 1.0),
        ("16 messages a round", Peer::Floor, 1.2),
        ("one message a round", Peer::Floor, 1.1),
    ] {
        let few = results.fan_out.iter().find(|(pace, _)| *pace == name);
        let many = results.growth.iter().find(|crowded| crowded.listeners == scale.wide);
        let few = few.map(|(_, laps)| (scale.listeners, laps));
        let many = many.and_then(|crowded| Some((crowded.listeners, crowded.at(name)?)));
        for (listeners, laps) in few.into_iter().chain(many) {
            goals.extend(ratio_to(laps, peer, Lap::cpu_a_delivery).map(|ours| Goal {
                aim: format!(
                    "at most {most} times the CPU a delivery of {peer}, {name}, {} listeners",
                    table::whole(listeners as f64)
                ),
                measured: format!("{ours:.2} times"),
                met: ours <= most,
            }));
        }
    }
    goals.extend(idle_goal(results.idle_in_rooms, "an idle connection in ten rooms", 2));
    if let Some(laps) = at(&results.posts_apart, Peer::Maru) {
        let rate = middle(laps, Lap::messages_a_second);
        goals.push(Goal {
            aim: "50,000 durable messages a second, a room each".to_owned(),
            measured: table::whole(rate),
            met: rate >= 50_000.0,
        });
    }
    goals.extend(latency_goal(results));
    goals.extend(page_goal(results, 100));
    goals.extend(results.binary.map(|size| Goal {
        aim: "a server of at most 12 MB".to_owned(),
        measured: table::kilobytes(size),
        met: size <= 12_000_000,
    }));
    if !results.first_start.is_empty() {
        let start = middle(&results.first_start, Duration::as_secs_f64);
        goals.push(Goal {
            aim: "the first answer within 50 ms of the start".to_owned(),
            measured: table::millis(start),
            met: start <= 0.05,
        });
    }
    goals
}

/// The laps of this peer.
fn at<T>(laps: &Laps<T>, peer: Peer) -> Option<&[T]> {
    laps.iter().find(|(each, _)| *each == peer).map(|(_, laps)| &laps[..])
}

/// In how many seconds 99 of 100 messages had arrived.
fn p99(streamed: &Streamed) -> f64 {
    streamed.latency.p99.as_secs_f64()
}

/// How many times the peer's number ours is.
fn ratio_to<T>(laps: &Laps<T>, peer: Peer, number: impl Fn(&T) -> f64) -> Option<f64> {
    let (_, theirs) = ratios(laps, number).into_iter().find(|(each, _)| *each == peer)?;
    theirs.is_finite().then(|| theirs.recip())
}

/// Latencies at the rate that the goals speak of.
fn usual_latency(results: &Results) -> Option<&Laps<Streamed>> {
    results.latency.iter().find(|(rate, _)| *rate == latency::USUAL).map(|(_, laps)| laps)
}

fn idle_in_lobby(results: &Results) -> Option<Idle> {
    results.idle.iter().find(|(peer, _)| *peer == Peer::Maru).map(|(_, idle)| *idle)
}

fn idle_goal(idle: Option<Idle>, what: &str, most: u32) -> Option<Goal> {
    let idle = idle?;
    Some(Goal {
        aim: format!("{what} takes at most {most} KiB"),
        measured: format!("{} ({} each further)", table::kib(idle.resident), table::kib(idle.further)),
        met: idle.resident <= f64::from(most) * 1024.0,
    })
}

fn passwords_goal(results: &Results, most: f64) -> Option<Goal> {
    let times = middle(&results.passwords, Beside::times);
    times.is_finite().then(|| Goal {
        aim: format!("99 % at most {most} times as late beside sign-ins by password"),
        measured: format!("{times:.2} times"),
        met: times <= most,
    })
}

fn page_goal(results: &Results, most: u64) -> Option<Goal> {
    let sizes: Option<Vec<u64>> = results.page.iter().map(|kind| kind.brotli).collect();
    let size: u64 = sizes.filter(|sizes| !sizes.is_empty())?.iter().sum();
    Some(Goal {
        aim: format!("wasm, js and css of the first load are at most {most} KB with brotli"),
        measured: table::kilobytes(size),
        met: size <= most * 1000,
    })
}

fn latency_goal(results: &Results) -> Option<Goal> {
    let disk = results.disk?;
    let laps = usual_latency(results)?;
    let ours = middle(at(laps, Peer::Maru)?, p99);
    let most = disk.p99.as_secs_f64() + 0.002;
    let beside: Vec<String> = floor_alone(results, laps).collect();
    let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join("; ")) };
    Some(Goal {
        aim: format!("99 % within the disk's own 99 % and 2 ms, here {}", table::millis(most)),
        measured: format!("{}{beside}", table::millis(ours)),
        met: ours <= most,
    })
}

/// What of the latency the kernel takes alone: the floor's, and what its thread takes to send a message to each.
fn floor_alone<'a>(results: &'a Results, laps: &'a Laps<Streamed>) -> impl Iterator<Item = String> + 'a {
    let latency = at(laps, Peer::Floor)
        .map(|laps| format!("{} alone: {}", Peer::Floor, table::millis(middle(laps, p99))));
    let sends =
        results.fan_out.iter().find(|(pace, _)| *pace == "one message a round").and_then(|(_, laps)| {
            let laps = at(laps, Peer::Floor)?;
            let seconds = middle(laps, Lap::cpu_a_message) / 1e6;
            let sends = middle(laps, |lap| lap.deliveries as f64 / lap.messages as f64);
            Some(format!("CPU of its {} sends: {}", table::whole(sends), table::millis(seconds)))
        });
    latency.into_iter().chain(sends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{growth::Crowded, latency::Latency, sizes::Kind};

    fn lap(cpu: u64) -> Lap {
        Lap {
            server: Duration::from_micros(cpu),
            load: Duration::ZERO,
            elapsed: Duration::from_secs(1),
            deliveries: 1,
            messages: 1,
        }
    }

    #[test]
    fn less_cpu_than_a_peer_is_met_and_more_is_not() {
        let laps =
            vec![(Peer::Maru, vec![lap(10)]), (Peer::Ws, vec![lap(40)]), (Peer::SocketIo, vec![lap(5)])];
        let results = Results { fan_out: vec![("one message a round", laps)], ..Results::default() };
        let goals = first_release(&results);
        let told: Vec<(&str, bool)> = goals.iter().map(|goal| (goal.measured.as_str(), goal.met)).collect();
        assert_eq!(told, [("0.25 times its", true), ("2.00 times its", false)]);
    }

    #[test]
    fn the_limit_is_told_for_few_listeners_and_for_many() {
        let laps = |ours| vec![(Peer::Maru, vec![lap(ours)]), (Peer::Floor, vec![lap(10)])];
        let many = |listeners, ours| Crowded { listeners, paces: vec![("one message a round", laps(ours))] };
        let results = Results {
            fan_out: vec![("one message a round", laps(11))],
            growth: vec![many(4000, 90), many(8000, 12)],
            ..Results::default()
        };
        let goals = at_the_limit(&results, Scale::FULL);
        let told: Vec<(bool, &str, bool)> = goals
            .iter()
            .map(|goal| (goal.aim.ends_with(", 1,000 listeners"), goal.measured.as_str(), goal.met))
            .collect();
        assert_eq!(told, [(true, "1.10 times", true), (false, "1.20 times", false)]);
    }

    fn all_in(millis: u64) -> Latency {
        let time = Duration::from_millis(millis);
        Latency { p50: time, p90: time, p99: time, max: time }
    }

    #[test]
    fn the_floor_is_told_beside_the_latency_and_loosens_nothing() {
        let streamed = |millis| vec![Streamed { lap: lap(1), latency: all_in(millis), late: all_in(0) }];
        let mut results = Results {
            disk: Some(all_in(1)),
            latency: vec![(latency::USUAL, vec![(Peer::Maru, streamed(4)), (Peer::Floor, streamed(9))])],
            ..Results::default()
        };
        let goal = latency_goal(&results).unwrap();
        assert!(goal.aim.ends_with("here 3.0 ms"), "{goal:?}");
        assert_eq!((goal.measured.as_str(), goal.met), ("4.0 ms (send() floor alone: 9.0 ms)", false));

        let round = Lap { deliveries: 1000, ..lap(3700) };
        results.fan_out = vec![("one message a round", vec![(Peer::Floor, vec![round])])];
        let told = "4.0 ms (send() floor alone: 9.0 ms; CPU of its 1,000 sends: 3.7 ms)";
        assert_eq!(latency_goal(&results).unwrap().measured, told);

        results.latency = vec![(latency::USUAL, vec![(Peer::Maru, streamed(3))])];
        results.fan_out.clear();
        let goal = latency_goal(&results).unwrap();
        assert_eq!((goal.measured.as_str(), goal.met), ("3.0 ms", true));
    }

    #[test]
    fn bounds_are_inclusive() {
        let idle = Idle {
            connections: 1,
            resident: 2048.0,
            further: 1024.0,
            anonymous: 0.0,
            after_burst: 0.0,
            total: 0,
        };
        let page = vec![Kind { name: "wasm", plain: 0, brotli: Some(100_001) }];
        let results = Results { idle: vec![(Peer::Maru, idle)], page, ..Results::default() };
        assert!(idle_goal(idle_in_lobby(&results), "it", 2).unwrap().met);
        assert!(!idle_goal(idle_in_lobby(&results), "it", 1).unwrap().met);
        assert!(!page_goal(&results, 100).unwrap().met);
    }

    #[test]
    fn what_was_not_measured_is_no_goal() {
        let nothing = Results::default();
        assert_eq!((first_release(&nothing), at_the_limit(&nothing, Scale::FULL)), (vec![], vec![]));
    }
}
