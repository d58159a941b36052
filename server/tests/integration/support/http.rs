//! Requests over HTTP, one connection each.

use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, StatusCode,
    body::Bytes,
    header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use maru_shared::{Refusal, api::ApiError};
use serde::{Serialize, de::DeserializeOwned};
use tokio::net::TcpSocket;

use super::{Identity, Line, until};

/// Where a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site(pub(crate) SocketAddr);

impl Site {
    /// The origin of the pages that this server gives.
    pub(crate) fn origin(self) -> String {
        format!("http://{}", self.0)
    }

    pub(crate) fn get(self, path: &str) -> Ask {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(self, path: &str) -> Ask {
        self.ask(Method::POST, path)
    }

    pub(crate) fn ask(self, method: Method, path: &str) -> Ask {
        let builder = hyper::Request::builder().method(method).uri(path).header(HOST, self.0.to_string());
        Ask { site: self, builder, body: Bytes::new(), from: Ipv4Addr::LOCALHOST, trusted: None }
    }
}

/// A request that is being put together.
pub(crate) struct Ask {
    site: Site,
    builder: hyper::http::request::Builder,
    body: Bytes,
    from: Ipv4Addr,
    trusted: Option<Identity>,
}

impl Ask {
    /// With this header, in the place of one of the same name.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let headers = self.builder.headers_mut().expect("a request so far");
        headers.insert(
            HeaderName::try_from(name).expect("a header's name"),
            HeaderValue::try_from(value).expect("a header's value"),
        );
        self
    }

    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        let text = serde_json::to_vec(body).expect("a body that JSON can say");
        self.header(CONTENT_TYPE.as_str(), "application/json").body(text)
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// From this address of the loopback network rather than 127.0.0.1.
    pub(crate) fn from(mut self, from: Ipv4Addr) -> Self {
        self.from = from;
        self
    }

    /// Over TLS, with whoever has this certificate.
    pub(crate) fn tls(mut self, trusted: &Identity) -> Self {
        self.trusted = Some(trusted.clone());
        self
    }

    /// Sends it, on a connection of its own.
    pub(crate) async fn send(self) -> Answer {
        let request = self.builder.body(Full::new(self.body)).expect("a request that HTTP can say");
        let what = format!("the answer to {} {}", request.method(), request.uri());
        until(&what, async {
            let socket = TcpSocket::new_v4().expect("a TCP socket");
            socket.bind((self.from, 0).into()).expect("an address of the loopback network");
            let stream = socket.connect(self.site.0).await.expect("the server listens");
            let stream = match &self.trusted {
                None => Line::Left(stream),
                Some(trusted) => Line::Right(Box::new(trusted.greet(stream).await.expect("the certificate"))),
            };
            let (mut sender, line) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
            let line = tokio::spawn(line);
            let response = sender.send_request(request).await.expect("an answer");
            let (head, body) = response.into_parts();
            let body = body.collect().await.expect("a whole body").to_bytes();
            line.abort();
            Answer { status: head.status, headers: head.headers, body }
        })
        .await
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// What the body says, of an answer with this status.
    #[track_caller]
    pub(crate) fn read<T: DeserializeOwned>(&self, status: u16) -> T {
        self.is(status);
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// Why it was refused, with this status.
    #[track_caller]
    pub(crate) fn why(&self, status: u16) -> Refusal {
        self.read::<ApiError>(status).why
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of plain text"))
    }
}
