//! From a request to a socket: who asks, from where, and in which dialect.
//!
//! A browser's script cannot see why an upgrade was refused. So whoever is to be told why is let in, and closed with
//! a code that says it.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{FromRequestParts, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, UPGRADE,
        },
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use data_encoding::BASE64;
use hyper::upgrade::OnUpgrade;
use maru_shared::{Refusal, SUBPROTOCOL, api::Policy, close::CloseCode};
use tracing::{debug, info};
use tungstenite::handshake::derive_accept_key;

use super::{
    loops::{Arrival, Guest, Loops},
    plain::Plain,
    wire::Tcp,
};
use crate::{
    app::App,
    caller::Caller,
    http::{Failure, SignedIn},
    limiter::Place,
};

/// How many bytes a client chooses for its key.
const KEY_BYTES: usize = 16;

/// How long whoever is turned away without a word is to stay away, in milliseconds: until the others are gone in any case.
const AWAY_MS: u32 = 4_000;

/// A request for a socket, right by RFC 6455, section 4.2.1.
pub struct Upgrade {
    key: HeaderValue,
    protocols: Vec<HeaderValue>,
    line: OnUpgrade,
}

/// Why a request is none for a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoUpgrade {
    /// It does not ask for one.
    #[error("a WebSocket is asked for with GET and the headers Connection: upgrade and Upgrade: websocket")]
    NotAsked,
    /// It asks for one that is not spoken.
    #[error("ask for version 13 of WebSocket")]
    Version,
    /// It has no key, several, or one that is none.
    #[error("a WebSocket is asked for with one header Sec-WebSocket-Key, which is 16 bytes in base64")]
    Key,
    /// It came on a line on which there are none.
    #[error("there are no WebSockets on this line")]
    NotHere,
}

/// `/ws`: the typed dialect.
pub async fn typed(
    State(app): State<Arc<App>>,
    Extension(loops): Extension<Arc<Loops>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    signed_in: Option<SignedIn>,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Failure> {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(why) => return Ok(why.into_response()),
    };
    if !app.origins.allow(&headers, from) {
        info!(%from, "socket refused: a page of another site");
        return Err(Refusal::ForeignOrigin.into());
    }
    let Some(dialect) = choose(&upgrade) else {
        return Ok((StatusCode::BAD_REQUEST, "ask for the subprotocol maru.v1\n").into_response());
    };
    let admitted = if dialect == SUBPROTOCOL {
        admit(&app, from.address).and_then(|place| Ok((place, signed_in.ok_or(CloseCode::SignedOut)?)))
    } else {
        Err(CloseCode::WrongVersion)
    };
    let (guest, place) = match admitted {
        Ok((place, signed_in)) => (Guest::Typed(Box::new(signed_in)), place),
        Err(code) => turn_away(&app, from, code)?,
    };
    Ok(upgrade.open(&app, loops, Some(dialect), guest, from, place))
}

/// `/`: the plain dialect where a socket is asked for, else the page.
pub async fn plain_or_page(
    State(app): State<Arc<App>>,
    Extension(loops): Extension<Arc<Loops>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Failure> {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(NoUpgrade::NotAsked) => return Ok(app.page.show().await),
        Err(why) => return Ok(why.into_response()),
    };
    if !app.origins.allow_plain(&headers, from) {
        info!(%from, "plain socket refused: a page of another site");
        return Err(Refusal::ForeignOrigin.into());
    }
    if !upgrade.protocols.is_empty() {
        return Ok((StatusCode::BAD_REQUEST, "the plain dialect has no subprotocol: maru.v1 is at /ws\n")
            .into_response());
    }
    if app.house.settings().policy == Policy::Invite {
        return Err(Refusal::InviteOnly.into());
    }
    let (guest, place) = match admit(&app, from.address) {
        Ok(place) => (Guest::Plain(Plain::new(&app, from.address)), place),
        Err(code) => turn_away(&app, from, code)?,
    };
    Ok(upgrade.open(&app, loops, None, guest, from, place))
}

