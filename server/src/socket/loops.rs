//! The delivery loops, one a core: threads that own all sockets, write to each what waits for it, and hear what comes.
//!
//! A loop waits for the system, for its bell (an outbox has something) and for its desk (a new socket, a task that is done).
//! It waits for nothing else: what has to wait for the store or the journal is a task of tokio's, and while it runs its socket
//! is not read from.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use maru_shared::close::CloseCode;
use mio::{Events, Poll, Token};
use slab::Slab;
use tokio::{runtime::Handle, sync::oneshot};
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};
use tracing::{debug, error, info};

use super::{
    desk::{At, Desk, Errand, Pen, Task, Work, wake},
    line::{End, Line, Written},
    plain::Plain,
    typed::Typed,
    wheel::{Tick, Wheel},
    wire::Tcp,
};
use crate::{
    app::App,
    bell::{Bell, Rope},
    caller::Caller,
    http::SignedIn,
    limiter::Place,
    outbox::Outbox,
};

/// What a loop reads at once from a socket, into the one buffer that it has for all of them.
const SCRATCH_BYTES: usize = 16 << 10;

/// How many sockets the system tells of at once.
const EVENTS: usize = 1_024;

/// The event that says that the loop was woken.
const WOKEN: Token = Token(usize::MAX);

/// A socket that comes to a loop.
pub struct Arrival {
    /// What it is on.
    pub wire: Tcp,
    /// What came on it already.
    pub came: Vec<u8>,
    /// What is to be spoken on it, and by whom.
    pub guest: Guest,
    /// From where.
    pub from: Caller,
    /// Its address's place.
    pub place: Place,
    /// Says that it is open.
    pub open: TaskTrackerToken,
}

/// Who comes.
pub enum Guest {
    /// A member, who speaks the typed dialect.
    Typed(Box<SignedIn>),
    /// Whoever speaks the plain dialect.
    Plain(Plain),
    /// Somebody who is to be told why not.
    TurnedAway(CloseCode),
}

/// All loops.
pub struct Loops {
    desks: Vec<Arc<Desk>>,
    bells: Vec<Arc<Bell>>,
    next: AtomicUsize,
    /// Those that do not run yet.
    still: Mutex<Vec<Poll>>,
    running: Mutex<Vec<JoinHandle<()>>>,
    /// Cancelled when the first of them is over.
    over: CancellationToken,
}

/// What comes after a text was heard.
pub enum Then {
    /// The next one.
    Listen,
    /// The next one, when this is done. Whether what waits for the socket is to wait, too.
    Wait(Work, bool),
    /// The end.
    Close(CloseCode),
}

impl Loops {
    /// So many loops, which do not run yet.
    ///
    /// # Errors
    /// When the system has no more to give.
    pub fn new(count: usize) -> io::Result<Self> {
        let (mut desks, mut bells, mut still) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let poll = Poll::new()?;
            let waker = Arc::new(mio::Waker::new(poll.registry(), WOKEN)?);
            desks.push(Desk::new(Arc::clone(&waker)));
            bells.push(Bell::new(move || wake(&waker)));
            still.push(poll);
        }
        Ok(Self {
            desks,
            bells,
            next: AtomicUsize::new(0),
            still: Mutex::new(still),
            running: Mutex::default(),
            over: CancellationToken::new(),
        })
    }

    /// The bells at which the loops listen.
    pub fn bells(&self) -> Vec<Arc<Bell>> {
        self.bells.clone()
    }

    /// Lets the loops run, each on a thread of its own; to be called where tokio runs.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn run(&self, app: &Arc<App>) -> io::Result<()> {
        let still = std::mem::take(&mut *self.still.lock().unwrap_or_else(PoisonError::into_inner));
        for (poll, (desk, bell)) in still.into_iter().zip(self.desks.iter().zip(&self.bells)) {
            let it = Loop {
                sockets: Slab::new(),
                opened: 0,
                poll,
                wheel: Wheel::new(Instant::now()),
                again: Vec::new(),
                stopping: false,
                scratch: vec![0; SCRATCH_BYTES],
                room: Room {
                    app: Arc::clone(app),
                    desk: Arc::clone(desk),
                    bell: Arc::clone(bell),
                    runtime: Handle::current(),
                    now: Instant::now(),
                },
            };
            let (runtime, over) = (Handle::current(), self.over.clone().drop_guard());
            let thread = thread::Builder::new().name("delivery".into()).spawn(move || {
                let _over = over;
                // What is dropped at its end may want to be dropped on tokio.
                let _entered = runtime.enter();
                it.run();
            })?;
            self.running.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(())
    }

    /// Waits until a loop is over without having been ended: by a bug, which the log tells of. Its sockets are closed by then,
    /// and nobody takes those that it is given.
    pub async fn failed(&self) {
        self.over.cancelled().await;
    }

    /// Gives a socket to one of the loops, in turn.
    pub fn take(&self, arrival: Arrival) {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.desks.len().max(1);
        if let Some(desk) = self.desks.get(next) {
            desk.leave(Errand::Take(Box::new(arrival)));
        }
    }

    /// Closes the sockets on which nothing was said yet, and whichever come. The hub ends the others.
    pub fn stop(&self) {
        self.desks.iter().for_each(|desk| desk.leave(Errand::Stop));
    }

    /// Ends the loops, with all sockets that are still open.
    pub async fn end(&self) {
        self.desks.iter().for_each(|desk| desk.leave(Errand::End));
        let running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        let join = move || running.into_iter().map(JoinHandle::join).all(|ended| ended.is_ok());
        if !matches!(tokio::task::spawn_blocking(join).await, Ok(true)) {
            error!("a delivery loop did not end well");
        }
    }
}

