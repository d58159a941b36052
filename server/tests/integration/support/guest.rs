//! Somebody who has signed in, and what they ask for over HTTP.

use std::sync::{Arc, Mutex};

use hyper::{
    Method,
    header::{COOKIE, SET_COOKIE},
};
use maru_shared::{
    DraftId, Event, Member, Role, Room, RoomId, Seq,
    api::{
        AcceptLink, AuditEntry, MadeInvitation, Me, NewBan, NewDirect, NewInvitation, NewMute, NewName,
        NewPassword, NewRole, NewRoom, Page, PasswordSignIn, Reason, Session, SignIn,
    },
    room::RoomSummary,
};

use super::{Answer, Client, Dial, Site, View, a_draft, http::Ask, view::as_told};

/// Somebody who has signed in.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) site: Site,
    pub(crate) member: Member,
    /// As it is sent: `name=value`. One's copies are in the same browser.
    cookie: Arc<Mutex<String>>,
}

impl Site {
    /// A new guest of this name.
    pub(crate) async fn guest(self, name: &str) -> Guest {
        let answer = self.sign_in(a_draft(), name).await;
        Guest { site: self, member: answer.read(201), cookie: kept(&answer) }
    }

    pub(crate) async fn sign_in(self, draft: DraftId, name: &str) -> Answer {
        self.post("/api/session").json(&SignIn { draft, name: name.to_owned() }).send().await
    }
}

/// A password that nobody guesses soon.
pub(crate) const PASSWORD: &str = "느린 달팽이 셋이 걷는다";

/// What stands behind the `#` of a link.
pub(crate) fn secret_of(link: &str) -> &str {
    link.split_once('#').expect("a link with a secret").1
}

impl Site {
    /// Comes in with an account.
    pub(crate) async fn sign_in_by_password(self, name: &str, password: &str) -> Answer {
        let body = PasswordSignIn { name: name.to_owned(), password: password.to_owned() };
        self.post("/api/session/password").json(&body).send().await
    }

    /// Comes in by a link, as somebody new with [`PASSWORD`].
    pub(crate) async fn accept(self, secret: &str, name: &str) -> Answer {
        self.post("/api/links/accept").json(&acceptance(secret, Some(name), Some(PASSWORD))).send().await
    }

    /// Somebody new who has come in by a link.
    pub(crate) async fn comes_by(self, secret: &str, name: &str) -> Guest {
        Guest::of(self, &self.accept(secret, name).await)
    }
}

/// What is sent to do what a link is for.
pub(crate) fn acceptance(secret: &str, name: Option<&str>, password: Option<&str>) -> AcceptLink {
    AcceptLink {
        secret: secret.to_owned(),
        draft: a_draft(),
        name: name.map(str::to_owned),
        password: password.map(str::to_owned),
    }
}

impl Guest {
    /// Whoever came in with this answer.
    #[track_caller]
    pub(crate) fn of(site: Site, answer: &Answer) -> Self {
        Self { site, member: answer.read::<Me>(201).member(), cookie: kept(answer) }
    }

    /// Whoever knows the secret by which one is in now.
    pub(crate) fn copied(&self) -> Self {
        Self { cookie: Arc::new(Mutex::new(self.cookie())), ..self.clone() }
    }

    pub(crate) fn cookie(&self) -> String {
        self.cookie.lock().unwrap().clone()
    }

    /// Keeps the cookie of an answer that sets one, as a browser does.
    pub(crate) fn keep(&self, answer: Answer) -> Answer {
        if answer.headers.contains_key(SET_COOKIE) {
            *self.cookie.lock().unwrap() = cookie_of(&answer);
        }
        answer
    }

    pub(crate) async fn me(&self) -> Option<Me> {
        self.get("/api/session").await.read(200)
    }

    pub(crate) async fn sessions(&self) -> Vec<Session> {
        self.get("/api/sessions").await.read(200)
    }

    pub(crate) async fn set_password(&self, current: Option<&str>, password: &str) -> Answer {
        let current = current.map(str::to_owned);
        let body = NewPassword { current, password: password.to_owned(), forget_passkeys: false };
        self.keep(self.ask(Method::PUT, "/api/account/password").json(&body).send().await)
    }

    /// Is called otherwise.
    pub(crate) async fn change_name(&self, name: &str) -> Answer {
        self.change(Method::PUT, "/account/name", &NewName { name: name.to_owned() }).await
    }

    pub(crate) async fn invite_as(&self, role: Role, hours: u32, uses: u32) -> Answer {
        self.ask(Method::POST, "/api/invitations").json(&NewInvitation { role, hours, uses }).send().await
    }

    /// An invitation for one member, good for a day.
    pub(crate) async fn invite(&self) -> MadeInvitation {
        self.invite_as(Role::Member, 24, 1).await.read(201)
    }

    pub(crate) async fn accept(&self, secret: &str, password: Option<&str>) -> Answer {
        let asked = acceptance(secret, None, password);
        let answer = self.ask(Method::POST, "/api/links/accept").json(&asked).send().await;
        let comes_in = serde_json::from_slice::<Me>(&answer.body).map(|me| me.id);
        // Somebody else who comes in does so in another browser.
        if comes_in.ok() == Some(self.member.id) { self.keep(answer) } else { answer }
    }

