//! What the page holds of one room: a run of consecutive events.

use std::collections::VecDeque;

use maru_shared::{Event, Member, MemberId, Seq};

/// A run of consecutive events of a room, and how far the room is known to reach.
///
/// The run usually ends at `head`. When the reader is far up and much arrives, its newer end is let go
/// instead of what is being read: it is then *detached*, and its newer events come by pages again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    events: VecDeque<Event>,
    head: Seq,
    /// What was done to messages lately, whether they are held or not: a page may have been read just before it.
    lately: VecDeque<Event>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was the next one.
    New,
    /// It is one that had come before.
    Known,
    /// Something before it is missing: connect again and say what is here.
    Gap,
}

impl Timeline {
    /// The most events that are held; beyond it the end farther from the reader is let go.
    pub const MOST: usize = 2_000;
    /// So much of what was done to messages is remembered for pages that are on their way.
    const LATELY: usize = 200;

    /// Forgets everything: the room begins behind `after` now.
    pub fn begin(&mut self, after: Seq) {
        self.events.clear();
        self.lately.clear();
        self.head = after;
    }

    /// Takes what just happened, as `me` sees it; what it did to an earlier message is done to that.
    pub fn apply(&mut self, event: Event, me: MemberId) -> Applied {
        if event.seq <= self.head {
            return Applied::Known;
        }
        if event.seq != self.head.next() {
            return Applied::Gap;
        }
        let attached = self.is_attached();
        self.head = event.seq;
        self.happen(&event, me);
        if event.what.about().is_some() {
            if self.lately.len() == Self::LATELY {
                self.lately.pop_front();
            }
            self.lately.push_back(event.clone());
        }
        if attached {
            self.events.push_back(event);
        }
        Applied::New
    }

    /// Puts a page of older events before the run, as far as it joins it without a gap.
    pub fn prepend(&mut self, page: Vec<Event>, me: MemberId) {
        for mut event in page.into_iter().rev() {
            if event.seq.next() == self.first() {
                self.catch_up(&mut event, me);
                self.events.push_front(event);
            }
        }
    }

    /// Puts a page of newer events behind a detached run. Those beyond `head` are left to the socket.
    pub fn extend(&mut self, page: Vec<Event>, me: MemberId) {
        for mut event in page {
            if event.seq == self.last().next() && event.seq <= self.head {
                self.catch_up(&mut event, me);
                self.happen(&event, me);
                self.events.push_back(event);
            }
        }
    }

    /// Holds a page, wherever it is: beside what is held where the two join, and in its place where they do not. It is
    /// detached then, unless it reaches the newest event. Those beyond `head` are left to the socket.
    pub fn show(&mut self, mut page: Vec<Event>, me: MemberId) {
        page.retain(|event| event.seq <= self.head);
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return };
        let joins =
            !self.events.is_empty() && first.seq <= self.last().next() && last.seq.next() >= self.first();
        if joins {
            self.prepend(page.clone(), me);
            self.extend(page, me);
            return;
        }
        page.iter_mut().for_each(|event| self.catch_up(event, me));
        self.events = page.into();
    }

    /// A member is called so from now on.
    pub fn call(&mut self, member: &Member) {
        self.lately.iter_mut().for_each(|event| event.call(member));
        self.events.iter_mut().for_each(|event| event.call(member));
    }

    /// Does to what is held what an event did to it.
    fn happen(&mut self, event: &Event, me: MemberId) {
        if event.what.about().is_some() {
            self.events.iter_mut().for_each(|earlier| event.happen_to(earlier, me));
        }
    }

    /// Does to an event of a page what was done to it since the page was read.
    fn catch_up(&self, event: &mut Event, me: MemberId) {
        self.lately.iter().for_each(|done| done.happen_to(event, me));
    }

    /// Lets go of a detached run: from now on what happens is held as it comes, however fast, and what was before it
    /// comes as pages of older events.
    pub fn attach(&mut self) {
        if !self.is_attached() {
            self.events.clear();
        }
    }

    /// Lets go of what is beyond [`Self::MOST`], on the side that is farther from `reading`.
    pub fn trim(&mut self, reading: Seq) {
        while self.events.len() > Self::MOST {
            if reading.since(self.first()) > self.last().since(reading) {
                self.events.pop_front();
            } else {
                self.events.pop_back();
            }
        }
    }

    /// The events that are held, oldest first, without a gap.
    pub const fn events(&self) -> &VecDeque<Event> {
        &self.events
    }

    /// The event of this position, if it is held.
    pub fn get(&self, seq: Seq) -> Option<&Event> {
        self.events.get(self.index_of(seq)).filter(|event| event.seq == seq)
    }

    /// The position of the newest event that is known of: where to resume.
    pub const fn head(&self) -> Seq {
        self.head
    }

    /// The position of the oldest event that is held; the one to come when none is.
    pub fn first(&self) -> Seq {
        self.events.front().map_or(self.head.next(), |event| event.seq)
    }

    /// The position of the newest event that is held.
    pub fn last(&self) -> Seq {
        self.events.back().map_or(self.head, |event| event.seq)
    }

    /// Whether there are events before those that are held.
    pub fn has_older(&self) -> bool {
        self.first() > Seq::ZERO.next()
    }

    /// Whether the run reaches the room's newest event.
    pub fn is_attached(&self) -> bool {
        self.last() == self.head
    }

    /// Whether the room's newest event is held, or there is none.
    pub fn holds_newest(&self) -> bool {
        self.is_attached() && !(self.events.is_empty() && self.has_older())
    }

    /// Whether the event of this position is held, with what is before it, where there is something.
    pub fn shows(&self, seq: Seq) -> bool {
        let is_first = seq == self.first() && self.has_older();
        (self.first()..=self.last()).contains(&seq) && !self.events.is_empty() && !is_first
    }

    /// Where the event of this position is in [`Self::events`], or where it would be.
    pub fn index_of(&self, seq: Seq) -> usize {
        let index = usize::try_from(seq.since(self.first())).unwrap_or(usize::MAX);
        index.min(self.events.len())
    }
}

