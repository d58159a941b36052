//! What every request can reach, and the whole route table on one page.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    routing::{any, get, put},
};
use maru_shared::MemberId;
use tokio_util::task::TaskTracker;
use tower::ServiceBuilder;
use tower_http::{set_header::SetResponseHeaderLayer, timeout::TimeoutLayer};

use crate::{
    config::{Config, Limits},
    engine::Engine,
    http::{assets, health, messages, own_pages_only, rooms, sessions, unknown},
    hub::Hub,
    limiter::{Pace, Places},
    origin::Origins,
    socket,
    stamps::Stamps,
    store::Reader,
};

/// The most bytes in the body of a request.
const BODY_BYTES: usize = 16 << 10;

/// What every request can reach.
pub struct App {
    /// Where everything that wants to change something goes in.
    pub engine: Engine,
    /// Who listens.
    pub hub: Arc<Hub>,
    /// What is kept.
    pub reader: Reader,
    /// The clock and the dice.
    pub stamps: Stamps,
    /// How much is taken from whom.
    pub limits: Limits,
    /// Which pages may ask.
    pub origins: Origins,
    /// How fast a member may post.
    pub posts: Pace<MemberId>,
    /// How fast a member may make rooms.
    pub new_rooms: Pace<MemberId>,
    /// How fast guests may come in from an address.
    pub sign_ins: Pace<IpAddr>,
    /// How many sockets an address may have.
    pub places: Places,
    /// The tasks of all open sockets.
    pub sockets: TaskTracker,
    /// The page of the frontend.
    pub page: assets::Page,
}

impl App {
    /// What every request can reach in a server that runs like this.
    pub fn new(
        engine: Engine,
        hub: Arc<Hub>,
        reader: Reader,
        stamps: Stamps,
        origins: Origins,
        config: &Config,
    ) -> Self {
        let limits = config.limits.clone();
        let minute = Duration::from_secs(60);
        Self {
            engine,
            hub,
            reader,
            stamps,
            origins,
            posts: Pace::new(Duration::from_secs(1) / limits.posts_per_second.max(1), limits.posts_burst),
            new_rooms: Pace::new(minute / limits.rooms_per_minute.max(1), limits.rooms_per_minute),
            sign_ins: Pace::new(minute / limits.sign_ins_per_minute.max(1), limits.sign_ins_per_minute),
            places: Places::new(limits.sockets_per_address),
            sockets: TaskTracker::new(),
            page: assets::Page::new(config.dist.as_deref()),
            limits,
        }
    }

    /// Forgets what is known of those who have been quiet, so that memory does not grow with all who ever came.
    pub fn forget_idle(&self) {
        self.posts.forget_idle();
        self.new_rooms.forget_idle();
        self.sign_ins.forget_idle();
    }
}

/// Every path that the server answers.
pub fn routes(app: Arc<App>, config: &Config) -> Router {
    let api = Router::new()
        .route("/session", get(sessions::who).post(sessions::sign_in).delete(sessions::sign_out))
        .route("/rooms", get(rooms::list).post(rooms::make))
        .route("/rooms/{room}/membership", put(rooms::join))
        .route("/rooms/{room}/members", get(rooms::members))
        .route("/rooms/{room}/events", get(messages::page))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), own_pages_only))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, app.limits.handshake))
        .layer(always(header::CACHE_CONTROL, "no-store"));

    Router::new()
        .nest("/api", api)
        .route("/ws", any(socket::typed))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/", get(socket::plain_or_page))
        .route("/index.html", get(assets::page))
        .route("/r/{*room}", get(assets::page))
        .merge(assets::files(config.dist.as_deref()))
        .layer(
            ServiceBuilder::new()
                .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(always(header::X_FRAME_OPTIONS, "DENY"))
                .layer(always(header::REFERRER_POLICY, "same-origin"))
                .layer(always(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
                .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin")),
        )
        .with_state(app)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
