//! The server of Maru: relays and keeps what a small group writes.
//!
//! [`run`] is all of it: a test binds port 0 and calls it. `ARCHITECTURE.md` is the map.

#![warn(clippy::unwrap_used)]

mod app;
pub mod config;
mod engine;
pub mod entry;
mod http;
mod hub;
mod journal;
mod limiter;
pub mod origin;
mod outbox;
mod page;
mod routes;
pub mod secret;
mod serve;
mod socket;
mod stamps;
pub mod store;

pub use config::{Config, Limits};
pub use stamps::{Source, Stamps};

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use maru_shared::Epoch;
use tokio::{net::TcpListener, time::MissedTickBehavior};
use tracing::{info, warn};

use crate::{app::App, engine::Engine, hub::Hub, limiter::Places, origin::Origins, serve::Server};

/// How long the writer is waited for when the server stops.
const WRITING: Duration = Duration::from_secs(2);

/// How long sockets are waited for after that.
const PARTING: Duration = Duration::from_millis(2_500);

/// How often members hear who came and who left.
const PRESENCE_EVERY: Duration = Duration::from_secs(1);

/// How often what is known of the quiet is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Runs Maru on this listener until `shutdown`: then it takes nothing new, writes out what waits, closes the sockets
/// with a code that says to come back, and ends within five seconds.
///
/// # Errors
/// When the data directory cannot be used; the error says what to do.
pub async fn run(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    run_with(listener, config, Stamps::system(), shutdown).await
}

/// As [`run`], with a clock and dice of the caller's.
///
/// # Errors
/// As [`run`].
pub async fn run_with(
    listener: TcpListener,
    config: Config,
    stamps: Stamps,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (store, reader) = store::open(&config.data, stamps.random_id(Epoch::from_random_bytes))?;
    let hub = Hub::new(reader.heads().await?);
    let (engine, mut writer) =
        Engine::start(store, Arc::clone(&hub), config.limits.journal_entries, config.limits.outbox_bytes / 4)
            .context("cannot start the thread that writes")?;
    let loopback =
        listener.local_addr().context("cannot tell the address")?.ip().to_canonical().is_loopback();
    let origins = Origins::new(config.origins.clone(), loopback);
    let app = Arc::new(App::new(engine, Arc::clone(&hub), reader, stamps, origins, &config));
    let chores = tokio::spawn(do_chores(Arc::clone(&app)));
    // For each socket another connection may be open for requests, and a few more.
    let places = Places::new(config.limits.sockets_per_address.saturating_mul(2).saturating_add(64));
    let server = Server::new(routes::routes(Arc::clone(&app), &config), config.limits.handshake, places);

    let failed = tokio::select! {
        () = server.accept(listener, shutdown) => false,
        () = writer.failed() => true,
    };

    info!("stopping: writing out what waits");
    if tokio::time::timeout(WRITING, writer.stop()).await.is_err() {
        warn!("the disk is slow: what is not written yet is not lost, its senders keep it");
    }
    hub.stop();
    app.stopping.cancel();
    app.sockets.close();
    let (_, sockets) = tokio::join!(server.finish(), tokio::time::timeout(PARTING, app.sockets.wait()));
    if sockets.is_err() {
        warn!(open = app.sockets.len(), "some sockets did not close in time");
    }
    chores.abort();
    info!("stopped");
    anyhow::ensure!(
        !failed,
        "the thread that writes was lost: what was acknowledged is kept; start again, and see the log"
    );
    Ok(())
}

async fn do_chores(app: Arc<App>) {
    let mut presence = tokio::time::interval(PRESENCE_EVERY);
    let mut forget = tokio::time::interval(FORGET_EVERY);
    presence.set_missed_tick_behavior(MissedTickBehavior::Delay);
    forget.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = presence.tick() => app.hub.tell_presence(),
            _ = forget.tick() => app.forget_idle(),
        }
    }
}
