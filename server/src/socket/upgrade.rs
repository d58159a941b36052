//! From a request to a socket: who asks, from where, and in which dialect.
//!
//! A browser's script cannot see why an upgrade was refused. So whoever is to be told why is let in, and closed with
//! a code that says it.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use maru_shared::{Refusal, SUBPROTOCOL, api::Policy, close::CloseCode};
use tracing::{debug, info};

use super::{line::Line, plain::Plain, typed::Typed};
use crate::{
    app::App,
    caller::Caller,
    http::{Failure, SignedIn},
};

/// What a socket reads at once: taken when the socket opens and kept while it is open, and as much as most posts
/// need. A larger frame gets what it needs.
const READ_BYTES: usize = 512;

/// From how many unwritten bytes on a socket is written without waiting for more. Sixteen short messages fit, and a
/// socket keeps the room that it ever needed for a write.
const WRITE_BYTES: usize = 4 << 10;

/// `/ws`: the typed dialect.
pub async fn typed(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    signed_in: Option<SignedIn>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let mut upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    if !app.origins.allow(&headers, from) {
        info!(%from, "socket refused: a page of another site");
        return Err(Refusal::ForeignOrigin.into());
    }
    let Some(dialect) = choose(&upgrade) else {
        return Ok((StatusCode::BAD_REQUEST, "ask for the subprotocol maru.v1\n").into_response());
    };
    let version_is_ours = dialect == SUBPROTOCOL;
    upgrade.set_selected_protocol(dialect);
    let admitted = if version_is_ours {
        admit(&app, from.address).and_then(|place| Ok((place, signed_in.ok_or(CloseCode::SignedOut)?)))
    } else {
        Err(CloseCode::WrongVersion)
    };
    Ok(open(&app, upgrade, move |app, socket| async move {
        match admitted {
            Ok((place, signed_in)) => {
                let who = signed_in.member.id;
                info!(%from, %who, "connected");
                let end = Typed::speak(app, socket, signed_in).await;
                info!(%from, %who, %end, "disconnected");
                drop(place);
            }
            Err(code) => turn_away(socket, from, code).await,
        }
    }))
}

/// `/`: the plain dialect where a socket is asked for, else the page.
pub async fn plain_or_page(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let Ok(upgrade) = upgrade else { return Ok(app.page.show().await) };
    if !app.origins.allow_plain(&headers, from) {
        info!(%from, "plain socket refused: a page of another site");
        return Err(Refusal::ForeignOrigin.into());
    }
    if upgrade.requested_protocols().next().is_some() {
        return Ok((StatusCode::BAD_REQUEST, "the plain dialect has no subprotocol: maru.v1 is at /ws\n")
            .into_response());
    }
    if app.house.settings().policy == Policy::Invite {
        return Err(Refusal::InviteOnly.into());
    }
    let admitted = admit(&app, from.address);
    Ok(open(&app, upgrade, move |app, socket| async move {
        match admitted {
            Ok(place) => {
                info!(%from, "connected, plain");
                let end = Plain::speak(app, socket, from.address).await;
                info!(%from, %end, "disconnected, plain");
                drop(place);
            }
            Err(code) => turn_away(socket, from, code).await,
        }
    }))
}

fn admit(app: &App, from: IpAddr) -> Result<crate::limiter::Place, CloseCode> {
    app.places.take(from).ok_or(CloseCode::Crowded)
}

/// Our version where the client speaks it, else the first that it asks for: to be told that it is not ours.
fn choose(upgrade: &WebSocketUpgrade) -> Option<HeaderValue> {
    let mut asked = upgrade.requested_protocols();
    let first = asked.next()?.clone();
    if first == SUBPROTOCOL || asked.any(|protocol| protocol == SUBPROTOCOL) {
        return Some(HeaderValue::from_static(SUBPROTOCOL));
    }
    Some(first)
}

fn open<F>(
    app: &Arc<App>,
    upgrade: WebSocketUpgrade,
    speak: impl FnOnce(Arc<App>, Box<WebSocket>) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = Arc::clone(app);
    let open = app.sockets.token();
    upgrade
        .max_frame_size(app.limits.frame_bytes)
        .max_message_size(app.limits.frame_bytes)
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .on_failed_upgrade(|cause| debug!(%cause, "an upgrade failed"))
        .on_upgrade(move |socket| async move {
            speak(app, Box::new(socket)).await;
            drop(open);
        })
}

async fn turn_away(socket: Box<WebSocket>, from: Caller, code: CloseCode) {
    info!(%from, ?code, "socket turned away");
    Line::close(socket, code).await;
}

/// The frame that closes a socket with this code.
pub(super) fn close_frame(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame { code: code as u16, reason: code.reason().into() }))
}
