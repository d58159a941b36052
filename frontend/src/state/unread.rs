//! What is unread of a room: what the server counted, and what has happened since.

use std::{fmt, str::FromStr};

use maru_shared::{Command, Event, Happening, Mark, MemberId, Message, RoomId, Seq, message::Mention};

use super::timeline::Timeline;

/// What is unread of a room. The server's mark is what is read; what was read here counts before the server knows of it.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    /// Up to where it is read; `None` while that is not known.
    read: Option<Seq>,
    /// Up to where it is read, as the server said last.
    marked: Option<Seq>,
    /// Up to where the following are counted.
    upto: Seq,
    messages: u64,
    mentions: u64,
    untold: Option<Untold>,
    /// What was said last, unless it is known to have been heard, and when, in milliseconds since 1970.
    said: Option<(Option<Untold>, i64)>,
    sure: Sure,
}

/// What the server has not said yet that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Up to where the room is read.
    pub upto: Seq,
    /// What is behind that is unread on purpose.
    pub exactly: bool,
}

/// How a read position moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It did not.
    Not,
    /// More is read.
    On,
    /// Less is.
    Back,
}

/// Whether the counts are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sure {
    #[default]
    Yes,
    /// Something happened to a message that is not held: it may have been counted, or not.
    No,
    /// The server is being asked.
    Asking,
}

impl Unread {
    /// What is read of one room is said at most once in so many milliseconds.
    pub const EVERY: i64 = 3_000;
    /// What was said and not confirmed is said again after so many milliseconds.
    pub const AGAIN: i64 = 30_000;

    /// What the server said, and what it may not know yet.
    pub fn new(mark: Option<Mark>, untold: Option<Untold>) -> Self {
        let mut unread = Self::default();
        if let Some(mark) = mark {
            unread.take_over(mark);
        }
        if let Some(untold) = untold {
            let is_news = untold.exactly || unread.read < Some(untold.upto);
            unread.read = if is_news { Some(untold.upto) } else { unread.read };
        }
        unread.untold = untold;
        unread
    }

    /// Up to where it is read, where that is known.
    pub const fn read(&self) -> Option<Seq> {
        self.read
    }

    /// The messages by others behind what is read.
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// Those of them that name one.
    pub const fn mentions(&self) -> u64 {
        self.mentions
    }

    /// What the server may not know yet.
    pub const fn untold(&self) -> Option<Untold> {
        self.untold
    }

    /// The room begins anew behind `after`: what is not counted before it is taken for messages until it is.
    pub fn begin(&mut self, after: Seq) {
        if let Some(read) = self.read {
            let missing = after.since(self.upto.max(read));
            self.messages = self.messages.saturating_add(missing);
            self.doubt(missing > 0);
        }
        self.upto = self.upto.max(after);
    }

    /// Takes what happens next, as `me` sees it; `before` is the earlier message that it happens to, if it is held.
    pub fn take(&mut self, event: &Event, before: Option<&Event>, me: MemberId) {
        if event.seq <= self.upto {
            return;
        }
        self.upto = event.seq;
        if comes_in(event, me) {
            // The server holds for read what was before one was in.
            (self.read, self.messages, self.mentions) = (Some(event.seq), 0, 0);
        }
        let Some(read) = self.read else { return };
        match &event.what {
            Happening::Posted(message) if event.seq > read && event.by.id != me => {
                self.messages += 1;
                self.mentions += u64::from(names(&message.mentions, me));
            }
            Happening::Deleted { message } if *message > read => self.deleted(before, me),
            Happening::Edited { message, text: Some(_), mentions }
                if *message > read && event.by.id != me =>
            {
                self.edited(event.seq, before, names(mentions, me), me);
            }
            _ => {}
        }
    }

    fn deleted(&mut self, before: Option<&Event>, me: MemberId) {
        match before.map(|before| (before.by.id, &before.what)) {
            Some((by, _)) if by == me => {}
            Some((_, Happening::Posted(message))) => {
                self.messages = self.messages.saturating_sub(1);
                self.mentions = self.mentions.saturating_sub(names(&message.mentions, me).into());
            }
            _ => self.doubt(self.messages > 0),
        }
    }

