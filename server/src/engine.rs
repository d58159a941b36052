//! The thread that writes: takes entries in their order, applies them, commits, and only then delivers and answers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use maru_shared::{Event, Notice, Refusal, event::Refused};
use tokio::sync::oneshot;
use tracing::error;

use crate::{
    entry::{Answer, Effect, Entry, Outcome},
    house::House,
    hub::Hub,
    journal::{Asker, Closed, Full, Journal, Ordered, Submission, journal},
    store::Store,
};

/// The most entries in one transaction. What a transaction costs is spread over all that is in it: its fsync, and each
/// page that it writes (measured, with 64 senders in rooms of their own: 4 to 6 % less a message than with 64).
const BATCH: usize = 512;

/// So many events are left out of the index of words until it is worth while: each piece of the index costs a few pages.
const WORTH_INDEXING: u64 = 128;

/// So many events are taken into the index of words at once while nobody waits: some milliseconds, which an entry that comes
/// in the middle of it waits.
const INDEXED_AT_ONCE: u64 = 256;

/// With so many events out of the index of words, it is written though others wait: a search looks through all of them.
const TOO_FAR_BEHIND: u64 = 100_000;

/// When to try again after the store could not write.
const UNAVAILABLE: Refusal = Refusal::Unavailable { retry_after_ms: 2_000 };

/// Where everything that wants to change something goes in.
#[derive(Clone)]
pub struct Engine {
    journal: Journal,
    health: Arc<Health>,
}

/// The thread that writes, to be ended once.
pub struct Writer {
    journal: Journal,
    /// Resolves when the thread is over.
    over: oneshot::Receiver<()>,
    thread: thread::JoinHandle<()>,
}

/// Whether the store takes what is written.
#[derive(Default)]
struct Health {
    failing: AtomicBool,
}

impl Engine {
    /// Begins to write into the store, telling the hub and the house what was done. The journal holds at most `entries`; one batch
    /// has events of little more than `batch_bytes`, so that it does not fill the outbox of a client who reads as fast as
    /// can be.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        store: Store,
        hub: Arc<Hub>,
        house: Arc<House>,
        entries: usize,
        batch_bytes: usize,
    ) -> std::io::Result<(Self, Writer)> {
        let (journal, ordered) = journal(entries);
        let health = Arc::<Health>::default();
        let (alive, over) = oneshot::channel();
        let writing = Writing { store, hub, house, batch_bytes, health: Arc::clone(&health), _alive: alive };
        let thread = thread::Builder::new().name("writer".into()).spawn(move || writing.run(ordered))?;
        Ok((Self { journal: journal.clone(), health }, Writer { journal, over, thread }))
    }

    /// Asks for a change and waits for what comes of it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn ask(&self, entry: Entry) -> Result<Answer, Refusal> {
        let (answer, waiting) = oneshot::channel();
        let ordered = self.order(Submission { entry, asker: Asker::Waiting(answer) }).await;
        ordered.map_err(|Closed| UNAVAILABLE)?;
        waiting.await.unwrap_or(Err(UNAVAILABLE))
    }

    /// Asks for a change whose asker hears of it on a connection. Waits only while the journal is full.
    ///
    /// # Errors
    /// When the server stops.
    pub async fn order(&self, submission: Submission) -> Result<(), Closed> {
        self.journal.order(submission).await
    }

    /// The same, without waiting; it is applied when [`Engine::call`] says that this was all for now.
    ///
    /// # Errors
    /// When the journal is full: it is to be waited for.
    pub fn try_order(&self, submission: Submission) -> Result<(), Full> {
        self.journal.try_order(submission)
    }

    /// Has applied what was ordered without waiting: all of it in one batch.
    pub fn call(&self) {
        self.journal.call();
    }

    /// Whether the last write came to the disk.
    pub fn is_healthy(&self) -> bool {
        !self.health.failing.load(Ordering::Relaxed)
    }
}

impl Writer {
    /// Waits until the thread is over without having been stopped: by a bug, which the log tells of.
    pub async fn failed(&mut self) {
        // Nothing is ever sent: the other end is dropped with the thread.
        let _ = (&mut self.over).await;
    }

    /// Takes nothing new, applies and delivers what has its place in the order, and closes the store.
    pub async fn stop(self) {
        let Self { journal, thread, .. } = self;
        journal.close().await;
        if !matches!(tokio::task::spawn_blocking(|| thread.join()).await, Ok(Ok(()))) {
            error!("the writer did not end well");
        }
    }
}

struct Writing {
    store: Store,
    hub: Arc<Hub>,
    house: Arc<House>,
    batch_bytes: usize,
    health: Arc<Health>,
    _alive: oneshot::Sender<()>,
}

