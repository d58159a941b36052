//! What every request can reach.

use std::{net::IpAddr, sync::Arc, time::Duration};

use maru_shared::{MemberId, Refusal, Timestamp};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Config, Limits},
    engine::Engine,
    entry::{Answer, By, Change, Entry},
    files::Files,
    house::House,
    hub::Hub,
    limiter::{Guesses, Pace, Places},
    origin::Origins,
    page::Page,
    passkeys::Passkeys,
    password::Passwords,
    stamps::Stamps,
    store::Reader,
};

/// So often a member may change their name in the long run.
const NEW_NAME_EVERY: Duration = Duration::from_secs(600);

/// So often at once: who finds a name taken tries another.
const NEW_NAMES_AT_ONCE: u32 = 10;

/// So many are greeted at once: more would only wait for the connections that read the store, with all that they know by then.
/// When thousands come at once, that was more memory than they have afterwards.
const GREETED_AT_ONCE: usize = 16;

/// What every request can reach.
pub struct App {
    /// Where everything that wants to change something goes in.
    pub engine: Engine,
    /// Who listens.
    pub hub: Arc<Hub>,
    /// What is kept.
    pub reader: Reader,
    /// Turns of those who are greeted: who waits for one holds next to nothing. It is never closed.
    pub greeting: Semaphore,
    /// What people send besides.
    pub files: Files,
    /// The clock and the dice.
    pub stamps: Stamps,
    /// How much is taken from whom.
    pub limits: Limits,
    /// Which pages may ask.
    pub origins: Origins,
    /// How this Maru is run, as far as it can be changed while it runs.
    pub house: Arc<House>,
    /// Passwords.
    pub passwords: Passwords,
    /// Passkeys.
    pub passkeys: Passkeys,
    /// How fast passwords may be guessed.
    pub guesses: Guesses,
    /// How many last uses of sessions are on their way to the disk.
    pub uses_kept: Arc<Semaphore>,
    /// How fast a member may post.
    pub posts: Pace<MemberId>,
    /// How fast a member may change other things.
    pub changes: Pace<MemberId>,
    /// How fast a member may say what they have read: a client says so every few seconds at the most.
    pub marks: Pace<MemberId>,
    /// How fast a member may ask for something about files: each may cost an fsync.
    pub files_pace: Pace<MemberId>,
    /// How fast a member may search.
    pub searches: Pace<MemberId>,
    /// How many searches are answered at once: so there is always a connection to the store for other questions.
    pub searching: Semaphore,
    /// How fast a member may make rooms.
    pub new_rooms: Pace<MemberId>,
    /// How fast a member may change their name.
    pub new_names: Pace<MemberId>,
    /// How fast guests may come in from an address.
    pub sign_ins: Pace<IpAddr>,
    /// How many sockets an address may have.
    pub places: Places,
    /// How many sockets of an address may be told at once why they are turned away.
    pub turned_away: Places,
    /// The tasks of all open sockets.
    pub sockets: TaskTracker,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
    /// The page of the frontend.
    pub page: Page,
}

impl App {
    /// What every request can reach in a server that runs like this. `loopback` says that it listens on a loopback
    /// address.
    #[expect(clippy::too_many_arguments, reason = "each is one thing that requests reach")]
    pub fn new(
        engine: Engine,
        hub: Arc<Hub>,
        reader: Reader,
        files: Files,
        stamps: Stamps,
        house: Arc<House>,
        loopback: bool,
        config: &Config,
    ) -> Self {
        let origins = Origins::new(config.origins.clone(), loopback);
        let limits = config.limits.clone();
        let minute = Duration::from_secs(60);
        Self {
            engine,
            hub,
            reader,
            greeting: Semaphore::new(GREETED_AT_ONCE),
            files,
            stamps,
            origins,
            house,
            passwords: Passwords::default(),
            passkeys: Passkeys::default(),
            uses_kept: Arc::new(Semaphore::new(32)),
            guesses: Guesses::new(limits.passwords_per_minute),
            posts: Pace::new(Duration::from_secs(1) / limits.posts_per_second.max(1), limits.posts_burst),
            // Ten times as rare as posts: some of them cost every connection of a member some reading.
            changes: Pace::new(Duration::from_secs(10) / limits.posts_per_second.max(1), limits.posts_burst),
            marks: Pace::new(Duration::from_millis(500), 60),
            // Several come at once, and each in several pieces.
            files_pace: Pace::new(
                Duration::from_secs(1) / limits.posts_per_second.max(1),
                limits.posts_burst.saturating_mul(4),
            ),
            // Half as often as posts: one that is typed asks a few times.
            searches: Pace::new(Duration::from_secs(2) / limits.posts_per_second.max(1), limits.posts_burst),
            searching: Semaphore::new(2),
            new_rooms: Pace::new(minute / limits.rooms_per_minute.max(1), limits.rooms_per_minute),
            // Everybody is told of each, and is to know who is who.
            new_names: Pace::new(NEW_NAME_EVERY, NEW_NAMES_AT_ONCE),
            sign_ins: Pace::new(minute / limits.sign_ins_per_minute.max(1), limits.sign_ins_per_minute),
            places: Places::new(limits.sockets_per_address),
            turned_away: Places::new(limits.sockets_per_address),
            sockets: TaskTracker::new(),
            stopping: CancellationToken::new(),
            page: Page::new(config.dist.as_deref()),
            limits,
        }
    }

    /// Asks for a change, now.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn ask(&self, by: By, change: Change) -> Result<Answer, Refusal> {
        self.ask_at(self.stamps.now(), by, change).await
    }

    /// Asks for a change that was stamped with this time.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn ask_at(&self, at: Timestamp, by: By, change: Change) -> Result<Answer, Refusal> {
        self.engine.ask(Entry { at, by, change }).await
    }

    /// Forgets what is known of those who have been quiet, so that memory does not grow with all who ever came.
    pub fn forget_idle(&self) {
        self.posts.forget_idle();
        self.changes.forget_idle();
        self.files_pace.forget_idle();
        self.marks.forget_idle();
        self.searches.forget_idle();
        self.new_rooms.forget_idle();
        self.new_names.forget_idle();
        self.sign_ins.forget_idle();
        self.guesses.forget_idle();
        self.passkeys.forget_late(self.stamps.now());
    }
}