    fn edited(&mut self, at: Seq, before: Option<&Event>, names_me: bool, me: MemberId) {
        match before.map(|before| &before.what) {
            Some(Happening::Posted(message)) if message.upto < at => {
                let named_me = u64::from(names(&message.mentions, me));
                self.mentions = (self.mentions + u64::from(names_me)).saturating_sub(named_me);
            }
            // It was not one of those that name one, as there are none.
            None if self.mentions == 0 => self.mentions = u64::from(names_me),
            _ => self.doubt(true),
        }
    }

    /// Takes what the server says. Events that it counted may be held already, or be yet to come.
    pub fn adopt(&mut self, mark: Mark, timeline: &Timeline, me: MemberId) -> Moved {
        let went_back = self.marked.is_some_and(|marked| mark.read < marked);
        self.marked = Some(mark.read);
        if let Some(untold) = self.untold.filter(|_| !went_back)
            && (mark.read < untold.upto || untold.exactly && mark.read != untold.upto)
        {
            return Moved::Not;
        }
        let before = std::mem::replace(self, Self::new(Some(mark), None));
        self.said = before.said.map(|(_, at)| (None, at));
        if before.read == self.read {
            // Beyond its bound the server does not count.
            let most = u64::from(Mark::MOST);
            self.messages = if self.messages >= most { before.messages.max(most) } else { self.messages };
            self.mentions = if self.mentions >= most { before.mentions.max(most) } else { self.mentions };
        }
        self.add_held(timeline, me);
        self.count(timeline, me);
        match (before.read, self.read) {
            _ if went_back => Moved::Back,
            (Some(before), Some(now)) if now > before => Moved::On,
            _ => Moved::Not,
        }
    }

    /// Counts again from what is held, if all is that is unread.
    pub fn count(&mut self, timeline: &Timeline, me: MemberId) {
        let Some(read) = self.read else { return };
        let head = timeline.head();
        let holds_all = timeline.is_attached() && timeline.first() <= read.next();
        if head < self.upto || !(holds_all || read >= head) {
            return;
        }
        (self.messages, self.mentions) = tally(timeline, read, head, me);
        self.sure = Sure::Yes;
    }

    /// Everything up to `head` has been told: nobody has read further.
    pub fn caught_up(&mut self, head: Seq) {
        let read = self.read.map_or(head, |read| if self.untold.is_some() { read.min(head) } else { read });
        self.read = Some(read);
        if let Some(untold) = &mut self.untold {
            untold.upto = untold.upto.min(head);
        }
    }

    /// Everything is read. Whether that is news.
    pub fn read_all(&mut self, head: Seq) -> bool {
        (self.messages, self.mentions, self.upto) = (0, 0, self.upto.max(head));
        self.sure = Sure::Yes;
        if self.read.is_some_and(|read| read >= head) {
            return false;
        }
        self.read = Some(head);
        self.untold = Some(Untold { upto: head, exactly: false });
        true
    }

    /// Another tab says what the server may not know yet. It says so to the server, too: one waits whether it does.
    pub fn read_elsewhere(&mut self, untold: Untold, now: i64, timeline: &Timeline, me: MemberId) -> Moved {
        let Some(read) = self.read else { return Moved::Not };
        if untold.upto == read || untold.upto < read && !untold.exactly {
            return Moved::Not;
        }
        self.said = Some((Some(untold), now));
        self.move_to(untold, timeline, me)
    }

    /// From `seq` on it is unread, whatever was.
    pub fn unread_from(&mut self, seq: Seq, timeline: &Timeline, me: MemberId) {
        let untold = Untold { upto: Seq(seq.0.saturating_sub(1)), exactly: true };
        self.said = None;
        let _ = self.move_to(untold, timeline, me);
    }

