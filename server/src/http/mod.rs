//! The HTTP side: one file a resource.

pub mod accounts;
pub mod assets;
pub mod files;
pub mod health;
pub mod house;
pub mod links;
pub mod members;
pub mod messages;
pub mod passkeys;
pub mod rooms;
pub mod search;
pub mod sessions;

mod asker;
mod failure;
mod json;

pub use asker::{Asker, FromOperator, InRoom, MemberInRoom, MessageInRoom, OfMember, ReactionInRoom};
pub use failure::Failure;
pub use json::Body;
pub use sessions::SignedIn;

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use maru_shared::Refusal;

use crate::{app::App, caller::Caller};

/// Lets a request that changes something pass only from the server's own page or one that is named.
pub async fn own_pages_only(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if request.method().is_safe() || app.origins.allow(request.headers(), from) {
        Ok(next.run(request).await)
    } else {
        Err(Refusal::ForeignOrigin.into())
    }
}

/// What no other route answers.
pub async fn unknown() -> Failure {
    Failure::unknown_path()
}
