//! Whether the server lives, and whether it can do its work: for whoever watches over it.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use crate::app::App;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: what is written comes to the disk, and what is kept can be read.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if !app.engine.is_healthy() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written: see the log\n");
    }
    match app.reader.check().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read: see the log\n"),
    }
}
