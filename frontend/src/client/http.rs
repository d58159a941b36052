//! The API under `/api`.

use gloo_net::http::{Request, RequestBuilder};
use maru_shared::{
    DraftId, InvitationId, Member, Refusal, Room, RoomId, Seq, SessionId,
    api::{
        AcceptLink, Access, ApiError, Invitation, LinkSecret, LinkUse, MadeInvitation, Me, NewInvitation,
        NewPassword, NewRoom, Page, PasswordSignIn, Session, SignIn,
    },
    codec,
    room::RoomSummary,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::parts::{Task, from_json};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server will not do it.
    Refused(Refusal),
    /// The server was not reached, or did not answer as one of ours would. The same may be asked again.
    Unreachable,
}

/// How many events a page of history has.
const PAGE: u32 = 200;

/// Who one is; `None` when nobody is signed in.
///
/// # Errors
/// When the server does not answer.
pub async fn session() -> Result<Option<Me>, Failure> {
    read(Request::get("/api/session")).await
}

/// Comes in as a guest. A repeat with the same `draft` gives the same member.
///
/// # Errors
/// When the name is refused, or the server does not answer.
pub async fn sign_in(draft: DraftId, name: String) -> Result<Me, Failure> {
    send(Request::post("/api/session"), &SignIn { draft, name }).await
}

/// Comes in with an account.
///
/// # Errors
/// When the name or the password is wrong, or the server does not answer.
pub async fn sign_in_by_password(name: String, password: String) -> Result<Me, Failure> {
    send(Request::post("/api/session/password"), &PasswordSignIn { name, password }).await
}

/// How one comes in.
///
/// # Errors
/// When the server does not answer.
pub async fn access() -> Result<Access, Failure> {
    read(Request::get("/api/access")).await
}

/// What a link is for.
///
/// # Errors
/// When it is not good, or the server does not answer.
pub async fn look(secret: String) -> Result<LinkUse, Failure> {
    send(Request::post("/api/links/look"), &LinkSecret { secret }).await
}

/// Does what a link is for. A repeat with the same `draft` gives the same member.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub async fn accept(
    secret: String,
    draft: DraftId,
    name: Option<String>,
    password: Option<String>,
) -> Result<Me, Failure> {
    send(Request::post("/api/links/accept"), &AcceptLink { secret, draft, name, password }).await
}

/// Sets one's password.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub async fn set_password(current: Option<String>, password: String) -> Result<(), Failure> {
    tell(Request::put("/api/account/password"), &NewPassword { current, password }).await
}

/// Where one is signed in.
///
/// # Errors
/// When the server does not answer.
pub async fn sessions() -> Result<Vec<Session>, Failure> {
    read(Request::get("/api/sessions")).await
}

/// Ends one of one's sessions.
///
/// # Errors
/// When the server does not answer.
pub async fn end_session(session: SessionId) -> Result<(), Failure> {
    done(Request::delete(&format!("/api/sessions/{session}"))).await
}

/// Ends all of one's sessions but this one.
///
/// # Errors
/// When the server does not answer.
pub async fn end_other_sessions() -> Result<(), Failure> {
    done(Request::delete("/api/sessions")).await
}

/// The invitations that one may see.
///
/// # Errors
/// When the server does not answer.
pub async fn invitations() -> Result<Vec<Invitation>, Failure> {
    read(Request::get("/api/invitations")).await
}

/// Invites.
///
/// # Errors
/// When one may not, or the server does not answer.
pub async fn invite(invitation: &NewInvitation) -> Result<MadeInvitation, Failure> {
    send(Request::post("/api/invitations"), invitation).await
}

/// Takes an invitation back.
///
/// # Errors
/// When the server does not answer.
pub async fn revoke_invitation(invitation: InvitationId) -> Result<(), Failure> {
    done(Request::delete(&format!("/api/invitations/{invitation}"))).await
}

/// Ends the session.
///
/// # Errors
/// When the server does not answer.
pub async fn sign_out() -> Result<(), Failure> {
    done(Request::delete("/api/session")).await
}

/// Every public room.
///
/// # Errors
/// When the server does not answer.
pub async fn rooms() -> Result<Vec<RoomSummary>, Failure> {
    read(Request::get("/api/rooms")).await
}

/// Makes a public room. A repeat with the same `draft` gives the same room.
///
/// # Errors
/// When the name is refused, or the server does not answer.
pub async fn make_room(draft: DraftId, name: String) -> Result<Room, Failure> {
    send(Request::post("/api/rooms"), &NewRoom { draft, name }).await
}

/// Joins a room. A `reset` on the socket follows.
///
/// # Errors
/// When there is no such room, or the server does not answer.
pub async fn join(room: RoomId) -> Result<(), Failure> {
    done(Request::put(&format!("/api/rooms/{room}/membership"))).await
}

/// A room's members, in the order of their joining.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub async fn members(room: RoomId) -> Result<Vec<Member>, Failure> {
    read(Request::get(&format!("/api/rooms/{room}/members"))).await
}

/// The newest events before `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub async fn before(room: RoomId, seq: Seq) -> Result<Page, Failure> {
    read(Request::get(&format!("/api/rooms/{room}/events?before={seq}&limit={PAGE}"))).await
}

/// The oldest events after `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub async fn after(room: RoomId, seq: Seq) -> Result<Page, Failure> {
    read(Request::get(&format!("/api/rooms/{room}/events?after={seq}&limit={PAGE}"))).await
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    parsed(&answer(request, None).await?)
}

async fn send<B: Serialize, T: DeserializeOwned>(request: RequestBuilder, body: &B) -> Result<T, Failure> {
    parsed(&answer(request, Some(codec::encode(body))).await?)
}

async fn tell<B: Serialize>(request: RequestBuilder, body: &B) -> Result<(), Failure> {
    answer(request, Some(codec::encode(body))).await.map(|_| ())
}

async fn done(request: RequestBuilder) -> Result<(), Failure> {
    answer(request, None).await.map(|_| ())
}

/// The body of the answer. Boxed, so that there is one of it and not one in each that asks.
fn answer(request: RequestBuilder, body: Option<String>) -> Task<Result<String, Failure>> {
    Box::pin(async move {
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request.build(),
        };
        let request = request.map_err(|_| Failure::Unreachable)?;
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let text = response.text().await.map_err(|_| Failure::Unreachable)?;
        if response.ok() {
            return Ok(text);
        }
        Err(Failure::Refused(parsed::<ApiError>(&text)?.why))
    })
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    from_json(text).ok_or(Failure::Unreachable)
}
