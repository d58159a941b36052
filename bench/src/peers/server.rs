//! A running server.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::{Ground, Peer};
use crate::{cpu::CpuClock, load::Dialect};

/// How long a server may take to stop when asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A running server; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    peer: Peer,
    child: Child,
    address: SocketAddr,
    directory: PathBuf,
}

impl Server {
    /// Starts the peer on the servers' core, in a directory of its own, and waits until it says where it listens.
    pub(crate) fn start(peer: Peer, ground: &Ground) -> Result<Self> {
        Self::start_in(peer, ground, ground.fresh_directory()?)
    }

    /// The same, in this directory.
    pub(crate) fn start_in(peer: Peer, ground: &Ground, directory: PathBuf) -> Result<Self> {
        Self::start_with(peer, ground, directory, &[])
    }

    /// The same, with these flags besides the usual ones.
    pub(crate) fn start_with(
        peer: Peer,
        ground: &Ground,
        directory: PathBuf,
        flags: &[&str],
    ) -> Result<Self> {
        let log = directory.with_extension("log");
        let mut command = peer.command(ground, &directory)?;
        command.args(flags);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let mut child = ground.cores.on_server_core(|| command.spawn())?.context("starting")?;
        match listening_at(&mut child) {
            Ok(address) => Ok(Self { peer, child, address, directory }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                let said = fs::read_to_string(&log).unwrap_or_default();
                Err(error.context(format!("{peer} did not start: {said}")))
            }
        }
    }

    /// Which one it is.
    pub(crate) fn peer(&self) -> Peer {
        self.peer
    }

    /// How it is spoken to.
    pub(crate) fn dialect(&self) -> Dialect {
        self.peer.dialect()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The CPU time that it has had.
    pub(crate) fn cpu(&self) -> CpuClock {
        CpuClock::of(self.pid())
    }

    /// Has a peer with a garbage collector collect, so that its memory is compared at its best.
    pub(crate) fn collect_garbage(&self) -> Result<()> {
        if matches!(self.peer, Peer::Ws | Peer::SocketIo | Peer::Bun) {
            ureq::get(format!("http://{}/collect", self.address)).call()?;
        }
        Ok(())
    }

    /// Asks it to stop and waits for that; returns the directory that it kept things in.
    ///
    /// # Errors
    /// When it takes longer than ten seconds.
    pub(crate) fn stop(mut self) -> Result<PathBuf> {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).context("a process id")?;
        kill_process(pid, Signal::TERM)?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > GRACE {
                bail!("{} does not stop when told to", self.peer);
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(self.directory.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads `http://ADDRESS` from what the server prints, and passes over all that it prints later.
fn listening_at(child: &mut Child) -> Result<SocketAddr> {
    let mut lines = BufReader::new(child.stdout.take().context("no output")?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if let Some(address) = address_in(&line) {
            thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
            return Ok(address);
        }
        line.clear();
    }
    bail!("it ended before it said where it listens")
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && !".:".contains(c)).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_whatever_surrounds_it() {
        let address = "127.0.0.1:8080".parse().ok();
        assert_eq!(address_in("http://127.0.0.1:8080\n"), address);
        assert_eq!(address_in("Maru is at http://127.0.0.1:8080/ now"), address);
        assert_eq!(address_in("no address"), None);
        assert_eq!(address_in("http://localhost"), None);
    }
}