impl Drop for Loops {
    fn drop(&mut self) {
        self.desks.iter().for_each(|desk| desk.leave(Errand::End));
    }
}

/// One loop.
struct Loop {
    sockets: Slab<Box<Socket>>,
    /// How many sockets were ever opened.
    opened: u64,
    poll: Poll,
    wheel: Wheel,
    /// Those that have more to say, and wait for their next turn.
    again: Vec<usize>,
    stopping: bool,
    /// What was read last.
    scratch: Vec<u8>,
    room: Room,
}

/// What all sockets of a loop share.
pub struct Room {
    /// What every request can reach.
    pub app: Arc<App>,
    desk: Arc<Desk>,
    bell: Arc<Bell>,
    runtime: Handle,
    /// What time it is for all that is done in one round.
    pub now: Instant,
}

/// A socket.
struct Socket {
    at: At,
    line: Line<Tcp>,
    speaks: Speaks,
    task: Option<Task>,
    /// Waits until what it had to say is written.
    writer: Option<oneshot::Sender<()>>,
    /// When something is due, and the tick in which it is looked at for that.
    due: Option<Instant>,
    alarm: Tick,
    from: Caller,
    _place: Place,
    _open: TaskTrackerToken,
}

/// What is spoken on a socket.
enum Speaks {
    Typed(Typed),
    Plain(Plain),
    /// Nothing any more: it is being closed.
    Nothing,
}

