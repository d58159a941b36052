//! Accepts connections and serves HTTP/1.1 on them, over TLS where there is a certificate.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Router,
    http::{Request, StatusCode, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::{
    caller::Proxies,
    limiter::{Place, Places},
    tls::{Spoken, Tls},
};

/// How long requests under way are waited for when the server stops.
const PARTING: Duration = Duration::from_secs(2);

/// How long to wait before the next accept when the machine has no more to give (file descriptors, memory).
const BREATH: Duration = Duration::from_millis(100);

/// Accepts connections.
pub struct Server {
    routes: Router,
    /// What is said to those who speak plain HTTP where TLS is spoken.
    wrong_scheme: Router,
    lines: Lines,
    places: Places,
    proxies: Proxies,
    tls: Option<Tls>,
}

/// The connections on which HTTP is spoken.
#[derive(Clone)]
pub struct Lines {
    http: http1::Builder,
    within: Duration,
    stopping: CancellationToken,
    open: TaskTracker,
}

impl Server {
    /// A server of these routes. Each connection has one of `places` until it ends or becomes a socket, but for those of
    /// a proxy that is trusted: everybody comes over them.
    pub fn new(routes: Router, lines: Lines, places: Places, proxies: Proxies, tls: Option<Tls>) -> Self {
        let wrong_scheme = Router::new().fallback(|| async {
            let close = [(header::CONNECTION, "close")];
            (StatusCode::BAD_REQUEST, close, "TLS is spoken here: ask again with https:// or wss://\n")
        });
        Self { routes, wrong_scheme, lines, places, proxies, tls }
    }

    /// Accepts and serves until `stop`.
    pub async fn accept(&self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => return,
            };
            match accepted {
                Ok((stream, from)) => self.serve(stream, from),
                Err(cause) => after_failure(&cause).await,
            }
        }
    }

    /// Waits a while for the requests under way.
    pub async fn finish(self) {
        self.lines.finish().await;
    }

    fn serve(&self, stream: TcpStream, from: SocketAddr) {
        let place = if self.proxies.trust(from.ip()) {
            None
        } else {
            // Without a word: whoever has so many connections open and unserved has not come to listen.
            let Some(place) = self.places.take(from.ip()) else {
                return debug!(%from, "too many connections");
            };
            Some(place)
        };
        // A chat's messages are small and should go at once.
        if let Err(cause) = stream.set_nodelay(true) {
            debug!(%cause, "cannot set TCP_NODELAY");
        }
        let meet = self.meet(from, false);
        let Some(tls) = self.tls.clone() else {
            let routes = self.routes.clone();
            return self.lines.serve(stream, routes, meet, from, place);
        };
        let (lines, routes, wrong_scheme) =
            (self.lines.clone(), self.routes.clone(), self.wrong_scheme.clone());
        let meet_secure = self.meet(from, true);
        self.lines.open.spawn(async move {
            match lines.in_time(tls.accept(stream)).await {
                Ok(Spoken::Tls(stream)) => lines.serve(stream, routes, meet_secure, from, place),
                Ok(Spoken::Plain(stream)) => lines.serve(stream, wrong_scheme, meet, from, place),
                Err(cause) => debug!(%from, %cause, "no TLS was agreed on"),
            }
        });
    }

    /// Tells each request of a connection where it comes from.
    fn meet(
        &self,
        from: SocketAddr,
        is_tls: bool,
    ) -> impl Fn(&mut Request<Incoming>) + Send + 'static + use<> {
        let proxies = self.proxies.clone();
        move |request| {
            let caller = proxies.caller(from, is_tls, request.headers());
            request.extensions_mut().insert(caller);
        }
    }
}

impl Lines {
    /// None yet. `within` is how long a client may take to send a request's head.
    pub fn new(within: Duration) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(within).max_buf_size(16 << 10);
        Self { http, within, stopping: CancellationToken::new(), open: TaskTracker::new() }
    }

    /// Serves these routes on one connection until it ends or becomes a socket; `place` is kept until then. Each
    /// request goes through `meet` first.
    pub fn serve<S>(
        &self,
        stream: S,
        routes: Router,
        meet: impl Fn(&mut Request<Incoming>) + Send + 'static,
        from: impl std::fmt::Debug + Send + 'static,
        place: Option<Place>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |mut request: Request<Incoming>| {
            meet(&mut request);
            routes.clone().oneshot(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let stopping = self.stopping.clone();
        self.open.spawn(async move {
            let mut connection = pin!(connection);
            let served = tokio::select! {
                served = connection.as_mut() => served,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(cause) = served {
                debug!(?from, %cause, "a connection ended badly");
            }
            drop(place);
        });
    }

    /// Waits a while for the requests under way; no other is taken.
    pub async fn finish(&self) {
        self.stopping.cancel();
        self.open.close();
        if tokio::time::timeout(PARTING, self.open.wait()).await.is_err() {
            warn!("some requests were not finished in time");
        }
    }

    /// What comes before the first request has as long as a request's head, and ends when all do.
    async fn in_time<T>(&self, greeting: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        tokio::select! {
            greeted = tokio::time::timeout(self.within, greeting) => greeted?,
            () = self.stopping.cancelled() => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}

/// What is done when no connection could be accepted.
pub async fn after_failure(cause: &io::Error) {
    if is_about_one_client(cause) {
        debug!(%cause, "a client went before it came");
    } else {
        warn!(%cause, "cannot accept connections now");
        tokio::time::sleep(BREATH).await;
    }
}

fn is_about_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
