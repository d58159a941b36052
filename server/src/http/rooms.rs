//! `/api/rooms`: which there are, making one, joining one, who is in one.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use maru_shared::{Member, Name, Refusal, Room, RoomId, Seq, api::NewRoom, room::RoomSummary};

use super::{Body, Failure, SignedIn};
use crate::{
    app::App,
    entry::{Answer, Change, Entry},
};

/// `GET /api/rooms`: every public room.
pub async fn list(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
) -> Result<Json<Vec<RoomSummary>>, Failure> {
    Ok(Json(app.reader.public_rooms(member.id).await?))
}

/// `POST /api/rooms`: make a public room.
pub async fn make(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    Body(request): Body<NewRoom>,
) -> Result<(StatusCode, Json<Room>), Failure> {
    let name = Name::parse(&request.name).map_err(Refusal::BadName)?;
    app.new_rooms.take(&member.id).map_err(|retry_after_ms| Refusal::TooFast { retry_after_ms })?;
    let id = app.stamps.room_id();
    let change = Change::MakeRoom { room: id, draft: request.draft, name };
    let entry = Entry { at: app.stamps.now(), actor: member.id, change };
    match app.engine.ask(entry).await? {
        Answer::Made(room) => {
            if room.id == id {
                let listed = RoomSummary { room: room.clone(), members: 1, joined: false, head: Seq(1) };
                app.hub.tell_listed(&listed, member.id);
            }
            Ok((StatusCode::CREATED, Json(room)))
        }
        _ => Err(Refusal::Malformed.into()),
    }
}

/// `PUT /api/rooms/{room}/membership`: join.
pub async fn join(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    Path(room): Path<String>,
) -> Result<StatusCode, Failure> {
    let change = Change::Join { room: parse_room(&room)? };
    app.engine.ask(Entry { at: app.stamps.now(), actor: member.id, change }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/rooms/{room}/members`: who has joined.
pub async fn members(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    Path(room): Path<String>,
) -> Result<Json<Vec<Member>>, Failure> {
    Ok(Json(app.reader.members_of(parse_room(&room)?, member.id).await??))
}

/// The room that a path names. What is no id names no room.
pub(super) fn parse_room(text: &str) -> Result<RoomId, Refusal> {
    text.parse().map_err(|_| Refusal::NoSuchRoom)
}
