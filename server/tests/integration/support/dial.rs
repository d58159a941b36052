//! Opening a WebSocket, with every knob that a test turns.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hyper::header::{COOKIE, HOST, HeaderName, HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use tokio::net::TcpSocket;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, client::IntoClientRequest},
};

use super::{Guest, Identity, Line, Site, until};

/// A WebSocket to be opened.
#[derive(Clone)]
pub(crate) struct Dial {
    site: Site,
    path: String,
    headers: Vec<(HeaderName, String)>,
    from: IpAddr,
    receive_buffer: Option<u32>,
    trusted: Option<Identity>,
}

/// A client's end of a WebSocket.
pub(crate) type Socket = WebSocketStream<Line>;

impl Dial {
    /// Nothing but a path.
    pub(crate) fn bare(site: Site, path: &str) -> Self {
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self { site, path: path.to_owned(), headers: Vec::new(), from, receive_buffer: None, trusted: None }
    }

    /// The typed dialect, as this guest.
    pub(crate) fn typed(guest: &Guest) -> Self {
        Self::bare(guest.site, "/ws").subprotocol(maru_shared::SUBPROTOCOL).cookie(&guest.cookie())
    }

    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header(COOKIE, cookie)
    }

    pub(crate) fn subprotocol(self, name: &str) -> Self {
        self.header(SEC_WEBSOCKET_PROTOCOL, name)
    }

    pub(crate) fn origin(self, origin: &str) -> Self {
        self.header(ORIGIN, origin)
    }

    /// Under this name rather than the address.
    pub(crate) fn host(self, host: &str) -> Self {
        self.header(HOST, host)
    }

    /// With this header besides.
    pub(crate) fn header(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        let Ok(name) = name.try_into() else { panic!("no header's name") };
        self.headers.push((name, value.to_owned()));
        self
    }

    /// From this address of the loopback network rather than 127.0.0.1.
    pub(crate) fn from(mut self, from: IpAddr) -> Self {
        self.from = from;
        self
    }

    /// Over TLS, with whoever has this certificate.
    pub(crate) fn tls(mut self, trusted: &Identity) -> Self {
        self.trusted = Some(trusted.clone());
        self
    }

    /// The kernel holds at most about so many bytes for a client that does not read.
    pub(crate) fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    /// The socket.
    pub(crate) async fn open(self) -> Socket {
        match self.knock().await {
            Ok(socket) => socket,
            Err(status) => panic!("the upgrade was refused: {status}"),
        }
    }

    /// The socket, or the status with which the upgrade is refused.
    pub(crate) async fn knock(self) -> Result<Socket, u16> {
        let url = format!("ws://{}{}", self.site.0, self.path);
        let mut request = url.into_client_request().expect("a request that HTTP can say");
        for (name, value) in &self.headers {
            let value = HeaderValue::from_str(value).expect("a header that HTTP can say");
            request.headers_mut().insert(name, value);
        }
        let stream = self.stream().await;
        match until("the upgrade", client_async(request, stream)).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(refused)) => Err(refused.status().as_u16()),
            Err(other) => panic!("the upgrade failed: {other}"),
        }
    }

    async fn stream(&self) -> Line {
        let socket = TcpSocket::new_v4().expect("a TCP socket");
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("a buffer of this size");
        }
        if self.from != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            socket.bind(SocketAddr::new(self.from, 0)).expect("an address of the loopback network");
        }
        let stream = until("a connection", socket.connect(self.site.0)).await.expect("the server listens");
        stream.set_nodelay(true).expect("an open socket");
        match &self.trusted {
            None => Line::Left(stream),
            Some(trusted) => {
                Line::Right(Box::new(until("TLS", trusted.greet(stream)).await.expect("the certificate")))
            }
        }
    }
}