#[cfg(test)]
mod tests {
    use maru_shared::{Emoji, Happening};
    use proptest::prelude::*;

    use super::*;
    use crate::state::samples::{event, member, posted, posted_by};

    fn me() -> MemberId {
        member(1).id
    }

    fn contiguous(timeline: &Timeline) -> bool {
        timeline.events.iter().zip(timeline.events.iter().skip(1)).all(|(a, b)| a.seq.next() == b.seq)
    }

    #[test]
    fn the_next_event_is_taken_an_old_one_is_known_and_one_beyond_shows_a_gap() {
        let mut timeline = Timeline::default();
        timeline.begin(Seq(4));
        assert_eq!(timeline.apply(posted(5), me()), Applied::New);
        assert_eq!(timeline.apply(posted(5), me()), Applied::Known);
        assert_eq!(timeline.apply(posted(7), me()), Applied::Gap);
        assert_eq!((timeline.first(), timeline.last(), timeline.head()), (Seq(5), Seq(5), Seq(5)));
        assert!(timeline.has_older() && timeline.is_attached());
    }

    #[test]
    fn what_is_read_is_kept_when_much_arrives() {
        let mut timeline = Timeline::default();
        for seq in 1..=3_000 {
            timeline.apply(posted(seq), me());
            timeline.trim(Seq(10));
        }
        assert_eq!((timeline.first(), timeline.last(), timeline.head()), (Seq(1), Seq(2_000), Seq(3_000)));
        assert!(!timeline.is_attached());
        timeline.extend((2_001..=3_100).map(posted).collect(), me());
        assert_eq!(timeline.last(), Seq(3_000), "what is beyond the head comes by the socket");
        assert_eq!(timeline.apply(posted(3_001), me()), Applied::New);
        timeline.trim(Seq(3_000));
        assert_eq!((timeline.first(), timeline.last()), (Seq(1_002), Seq(3_001)));
    }

    #[test]
    fn the_newest_are_held_whatever_comes_while_their_page_is_on_its_way() {
        let mut timeline = Timeline::default();
        for seq in 1..=3_000 {
            timeline.apply(posted(seq), me());
            timeline.trim(Seq(10));
        }
        assert!(!timeline.holds_newest());
        timeline.attach();
        assert!(timeline.is_attached() && !timeline.holds_newest() && timeline.has_older());
        assert_eq!(timeline.first(), Seq(3_001), "the page that is asked for is the one before it");
        timeline.apply(posted(3_001), me());
        timeline.prepend((2_801..=3_000).map(posted).collect(), me());
        assert_eq!((timeline.first(), timeline.last()), (Seq(2_801), Seq(3_001)));
        timeline.attach();
        assert_eq!(timeline.events().len(), 201, "what reaches the newest is kept");
        assert!(timeline.holds_newest() && Timeline::default().holds_newest());
    }

    #[test]
    fn what_happens_to_a_message_is_done_once_whichever_way_it_comes() {
        let thumb = || Emoji::known("👍");
        let reacted = |seq, who| event(seq, who, Happening::Reacted { message: Seq(1), emoji: thumb() });
        let counts = |timeline: &Timeline| {
            let Happening::Posted(message) = &timeline.events()[0].what else { panic!("no message") };
            message.reactions.iter().map(|reaction| (reaction.count, reaction.mine)).collect::<Vec<_>>()
        };
        let mut live = Timeline::default();
        live.apply(posted_by(1, 2), me());
        live.apply(reacted(2, 1), me());
        live.apply(reacted(3, 2), me());
        assert_eq!(counts(&live), [(2, true)]);

        // The page was read before the last of them, and comes after it.
        let mut paged = Timeline::default();
        paged.begin(Seq(2));
        paged.apply(reacted(3, 2), me());
        let mut page = vec![posted_by(1, 2), reacted(2, 1)];
        let Happening::Posted(message) = &mut page[0].what else { panic!("no message") };
        message.react(&thumb(), &member(1), true);
        message.upto = Seq(2);
        paged.prepend(page, me());
        assert_eq!(counts(&paged), [(2, true)]);
        assert_eq!(paged.events().len(), 3);
    }

