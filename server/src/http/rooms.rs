//! `/api/rooms`: which there are, making one, joining one, who is in one.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, request::Parts},
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
    app.new_rooms.take(&member.id)?;
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
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    let change = Change::Join { room };
    app.engine.ask(Entry { at: app.stamps.now(), actor: member.id, change }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/rooms/{room}/members`: who has joined.
pub async fn members(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    InRoom(room): InRoom,
) -> Result<Json<Vec<Member>>, Failure> {
    Ok(Json(app.reader.members_of(room, member.id).await??))
}

/// The room that a path names. What is no id names no room.
pub struct InRoom(pub RoomId);

impl<S: Send + Sync> FromRequestParts<S> for InRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let room = Path::<String>::from_request_parts(parts, state).await.ok();
        let room = room.and_then(|Path(room)| room.parse().ok());
        room.map(Self).ok_or_else(|| Refusal::NoSuchRoom.into())
    }
}
