//! `cargo xtask dev`: the server and the page for development, each built anew when it changes.

mod child;
mod watch;

use std::{
    fs,
    net::SocketAddr,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{place, program::Program, tools};
use child::Child;

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
    let (wake, woken) = mpsc::channel();
    let stop = wake.clone();
    ctrlc::set_handler(move || drop(stop.send(Wake::Stop)))?;
    let _watcher = watch::sources_of_the_server(wake)?;

    let backend = backend()?;
    let mut server = built().then(|| server(backend, listen)).transpose()?;
    let page = page(listen)?;
    println!("Maru is at http://{listen} as soon as the page is built; Ctrl-C ends it");
    println!("The server itself, with the plain dialect on `/`, is at {backend}");
    while let Some(changed) = next(&woken) {
        if changed && built() {
            if let Some(server) = server.take() {
                server.end()?;
            }
            server = Some(self::server(backend, listen)?);
        }
        if page.has_ended()? {
            bail!("trunk ended by itself: see above");
        }
    }
    println!("ending");
    page.end()?;
    server.map_or(Ok(()), Child::end)
}

/// Waits for something to do: whether a source changed, or nothing when it is time to end.
fn next(woken: &Receiver<Wake>) -> Option<bool> {
    /// How often the children are looked after.
    const LOOK: Duration = Duration::from_millis(500);
    /// Editors write in several steps, and tools many files: they are waited for.
    const SETTLED: Duration = Duration::from_millis(100);
    let mut changed = false;
    loop {
        match woken.recv_timeout(if changed { SETTLED } else { LOOK }) {
            Ok(Wake::Changed) => changed = true,
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => return Some(changed),
        }
    }
}

/// Builds the server; when it does not build, the one before goes on.
fn built() -> bool {
    match Program::cargo("build --package maru-server").run() {
        Ok(()) => true,
        Err(error) => {
            println!("{error:#}: waiting for a change");
            false
        }
    }
}

fn server(backend: SocketAddr, listen: SocketAddr) -> Result<Child> {
    let target = place::target()?;
    let origins = [format!("http://{listen}"), format!("http://localhost:{}", listen.port())];
    let server = Program::new(target.join("debug/maru"))
        .args(["--listen", &backend.to_string()])
        .args(["--origin", &origins.join(",")])
        .args(["--data".as_ref(), target.join("dev-data").as_os_str()]);
    Ok(Child::of(server.start()?))
}

fn page(listen: SocketAddr) -> Result<Child> {
    let trunk = Program::new("trunk")
        .words("serve --skip-version-check --dist")
        .args([place::target()?.join("dev-page")])
        .words(&format!("--address {} --port {}", listen.ip(), listen.port()));
    fs::create_dir_all(place::target()?.join("dev-page"))?;
    Ok(Child::of(trunk.start()?))
}

/// Where `Trunk.toml` passes the sockets and the API on to.
fn backend() -> Result<SocketAddr> {
    let settings: toml::Table = fs::read_to_string(place::root().join("Trunk.toml"))?.parse()?;
    let backend = settings.get("proxy").and_then(|proxies| proxies.get(0)?.get("backend")?.as_str());
    let backend = backend.context("Trunk.toml has no [[proxy]] with a backend")?;
    let (_, rest) = backend.split_once("://").with_context(|| format!("{backend} is no URL"))?;
    let address = rest.split('/').next().unwrap_or(rest);
    address
        .parse()
        .with_context(|| format!("the backend {address} in Trunk.toml must be an IP address and a port"))
}
