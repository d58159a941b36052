//! What the page knows, to be watched; and what one can do, as verbs.

mod account;
mod files;
mod history;
mod line;
mod messages;
mod presence;
mod reading;

use std::{cell::Cell, time::Duration};

use maru_shared::{
    Command, DraftId, MessageBody, Notice, Refusal, Room, RoomId, Timestamp,
    api::{Me, Policy},
    message::Quote,
    text::BodyError,
};

use self::files::Tray;
use self::messages::{Editing, Place};
pub use crate::answer::{Answer, Failure};
use crate::{
    client::{
        http::{self, LastSeen},
        socket::Socket,
    },
    dom::{online, page, storage, time},
    ground::*,
    parts::{Task, Watched, begin},
    seam::{Told, say},
    state::{
        idle::Idle,
        keys::Step,
        outbox::Draft,
        pace::{Backoff, Seldom},
        world::{Effect, Parting, World},
    },
};

/// Whether one is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not known yet.
    Starting,
    /// Nobody is signed in; why, when somebody was.
    SignedOut(Option<ThrownOut>),
    /// One is in.
    In,
}

/// Why one is not in any more, without one's doing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThrownOut {
    /// The session was ended elsewhere.
    Elsewhere,
    /// One is kept out.
    Banned,
}

/// Why something was not posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPosted {
    /// It is no message.
    Text(BodyError),
    /// Its files are not whole.
    Files,
}

/// How the line to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// For the first time.
    Connecting,
    /// Up.
    Connected,
    /// Lost, and tried again.
    Reconnecting,
    /// The browser has no network.
    Offline,
    /// The server does not want this page any more.
    Stopped,
}

/// A room that one is no longer in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parted {
    /// Which.
    pub room: Room,
    /// Why.
    pub why: Parting,
    /// What was half written there, where nobody comes back to it.
    pub half_written: String,
}

/// What the page knows, and what one can do. A handle: copies are the same chat.
#[derive(Clone, Copy)]
pub struct Chat {
    stage: Watched<Stage>,
    policy: Watched<Policy>,
    by_link: Watched<bool>,
    line: Watched<Line>,
    open: Watched<Option<RoomId>>,
    place: Watched<Option<Place>>,
    answers: Watched<Vec<(RoomId, Quote)>>,
    editing: Watched<Option<Editing>>,
    parted: Watched<Option<Parted>>,
    trays: Watched<Vec<Tray>>,
    world: Watched<Option<World>>,
    own: StoredValue<Own, LocalStorage>,
}

#[derive(Default)]
struct Own {
    socket: Option<Socket>,
    /// A frame is asked for, in which everybody is told what changed.
    scheduled: Cell<bool>,
    /// A room that was joined here and that the socket has not told of yet.
    awaited: Option<RoomId>,
    /// When it is looked next what is to be said of what was read, in milliseconds since 1970.
    looks_at_read: Cell<Option<i64>>,
    /// When what was read is kept in the browser, and of which rooms it is not kept yet.
    keeping: Seldom,
    unkept: Vec<RoomId>,
    /// Whether somebody is at this browser.
    idle: Option<Idle>,
    /// How often a dialog of the annex was opened.
    turns: u32,
    /// Rooms of which a page is on its way.
    fetching: Vec<RoomId>,
    /// One is about to sign out, by one's own doing.
    signing_out: bool,
    /// The name and draft of a sign-in that had no answer: asked again, it is the same member.
    unanswered: Option<(String, DraftId)>,
}

impl Chat {
    /// The chat, at its start: finds out who one is.
    pub fn start() -> Self {
        let chat = Self {
            stage: Watched::new(Stage::Starting),
            policy: Watched::new(Policy::Open),
            by_link: Watched::new(page::link_secret().is_some()),
            line: Watched::new(Line::Connecting),
            open: Watched::new(page::room()),
            place: Watched::new(page::place()),
            answers: Watched::new(Vec::new()),
            editing: Watched::new(None),
            parted: Watched::new(None),
            trays: Watched::new(Vec::new()),
            world: Watched::new(None),
            own: StoredValue::new_local(Own::default()),
        };
        page::on_address(move || {
            chat.open.set(page::room());
            chat.place.set(page::place());
            if page::link_secret().is_some() {
                chat.by_link.set(true);
            }
        });
        chat.watch_surroundings();
        chat.watch_presence();
        chat.hear_annex();
        begin(chat.find_session());
        chat
    }

    /// Whether one is in.
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Who is let in.
    pub fn policy(self) -> Policy {
        self.policy.get()
    }