impl Loop {
    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS);
        let mut rung = Vec::new();
        loop {
            let wait =
                if self.again.is_empty() { self.wheel.idle(Instant::now()) } else { Some(Duration::ZERO) };
            match self.poll.poll(&mut events, wait) {
                Ok(()) => {}
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return error!(%cause, "a delivery loop is lost"),
            }
            self.room.now = Instant::now();
            let mut again = std::mem::take(&mut self.again);
            // Who has one turn more in each round would soon have all of them.
            again.sort_unstable();
            again.dedup();
            for place in again {
                self.attend(place);
            }
            for event in events.iter().filter(|event| event.token() != WOKEN) {
                let place = event.token().0;
                let has_come = event.is_readable() || event.is_read_closed() || event.is_error();
                if let Some(socket) = self.sockets.get_mut(place).filter(|_| has_come) {
                    socket.line.something_came();
                }
                self.attend(place);
            }
            for errand in self.room.desk.take() {
                match errand {
                    Errand::Take(arrival) => {
                        contained(|| self.take(*arrival));
                    }
                    Errand::Write(at, frame, written) => {
                        if let Some(socket) = self.working(at) {
                            socket.line.put_ahead(frame);
                            socket.writer = Some(written);
                            self.attend(at.place);
                        }
                    }
                    Errand::Done(at, result) => {
                        if let Some(socket) = self.working(at) {
                            socket.task = None;
                            match result {
                                Ok(()) => self.attend(at.place),
                                Err(code) => self.end(at.place, End::Server(code)),
                            }
                        }
                    }
                    Errand::Stop => self.stop(),
                    Errand::End => return,
                }
            }
            // All that was heard in this round is one batch.
            self.room.app.engine.call();
            self.room.bell.answer(&mut rung);
            for place in rung.drain(..) {
                self.attend(place);
            }
            while let Some((tick, places)) = self.wheel.take(self.room.now) {
                for place in places {
                    self.look_at(place, tick);
                }
            }
        }
    }

    /// The socket for which a task works, if it still does.
    fn working(&mut self, at: At) -> Option<&mut Socket> {
        let socket = self.sockets.get_mut(at.place)?;
        (socket.at == at && socket.task.is_some()).then_some(socket)
    }

    fn take(&mut self, arrival: Arrival) {
        let Arrival { wire, came, guest, from, place, open } = arrival;
        let entry = self.sockets.vacant_entry();
        let at = At { place: entry.key(), number: self.opened };
        self.opened += 1;
        let mut line = Line::new(wire, came, &self.room.app.limits, self.room.now);
        if let Err(cause) = line.wire().register(self.poll.registry(), Token(at.place)) {
            return debug!(%from, %cause, "a socket cannot be listened to");
        }
        let rope = Rope::new(Arc::clone(&self.room.bell), at.place);
        let (speaks, end) = match guest {
            Guest::Typed(signed_in) => {
                info!(%from, who = %signed_in.member.id, "connected");
                let end = self.stopping.then_some(CloseCode::GoingAway);
                (Speaks::Typed(Typed::new(signed_in, rope, self.room.now)), end)
            }
            Guest::Plain(plain) => {
                info!(%from, "connected, plain");
                plain.arrive(rope);
                (Speaks::Plain(plain), None)
            }
            Guest::TurnedAway(code) => {
                info!(%from, ?code, "socket turned away");
                (Speaks::Nothing, Some(code))
            }
        };
        entry.insert(Box::new(Socket {
            at,
            line,
            speaks,
            task: None,
            writer: None,
            due: None,
            alarm: Tick::MAX,
            from,
            _place: place,
            _open: open,
        }));
        match end {
            Some(code) => self.end(at.place, End::Server(code)),
            None => self.attend(at.place),
        }
    }

    fn stop(&mut self) {
        self.stopping = true;
        let has_begun =
            |socket: &Socket| !matches!(&socket.speaks, Speaks::Typed(typed) if !typed.has_begun());
        let silent: Vec<usize> =
            self.sockets.iter().filter(|(_, socket)| !has_begun(socket)).map(|(place, _)| place).collect();
        for place in silent {
            self.end(place, End::Server(CloseCode::GoingAway));
        }
    }

    /// Does for a socket all that can be done now.
    fn attend(&mut self, place: usize) {
        let Some(socket) = self.sockets.get_mut(place) else { return };
        let (room, scratch) = (&self.room, &mut self.scratch);
        match contained(|| socket.go_on(room, scratch)) {
            Some(Ok(Going::On)) => self.set_alarm(place),
            Some(Err(end)) => self.end(place, end),
            Some(Ok(Going::Over)) | None => drop(self.sockets.remove(place)),
        }
    }

    /// Ends a socket.
    fn end(&mut self, place: usize, end: End) {
        let Some(socket) = self.sockets.get_mut(place) else { return };
        match contained(|| socket.end(end, self.room.now)) {
            Some(()) => self.attend(place),
            None => drop(self.sockets.remove(place)),
        }
    }

    /// Looks at a socket whose time has come.
    fn look_at(&mut self, place: usize, tick: Tick) {
        let Some(socket) = self.sockets.get_mut(place) else { return };
        if socket.alarm != tick || socket.due.is_none() {
            return;
        }
        socket.due = None;
        match socket.keep_alive(&self.room) {
            Ok(()) => self.attend(place),
            Err(end) => self.end(place, end),
        }
    }

    /// Sees that a socket is looked at when something is due.
    fn set_alarm(&mut self, place: usize) {
        let Some(socket) = self.sockets.get_mut(place) else { return };
        let due = socket.due(&self.room);
        if socket.due.is_none_or(|before| due < before) {
            socket.due = Some(due);
            socket.alarm = self.wheel.tick(due);
            self.wheel.put(socket.alarm, place);
        }
        if socket.task.is_none() && socket.line.has_more() {
            self.again.push(place);
        }
    }
}

/// Does this for one socket; none when it went wrong. A bug that one socket comes upon is not to take the others of its loop with
/// it. What they share is locked, and whoever locks it next finds it as it was left.
fn contained<T>(it: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(it));
    done.inspect_err(|_| error!("a socket is lost by a bug")).ok()
}

/// Whether a socket goes on.
enum Going {
    On,
    Over,
}

