//! The API under `/api`: how it is asked, and what the page asks of it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use js_sys::{Object, Promise, Reflect};
use maru_shared::{
    DraftId, Emoji, Member, MemberId, Person, Room, RoomId, Seq, Timestamp,
    api::{Access, ApiError, Me, NewDirect, Page, PasswordSignIn, ReadPosition, SignIn},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::{
    answer::{Answer, Failure},
    parts::{from_json, to_json},
};

/// How many events a page of history has.
const PAGE: u32 = 200;

#[wasm_bindgen]
extern "C" {
    fn fetch(address: &str, options: &Object) -> Promise;

    type Response;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &Response) -> bool;
    #[wasm_bindgen(method)]
    fn text(this: &Response) -> Promise;
}

/// What is asked, and how. A library's would be a hundredth of the page.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    address: String,
}

impl Request {
    /// Asks what is there.
    pub fn get(address: &str) -> Self {
        Self { method: "GET", address: address.to_owned() }
    }

    /// Asks for something to be done or made.
    pub fn post(address: &str) -> Self {
        Self { method: "POST", address: address.to_owned() }
    }

    /// Asks for something to be so.
    pub fn put(address: &str) -> Self {
        Self { method: "PUT", address: address.to_owned() }
    }

    /// Asks for something not to be any more.
    pub fn delete(address: &str) -> Self {
        Self { method: "DELETE", address: address.to_owned() }
    }
}

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

/// What an authenticator is to be asked, to come in by a passkey: a `Challenge`, which only the browser reads.
///
/// # Errors
/// When passkeys cannot be had here, or the server does not answer.
pub fn begin_passkey() -> Answer<String> {
    answer(Request::post("/api/session/passkey/begin"), None)
}

/// Comes in by a passkey: with the `Credential` that the browser gave.
///
/// # Errors
/// When it is not known, or the server does not answer.
pub fn sign_in_by_passkey(credential: String) -> Answer<Me> {
    as_told(answer(Request::post("/api/session/passkey"), Some(credential)))
}

/// How one comes in.
///
/// # Errors
/// When the server does not answer.
pub fn access() -> Answer<Access> {
    read(Request::get("/api/access"))
}

/// Ends the session.
///
/// # Errors
/// When the server does not answer.
pub fn sign_out() -> Answer<()> {
    ask(Request::delete("/api/session"))
}

/// The direct room of oneself and these.
///
/// # Errors
/// When one of them is not there, or the server does not answer.
pub fn direct(with: Vec<MemberId>) -> Answer<Room> {
    send(Request::post("/api/direct"), &NewDirect { with })
}

/// Who is in this Maru, in the order of their names: those whose name has `like` in it, behind `after`.
///
/// # Errors
/// When the server does not answer.
pub fn people(like: &str, after: &str) -> Answer<Vec<Person>> {
    read(members_like(like, after))
}

/// As much of a `Person` as the page itself asks for.
#[derive(Debug, Deserialize)]
pub struct LastSeen {
    /// Who.
    pub member: Member,
    /// When they were last here, where they let others know.
    #[serde(default)]
    pub seen_at: Option<Timestamp>,
}

/// Those whose name has `like` in it, and when they were last here.
///
/// # Errors
/// When the server does not answer.
pub fn last_seen(like: &str) -> Answer<Vec<LastSeen>> {
    read(members_like(like, ""))
}

fn members_like(like: &str, after: &str) -> Request {
    let parameter = |name: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{name}={}&", String::from(js_sys::encode_uri_component(text))),
    };
    let query = parameter("like", like) + &parameter("after", after);
    Request::get(&format!("/api/members?{query}"))
}

/// Every emoji there is, in groups, as `state::emoji` reads each.
///
/// # Errors
/// When the server does not answer.
pub fn emoji() -> Answer<Vec<Vec<String>>> {
    read(Request::get("/emoji.json"))
}

/// A room's members, in the order of their joining.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn members(room: RoomId) -> Answer<Vec<Member>> {
    read(of_room(room, "members"))
}

/// Up to where each has read a room, where that is told.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn readers(room: RoomId) -> Answer<Vec<ReadPosition>> {
    read(of_room(room, "readers"))
}

/// The newest events before `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn before(room: RoomId, seq: Seq) -> Answer<Page> {
    page(room, "before", seq)
}

/// The oldest events after `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn after(room: RoomId, seq: Seq) -> Answer<Page> {
    page(room, "after", seq)
}

