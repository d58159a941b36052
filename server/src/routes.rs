//! The whole route table on one page.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    routing::{any, delete, get, post, put},
};
use tower::ServiceBuilder;
use tower_http::{set_header::SetResponseHeaderLayer, timeout::TimeoutLayer};

use crate::{
    app::App,
    config::Config,
    http::{
        accounts, assets, files, health, house, links, members, messages, own_pages_only, passkeys, rooms,
        search, sessions, unknown,
    },
    socket::{self, Loops},
};

/// The most bytes in the body of a request.
const BODY_BYTES: usize = 16 << 10;

/// Every path that the server answers.
pub fn routes(app: Arc<App>, loops: Arc<Loops>, config: &Config) -> Router {
    let api = Router::new()
        .route("/session", get(sessions::who).post(sessions::sign_in).delete(sessions::sign_out))
        .route("/session/password", post(sessions::sign_in_by_password))
        .route("/sessions", get(sessions::list).delete(sessions::end_others))
        .route("/sessions/{session}", delete(sessions::end))
        .route("/session/passkey/begin", post(passkeys::begin_sign_in))
        .route("/session/passkey", post(passkeys::sign_in))
        .route("/account/name", put(accounts::change_name))
        .route("/account/password", put(accounts::set_password))
        .route("/account/seen", get(accounts::shows_seen).put(accounts::show_seen))
        .route("/account/passkeys", get(passkeys::list).post(passkeys::keep))
        .route("/account/passkeys/begin", post(passkeys::begin))
        .route("/account/passkeys/{passkey}", delete(passkeys::remove))
        .route("/access", get(links::access))
        .route("/links/look", post(links::look))
        .route("/links/accept", post(links::accept))
        .route("/rooms", post(rooms::make))
        .route("/direct", post(rooms::direct))
        .route("/rooms/{room}/membership", put(rooms::join).delete(rooms::leave))
        .route("/rooms/{room}/members", get(rooms::members))
        .route("/rooms/{room}/events", get(messages::page))
        .route("/rooms/{room}/pins", get(messages::pins))
        .route("/rooms/{room}/readers", get(messages::readers))
        .route("/rooms/{room}/notify", put(messages::notify))
        .route(
            "/rooms/{room}/messages/{message}",
            put(messages::edit).layer(DefaultBodyLimit::max(app.limits.frame_bytes)),
        )
        .route("/rooms/{room}/messages/{message}/versions", get(messages::versions))
        .route(
            "/rooms/{room}/messages/{message}/reactions/{emoji}",
            get(messages::reactors).put(messages::react).delete(messages::unreact),
        )
        .route("/rooms/{room}/messages/{message}/pin", put(messages::pin).delete(messages::unpin))
        .route("/files", post(files::begin))
        .route("/search", get(search::find))
        .merge(order())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), own_pages_only))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, app.limits.handshake))
        .layer(always(header::CACHE_CONTROL, "no-store"));

    // Files have no bounds but their own: they are large, take long, and are kept by browsers.
    let files = Router::new()
        .route("/files/{file}", get(files::get).head(files::look).patch(files::go_on).delete(files::cancel))
        .route("/files/{file}/thumbnail", get(files::thumbnail))
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), own_pages_only))
        .layer(DefaultBodyLimit::disable());

    Router::new()
        .nest("/api", api.merge(files))
        // What is nested there begins behind the slash.
        .route("/api/", any(unknown))
        .route("/ws", any(socket::typed).layer(Extension(Arc::clone(&loops))))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/", get(socket::plain_or_page).layer(Extension(loops)))
        .route("/index.html", get(assets::page))
        .route("/r/{*room}", get(assets::page))
        .route("/join", get(assets::page))
        .merge(assets::files(config.dist.as_deref()))
        .layer(
            ServiceBuilder::new()
                .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(always(header::X_FRAME_OPTIONS, "DENY"))
                .layer(always(header::REFERRER_POLICY, "same-origin"))
                // The page has a policy of its own; nothing else is to be shown as one.
                .layer(SetResponseHeaderLayer::if_not_present(
                    header::CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
                ))
                .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
                // Only where the program itself speaks TLS: before a proxy's, that is the proxy's to say.
                .option_layer(
                    config
                        .tls
                        .as_ref()
                        .map(|_| always(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")),
                ),
        )
        .with_state(app)
}

/// What is done to keep order: by members, and by whoever runs the machine.
pub fn order() -> Router<Arc<App>> {
    Router::new()
        .route("/rooms", get(rooms::list))
        .route("/rooms/{room}", delete(rooms::delete))
        .route("/rooms/{room}/name", put(rooms::rename))
        .route("/rooms/{room}/topic", put(rooms::describe))
        .route("/rooms/{room}/archive", put(rooms::archive).delete(rooms::restore))
        .route("/rooms/{room}/members/{member}", put(rooms::let_in))
        .route("/rooms/{room}/members/{member}/kick", post(rooms::kick))
        .route("/rooms/{room}/messages/{message}/delete", post(messages::delete))
        .route("/members", get(members::list))
        .route("/members/{member}/role", put(members::set_role))
        .route("/members/{member}/mute", put(members::mute).delete(members::unmute))
        .route("/members/{member}/ban", put(members::ban).delete(members::unban))
        .route("/members/{member}/sessions", get(members::sessions).delete(members::end_sessions))
        .route("/members/{member}/reset", post(links::reset))
        .route("/invitations", get(links::list).post(links::invite))
        .route("/invitations/{invitation}", delete(links::revoke))
        .route("/settings", get(house::settings).put(house::set_settings))
        .route("/audit", get(house::audit))
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
