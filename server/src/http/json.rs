//! A JSON body, whose errors speak as the API's others do.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use futures_util::future::BoxFuture;
use maru_shared::Refusal;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Failure;

/// The body of a request, read as JSON.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let body = read(request).await?;
        serde_json::from_str(body.get()).map(Self).map_err(|_| Refusal::Malformed.into())
    }
}

/// Reads a body that is JSON. Apart from what it is read as, and boxed: else it would be in the program once for each `T`.
fn read(request: Request) -> BoxFuture<'static, Result<Box<RawValue>, Failure>> {
    Box::pin(async {
        match Json::from_request(request, &()).await {
            Ok(Json(body)) => Ok(body),
            Err(JsonRejection::BytesRejection(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Failure::too_large())
            }
            Err(_) => Err(Refusal::Malformed.into()),
        }
    })
}
