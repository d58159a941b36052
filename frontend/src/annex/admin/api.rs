//! What only those ask of the API who keep order.

use js_sys::encode_uri_component;
use maru_shared::{
    MemberId, Name, Person, Role, RoomId,
    api::{AuditEntry, MadeLink, NewBan, NewMute, NewName, NewRole, Session, Settings},
    room::RoomSummary,
};

use crate::{
    answer::Answer,
    client::http::{Request, ask, read, tell},
};

/// The most members, or entries of the log, in one answer.
pub const PAGE: usize = 100;

/// The members in whose names `like` is, behind `after`.
///
/// # Errors
/// When it is refused, or the server does not answer: as of all here.
pub fn members(like: &str, after: Option<&Name>) -> Answer<Vec<Person>> {
    let after = after.map(|name| format!("&after={}", encode_uri_component(name.as_str())));
    let like = encode_uri_component(like);
    read(Request::get(&format!("/api/members?like={like}{}", after.unwrap_or_default())))
}

/// Gives somebody another role.
///
/// # Errors
/// As of [`members`].
pub fn set_role(member: MemberId, role: Role) -> Answer<()> {
    tell(Request::put(&of(member, "role")), &NewRole { role })
}

/// Keeps somebody from posting.
///
/// # Errors
/// As of [`members`].
pub fn mute(member: MemberId, mute: &NewMute) -> Answer<()> {
    tell(Request::put(&of(member, "mute")), mute)
}

/// Lets somebody post again.
///
/// # Errors
/// As of [`members`].
pub fn unmute(member: MemberId) -> Answer<()> {
    ask(Request::delete(&of(member, "mute")))
}

/// Keeps somebody out.
///
/// # Errors
/// As of [`members`].
pub fn ban(member: MemberId, ban: &NewBan) -> Answer<()> {
    tell(Request::put(&of(member, "ban")), ban)
}

/// Lets somebody in again.
///
/// # Errors
/// As of [`members`].
pub fn unban(member: MemberId) -> Answer<()> {
    ask(Request::delete(&of(member, "ban")))
}

/// Makes a link by which somebody sets another password.
///
/// # Errors
/// As of [`members`].
pub fn password_link(member: MemberId) -> Answer<MadeLink> {
    read(Request::post(&of(member, "reset")))
}

/// Where somebody is signed in.
///
/// # Errors
/// As of [`members`].
pub fn sessions(member: MemberId) -> Answer<Vec<Session>> {
    read(Request::get(&of(member, "sessions")))
}

/// Signs somebody out everywhere.
///
/// # Errors
/// As of [`members`].
pub fn end_sessions(member: MemberId) -> Answer<()> {
    ask(Request::delete(&of(member, "sessions")))
}

/// Every public room.
///
/// # Errors
/// As of [`members`].
pub fn rooms() -> Answer<Vec<RoomSummary>> {
    read(Request::get("/api/rooms"))
}

/// Gives a room another name.
///
/// # Errors
/// As of [`members`].
pub fn rename(room: RoomId, name: String) -> Answer<()> {
    tell(Request::put(&format!("/api/rooms/{room}/name")), &NewName { name })
}

/// Makes a room one that is only read, or undoes that.
///
/// # Errors
/// As of [`members`].
pub fn archive(room: RoomId, archived: bool) -> Answer<()> {
    let path = format!("/api/rooms/{room}/archive");
    ask(if archived { Request::put(&path) } else { Request::delete(&path) })
}

/// Deletes a room and all that is in it.
///
/// # Errors
/// As of [`members`].
pub fn delete_room(room: RoomId) -> Answer<()> {
    ask(Request::delete(&format!("/api/rooms/{room}")))
}

/// The newest entries of the log, before this one.
///
/// # Errors
/// As of [`members`].
pub fn audit(before: Option<u64>) -> Answer<Vec<AuditEntry>> {
    let before = before.map(|number| format!("?before={number}"));
    read(Request::get(&format!("/api/audit{}", before.unwrap_or_default())))
}

/// Says how this Maru is run.
///
/// # Errors
/// As of [`members`].
pub fn set_settings(settings: Settings) -> Answer<()> {
    tell(Request::put("/api/settings"), &settings)
}

fn of(member: MemberId, what: &str) -> String {
    format!("/api/members/{member}/{what}")
}