impl Writing {
    fn run(mut self, mut ordered: Ordered) {
        loop {
            self.index(&ordered);
            let batch = ordered.take(BATCH, self.batch_bytes);
            if batch.is_empty() {
                return;
            }
            self.write(batch);
        }
    }

    /// Writes the index of words as long as nothing else is to be written.
    fn index(&mut self, ordered: &Ordered) {
        while self.store.behind() >= TOO_FAR_BEHIND
            || self.store.behind() >= WORTH_INDEXING && ordered.is_idle()
        {
            if let Err(cause) = self.store.index(INDEXED_AT_ONCE) {
                // It is tried again after the next entries.
                error!(%cause, "cannot write the index of words");
                return;
            }
            if !ordered.is_idle() {
                return;
            }
        }
    }

    fn write(&mut self, batch: Vec<Submission>) {
        match self.store.apply(batch.iter().map(|submission| &submission.entry)) {
            Ok(outcomes) => {
                if outcomes.iter().any(|outcome| !outcome.effects.is_empty()) {
                    self.health.failing.store(false, Ordering::Relaxed);
                }
                self.tell(batch, outcomes);
            }
            // One entry that contradicts the store must not take the others with it.
            Err(cause) if cause.is_contradiction() && batch.len() > 1 => {
                for submission in batch {
                    self.write(vec![submission]);
                }
            }
            Err(cause) if cause.is_contradiction() => {
                error!(%cause, "an entry contradicts the store");
                self.refuse(batch, Refusal::Malformed);
            }
            Err(cause) => {
                error!(%cause, "cannot write to the store");
                self.health.failing.store(true, Ordering::Relaxed);
                self.refuse(batch, UNAVAILABLE);
            }
        }
    }

    fn refuse(&self, batch: Vec<Submission>, why: Refusal) {
        let refused = batch.iter().map(|_| Outcome::refused(why)).collect();
        self.tell(batch, refused);
    }

    /// Tells what was done, then answers: whoever is answered finds that everybody was told.
    fn tell(&self, batch: Vec<Submission>, outcomes: Vec<Outcome>) {
        let mut events = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for (Submission { asker, .. }, outcome) in batch.into_iter().zip(outcomes) {
            for effect in outcome.effects {
                match effect {
                    Effect::Happened(event) => events.push(event),
                    // What comes before it in the order is told before it.
                    other => {
                        self.deliver(&mut events);
                        self.show(other);
                    }
                }
            }
            answers.push((asker, outcome.answer));
        }
        self.deliver(&mut events);
        for (asker, answer) in answers {
            asker.hear(answer);
        }
    }

    fn show(&self, effect: Effect) {
        match effect {
            Effect::Happened(event) => self.hub.deliver([event]),
            Effect::Entered(member, room) => self.hub.enter(member, room),
            Effect::Left(member, room) => self.hub.leave(member, room),
            Effect::Listed(room) => self.hub.tell_listed(&room),
            Effect::RoomGone { room, public } => self.hub.forget_room(room, public),
            Effect::Stands(member, standing) => self.hub.tell_standing(member, standing),
            Effect::Marked(member, room, mark) => self.hub.tell_mark(member, room, mark),
            Effect::ReadBy(member, room, seq) => self.hub.tell_read(member, room, seq),
            Effect::Called(number, member) => self.hub.call(number, &member),
            Effect::Ended(member, session) => self.hub.end_session(member, session),
            Effect::Renewed(member, before) => self.hub.renew_session(member, before),
            Effect::Banned(member) => self.hub.ban(member),
            Effect::Run(settings) => self.house.run_by(settings),
        }
    }

    /// Delivers by room, each room's events together, so that a listener is woken once a room.
    fn deliver(&self, events: &mut Vec<Event>) {
        // An event is moved once, and not with each comparison.
        events.sort_by_cached_key(|event| event.room);
        self.hub.deliver(events.drain(..));
    }
}

impl Asker {
    fn hear(self, answer: Result<Answer, Refusal>) {
        match (self, answer) {
            (Self::Connection(connection, draft), Err(why)) => {
                connection.tell(&Notice::Refused(Refused { draft: Some(draft), why }));
            }
            (Self::Connection(connection, _), Ok(Answer::PostedBefore(event))) => {
                connection.tell(&Notice::Event(*event));
            }
            (Self::Connection(..), Ok(_)) | (Self::Nobody, _) => {}
            // Nobody waits any more: the change stands all the same.
            (Self::Waiting(answer_to), answer) => drop(answer_to.send(answer)),
        }
    }
}