    /// How the line is.
    pub fn line(self) -> Line {
        self.line.get()
    }

    /// The room that is open; `None` when the address names none.
    pub fn open_room(self) -> Option<RoomId> {
        self.open.get()
    }

    /// The room that one is no longer in: until that was seen, or another room is chosen.
    pub fn parted<T>(self, look: impl FnOnce(&Parted) -> T) -> Option<T> {
        self.parted.with(|parted| parted.as_ref().map(look))
    }

    /// That one is no longer in a room was seen.
    pub fn saw_parted(self) {
        self.parted.set(None);
    }

    /// The room that is open now.
    pub fn open_now(self) -> Option<RoomId> {
        self.open.get_untracked()
    }

    /// Reads what the page knows, and is told when it changes: once a frame at most.
    pub fn with<T>(self, read: impl FnOnce(&World) -> T) -> Option<T> {
        self.world.with(|world| world.as_ref().map(read))
    }

    /// Reads what the page knows now.
    pub fn with_now<T>(self, read: impl FnOnce(&World) -> T) -> Option<T> {
        self.world.with_untracked(|world| world.as_ref().map(read))
    }

    /// Comes in as a guest.
    ///
    /// # Errors
    /// When the name is refused, or the server does not answer.
    pub fn sign_in(self, name: String) -> Answer<()> {
        let draft = self.draft_of_attempt(&name);
        self.come_in(http::sign_in(draft, name), Self::attempt_answered)
    }

    /// Ends the session. When the server does not answer, one is still in.
    fn sign_out(self) -> Answer<()> {
        Box::pin(async move {
            let me = self.with_now(|world| world.me.id);
            self.own.update_value(|own| own.signing_out = true);
            // The socket may hear of the end before the answer is here.
            let done = http::sign_out().await;
            self.own.update_value(|own| own.signing_out = false);
            done?;
            if let Some(me) = me {
                storage::forget(me);
            }
            self.leave(None);
            self.open(RoomId::LOBBY);
            Ok(())
        })
    }

    /// Shows a room, at its newest message if it is shown already.
    pub fn open(self, room: RoomId) {
        self.show((room, None));
    }

    /// Shows a place, as a step that one can go back from.
    fn show(self, place: Place) {
        self.own.update_value(|own| own.awaited = None);
        self.parted.set(None);
        if page::place() != Some(place) || self.open.get_untracked() != Some(place.0) {
            page::show_address(place.0, place.1);
            self.open.set(Some(place.0));
            self.place.set(Some(place));
        }
    }

    /// Shows the room to which a step leads from the one that is open, if it leads to one.
    pub fn step(self, step: Step) {
        let room = self.with_now(|world| world.next_room(self.open_now(), step)).flatten();
        room.into_iter().for_each(|room| self.open(room));
    }

    /// Sends a message: it is in the outbox from now on, whatever happens to the line or the page.
    ///
    /// # Errors
    /// When it is no message: empty, or too long; or when its files are not whole: then it is sent when they are.
    pub fn post(self, room: RoomId, text: &str) -> Result<(), NotPosted> {
        let most = self.with_now(World::message_chars).unwrap_or(MessageBody::DEFAULT_MAX_CHARS);
        let files = self.files_for(room).ok_or(NotPosted::Files)?;
        let text = match MessageBody::parse(text, most) {
            Ok(body) => body.into_string(),
            Err(BodyError::Empty) if !files.is_empty() => String::new(),
            Err(why) => return Err(NotPosted::Text(why)),
        };
        let has_files = !files.is_empty();
        let reply = self.answering_now(room);
        let draft = Draft { id: post_draft(), room, text, at: time::now(), reply, files, refused: None };
        self.change(|world| {
            let draft = world.outbox.write(draft);
            storage::keep_draft(world.me.id, &draft);
            storage::keep_half_written(world.me.id, room, "");
            world.typing.sent();
            if let Some(room) = world.room_mut(room) {
                room.drop_divider();
            }
        });
        self.answer(room, None);
        if has_files {
            self.files_went(room);
        }
        self.send_next();
        Ok(())
    }

    /// Sends a refused draft once more.
    pub fn retry(self, draft: DraftId) {
        self.change(|world| {
            if let Some(draft) = world.outbox.retry(draft, time::now()) {
                storage::keep_draft(world.me.id, &draft);
            }
        });
        self.send_next();
    }

    /// Drops a refused draft for good.
    pub fn discard(self, draft: DraftId) {
        self.drop_draft(draft);
    }

