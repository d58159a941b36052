//! When to try again, and when to doubt the line. Pure: instants and chance come as parameters.

/// How long to wait before the next attempt to connect: twice as long each time, with chance in it so that
/// a thousand pages do not come back in the same instant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The shortest pause, in milliseconds.
    pub const SHORTEST: u32 = 100;
    /// The longest pause, in milliseconds.
    pub const LONGEST: u32 = 15_000;

    /// The pause after one more failure, in milliseconds: between half and all of what doubling gives.
    /// `chance` is from 0 to 1.
    pub fn after_failure(&mut self, chance: f64) -> u32 {
        let pause = Self::after(self.failures, chance);
        self.failures = self.failures.saturating_add(1);
        pause
    }

    /// The pause after one more failure than so many, in milliseconds.
    pub fn after(failures: u32, chance: f64) -> u32 {
        let doubled = Self::SHORTEST.saturating_mul(1 << failures.min(10)).min(Self::LONGEST);
        let jittered = f64::from(doubled) * (0.5 + chance.clamp(0.0, 1.0) / 2.0);
        (jittered as u32).max(Self::SHORTEST)
    }

    /// The line is good: begin anew.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Watches one connection for silence. Instants are milliseconds of any clock that goes on in sleep.
#[derive(Clone, Copy, Debug)]
pub struct Heartbeat {
    heard: i64,
    asked: Option<i64>,
}

/// What the heartbeat wants now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing for so many milliseconds.
    Wait(u32),
    /// Send a `ping`, now.
    Ask,
    /// The line is dead: nothing came back.
    Dead,
}

impl Heartbeat {
    /// After so many milliseconds of silence the other side is asked.
    pub const SILENCE: i64 = 15_000;
    /// It has so many milliseconds to answer.
    pub const PATIENCE: i64 = 10_000;

    /// A connection that just opened.
    pub const fn new(now: i64) -> Self {
        Self { heard: now, asked: None }
    }

    /// Something was heard.
    pub const fn heard(&mut self, now: i64) {
        self.heard = now;
        self.asked = None;
    }

    /// What to do now. After [`Beat::Ask`] the question counts as asked.
    pub fn beat(&mut self, now: i64) -> Beat {
        // A clock that was set back must not make a dead line live on until it has caught up.
        self.heard = self.heard.min(now);
        self.asked = self.asked.map(|asked| asked.min(now));
        let due = match self.asked {
            Some(asked) if now - asked >= Self::PATIENCE => return Beat::Dead,
            Some(asked) => asked + Self::PATIENCE,
            None if now - self.heard >= Self::SILENCE => {
                self.asked = Some(now);
                return Beat::Ask;
            }
            None => self.heard + Self::SILENCE,
        };
        Beat::Wait(u32::try_from((due - now).clamp(0, Self::SILENCE)).unwrap_or(0))
    }
}

/// Something that is asked for often and done at most once a second, always again after it was last asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seldom {
    done: Option<i64>,
    waits: bool,
}

/// When it is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At once.
    Now,
    /// In so many milliseconds.
    In(u32),
    /// When a turn comes that was given already.
    Given,
}

impl Seldom {
    /// So many milliseconds are between two turns.
    pub const PAUSE: i64 = 1_000;

    /// It is asked for.
    pub fn ask(&mut self, now: i64) -> Turn {
        // A clock that was set back does not make it wait for longer.
        let due = self.done.filter(|done| *done <= now).map_or(now, |done| done + Self::PAUSE);
        match u32::try_from(due - now) {
            _ if self.waits => Turn::Given,
            Ok(pause @ 1..) => {
                self.waits = true;
                Turn::In(pause)
            }
            _ => Turn::Now,
        }
    }

    /// It is done.
    pub const fn done(&mut self, now: i64) {
        *self = Self { done: Some(now), waits: false };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_seldom_is_done_at_once_and_then_once_for_all_that_asked() {
        let mut seldom = Seldom::default();
        assert_eq!(seldom.ask(5_000), Turn::Now);
        seldom.done(5_000);
        assert_eq!(seldom.ask(5_016), Turn::In(984));
        assert_eq!(seldom.ask(5_033), Turn::Given);
        seldom.done(6_000);
        assert_eq!(seldom.ask(6_001), Turn::In(999));
        seldom.done(7_000);
        assert_eq!(seldom.ask(8_000), Turn::Now);
        seldom.done(8_000);
        assert_eq!(seldom.ask(3_000), Turn::Now, "the clock was set back");
    }

    #[test]
    fn pauses_grow_have_chance_in_them_and_a_longest() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.after_failure(0.0), 100);
        assert_eq!(backoff.after_failure(0.0), 100);
        assert_eq!(backoff.after_failure(1.0), 400);
        for _ in 0..100 {
            backoff.after_failure(0.5);
        }
        assert_eq!((backoff.after_failure(0.0), backoff.after_failure(1.0)), (7_500, 15_000));
        backoff.reset();
        assert_eq!(backoff.after_failure(1.0), 100);
    }

    #[test]
    fn silence_is_asked_about_and_no_answer_is_death_within_thirty_seconds() {
        let mut line = Heartbeat::new(0);
        assert_eq!(line.beat(0), Beat::Wait(15_000));
        assert_eq!(line.beat(15_000), Beat::Ask);
        assert_eq!(line.beat(15_001), Beat::Wait(9_999));
        assert_eq!(line.beat(25_000), Beat::Dead);
    }

    #[test]
    fn an_answer_begins_anew() {
        let mut line = Heartbeat::new(0);
        assert_eq!(line.beat(15_000), Beat::Ask);
        line.heard(16_000);
        assert_eq!(line.beat(16_000), Beat::Wait(15_000));
    }

    #[test]
    fn a_clock_set_back_does_not_keep_a_dead_line() {
        let mut line = Heartbeat::new(1_000_000);
        assert_eq!(line.beat(400_000), Beat::Wait(15_000));
        assert_eq!(line.beat(415_000), Beat::Ask);
        assert_eq!(line.beat(300_000), Beat::Wait(10_000));
        assert_eq!(line.beat(310_000), Beat::Dead);
    }

    #[test]
    fn after_a_long_sleep_the_line_is_asked_first() {
        let mut line = Heartbeat::new(0);
        assert_eq!(line.beat(3_600_000), Beat::Ask);
        assert_eq!(line.beat(3_610_000), Beat::Dead);
    }
}
