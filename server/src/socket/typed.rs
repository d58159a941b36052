//! The typed dialect, `maru.v1`: commands in, notices out. See `docs/protocol.md`.

use std::{collections::VecDeque, sync::Arc};

use maru_shared::{
    Command, Event, Notice, Refusal, RoomId, Seq,
    close::CloseCode,
    codec,
    command::{Hello, Post},
    event::{Limits, Refused, Reset, Welcome},
};
use tokio::time::{Duration, Instant, timeout};
use tracing::{debug, error};

use super::line::{End, Line, Next, Socket};
use crate::{
    app::App,
    entry::{Change, Entry},
    http::SignedIn,
    hub::{PRESENCE_AT_ONCE, Seat, Told, frame},
    journal::{Asker, Submission},
    outbox::{Item, Outbox},
    store::ReadError,
};

/// Beyond this many events behind, a client begins anew with the newest page.
const RESUMED_AT_MOST: u64 = 1_000;

/// The newest events that a client begins with.
const FIRST_PAGE: u64 = 50;

/// Beyond this many changes of names behind, a client begins anew.
const NAMES_AT_MOST: u32 = 200;

/// How many events are read from the store at once for one connection.
const READ_AT_ONCE: u64 = 16;

/// So many bytes of what was missed are written at once: a socket keeps the room that it ever needed for a write.
const WRITTEN_AT_ONCE: usize = 1 << 10;

/// Typing is told at most so often for one connection.
const TYPING_EVERY: Duration = Duration::from_secs(1);

/// One connection that speaks the typed dialect.
pub struct Typed<S> {
    app: Arc<App>,
    line: Line<S>,
    signed_in: SignedIn,
    seat: Seat,
    typed_at: Option<Instant>,
}

impl<S: Socket> Typed<S> {
    /// Speaks the typed dialect until the socket is over, and says why it is.
    pub async fn speak(app: Arc<App>, socket: S, signed_in: SignedIn) -> End {
        let mut line = Line::new(socket, &app.limits);
        let hello = match Box::pin(hello(&mut line, &app)).await {
            Ok(hello) => hello,
            Err(end) => {
                Box::pin(line.end(end)).await;
                return end;
            }
        };
        let outbox = Outbox::new(app.limits.outbox_bytes);
        let (seat, told) = app.hub.seat(&signed_in.member, signed_in.session, outbox);
        let mut typed = Self { app, line, signed_in, seat, typed_at: None };
        let end = match Box::pin(typed.begin(hello, told)).await {
            Ok(()) => typed.converse().await,
            Err(end) => end,
        };
        let Self { line, seat, .. } = typed;
        drop(seat);
        Box::pin(line.end(end)).await;
        end
    }

    /// Answers the hello: who one is, and then, in each room, what was missed.
    async fn begin(&mut self, hello: Hello, told: Told) -> Result<(), End> {
        let epoch = self.app.reader.epoch();
        let known = if hello.epoch == Some(epoch) { hello.resume } else { Default::default() };
        let after = hello.names.filter(|_| !known.is_empty());
        let names = self.app.reader.names(after, NAMES_AT_MOST).await.map_err(unreadable)?;
        // Who knows more than there is, or too little, knows nothing.
        let known = if names.is_some() { known } else { Default::default() };
        let names = match names {
            Some(names) => names,
            None => self.app.reader.names(None, 0).await.map_err(unreadable)?.unwrap_or_default(),
        };
        let (me, rooms) = loop {
            let instant = self.app.hub.instant(self.seat.connection());
            let rooms = self.app.reader.rooms_of(self.signed_in.member.id).await.map_err(unreadable)?;
            let now = self.app.stamps.now();
            let me = self.app.reader.session(self.signed_in.session, now).await.map_err(unreadable)?;
            // A session that ended after the upgrade looked at it, and before this connection had its seat.
            let Some(me) = me else {
                let renewed = self.signed_in.is_before;
                return Err(End::Server(if renewed { CloseCode::Renewed } else { CloseCode::SignedOut }));
            };
            let connection = self.seat.connection();
            if let Some(rooms) = self.app.hub.listen(connection, &me.member, &rooms, &known, instant) {
                break (me, rooms);
            }
        };
        let Told { mut here, away } = told;
        if let Some(oneself) = here.first_mut() {
            oneself.clone_from(&me.member);
        }
        let others = here.split_off(here.len().min(PRESENCE_AT_ONCE));
        let welcome = Welcome {
            you: me.member,
            standing: me.standing,
            epoch,
            now: self.app.stamps.now(),
            rooms,
            here,
            away,
            names: names.begin,
            limits: Limits { message_chars: self.app.limits.message_chars },
        };
        self.feed(&Notice::Welcome(welcome)).await?;
        for called in names.called.chunks(PRESENCE_AT_ONCE) {
            for (number, member) in called {
                self.feed(&Notice::Called { number: *number, member: member.clone() }).await?;
            }
            self.line.flush(&self.seat.connection().outbox).await?;
        }
        for here in others.chunks(PRESENCE_AT_ONCE) {
            self.feed(&Notice::Presence { here: here.to_vec(), gone: Vec::new(), away: Vec::new() }).await?;
            self.line.flush(&self.seat.connection().outbox).await?;
        }
        self.line.flush(&self.seat.connection().outbox).await
    }

