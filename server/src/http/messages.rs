//! `/api/rooms/{room}/events`: the history, page by page.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use maru_shared::{Refusal, Seq, api::Page};
use serde::Deserialize;

use super::{Failure, InRoom, SignedIn};
use crate::{app::App, store::Span};

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 200;

/// Which page is asked for.
#[derive(Deserialize)]
pub struct PageQuery {
    before: Option<Seq>,
    after: Option<Seq>,
    limit: Option<u32>,
}

/// `GET /api/rooms/{room}/events`: a page of the history.
pub async fn page(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    InRoom(room): InRoom,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<Page>, Failure> {
    let Query(query) = query.map_err(|_| Refusal::Malformed)?;
    let span = match (query.before, query.after) {
        (None, None) => Span::Before(Seq(u64::MAX)),
        (Some(before), None) => Span::Before(before),
        (None, Some(after)) => Span::After(after),
        (Some(_), Some(_)) => return Err(Refusal::Malformed.into()),
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::Malformed.into());
    }
    Ok(Json(app.reader.page(room, member.id, span, limit).await??))
}
