//! Where others leave word for a loop: new sockets, and the tasks that do for a socket what has to wait.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use maru_shared::close::CloseCode;
use tokio::{runtime::Handle, sync::oneshot, task::AbortHandle};

use super::loops::Arrival;
use crate::frame::Frame;

/// Word for a loop.
pub enum Errand {
    /// A socket that it is to take.
    Take(Box<Arrival>),
    /// Something that a task has to say on its socket; the task goes on when it is written.
    Write(At, Frame, oneshot::Sender<()>),
    /// A task is done, or wants its socket closed.
    Done(At, Result<(), CloseCode>),
    /// The server stops: who has said nothing yet need not begin.
    Stop,
    /// The loop is to end, with all its sockets.
    End,
}

/// Which socket of a loop. A place is given to others again, a number is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Its place among those that are open.
    pub place: usize,
    /// Which one it is of all that ever were.
    pub number: u64,
}

/// Where word is left for one loop.
pub struct Desk {
    errands: Mutex<Vec<Errand>>,
    waker: Arc<mio::Waker>,
}

/// What a task writes with on its socket.
#[derive(Clone)]
pub struct Pen {
    desk: Arc<Desk>,
    at: At,
}

/// Something that has to wait, for one socket.
pub type Work = std::pin::Pin<Box<dyn Future<Output = Result<(), CloseCode>> + Send>>;

/// A task that does for a socket what has to wait. While it does, the socket is not read from.
pub struct Task {
    /// Whether what waits for the socket is to wait for the task, too.
    pub holds: bool,
    abort: AbortHandle,
}

/// Says that a task is done, however it ended.
struct Finally {
    pen: Pen,
    result: Result<(), CloseCode>,
}

impl Desk {
    /// An empty one, of the loop that is woken by this.
    pub fn new(waker: Arc<mio::Waker>) -> Arc<Self> {
        Arc::new(Self { errands: Mutex::default(), waker })
    }

    /// Leaves word.
    pub fn leave(&self, errand: Errand) {
        self.errands.lock().unwrap_or_else(PoisonError::into_inner).push(errand);
        wake(&self.waker);
    }

    /// All that was left.
    pub fn take(&self) -> Vec<Errand> {
        mem::take(&mut *self.errands.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Wakes a loop.
pub fn wake(waker: &mio::Waker) {
    // A loop that is over need not be woken, and nothing else can fail.
    let _ = waker.wake();
}

impl Pen {
    /// For a task of this socket.
    pub fn new(desk: &Arc<Desk>, at: At) -> Self {
        Self { desk: Arc::clone(desk), at }
    }

    /// Writes before all that waits, and waits until it is written: so a task holds no more than one frame, and reads no
    /// faster than its client.
    ///
    /// # Errors
    /// When the socket is over: nobody hears of that any more.
    pub async fn write(&self, frame: Frame) -> Result<(), CloseCode> {
        let (written, wait) = oneshot::channel();
        self.desk.leave(Errand::Write(self.at, frame, written));
        wait.await.map_err(|_| CloseCode::Failed)
    }
}

impl Task {
    /// Begins it.
    pub fn begin(runtime: &Handle, pen: Pen, holds: bool, work: Work) -> Self {
        // A task that is lost by a bug closes its socket.
        let finally = Finally { pen, result: Err(CloseCode::Failed) };
        let task = runtime.spawn(async move { finally.say(work.await) });
        Self { holds, abort: task.abort_handle() }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Finally {
    fn say(mut self, result: Result<(), CloseCode>) {
        self.result = result;
    }
}

impl Drop for Finally {
    fn drop(&mut self) {
        self.pen.desk.leave(Errand::Done(self.pen.at, self.result));
    }
}