    #[test]
    fn a_page_from_far_away_takes_the_place_of_what_is_held_and_newer_pages_lead_back() {
        let mut timeline = Timeline::default();
        timeline.begin(Seq(4_000));
        (4_001..=4_050).for_each(|seq| {
            timeline.apply(posted(seq), me());
        });
        timeline.show((901..=1_100).map(posted).collect(), me());
        assert_eq!((timeline.first(), timeline.last(), timeline.head()), (Seq(901), Seq(1_100), Seq(4_050)));
        assert!(!timeline.is_attached() && timeline.shows(Seq(1_000)));
        assert!(!timeline.shows(Seq(901)), "what is before it is not known");
        assert_eq!(timeline.apply(posted(4_051), me()), Applied::New);
        assert_eq!(timeline.last(), Seq(1_100), "what happens at the end is not held");
        timeline.extend((1_101..=1_300).map(posted).collect(), me());
        timeline.show((1_250..=1_449).map(posted).collect(), me());
        assert_eq!((timeline.first(), timeline.last()), (Seq(901), Seq(1_449)), "what joins is kept");
        timeline.show((3_900..=4_060).map(posted).collect(), me());
        assert_eq!((timeline.first(), timeline.last()), (Seq(3_900), Seq(4_051)));
        assert!(timeline.is_attached());
        timeline.apply(posted(4_052), me());
        assert_eq!(timeline.last(), Seq(4_052));
    }

    #[test]
    fn what_was_done_while_a_page_was_on_its_way_is_done_to_it_wherever_it_is() {
        let mut timeline = Timeline::default();
        timeline.begin(Seq(1_000));
        timeline.show((400..=600).map(posted).collect(), me());
        assert!(!timeline.is_attached());
        let pinned = |seq, message| event(seq, 2, Happening::Pinned { message: Seq(message) });
        timeline.apply(pinned(1_001, 700), me());
        timeline.apply(pinned(1_002, 500), me());
        timeline.extend((601..=800).map(posted).collect(), me());
        let is_pinned = |seq| {
            let event = &timeline.events()[timeline.index_of(Seq(seq))];
            matches!(&event.what, Happening::Posted(message) if message.pinned)
        };
        assert!(is_pinned(700) && is_pinned(500) && !is_pinned(701));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Apply(u64),
        Begin(u64),
        Prepend(u64),
        Extend,
        Show(u64),
        Attach,
        Trim(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (1..3u64).prop_map(Step::Apply),
            1 => (0..60u64).prop_map(Step::Begin),
            2 => (0..60u64).prop_map(Step::Prepend),
            2 => Just(Step::Extend),
            1 => (1..60u64).prop_map(Step::Show),
            1 => Just(Step::Attach),
            1 => (0..200u64).prop_map(Step::Trim),
        ]
    }

    proptest! {
        #[test]
        fn whatever_comes_in_whatever_order_the_run_has_no_gap(steps in prop::collection::vec(step(), 0..200)) {
            let mut timeline = Timeline::default();
            for step in steps {
                let before = timeline.head();
                match step {
                    Step::Apply(ahead) => {
                        let seq = timeline.head().0 + ahead;
                        let applied = timeline.apply(posted(seq), me());
                        prop_assert_eq!(applied == Applied::New, ahead == 1);
                    }
                    Step::Begin(after) => timeline.begin(Seq(after)),
                    Step::Prepend(first) => {
                        timeline.prepend((first.max(1)..timeline.first().0).map(posted).collect(), me());
                    }
                    Step::Extend => timeline.extend((timeline.last().0..timeline.head().0 + 3).map(posted).collect(), me()),
                    Step::Show(first) => timeline.show((first..first + 10).map(posted).collect(), me()),
                    Step::Attach => {
                        timeline.attach();
                        prop_assert!(timeline.is_attached());
                    }
                    Step::Trim(reading) => {
                        while timeline.events.len() > 20 { timeline.events.pop_back(); }
                        timeline.trim(Seq(reading));
                    }
                }
                prop_assert!(contiguous(&timeline));
                prop_assert!(timeline.last() <= timeline.head());
                prop_assert!(matches!(step, Step::Begin(_)) || timeline.head() >= before);
            }
        }
    }
}
