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

/// What will be the answer. Boxed, so that whoever waits for one is as small as can be.
pub type Answer<T> = Task<Result<T, Failure>>;

/// How many events a page of history has.
const PAGE: u32 = 200;

/// Who one is; `None` when nobody is signed in.
///
/// # Errors
/// When the server does not answer.
pub fn session() -> Answer<Option<Me>> {
    read(Request::get("/api/session"))
}

/// Comes in as a guest. A repeat with the same `draft` gives the same member.
///
/// # Errors
/// When the name is refused, or the server does not answer.
pub fn sign_in(draft: DraftId, name: String) -> Answer<Me> {
    send(Request::post("/api/session"), &SignIn { draft, name })
}

/// Comes in with an account.
///
/// # Errors
/// When the name or the password is wrong, or the server does not answer.
pub fn sign_in_by_password(name: String, password: String) -> Answer<Me> {
    send(Request::post("/api/session/password"), &PasswordSignIn { name, password })
}

/// How one comes in.
///
/// # Errors
/// When the server does not answer.
pub fn access() -> Answer<Access> {
    read(Request::get("/api/access"))
}

/// What a link is for.
///
/// # Errors
/// When it is not good, or the server does not answer.
pub fn look(secret: String) -> Answer<LinkUse> {
    send(Request::post("/api/links/look"), &LinkSecret { secret })
}

/// Does what a link is for. A repeat with the same `draft` gives the same member.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn accept(secret: String, draft: DraftId, name: Option<String>, password: Option<String>) -> Answer<Me> {
    send(Request::post("/api/links/accept"), &AcceptLink { secret, draft, name, password })
}

/// Sets one's password.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn set_password(current: Option<String>, password: String) -> Answer<()> {
    tell(Request::put("/api/account/password"), &NewPassword { current, password })
}

/// Where one is signed in.
///
/// # Errors
/// When the server does not answer.
pub fn sessions() -> Answer<Vec<Session>> {
    read(Request::get("/api/sessions"))
}

/// Ends one of one's sessions.
///
/// # Errors
/// When the server does not answer.
pub fn end_session(session: SessionId) -> Answer<()> {
    done(answer(Request::delete(&format!("/api/sessions/{session}")), None))
}

/// Ends all of one's sessions but this one.
///
/// # Errors
/// When the server does not answer.
pub fn end_other_sessions() -> Answer<()> {
    done(answer(Request::delete("/api/sessions"), None))
}

/// The invitations that one may see.
///
/// # Errors
/// When the server does not answer.
pub fn invitations() -> Answer<Vec<Invitation>> {
    read(Request::get("/api/invitations"))
}

/// Invites.
///
/// # Errors
/// When one may not, or the server does not answer.
pub fn invite(invitation: &NewInvitation) -> Answer<MadeInvitation> {
    send(Request::post("/api/invitations"), invitation)
}

/// Takes an invitation back.
///
/// # Errors
/// When the server does not answer.
pub fn revoke_invitation(invitation: InvitationId) -> Answer<()> {
    done(answer(Request::delete(&format!("/api/invitations/{invitation}")), None))
}

/// Ends the session.
///
/// # Errors
/// When the server does not answer.
pub fn sign_out() -> Answer<()> {
    done(answer(Request::delete("/api/session"), None))
}

/// Every public room.
///
/// # Errors
/// When the server does not answer.
pub fn rooms() -> Answer<Vec<RoomSummary>> {
    read(Request::get("/api/rooms"))
}

/// Makes a public room. A repeat with the same `draft` gives the same room.
///
/// # Errors
/// When the name is refused, or the server does not answer.
pub fn make_room(draft: DraftId, name: String) -> Answer<Room> {
    send(Request::post("/api/rooms"), &NewRoom { draft, name, private: false })
}

/// Joins a room. A `reset` on the socket follows.
///
/// # Errors
/// When there is no such room, or the server does not answer.
pub fn join(room: RoomId) -> Answer<()> {
    done(answer(Request::put(&format!("/api/rooms/{room}/membership")), None))
}

/// A room's members, in the order of their joining.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn members(room: RoomId) -> Answer<Vec<Member>> {
    read(Request::get(&format!("/api/rooms/{room}/members")))
}

/// The newest events before `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn before(room: RoomId, seq: Seq) -> Answer<Page> {
    read(Request::get(&format!("/api/rooms/{room}/events?before={seq}&limit={PAGE}")))
}

/// The oldest events after `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn after(room: RoomId, seq: Seq) -> Answer<Page> {
    read(Request::get(&format!("/api/rooms/{room}/events?after={seq}&limit={PAGE}")))
}

fn read<T: DeserializeOwned + 'static>(request: RequestBuilder) -> Answer<T> {
    as_told(answer(request, None))
}

fn send<B: Serialize, T: DeserializeOwned + 'static>(request: RequestBuilder, body: &B) -> Answer<T> {
    as_told(answer(request, Some(codec::encode(body))))
}

fn tell<B: Serialize>(request: RequestBuilder, body: &B) -> Answer<()> {
    done(answer(request, Some(codec::encode(body))))
}

fn as_told<T: DeserializeOwned + 'static>(answer: Answer<String>) -> Answer<T> {
    Box::pin(async move { parsed(&answer.await?) })
}

fn done(answer: Answer<String>) -> Answer<()> {
    Box::pin(async move { answer.await.map(drop) })
}

/// The body of the answer.
fn answer(request: RequestBuilder, body: Option<String>) -> Answer<String> {
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    Box::pin(async move {
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