/// The events around `seq`.
///
/// # Errors
/// When the room is not joined, or the server does not answer.
pub fn around(room: RoomId, seq: Seq) -> Answer<Page> {
    page(room, "around", seq)
}

fn page(room: RoomId, which: &str, seq: Seq) -> Answer<Page> {
    read(of_room(room, &format!("events?{which}={seq}&limit={PAGE}")))
}

fn of_room(room: RoomId, what: &str) -> Request {
    Request::get(&format!("/api/rooms/{room}/{what}"))
}

/// Reacts to a message, or takes that back.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn react(room: RoomId, seq: Seq, emoji: &Emoji, back: bool) -> Answer<()> {
    let emoji = String::from(js_sys::encode_uri_component(emoji.as_str()));
    so_or_not(&message(room, seq, &format!("/reactions/{emoji}")), !back)
}

/// Pins a message, or takes it from what is pinned.
///
/// # Errors
/// When it is refused, or the server does not answer.
pub fn pin(room: RoomId, seq: Seq, pinned: bool) -> Answer<()> {
    so_or_not(&message(room, seq, "/pin"), pinned)
}

/// The address of a message, and of what is behind that.
pub fn message(room: RoomId, seq: Seq, behind: &str) -> String {
    format!("/api/rooms/{room}/messages/{seq}{behind}")
}

fn so_or_not(address: &str, so: bool) -> Answer<()> {
    ask(if so { Request::put(address) } else { Request::delete(address) })
}

/// Asks for what is told.
///
/// # Errors
/// When it is refused, or the server does not answer: as of all that ask.
pub fn read<T: DeserializeOwned + 'static>(request: Request) -> Answer<T> {
    as_told(answer(request, None))
}

/// Sends a body and asks for what is told.
///
/// # Errors
/// As of [`read`].
pub fn send<B: Serialize, T: DeserializeOwned + 'static>(request: Request, body: &B) -> Answer<T> {
    as_told(answer(request, Some(to_json(body))))
}

/// Sends a body; there is nothing to tell.
///
/// # Errors
/// As of [`read`].
pub fn tell<B: Serialize>(request: Request, body: &B) -> Answer<()> {
    done(answer(request, Some(to_json(body))))
}

/// Asks for something to be done; there is nothing to tell.
///
/// # Errors
/// As of [`read`].
pub fn ask(request: Request) -> Answer<()> {
    done(answer(request, None))
}

fn as_told<T: DeserializeOwned + 'static>(answer: Answer<String>) -> Answer<T> {
    Box::pin(ReadAs(answer, |text| parsed(text)))
}

fn done(answer: Answer<String>) -> Answer<()> {
    Box::pin(ReadAs(answer, |_| Ok(())))
}

/// An answer that is read. An `async` block would be four times the code for each type.
struct ReadAs<T>(Answer<String>, fn(&str) -> Result<T, Failure>);

impl<T> Future for ReadAs<T> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let read = self.1;
        self.0.as_mut().poll(context).map(|answer| read(&answer?))
    }
}

/// The body of the answer.
///
/// # Errors
/// As of [`read`].
pub fn answer(request: Request, body: Option<String>) -> Answer<String> {
    answered(fetch(&request.address, &request.options(body)))
}

/// Asks for what is told, as the browser is told to ask.
///
/// # Errors
/// As of [`read`].
pub fn read_as<T: DeserializeOwned + 'static>(address: &str, options: &Object) -> Answer<T> {
    as_told(answered(fetch(address, options)))
}

fn answered(asked: Promise) -> Answer<String> {
    Box::pin(async move {
        let response: Response = JsFuture::from(asked).await.map_err(unreachable)?.unchecked_into();
        let text = JsFuture::from(response.text()).await.map_err(unreachable)?;
        let text = text.as_string().unwrap_or_default();
        if response.ok() {
            return Ok(text);
        }
        Err(Failure::Refused(parsed::<ApiError>(&text)?.why))
    })
}

fn unreachable(_: JsValue) -> Failure {
    Failure::Unreachable
}

impl Request {
    /// As the browser is told of it.
    fn options(&self, body: Option<String>) -> Object {
        // Setting something in an object of one's own cannot fail.
        let set =
            |object: &Object, name: &str, value: &JsValue| _ = Reflect::set(object, &name.into(), value);
        let options = Object::new();
        set(&options, "method", &self.method.into());
        if let Some(body) = body {
            let headers = Object::new();
            set(&headers, "content-type", &"application/json".into());
            set(&options, "headers", &headers);
            set(&options, "body", &body.into());
        }
        options
    }
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    from_json(text).ok_or(Failure::Unreachable)
}
