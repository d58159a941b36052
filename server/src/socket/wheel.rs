//! The timers of a loop: when which of its sockets is to be looked at.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How exact it is. Nothing here is about less than a second, and whatever is due in the same tick costs one wake-up.
const TICK: Duration = Duration::from_millis(50);

/// A tick since the wheel began.
pub type Tick = u32;

/// When which sockets are to be looked at. A place may be on it more often than it is due: whoever is looked at knows what is
/// due, and when next.
#[derive(Debug)]
pub struct Wheel {
    begun: Instant,
    spokes: BTreeMap<Tick, Vec<usize>>,
}

impl Wheel {
    /// One on which nothing is.
    pub fn new(now: Instant) -> Self {
        Self { begun: now, spokes: BTreeMap::new() }
    }

    /// The first tick that is not before this instant.
    pub fn tick(&self, at: Instant) -> Tick {
        let since = at.saturating_duration_since(self.begun).as_nanos();
        Tick::try_from(since.div_ceil(TICK.as_nanos())).unwrap_or(Tick::MAX)
    }

    /// Puts a place on, to be looked at in this tick.
    pub fn put(&mut self, tick: Tick, place: usize) {
        self.spokes.entry(tick).or_default().push(place);
    }

    /// How long nothing is due; none when nothing is on it.
    pub fn idle(&self, now: Instant) -> Option<Duration> {
        let (tick, _) = self.spokes.first_key_value()?;
        Some((self.begun + TICK * *tick).saturating_duration_since(now))
    }

    /// Takes off what is due, tick by tick.
    pub fn take(&mut self, now: Instant) -> Option<(Tick, Vec<usize>)> {
        if self.idle(now)?.is_zero() { self.spokes.pop_first() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_off_in_its_tick_and_not_before() {
        let begun = Instant::now();
        let mut wheel = Wheel::new(begun);
        assert_eq!(wheel.idle(begun), None);
        let late = wheel.tick(begun + TICK * 3 / 2);
        wheel.put(late, 7);
        wheel.put(wheel.tick(begun + TICK), 1);
        wheel.put(late, 8);
        assert_eq!((late, wheel.idle(begun)), (2, Some(TICK)));
        assert_eq!(wheel.take(begun + TICK / 2), None);
        assert_eq!(wheel.take(begun + TICK), Some((1, vec![1])));
        assert_eq!(wheel.take(begun + TICK * 3 / 2), None, "never too early");
        assert_eq!(wheel.take(begun + TICK * 9), Some((2, vec![7, 8])));
        assert_eq!(wheel.idle(begun), None);
    }
}
