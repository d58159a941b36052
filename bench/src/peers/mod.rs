//! The servers that are measured.

pub(crate) mod crowd;
pub(crate) mod floor;
pub(crate) mod maru;
pub(crate) mod node;
mod server;

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
pub(crate) use crowd::{Crowd, Spread};
pub(crate) use server::Server;
use tempfile::TempDir;

use crate::{
    load::Dialect,
    machine::{self, Cores},
};

/// Files that a process may need beside its connections: its store, what it polls, its own requests.
const OTHER_FILES: u64 = 200;

/// A server that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Peer {
    /// Ours.
    Maru,
    /// `ws` on Node.js.
    Ws,
    /// Socket.IO on Node.js.
    SocketIo,
    /// Bun's own WebSocket server.
    Bun,
    /// One `send()` a listener and nothing else.
    Floor,
}

impl Peer {
    /// All of them, in the order in which they take turns.
    pub(crate) const ALL: [Self; 5] = [Self::Maru, Self::Ws, Self::SocketIo, Self::Bun, Self::Floor];

    /// How it is spoken to.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Maru => Dialect::Maru,
            Self::SocketIo => Dialect::SocketIo,
            Self::Ws | Self::Bun | Self::Floor => Dialect::Bare,
        }
    }

    /// The command that starts it, with what it keeps in `directory`.
    fn command(self, ground: &Ground, directory: &Path) -> Result<Command> {
        Ok(match self {
            Self::Maru => maru::command(&ground.maru, ground.dist.as_deref(), directory),
            Self::Ws => node::command(&ground.peers, "ws.js"),
            Self::SocketIo => node::command(&ground.peers, "socketio.js"),
            Self::Bun => node::bun_command(&ground.peers),
            Self::Floor => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("floor");
                command
            }
        })
    }

    /// Its version.
    ///
    /// # Errors
    /// When it is not there.
    pub(crate) fn version(self, ground: &Ground) -> Result<String> {
        match self {
            Self::Maru => {
                ensure!(ground.maru.is_file(), "no server at {}: build it first", ground.maru.display());
                let version = machine::first_line(&ground.maru, &["--version"]);
                Ok(version.unwrap_or_else(|| "without a version".to_owned()))
            }
            Self::Ws => node::version(&ground.peers, "ws"),
            Self::SocketIo => node::version(&ground.peers, "socket.io"),
            Self::Bun => node::bun_version(&ground.peers),
            Self::Floor => {
                Ok("one thread, epoll, one `send()` a listener for all that came together".to_owned())
            }
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Maru => "Maru",
            Self::Ws => "Node ws",
            Self::SocketIo => "Socket.IO",
            Self::Bun => "Bun publish",
            Self::Floor => "send() floor",
        })
    }
}

/// Where everything is, and where it runs.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The server's binary.
    pub(crate) maru: PathBuf,
    /// The built page, if it is not where the server looks by itself.
    pub(crate) dist: Option<PathBuf>,
    /// The folder of the JavaScript peers.
    pub(crate) peers: PathBuf,
    /// On a real disk; gone when the run is over.
    pub(crate) scratch: TempDir,
    /// Who runs where.
    pub(crate) cores: Cores,
    /// How many files a process may have open: the load, and each server.
    pub(crate) files: u64,
    /// How busy the machine was before anything was started here.
    pub(crate) load_average: String,
}

impl Ground {
    /// A directory that nothing else uses.
    pub(crate) fn fresh_directory(&self) -> Result<PathBuf> {
        Ok(tempfile::tempdir_in(self.scratch.path()).context("a fresh directory")?.keep())
    }

    /// As many connections as are wanted, or as many as a process may have open beside what else it has.
    pub(crate) fn connections(&self, wanted: usize) -> usize {
        usize::try_from(self.files.saturating_sub(OTHER_FILES)).map_or(wanted, |most| wanted.min(most))
    }

    /// Which of these peers can run, and which cannot.
    pub(crate) fn call(&self, peers: &[Peer]) -> Roll {
        let mut roll = Roll::default();
        for peer in peers {
            match peer.version(self) {
                Ok(version) => roll.here.push((*peer, version)),
                Err(why) => roll.missing.push((*peer, format!("{why:#}"))),
            }
        }
        roll
    }
}

/// Who takes part.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    /// Each with its version.
    pub(crate) here: Vec<(Peer, String)>,
    /// Each with why not.
    pub(crate) missing: Vec<(Peer, String)>,
}

/// Runs a command to its end.
fn finish(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {:?}", command.get_program()))?;
    if !status.success() {
        bail!("{:?} ended with {status}", command.get_program());
    }
    Ok(())
}