impl Socket {
    fn go_on(&mut self, room: &Room, scratch: &mut [u8]) -> Result<Going, End> {
        if matches!(self.speaks, Speaks::Nothing) {
            return Ok(if self.line.part(scratch, room.now) { Going::Over } else { Going::On });
        }
        self.speak(room)?;
        if self.task.is_none() && self.line.may_be_heard() {
            self.listen(room, scratch)?;
            self.speak(room)?;
        }
        Ok(Going::On)
    }

    /// Writes all that waits and can be written.
    fn speak(&mut self, room: &Room) -> Result<(), End> {
        // Whatever comes after it was taken rings again.
        let mut taken = None;
        loop {
            let held = self.task.as_ref().is_some_and(|task| task.holds);
            match self.line.write(held, room.now)? {
                Written::Stuck => return self.unless_overrun(),
                Written::CatchUp(what) => {
                    if let Speaks::Typed(typed) = &self.speaks {
                        let pen = Pen::new(&room.desk, self.at);
                        let work = typed.catch_up(room, pen.clone(), *what);
                        self.task = Some(Task::begin(&room.runtime, pen, true, work));
                    }
                }
                Written::All => {
                    if let Some(writer) = self.writer.take() {
                        // A task that is over wants nothing more.
                        let _ = writer.send(());
                    }
                    if held {
                        return self.unless_overrun();
                    }
                    if let Some(then_close) = taken {
                        return then_close;
                    }
                    let Some(outbox) = self.speaks.outbox() else { return Ok(()) };
                    let waiting = outbox.take();
                    let then_close = waiting.then_close.map_or(Ok(()), |code| Err(End::Server(code)));
                    if waiting.items.is_empty() {
                        return then_close;
                    }
                    self.line.put(waiting.items);
                    taken = Some(then_close);
                }
            }
        }
    }

    /// Whoever reads too slowly is found out while being written to.
    fn unless_overrun(&self) -> Result<(), End> {
        let code = self.speaks.outbox().and_then(Outbox::overrun);
        code.map_or(Ok(()), |code| Err(End::Server(code)))
    }

    fn listen(&mut self, room: &Room, scratch: &mut [u8]) -> Result<(), End> {
        let Self { at, line, speaks, task, .. } = self;
        let mut end = Ok(());
        let heard = line.hear(scratch, room.now, |text| {
            use std::ops::ControlFlow::{Break, Continue};
            let pen = || Pen::new(&room.desk, *at);
            match speaks.hear(text, room, &pen) {
                Then::Listen => Continue(()),
                Then::Wait(work, holds) => {
                    *task = Some(Task::begin(&room.runtime, pen(), holds, work));
                    Break(())
                }
                Then::Close(code) => {
                    end = Err(End::Server(code));
                    Break(())
                }
            }
        });
        end.and(heard)
    }

    fn keep_alive(&mut self, room: &Room) -> Result<(), End> {
        match &self.speaks {
            Speaks::Nothing => Ok(()),
            Speaks::Typed(typed) if typed.silent_at(room).is_some_and(|at| room.now >= at) => {
                Err(End::Server(CloseCode::Silent))
            }
            _ => self.line.keep_alive(self.task.is_some(), &room.app.limits, room.now),
        }
    }

    fn due(&self, room: &Room) -> Instant {
        let due = self.line.due(&room.app.limits);
        let silent = if let Speaks::Typed(typed) = &self.speaks { typed.silent_at(room) } else { None };
        silent.map_or(due, |silent| silent.min(due))
    }

    fn end(&mut self, end: End, now: Instant) {
        let from = self.from;
        match std::mem::replace(&mut self.speaks, Speaks::Nothing) {
            Speaks::Typed(typed) => info!(%from, who = %typed.who(), %end, "disconnected"),
            Speaks::Plain(_) => info!(%from, %end, "disconnected, plain"),
            Speaks::Nothing => {}
        }
        self.task = None;
        self.writer = None;
        self.line.end(end, now);
    }
}

impl Speaks {
    fn outbox(&self) -> Option<&Outbox> {
        match self {
            Self::Typed(typed) => typed.outbox(),
            Self::Plain(plain) => Some(plain.outbox()),
            Self::Nothing => None,
        }
    }

    fn hear(&mut self, text: &str, room: &Room, pen: &dyn Fn() -> Pen) -> Then {
        match self {
            Self::Typed(typed) => typed.hear(text, room, pen),
            Self::Plain(plain) => plain.hear(text, room),
            Self::Nothing => Then::Listen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_with_one_is_contained() {
        assert_eq!(contained(|| 7), Some(7));
        assert_eq!(contained(|| -> u8 { panic!("on purpose") }), None);
    }
}
