//! What waits to be written to one connection: bounded in bytes.

use std::{
    mem,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use maru_shared::{RoomId, Seq, close::CloseCode};

use crate::{bell::Rope, frame::Frame, queue::Queue};

/// Something to be written to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Text frames.
    Frame(Frame),
    /// What the store has of a room.
    CatchUp(Box<CatchUp>),
}

impl Item {
    /// What it is when it is frames.
    pub fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Frame(frame) => Some(frame),
            Self::CatchUp(_) => None,
        }
    }
}

/// What the store has of a room up to `head`: later events of the room are behind this in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatchUp {
    /// Which room.
    pub room: RoomId,
    /// The position up to which the client has everything, if it has anything of use.
    pub after: Option<Seq>,
    /// The newest position when the connection began to listen.
    pub head: Seq,
}

/// What waits to be written to one connection, in order.
///
/// It takes at most `bound` bytes of frames. When it is full the connection is closed as slow: it comes back and
/// resumes from the store, so that nothing is lost and nobody else has waited.
///
/// Whoever puts something in rings for the loop that writes to the connection, and wakes it when all is put in: with
/// [`Outbox::wake`], or once for many.
#[derive(Debug)]
pub struct Outbox {
    held: Mutex<Held>,
    bound: usize,
    rope: OnceLock<Rope>,
}

#[derive(Debug, Default)]
struct Held {
    items: Queue<Item>,
    bytes: usize,
    end: Option<CloseCode>,
    /// Whether it was rung for what is in here.
    rung: bool,
}

/// What a connection's loop finds in its outbox.
#[derive(Debug)]
pub struct Waiting {
    /// What is to be written, in order.
    pub items: Queue<Item>,
    /// Why the connection is to be closed after that, if it is.
    pub then_close: Option<CloseCode>,
}

impl Outbox {
    /// An outbox for at most `bound` bytes of frames, of a connection to which the loop at the other end of this rope writes.
    pub fn new(bound: usize, rope: Rope) -> Self {
        let outbox = Self::without_rope(bound);
        outbox.hang(rope);
        outbox
    }

    /// An outbox for at most `bound` bytes of frames, of a connection that is on its way to its loop.
    pub fn without_rope(bound: usize) -> Self {
        Self { held: Mutex::default(), bound, rope: OnceLock::new() }
    }

    /// Gives it the rope of its loop, which is then to look at what waits already: nobody rang for that.
    pub fn hang(&self, rope: Rope) {
        // There is one loop, and one place in it.
        let _ = self.rope.set(rope);
    }

    /// Puts an item in, behind the others. When it does not fit, the outbox is emptied and ends as slow. After an end,
    /// nothing is taken any more.
    pub fn push(&self, item: Item) {
        self.put(self.lock(), item);
    }

    /// Puts a frame in that nobody would miss, unless the outbox is half full already.
    pub fn whisper(&self, frame: &Frame) {
        let held = self.lock();
        if held.bytes <= self.bound / 2 {
            self.put(held, Item::Frame(frame.clone()));
        }
    }

    /// Ends the outbox: what waits is still to be written, then the connection is to be closed with this code.
    pub fn finish(&self, code: CloseCode) {
        let mut held = self.lock();
        if held.end.is_none() {
            self.end(&mut held, code);
        }
    }

    /// Wakes the loop.
    pub fn wake(&self) {
        if let Some(rope) = self.rope.get() {
            rope.wake();
        }
    }

    /// Takes out all that waits.
    pub fn take(&self) -> Waiting {
        let mut held = self.lock();
        held.bytes = 0;
        held.rung = false;
        Waiting { items: mem::take(&mut held.items), then_close: held.end }
    }

    /// Why the connection is to be closed at once, if it is: what is being written then need not be finished.
    pub fn overrun(&self) -> Option<CloseCode> {
        self.lock().end.filter(CloseCode::is_at_once)
    }