    async fn converse(&mut self) -> End {
        loop {
            let done = match self.line.next(&self.seat.connection().outbox, true).await {
                Ok(Next::Text(text)) => Box::pin(self.hear(&text)).await,
                Ok(Next::Waiting(waiting)) => match self.write(waiting.items).await {
                    Ok(()) => waiting.then_close.map_or(Ok(()), |code| Err(End::Server(code))),
                    Err(end) => Err(end),
                },
                Err(end) => Err(end),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), End> {
        match codec::decode(text) {
            Ok(Command::Post(post)) => {
                self.post(post).await;
                Ok(())
            }
            Ok(Command::Typing { room }) => {
                self.tell_typing(room);
                Ok(())
            }
            Ok(Command::Read { room, seq }) => {
                self.change(Change::Read { room, seq }).await;
                Ok(())
            }
            Ok(Command::Unread { room, seq }) => {
                self.change(Change::Unread { room, seq }).await;
                Ok(())
            }
            Ok(Command::Away(away)) => {
                self.app.hub.set_away(self.seat.connection(), away);
                Ok(())
            }
            Ok(Command::Ping) => {
                self.seat.connection().tell(&Notice::Pong);
                Ok(())
            }
            Ok(Command::Hello(_)) | Err(_) => Err(End::Server(CloseCode::Malformed)),
        }
    }

    async fn post(&mut self, post: Post) {
        let connection = Arc::clone(self.seat.connection());
        let draft = post.draft;
        match self.entry(post) {
            Ok(entry) => {
                let asker = Asker::Connection(connection, draft);
                // When the server stops, the post stays unanswered and the close says to come back with it: a refusal
                // here would come before that close, and who heard it might not.
                let _ = self.app.engine.order(Submission { entry, asker }).await;
            }
            Err(why) => {
                debug!(who = %self.signed_in.member.id, %why, "post refused");
                connection.tell(&Notice::Refused(Refused { draft: Some(draft), why }));
            }
        }
    }

    fn entry(&self, Post { room, draft, text, reply, files }: Post) -> Result<Entry, Refusal> {
        self.app.posts.take(&self.signed_in.member.id)?;
        let body = self.app.limits.body(&text, !files.is_empty())?;
        Ok(Entry {
            at: self.app.stamps.now(),
            by: self.signed_in.by(),
            change: Change::Post { room, draft, body, reply, files },
        })
    }

    /// Asks for a change of which the member's connections hear when it is done, and nobody when it is not: the client says it
    /// again with the next one.
    async fn change(&mut self, change: Change) {
        if self.app.marks.take(&self.signed_in.member.id).is_ok() {
            let entry = Entry { at: self.app.stamps.now(), by: self.signed_in.by(), change };
            let _ = self.app.engine.order(Submission { entry, asker: Asker::Nobody }).await;
        }
    }

    fn tell_typing(&mut self, room: RoomId) {
        if self.typed_at.is_none_or(|at| at.elapsed() >= TYPING_EVERY) {
            self.typed_at = Some(Instant::now());
            self.app.hub.tell_typing(room, self.signed_in.member.id);
        }
    }

    /// Writes all that waits, in as few writes as can be.
    async fn write(&mut self, items: VecDeque<Item>) -> Result<(), End> {
        for item in items {
            match item {
                Item::Frame(text) => self.line.feed(text, &self.seat.connection().outbox).await?,
                Item::CatchUp { room, after, head } => Box::pin(self.catch_up(room, after, head)).await?,
            }
        }
        self.line.flush(&self.seat.connection().outbox).await
    }

    /// Tells what a room's listener missed up to `head`, from the store.
    async fn catch_up(&mut self, room: RoomId, after: Option<Seq>, head: Seq) -> Result<(), End> {
        let resumable = after.filter(|after| *after <= head && head.since(*after) <= RESUMED_AT_MOST);
        let mut told = match resumable {
            Some(after) => after,
            None => {
                let Some(room) = self.app.reader.room(room).await.map_err(unreadable)? else { return Ok(()) };
                let after = Seq(head.0.saturating_sub(FIRST_PAGE));
                self.feed(&Notice::Reset(Reset { room, after })).await?;
                after
            }
        };
        while told < head {
            let upto = head.min(Seq(told.0 + READ_AT_ONCE));
            let events = self
                .app
                .reader
                .events(room, self.signed_in.member.id, told, upto)
                .await
                .map_err(unreadable)?;
            self.feed_events(events).await?;
            told = upto;
        }
        self.feed(&Notice::CaughtUp { room, head }).await
    }

    async fn feed_events(&mut self, events: Vec<Event>) -> Result<(), End> {
        let mut bytes = 0;
        for event in events {
            let text = frame(&Notice::Event(event));
            bytes += text.len();
            self.line.feed(text, &self.seat.connection().outbox).await?;
            if bytes >= WRITTEN_AT_ONCE {
                bytes = 0;
                self.line.flush(&self.seat.connection().outbox).await?;
            }
        }
        Ok(())
    }

    async fn feed(&mut self, notice: &Notice) -> Result<(), End> {
        self.line.feed(frame(notice), &self.seat.connection().outbox).await
    }
}

/// Waits for the client's first words.
async fn hello<S: Socket>(line: &mut Line<S>, app: &App) -> Result<Hello, End> {
    let text = tokio::select! {
        text = timeout(app.limits.handshake, line.text()) => text.map_err(|_| End::Server(CloseCode::Silent))??,
        () = app.stopping.cancelled() => return Err(End::Server(CloseCode::GoingAway)),
    };
    match codec::decode(&text) {
        Ok(Command::Hello(hello)) => Ok(hello),
        Ok(_) | Err(_) => Err(End::Server(CloseCode::Malformed)),
    }
}

fn unreadable(cause: ReadError) -> End {
    error!(%cause, "cannot read the store");
    End::Server(CloseCode::Failed)
}
