//! The typed dialect, `maru.v1`: commands in, notices out. See `docs/protocol.md`.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use maru_shared::{
    Command, MemberId, Notice, Refusal, Seq,
    close::CloseCode,
    codec,
    command::{Hello, Post},
    event::{Limits, Refused, Reset, Welcome},
};
use tokio::time::timeout;
use tracing::{debug, error};

use super::{
    desk::{Pen, Work},
    loops::{Room, Then},
};
use crate::{
    app::App,
    bell::Rope,
    entry::{By, Change, Entry},
    frame::Frame,
    http::SignedIn,
    hub::{Connection, PRESENCE_AT_ONCE, Seat, Told},
    journal::{Asker, Full, Submission},
    outbox::{CatchUp, Outbox},
    secret::SecretHash,
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

/// How long a welcome is waited for to be written before the next is greeted: it goes at once where the client reads.
const TURN: Duration = Duration::from_millis(200);

/// Typing is told at most so often for one connection.
const TYPING_EVERY: Duration = Duration::from_secs(1);

/// One connection that speaks the typed dialect.
pub enum Typed {
    /// Has not said hello yet.
    Greeting {
        /// Who it is.
        signed_in: Box<SignedIn>,
        /// Of the outbox that it will have.
        rope: Rope,
        /// When it came.
        since: Instant,
    },
    /// Has its place in the hub.
    Seated {
        /// That place.
        seat: Seat,
        /// Who it is.
        who: MemberId,
        /// In which session.
        session: SecretHash,
        /// When typing was told last.
        typed_at: Option<Instant>,
    },
}

impl Typed {
    /// Of this member, who just came. Its outbox will have this rope.
    pub fn new(signed_in: Box<SignedIn>, rope: Rope, now: Instant) -> Self {
        Self::Greeting { signed_in, rope, since: now }
    }

    /// Who it is.
    pub fn who(&self) -> MemberId {
        match self {
            Self::Greeting { signed_in, .. } => signed_in.member.id,
            Self::Seated { who, .. } => *who,
        }
    }

    /// Whether it said hello.
    pub fn has_begun(&self) -> bool {
        matches!(self, Self::Seated { .. })
    }

    /// When it has been silent for too long, if it has said nothing.
    pub fn silent_at(&self, room: &Room) -> Option<Instant> {
        match self {
            Self::Greeting { since, .. } => Some(*since + room.app.limits.handshake),
            Self::Seated { .. } => None,
        }
    }

    /// What waits for it.
    pub fn outbox(&self) -> Option<&Outbox> {
        match self {
            Self::Greeting { .. } => None,
            Self::Seated { seat, .. } => Some(&seat.connection().outbox),
        }
    }

    /// Hears a text.
    pub fn hear(&mut self, text: &str, room: &Room, pen: &dyn Fn() -> Pen) -> Then {
        let command = codec::decode(text);
        let app = &room.app;
        let Self::Seated { seat, who, session, typed_at } = self else {
            return match command {
                Ok(Command::Hello(hello)) => self.sit_down(hello, app, pen()),
                Ok(_) | Err(_) => Then::Close(CloseCode::Malformed),
            };
        };
        let (connection, who, by) = (seat.connection(), *who, By::Session(*session));
        match command {
            Ok(Command::Post(post)) => return self::post(app, connection, who, by, post),
            Ok(Command::Typing { room: in_room }) => {
                if typed_at.is_none_or(|at| room.now.duration_since(at) >= TYPING_EVERY) {
                    *typed_at = Some(room.now);
                    app.hub.tell_typing(in_room, who);
                }
            }
            Ok(Command::Read { room, seq }) => return change(app, who, by, Change::Read { room, seq }),
            Ok(Command::Unread { room, seq }) => return change(app, who, by, Change::Unread { room, seq }),
            Ok(Command::Away(away)) => app.hub.set_away(connection, away),
            Ok(Command::Ping) => connection.tell(&Notice::Pong),
            Ok(Command::Hello(_)) | Err(_) => return Then::Close(CloseCode::Malformed),
        }
        Then::Listen
    }

    /// Takes a place in the hub; the answer to the hello comes before all that is put into the outbox from then on.
    fn sit_down(&mut self, hello: Hello, app: &Arc<App>, pen: Pen) -> Then {
        let Self::Greeting { signed_in, rope, .. } = self else { return Then::Close(CloseCode::Malformed) };
        let outbox = Outbox::new(app.limits.outbox_bytes, rope.clone());
        let seat = app.hub.seat(&signed_in.member, signed_in.session, outbox);
        let SignedIn { member, session, is_before, .. } = &**signed_in;
        let (who, session, is_before) = (member.id, *session, *is_before);
        let greeted = Greeted {
            app: Arc::clone(app),
            connection: Arc::clone(seat.connection()),
            who,
            session,
            is_before,
        };
        *self = Self::Seated { seat, who, session, typed_at: None };
        let work = async move {
            let turn = greeted.app.greeting.acquire().await;
            // Boxed when it begins, and not while it waits.
            let welcome = Box::pin(greeted.welcome(hello)).await?;
            let mut written = pin!(pen.write(welcome));
            match timeout(TURN, &mut written).await {
                Ok(written) => written,
                // Who does not read keeps nobody else waiting.
                Err(_) => {
                    drop(turn);
                    written.await
                }
            }
        };
        Then::Wait(Box::pin(work), true)
    }

    /// Tells what a room's listener missed up to `head`, from the store.
    pub fn catch_up(&self, room: &Room, pen: Pen, what: CatchUp) -> Work {
        let (app, who) = (Arc::clone(&room.app), self.who());
        Box::pin(async move { catch_up(&app, who, &pen, what).await })
    }
}

/// Who said hello.
struct Greeted {
    app: Arc<App>,
    connection: Arc<Connection>,
    who: MemberId,
    session: SecretHash,
    is_before: bool,
}

impl Greeted {
    /// Answers: who one is, and in which rooms. What was missed in each comes out of the outbox.
    async fn welcome(&self, hello: Hello) -> Result<Frame, CloseCode> {
        let Self { app, connection, .. } = self;
        let epoch = app.reader.epoch();
        let known = if hello.epoch == Some(epoch) { hello.resume } else { Default::default() };
        let after = hello.names.filter(|_| !known.is_empty());
        let names = app.reader.names(after, NAMES_AT_MOST).await.map_err(unreadable)?;
        // Who knows more than there is, or too little, knows nothing.
        let known = if names.is_some() { known } else { Default::default() };
        let names = match names {
            Some(names) => names,
            None => app.reader.names(None, 0).await.map_err(unreadable)?.unwrap_or_default(),
        };
        let (me, rooms) = loop {
            let instant = app.hub.instant(connection);
            let rooms = app.reader.rooms_of(self.who).await.map_err(unreadable)?;
            let me = app.reader.session(self.session, app.stamps.now()).await.map_err(unreadable)?;
            // A session that ended after the upgrade looked at it, and before this connection had its seat.
            let Some(me) = me else {
                return Err(if self.is_before { CloseCode::Renewed } else { CloseCode::SignedOut });
            };
            if let Some(rooms) = app.hub.listen(connection, &me.member, &rooms, &known, instant) {
                break (me, rooms);
            }
        };
        // Not before: thousands may wait for the store at once, and this is some of the largest that is told.
        let Told { mut here, away } = app.hub.told(&me.member);
        let others = here.split_off(here.len().min(PRESENCE_AT_ONCE));
        let welcome = Welcome {
            you: me.member,
            standing: me.standing,
            epoch,
            now: app.stamps.now(),
            rooms,
            here,
            away,
            names: names.begin,
            limits: Limits { message_chars: app.limits.message_chars },
        };
        let called = names.called.into_iter().map(|(number, member)| Notice::Called { number, member });
        let others = others.chunks(PRESENCE_AT_ONCE).map(|here| Notice::Presence {
            here: here.to_vec(),
            gone: Vec::new(),
            away: Vec::new(),
        });
        let notices = [Notice::Welcome(welcome)].into_iter().chain(called).chain(others);
        let texts: Vec<String> = notices.map(|notice| codec::encode(&notice)).collect();
        Ok(Frame::texts(&texts))
    }
}

/// Tells what a room's listener missed up to `head`, from the store.
async fn catch_up(app: &App, who: MemberId, pen: &Pen, what: CatchUp) -> Result<(), CloseCode> {
    let CatchUp { room, after, head } = what;
    let mut texts = Vec::new();
    let resumable = after.filter(|after| *after <= head && head.since(*after) <= RESUMED_AT_MOST);
    let mut told = match resumable {
        Some(after) => after,
        None => {
            let Some(room) = app.reader.room(room).await.map_err(unreadable)? else { return Ok(()) };
            let after = Seq(head.0.saturating_sub(FIRST_PAGE));
            texts.push(codec::encode(&Notice::Reset(Reset { room, after })));
            after
        }
    };
    while told < head {
        let upto = head.min(Seq(told.0 + READ_AT_ONCE));
        let events = app.reader.events(room, who, told, upto).await.map_err(unreadable)?;
        // Who went out of the room, or whose room went, meanwhile: what was said there by now is nothing for them. They begin anew.
        let Ok(events) = events else { return Err(CloseCode::Slow) };
        texts.extend(events.into_iter().map(|event| codec::encode(&Notice::Event(event))));
        told = upto;
        if told < head && !texts.is_empty() {
            pen.write(Frame::texts(&std::mem::take(&mut texts))).await?;
        }
    }
    texts.push(codec::encode(&Notice::CaughtUp { room, head }));
    pen.write(Frame::texts(&texts)).await
}

fn post(app: &Arc<App>, connection: &Arc<Connection>, who: MemberId, by: By, post: Post) -> Then {
    let draft = post.draft;
    match entry(app, who, by, post) {
        // When the server stops, the post stays unanswered and the close says to come back with it: a refusal
        // here would come before that close, and who heard it might not.
        Ok(entry) => {
            order(app, Submission { entry, asker: Asker::Connection(Arc::clone(connection), draft) })
        }
        Err(why) => {
            debug!(%who, %why, "post refused");
            connection.tell(&Notice::Refused(Refused { draft: Some(draft), why }));
            Then::Listen
        }
    }
}

fn entry(app: &App, who: MemberId, by: By, post: Post) -> Result<Entry, Refusal> {
    let Post { room, draft, text, reply, files } = post;
    app.posts.take(&who)?;
    let body = app.limits.body(text, !files.is_empty())?;
    Ok(Entry { at: app.stamps.now(), by, change: Change::Post { room, draft, body, reply, files } })
}

/// Asks for a change of which the member's connections hear when it is done, and nobody when it is not: the client says it
/// again with the next one.
fn change(app: &Arc<App>, who: MemberId, by: By, change: Change) -> Then {
    if app.marks.take(&who).is_err() {
        return Then::Listen;
    }
    order(app, Submission { entry: Entry { at: app.stamps.now(), by, change }, asker: Asker::Nobody })
}

/// Gives a submission its place in the order; only while the journal is full, a task waits for that.
fn order(app: &Arc<App>, submission: Submission) -> Then {
    let Err(Full(submission)) = app.engine.try_order(submission) else { return Then::Listen };
    let app = Arc::clone(app);
    let work = async move {
        // When the server stops, the close tells.
        let _ = app.engine.order(*submission).await;
        Ok(())
    };
    Then::Wait(Box::pin(work), true)
}

fn unreadable(cause: ReadError) -> CloseCode {
    error!(%cause, "cannot read the store");
    CloseCode::Failed
}