    /// Takes a refused draft back, to be written on: behind what is half written in its room. Gives both.
    pub fn take_back(self, draft: DraftId) -> Option<String> {
        let taken = self.drop_draft(draft)?;
        let half_written = self.half_written(taken.room);
        let both =
            if half_written.is_empty() { taken.text } else { format!("{half_written}\n{}", taken.text) };
        // Where there is no field to write in now, it waits for one.
        self.with_now(|world| storage::keep_half_written(world.me.id, taken.room, &both));
        if taken.reply.is_some() {
            self.answer(taken.room, taken.reply);
        }
        Some(both)
    }

    fn drop_draft(self, draft: DraftId) -> Option<Draft> {
        let taken = self.change(|world| {
            storage::drop_draft(world.me.id, draft);
            world.outbox.take(draft)
        });
        taken.flatten()
    }

    /// The number of the next opening of a dialog of the annex.
    pub fn next_turn(self) -> u32 {
        self.own
            .try_update_value(|own| {
                own.turns = own.turns.wrapping_add(1);
                own.turns
            })
            .unwrap_or_default()
    }

    /// What is half written in a room.
    pub fn half_written(self, room: RoomId) -> String {
        self.with_now(|world| storage::half_written(world.me.id, room)).flatten().unwrap_or_default()
    }

    /// Something is being written in a room: keeps it, and tells the others now and then.
    pub fn writing(self, room: RoomId, text: &str) {
        let Some(me) = self.with_now(|world| world.me.id) else { return };
        // What is only put back into the field is no news.
        let is_news = storage::half_written(me, room).as_deref() != Some(text);
        storage::keep_half_written(me, room, text);
        let connected = self.line.get_untracked() == Line::Connected;
        if connected && is_news && !text.trim().is_empty() {
            let say = self.world.try_update_untracked(|world| {
                world.as_mut().is_some_and(|world| world.typing.say(room, time::now()))
            });
            if say == Some(true) {
                self.say(Command::Typing { room });
            }
        }
    }

