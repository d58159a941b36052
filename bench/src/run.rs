//! Running the rows, one after the other.

use std::{fs, time::Duration};

use anyhow::Result;

use crate::{
    disk,
    load::pace::Lap,
    peers::{Ground, Peer},
    rows::{
        Laps, Rooms, Scale, Stand, Streamed,
        compression::{self, Deflated},
        curve::{self, Point},
        fan_out,
        growth::{self, Crowded},
        halls::{self, Hall},
        idle::{self, Idle},
        latency::{self, Latency},
        passwords::{self, Beside},
        posts, revocation,
        search::{self, Searched},
        sizes::{self, Kind},
    },
};

/// A row of the page, or a few that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Row {
    /// One sender, many listeners, at three paces.
    FanOut,
    /// The same with several thousands of listeners.
    Wide,
    /// Maru and the floor as the listeners of one room become more.
    Growth,
    /// A steady stream to many listeners, at several rates.
    Latency,
    /// A steady stream to ten thousand in one room, and in a thousand rooms.
    Halls,
    /// Many senders in one room.
    Posts,
    /// Many senders, a room each.
    PostsApart,
    /// A steady stream while passwords are compared.
    Passwords,
    /// Sessions that end.
    Revocation,
    /// A million messages: searching them, and posting beside them.
    Search,
    /// Connections that do nothing.
    Idle,
    /// As many of them as the machine allows.
    Curve,
    /// Frames, compressed.
    Compression,
    /// Downloads, the binary, the start.
    Sizes,
}

impl Row {
    /// All of them, in the order of the page.
    pub(crate) const ALL: [Self; 14] = [
        Self::FanOut,
        Self::Wide,
        Self::Growth,
        Self::Latency,
        Self::Halls,
        Self::Posts,
        Self::PostsApart,
        Self::Passwords,
        Self::Revocation,
        Self::Search,
        Self::Idle,
        Self::Curve,
        Self::Compression,
        Self::Sizes,
    ];
}

