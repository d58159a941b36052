//! Which of the held events are in the document.

use std::ops::Range;

use maru_shared::Seq;

use super::timeline::Timeline;

/// A stretch of a timeline, of bounded length: what is in the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// The newest events, whatever comes.
    #[default]
    Newest,
    /// From this position on, standing still while others come.
    From(Seq),
}

impl Window {
    /// The most events in the document.
    pub const MOST: usize = 120;
    /// By how many events the window moves when its reader comes near its edge: so few that what comes into the document is
    /// there within one frame, also where the machine is slow.
    pub const STEP: usize = 20;

    /// The indices of the events that are in the document.
    pub fn range(self, timeline: &Timeline) -> Range<usize> {
        let held = timeline.events().len();
        match self {
            Self::Newest => held.saturating_sub(Self::MOST)..held,
            Self::From(seq) => {
                let from = timeline.index_of(seq);
                from..held.min(from + Self::MOST)
            }
        }
    }

    /// The window that stands still where this one is.
    #[must_use]
    pub fn held(self, timeline: &Timeline) -> Self {
        match self {
            Self::Newest => self.at(self.range(timeline).start, timeline),
            Self::From(_) => self,
        }
    }

    /// One step toward older events.
    #[must_use]
    pub fn older(self, timeline: &Timeline) -> Self {
        self.at(self.range(timeline).start.saturating_sub(Self::STEP), timeline)
    }

    /// One step toward newer events; at most so far that the window stays full.
    #[must_use]
    pub fn newer(self, timeline: &Timeline) -> Self {
        let furthest = timeline.events().len().saturating_sub(Self::MOST);
        let start = self.range(timeline).start;
        self.at((start + Self::STEP).min(furthest).max(start), timeline)
    }

    /// The window that has this event in its first third, when it is not among the newest.
    pub fn around(seq: Seq, timeline: &Timeline) -> Option<Self> {
        let index = timeline.index_of(seq);
        let among_newest = index >= Self::Newest.range(timeline).start;
        (!among_newest).then(|| Self::Newest.at(index.saturating_sub(Self::MOST / 3), timeline))
    }

    /// The window that stands still and has this event in it: where this one is, if it has.
    #[must_use]
    pub fn with(self, seq: Seq, timeline: &Timeline) -> Self {
        if self.range(timeline).contains(&timeline.index_of(seq)) {
            return self.held(timeline);
        }
        Self::around(seq, timeline).unwrap_or_else(|| Self::Newest.held(timeline))
    }

    /// Whether it shows the first of the events that are held.
    pub fn shows_first(self, timeline: &Timeline) -> bool {
        self.range(timeline).start == 0
    }

    /// Whether it shows the last of the events that are held.
    pub fn shows_last(self, timeline: &Timeline) -> bool {
        self.range(timeline).end == timeline.events().len()
    }

    fn at(self, index: usize, timeline: &Timeline) -> Self {
        timeline.events().get(index).map_or(self, |event| Self::From(event.seq))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::{member, posted};

    fn timeline(last: u64) -> Timeline {
        let mut timeline = Timeline::default();
        (1..=last).for_each(|seq| {
            timeline.apply(posted(seq), member(1).id);
        });
        timeline
    }

    #[test]
    fn the_newest_follow_and_a_held_window_stands() {
        let mut timeline = timeline(500);
        let held = Window::Newest.held(&timeline);
        assert_eq!(held, Window::From(Seq(381)));
        assert_eq!(held.range(&timeline), 380..500);
        timeline.apply(posted(501), member(1).id);
        assert_eq!(held.range(&timeline), 380..500);
        assert_eq!(Window::Newest.range(&timeline), 381..501);
        assert!(!held.shows_last(&timeline));
    }

    #[test]
    fn it_slides_both_ways_and_never_grows() {
        let timeline = timeline(500);
        let mut window = Window::Newest;
        let mut steps = 0;
        while !window.shows_first(&timeline) {
            window = window.older(&timeline);
            assert!(window.range(&timeline).len() <= Window::MOST);
            steps += 1;
        }
        assert_eq!(steps, 19);
        while !window.shows_last(&timeline) {
            let before = window.range(&timeline);
            window = window.newer(&timeline);
            let after = window.range(&timeline);
            assert!(after.start > before.start && after.start < before.end && after.len() <= Window::MOST);
        }
    }

    #[test]
    fn older_pages_do_not_move_it() {
        let mut timeline = Timeline::default();
        timeline.begin(Seq(100));
        (101..=150).for_each(|seq| {
            timeline.apply(posted(seq), member(1).id);
        });
        let window = Window::Newest.older(&timeline);
        assert_eq!(window, Window::From(Seq(101)));
        timeline.prepend((1..=100).map(posted).collect(), member(1).id);
        assert_eq!(window.range(&timeline), 100..150);
        assert_eq!(Window::Newest.range(&Timeline::default()), 0..0);
    }

    #[test]
    fn it_goes_to_where_reading_stopped() {
        let timeline = timeline(500);
        assert_eq!(Window::around(Seq(300), &timeline), Some(Window::From(Seq(260))));
        assert_eq!(Window::around(Seq(10), &timeline), Some(Window::From(Seq(1))));
        assert_eq!(Window::around(Seq(380), &timeline), Some(Window::From(Seq(340))));
        assert_eq!(Window::around(Seq(381), &timeline), None);
    }

    #[test]
    fn it_goes_to_an_event_only_where_that_is_not_in_it() {
        let timeline = timeline(500);
        assert_eq!(Window::Newest.with(Seq(450), &timeline), Window::From(Seq(381)));
        assert_eq!(Window::From(Seq(300)).with(Seq(419), &timeline), Window::From(Seq(300)));
        assert_eq!(Window::From(Seq(200)).with(Seq(420), &timeline), Window::From(Seq(381)));
        assert_eq!(Window::Newest.with(Seq(100), &timeline), Window::From(Seq(60)));
    }
}
