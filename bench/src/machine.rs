//! The machine: what it is, and which of its cores does what.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

/// Which core the servers run on and which one the load; none when there is only one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores(Option<(usize, usize)>);

impl Cores {
    /// The first and the last of the cores that this process may use.
    pub(crate) fn choose() -> Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        Ok(Self(cores.next().zip(cores.next_back())))
    }

    /// Runs `start` on the servers' core, where what it starts stays, and goes on on the load's.
    pub(crate) fn on_server_core<T>(self, start: impl FnOnce() -> T) -> Result<T> {
        let Self(Some((server, load))) = self else { return Ok(start()) };
        pin(server)?;
        let started = start();
        pin(load)?;
        Ok(started)
    }

    /// Keeps the load on its core from here on.
    pub(crate) fn pin_load(self) -> Result<()> {
        self.0.map_or(Ok(()), |(_, load)| pin(load))
    }

    /// Who runs where, in words.
    pub(crate) fn describe(self) -> String {
        match self.0 {
            Some((server, load)) => format!("the server on core {server}, the load on core {load}"),
            None => "server and load share the only core: the numbers say little".to_owned(),
        }
    }
}

fn pin(core: usize) -> Result<()> {
    let mut only = CpuSet::new();
    only.set(core);
    sched_setaffinity(None, &only).with_context(|| format!("staying on core {core}"))
}

/// Lets this process, and what it starts, have as many files open as it may. Returns how many.
pub(crate) fn open_many_files() -> Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

/// Processor, cores, memory, kernel, in words.
pub(crate) fn describe() -> String {
    let line = |path: &str, label: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .find_map(|line| Some(line.strip_prefix(label)?.trim_matches([' ', '\t', ':']).to_owned()))
    };
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = fs::read_to_string("/proc/cpuinfo").unwrap_or_default().matches("processor\t").count();
    let kilobytes =
        line("/proc/meminfo", "MemTotal").and_then(|size| size.trim_end_matches(" kB").parse().ok());
    let gigabytes = kilobytes.map_or(f64::NAN, |size: f64| size / 1024.0 / 1024.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{processor}, {cores} cores, {gigabytes:.0} GiB, Linux {}", kernel.trim())
}

/// How many processes wanted a core, on average over the last minute.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The first line that a program prints, if there is such a program.
pub(crate) fn first_line(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().map(str::to_owned)).flatten()
}