    fn put(&self, mut held: MutexGuard<'_, Held>, item: Item) {
        if held.end.is_some() {
            return;
        }
        if let Item::Frame(frame) = &item {
            // One frame always fits, whatever its size: otherwise it could never be written.
            if held.bytes > 0 && held.bytes + frame.len() > self.bound {
                held.items = Queue::default();
                return self.end(&mut held, CloseCode::Slow);
            }
            held.bytes += frame.len();
        }
        held.items.push(item);
        // Until the loop has taken what is in here, it need not hear of it again.
        if !mem::replace(&mut held.rung, true) {
            self.ring();
        }
    }

    /// Of an end the loop is to hear even while it waits to write on.
    fn end(&self, held: &mut Held, code: CloseCode) {
        held.end = Some(code);
        self.ring();
    }

    fn ring(&self) {
        if let Some(rope) = self.rope.get() {
            rope.ring();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bell::Bell;

    /// What a frame of a short text has besides the text.
    const HEADER: usize = 2;

    fn frame(text: &str) -> Item {
        Item::Frame(Frame::text(text))
    }

    fn outbox(bound: usize) -> Outbox {
        Outbox::new(bound, Rope::new(Bell::new(|| ()), 0))
    }

    #[test]
    fn what_goes_in_comes_out_in_order_and_then_the_end() {
        let outbox = outbox(100);
        outbox.push(frame("a"));
        outbox.push(frame("b"));
        outbox.finish(CloseCode::GoingAway);
        outbox.push(frame("late"));
        let waiting = outbox.take();
        assert!(waiting.items.eq([frame("a"), frame("b")]));
        assert_eq!(waiting.then_close, Some(CloseCode::GoingAway));
    }

    #[test]
    fn a_full_outbox_ends_as_slow_and_holds_nothing() {
        let outbox = outbox(2 * (HEADER + 5));
        outbox.push(frame("12345"));
        outbox.push(frame("12345"));
        assert_eq!(outbox.overrun(), None);
        outbox.push(frame("6"));
        assert_eq!(outbox.overrun(), Some(CloseCode::Slow));
        let waiting = outbox.take();
        assert_eq!(waiting.then_close, Some(CloseCode::Slow));
        assert!(waiting.items.is_empty());
    }

    #[test]
    fn a_frame_larger_than_the_bound_fits_alone() {
        let outbox = outbox(3);
        outbox.push(frame("12345"));
        assert!(outbox.take().items.eq([frame("12345")]));
    }

    #[test]
    fn a_whisper_does_not_fill_an_outbox() {
        let outbox = outbox(10);
        outbox.push(frame("123456"));
        outbox.whisper(&Frame::text("psst"));
        assert!(outbox.take().items.eq([frame("123456")]));
        outbox.whisper(&Frame::text("psst"));
        assert!(outbox.take().items.eq([frame("psst")]));
    }

    #[test]
    fn what_comes_before_the_rope_is_there_for_the_loop_and_what_comes_after_rings() {
        let bell = Bell::new(|| ());
        let outbox = Outbox::without_rope(100);
        outbox.push(frame("a"));
        outbox.wake();
        outbox.hang(Rope::new(Arc::clone(&bell), 7));
        assert!(outbox.take().items.eq([frame("a")]));
        outbox.push(frame("b"));
        let mut by = Vec::new();
        bell.answer(&mut by);
        assert_eq!(by, [7]);
    }

    #[test]
    fn it_is_rung_once_for_all_that_waits_and_again_for_the_end() {
        let bell = Bell::new(|| ());
        let outbox = Outbox::new(100, Rope::new(Arc::clone(&bell), 7));
        let rung = || {
            let mut by = Vec::new();
            bell.answer(&mut by);
            by
        };
        outbox.push(frame("a"));
        outbox.push(frame("b"));
        assert_eq!(rung(), [7]);
        outbox.push(frame("c"));
        assert!(rung().is_empty(), "what was not taken was heard of");
        outbox.take();
        outbox.push(frame("d"));
        assert_eq!(rung(), [7], "what comes after a take is not forgotten");
        outbox.finish(CloseCode::Banned);
        outbox.finish(CloseCode::GoingAway);
        assert_eq!((rung(), outbox.overrun()), (vec![7], Some(CloseCode::Banned)));
    }
}
