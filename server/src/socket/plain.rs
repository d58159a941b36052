//! The plain dialect: bare texts, in the lobby. The oldest chat there is.

use std::{net::IpAddr, sync::Arc, time::Duration};

use maru_shared::{
    DraftId, MemberId, MessageBody, Refusal, RoomId, api::Policy, close::CloseCode, text::BodyError,
};
use tokio::time::sleep;

use super::loops::{Room, Then};
use crate::{
    app::App,
    bell::Rope,
    entry::{Answer, By, Change},
    hub::{Connection, Seat},
    limiter::household,
    outbox::Outbox,
};

/// One connection that speaks the plain dialect.
pub struct Plain {
    seat: Seat,
    from: IpAddr,
}

/// Says one text on a plain connection.
struct Speaker {
    app: Arc<App>,
    connection: Arc<Connection>,
    from: IpAddr,
}

impl Plain {
    /// From this address. It hears the lobby from now on, though it is still on its way to its loop: who is told that the
    /// socket is open misses nothing.
    pub fn new(app: &App, from: IpAddr) -> Self {
        Self { seat: app.hub.seat_plain(Outbox::without_rope(app.limits.outbox_bytes)), from }
    }

    /// Came to its loop, where it has this rope.
    pub fn arrive(&self, rope: Rope) {
        self.outbox().hang(rope);
    }

    /// What waits for it.
    pub fn outbox(&self) -> &Outbox {
        &self.seat.connection().outbox
    }

    /// Takes a text in. While it cannot be taken (too fast, a full disk), nothing more is read from this socket: the
    /// sender waits, and nothing is lost. What the others write goes out meanwhile.
    pub fn hear(&mut self, text: &str, room: &Room) -> Then {
        let body = match MessageBody::parse(text, room.app.limits.message_chars as usize) {
            Ok(body) => body,
            Err(BodyError::Empty) => return Then::Listen,
            Err(BodyError::TooLong { .. }) => return Then::Close(CloseCode::TooBig),
        };
        let connection = Arc::clone(self.seat.connection());
        let speaker = Speaker { app: Arc::clone(&room.app), connection, from: self.from };
        Then::Wait(Box::pin(async move { speaker.say(body).await }), false)
    }
}

impl Speaker {
    /// Says this, however long it takes until it is taken. An error when whoever writes here is not let in.
    async fn say(&self, body: MessageBody) -> Result<(), CloseCode> {
        let actor = self.member().await?;
        let draft = self.app.stamps.random_id(DraftId::from_random_bytes);
        loop {
            let taken = match self.app.posts.take(&actor) {
                Ok(()) => {
                    let change = Change::Post {
                        room: RoomId::LOBBY,
                        draft,
                        body: Some(body.clone()),
                        reply: None,
                        files: Vec::new(),
                    };
                    self.app.ask(By::Member(actor), change).await.map(drop)
                }
                Err(why) => Err(why),
            };
            match taken.err().and_then(Refusal::retry_after_ms) {
                Some(wait) => sleep(Duration::from_millis(wait.into())).await,
                None => return Ok(()),
            }
        }
    }

    /// The guest who writes here; at the first text they come in under a name of the server's choosing.
    async fn member(&self) -> Result<MemberId, CloseCode> {
        loop {
            if let Some(member) = self.connection.writer() {
                return Ok(member);
            }
            let wait = match self.app.sign_ins.take(&household(self.from)) {
                Ok(()) => self.come_in().await?,
                Err(why) => why.retry_after_ms().unwrap_or(1),
            };
            sleep(Duration::from_millis(wait.into())).await;
        }
    }

    /// Tries a name; gives the milliseconds until the next try.
    async fn come_in(&self) -> Result<u32, CloseCode> {
        if self.app.house.settings().policy == Policy::Invite {
            return Err(CloseCode::SignedOut);
        }
        let Some(name) = self.app.stamps.guest_name() else { return Ok(1) };
        let from = household(self.from);
        let change = Change::SignIn { name, draft: None, session: None, from };
        let by = By::Member(self.app.stamps.member_id());
        match self.app.ask(by, change).await {
            Ok(Answer::SignedIn(member)) => {
                self.connection.speaks_as(member.id);
                Ok(0)
            }
            Err(Refusal::Banned) => Err(CloseCode::Banned),
            Ok(_) => Ok(1),
            Err(why) => Ok(why.retry_after_ms().unwrap_or(1)),
        }
    }
}
