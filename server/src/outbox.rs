//! What waits to be written to one connection: bounded in bytes.

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use maru_shared::{RoomId, Seq, close::CloseCode};

/// A text frame's content, encoded once and shared by all who get it.
pub type Frame = axum::extract::ws::Utf8Bytes;

/// Something to be written to a connection.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// A text frame.
    Frame(Frame),
    /// What the store has of this room up to `head`: later events of the room are behind this in the outbox.
    CatchUp {
        /// Which room.
        room: RoomId,
        /// The position up to which the client has everything, if it has anything of use.
        after: Option<Seq>,
        /// The newest position when the connection began to listen.
        head: Seq,
    },
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(text) => write!(f, "Frame({} bytes)", text.len()),
            Self::CatchUp { room, after, head } => write!(f, "CatchUp({room} from {after:?} to {head})"),
        }
    }
}

/// What waits to be written to one connection, in order.
///
/// It takes at most `bound` bytes of frames. When it is full the connection is closed as slow: it comes back and
/// resumes from the store, so that nothing is lost and nobody else has waited.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    bound: usize,
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    end: Option<CloseCode>,
    /// Wakes the connection's task, once: there is something to write, or the end has come.
    waker: Option<Waker>,
}

/// What a connection's task finds in its outbox.
#[derive(Debug)]
pub struct Waiting {
    /// What is to be written, in order.
    pub items: VecDeque<Item>,
    /// Why the connection is to be closed after that, if it is.
    pub then_close: Option<CloseCode>,
}

impl Outbox {
    /// An outbox for at most `bound` bytes of frames.
    pub fn new(bound: usize) -> Self {
        Self { queue: Mutex::default(), bound }
    }

    /// Puts items in, in order. When they do not fit, the outbox is emptied and ends as slow. After an end,
    /// nothing is taken any more.
    pub fn push(&self, items: impl IntoIterator<Item = Item>) {
        let mut queue = self.lock();
        if queue.end.is_some() {
            return;
        }
        for item in items {
            if let Item::Frame(frame) = &item {
                // One frame always fits, whatever its size: otherwise it could never be written.
                if queue.bytes > 0 && queue.bytes + frame.len() > self.bound {
                    *queue =
                        Queue { end: Some(CloseCode::Slow), waker: queue.waker.take(), ..Queue::default() };
                    break;
                }
                queue.bytes += frame.len();
            }
            queue.items.push_back(item);
        }
        wake(queue);
    }

    /// Puts a frame in that nobody would miss, unless the outbox is half full already.
    pub fn whisper(&self, frame: &Frame) {
        if self.lock().bytes <= self.bound / 2 {
            self.push([Item::Frame(frame.clone())]);
        }
    }

    /// Ends the outbox: what waits is still to be written, then the connection is to be closed with this code.
    pub fn finish(&self, code: CloseCode) {
        let mut queue = self.lock();
        queue.end.get_or_insert(code);
        wake(queue);
    }

    /// Takes out all that waits.
    pub fn take(&self) -> Waiting {
        let mut queue = self.lock();
        queue.bytes = 0;
        // A new queue rather than a drained one: an idle connection keeps no room for a busy hour.
        Waiting { items: std::mem::take(&mut queue.items), then_close: queue.end }
    }

    /// Whether there is something to take, or the end; the task is woken when there is.
    pub fn poll_ready(&self, context: &Context<'_>) -> Poll<()> {
        self.poll(context, |queue| (!queue.items.is_empty() || queue.end.is_some()).then_some(()))
    }

    /// Waits until the outbox was found full, or its connection is to be closed at once: what is being written then need
    /// not be finished.
    pub async fn overrun(&self) -> CloseCode {
        poll_fn(|context| self.poll(context, |queue| queue.end.filter(CloseCode::is_at_once))).await
    }

    /// Whether there is an answer. One task waits at a time: the connection's.
    fn poll<T>(&self, context: &Context<'_>, look: impl Fn(&Queue) -> Option<T>) -> Poll<T> {
        let mut queue = self.lock();
        if let Some(found) = look(&queue) {
            return Poll::Ready(found);
        }
        if !queue.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            queue.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes who waits, if anybody does, outside of the lock.
fn wake(mut queue: MutexGuard<'_, Queue>) {
    let waker = queue.waker.take();
    drop(queue);
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Item {
        Item::Frame(Frame::from(text.to_owned()))
    }

    #[test]
    fn what_goes_in_comes_out_in_order_and_then_the_end() {
        let outbox = Outbox::new(100);
        outbox.push([frame("a"), frame("b")]);
        outbox.finish(CloseCode::GoingAway);
        outbox.push([frame("late")]);
        let waiting = outbox.take();
        assert_eq!(waiting.items, [frame("a"), frame("b")]);
        assert_eq!(waiting.then_close, Some(CloseCode::GoingAway));
    }

    #[test]
    fn a_full_outbox_ends_as_slow_and_holds_nothing() {
        let outbox = Outbox::new(10);
        outbox.push([frame("12345"), frame("12345")]);
        assert_eq!(outbox.lock().end, None);
        outbox.push([frame("6")]);
        let waiting = outbox.take();
        assert_eq!(waiting.then_close, Some(CloseCode::Slow));
        assert!(waiting.items.is_empty());
    }

    #[test]
    fn a_frame_larger_than_the_bound_fits_alone() {
        let outbox = Outbox::new(3);
        outbox.push([frame("12345")]);
        assert_eq!(outbox.take().items, [frame("12345")]);
    }

    #[test]
    fn a_whisper_does_not_fill_an_outbox() {
        let outbox = Outbox::new(10);
        outbox.push([frame("123456")]);
        outbox.whisper(&Frame::from_static("psst"));
        assert_eq!(outbox.take().items, [frame("123456")]);
        outbox.whisper(&Frame::from_static("psst"));
        assert_eq!(outbox.take().items, [frame("psst")]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_in_during_a_write_is_not_forgotten() {
        let outbox = Outbox::new(100);
        outbox.push([frame("a")]);
        // A write that has to wait looks out for an overrun meanwhile, and so takes the wake-up of the push.
        tokio::select! {
            biased;
            code = outbox.overrun() => panic!("{code:?}"),
            () = async {} => {}
        }
        let ready = poll_fn(|context| outbox.poll_ready(context));
        tokio::time::timeout(std::time::Duration::from_secs(1), ready).await.unwrap();
    }
}