    /// The same guest, where the server listens now.
    pub(crate) fn at(&self, site: Site) -> Self {
        Self { site, ..self.clone() }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        self.site.ask(method, path).header(COOKIE.as_str(), &self.cookie())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).send().await
    }

    /// A socket on which `hello` was said, with nothing known, and all rooms are caught up on.
    pub(crate) async fn connect(&self) -> Client {
        self.resume(View::default()).await
    }

    /// The same, with what is known already; what was not answered is sent again.
    pub(crate) async fn resume(&self, view: View) -> Client {
        let mut client = Client::begin(Dial::typed(self).open().await, view).await;
        client.catch_up().await;
        client
    }

    pub(crate) async fn make_room(&self, name: &str) -> Room {
        self.make_room_as(a_draft(), name).await.read(201)
    }

    pub(crate) async fn make_room_as(&self, draft: DraftId, name: &str) -> Answer {
        self.ask(Method::POST, "/api/rooms")
            .json(&NewRoom { draft, name: name.to_owned(), private: false })
            .send()
            .await
    }

    pub(crate) async fn make_private(&self, name: &str) -> Room {
        let room = NewRoom { draft: a_draft(), name: name.to_owned(), private: true };
        self.ask(Method::POST, "/api/rooms").json(&room).send().await.read(201)
    }

    /// The room in which one talks directly with these.
    pub(crate) async fn direct(&self, with: &[&Self]) -> Room {
        let with = with.iter().map(|guest| guest.member.id).collect();
        self.ask(Method::POST, "/api/direct").json(&NewDirect { with }).send().await.read(201)
    }

    /// Asks for a change that has a body.
    pub(crate) async fn change(&self, method: Method, path: &str, body: &impl serde::Serialize) -> Answer {
        self.ask(method, &format!("/api{path}")).json(body).send().await
    }

    pub(crate) async fn leave(&self, room: RoomId) -> Answer {
        self.ask(Method::DELETE, &format!("/api/rooms/{room}/membership")).send().await
    }

    pub(crate) async fn let_in(&self, room: RoomId, whom: &Self) -> Answer {
        let path = format!("/api/rooms/{room}/members/{}", whom.member.id);
        self.ask(Method::PUT, &path).send().await
    }

    pub(crate) async fn kick(&self, room: RoomId, whom: &Self) -> Answer {
        let path = format!("/rooms/{room}/members/{}/kick", whom.member.id);
        self.change(Method::POST, &path, &Reason { reason: "자꾸 떠들어요".into() }).await
    }

    pub(crate) async fn delete_message(&self, room: RoomId, message: Seq) -> Answer {
        let path = format!("/rooms/{room}/messages/{message}/delete");
        self.change(Method::POST, &path, &Reason::default()).await
    }

    pub(crate) async fn mute(&self, whom: &Self, minutes: u32) -> Answer {
        let path = format!("/members/{}/mute", whom.member.id);
        self.change(Method::PUT, &path, &NewMute { minutes, reason: "쉬어 가요".into() }).await
    }

    pub(crate) async fn ban(&self, whom: &Self, addresses: bool) -> Answer {
        let path = format!("/members/{}/ban", whom.member.id);
        self.change(Method::PUT, &path, &NewBan { reason: "광고".into(), addresses }).await
    }

    pub(crate) async fn unban(&self, whom: &Self) -> Answer {
        self.ask(Method::DELETE, &format!("/api/members/{}/ban", whom.member.id)).send().await
    }

    pub(crate) async fn set_role(&self, whom: &Self, role: Role) -> Answer {
        self.change(Method::PUT, &format!("/members/{}/role", whom.member.id), &NewRole { role }).await
    }

    pub(crate) async fn audit(&self) -> Vec<AuditEntry> {
        self.get("/api/audit").await.read(200)
    }

    pub(crate) async fn join(&self, room: RoomId) {
        let path = format!("/api/rooms/{room}/membership");
        self.ask(Method::PUT, &path).send().await.is(204);
    }

    pub(crate) async fn rooms(&self) -> Vec<RoomSummary> {
        self.get("/api/rooms").await.read(200)
    }

    /// Whether the member is in a public room.
    pub(crate) async fn is_in(&self, room: RoomId) -> bool {
        self.rooms().await.iter().any(|summary| summary.room.id == room && summary.joined)
    }

    pub(crate) async fn members(&self, room: RoomId) -> Vec<Member> {
        self.get(&format!("/api/rooms/{room}/members")).await.read(200)
    }

    /// A page of the room: `query` is `after=3&limit=10`, say.
    pub(crate) async fn page(&self, room: RoomId, query: &str) -> Page {
        let mut page: Page = self.get(&format!("/api/rooms/{room}/events?{query}")).await.read(200);
        page.events = page.events.into_iter().map(as_told).collect();
        page
    }

    /// Everything that ever happened in the room, page by page.
    pub(crate) async fn history(&self, room: RoomId) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let page = self.page(room, &format!("after={}&limit=200", events.len())).await;
            for event in page.events {
                assert_eq!(event.seq, Seq(events.len() as u64 + 1), "a hole in the history");
                events.push(event);
            }
            if events.len() as u64 >= page.head.0 {
                return events;
            }
        }
    }

    pub(crate) async fn sign_out(&self) {
        self.ask(Method::DELETE, "/api/session").send().await.is(204);
    }
}

fn kept(answer: &Answer) -> Arc<Mutex<String>> {
    Arc::new(Mutex::new(cookie_of(answer)))
}

/// The cookie that an answer sets, as it is sent back.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    let set = answer.header(SET_COOKIE.as_str());
    set.split(';').next().unwrap_or_default().to_owned()
}
