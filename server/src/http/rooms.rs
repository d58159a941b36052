//! `/api/rooms` and `/api/direct`: which there are, making them, going in and out, and what is said of them.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use maru_shared::{
    Member, Name, Note, Refusal, Room,
    api::{NewDirect, NewName, NewRoom, NewTopic, Reason},
    room::RoomSummary,
};

use super::{Asker, Body, Failure, InRoom, MemberInRoom, SignedIn};
use crate::{
    app::App,
    entry::{Answer, Change},
};

/// `GET /api/rooms`: every public room.
pub async fn list(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<Vec<RoomSummary>>, Failure> {
    Ok(Json(app.reader.listed_rooms(asker.member()).await?))
}

/// `POST /api/rooms`: make a room.
pub async fn make(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(request): Body<NewRoom>,
) -> Result<(StatusCode, Json<Room>), Failure> {
    let name = Name::parse(&request.name).map_err(Refusal::BadName)?;
    let NewRoom { draft, private, .. } = request;
    new_room(&app, &signed_in, Change::MakeRoom { room: app.stamps.room_id(), draft, name, private }).await
}

/// `POST /api/direct`: talk directly.
pub async fn direct(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(NewDirect { with }): Body<NewDirect>,
) -> Result<(StatusCode, Json<Room>), Failure> {
    if with.len() > NewDirect::MOST {
        return Err(Refusal::Malformed.into());
    }
    new_room(&app, &signed_in, Change::OpenDirect { room: app.stamps.room_id(), with }).await
}

/// `PUT /api/rooms/{room}/membership`: join.
pub async fn join(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::Join { room }).await
}

/// `DELETE /api/rooms/{room}/membership`: leave.
pub async fn leave(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::Leave { room }).await
}

/// `GET /api/rooms/{room}/members`: who has joined.
pub async fn members(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    InRoom(room): InRoom,
) -> Result<Json<Vec<Member>>, Failure> {
    Ok(Json(app.reader.members_of(room, member.id).await??))
}

/// `PUT /api/rooms/{room}/members/{member}`: let somebody in.
pub async fn let_in(
    State(app): State<Arc<App>>,
    asker: Asker,
    MemberInRoom(room, member): MemberInRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::LetIn { room, member }).await
}

/// `POST /api/rooms/{room}/members/{member}/kick`: take somebody out.
pub async fn kick(
    State(app): State<Arc<App>>,
    asker: Asker,
    MemberInRoom(room, member): MemberInRoom,
    Body(Reason { reason }): Body<Reason>,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Kick { room, member, reason: note(&reason)? }).await
}

/// `PUT /api/rooms/{room}/name`: give it another name.
pub async fn rename(
    State(app): State<Arc<App>>,
    asker: Asker,
    InRoom(room): InRoom,
    Body(NewName { name }): Body<NewName>,
) -> Result<StatusCode, Failure> {
    let name = Name::parse(&name).map_err(Refusal::BadName)?;
    done(&app, &asker, Change::Rename { room, name }).await
}

/// `PUT /api/rooms/{room}/topic`: say what it is about.
pub async fn describe(
    State(app): State<Arc<App>>,
    asker: Asker,
    InRoom(room): InRoom,
    Body(NewTopic { topic }): Body<NewTopic>,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Describe { room, topic: note(&topic)? }).await
}

/// `PUT /api/rooms/{room}/archive`: it is only read from now on.
pub async fn archive(
    State(app): State<Arc<App>>,
    asker: Asker,
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Archive { room, archived: true }).await
}

/// `DELETE /api/rooms/{room}/archive`: it is written again.
pub async fn restore(
    State(app): State<Arc<App>>,
    asker: Asker,
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::Archive { room, archived: false }).await
}

/// `DELETE /api/rooms/{room}`: delete it, with all that is in it.
pub async fn delete(
    State(app): State<Arc<App>>,
    asker: Asker,
    InRoom(room): InRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::DeleteRoom { room }).await
}

/// The topic or reason that somebody typed.
pub fn note(typed: &str) -> Result<Note, Refusal> {
    Note::parse(typed).map_err(Refusal::BadNote)
}

/// Asks for a change of which nothing is to be told but that it is done.
pub async fn done(app: &App, asker: &Asker, change: Change) -> Result<StatusCode, Failure> {
    asker.ask(app, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn new_room(
    app: &App,
    signed_in: &SignedIn,
    change: Change,
) -> Result<(StatusCode, Json<Room>), Failure> {
    app.new_rooms.take(&signed_in.member.id)?;
    match app.ask(signed_in.by(), change).await? {
        Answer::Room(room) => Ok((StatusCode::CREATED, Json(room))),
        _ => Err(Refusal::Malformed.into()),
    }
}
