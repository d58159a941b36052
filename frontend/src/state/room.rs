//! One joined room, as the page knows it.

use maru_shared::{Event, Happening, Member, MemberId, Room, RoomKind, Seq};

use super::timeline::{Applied, Timeline};

/// One joined room, as the page knows it.
#[derive(Clone, Debug)]
pub struct RoomState {
    /// Which one.
    pub room: Room,
    /// What happened in it, as far as it is held.
    pub timeline: Timeline,
    /// The server has told everything up to now.
    pub caught_up: bool,
    /// Who has joined it, in the order of their joining, where that was asked for.
    pub members: Option<Vec<Member>>,
    /// Which position its reader looks at, when it is not the newest.
    pub reading: Option<Seq>,
    /// Counts up when everything was told, and when a page came or did not: who waits for that looks again.
    pub turns: u32,
    /// Who has joined it is being asked for.
    asks: bool,
    /// It was caught up since the line was lost last: nothing that comes was missed.
    live: bool,
    sight: Sight,
    read: Option<Seq>,
    divider: Option<Seq>,
    unread: u64,
}

/// Whether somebody sees the newest message of a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sight {
    /// Nobody does: what comes is unread.
    #[default]
    Away,
    /// The room was opened and is not drawn yet: what comes now is unread, and no line is drawn before it.
    Opening,
    /// Somebody does: what comes is read as it comes.
    Watched,
}

impl RoomState {
    /// So many events are held when nobody looks any further for where reading stopped.
    const SOUGHT: usize = Timeline::MOST / 2;

    /// A room of which nothing is known but what is kept: up to where the member has read it.
    pub fn new(room: Room, read: Option<Seq>) -> Self {
        Self {
            room,
            timeline: Timeline::default(),
            caught_up: false,
            members: None,
            reading: None,
            turns: 0,
            asks: false,
            live: false,
            sight: Sight::default(),
            read,
            divider: None,
            unread: 0,
        }
    }

    /// The room begins anew behind `after`.
    pub fn begin(&mut self, room: Room, after: Seq) {
        self.room = room;
        self.caught_up = false;
        self.members = None;
        self.reading = None;
        self.timeline.begin(after);
        self.line_lost();
    }

    /// The line was lost: what comes until everything was told has been missed, whoever looks.
    pub fn line_lost(&mut self) {
        self.live = false;
        if self.sight == Sight::Watched {
            self.sight = Sight::Away;
        }
    }

    /// Takes what just happened, as `me` sees it.
    pub fn apply(&mut self, event: Event, me: MemberId) -> Applied {
        if let Some(members) = &mut self.members {
            come_and_go(members, &event);
        }
        let change = if is_message(&event) { None } else { Some(event.what.clone()) };
        let by_other = event.by.id != me && is_message(&event);
        let head = self.timeline.head();
        let applied = self.timeline.apply(event, me);
        if applied != Applied::New {
            return applied;
        }
        if let Some(change) = change {
            self.change(change, me);
        }
        self.trim();
        if by_other && self.sight != Sight::Watched && self.read.is_some_and(|read| read <= head) {
            if self.unread == 0 && self.sight == Sight::Away {
                self.divider = Some(head);
            }
            self.unread += 1;
        }
        applied
    }

    fn change(&mut self, what: Happening, me: MemberId) {
        match (what, self.room.title_mut()) {
            (Happening::Renamed { name }, Some(title)) => title.name = name,
            (Happening::Described { topic }, Some(title)) => title.topic = topic,
            (Happening::Archived, _) => self.room.archived = true,
            (Happening::Restored, _) => self.room.archived = false,
            (Happening::Deleted { .. }, _) => self.count(me),
            _ => {}
        }
    }

    /// A member is called so from now on.
    pub fn call(&mut self, member: &Member) {
        let people =
            if let RoomKind::Direct(people) = &mut self.room.kind { &mut people[..] } else { &mut [] };
        for named in [people, self.members.as_deref_mut().unwrap_or_default()] {
            named.iter_mut().for_each(|named| named.call(member));
        }
        self.timeline.call(member);
    }

    /// Lets go of events that are too many, far from the reader.
    pub fn trim(&mut self) {
        self.timeline.trim(self.reading.unwrap_or(self.timeline.head()));
    }

    /// The server has told everything. A room that was never read here is read: it is new to its reader.
    /// Gives the position to keep when it changed.
    pub fn caught_up(&mut self, me: MemberId) -> Option<Seq> {
        self.caught_up = true;
        self.live = true;
        self.turns = self.turns.wrapping_add(1);
        let head = self.timeline.head();
        let before = self.read;
        let read = self.read.map_or(head, |read| read.min(head));
        self.read = Some(read);
        self.count(me);
        self.draw_divider();
        (before != Some(read)).then_some(read)
    }

