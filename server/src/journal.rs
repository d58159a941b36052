//! The order of entries. On one machine it is a bounded queue in this process; on many it will be a replicated log,
//! and nothing outside this file will know.

use std::{
    mem,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use maru_shared::{DraftId, Refusal};
use tokio::sync::{
    mpsc::{
        self,
        error::{TryRecvError, TrySendError},
    },
    oneshot,
};

use crate::{
    entry::{Answer, Entry},
    hub::Connection,
};

/// Who asked, and so who is answered.
pub enum Asker {
    /// A connection: it hears of its post by the post's event, and of a refusal by a notice with its draft.
    Connection(Arc<Connection>, DraftId),
    /// Nobody is answered: what is done is told to whom it concerns.
    Nobody,
    /// Whoever waits for this answer.
    Waiting(oneshot::Sender<Result<Answer, Refusal>>),
}

/// An entry in its place in the order, and who asked for it.
pub struct Submission {
    /// What is asked.
    pub entry: Entry,
    /// By whom.
    pub asker: Asker,
}

/// The end of the journal where entries go in.
///
/// It is bounded: when it is full, whoever submits waits, and does not read from their socket meanwhile.
#[derive(Clone)]
pub struct Journal {
    lines: mpsc::Sender<Line>,
    // Dropped behind the sender: whoever waits for entries learns that none will come.
    call: Call,
}

/// The end of the journal where entries come out, in order.
pub struct Ordered {
    lines: mpsc::Receiver<Line>,
    call: Call,
}

/// Calls whoever waits for entries: once for many, as who is called too early takes the first one alone.
#[derive(Clone, Default)]
struct Call(Arc<(Mutex<bool>, Condvar)>);

enum Line {
    Entry(Submission),
    End,
}

/// The journal takes nothing any more: the server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server stops")]
pub struct Closed;

/// The journal is full now: this has no place yet.
pub struct Full(pub Box<Submission>);

/// A journal that holds at most so many entries that are not yet applied.
pub fn journal(entries: usize) -> (Journal, Ordered) {
    let (sender, receiver) = mpsc::channel(entries.max(1));
    let call = Call::default();
    (Journal { lines: sender, call: call.clone() }, Ordered { lines: receiver, call })
}

impl Journal {
    /// Gives the entry its place in the order; waits while the journal is full.
    ///
    /// # Errors
    /// When the server stops: then the entry has no place.
    pub async fn order(&self, submission: Submission) -> Result<(), Closed> {
        let sent = self.lines.send(Line::Entry(submission)).await;
        self.call.out();
        sent.map_err(|_| Closed)
    }

    /// Gives the entry its place in the order if there is one now. When the server stops there is none, and none is needed.
    /// It is taken out when [`Journal::call`] says that this was all.
    ///
    /// # Errors
    /// When the journal is full: it is to be waited for.
    pub fn try_order(&self, submission: Submission) -> Result<(), Full> {
        match self.lines.try_send(Line::Entry(submission)) {
            Err(TrySendError::Full(Line::Entry(submission))) => Err(Full(Box::new(submission))),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Has taken out what has its place in the order.
    pub fn call(&self) {
        if self.lines.capacity() < self.lines.max_capacity() {
            self.call.out();
        }
    }

    /// Takes nothing new any more; what has its place is still given out.
    pub async fn close(&self) {
        // Closed already is closed.
        let _ = self.lines.send(Line::End).await;
        self.call.out();
    }
}

impl Ordered {
    /// Waits for the next entries and takes what is there: at most `most`, and no more once their events have `bytes`
    /// together. None when the journal is closed and empty.
    pub fn take(&mut self, most: usize, bytes: usize) -> Vec<Submission> {
        let mut batch = Vec::new();
        while batch.is_empty() {
            match self.lines.try_recv() {
                Ok(line) => {
                    batch.reserve_exact(most.min(1 + self.lines.len()));
                    self.note(line, &mut batch);
                }
                Err(TryRecvError::Empty) => self.call.wait(),
                Err(TryRecvError::Disconnected) => return batch,
            }
        }
        let mut taken = batch.iter().map(|first| first.entry.event_bytes()).sum::<usize>();
        while batch.len() < most
            && taken < bytes
            && let Ok(line) = self.lines.try_recv()
        {
            self.note(line, &mut batch);
            taken += batch.last().map_or(0, |last| last.entry.event_bytes());
        }
        batch
    }

    /// Whether nothing waits, and more may come.
    pub fn is_idle(&self) -> bool {
        self.lines.is_empty() && !self.lines.is_closed()
    }

    fn note(&mut self, line: Line, batch: &mut Vec<Submission>) {
        match line {
            Line::Entry(submission) => batch.push(submission),
            Line::End => self.lines.close(),
        }
    }
}

impl Call {
    fn out(&self) {
        let (called, waiting) = &*self.0;
        let mut called = called.lock().unwrap_or_else(PoisonError::into_inner);
        if !mem::replace(&mut *called, true) {
            waiting.notify_one();
        }
    }

    /// Waits until it was called out since this was last asked.
    fn wait(&self) {
        let (called, waiting) = &*self.0;
        let called = called.lock().unwrap_or_else(PoisonError::into_inner);
        let mut called =
            waiting.wait_while(called, |called| !*called).unwrap_or_else(PoisonError::into_inner);
        *called = false;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.out();
    }
}
