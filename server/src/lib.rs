//! The server of Maru: relays and keeps what a small group writes.
//!
//! [`run`] is all of it: a test binds port 0 and calls it. `ARCHITECTURE.md` is the map.

#![warn(clippy::unwrap_used)]

mod app;
mod aside;
mod bell;
pub mod caller;
pub mod config;
mod engine;
pub mod entry;
pub mod files;
pub mod frame;
mod house;
mod http;
mod hub;
mod journal;
mod limiter;
pub mod operator;
pub mod origin;
mod outbox;
mod page;
mod passkeys;
mod password;
mod queue;
mod routes;
pub mod secret;
mod serve;
mod socket;
mod stamps;
pub mod store;
pub mod tls;

pub use config::{Config, Limits};
pub use stamps::{Source, Stamps};

use std::{net::SocketAddr, num::NonZeroUsize, sync::Arc, thread, time::Duration};

use anyhow::Context;
use futures_util::future::OptionFuture;
use maru_shared::{
    Epoch, Timestamp,
    api::{Policy, Settings},
};
use tokio::{net::TcpListener, task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    caller::Proxies,
    engine::{Engine, Writer},
    entry::{Answer, By, Change, Collected, Entry, Purpose},
    files::{Files, Known},
    house::House,
    hub::Hub,
    limiter::Places,
    origin::Origin,
    secret::Token,
    serve::{Lines, Server},
    socket::Loops,
    store::Reader,
    tls::Tls,
};

/// How long the writer is waited for when the server stops.
const WRITING: Duration = Duration::from_secs(2);

/// How long sockets are waited for after that.
const PARTING: Duration = Duration::from_millis(2_500);

/// How often members hear who came and who left.
const PRESENCE_EVERY: Duration = Duration::from_secs(1);

/// How often it is looked whether a room was deleted, whose events are to be taken off the disk.
const PURGE_EVERY: Duration = Duration::from_secs(60);

/// How often it is looked whether files are to be taken off the disk.
const COLLECT_EVERY: Duration = Duration::from_secs(60);

/// How often it is looked whether there are files on the disk of which the store knows nothing; first at the start.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 3_600);

/// How often what is known of the quiet is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Until when the link to become the owner is good, in hours.
const OWNER_LINK_HOURS: i64 = 7 * 24;

/// A Maru that is open and not served yet.
pub struct Maru {
    listener: TcpListener,
    app: Arc<App>,
    loops: Arc<Loops>,
    writer: Writer,
    config: Config,
    base: Arc<str>,
    tls: Option<Tls>,
    owner_link: Option<String>,
    operator: Option<operator::Socket>,
}

/// Runs Maru on this listener until `shutdown`: then it takes nothing new, writes out what waits, closes the sockets
/// with a code that says to come back, and ends within five seconds.
///
/// # Errors
/// When the data directory or the certificate cannot be used; the error says what to do.
pub async fn run(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    Maru::open(listener, config, Stamps::system()).await?.serve(shutdown).await
}

impl Maru {
    /// Opens what is kept, to be served on this listener.
    ///
    /// # Errors
    /// When the data directory or the certificate cannot be used; the error says what to do.
    pub async fn open(listener: TcpListener, config: Config, stamps: Stamps) -> anyhow::Result<Self> {
        let tls = config.tls.clone().map(Tls::open).transpose()?;
        let (store, reader) = store::open(&config.data, stamps.random_id(Epoch::from_random_bytes))?;
        let address = listener.local_addr().context("cannot tell the address")?;
        let loopback = address.ip().to_canonical().is_loopback();
        let loops = Loops::new(cores()).context("cannot make the delivery loops")?;
        let hub = Hub::new(reader.heads().await?, loops.bells());
        let house = Arc::new(House::new(settings(&reader, loopback, &config).await?));
        let (engine, writer) = Engine::start(
            store,
            Arc::clone(&hub),
            Arc::clone(&house),
            config.limits.journal_entries,
            config.limits.outbox_bytes / 4,
        )
        .context("cannot start the thread that writes")?;
        let files =
            Files::open(&config.data).context("cannot make the folder of files in the data directory")?;
        let app = Arc::new(App::new(engine, hub, reader, files, stamps, house, loopback, &config));
        let named = config.origins.iter().find(|origin| !origin.is_null());
        let base: Arc<str> = named.map_or_else(|| url(scheme(&tls), address), ToString::to_string).into();
        let owner_link = owner_link(&app).await?.map(|secret| format!("{base}/join#{}", secret.spell()));
        let operator = operator::Socket::open(&config.data)
            .inspect_err(|cause| warn!(%cause, "`maru invite` and the like will not reach this server"));
        Ok(Self {
            listener,
            app,
            loops: Arc::new(loops),
            writer,
            config,
            base,
            tls,
            owner_link,
            operator: operator.ok(),
        })
    }

    /// Who is let in.
    pub fn access(&self) -> Policy {
        self.app.house.settings().policy
    }

