//! The plain dialect: bare texts, in the lobby. The oldest chat there is.

use std::{net::IpAddr, sync::Arc, time::Duration};

use maru_shared::{
    DraftId, MemberId, MessageBody, Refusal, RoomId, api::Policy, close::CloseCode, text::BodyError,
};
use tokio::time::sleep;

use super::line::{End, Line, Next, Socket};
use crate::{
    app::App,
    entry::{Answer, By, Change},
    hub::Seat,
    limiter::household,
    outbox::{Item, Outbox, Waiting},
};

/// One connection that speaks the plain dialect.
pub struct Plain<S> {
    app: Arc<App>,
    line: Line<S>,
    seat: Seat,
    speaker: Speaker,
}

/// Who writes on a plain connection: nobody until the first text.
struct Speaker {
    app: Arc<App>,
    from: IpAddr,
    member: Option<MemberId>,
}

impl<S: Socket> Plain<S> {
    /// Speaks the plain dialect until the socket is over, and says why it is.
    pub async fn speak(app: Arc<App>, socket: S, from: IpAddr) -> End {
        let seat = app.hub.seat_plain(Outbox::new(app.limits.outbox_bytes));
        let mut plain = Self {
            line: Line::new(socket, &app.limits),
            seat,
            speaker: Speaker { app: Arc::clone(&app), from, member: None },
            app,
        };
        let end = plain.converse().await;
        let Self { line, seat, .. } = plain;
        drop(seat);
        line.end(end).await;
        end
    }

    async fn converse(&mut self) -> End {
        loop {
            let done = match self.line.next(&self.seat.connection().outbox, true).await {
                Ok(Next::Text(text)) => self.hear(&text).await,
                Ok(Next::Waiting(waiting)) => self.write(waiting).await,
                Err(end) => Err(end),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Takes a text in. While it cannot be taken (too fast, a full disk), nothing more is read from this socket: the
    /// sender waits, and nothing is lost. What the others write goes out meanwhile.
    async fn hear(&mut self, text: &str) -> Result<(), End> {
        let body = match MessageBody::parse(text, self.app.limits.message_chars as usize) {
            Ok(body) => body,
            Err(BodyError::Empty) => return Ok(()),
            Err(BodyError::TooLong { .. }) => return Err(End::Server(CloseCode::TooBig)),
        };
        let Self { line, seat, speaker, .. } = self;
        let mut taking = std::pin::pin!(speaker.say(body, seat));
        loop {
            let next = tokio::select! {
                taken = &mut taking => return taken.map_err(End::Server),
                next = line.next(&seat.connection().outbox, false) => next?,
            };
            if let Next::Waiting(waiting) = next {
                write(line, seat, waiting).await?;
            }
        }
    }

    async fn write(&mut self, waiting: Waiting) -> Result<(), End> {
        write(&mut self.line, &self.seat, waiting).await
    }
}

async fn write<S: Socket>(line: &mut Line<S>, seat: &Seat, waiting: Waiting) -> Result<(), End> {
    let outbox = &seat.connection().outbox;
    for item in waiting.items {
        // A plain connection missed nothing: it hears what is said while it is there.
        if let Item::Frame(text) = item {
            line.feed(text, outbox).await?;
        }
    }
    line.flush(outbox).await?;
    waiting.then_close.map_or(Ok(()), |code| Err(End::Server(code)))
}

impl Speaker {
    /// Says this, however long it takes until it is taken. An error when whoever writes here is not let in.
    async fn say(&mut self, body: MessageBody, seat: &Seat) -> Result<(), CloseCode> {
        let actor = self.member(seat).await?;
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
    async fn member(&mut self, seat: &Seat) -> Result<MemberId, CloseCode> {
        loop {
            if let Some(member) = self.member {
                return Ok(member);
            }
            let wait = match self.app.sign_ins.take(&household(self.from)) {
                Ok(()) => self.come_in(seat).await?,
                Err(why) => why.retry_after_ms().unwrap_or(1),
            };
            sleep(Duration::from_millis(wait.into())).await;
        }
    }

    /// Tries a name; gives the milliseconds until the next try.
    async fn come_in(&mut self, seat: &Seat) -> Result<u32, CloseCode> {
        if self.app.house.settings().policy == Policy::Invite {
            return Err(CloseCode::SignedOut);
        }
        let Some(name) = self.app.stamps.guest_name() else { return Ok(1) };
        let from = household(self.from);
        let change = Change::SignIn { name, draft: None, session: None, from };
        let by = By::Member(self.app.stamps.member_id());
        match self.app.ask(by, change).await {
            Ok(Answer::SignedIn(member)) => {
                seat.connection().speaks_as(member.id);
                self.member = Some(member.id);
                Ok(0)
            }
            Err(Refusal::Banned) => Err(CloseCode::Banned),
            Ok(_) => Ok(1),
            Err(why) => Ok(why.retry_after_ms().unwrap_or(1)),
        }
    }
}
