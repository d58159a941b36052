//! What only the annex asks of the API.

use gloo_net::http::Request;
use maru_shared::{
    InvitationId, SessionId,
    api::{Invitation, MadeInvitation, NewInvitation, NewPassword, Session},
};

use crate::{
    answer::Answer,
    client::http::{ask, read, send, tell},
};

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
    ask(Request::delete(&format!("/api/sessions/{session}")))
}

/// Ends all of one's sessions but this one.
///
/// # Errors
/// When the server does not answer.
pub fn end_other_sessions() -> Answer<()> {
    ask(Request::delete("/api/sessions"))
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
    ask(Request::delete(&format!("/api/invitations/{invitation}")))
}
