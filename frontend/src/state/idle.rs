//! Whether somebody is at this browser.

/// When somebody was here last, and what was said of it.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    last: i64,
    away: bool,
}

impl Idle {
    /// Who does nothing for so many milliseconds is away.
    pub const AFTER: i64 = 5 * 60 * 1_000;

    /// Somebody is here, in milliseconds since 1970.
    pub const fn new(now: i64) -> Self {
        Self { last: now, away: false }
    }

    /// Somebody does something. Whether they are back.
    pub const fn touched(&mut self, now: i64) -> bool {
        self.last = now;
        std::mem::replace(&mut self.away, false)
    }

    /// Whether nobody is here from now on; and otherwise in how many milliseconds one is to look again.
    pub fn look(&mut self, now: i64) -> Result<bool, i64> {
        // A clock that was set back begins anew.
        self.last = self.last.min(now);
        let left = self.last.saturating_add(Self::AFTER).saturating_sub(now);
        if left > 0 { Err(left) } else { Ok(!std::mem::replace(&mut self.away, true)) }
    }

    /// Whether nobody is here.
    pub const fn is_away(&self) -> bool {
        self.away
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_nothing_for_five_minutes_is_away_until_they_do_something() {
        let mut idle = Idle::new(1_000);
        assert!(!idle.touched(2_000), "they were here all the time");
        assert_eq!(idle.look(3_000), Err(Idle::AFTER - 1_000));
        assert_eq!(idle.look(2_000 + Idle::AFTER), Ok(true));
        assert_eq!((idle.look(3_000 + Idle::AFTER), idle.is_away()), (Ok(false), true), "it is said once");
        assert!(idle.touched(400_000));
        assert_eq!((idle.is_away(), idle.look(400_001)), (false, Err(Idle::AFTER - 1)));
        assert_eq!(idle.look(5), Err(Idle::AFTER), "the clock was set back");
    }
}
