//! The benchmarks, as a library for the binary of the same name; see there.
#![cfg(target_os = "linux")]

mod cpu;
mod disk;
mod load;
mod machine;
mod memory;
mod peers;
mod report;
mod rows;
mod run;
mod statistics;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};

use crate::{
    machine::Cores,
    peers::{Ground, Peer, floor, node},
    report::Circumstances,
    rows::Scale,
    run::{Results, Row},
};

/// Measures Maru beside its peers and writes docs/benchmarks.md.
#[derive(Debug, Parser)]
#[command(about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// Only look whether every row works and loses nothing: seconds, and nothing is written.
    #[arg(long)]
    smoke: bool,
    /// The server's release binary.
    #[arg(long, env = "MARU_BIN", value_name = "FILE")]
    maru: Option<PathBuf>,
    /// The built page; without it, the server looks for one by itself.
    #[arg(long, value_name = "FOLDER")]
    dist: Option<PathBuf>,
    /// Only these servers. Nothing is written then, as with every other choice below.
    #[arg(long, value_name = "SERVER", value_delimiter = ',')]
    peers: Vec<Peer>,
    /// Only these rows.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    rows: Vec<Row>,
    /// How often the servers take turns in each row.
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Listeners of the fan-out and latency rows.
    #[arg(long, value_name = "N")]
    listeners: Option<usize>,
    /// Listeners of the wide row.
    #[arg(long, value_name = "N")]
    wide: Option<usize>,
    /// Listeners at which the row of growth ends.
    #[arg(long, value_name = "N")]
    largest: Option<usize>,
    /// Listeners of the row of large rooms and many.
    #[arg(long, value_name = "N")]
    hall: Option<usize>,
    /// Connections of the idle row.
    #[arg(long, value_name = "N")]
    idle: Option<usize>,
    /// The most connections of the row of as many as there can be.
    #[arg(long, value_name = "N")]
    most: Option<usize>,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Be the floor: hand every text to every socket, and nothing else.
    #[command(hide = true)]
    Floor,
}

impl Arguments {
    fn scale(&self) -> Scale {
        let scale = if self.smoke { Scale::SMOKE } else { Scale::FULL };
        Scale {
            rounds: self.rounds.unwrap_or(scale.rounds),
            wide_rounds: self.rounds.unwrap_or(scale.wide_rounds),
            listeners: self.listeners.unwrap_or(scale.listeners),
            wide: self.wide.unwrap_or(scale.wide),
            largest: self.largest.unwrap_or(scale.largest),
            hall: self.hall.unwrap_or(scale.hall),
            idle: self.idle.unwrap_or(scale.idle),
            most: self.most.unwrap_or(scale.most),
            ..scale
        }
    }

    /// Whether all is measured that the page tells.
    fn is_whole(&self) -> bool {
        let Self { smoke, peers, rows, rounds, listeners, wide, largest, hall, idle, most, .. } = self;
        let numbers = [rounds, listeners, wide, largest, hall, idle, most];
        !smoke && peers.is_empty() && rows.is_empty() && numbers.iter().all(|number| number.is_none())
    }
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.mode {
        Some(Mode::Floor) => floor::serve(),
        None => bench(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &Arguments) -> Result<()> {
    let start = Instant::now();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?;
    let ground = prepare(arguments, root)?;
    if !arguments.smoke
        && let Err(error) = node::install(&ground.peers)
    {
        eprintln!("The peers could not be installed: {error:#}");
    }
    let wanted = if arguments.peers.is_empty() { &Peer::ALL[..] } else { &arguments.peers };
    let roll = ground.call(wanted);
    for (peer, why) in &roll.missing {
        eprintln!("{peer} is left out: {why}");
    }
    let scale = arguments.scale();
    let peers: Vec<Peer> = roll.here.iter().map(|(peer, _)| *peer).collect();
    let rows = if arguments.rows.is_empty() { &Row::ALL[..] } else { &arguments.rows };
    let results = Results::gather(rows, &peers, &ground, scale);

    let page = report::write(&results, &Circumstances::of(&ground, root, scale, roll, start.elapsed()));
    println!("{page}");
    if arguments.is_whole() {
        let path = root.join("docs/benchmarks.md");
        fs::write(&path, &page).with_context(|| format!("writing {}", path.display()))?;
        eprintln!("Written to {}.", path.display());
    }
    ensure!(
        peers.contains(&Peer::Maru) || !wanted.contains(&Peer::Maru),
        "without Maru there is nothing to compare"
    );
    ensure!(results.failures.is_empty(), "some rows failed");
    Ok(())
}

fn prepare(arguments: &Arguments, root: &Path) -> Result<Ground> {
    let files = machine::open_many_files()?;
    let cores = Cores::choose()?;
    cores.pin_load()?;
    let target = root.join("target");
    fs::create_dir_all(&target)?;
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&target)?;
    let built = root.join("dist");
    Ok(Ground {
        maru: arguments.maru.clone().unwrap_or_else(|| target.join("release/maru")),
        dist: arguments.dist.clone().or_else(|| built.is_dir().then_some(built)),
        peers: root.join("bench/peers"),
        scratch,
        cores,
        files,
        load_average: machine::load_average(),
    })
}
