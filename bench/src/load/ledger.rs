//! What has been sent and where it has arrived.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::text::Mark;

/// Counts each message's deliveries until everybody has it.
#[derive(Debug)]
pub(crate) struct Ledger {
    audience: usize,
    senders: Vec<Sender>,
    deliveries: u64,
    completed: u64,
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

    /// The latencies of the deliveries since the last time of which one knows when they arrived.
    pub(crate) fn take_latencies(&mut self) -> Vec<Duration> {
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

    /// Writes down that a message has arrived at a listener, and when, if that is known.
    ///
    /// # Errors
    /// When it was not sent, more listeners got it than should, or it arrived before it was due.
    pub(crate) fn deliver(&mut self, mark: Mark, arrival: Option<Instant>) -> Result<()> {
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
        if let Some(arrival) = arrival {
            let latency = arrival.checked_duration_since(flight.due);
            self.latencies
                .push(latency.with_context(|| format!("message {mark:?} arrived before it was due"))?);
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
        ledger.deliver(first, None).unwrap();
        assert_eq!((ledger.under_way(1), ledger.under_way(0), ledger.completed()), (2, 0, 0));
        ledger.deliver(second, None).unwrap();
        ledger.deliver(first, None).unwrap();
        assert_eq!((ledger.under_way(1), ledger.completed()), (1, 1));
        ledger.deliver(second, None).unwrap();
        assert!(ledger.is_settled());
        assert_eq!((ledger.deliveries(), ledger.completed()), (4, 2));
    }

    #[test]
    fn a_delivery_too_many_is_an_error() {
        let mut ledger = Ledger::new(1, 1);
        let mark = ledger.send(0, Instant::now());
        ledger.deliver(mark, None).unwrap();
        assert!(ledger.deliver(mark, None).is_err());
        assert!(ledger.deliver(Mark { sender: 0, number: 1 }, None).is_err());
        assert!(ledger.deliver(Mark { sender: 1, number: 0 }, None).is_err());
    }

    #[test]
    fn a_latency_is_kept_of_each_arrival_that_is_known_and_none_can_come_before_it_is_due() {
        let mut ledger = Ledger::new(1, 3);
        let due = Instant::now();
        let mark = ledger.send(0, due);
        let millis = Duration::from_millis;
        ledger.deliver(mark, None).unwrap();
        ledger.deliver(mark, Some(due + millis(3))).unwrap();
        assert_eq!(ledger.take_latencies(), [millis(3)]);
        assert!(ledger.deliver(mark, due.checked_sub(millis(1))).is_err());
        assert!(ledger.take_latencies().is_empty());
    }
}