    /// Those whose name has this in it, and when they were last here.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn last_seen(self, like: &str) -> Answer<Vec<LastSeen>> {
        http::last_seen(like)
    }

    /// Shows a room that was joined just now: as soon as the socket has told of it, if the line is up.
    fn open_once_known(self, room: RoomId) {
        self.own.update_value(|own| own.awaited = Some(room));
        let is_known = self.with_now(|world| world.room(room).is_some()) == Some(true);
        if is_known || self.line.get_untracked() != Line::Connected {
            self.show_awaited();
        }
    }

    fn show_awaited(self) {
        if let Some(room) = self.own.try_update_value(|own| own.awaited.take()).flatten() {
            // What is known of the room is told first: otherwise it would be shown as one that is not joined.
            self.world.notify();
            self.open(room);
        }
    }

    fn enter(self, me: Me) {
        let kept = storage::drafts(me.id);
        let untold = storage::untold(me.id);
        self.answers.set(storage::answers(me.id));
        self.line.set(Line::Connecting);
        let mut world = World::new(me, kept, untold);
        if let Some(room) = self.open.get_untracked() {
            world.opened(room);
        }
        self.world.set(Some(world));
        self.stage.set(Stage::In);
        self.connect();
    }

    fn leave(self, thrown_out: Option<ThrownOut>) {
        self.own.update_value(|own| (own.socket, own.awaited) = (None, None));
        self.parted.set(None);
        self.editing.set(None);
        self.trays.set(Vec::new());
        say(&Told::Left);
        self.stage.set(Stage::SignedOut(thrown_out));
        begin(self.ask_policy());
        self.world.set(None);
        self.line.set(Line::Connecting);
    }

    fn ask_policy(self) -> Task<()> {
        Box::pin(async move {
            // Whoever is not answered is answered when they come in.
            if let Ok(access) = http::access().await {
                self.policy.bring_to(access.policy);
            }
        })
    }

    async fn find_session(self) {
        let mut backoff = Backoff::default();
        loop {
            match http::session().await {
                Ok(Some(me)) => return self.enter(me),
                Ok(None) | Err(Failure::Refused(Refusal::SignedOut)) => {
                    self.ask_policy().await;
                    return self.stage.set(Stage::SignedOut(None));
                }
                // Whoever cannot be known now may well be in: the door would make somebody else of them.
                Err(Failure::Unreachable | Failure::Refused(_)) => {
                    let offline = !online::is_online();
                    self.line.set(if offline { Line::Offline } else { Line::Reconnecting });
                    let pause = backoff.after_failure(chance());
                    gloo_timers::future::TimeoutFuture::new(pause).await;
                }
            }
        }
    }

    /// Takes what the server said.
    fn hear(self, notice: Notice) {
        if let Notice::Welcome(welcome) = &notice
            && self.with_now(|world| world.me.id != welcome.you.id) == Some(true)
        {
            // In another tab somebody else has come in: what waits here is not theirs.
            return self.enter(Me::of(welcome));
        }
        let welcome = matches!(notice, Notice::Welcome(_));
        let begun = match &notice {
            Notice::Reset(reset) => Some(reset.room.id),
            _ => None,
        };
        let quiet = matches!(notice, Notice::Pong);
        let writing = matches!(notice, Notice::Typing { .. });
        let effects = self.world.try_update_untracked(|world| {
            world.as_mut().map(|world| world.apply(notice, time::now())).unwrap_or_default()
        });
        if welcome {
            self.welcomed();
        }
        if begun.is_some() && self.own.with_value(|own| own.awaited) == begun {
            self.show_awaited();
        }
        if writing {
            self.forget_writing_later();
        }
        if !quiet {
            self.changed();
        }
        self.carry_out(effects.unwrap_or_default());
        if welcome {
            self.with_now(|world| {
                storage::forget_half_written(world.me.id, |room| world.room(room).is_none());
            });
        }
    }

    fn carry_out(self, effects: Vec<Effect>) {
        let Some(me) = self.with_now(|world| world.me.id) else { return };
        for effect in effects {
            match effect {
                Effect::Retired(draft) => storage::drop_draft(me, draft),
                Effect::Keep(draft) => {
                    let refused = self.with_now(|world| world.outbox.get(draft).cloned()).flatten();
                    refused.iter().for_each(|draft| storage::keep_draft(me, draft));
                }
                Effect::TryAgainAfter(pause) => {
                    let again = move || {
                        self.change(|world| world.outbox.waited());
                        self.send_next();
                    };
                    set_timeout(again, Duration::from_millis(pause.into()));
                }
                Effect::KnowsRead(room) => storage::keep_untold(me, room, None),
                Effect::Say(command) => self.say(command),
                Effect::CaughtUp(room) => self.caught_up(room),
                Effect::Parted(room, why) => self.part(room, why),
                Effect::Reconnect => self.renew(),
                Effect::Outdated => {
                    self.own.update_value(|own| own.socket = None);
                    self.line.set(Line::Stopped);
                }
            }
        }
        self.send_next();
    }

    /// Tells of a room that one is no longer in, and shows the lobby in its place.
    fn part(self, room: Room, why: Parting) {
        if self.open.get_untracked() == Some(room.id) {
            page::replace_address(RoomId::LOBBY);
            self.open.set(Some(RoomId::LOBBY));
        }
        let mut half_written = String::new();
        if matches!(why, Parting::Deleted | Parting::Unseen) {
            half_written = self.half_written(room.id);
            self.with_now(|world| storage::keep_half_written(world.me.id, room.id, ""));
        }
        self.parted.set(Some(Parted { room, why, half_written }));
    }

    /// Changes what the page knows, and tells everybody at once.
    fn change<T>(self, change: impl FnOnce(&mut World) -> T) -> Option<T> {
        self.world.try_update(|world| world.as_mut().map(change)).flatten()
    }

    /// Tells everybody in the next frame: however much comes, it is drawn once a frame.
    fn changed(self) {
        let already = self.own.try_with_value(|own| own.scheduled.replace(true));
        if already == Some(false) {
            let tell = move || {
                let _ = self.own.try_with_value(|own| own.scheduled.set(false));
                self.world.notify();
            };
            if online::is_hidden() {
                // Out of sight no frame comes, but the title still counts.
                set_timeout(tell, Duration::from_millis(250));
            } else {
                request_animation_frame(tell);
            }
        }
    }
}

/// The chat of this page.
pub fn use_chat() -> Chat {
    given()
}

/// A post's draft id: it begins with the time, so that the server finds those that come together in one place.
#[expect(clippy::disallowed_methods, reason = "the page's dice: `Stamps` is the server's")]
fn post_draft() -> DraftId {
    let mut bytes = [0; 10];
    // As below.
    let _ = getrandom::fill(&mut bytes);
    DraftId::from_time_and_random_bytes(Timestamp(time::now()), bytes)
}

fn chance() -> f64 {
    js_sys::Math::random()
}