    /// The member has seen everything up to the newest event. Gives the position to keep when it changed.
    pub fn mark_read(&mut self) -> Option<Seq> {
        let head = self.timeline.head();
        if !self.shows_all() {
            return None;
        }
        self.unread = 0;
        if self.read.is_some_and(|read| read >= head) {
            return None;
        }
        self.read = Some(head);
        Some(head)
    }

    /// The room is opened, at its newest events: the line is where reading stopped, or nowhere.
    pub fn opened(&mut self) {
        if self.sight != Sight::Opening {
            self.divider = self.read.filter(|_| self.unread > 0);
        }
        self.reading = None;
        self.timeline.attach();
        self.sight = Sight::Opening;
    }

    /// Whether the newest message is in somebody's sight from now on. Nobody sees what is not held.
    pub fn watch(&mut self, watched: bool) {
        self.sight = if watched && self.shows_all() { Sight::Watched } else { Sight::Away };
        if self.sight == Sight::Away {
            self.draw_divider();
        }
    }

    /// Another tab has shown everything up to `seq`.
    pub fn read_elsewhere(&mut self, seq: Seq, me: MemberId) {
        if self.read.is_some_and(|read| read < seq) {
            // It may be told before the event itself has come.
            self.read = Some(seq);
            self.count(me);
        }
    }

    /// Counts what is unread again, from what is held: after older pages came in.
    pub fn count(&mut self, me: MemberId) {
        let Some(read) = self.read.filter(|_| self.sight != Sight::Watched) else { return };
        let held = self.timeline.events().iter().filter(|event| event.seq > read);
        let unread = held.filter(|event| event.by.id != me && is_message(event)).count();
        // What lies between the two is not held: taken for messages until it is.
        let missing = Seq(self.timeline.first().0 - 1).since(read)
            + self.timeline.head().since(self.timeline.last().max(read));
        self.unread = u64::try_from(unread).unwrap_or(u64::MAX).saturating_add(missing);
        match self.sight {
            Sight::Away => self.draw_divider(),
            Sight::Opening if self.unread == 0 => self.divider = None,
            _ => {}
        }
    }

    /// Whether events between the read position and the oldest held one are not held, or not shown: the oldest one
    /// is when what is before it is known.
    pub fn misses_unread(&self) -> bool {
        self.timeline.has_older() && self.read.is_some_and(|read| read < self.timeline.first())
    }

    /// Whether it is to be looked for where reading stopped: unless that is very long ago.
    pub fn seeks_unread(&self) -> bool {
        self.misses_unread() && self.timeline.events().len() < Self::SOUGHT
    }

    /// Who has joined it is to be asked for; `None` while somebody asks.
    pub fn ask_members(&mut self) -> Option<()> {
        (!std::mem::replace(&mut self.asks, true)).then_some(())
    }

    /// Takes who has joined it, as the server told; and whoever joined meanwhile.
    pub fn know(&mut self, mut members: Vec<Member>) {
        for event in self.timeline.events() {
            come_and_go(&mut members, event);
        }
        self.members = Some(members);
        self.asks = false;
    }

    /// Whether everything was told since the line was there: what comes now happens now.
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// The messages by others behind the read position.
    pub const fn unread(&self) -> u64 {
        self.unread
    }

    /// Behind which position the line "new messages" is, where there is one.
    pub const fn divider(&self) -> Option<Seq> {
        self.divider
    }

    /// The line "new messages" is no longer needed; it comes back with the next unread message.
    pub const fn drop_divider(&mut self) {
        self.divider = None;
    }

    fn shows_all(&self) -> bool {
        self.live && self.timeline.holds_newest()
    }

    fn draw_divider(&mut self) {
        if self.divider.is_none() && self.unread > 0 {
            self.divider = self.read;
        }
    }
}

fn come_and_go(members: &mut Vec<Member>, event: &Event) {
    match &event.what {
        Happening::Joined => add(members, &event.by),
        Happening::LetIn { member } => add(members, member),
        Happening::Left => members.retain(|member| member.id != event.by.id),
        Happening::Kicked { member, .. } => members.retain(|other| other.id != member.id),
        _ => {}
    }
}

fn add(members: &mut Vec<Member>, member: &Member) {
    if members.iter().all(|other| other.id != member.id) {
        members.push(member.clone());
    }
}

const fn is_message(event: &Event) -> bool {
    matches!(event.what, Happening::Posted(_))
}

