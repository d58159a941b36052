//! One joined room, as the page knows it.

use maru_shared::{
    Command, Event, Happening, Mark, Member, MemberId, Notify, Room, RoomKind, Seq, api::ReadPosition,
};

use super::{
    timeline::{Applied, Timeline},
    unread::{Moved, Unread, Untold},
};

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
    /// Up to where each of the others has read it, where that was asked for.
    readers: Option<Vec<ReadPosition>>,
    /// Which position its reader looks at, when it is not the newest.
    pub reading: Option<Seq>,
    /// Counts up when everything was told, and when a page came or did not: who waits for that looks again.
    pub turns: u32,
    /// What of it one wants to be told.
    pub notify: Notify,
    /// Who has joined it is being asked for.
    asks: bool,
    /// It was caught up since the line was lost last: nothing that comes was missed.
    live: bool,
    sight: Sight,
    unread: Unread,
    /// What is unread was made so on purpose: it stays so while one looks.
    stays_unread: bool,
    divider: Option<Seq>,
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

    /// A room of which nothing is known but what is read of it: by the server's mark, where it told of one, and by what it may
    /// not know yet.
    pub fn new(room: Room, mark: Option<Mark>, untold: Option<Untold>) -> Self {
        Self {
            room,
            timeline: Timeline::default(),
            caught_up: false,
            members: None,
            readers: None,
            reading: None,
            turns: 0,
            notify: mark.unwrap_or_default().notify,
            asks: false,
            live: false,
            sight: Sight::default(),
            unread: Unread::new(mark, untold),
            stays_unread: false,
            divider: None,
        }
    }

    /// The room begins anew behind `after`.
    pub fn begin(&mut self, room: Room, after: Seq) {
        self.room = room;
        self.caught_up = false;
        self.members = None;
        self.reading = None;
        self.timeline.begin(after);
        self.unread.begin(after);
        self.line_lost();
    }

    /// The line was lost: what comes until everything was told has been missed, whoever looks.
    pub fn line_lost(&mut self) {
        self.live = false;
        self.unread.line_lost();
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
        // The server holds for read what was before somebody was in.
        match &event.what {
            Happening::Joined => self.read_by(event.by.id, event.seq),
            Happening::LetIn { member } => self.read_by(member.id, event.seq),
            _ => {}
        }
        let head = self.timeline.head();
        let unread = self.unread.messages();
        if event.seq == head.next() {
            let before = event.what.about().and_then(|about| self.timeline.get(about));
            self.unread.take(&event, before, me);
            // Somebody went on: what one wanted to come back to is not all any more.
            self.stays_unread &= !is_message(&event);
        }
        let applied = self.timeline.apply(event, me);
        if applied != Applied::New {
            return applied;
        }
        if let Some(change) = change {
            self.change(change, me);
        }
        self.trim();
        if unread == 0 && self.unread.messages() > 0 && self.sight == Sight::Away {
            self.divider = Some(head);
        }
        applied
    }

    fn change(&mut self, what: Happening, me: MemberId) {
        match (what, self.room.title_mut()) {
            (Happening::Renamed { name }, Some(title)) => title.name = name,
            (Happening::Described { topic }, Some(title)) => title.topic = topic,
            (Happening::Archived, _) => self.room.archived = true,
            (Happening::Restored, _) => self.room.archived = false,
            (Happening::Deleted { .. } | Happening::Edited { .. }, _) => self.count(me),
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

    /// The server has told everything. A room of which nobody knows what was read is read: it is new to its reader.
    pub fn caught_up(&mut self, me: MemberId) {
        self.caught_up = true;
        self.live = true;
        self.turns = self.turns.wrapping_add(1);
        self.unread.caught_up(self.timeline.head());
        self.count(me);
        self.draw_divider();
    }

    /// The server says what is read. Whether it knows now of what it may not have known.
    pub fn marked(&mut self, mark: Mark, me: MemberId) -> bool {
        self.notify = mark.notify;
        let was_untold = self.untold().is_some();
        let moved = self.unread.adopt(mark, &self.timeline, me);
        self.moved(moved);
        was_untold && self.untold().is_none()
    }

    /// The member has seen everything up to the newest event. Whether that is news.
    pub fn mark_read(&mut self) -> bool {
        self.shows_all() && !self.stays_unread && self.unread.read_all(self.timeline.head())
    }

    /// From this message on the room is not read, though it was: it stays so until it is opened again, or somebody writes.
    pub fn unread_from(&mut self, seq: Seq, me: MemberId) {
        self.unread.unread_from(seq, &self.timeline, me);
        self.moved(Moved::Back);
    }

    /// The room is opened, at its newest events: the line is where reading stopped, or nowhere.
    pub fn opened(&mut self) {
        if self.sight != Sight::Opening {
            self.divider = self.unread.read().filter(|_| self.unread.messages() > 0);
        }
        self.stays_unread = false;
        self.reading = None;
        self.timeline.attach();
        self.sight = Sight::Opening;
    }

    /// Whether the newest message is in somebody's sight from now on. Nobody sees what is not held.
    pub fn watch(&mut self, watched: bool) {
        let watched = watched && self.shows_all() && !self.stays_unread;
        self.sight = if watched { Sight::Watched } else { Sight::Away };
        if self.sight == Sight::Away {
            self.draw_divider();
        }
    }

    /// Another tab says what the server may not know yet, at `now`.
    pub fn read_elsewhere(&mut self, untold: Untold, now: i64, me: MemberId) {
        let moved = self.unread.read_elsewhere(untold, now, &self.timeline, me);
        self.moved(moved);
    }

    /// What the server may not know yet of what is read.
    pub const fn untold(&self) -> Option<Untold> {
        self.unread.untold()
    }

    /// What is to be said of what is read, at `now`, and in how many milliseconds one is to look again.
    pub fn say_read(&mut self, now: i64, urgent: bool) -> (Vec<Command>, Option<i64>) {
        self.unread.say(self.room.id, now, urgent)
    }

    /// What asks how much is unread, where that is not sure.
    pub fn ask_unread(&mut self) -> Option<Command> {
        if self.live { self.unread.ask(self.room.id) } else { None }
    }

    /// Counts what is unread again, from what is held: after older pages came in.
    pub fn count(&mut self, me: MemberId) {
        self.unread.count(&self.timeline, me);
        match self.sight {
            Sight::Away => self.draw_divider(),
            Sight::Opening if self.unread.messages() == 0 => self.divider = None,
            _ => {}
        }
    }

    fn moved(&mut self, moved: Moved) {
        let line = self.unread.read().filter(|_| self.unread.messages() > 0);
        match (moved, self.sight) {
            (Moved::Back, _) => {
                self.stays_unread = true;
                self.divider = line;
                self.sight = Sight::Away;
            }
            (_, Sight::Opening) if line.is_none() => self.divider = None,
            (Moved::On, Sight::Away) => self.divider = line.or(self.divider),
            (Moved::Not, Sight::Away) => self.draw_divider(),
            _ => {}
        }
    }

    /// Whether events between the read position and the oldest held one are not held, or not shown: the oldest one
    /// is when what is before it is known.
    pub fn misses_unread(&self) -> bool {
        self.timeline.has_older() && self.unread.read().is_some_and(|read| read < self.timeline.first())
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
        // What is held of long ago does not reach to now, and says nothing of it.
        if self.timeline.is_attached() {
            self.timeline.events().iter().for_each(|event| come_and_go(&mut members, event));
        }
        self.members = Some(members);
        self.asks = false;
    }

    /// Takes who has read up to where, as the server told; what was told by itself meanwhile may be newer.
    pub fn know_readers(&mut self, told: Vec<ReadPosition>) {
        let known = self.readers.replace(told).unwrap_or_default();
        known.into_iter().for_each(|ReadPosition { member, seq }| self.read_by(member, seq));
    }

    /// Somebody has read it up to here.
    pub fn read_by(&mut self, member: MemberId, seq: Seq) {
        let Some(readers) = &mut self.readers else { return };
        match readers.iter_mut().find(|reader| reader.member == member) {
            Some(reader) => reader.seq = reader.seq.max(seq),
            None => readers.push(ReadPosition { member, seq }),
        }
    }

    /// Whether it was asked who has read up to where.
    pub const fn knows_readers(&self) -> bool {
        self.readers.is_some()
    }

    /// The others who are in the room, and up to where each has read it, as far as that is known.
    pub fn readers(&self, me: MemberId) -> impl Iterator<Item = (&Member, Seq)> {
        let members = self.members.as_deref().unwrap_or_default();
        let readers = self.readers.iter().flatten().filter(move |reader| reader.member != me);
        readers.filter_map(|ReadPosition { member, seq }| {
            Some((members.iter().find(|other| other.id == *member)?, *seq))
        })
    }

    /// Whether everything was told since the line was there: what comes now happens now.
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// The messages by others behind the read position.
    pub fn unread(&self) -> u64 {
        if self.sight == Sight::Watched { 0 } else { self.unread.messages() }
    }

    /// Those of them that name one.
    pub fn mentions(&self) -> u64 {
        if self.sight == Sight::Watched { 0 } else { self.unread.mentions() }
    }

    /// So many of them are counted where the room is listed: none where one wants to hear nothing of it.
    pub fn counted(&self) -> u64 {
        if self.notify == Notify::Nothing { 0 } else { self.unread() }
    }

    /// So many of them are told of where no room is seen.
    pub fn news(&self) -> u64 {
        match self.notify {
            Notify::All => self.unread(),
            Notify::Mentions => self.mentions(),
            Notify::Nothing => 0,
        }
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
        if self.divider.is_none() && self.unread.messages() > 0 {
            self.divider = self.unread.read();
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
    use crate::state::samples::{event, member, posted_by, read, room};

    fn me() -> MemberId {
        member(1).id
    }

    fn lobby(mark: Option<Mark>, events: u64) -> RoomState {
        let mut state = RoomState::new(room(RoomId::LOBBY), mark, None);
        for seq in 1..=events {
            state.apply(posted_by(seq, 2), me());
        }
        state.caught_up(me());
        state
    }

    fn upto(seq: u64) -> Option<Untold> {
        Some(Untold { upto: Seq(seq), exactly: false })
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
        let mut state = lobby(read(3), 5);
        assert_eq!(state.unread(), 2);
        state.apply(posted_by(6, 1), me());
        state.apply(event(7, 2, Happening::Joined), me());
        assert_eq!(state.unread(), 2);
        assert!(state.mark_read());
        assert_eq!(state.untold(), upto(7));
        assert_eq!(state.unread(), 0);
        assert_eq!(state.divider(), Some(Seq(3)), "the line stays while one reads");
        state.apply(posted_by(8, 2), me());
        assert_eq!(state.divider(), Some(Seq(7)));
    }

    #[test]
    fn what_is_not_held_counts_until_it_is() {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(2), None);
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
        let mut state = RoomState::new(room(RoomId::LOBBY), read(0), upto(900));
        for seq in 1..=5 {
            state.apply(posted_by(seq, 2), me());
        }
        state.caught_up(me());
        assert_eq!(state.unread(), 0);
        state.apply(posted_by(6, 2), me());
        assert_eq!(state.unread(), 1);
    }

    #[test]
    fn what_comes_while_one_watches_is_read_and_has_no_line() {
        let mut state = lobby(read(5), 5);
        state.watch(true);
        state.apply(posted_by(6, 2), me());
        state.count(me());
        assert_eq!((state.unread(), state.divider()), (0, None));
        assert!(state.mark_read());
        assert_eq!(state.untold(), upto(6));
        state.watch(false);
        state.apply(posted_by(7, 2), me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(6))));
    }

    #[test]
    fn what_comes_before_a_room_is_drawn_has_no_line_once_it_is_watched() {
        let mut state = lobby(read(5), 5);
        state.opened();
        state.apply(posted_by(6, 2), me());
        state.count(me());
        assert_eq!((state.unread(), state.divider()), (1, None));
        let mut left = state.clone();
        state.watch(true);
        assert!(state.mark_read());
        assert_eq!(state.untold(), upto(6));
        assert_eq!((state.unread(), state.divider()), (0, None));
        left.watch(false);
        assert_eq!((left.unread(), left.divider()), (1, Some(Seq(5))), "nobody looked");
    }

    #[test]
    fn what_was_missed_has_its_line_in_a_room_that_is_opening() {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(2), None);
        state.opened();
        for seq in 1..=4 {
            state.apply(posted_by(seq, 2), me());
        }
        state.caught_up(me());
        assert_eq!((state.unread(), state.divider()), (2, Some(Seq(2))));
    }

    /// A room whose reader looked far up while much came: what is held does not reach the newest.
    fn detached() -> RoomState {
        let mut state = lobby(read(100), 100);
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
        assert!(!state.mark_read());
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
        assert!(!state.mark_read(), "none of them is there yet");
        state.timeline.prepend((2_801..=3_000).map(|seq| posted_by(seq, 2)).collect(), me());
        state.watch(true);
        assert_eq!((state.mark_read(), state.untold(), state.unread()), (true, upto(3_000), 0));
    }

    #[test]
    fn what_was_read_and_let_go_of_is_not_unread() {
        let mut state = lobby(read(0), 2_500);
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
        let mut state = RoomState::new(room(RoomId::LOBBY), read(10), None);
        state.begin(room(RoomId::LOBBY), Seq(10));
        state.apply(posted_by(11, 2), me());
        state.caught_up(me());
        assert!(state.misses_unread());
        state.timeline.prepend(vec![posted_by(10, 2)], me());
        assert!(!state.misses_unread());
        assert!(!lobby(read(0), 5).misses_unread());
    }

    #[test]
    fn nobody_looks_for_ever_for_where_reading_stopped() {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(10), None);
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
        let mut state = RoomState::new(room(RoomId::LOBBY), read(2), None);
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
        let mut state = lobby(read(5), 5);
        state.watch(true);
        state.line_lost();
        for seq in 6..=7 {
            state.apply(posted_by(seq, 2), me());
            state.watch(true);
            assert!(!state.mark_read());
        }
        let turns = state.turns;
        state.caught_up(me());
        assert_ne!(state.turns, turns, "who looks is told to look again");
        assert_eq!((state.unread(), state.divider()), (2, Some(Seq(5))));
        state.watch(true);
        assert_eq!((state.mark_read(), state.untold(), state.unread()), (true, upto(7), 0));
        assert_eq!(state.divider(), Some(Seq(5)));
    }

    #[test]
    fn who_joins_while_the_members_are_asked_for_is_one_of_them() {
        let mut state = lobby(read(0), 1);
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
    fn who_has_read_up_to_where_is_as_was_told_last() {
        let mut state = lobby(read(0), 5);
        let at = |n: u128, seq| ReadPosition { member: member(n).id, seq: Seq(seq) };
        state.read_by(member(2).id, Seq(1));
        assert!(!state.knows_readers(), "nobody asked");
        state.know_readers(vec![at(1, 5), at(2, 2), at(9, 5)]);
        state.read_by(member(3).id, Seq(4));
        state.read_by(member(2).id, Seq(3));
        state.know_readers(vec![at(2, 2)]);
        assert_eq!(state.readers(me()).count(), 0, "nobody knows who they are");
        state.know(vec![member(1), member(2), member(3)]);
        let read: Vec<_> = state.readers(me()).map(|(member, seq)| (member.id, seq.0)).collect();
        assert_eq!(read, [(member(2).id, 3), (member(3).id, 4)]);
        state.apply(event(6, 4, Happening::Joined), me());
        assert!(state.readers(me()).any(|(reader, seq)| reader.id == member(4).id && seq == Seq(6)));
    }

    #[test]
    fn what_another_tab_has_shown_before_it_came_here_is_read_when_it_comes() {
        let mut state = lobby(read(5), 5);
        state.read_elsewhere(upto(6).unwrap(), 0, me());
        state.apply(posted_by(6, 2), me());
        assert_eq!(state.unread(), 0);
        state.apply(posted_by(7, 2), me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(6))));
    }

    #[test]
    fn what_another_tab_has_shown_is_read() {
        let mut state = lobby(read(1), 5);
        state.read_elsewhere(upto(4).unwrap(), 0, me());
        assert_eq!(state.unread(), 1);
        state.read_elsewhere(upto(2).unwrap(), 0, me());
        assert_eq!(state.unread(), 1);
    }
}
