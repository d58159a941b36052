//! The order of entries. On one machine it is a bounded queue in this process; on many it will be a replicated log,
//! and nothing outside this file will know.

use std::sync::Arc;

use maru_shared::{DraftId, Refusal};
use tokio::sync::{
    mpsc::{self, error::TrySendError},
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
pub struct Journal(mpsc::Sender<Line>);

/// The end of the journal where entries come out, in order.
pub struct Ordered(mpsc::Receiver<Line>);

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
    (Journal(sender), Ordered(receiver))
}

impl Journal {
    /// Gives the entry its place in the order; waits while the journal is full.
    ///
    /// # Errors
    /// When the server stops: then the entry has no place.
    pub async fn order(&self, submission: Submission) -> Result<(), Closed> {
        self.0.send(Line::Entry(submission)).await.map_err(|_| Closed)
    }

    /// Gives the entry its place in the order if there is one now. When the server stops there is none, and none is needed.
    ///
    /// # Errors
    /// When the journal is full: it is to be waited for.
    pub fn try_order(&self, submission: Submission) -> Result<(), Full> {
        match self.0.try_send(Line::Entry(submission)) {
            Err(TrySendError::Full(Line::Entry(submission))) => Err(Full(Box::new(submission))),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Takes nothing new any more; what has its place is still given out.
    pub async fn close(&self) {
        // Closed already is closed.
        let _ = self.0.send(Line::End).await;
    }
}

impl Ordered {
    /// Waits for the next entries and takes what is there: at most `most`, and no more once their events have `bytes`
    /// together. None when the journal is closed and empty.
    pub fn take(&mut self, most: usize, bytes: usize) -> Vec<Submission> {
        let mut batch = Vec::new();
        while batch.is_empty() {
            match self.0.blocking_recv() {
                Some(line) => self.note(line, &mut batch),
                None => return batch,
            }
        }
        let mut taken = batch.iter().map(|first| first.entry.event_bytes()).sum::<usize>();
        while batch.len() < most
            && taken < bytes
            && let Ok(line) = self.0.try_recv()
        {
            self.note(line, &mut batch);
            taken += batch.last().map_or(0, |last| last.entry.event_bytes());
        }
        batch
    }

    /// Whether nothing waits, and more may come.
    pub fn is_idle(&self) -> bool {
        self.0.is_empty() && !self.0.is_closed()
    }

    fn note(&mut self, line: Line, batch: &mut Vec<Submission>) {
        match line {
            Line::Entry(submission) => batch.push(submission),
            Line::End => self.0.close(),
        }
    }
}