/// What was measured; nothing where the row was not asked for or failed.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// By pace, as in [`fan_out::PACES`].
    pub(crate) fan_out: Vec<(&'static str, Laps<Lap>)>,
    /// By listeners, the fewest first.
    pub(crate) growth: Vec<Crowded>,
    /// By messages a second, as in [`latency::RATES`].
    pub(crate) latency: Vec<(u32, Laps<Streamed>)>,
    pub(crate) disk: Option<Latency>,
    pub(crate) halls: Vec<Hall>,
    pub(crate) posts: Laps<Lap>,
    pub(crate) posts_apart: Laps<Lap>,
    pub(crate) passwords: Vec<Beside>,
    pub(crate) revocation: Option<Latency>,
    pub(crate) searched: Option<Searched>,
    pub(crate) idle: Vec<(Peer, Idle)>,
    /// Of members of Maru in ten rooms each.
    pub(crate) idle_in_rooms: Option<Idle>,
    pub(crate) curve: Vec<Point>,
    pub(crate) deflated: Vec<Deflated>,
    pub(crate) page: Vec<Kind>,
    pub(crate) binary: Option<u64>,
    pub(crate) first_start: Vec<Duration>,
    pub(crate) later_start: Vec<Duration>,
    /// What failed, and why.
    pub(crate) failures: Vec<(&'static str, String)>,
}

impl Results {
    /// Runs these rows. One that fails is written down, and the next one runs.
    pub(crate) fn gather(rows: &[Row], peers: &[Peer], ground: &Ground, scale: Scale) -> Self {
        let mut results = Self::default();
        let asked = |row| rows.contains(&row);
        if asked(Row::FanOut) || asked(Row::Latency) {
            results.attempt("one room", |results| results.one_room(rows, peers, ground, scale));
        }
        if asked(Row::Wide) {
            results.crowded(peers, ground, scale, scale.wide);
        }
        if asked(Row::Growth) {
            let two: Vec<Peer> =
                peers.iter().copied().filter(|peer| matches!(peer, Peer::Maru | Peer::Floor)).collect();
            scale.sizes().for_each(|listeners| results.crowded(&two, ground, scale, listeners));
        }
        if asked(Row::Halls) {
            results.attempt("large rooms and many", |results| {
                results.halls = halls::measure(peers, ground, scale)?;
                Ok(())
            });
        }
        if asked(Row::Posts) {
            results.attempt("many senders in one room", |results| {
                results.posts = posts::measure(peers, ground, scale, Rooms::One)?;
                Ok(())
            });
        }
        if asked(Row::PostsApart) {
            results.attempt("many senders, a room each", |results| {
                let served: Vec<Peer> = peers.iter().copied().filter(|peer| *peer != Peer::Floor).collect();
                results.posts_apart = posts::measure(&served, ground, scale, Rooms::Each)?;
                Ok(())
            });
        }
        if asked(Row::Passwords) && peers.contains(&Peer::Maru) {
            results.attempt("messages beside sign-ins", |results| {
                results.passwords = passwords::measure(ground, scale)?;
                Ok(())
            });
        }
        if asked(Row::Revocation) && peers.contains(&Peer::Maru) {
            results.attempt("sessions that end", |results| {
                results.revocation = Some(revocation::measure(ground, scale)?);
                Ok(())
            });
        }
        if asked(Row::Search) && peers.contains(&Peer::Maru) {
            results.attempt("a store with many messages", |results| {
                results.searched = Some(search::measure(ground, scale)?);
                Ok(())
            });
        }
        if asked(Row::Idle) {
            for peer in peers.iter().copied().filter(|peer| *peer != Peer::Floor) {
                results.attempt("idle connections", |results| {
                    results.idle.push((peer, idle::measure(peer, ground, scale)?));
                    Ok(())
                });
            }
        }
        if asked(Row::Idle) && peers.contains(&Peer::Maru) {
            results.attempt("idle connections in ten rooms", |results| {
                results.idle_in_rooms = Some(idle::measure_in_rooms(ground, scale)?);
                Ok(())
            });
        }
        if asked(Row::Curve) && peers.contains(&Peer::Maru) {
            results.attempt("as many idle connections as there can be", |results| {
                results.curve = curve::measure(ground, scale)?;
                Ok(())
            });
        }
        if asked(Row::Compression) {
            results.attempt("compression", |results| {
                results.deflated = compression::measure(scale)?;
                Ok(())
            });
        }
        if asked(Row::Sizes) {
            results.attempt("sizes", |results| results.sizes(peers, ground, scale));
        }
        results
    }

    /// The rows that share their servers, members and connections.
    fn one_room(&mut self, rows: &[Row], peers: &[Peer], ground: &Ground, scale: Scale) -> Result<()> {
        eprintln!("One room with {} listeners ...", scale.listeners);
        let set_up =
            |peer: &Peer| Stand::set_up(*peer, ground, scale.listeners, latency::SENDERS, Rooms::One);
        let mut stands = peers.iter().map(set_up).collect::<Result<Vec<_>>>()?;
        if rows.contains(&Row::FanOut) {
            for (name, pace) in fan_out::PACES {
                eprintln!("  {name} ...");
                self.fan_out.push((name, fan_out::measure(&mut stands, scale, pace)?));
            }
        }
        if rows.contains(&Row::Latency) {
            let mut syncs = disk::append_times(ground.scratch.path(), scale.syncs)?;
            for rate in latency::RATES {
                eprintln!("  latency, {rate} messages a second ...");
                let following =
                    stands.iter_mut().filter(|stand| latency::can_follow(stand.server.peer(), rate));
                self.latency.push((rate, latency::measure(following, scale, rate)?));
            }
            syncs.extend(disk::append_times(ground.scratch.path(), scale.syncs)?);
            self.disk = Some(Latency::of(&syncs)?);
        }
        Ok(())
    }

    /// One room with so many listeners, unless that was measured already or needs more files than may be open.
    fn crowded(&mut self, peers: &[Peer], ground: &Ground, scale: Scale, listeners: usize) {
        if self.growth.iter().any(|crowded| crowded.listeners == listeners) {
            return;
        }
        if ground.connections(listeners) < listeners {
            eprintln!("{listeners} listeners need more files than a process may have open: left out.");
            return;
        }
        self.attempt("one room with many listeners", |results| {
            let known = (listeners == scale.listeners).then(|| Crowded::among(listeners, &results.fan_out));
            let crowded = match known.flatten() {
                Some(crowded) => crowded,
                None => growth::measure(peers, ground, scale, listeners)?,
            };
            results.growth.push(crowded);
            results.growth.sort_by_key(|crowded| crowded.listeners);
            Ok(())
        });
    }

    fn sizes(&mut self, peers: &[Peer], ground: &Ground, scale: Scale) -> Result<()> {
        if let Some(dist) = &ground.dist {
            self.page = sizes::page(dist)?;
        }
        if !peers.contains(&Peer::Maru) {
            return Ok(());
        }
        self.binary = Some(fs::metadata(&ground.maru)?.len());
        for _ in 0..scale.starts {
            self.first_start.push(sizes::cold_start(ground, false)?);
            self.later_start.push(sizes::cold_start(ground, true)?);
        }
        Ok(())
    }

    fn attempt(&mut self, row: &'static str, measure: impl FnOnce(&mut Self) -> Result<()>) {
        if row != "one room" {
            eprintln!("{row} ...");
        }
        if let Err(error) = measure(self) {
            eprintln!("  failed: {error:#}");
            self.failures.push((row, format!("{error:#}")));
        }
    }
}