#[cfg(test)]
mod tests {
    use maru_shared::RoomId;

    use super::*;
    use crate::state::samples::{event, member, posted_by, room};

    fn me() -> MemberId {
        member(1).id
    }

    fn lobby(read: Option<Seq>, events: u64) -> RoomState {
        let mut state = RoomState::new(room(RoomId::LOBBY), read);
        for seq in 1..=events {
            state.apply(posted_by(seq, 2), me());
        }
        state.caught_up(me());
        state
    }

    #[test]
    fn a_room_never_read_here_is_read() {
        let mut state = lobby(None, 5);
        assert_eq!((state.unread(), state.divider()), (0, None));
        state.apply(posted_by(6, 2), me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(5))));
    }

    #[test]
    fn only_messages_of_others_are_unread() {
        let mut state = lobby(Some(Seq(3)), 5);
        assert_eq!(state.unread(), 2);
        state.apply(posted_by(6, 1), me());
        state.apply(event(7, 2, Happening::Joined), me());
        assert_eq!(state.unread(), 2);
        assert_eq!(state.mark_read(), Some(Seq(7)));
        assert_eq!(state.unread(), 0);
        assert_eq!(state.divider(), Some(Seq(3)), "the line stays while one reads");
        state.apply(posted_by(8, 2), me());
        assert_eq!(state.divider(), Some(Seq(7)));
    }

    #[test]
    fn what_is_not_held_counts_until_it_is() {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(Seq(2)));
        state.begin(room(RoomId::LOBBY), Seq(10));
        state.apply(posted_by(11, 2), me());
        state.caught_up(me());
        assert!(state.misses_unread());
        assert_eq!(state.unread(), 9);
        state.timeline.prepend((1..=10).map(|seq| posted_by(seq, 1 + u128::from(seq % 2))).collect(), me());
        state.count(me());
        assert!(!state.misses_unread());
        assert_eq!(state.unread(), 5);
    }

    #[test]
    fn a_restored_history_that_is_shorter_has_nothing_unread() {
        let mut state = lobby(Some(Seq(900)), 5);
        assert_eq!(state.unread(), 0);
        state.apply(posted_by(6, 2), me());
        assert_eq!(state.unread(), 1);
    }

    #[test]
    fn what_comes_while_one_watches_is_read_and_has_no_line() {
        let mut state = lobby(Some(Seq(5)), 5);
        state.watch(true);
        state.apply(posted_by(6, 2), me());
        state.count(me());
        assert_eq!((state.unread(), state.divider()), (0, None));
        assert_eq!(state.mark_read(), Some(Seq(6)));
        state.watch(false);
        state.apply(posted_by(7, 2), me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(6))));
    }

    #[test]
    fn what_comes_before_a_room_is_drawn_has_no_line_once_it_is_watched() {
        let mut state = lobby(Some(Seq(5)), 5);
        state.opened();
        state.apply(posted_by(6, 2), me());
        state.count(me());
        assert_eq!((state.unread(), state.divider()), (1, None));
        let mut left = state.clone();
        state.watch(true);
        assert_eq!(state.mark_read(), Some(Seq(6)));
        assert_eq!((state.unread(), state.divider()), (0, None));
        left.watch(false);
        assert_eq!((left.unread(), left.divider()), (1, Some(Seq(5))), "nobody looked");
    }

    #[test]
    fn what_was_missed_has_its_line_in_a_room_that_is_opening() {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(Seq(2)));
        state.opened();
        for seq in 1..=4 {
            state.apply(posted_by(seq, 2), me());
        }
        state.caught_up(me());
        assert_eq!((state.unread(), state.divider()), (2, Some(Seq(2))));
    }

    /// A room whose reader looked far up while much came: what is held does not reach the newest.
    fn detached() -> RoomState {
        let mut state = lobby(Some(Seq(100)), 100);
        state.reading = Some(Seq(10));
        for seq in 101..=3_000 {
            state.apply(posted_by(seq, 2), me());
        }
        assert!(!state.timeline.is_attached());
        state
    }

    #[test]
    fn what_is_not_held_is_not_seen() {
        let mut state = detached();
        state.watch(true);
        assert_eq!(state.mark_read(), None);
        state.apply(posted_by(3_001, 2), me());
        assert_eq!(state.unread(), 2_901);
    }

    #[test]
    fn a_room_opens_at_its_newest_events() {
        let mut state = detached();
        state.opened();
        assert!(state.timeline.is_attached() && state.reading.is_none());
        assert_eq!((state.unread(), state.divider()), (2_900, Some(Seq(100))));
        state.watch(true);
        assert_eq!(state.mark_read(), None, "none of them is there yet");
        state.timeline.prepend((2_801..=3_000).map(|seq| posted_by(seq, 2)).collect(), me());
        state.watch(true);
        assert_eq!((state.mark_read(), state.unread()), (Some(Seq(3_000)), 0));
    }

    #[test]
    fn what_was_read_and_let_go_of_is_not_unread() {
        let mut state = lobby(Some(Seq(0)), 2_500);
        state.watch(true);
        state.mark_read();
        state.watch(false);
        state.reading = Some(Seq(600));
        state.timeline.prepend((1..=500).map(|seq| posted_by(seq, 2)).collect(), me());
        state.count(me());
        state.trim();
        assert!(!state.timeline.is_attached());
        state.count(me());
        assert_eq!(state.unread(), 0);
        state.apply(posted_by(2_501, 2), me());
        state.count(me());
        assert_eq!(state.unread(), 1);
    }

    #[test]
    fn the_first_unread_one_is_missed_while_nothing_before_it_is_held() {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(Seq(10)));
        state.begin(room(RoomId::LOBBY), Seq(10));
        state.apply(posted_by(11, 2), me());
        state.caught_up(me());
        assert!(state.misses_unread());
        state.timeline.prepend(vec![posted_by(10, 2)], me());
        assert!(!state.misses_unread());
        assert!(!lobby(Some(Seq(0)), 5).misses_unread());
    }

    #[test]
    fn nobody_looks_for_ever_for_where_reading_stopped() {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(Seq(10)));
        state.begin(room(RoomId::LOBBY), Seq(5_000));
        let mut pages = 0;
        while state.seeks_unread() {
            let first = state.timeline.first().0;
            state.timeline.prepend((first - 200..first).map(|seq| posted_by(seq, 2)).collect(), me());
            pages += 1;
        }
        assert_eq!(pages, 5);
        assert!(state.misses_unread());
    }

    #[test]
    fn a_room_whose_missed_events_are_no_messages_opens_without_a_line() {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(Seq(2)));
        state.opened();
        state.begin(room(RoomId::LOBBY), Seq(10));
        state.caught_up(me());
        assert_eq!((state.unread(), state.divider()), (8, Some(Seq(2))));
        state.timeline.prepend((1..=10).map(|seq| event(seq, 2, Happening::Joined)).collect(), me());
        state.count(me());
        assert_eq!((state.unread(), state.divider()), (0, None));
    }

    #[test]
    fn what_comes_after_a_lost_line_was_missed_until_everything_is_told() {
        let mut state = lobby(Some(Seq(5)), 5);
        state.watch(true);
        state.line_lost();
        for seq in 6..=7 {
            state.apply(posted_by(seq, 2), me());
            state.watch(true);
            assert_eq!(state.mark_read(), None);
        }
        let turns = state.turns;
        state.caught_up(me());
        assert_ne!(state.turns, turns, "who looks is told to look again");
        assert_eq!((state.unread(), state.divider()), (2, Some(Seq(5))));
        state.watch(true);
        assert_eq!((state.mark_read(), state.unread()), (Some(Seq(7)), 0));
        assert_eq!(state.divider(), Some(Seq(5)));
    }

    #[test]
    fn who_joins_while_the_members_are_asked_for_is_one_of_them() {
        let mut state = lobby(Some(Seq(0)), 1);
        state.apply(event(2, 3, Happening::Joined), me());
        state.apply(event(3, 2, Happening::Joined), me());
        assert_eq!((state.ask_members(), state.ask_members()), (Some(()), None));
        state.know(vec![member(1), member(2)]);
        assert_eq!(state.ask_members(), Some(()));
        assert_eq!(state.members, Some(vec![member(1), member(2), member(3)]));
        state.apply(event(4, 4, Happening::Joined), me());
        state.apply(event(4, 4, Happening::Joined), me());
        assert_eq!(state.members.unwrap().len(), 4);
    }

    #[test]
    fn what_another_tab_has_shown_before_it_came_here_is_read_when_it_comes() {
        let mut state = lobby(Some(Seq(5)), 5);
        state.read_elsewhere(Seq(6), me());
        state.apply(posted_by(6, 2), me());
        assert_eq!(state.unread(), 0);
        state.apply(posted_by(7, 2), me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(6))));
    }

    #[test]
    fn what_another_tab_has_shown_is_read() {
        let mut state = lobby(Some(Seq(1)), 5);
        state.read_elsewhere(Seq(4), me());
        assert_eq!(state.unread(), 1);
        state.read_elsewhere(Seq(2), me());
        assert_eq!(state.unread(), 1);
    }
}
