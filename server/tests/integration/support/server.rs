//! The server as a library, on a thread and a port of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    thread,
};

use maru_server::{Config, Maru, Stamps};
use maru_shared::api::Policy;
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime, sync::oneshot};

use super::{Guest, Site, until};

/// A server in this process, with a data directory that goes when it goes. Dropped, it stops by itself.
pub(crate) struct TestServer {
    pub(crate) site: Site,
    /// The link to become the owner, while there is none.
    pub(crate) owner_link: Option<String>,
    folder: TempDir,
    tweak: Tweak,
    running: Running,
}

type Tweak = Box<dyn Fn(&mut Config) + Send + Sync>;

struct Running {
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<anyhow::Result<()>>,
}

impl TestServer {
    /// A server that takes whatever one machine can send.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, but for what this changes.
    pub(crate) async fn with(tweak: impl Fn(&mut Config) + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tweak: Tweak = Box::new(tweak);
        let (site, owner_link, running) = run(folder.path(), &tweak).await;
        Self { site, owner_link, folder, tweak, running }
    }

    /// Where it keeps everything.
    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn guest(&self, name: &str) -> Guest {
        self.site.guest(name).await
    }

    /// Whoever opens the link to become the owner.
    pub(crate) async fn owner(&self, name: &str) -> Guest {
        let link = self.owner_link.as_deref().expect("a Maru without an owner");
        self.site.comes_by(super::guest::secret_of(link), name).await
    }

    /// Asks it to stop, as SIGTERM would.
    pub(crate) fn stop(self) -> Stopping {
        let Self { folder, tweak, running, .. } = self;
        running.stop.send(()).expect("a server that still runs");
        Stopping { folder, tweak, stopped: running.stopped }
    }

    /// Stops it, and starts it again on what it kept. It listens at another port then.
    pub(crate) async fn restart(self) -> Self {
        self.stop().start().await
    }
}

/// A server that was asked to stop.
pub(crate) struct Stopping {
    folder: TempDir,
    tweak: Tweak,
    stopped: oneshot::Receiver<anyhow::Result<()>>,
}

impl Stopping {
    /// Waits until it has stopped.
    pub(crate) async fn stopped(self) {
        drop(self.wait().await);
    }

    /// Waits until it has stopped, and starts it again on what it kept.
    pub(crate) async fn start(self) -> TestServer {
        let (folder, tweak) = self.wait().await;
        let (site, owner_link, running) = run(folder.path(), &tweak).await;
        TestServer { site, owner_link, folder, tweak, running }
    }

    async fn wait(self) -> (TempDir, Tweak) {
        let Self { folder, tweak, stopped } = self;
        until("the server's end", stopped).await.expect("no panic").expect("a graceful stop");
        (folder, tweak)
    }
}

async fn run(folder: &Path, tweak: &Tweak) -> (Site, Option<String>, Running) {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let site = Site(listener.local_addr().expect("a bound socket"));
    let listener = listener.into_std().expect("a socket of the system");
    let mut config = Config::new(folder.join("data"));
    unlimited(&mut config);
    tweak(&mut config);
    let (stop, asked) = oneshot::channel::<()>();
    let (ended, stopped) = oneshot::channel();
    let (opened, open) = oneshot::channel();
    thread::Builder::new()
        .name("test-server".to_owned())
        .spawn(move || {
            let runtime = runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            let result = runtime.block_on(async {
                let listener = TcpListener::from_std(listener)?;
                let maru = Maru::open(listener, config, Stamps::system()).await?;
                let _ = opened.send(maru.owner_link().map(str::to_owned));
                // Dropping the other end stops it as well.
                maru.serve(async { drop(asked.await) }).await
            });
            drop(runtime);
            let _ = ended.send(result);
        })
        .expect("a thread");
    let owner_link = until("the server to open its data", open).await.expect("a data directory to use");
    (site, owner_link, Running { stop, stopped })
}

/// Limits that no test meets by the way: each is tested where it is set low.
fn unlimited(config: &mut Config) {
    config.access = Some(Policy::Open);
    config.limits.posts_per_second = 1_000_000;
    config.limits.posts_burst = 1_000_000;
    config.limits.rooms_per_minute = 1_000_000;
    config.limits.sign_ins_per_minute = 1_000_000;
    config.limits.passwords_per_minute = 1_000_000;
    config.limits.sockets_per_address = 10_000;
}
