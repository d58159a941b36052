//! `/api/settings` and `/api/audit`: how this Maru is run, and what was done to keep order.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use maru_shared::{
    Refusal,
    api::{AuditEntry, Settings},
    role::Action,
};
use serde::Deserialize;

use super::{Asker, Body, Failure, rooms::done};
use crate::{app::App, entry::Change};

/// The most entries of the log in one answer.
const MOST: u32 = 100;

/// Which part of the log is asked for.
#[derive(Deserialize)]
pub struct AuditQuery {
    before: Option<u64>,
}

/// `GET /api/settings`: how this Maru is run.
pub async fn settings(State(app): State<Arc<App>>, _asker: Asker) -> Json<Settings> {
    Json(app.house.settings())
}

/// `PUT /api/settings`: run it so.
pub async fn set_settings(
    State(app): State<Arc<App>>,
    asker: Asker,
    Body(settings): Body<Settings>,
) -> Result<StatusCode, Failure> {
    let says_policy = settings.policy != app.house.settings().policy;
    done(&app, &asker, Change::SetSettings { settings, says_policy }).await
}

/// `GET /api/audit?before=NUMBER`: what was done, the newest first.
pub async fn audit(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<Vec<AuditEntry>>, Failure> {
    asker.must(Action::ReadAudit)?;
    let Query(AuditQuery { before }) = query.map_err(|_| Refusal::Malformed)?;
    Ok(Json(app.reader.audit(before.unwrap_or(u64::MAX), MOST).await?))
}
