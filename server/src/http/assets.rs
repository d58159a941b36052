//! The built frontend: the page, and the files that it loads.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeDir;

use crate::app::App;

/// `GET /index.html` and `GET /r/{room}`: the page, which reads the rest of the path itself.
pub async fn page(State(app): State<Arc<App>>) -> Response {
    app.page.show().await
}

/// Every other file of the built frontend, compressed beforehand where the browser takes it so.
pub fn files(dist: Option<&Path>) -> Router<Arc<App>> {
    match dist {
        Some(dist) => Router::new()
            .fallback_service(
                ServeDir::new(dist)
                    .append_index_html_on_directories(false)
                    .precompressed_br()
                    .precompressed_gzip(),
            )
            .layer(middleware::from_fn(say_how_long_to_keep))
            .layer(middleware::from_fn(only_names_that_can_be)),
        None => Router::new(),
    }
}

/// The most bytes that a file system takes as a name.
const NAME_BYTES: usize = 255;

/// Longer than the path of any file here; systems take four times as much.
const PATH_BYTES: usize = 1_024;

/// What is longer than any name is the name of no file, and not an error of the server's. Compressed forms add three bytes.
async fn only_names_that_can_be(request: Request, next: Next) -> Response {
    let fits =
        |path: &str| path.len() < PATH_BYTES && path.split('/').all(|name| name.len() + 3 <= NAME_BYTES);
    if fits(request.uri().path()) { next.run(request).await } else { StatusCode::NOT_FOUND.into_response() }
}

/// Files whose name has the hash of their content never change; of others the browser asks each time.
async fn say_how_long_to_keep(request: Request, next: Next) -> Response {
    let forever = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let keep = if forever && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether trunk has put the content's hash into this name: `name-0123456789abcdef.js`, `..._bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() >= 12 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_known() {
        assert!(is_hashed("/maru-frontend-0123456789abcdef.js"));
        assert!(is_hashed("/maru-frontend-0123456789abcdef_bg.wasm"));
        assert!(!is_hashed("/manifest.webmanifest"));
        assert!(!is_hashed("/maru-frontend.js"));
        assert!(!is_hashed("/a-0123456789abcdeg.js"));
    }
}
