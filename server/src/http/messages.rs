//! `/api/rooms/{room}/events` and `/messages`: the history, page by page, and what is done with a message.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use maru_shared::{
    Event, Member, Refusal, Seq,
    api::{NewNotify, NewText, Page, ReadPosition, Reason, Version},
    role::{Action, Ground, may},
};
use serde::Deserialize;

use super::{
    Asker, Body, Failure, InRoom, MessageInRoom, ReactionInRoom, SignedIn,
    rooms::{done, note},
};
use crate::{app::App, entry::Change, store::Span};

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 200;

/// Which page is asked for.
#[derive(Deserialize)]
pub struct PageQuery {
    before: Option<Seq>,
    after: Option<Seq>,
    around: Option<Seq>,
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
    let span = match (query.before, query.after, query.around) {
        (None, None, None) => Span::Before(Seq(u64::MAX)),
        (Some(before), None, None) => Span::Before(before),
        (None, Some(after), None) => Span::After(after),
        (None, None, Some(around)) => Span::Around(around),
        _ => return Err(Refusal::Malformed.into()),
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::Malformed.into());
    }
    Ok(Json(app.reader.page(room, member.id, span, limit).await??))
}

/// `PUT /api/rooms/{room}/messages/{message}`: write a message of one's own anew.
pub async fn edit(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    MessageInRoom(room, message): MessageInRoom,
    Body(NewText { text }): Body<NewText>,
) -> Result<StatusCode, Failure> {
    // Whether it may be empty is decided where it is known whether there are files.
    let body = app.limits.body(text, true)?;
    done(&app, &Asker::Member(signed_in), Change::EditMessage { room, message, body }).await
}

/// `GET /api/rooms/{room}/messages/{message}/versions`: what a message said since when. One's own, and others' for those
/// who keep order.
pub async fn versions(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    MessageInRoom(room, message): MessageInRoom,
) -> Result<Json<Vec<Version>>, Failure> {
    let me = signed_in.member.id;
    let (author, versions) = app.reader.versions(room, me, message).await??;
    if author != me {
        let place = app.reader.room(room).await?.ok_or(Refusal::NoSuchRoom)?;
        let ground = match place.title() {
            Some(_) => Ground::Room { made_it: place.made_by == Some(me) },
            None => Ground::Direct,
        };
        if !may(signed_in.standing.role, Action::SeeVersions, ground) {
            return Err(Refusal::NotAllowed.into());
        }
    }
    Ok(Json(versions))
}

/// `POST /api/rooms/{room}/messages/{message}/delete`: delete a message.
pub async fn delete(
    State(app): State<Arc<App>>,
    asker: Asker,
    MessageInRoom(room, message): MessageInRoom,
    Body(Reason { reason }): Body<Reason>,
) -> Result<StatusCode, Failure> {
    done(&app, &asker, Change::DeleteMessage { room, message, reason: note(&reason)? }).await
}

/// `PUT /api/rooms/{room}/messages/{message}/reactions/{emoji}`: react to a message.
pub async fn react(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    ReactionInRoom(room, message, emoji): ReactionInRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::React { room, message, emoji, back: false }).await
}

/// `DELETE /api/rooms/{room}/messages/{message}/reactions/{emoji}`: take a reaction back.
pub async fn unreact(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    ReactionInRoom(room, message, emoji): ReactionInRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::React { room, message, emoji, back: true }).await
}

/// `GET /api/rooms/{room}/messages/{message}/reactions/{emoji}`: who reacted so.
pub async fn reactors(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    ReactionInRoom(room, message, emoji): ReactionInRoom,
) -> Result<Json<Vec<Member>>, Failure> {
    Ok(Json(app.reader.reactors(room, member.id, message, emoji).await??))
}

/// `PUT /api/rooms/{room}/messages/{message}/pin`: pin a message.
pub async fn pin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    MessageInRoom(room, message): MessageInRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::Pin { room, message, pinned: true }).await
}

/// `DELETE /api/rooms/{room}/messages/{message}/pin`: take a message from what is pinned.
pub async fn unpin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    MessageInRoom(room, message): MessageInRoom,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::Pin { room, message, pinned: false }).await
}

/// `GET /api/rooms/{room}/pins`: what is pinned, the last first.
pub async fn pins(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    InRoom(room): InRoom,
) -> Result<Json<Vec<Event>>, Failure> {
    Ok(Json(app.reader.pins(room, member.id).await??))
}

/// `GET /api/rooms/{room}/readers`: up to where each has read.
pub async fn readers(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    InRoom(room): InRoom,
) -> Result<Json<Vec<ReadPosition>>, Failure> {
    Ok(Json(app.reader.readers(room, member.id).await??))
}

/// `PUT /api/rooms/{room}/notify`: what of the room one wants to be told.
pub async fn notify(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    InRoom(room): InRoom,
    Body(NewNotify { notify }): Body<NewNotify>,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::Notify { room, notify }).await
}