    fn move_to(&mut self, untold: Untold, timeline: &Timeline, me: MemberId) -> Moved {
        let before = self.read.replace(untold.upto).unwrap_or_default();
        self.untold = Some(untold);
        let (low, high) = (untold.upto.min(before), untold.upto.max(before));
        let (messages, mentions) = tally(timeline, low, high, me);
        let holds_all = timeline.first() <= low.next() && timeline.last() >= high.min(timeline.head());
        self.doubt(!holds_all);
        if untold.upto < before {
            self.messages += messages;
            self.mentions += mentions;
        } else {
            self.messages = self.messages.saturating_sub(messages);
            self.mentions = self.mentions.saturating_sub(mentions);
        }
        self.count(timeline, me);
        if untold.upto < before { Moved::Back } else { Moved::On }
    }

    /// What is to be said now of a room, and in how many milliseconds one is to look again. What is urgent does not wait.
    pub fn say(&mut self, room: RoomId, now: i64, urgent: bool) -> (Vec<Command>, Option<i64>) {
        let Some(untold) = self.untold else { return (Vec::new(), None) };
        if let Some((said, at)) = self.said {
            let is_said = said == Some(untold);
            let pause = if is_said { Self::AGAIN } else { Self::EVERY };
            let waits = at.saturating_add(pause).saturating_sub(now);
            if waits > 0 && (is_said || !urgent) {
                return (Vec::new(), Some(waits));
            }
        }
        self.said = Some((Some(untold), now));
        let mut commands = vec![Command::Read { room, seq: untold.upto }];
        if untold.exactly {
            commands.push(Command::Unread { room, seq: untold.upto.next() });
        }
        (commands, Some(Self::AGAIN))
    }

    /// What asks the server how much is unread, if that is not sure, and it does not say so by itself.
    pub fn ask(&mut self, room: RoomId) -> Option<Command> {
        let seq = self.marked.or(self.read)?;
        if self.sure != Sure::No || self.untold.is_some() {
            return None;
        }
        self.sure = Sure::Asking;
        Some(Command::Read { room, seq })
    }

    /// The line was lost: what was said may not have been heard.
    pub fn line_lost(&mut self) {
        self.said = None;
        if self.sure == Sure::Asking {
            self.sure = Sure::No;
        }
    }

    fn doubt(&mut self, doubts: bool) {
        if doubts {
            self.sure = Sure::No;
        }
    }

    fn take_over(&mut self, mark: Mark) {
        self.read = Some(mark.read);
        self.marked = Some(mark.read);
        self.upto = mark.upto;
        self.messages = mark.unread.into();
        self.mentions = mark.mentions.into();
    }

    /// Adds what is held behind what the server counted.
    fn add_held(&mut self, timeline: &Timeline, me: MemberId) {
        let (read, head) = (self.read.unwrap_or_default(), timeline.head());
        if head <= self.upto {
            return;
        }
        let from = self.upto.max(read);
        let (messages, mentions) = tally(timeline, from, head, me);
        self.messages += messages;
        self.mentions += mentions;
        let changes = |event: &&Event| {
            event.seq > self.upto
                && event.what.about().is_some_and(|about| about > read && about <= self.upto)
        };
        let holds_all = timeline.is_attached() && timeline.first() <= self.upto.next();
        self.doubt(!holds_all || timeline.events().iter().any(|event| changes(&event)));
        self.upto = head;
    }
}

/// How many messages by others are held in `(read, upto]`, and how many of them name `me`.
fn tally(timeline: &Timeline, read: Seq, upto: Seq, me: MemberId) -> (u64, u64) {
    let held = timeline.events().iter().filter(|event| event.seq > read && event.seq <= upto);
    let messages = held.filter(|event| event.by.id != me).filter_map(|event| match &event.what {
        Happening::Posted(message) => Some(message),
        _ => None,
    });
    messages.fold((0, 0), |(all, named), message: &Message| {
        (all + 1, named + u64::from(names(&message.mentions, me)))
    })
}

fn names(mentions: &[Mention], me: MemberId) -> bool {
    mentions.iter().any(|mention| mention.who == me)
}

