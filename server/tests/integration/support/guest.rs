//! Somebody who has signed in, and what they ask for over HTTP.

use hyper::{
    Method,
    header::{COOKIE, SET_COOKIE},
};
use maru_shared::{
    DraftId, Event, Member, Room, RoomId, Seq,
    api::{NewRoom, Page, SignIn},
    room::RoomSummary,
};

use super::{Answer, Client, Dial, Site, View, a_draft, http::Ask};

/// Somebody who has signed in.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) site: Site,
    pub(crate) member: Member,
    /// As it is sent: `name=value`.
    pub(crate) cookie: String,
}

impl Site {
    /// A new guest of this name.
    pub(crate) async fn guest(self, name: &str) -> Guest {
        let answer = self.sign_in(a_draft(), name).await;
        Guest { site: self, member: answer.read(201), cookie: cookie_of(&answer) }
    }

    pub(crate) async fn sign_in(self, draft: DraftId, name: &str) -> Answer {
        self.post("/api/session").json(&SignIn { draft, name: name.to_owned() }).send().await
    }
}

impl Guest {
    /// The same guest, where the server listens now.
    pub(crate) fn at(&self, site: Site) -> Self {
        Self { site, ..self.clone() }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        self.site.ask(method, path).header(COOKIE.as_str(), &self.cookie)
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
        self.ask(Method::POST, "/api/rooms").json(&NewRoom { draft, name: name.to_owned() }).send().await
    }

    pub(crate) async fn join(&self, room: RoomId) {
        let path = format!("/api/rooms/{room}/membership");
        self.ask(Method::PUT, &path).send().await.is(204);
    }

    pub(crate) async fn rooms(&self) -> Vec<RoomSummary> {
        self.get("/api/rooms").await.read(200)
    }

    pub(crate) async fn members(&self, room: RoomId) -> Vec<Member> {
        self.get(&format!("/api/rooms/{room}/members")).await.read(200)
    }

    /// A page of the room: `query` is `after=3&limit=10`, say.
    pub(crate) async fn page(&self, room: RoomId, query: &str) -> Page {
        self.get(&format!("/api/rooms/{room}/events?{query}")).await.read(200)
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

/// The cookie that an answer sets, as it is sent back.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    let set = answer.header(SET_COOKIE.as_str());
    set.split(';').next().unwrap_or_default().to_owned()
}
