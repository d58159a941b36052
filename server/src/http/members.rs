//! `/api/members`: who is in this Maru, and what is done to keep order among them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use maru_shared::{
    Name, Person, Refusal, Timestamp,
    api::{NewBan, NewMute, NewRole, Session},
    role::Action,
};
use serde::Deserialize;

use super::{
    Asker, Body, Failure, OfMember,
    rooms::{done, note},
};
use crate::{app::App, entry::Change};

/// The most members in one answer.
const MOST: u32 = 100;

/// For how many minutes somebody may be muted: up to a year.
const MINUTES: std::ops::RangeInclusive<u32> = 1..=525_600;

/// Which members are asked for.
#[derive(Deserialize)]
pub struct PeopleQuery {
    /// What is in the name.
    #[serde(default)]
    like: String,
    /// Behind whom the list goes on.
    after: Option<Name>,
    /// The one who is called so, however it is spelled, and nobody else.
    named: Option<Name>,
}

/// `GET /api/members?like=TEXT&after=NAME`: who is in this Maru, by name. `?named=NAME`: who is called so.
pub async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Result<Query<PeopleQuery>, QueryRejection>,
) -> Result<Json<Vec<Person>>, Failure> {
    asker.must(Action::SeeMembers)?;
    let Query(PeopleQuery { like, after, named }) = query.map_err(|_| Refusal::Malformed)?;
    let like = match Name::parse(&like) {
        Ok(name) => name.key(),
        Err(_) if like.trim().is_empty() => String::new(),
        // What is no name is in no name.
        Err(_) => return Ok(Json(Vec::new())),
    };
    let now = app.stamps.now();
    let mut people = match named {
        Some(name) => app.reader.person_named(&name, now).await?.into_iter().collect(),
        None => app.reader.people(like, after, MOST, now).await?,
    };
    if !asker.may(Action::Mute) {
        for person in &mut people {
            (person.muted_until, person.banned) = (None, false);
        }
    }
    Ok(Json(people))
}

/// `PUT /api/members/{member}/role`: give somebody another role.
pub async fn set_role(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
    Body(NewRole { role }): Body<NewRole>,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::SetRole { member, role }).await
}

/// `PUT /api/members/{member}/mute`: keep somebody from posting.
pub async fn mute(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
    Body(NewMute { minutes, reason }): Body<NewMute>,
) -> Result<StatusCode, Failure> {
    if !MINUTES.contains(&minutes) {
        return Err(Refusal::Malformed.into());
    }
    let until = Timestamp(app.stamps.now().0.saturating_add(i64::from(minutes) * 60_000));
    done(&app, &asker, Change::Mute { member, until, reason: note(&reason)? }).await
}

/// `DELETE /api/members/{member}/mute`: let somebody post again.
pub async fn unmute(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Unmute { member }).await
}

/// `PUT /api/members/{member}/ban`: keep somebody out.
pub async fn ban(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
    Body(NewBan { reason, addresses }): Body<NewBan>,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Ban { member, reason: note(&reason)?, addresses }).await
}

/// `DELETE /api/members/{member}/ban`: let somebody in again.
pub async fn unban(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Unban { member }).await
}

/// `GET /api/members/{member}/sessions`: where somebody is signed in.
pub async fn sessions(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
) -> Result<Json<Vec<Session>>, Failure> {
    asker.must(Action::EndSessions)?;
    let role = app.reader.role_of(member).await?.ok_or(Refusal::NoSuchMember)?;
    if !asker.is_above(role) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(Json(app.reader.sessions(member, None).await?))
}

/// `DELETE /api/members/{member}/sessions`: end all of somebody's sessions.
pub async fn end_sessions(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::EndSessionsOf { member }).await
}