    /// By which scheme it is reached: `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        scheme(&self.tls)
    }

    /// The link by which somebody becomes the owner, while there is none. It is good once, for a week, until the next
    /// start.
    pub fn owner_link(&self) -> Option<&str> {
        self.owner_link.as_deref()
    }

    /// Serves until `shutdown`, as [`run`] does.
    ///
    /// # Errors
    /// When the thread that writes, or one that delivers, is lost.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let Self { listener, app, loops, mut writer, config, base, tls, operator, .. } = self;
        loops.run(&app).context("cannot start the delivery loops")?;
        let mut chores = JoinSet::new();
        chores.spawn(do_chores(Arc::clone(&app)));
        chores.spawn(purge(Arc::clone(&app)));
        chores.spawn(collect(Arc::clone(&app)));
        chores.spawn(sweep(Arc::clone(&app)));
        if let Some(tls) = tls.clone() {
            chores.spawn(tls.keep_fresh());
        }
        let limits = &config.limits;
        let parting = CancellationToken::new();
        let operator = operator.map(|socket| {
            let lines = Lines::new(limits.handshake);
            tokio::spawn(socket.answer(Arc::clone(&app), base, lines, parting.clone().cancelled_owned()))
        });
        // For each socket another connection may be open for requests, and a few more.
        let places = Places::new(limits.sockets_per_address.saturating_mul(2).saturating_add(64));
        let routes = routes::routes(Arc::clone(&app), Arc::clone(&loops), &config);
        let proxies = Proxies::new(&config.trusted_proxies);
        let server = Server::new(routes, Lines::new(limits.handshake), places, proxies, tls);

        let lost = tokio::select! {
            () = server.accept(listener, shutdown) => None,
            () = writer.failed() => Some("the thread that writes"),
            () = loops.failed() => Some("a thread that delivers"),
        };

        parting.cancel();
        info!("stopping: writing out what waits");
        if tokio::time::timeout(WRITING, writer.stop()).await.is_err() {
            warn!("the disk is slow: what is not written yet is not lost, its senders keep it");
        }
        app.hub.stop();
        loops.stop();
        app.stopping.cancel();
        app.sockets.close();
        app.files.tasks.close();
        let sockets = tokio::time::timeout(PARTING, app.sockets.wait());
        // What is not done in time begins again where the disk has it.
        let files = tokio::time::timeout(PARTING, app.files.tasks.wait());
        let (_, _, sockets, _) = tokio::join!(server.finish(), OptionFuture::from(operator), sockets, files);
        if sockets.is_err() {
            warn!(open = app.sockets.len(), "some sockets did not close in time");
        }
        loops.end().await;
        // Not only told to end: what still asks the store while the runtime goes would find no thread for it.
        chores.shutdown().await;
        info!("stopped");
        match lost {
            None => Ok(()),
            Some(thread) => {
                anyhow::bail!(
                    "{thread} was lost: what was acknowledged is kept; start again, and see the log"
                )
            }
        }
    }
}

/// Where this machine finds itself.
fn url(scheme: &str, address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// How this Maru is run at first: as the configuration says, else as was said while it ran, else as befits its address.
async fn settings(reader: &Reader, loopback: bool, config: &Config) -> anyhow::Result<Settings> {
    let (said, members_invite) = reader.settings().await?;
    // An origin that is named is one under which others come in, by a proxy before a loopback address.
    let is_proxied = !config.trusted_proxies.is_empty() || !config.origins.iter().all(Origin::is_null);
    let is_private = loopback && !is_proxied;
    let fitting = if is_private { Policy::Open } else { Policy::Invite };
    Ok(Settings { policy: config.access.or(said).unwrap_or(fitting), members_invite })
}

/// How many cores this process may use.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn scheme(tls: &Option<Tls>) -> &'static str {
    if tls.is_some() { "https" } else { "http" }
}

/// Makes the link to become the owner, where there is none. A disk that cannot be written keeps nobody from reading.
async fn owner_link(app: &App) -> anyhow::Result<Option<Token>> {
    if app.reader.has_owner().await? {
        return Ok(None);
    }
    let (at, token) = (app.stamps.now(), app.stamps.token());
    let expires_at = Timestamp(at.0.saturating_add(OWNER_LINK_HOURS * 3_600_000));
    let change = Change::MakeLink { secret: token.hash(), purpose: Purpose::Own, expires_at, uses: 1 };
    match app.engine.ask(Entry { at, by: By::Operator, change }).await {
        Ok(_) => Ok(Some(token)),
        Err(why) => {
            warn!(%why, "there is no owner, and no link to become one can be made now: start again later");
            Ok(None)
        }
    }
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

/// Takes what deleted rooms hold off the disk, a little at a time: others write in between.
async fn purge(app: Arc<App>) {
    let mut turn = tokio::time::interval(PURGE_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        while let Ok(Answer::Purged(1..)) = app.ask(By::Operator, Change::Purge).await {}
    }
}

/// Takes files off the disk that nobody refers to any more.
async fn collect(app: Arc<App>) {
    let mut turn = tokio::time::interval(COLLECT_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let order = || async {
            match app.ask(By::Operator, Change::CollectFiles).await? {
                Answer::Collected(collected) => Ok(collected),
                _ => Ok(Collected::default()),
            }
        };
        while let Ok(1..) = app.files.collect(order()).await {}
    }
}

/// Takes files off the disk that the store knows nothing of.
async fn sweep(app: Arc<App>) {
    let mut turn = tokio::time::interval(SWEEP_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let known = |uploads, contents| {
            let reader = app.reader.clone();
            async move {
                Ok::<_, anyhow::Error>(Known {
                    uploads: reader.known_uploads(uploads).await?,
                    contents: reader.known_contents(contents).await?,
                })
            }
        };
        if let Err(cause) = app.files.sweep(known).await {
            warn!(%cause, "cannot look through the folder of files now");
        }
    }
}
