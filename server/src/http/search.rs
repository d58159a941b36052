//! `/api/search`: finding messages.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use maru_shared::{Refusal, api::Found, search::Search};
use serde::Deserialize;

use super::{Failure, SignedIn};
use crate::{
    app::App,
    store::{Asked, Order, ReadError},
};

const DEFAULT_LIMIT: usize = 20;
const MOST: usize = 50;

/// How long one search may take. (Measured with a million messages: words take some milliseconds, one letter some hundreds.)
const TOO_LONG: Duration = Duration::from_secs(3);

/// A day has so many minutes: no place on Earth is further from UTC.
const DAY: i64 = 24 * 60;

/// What is sought.
#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: Sort,
    before: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    zone: i64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Best,
    Newest,
}

/// `GET /api/search`: messages that answer a search.
pub async fn find(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<Found>, Failure> {
    let Query(query) = query.map_err(|_| Refusal::Malformed)?;
    app.searches.take(&member.id)?;
    let search = Search::parse(&query.q).map_err(|_| Refusal::BadSearch)?;
    let before = query.before.map(|before| before.parse()).transpose().map_err(|_| Refusal::Malformed)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) || !(-DAY..=DAY).contains(&query.zone) {
        return Err(Refusal::Malformed.into());
    }
    let order = match query.sort {
        Sort::Best => Order::Best,
        Sort::Newest => Order::Newest,
    };
    let asked = Asked { search, order, zone: query.zone, before, limit };
    // Whoever asks may be gone before it ends: it keeps its place all the same, for as long as it works.
    let finding = tokio::spawn(async move {
        // It is never closed.
        let _place = app.searching.acquire().await;
        app.reader.search(member.id, asked, tokio::time::sleep(TOO_LONG)).await
    });
    Ok(Json(finding.await.map_err(|_| ReadError::Interrupted)???))
}
