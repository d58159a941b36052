//! What only the annex asks of the API.

use js_sys::{Object, Reflect};
use maru_shared::{
    DraftId, Emoji, Event, FileId, InvitationId, Member, MemberId, Notify, PasskeyId, Room, RoomId, Seq,
    SessionId,
    api::{
        AcceptLink, Invitation, LinkSecret, LinkUse, MadeInvitation, Me, NewBan, NewFile, NewInvitation,
        NewMute, NewName, NewNotify, NewPassword, NewRoom, NewText, NewTopic, OwnPassword, Passkey, Reason,
        Session, Settings, ShowsSeen, Upload, Version,
    },
    room::RoomSummary,
};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Blob};

use crate::{
    answer::Answer,
    client::http::{Request, answer, ask, message, read, read_as, send, tell},
    parts::to_json,
    seam::Deed,
};

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

/// Announces a file, or learns how far it came. A repeat with the same `draft` is about the same file.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn announce(file: &NewFile) -> Answer<Upload> {
    send(Request::post("/api/files"), file)
}

/// Sends a piece of a file, which begins at this byte, until it is given up.
///
/// # Errors
/// When it is refused, when the server does not answer, or it does not go on there.
pub fn send_piece(file: FileId, from: u64, piece: &Blob, until: &AbortSignal) -> Answer<Upload> {
    // Setting something in an object of one's own cannot fail.
    let set = |object: &Object, name: &str, value: &JsValue| _ = Reflect::set(object, &name.into(), value);
    let (options, headers) = (Object::new(), Object::new());
    set(&headers, "upload-offset", &from.to_string().into());
    set(&headers, "content-type", &"application/offset+octet-stream".into());
    set(&options, "method", &"PATCH".into());
    set(&options, "headers", &headers);
    set(&options, "body", piece);
    set(&options, "signal", until);
    read_as(&format!("/api/files/{file}"), &options)
}

/// A file that came with no message is wanted no more.
///
/// # Errors
/// When there is none, or the server does not answer.
pub fn forget(file: FileId) -> Answer<()> {
    ask(Request::delete(&format!("/api/files/{file}")))
}

/// Every public room.
///
/// # Errors
/// When the server does not answer.
pub fn rooms() -> Answer<Vec<RoomSummary>> {
    read(Request::get("/api/rooms"))
}

/// Joins a room. A `reset` on the socket follows.
///
/// # Errors
/// When there is no such room, or the server does not answer.
pub fn join(room: RoomId) -> Answer<()> {
    ask(Request::put(&format!("/api/rooms/{room}/membership")))
}

/// Says what of a room one wants to be told. A `marked` on the socket follows.
///
/// # Errors
/// When one is not in the room, or the server does not answer.
pub fn set_notify(room: RoomId, notify: Notify) -> Answer<()> {
    tell(Request::put(&format!("/api/rooms/{room}/notify")), &NewNotify { notify })
}

/// Whether others are told when one was last here.
///
/// # Errors
/// When the server does not answer.
pub fn shows_seen() -> Answer<ShowsSeen> {
    read(Request::get("/api/account/seen"))
}

/// Says whether others are told when one was last here.
///
/// # Errors
/// When the server does not answer.
pub fn show_seen(shows: bool) -> Answer<()> {
    tell(Request::put("/api/account/seen"), &ShowsSeen { shows })
}

/// Makes a room. `draft` is the same for each attempt at one room.
///
/// # Errors
/// When the name is refused, or the server does not answer.
pub fn make_room(draft: DraftId, name: String, private: bool) -> Answer<Room> {
    send(Request::post("/api/rooms"), &NewRoom { draft, name, private })
}

/// Gives oneself another name.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn change_name(name: String) -> Answer<()> {
    tell(Request::put("/api/account/name"), &NewName { name })
}

/// Sets one's password. The session has another secret then, and is opened anew by it.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn set_password(current: Option<String>, password: String, forget_passkeys: bool) -> Answer<()> {
    Box::pin(async move {
        let new = NewPassword { current, password, forget_passkeys };
        tell(Request::put("/api/account/password"), &new).await?;
        // Whatever is asked now is asked by the new secret, and ends what the one before had opened. It is set already:
        // nothing is wrong when there is no answer.
        let _: Result<Option<Me>, _> = read(Request::get("/api/session")).await;
        Ok(())
    })
}

/// The passkeys that one has.
///
/// # Errors
/// When the server does not answer.
pub fn passkeys() -> Answer<Vec<Passkey>> {
    read(Request::get("/api/account/passkeys"))
}

