//! `cargo xtask dev`: the server and the page for development, each built anew when it changes.

mod child;
mod front;
mod watch;

use std::{
    fs,
    net::SocketAddr,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{place, program::Program, tools};
use child::Child;
use front::Behind;

/// What wakes the loop.
pub(crate) enum Wake {
    /// A source of the server was written.
    Changed,
    /// Ctrl-C, or whoever started this wants it to end.
    Stop,
}

/// Runs both until Ctrl-C, the page at `listen`.
pub(crate) fn dev(listen: SocketAddr) -> Result<()> {
    tools::for_building()?;
    let behind = Behind { server: front::free_address()?, page: front::free_address()? };
    front::open(listen, behind)?;
    let (wake, woken) = mpsc::channel();
    let stop = wake.clone();
    ctrlc::set_handler(move || drop(stop.send(Wake::Stop)))?;
    let _watcher = watch::sources_of_the_server(wake)?;

    let page = page(behind.page)?;
    println!(
        "The page and the server will be at http://{listen} as soon as they are built; Ctrl-C ends them"
    );
    // The first build is a change, too.
    let mut watch = Watch { woken, changed: true, stop: false };
    let mut server = None;
    while !watch.stop {
        if watch.changed && watch.build()? {
            server.take().map_or(Ok(()), Child::end)?;
            server = Some(self::server(behind.server)?);
        }
        if page.ended()?.is_some() {
            bail!("trunk ended by itself: see above");
        }
        watch.look();
    }
    println!("ending");
    page.end()?;
    server.map_or(Ok(()), Child::end)
}

/// What has happened that was not acted upon yet.
struct Watch {
    woken: Receiver<Wake>,
    changed: bool,
    stop: bool,
}

impl Watch {
    /// Waits a while for something to happen; after a change, until no more follow.
    fn look(&mut self) {
        /// How often the children are looked after.
        const LOOK: Duration = Duration::from_millis(200);
        loop {
            match self.woken.recv_timeout(LOOK) {
                // Editors write in several steps, and tools many files.
                Ok(Wake::Changed) => self.changed = true,
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => self.stop = true,
                Err(RecvTimeoutError::Timeout) => return,
            }
            if self.stop {
                return;
            }
        }
    }

    /// Builds the server. When it does not build, the one before goes on.
    fn build(&mut self) -> Result<bool> {
        self.changed = false;
        let build = Child::of(Program::cargo("build --package maru-server").start()?);
        loop {
            if let Some(went_well) = build.ended()? {
                if !went_well {
                    println!("the server does not build: waiting for a change");
                }
                return Ok(went_well);
            }
            self.look();
            if self.stop {
                build.end()?;
                return Ok(false);
            }
        }
    }
}

fn server(listen: SocketAddr) -> Result<Child> {
    let target = place::target()?;
    let server = Program::new(target.join("debug/maru"))
        .args(["--listen", &listen.to_string()])
        .args(["--data".as_ref(), target.join("dev-data").as_os_str()]);
    // It would tell the address that it has behind the front.
    Ok(Child::of(server.silent().start()?))
}

fn page(listen: SocketAddr) -> Result<Child> {
    // A target folder of its own: otherwise page and server would wait for each other's builds.
    let folder = place::target()?.join("dev-page");
    let dist = folder.join("dist");
    fs::create_dir_all(&dist)?;
    let trunk = Program::new("trunk")
        .words("serve --skip-version-check --dist")
        .args([dist])
        .words(&format!("--address {} --port {}", listen.ip(), listen.port()))
        .env("CARGO_TARGET_DIR", folder);
    Ok(Child::of(trunk.start()?))
}
