//! What has been sent and where it has arrived.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::text::Mark;

/// Counts each message's deliveries until everybody has it.
#[derive(Debug)]
pub(crate) struct Ledger {
    audience: usize,
    senders: Vec<Sender>,
    deliveries: u64,
    completed: u64,
    sample_every: usize,
    latencies: Vec<Duration>,
}

/// The messages of one sender that are not everywhere yet. All arrive in order, so the oldest is done first.
#[derive(Clone, Debug, Default)]
struct Sender {
    next: u32,
    under_way: VecDeque<Flight>,
}

#[derive(Clone, Debug)]
struct Flight {
    due: Instant,
    delivered: usize,
}

impl Ledger {
    /// A ledger for messages each of which `audience` listeners get.
    pub(crate) fn new(senders: usize, audience: usize) -> Self {
        Self {
            audience,
            senders: vec![Sender::default(); senders],
            deliveries: 0,
            completed: 0,
            sample_every: 0,
            latencies: Vec::new(),
        }
    }

    pub(crate) fn senders(&self) -> usize {
        self.senders.len()
    }

    /// How many messages of this sender are not everywhere yet.
    pub(crate) fn under_way(&self, sender: usize) -> usize {
        self.senders.get(sender).map_or(0, |sender| sender.under_way.len())
    }

    /// Whether everything that was sent is everywhere.
    pub(crate) fn is_settled(&self) -> bool {
        self.senders.iter().all(|sender| sender.under_way.is_empty())
    }

    /// How many messages have arrived, each counted once for each listener.
    pub(crate) fn deliveries(&self) -> u64 {
        self.deliveries
    }

    /// How many messages have arrived at everybody.
    pub(crate) fn completed(&self) -> u64 {
        self.completed
    }

    /// From here on keeps the latencies at every `nth` listener.
    pub(crate) fn sample(&mut self, nth: usize) {
        self.sample_every = nth;
    }

    /// The latencies kept so far; none are kept from here on.
    pub(crate) fn take_latencies(&mut self) -> Vec<Duration> {
        self.sample_every = 0;
        std::mem::take(&mut self.latencies)
    }

    /// Writes down that a sender sends its next message, which is due at `due`.
    pub(crate) fn send(&mut self, sender: usize, due: Instant) -> Mark {
        let entry = &mut self.senders[sender];
        let number = entry.next;
        entry.next += 1;
        entry.under_way.push_back(Flight { due, delivered: 0 });
        Mark { sender, number }
    }

    /// Writes down that a message has arrived at a listener.
    ///
    /// # Errors
    /// When it was not sent, or more listeners got it than should.
    pub(crate) fn deliver(&mut self, mark: Mark, listener: usize) -> Result<()> {
        let audience = self.audience;
        let sender = self.senders.get_mut(mark.sender);
        let flight = sender.and_then(|sender| {
            let first = sender.next - u32::try_from(sender.under_way.len()).ok()?;
            let place = mark.number.checked_sub(first)?;
            sender.under_way.get_mut(usize::try_from(place).ok()?)
        });
        let Some(flight) = flight else {
            anyhow::bail!("message {mark:?} arrived once too often, or was never sent");
        };
        flight.delivered += 1;
        ensure!(flight.delivered <= audience, "message {mark:?} arrived at more than {audience}");
        if self.sample_every > 0 && listener.is_multiple_of(self.sample_every) {
            self.latencies.push(flight.due.elapsed());
        }
        self.deliveries += 1;
        self.retire(mark.sender);
        Ok(())
    }

    fn retire(&mut self, sender: usize) {
        let under_way = &mut self.senders[sender].under_way;
        while under_way.front().is_some_and(|flight| flight.delivered == self.audience) {
            under_way.pop_front();
            self.completed += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_under_way_until_everybody_has_it() {
        let mut ledger = Ledger::new(2, 2);
        let first = ledger.send(1, Instant::now());
        let second = ledger.send(1, Instant::now());
        ledger.deliver(first, 0).unwrap();
        assert_eq!((ledger.under_way(1), ledger.under_way(0), ledger.completed()), (2, 0, 0));
        ledger.deliver(second, 0).unwrap();
        ledger.deliver(first, 1).unwrap();
        assert_eq!((ledger.under_way(1), ledger.completed()), (1, 1));
        ledger.deliver(second, 1).unwrap();
        assert!(ledger.is_settled());
        assert_eq!((ledger.deliveries(), ledger.completed()), (4, 2));
    }

    #[test]
    fn a_delivery_too_many_is_an_error() {
        let mut ledger = Ledger::new(1, 1);
        let mark = ledger.send(0, Instant::now());
        ledger.deliver(mark, 0).unwrap();
        assert!(ledger.deliver(mark, 0).is_err());
        assert!(ledger.deliver(Mark { sender: 0, number: 1 }, 0).is_err());
        assert!(ledger.deliver(Mark { sender: 1, number: 0 }, 0).is_err());
    }

    #[test]
    fn only_every_nth_listener_is_sampled_and_only_when_asked_for() {
        let mut ledger = Ledger::new(1, 4);
        let before = ledger.send(0, Instant::now());
        ledger.deliver(before, 0).unwrap();
        ledger.sample(2);
        (1..4).for_each(|listener| ledger.deliver(before, listener).unwrap());
        assert_eq!(ledger.take_latencies().len(), 1);
    }
}