fn comes_in(event: &Event, me: MemberId) -> bool {
    match &event.what {
        Happening::Made { .. } | Happening::Joined => event.by.id == me,
        Happening::LetIn { member } => member.id == me,
        Happening::Opened => true,
        _ => false,
    }
}

/// As it is kept in the browser.
impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exactly {
            f.write_str("=")?;
        }
        self.upto.fmt(f)
    }
}

impl FromStr for Untold {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let exact = text.strip_prefix('=');
        Ok(Self { upto: Seq(exact.unwrap_or(text).parse()?), exactly: exact.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use maru_shared::{
        Epoch, Notice, Timestamp,
        api::Me,
        event::{JoinedRoom, Limits, Reset, Standing, Welcome},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::state::{
        room::RoomState,
        samples::{event, member, posted_by, read, room},
        world::{Effect, World},
    };

    const ME: u128 = 1;

    fn me() -> MemberId {
        member(ME).id
    }

    fn mention(who: u128) -> Vec<Mention> {
        vec![Mention { who: member(who).id, name: member(who).name.to_string() }]
    }

    fn said(seq: u64, who: u128, names: bool) -> Event {
        let mut event = posted_by(seq, who);
        if let Happening::Posted(message) = &mut event.what {
            message.mentions = if names { mention(ME) } else { Vec::new() };
        }
        event
    }

    fn edited(seq: u64, message: u64, names: bool) -> Event {
        let mentions = if names { mention(ME) } else { Vec::new() };
        event(seq, 2, Happening::Edited { message: Seq(message), text: Some("anew".into()), mentions })
    }

    fn counts(room: &RoomState) -> (u64, u64) {
        (room.unread(), room.mentions())
    }

    fn marked(read: u64, upto: u64, unread: u32, mentions: u32) -> Mark {
        Mark { read: Seq(read), upto: Seq(upto), unread, mentions, ..Mark::default() }
    }

    /// A room that the server told of, and of which nothing is held but what comes behind `upto`.
    fn told(mark: Mark) -> RoomState {
        let mut state = RoomState::new(room(RoomId::LOBBY), Some(mark), None);
        state.begin(room(RoomId::LOBBY), mark.upto);
        state.caught_up(me());
        state
    }

    #[test]
    fn what_the_server_counted_counts_though_nothing_of_it_is_held() {
        let mut state = told(marked(10, 500, 70, 2));
        assert_eq!((counts(&state), state.divider()), ((70, 2), Some(Seq(10))));
        for (seq, who, names) in [(501, 2, true), (502, 2, false), (503, ME, false)] {
            state.apply(said(seq, who, names), me());
        }
        assert_eq!(counts(&state), (72, 3));
        assert_eq!(state.ask_unread(), None, "it is sure");
    }

    #[test]
    fn what_happens_to_a_message_that_is_not_held_asks_the_server_once() {
        let deleted = |seq, message| event(seq, 3, Happening::Deleted { message: Seq(message) });
        for what in [deleted(501, 300), edited(501, 300, false)] {
            let mut state = told(marked(10, 500, 70, 2));
            state.apply(what, me());
            let asks = Some(Command::Read { room: RoomId::LOBBY, seq: Seq(10) });
            assert_eq!((state.ask_unread(), state.ask_unread()), (asks, None));
            state.marked(marked(10, 501, 69, 1), me());
            assert_eq!(counts(&state), (69, 1));
        }
        let mut known = told(marked(10, 500, 70, 0));
        known.apply(edited(501, 300, false), me());
        known.apply(edited(502, 300, true), me());
        assert_eq!((counts(&known), known.ask_unread()), ((70, 1), None), "none named one before");
        let mut before = told(marked(10, 500, 70, 0));
        before.apply(deleted(501, 9), me());
        assert_eq!((counts(&before), before.ask_unread()), ((70, 0), None), "it is read");
    }

    #[test]
    fn a_message_that_names_one_no_more_is_no_mention_and_a_deleted_one_is_nothing() {
        let mut state = told(marked(10, 10, 0, 0));
        for seq in 11..=13 {
            state.apply(said(seq, 2, true), me());
        }
        state.apply(edited(14, 11, false), me());
        state.apply(event(15, 2, Happening::Deleted { message: Seq(12) }), me());
        assert_eq!(counts(&state), (2, 1));
    }

    #[test]
    fn beyond_its_bound_the_servers_count_does_not_take_back_what_was_counted_here() {
        let mut state = told(marked(0, 0, 0, 0));
        for seq in 1..=2_500 {
            state.apply(said(seq, 2, false), me());
        }
        state.marked(marked(0, 2_500, Mark::MOST, 0), me());
        assert_eq!(state.unread(), 2_500);
    }

    #[test]
    fn what_came_behind_what_the_server_counted_is_added_though_it_says_so_later() {
        let mut state = told(marked(10, 500, 70, 2));
        for (seq, names) in [(501, false), (502, true), (503, true)] {
            state.apply(said(seq, 2, names), me());
        }
        state.marked(marked(20, 501, 61, 0), me());
        assert_eq!((counts(&state), state.ask_unread()), ((63, 2), None));
        state.apply(edited(504, 400, true), me());
        state.marked(marked(30, 503, 53, 1), me());
        assert_eq!(state.ask_unread(), Some(Command::Read { room: RoomId::LOBBY, seq: Seq(30) }));
    }

    #[test]
    fn what_was_read_here_counts_until_the_server_knows_and_is_said_now_and_then() {
        let mut state = told(marked(0, 3, 3, 0));
        state.timeline.prepend((1..=3).map(|seq| said(seq, 2, false)).collect(), me());
        state.watch(true);
        assert!(state.mark_read());
        let read = |seq| vec![Command::Read { room: RoomId::LOBBY, seq: Seq(seq) }];
        assert_eq!(state.say_read(1_000, false).0, read(3));
        assert_eq!(state.say_read(1_000, true).0, [], "it is said already");
        assert!(!state.marked(marked(1, 3, 2, 0), me()), "another browser read less");
        assert_eq!(state.unread(), 0);
        state.apply(said(4, 2, false), me());
        state.watch(true);
        assert!(state.mark_read());
        assert_eq!(state.say_read(2_000, false), (Vec::new(), Some(2_000)), "not so soon");
        assert_eq!(state.say_read(2_000, true).0, read(4), "unless it is urgent");
        assert!(state.marked(marked(4, 4, 0, 0), me()));
        assert_eq!(state.say_read(9_000, true), (Vec::new(), None), "it is known");
    }

    #[test]
    fn what_was_read_while_the_line_was_down_is_said_again_when_it_is_up() {
        let mut state = told(marked(0, 0, 0, 0));
        state.apply(said(1, 2, false), me());
        state.watch(true);
        assert!(state.mark_read());
        assert_eq!(state.say_read(1_000, true).0.len(), 1);
        state.line_lost();
        assert!(!state.marked(marked(0, 2, 2, 0), me()));
        assert_eq!(state.unread(), 0, "what was read stays read");
        state.apply(said(2, 2, false), me());
        state.caught_up(me());
        assert_eq!((state.unread(), state.divider()), (1, Some(Seq(1))));
        assert_eq!(state.say_read(1_001, true).0, [Command::Read { room: RoomId::LOBBY, seq: Seq(1) }]);
    }

    #[test]
    fn what_is_made_unread_stays_so_while_one_looks_until_somebody_writes() {
        let mut state = told(marked(0, 0, 0, 0));
        for seq in 1..=5 {
            state.apply(said(seq, 2, seq == 4), me());
        }
        state.watch(true);
        assert!(state.mark_read() && state.marked(marked(5, 5, 0, 0), me()));
        state.unread_from(Seq(3), me());
        state.watch(true);
        assert!(!state.mark_read());
        assert_eq!((counts(&state), state.divider()), ((3, 1), Some(Seq(2))));
        let (room, seq) = (RoomId::LOBBY, Seq(2));
        assert_eq!(
            state.say_read(0, true).0,
            [Command::Read { room, seq }, Command::Unread { room, seq: Seq(3) }]
        );
        assert!(state.marked(marked(2, 5, 3, 1), me()));
        state.watch(true);
        assert!(!state.mark_read(), "still");
        state.apply(said(6, 2, false), me());
        assert_eq!((state.unread(), state.divider()), (4, Some(Seq(2))));
        state.watch(true);
        assert!(state.mark_read());
        assert_eq!(state.unread(), 0);
    }

    #[test]
    fn what_is_made_unread_in_another_browser_has_its_line_here_and_is_read_when_the_room_is_opened_again() {
        let mut state = told(marked(0, 0, 0, 0));
        for seq in 1..=5 {
            state.apply(said(seq, 2, false), me());
        }
        state.watch(true);
        assert!(state.mark_read() && state.marked(marked(5, 5, 0, 0), me()));
        state.marked(marked(1, 5, 4, 0), me());
        state.watch(true);
        assert!(!state.mark_read());
        assert_eq!((state.unread(), state.divider()), (4, Some(Seq(1))));
        state.watch(false);
        state.opened();
        assert_eq!(state.divider(), Some(Seq(1)));
        state.watch(true);
        assert!(state.mark_read());
    }

    #[test]
    fn what_another_browser_read_on_has_its_line_behind_it() {
        let mut state = told(marked(1, 1, 0, 0));
        for seq in 2..=5 {
            state.apply(said(seq, 2, false), me());
        }
        assert_eq!(state.divider(), Some(Seq(1)));
        state.marked(marked(3, 5, 2, 0), me());
        assert_eq!((state.unread(), state.divider()), (2, Some(Seq(3))));
    }

    #[test]
    fn who_comes_into_a_room_has_read_what_was_before() {
        for what in [Happening::Joined, Happening::LetIn { member: member(ME) }] {
            let mut state = RoomState::new(room(RoomId::LOBBY), None, None);
            let by = if what == Happening::Joined { ME } else { 2 };
            state.apply(said(1, 2, true), me());
            state.apply(event(2, by, what), me());
            state.apply(said(3, 2, true), me());
            state.caught_up(me());
            assert_eq!((counts(&state), state.divider()), ((1, 1), Some(Seq(2))));
        }
    }

    #[test]
    fn what_the_server_may_not_know_is_kept_as_a_text() {
        for (untold, text) in
            [(Untold { upto: Seq(12), exactly: false }, "12"), (Untold { upto: Seq(0), exactly: true }, "=0")]
        {
            assert_eq!((untold.to_string(), text.parse()), (text.to_owned(), Ok(untold)));
        }
        assert!("".parse::<Untold>().is_err() && "=".parse::<Untold>().is_err());
    }

    /// One room of a server, the line to one of a member's browsers, and that browser.
    struct House {
        events: Vec<Event>,
        read: u64,
        line: Option<VecDeque<Notice>>,
        world: World,
        now: i64,
    }

    #[derive(Clone, Debug)]
    enum Step {
        Post { who: u128, names: bool },
        Delete(usize),
        Edit(usize, bool),
        ReadElsewhere(u64),
        UnreadElsewhere(u64),
        UnreadHere(u64),
        Hear(usize),
        Look,
        LookAway,
        Open,
        Tell(i64),
        Page,
        Cut,
        Mend,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (1..4u128, any::<bool>()).prop_map(|(who, names)| Step::Post { who, names }),
            2 => (0..40usize).prop_map(Step::Delete),
            2 => (0..40usize, any::<bool>()).prop_map(|(which, names)| Step::Edit(which, names)),
            1 => (0..60u64).prop_map(Step::ReadElsewhere),
            1 => (0..60u64).prop_map(Step::UnreadElsewhere),
            1 => (1..60u64).prop_map(Step::UnreadHere),
            8 => (1..6usize).prop_map(Step::Hear),
            2 => Just(Step::Look),
            1 => Just(Step::LookAway),
            1 => Just(Step::Open),
            3 => (0..4_000i64).prop_map(Step::Tell),
            1 => Just(Step::Page),
            1 => Just(Step::Cut),
            2 => Just(Step::Mend),
        ]
    }

    impl House {
        fn new() -> Self {
            let world = World::new(Me::new(member(ME), Standing::default()), Vec::new(), Vec::new());
            Self { events: Vec::new(), read: 0, line: None, world, now: 0 }
        }

        fn head(&self) -> u64 {
            u64::try_from(self.events.len()).unwrap()
        }

        /// What is unread in truth.
        fn truth(&self) -> (u64, u64) {
            let unread = self.events.iter().filter(|event| event.seq.0 > self.read && event.by.id != me());
            let named: Vec<bool> = unread
                .filter_map(|event| match &event.what {
                    Happening::Posted(message) => Some(names(&message.mentions, me())),
                    _ => None,
                })
                .collect();
            let count = |named: &[bool]| u64::try_from(named.len()).unwrap();
            (count(&named), named.iter().map(|named| u64::from(*named)).sum())
        }

        fn mark(&self) -> Mark {
            let (unread, mentions) = self.truth();
            marked(self.read, self.head(), unread.try_into().unwrap(), mentions.try_into().unwrap())
        }

        fn put(&mut self, notice: Notice) {
            if let Some(line) = &mut self.line {
                line.push_back(notice);
            }
        }

        /// What happens is told as it was; what happened is kept as it stands now.
        fn happens(&mut self, event: Event) {
            for earlier in &mut self.events {
                event.happen_to(earlier, me());
                if let (Happening::Edited { message, text, .. }, Some(about)) =
                    (&mut earlier.what, event.what.about())
                    && *message == about
                {
                    *text = None;
                }
            }
            self.events.push(event.clone());
            self.put(Notice::Event(event));
        }

        fn does(&mut self, command: &Command) {
            if self.line.is_none() {
                return;
            }
            let before = self.read;
            match command {
                Command::Read { seq, .. } => self.read = self.read.max(seq.0.min(self.head())),
                Command::Unread { seq, .. } => self.read = self.read.min(seq.0.saturating_sub(1)),
                other => panic!("{other:?}"),
            }
            let asks = matches!(command, Command::Read { seq, .. } if seq.0 == self.read);
            if before != self.read || asks {
                self.put(Notice::Marked { room: RoomId::LOBBY, mark: self.mark() });
            }
        }

        fn is_message(&self, index: usize) -> Option<(u64, u128)> {
            let event = self.events.get(index)?;
            let by = if event.by.id == me() { ME } else { 2 };
            matches!(event.what, Happening::Posted(_)).then_some((event.seq.0, by))
        }

        fn hears(&mut self) -> bool {
            let Some(notice) = self.line.as_mut().and_then(VecDeque::pop_front) else { return false };
            let effects = self.world.apply(notice, self.now);
            for effect in effects {
                match effect {
                    Effect::Say(command) => self.does(&command),
                    Effect::Reconnect | Effect::Outdated => panic!("a gap"),
                    _ => {}
                }
            }
            true
        }

        fn tells(&mut self, urgent: bool) {
            if self.line.is_some() {
                let (commands, _) = self.world.say_read(self.now, urgent);
                commands.iter().for_each(|command| self.does(command));
            }
        }

        fn cut(&mut self) {
            self.line = None;
            self.world.rooms.iter_mut().for_each(RoomState::line_lost);
        }

        fn mend(&mut self) {
            self.cut();
            let mut line = VecDeque::new();
            let joined = JoinedRoom { room: room(RoomId::LOBBY), head: Seq(self.head()), mark: self.mark() };
            line.push_back(Notice::Welcome(Welcome {
                you: member(ME),
                standing: Standing::default(),
                epoch: Epoch::from_u128(1),
                now: Timestamp(0),
                names: 0,
                rooms: vec![joined],
                here: Vec::new(),
                away: Vec::new(),
                limits: Limits { message_chars: 10 },
            }));
            let resumed = self.world.hello().resume.get(&RoomId::LOBBY).map(|seq| seq.0);
            let after = resumed.filter(|after| self.head() - after < 8).unwrap_or_else(|| {
                let after = self.head().saturating_sub(4);
                line.push_back(Notice::Reset(Reset { room: room(RoomId::LOBBY), after: Seq(after) }));
                after
            });
            let missed = self.events.iter().filter(|event| event.seq.0 > after).cloned();
            line.extend(missed.map(Notice::Event));
            line.push_back(Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(self.head()) });
            self.line = Some(line);
        }

        fn here(&mut self) -> Option<&mut RoomState> {
            self.world.room_mut(RoomId::LOBBY)
        }

        fn goes(&mut self, step: Step) {
            let next = self.head() + 1;
            match step {
                Step::Post { who, names } => self.happens(said(next, who, names && who != ME)),
                Step::Delete(which) => {
                    if let Some((message, _)) = self.is_message(which) {
                        self.happens(event(next, 3, Happening::Deleted { message: Seq(message) }));
                    }
                }
                Step::Edit(which, names) => {
                    if let Some((message, 2)) = self.is_message(which) {
                        self.happens(edited(next, message, names));
                    }
                }
                Step::ReadElsewhere(seq) => self.does(&Command::Read { room: RoomId::LOBBY, seq: Seq(seq) }),
                Step::UnreadElsewhere(seq) => {
                    self.does(&Command::Unread { room: RoomId::LOBBY, seq: Seq(seq) });
                }
                Step::UnreadHere(seq) => {
                    if let Some(room) = self.here()
                        && room.timeline.get(Seq(seq)).is_some()
                    {
                        room.unread_from(Seq(seq), me());
                        self.tells(true);
                    }
                }
                Step::Hear(count) => (0..count).for_each(|_| {
                    self.hears();
                }),
                Step::Look => {
                    if let Some(room) = self.here() {
                        room.watch(true);
                        let _ = room.mark_read();
                        self.tells(false);
                    }
                }
                Step::LookAway => self.here().into_iter().for_each(|room| room.watch(false)),
                Step::Open => self.here().into_iter().for_each(RoomState::opened),
                Step::Tell(pause) => {
                    self.now += pause;
                    self.tells(false);
                }
                Step::Page => {
                    let first = self.here().map_or(1, |room| room.timeline.first().0);
                    let older = self.events.iter().filter(|event| event.seq.0 < first).cloned().collect();
                    let page = maru_shared::api::Page { events: older, head: Seq(self.head()) };
                    let _ = self.world.older(RoomId::LOBBY, page);
                }
                Step::Cut => self.cut(),
                Step::Mend => self.mend(),
            }
        }

        /// Everything is said and heard, and nobody looks.
        fn comes_to_rest(&mut self) {
            if self.line.is_none() {
                self.mend();
            }
            for _ in 0..4 {
                while self.hears() {}
                self.now += Unread::AGAIN;
                self.tells(false);
            }
            while self.hears() {}
            self.goes(Step::LookAway);
        }
    }

    proptest! {
        /// Whatever happens in whatever order, however the line breaks: in the end the counts are the truth.
        #[test]
        fn what_is_unread_is_the_truth(steps in prop::collection::vec(step(), 0..120), at in any::<prop::sample::Index>()) {
            let mut house = House::new();
            let rest = at.index(steps.len() + 1);
            for (index, step) in steps.into_iter().enumerate() {
                if index == rest {
                    house.comes_to_rest();
                    let truth = house.truth();
                    prop_assert_eq!(counts(house.here().unwrap()), truth);
                }
                house.goes(step);
            }
            house.comes_to_rest();
            let truth = house.truth();
            let room = house.world.room(RoomId::LOBBY).unwrap();
            prop_assert_eq!(counts(room), truth);
            prop_assert_eq!(room.untold(), None);
        }
    }

    #[test]
    fn a_message_of_before_one_read_is_not_unread() {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(3), None);
        state.apply(said(1, 2, true), me());
        assert_eq!(counts(&state), (0, 0));
    }
}