/// What an authenticator is to be asked, to make a passkey: a `Challenge`, which only the browser reads.
///
/// # Errors
/// When the password is wrong, or passkeys cannot be had here, or the server does not answer.
pub fn begin_passkey(password: String) -> Answer<String> {
    let asked = to_json(&OwnPassword { password });
    answer(Request::post("/api/account/passkeys/begin"), Some(asked))
}

/// Has a passkey kept: by the `Credential` that the browser gave. There is nothing to tell.
///
/// # Errors
/// When it is not right, or the server does not answer.
pub fn keep_passkey(credential: String) -> Answer<String> {
    answer(Request::post("/api/account/passkeys"), Some(credential))
}

/// Takes a passkey away.
///
/// # Errors
/// When the server does not answer.
pub fn remove_passkey(passkey: PasskeyId) -> Answer<()> {
    ask(Request::delete(&format!("/api/account/passkeys/{passkey}")))
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

/// How this Maru is run.
///
/// # Errors
/// When the server does not answer.
pub fn settings() -> Answer<Settings> {
    read(Request::get("/api/settings"))
}

/// Takes an invitation back.
///
/// # Errors
/// When the server does not answer.
pub fn revoke_invitation(invitation: InvitationId) -> Answer<()> {
    ask(Request::delete(&format!("/api/invitations/{invitation}")))
}

/// What a message said since when.
///
/// # Errors
/// When one may not know, or the server does not answer.
pub fn versions(room: RoomId, seq: Seq) -> Answer<Vec<Version>> {
    read(Request::get(&message(room, seq, "/versions")))
}

/// Who reacted to a message by this emoji.
///
/// # Errors
/// When there is no such message, or the server does not answer.
pub fn reactors(room: RoomId, seq: Seq, emoji: &Emoji) -> Answer<Vec<Member>> {
    let emoji = String::from(js_sys::encode_uri_component(emoji.as_str()));
    read(Request::get(&message(room, seq, &format!("/reactions/{emoji}"))))
}

/// Writes a message of one's own anew.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn edit(room: RoomId, seq: Seq, text: String) -> Answer<()> {
    tell(Request::put(&message(room, seq, "")), &NewText { text })
}

/// What is pinned in a room, the last first.
///
/// # Errors
/// When one is not in the room, or the server does not answer.
pub fn pins(room: RoomId) -> Answer<Vec<Event>> {
    read(Request::get(&format!("/api/rooms/{room}/pins")))
}

/// Does this, with what was typed for it: a name, a topic or a reason. A mute holds for so many `minutes`; `also` bans
/// the addresses, too.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn act(deed: &Deed, typed: String, minutes: u32, also: bool) -> Answer<()> {
    let room = |id: &RoomId, rest: &str| format!("/api/rooms/{id}{rest}");
    let member = |id: MemberId, rest: &str| format!("/api/members/{id}/{rest}");
    let because = |path: String, reason| tell(Request::post(&path), &Reason { reason });
    match deed {
        Deed::Rename(id, _) => tell(Request::put(&room(id, "/name")), &NewName { name: typed }),
        Deed::Describe(id, _) => tell(Request::put(&room(id, "/topic")), &NewTopic { topic: typed }),
        Deed::Archive(id) => ask(Request::put(&room(id, "/archive"))),
        Deed::Restore(id) => ask(Request::delete(&room(id, "/archive"))),
        Deed::DeleteRoom(id, _) => ask(Request::delete(&room(id, ""))),
        Deed::Leave(id, _) => ask(Request::delete(&room(id, "/membership"))),
        Deed::DeleteMessage(id, message, _) => {
            because(room(id, &format!("/messages/{message}/delete")), typed)
        }
        Deed::Kick(id, who) => because(room(id, &format!("/members/{}/kick", who.id)), typed),
        Deed::Mute(who) => tell(Request::put(&member(who.id, "mute")), &NewMute { minutes, reason: typed }),
        Deed::Unmute(who) => ask(Request::delete(&member(who.id, "mute"))),
        Deed::Ban(who) => {
            tell(Request::put(&member(who.id, "ban")), &NewBan { reason: typed, addresses: also })
        }
        Deed::Unban(who) => ask(Request::delete(&member(who.id, "ban"))),
    }
}

/// Lets somebody into a room.
///
/// # Errors
/// When one may not, or the server does not answer.
pub fn let_in(room: RoomId, member: MemberId) -> Answer<()> {
    ask(Request::put(&format!("/api/rooms/{room}/members/{member}")))
}
