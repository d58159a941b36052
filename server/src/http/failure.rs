//! What a request gets that is not granted: a status and, in the body, why.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maru_shared::{Refusal, api::ApiError};
use tracing::error;

use crate::store::ReadError;

/// What a request gets that is not granted.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    why: Refusal,
}

impl Failure {
    /// For a path under `/api` that there is not.
    pub fn unknown_path() -> Self {
        Self { status: StatusCode::NOT_FOUND, why: Refusal::Malformed }
    }

    /// For a body that is larger than a body may be.
    pub fn too_large() -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, why: Refusal::Malformed }
    }
}

impl From<Refusal> for Failure {
    fn from(why: Refusal) -> Self {
        let status = match why {
            Refusal::Malformed => StatusCode::BAD_REQUEST,
            Refusal::SignedOut => StatusCode::UNAUTHORIZED,
            Refusal::NotJoined
            | Refusal::ForeignOrigin
            | Refusal::InviteOnly
            | Refusal::WrongPassword
            | Refusal::BadPasskey
            | Refusal::Muted { .. }
            | Refusal::Banned
            | Refusal::NotAllowed => StatusCode::FORBIDDEN,
            Refusal::NoSuchRoom
            | Refusal::NoSuchMember
            | Refusal::NoSuchMessage
            | Refusal::NoSuchFile
            | Refusal::BadLink => StatusCode::NOT_FOUND,
            Refusal::NameTaken | Refusal::Archived | Refusal::TooMany { .. } => StatusCode::CONFLICT,
            Refusal::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::NoRoomForFiles => StatusCode::INSUFFICIENT_STORAGE,
            Refusal::Empty
            | Refusal::TooLong { .. }
            | Refusal::BadName(_)
            | Refusal::BadNote(_)
            | Refusal::BadEmoji
            | Refusal::BadSearch
            | Refusal::BadPassword(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self { status, why }
    }
}

impl From<ReadError> for Failure {
    fn from(cause: ReadError) -> Self {
        error!(%cause, "cannot read the store");
        Refusal::Unavailable { retry_after_ms: 2_000 }.into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ApiError { why: self.why })).into_response();
        if let Some(wait) = self.why.retry_after_ms() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.div_ceil(1_000)));
        }
        response
    }
}
