//! Accepts connections and serves HTTP/1.1 on them.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::limiter::Places;

/// How long requests under way are waited for when the server stops.
const PARTING: Duration = Duration::from_secs(2);

/// How long to wait before the next accept when the machine has no more to give (file descriptors, memory).
const BREATH: Duration = Duration::from_millis(100);

/// Accepts connections.
pub struct Server {
    routes: Router,
    http: http1::Builder,
    places: Places,
    stopping: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    /// A server of these routes. `head_within` is how long a client may take to send a request's head; each connection
    /// has one of `places` until it ends or becomes a socket.
    pub fn new(routes: Router, head_within: Duration, places: Places) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(head_within).max_buf_size(16 << 10);
        Self { routes, http, places, stopping: CancellationToken::new(), connections: TaskTracker::new() }
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
                Err(cause) if is_about_one_client(&cause) => debug!(%cause, "a client went before it came"),
                Err(cause) => {
                    warn!(%cause, "cannot accept connections now");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    /// Waits a while for the requests under way.
    pub async fn finish(self) {
        self.stopping.cancel();
        self.connections.close();
        if tokio::time::timeout(PARTING, self.connections.wait()).await.is_err() {
            warn!("some requests were not finished in time");
        }
    }

    fn serve(&self, stream: TcpStream, from: SocketAddr) {
        // Without a word: whoever has so many connections open and unserved has not come to listen.
        let Some(place) = self.places.take(from.ip()) else { return debug!(%from, "too many connections") };
        // A chat's messages are small and should go at once.
        if let Err(cause) = stream.set_nodelay(true) {
            debug!(%cause, "cannot set TCP_NODELAY");
        }
        let routes = self.routes.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(from));
            routes.clone().oneshot(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let stopping = self.stopping.clone();
        self.connections.spawn(async move {
            let mut connection = pin!(connection);
            let served = tokio::select! {
                served = connection.as_mut() => served,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(cause) = served {
                debug!(%from, %cause, "a connection ended badly");
            }
            drop(place);
        });
    }
}

fn is_about_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
