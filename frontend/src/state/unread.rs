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
            Happening::Edited { message, text: Some(_), mentions } if *message > read && event.by.id != me => {
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
            event.seq > self.upto && event.what.about().is_some_and(|about| about > read && about <= self.upto)
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
