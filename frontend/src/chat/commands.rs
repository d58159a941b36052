//! What is done by commands that are typed.

use maru_shared::{Refusal, RoomId, api::NewTopic};

use super::{Answer, Chat, Failure};
use crate::client::http::{self, Request};

impl Chat {
    /// Says what a room is about.
    ///
    /// # Errors
    /// When one may not, or the server does not answer.
    pub fn describe(self, room: RoomId, topic: String) -> Answer<()> {
        http::tell(Request::put(&format!("/api/rooms/{room}/topic")), &NewTopic { topic })
    }

    /// Lets whoever is called so into a room.
    ///
    /// # Errors
    /// When nobody is, or one may not, or the server does not answer.
    pub fn let_in(self, room: RoomId, name: &str) -> Answer<()> {
        let found = self.people(name);
        let name = name.to_owned();
        Box::pin(async move {
            let called = found.await?.into_iter().find(|one| one.member.name.as_str().eq_ignore_ascii_case(&name));
            let who = called.ok_or(Failure::Refused(Refusal::NoSuchMember))?.member.id;
            http::ask(Request::put(&format!("/api/rooms/{room}/members/{who}"))).await
        })
    }

    /// Every emoji there is, as `state::emoji` reads it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn emoji(self) -> Answer<Vec<Vec<String>>> {
        http::emoji()
    }
}