fn admit(app: &App, from: IpAddr) -> Result<Place, CloseCode> {
    app.places.take(from).ok_or(CloseCode::Crowded)
}

/// Somebody who is to be told why not, as long as not too many of the same address are just being told: they may be slow to
/// go, and come as often as they like.
fn turn_away(app: &App, from: Caller, code: CloseCode) -> Result<(Guest, Place), Refusal> {
    let Some(place) = app.turned_away.take(from.address) else {
        debug!(%from, ?code, "socket turned away without a word");
        return Err(Refusal::TooFast { retry_after_ms: AWAY_MS });
    };
    Ok((Guest::TurnedAway(code), place))
}

/// Our version where the client speaks it, else the first that it asks for: to be told that it is not ours.
fn choose(upgrade: &Upgrade) -> Option<HeaderValue> {
    let ours = upgrade.protocols.iter().find(|protocol| *protocol == SUBPROTOCOL);
    ours.or(upgrade.protocols.first()).cloned()
}

impl Upgrade {
    /// Answers with 101, and gives what is then a socket to a loop.
    fn open(
        self,
        app: &App,
        loops: Arc<Loops>,
        dialect: Option<HeaderValue>,
        guest: Guest,
        from: Caller,
        place: Place,
    ) -> Response {
        let Self { key, line, .. } = self;
        let open = app.sockets.token();
        tokio::spawn(async move {
            let taken = match line.await {
                Ok(line) => Tcp::take(line),
                Err(cause) => return debug!(%cause, "an upgrade failed"),
            };
            match taken {
                Ok((wire, came)) => loops.take(Arrival { wire, came, guest, from, place, open }),
                Err(cause) => debug!(%cause, "an upgrade failed"),
            }
        });
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::try_from(derive_accept_key(key.as_bytes())) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        if let Some(dialect) = dialect {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, dialect);
        }
        answer
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = NoUpgrade;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoUpgrade> {
        let headers = &parts.headers;
        let is_asked = parts.method == Method::GET
            && words(headers, CONNECTION).any(|word| word.eq_ignore_ascii_case(b"upgrade"))
            && words(headers, UPGRADE).any(|word| word.eq_ignore_ascii_case(b"websocket"));
        if !is_asked {
            return Err(NoUpgrade::NotAsked);
        }
        if !words(headers, SEC_WEBSOCKET_VERSION).eq([b"13"]) {
            return Err(NoUpgrade::Version);
        }
        let mut keys = headers.get_all(SEC_WEBSOCKET_KEY).into_iter();
        let (Some(key), None) = (keys.next(), keys.next()) else { return Err(NoUpgrade::Key) };
        if !is_key(key) {
            return Err(NoUpgrade::Key);
        }
        let key = key.clone();
        let protocols = words(headers, SEC_WEBSOCKET_PROTOCOL)
            .filter_map(|word| HeaderValue::from_bytes(word).ok())
            .collect();
        let line = parts.extensions.remove::<OnUpgrade>().ok_or(NoUpgrade::NotHere)?;
        Ok(Self { key, protocols, line })
    }
}

impl IntoResponse for NoUpgrade {
    fn into_response(self) -> Response {
        let said = format!("{self}\n");
        match self {
            Self::NotAsked | Self::Key => (StatusCode::BAD_REQUEST, said).into_response(),
            Self::Version => {
                let spoken = [(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"))];
                (StatusCode::UPGRADE_REQUIRED, spoken, said).into_response()
            }
            Self::NotHere => (StatusCode::UPGRADE_REQUIRED, said).into_response(),
        }
    }
}

fn is_key(key: &HeaderValue) -> bool {
    BASE64.decode(key.as_bytes()).is_ok_and(|key| key.len() == KEY_BYTES)
}

/// What stands in a header that is a list.
fn words(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}
