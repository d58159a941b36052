//! The lines that a window of a room shows, made from its events and drafts.

use std::ops::Range;

use maru_shared::{DraftId, Event, Happening, Member, MemberId, Message, Refusal, Seq, Timestamp};

use super::{outbox::Draft, room::RoomState};

/// Which line it is, for as long as it is shown: its node in the document lives as long as its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// What happened at this position, and something of its own: after another epoch it is another event.
    Event(Seq, u64),
    /// One's own message, from its first moment on.
    Draft(DraftId),
    /// The line of this day, before the event of this position or before a draft.
    Day(Option<Seq>, i64),
    /// The line "new messages".
    Unread,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A new day.
    Day(Timestamp),
    /// New messages from here on.
    Unread,
    /// Something other than a message happened.
    Happened(Event),
    /// A message, or a draft.
    Message(MessageRow),
}

/// A message, or a draft of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Who wrote it.
    pub by: Member,
    /// When.
    pub at: Timestamp,
    /// What it says, and what people did with it.
    pub message: Message,
    /// Its position, once it is a message.
    pub seq: Option<Seq>,
    /// Why it will not become a message.
    pub refused: Option<Refusal>,
    /// One wrote it oneself.
    pub mine: bool,
    /// It begins a group of its author's messages.
    pub leads: bool,
    /// Somebody names one in it.
    pub names_me: bool,
    /// It is the last that these have read.
    pub readers: Vec<Member>,
}

/// Messages of one author within so many milliseconds are one group.
pub const GROUP: i64 = 5 * 60 * 1_000;

/// The lines of these events of a room, and behind the newest the drafts. `day_of` numbers the reader's days.
pub fn rows<'a>(
    room: &RoomState,
    shown: Range<usize>,
    drafts: impl Iterator<Item = &'a Draft>,
    me: &Member,
    clock_ahead: i64,
    day_of: impl Fn(Timestamp) -> i64,
) -> Vec<(RowKey, Row)> {
    let events = room.timeline.events();
    let at_end = shown.end == events.len() && room.timeline.is_attached();
    let mut rows = Vec::with_capacity(shown.len() + 4);
    // The oldest one that is held is shown when what is before it is known: it would change its looks then, and move
    // what is read.
    let start =
        if shown.start == 0 && room.timeline.has_older() && shown.len() > 1 { 1 } else { shown.start };
    let mut before = start.checked_sub(1).and_then(|index| events.get(index)).map(Before::of);
    let mut day_shown = before.as_ref().map(|before| day_of(before.at));
    // Where reading stopped, if that is shown: the line stands before what is seen next.
    let mut divider =
        room.divider().filter(|divider| events.get(start).is_some_and(|first| divider.next() >= first.seq));
    for event in events.range(start..shown.end) {
        // What was done to a message is seen there, and what was deleted leaves its trace where it stood.
        if event.what.about().is_some() && !matches!(event.what, Happening::Pinned { .. }) {
            continue;
        }
        let day = day_of(event.at);
        if day_shown != Some(day) {
            rows.push((RowKey::Day(Some(event.seq), day), Row::Day(event.at)));
            (before, day_shown) = (None, Some(day));
        }
        if divider.take_if(|divider| *divider < event.seq).is_some() {
            rows.push((RowKey::Unread, Row::Unread));
            before = None;
        }
        rows.push(line(event, before.as_ref(), me.id));
        before = Some(Before::of(event));
    }
    let next =
        if at_end { None } else { events.get(shown.end.saturating_sub(1)).map(|last| last.seq.next()) };
    add_readers(&mut rows, room.readers(me.id), next);

    for draft in drafts.filter(|_| at_end) {
        let at = Timestamp(draft.at.saturating_add(clock_ahead));
        let day = day_of(at);
        if day_shown.is_none_or(|shown| shown < day) {
            rows.push((RowKey::Day(None, day), Row::Day(at)));
            (before, day_shown) = (None, Some(day));
        }
        let message = MessageRow {
            by: me.clone(),
            at,
            message: Message {
                reply: draft.reply.clone(),
                files: draft.files.clone(),
                ..Message::new(draft.id, draft.text.clone())
            },
            seq: None,
            refused: draft.refused,
            mine: true,
            leads: draft.reply.is_some()
                || before.as_ref().is_none_or(|before| before.ends_before(me.id, at)),
            names_me: false,
            readers: Vec::new(),
        };
        rows.push((RowKey::Draft(draft.id), Row::Message(message)));
        before = Some(Before { leader: Some(me.id), at });
    }
    rows
}

/// Puts each reader to the last message that they have read, if it is among these; behind them is `next`, where anything is.
fn add_readers<'a>(
    rows: &mut [(RowKey, Row)],
    readers: impl Iterator<Item = (&'a Member, Seq)>,
    next: Option<Seq>,
) {
    for (reader, read) in readers.filter(|(_, read)| next.is_none_or(|next| *read < next)) {
        let last = rows.iter_mut().rev().find_map(|(_, row)| match row {
            Row::Message(message) if message.seq.is_some_and(|seq| seq <= read) => Some(message),
            _ => None,
        });
        last.into_iter().for_each(|message| message.readers.push(reader.clone()));
    }
}

/// What the line before says about the next one.
struct Before {
    leader: Option<MemberId>,
    at: Timestamp,
}

impl Before {
    fn of(event: &Event) -> Self {
        let posted = matches!(event.what, Happening::Posted(_));
        Self { leader: posted.then_some(event.by.id), at: event.at }
    }

    fn ends_before(&self, by: MemberId, at: Timestamp) -> bool {
        self.leader != Some(by) || at.0 - self.at.0 > GROUP
    }
}

fn line(event: &Event, before: Option<&Before>, me: MemberId) -> (RowKey, Row) {
    let mine = event.by.id == me;
    let key = |own: &[u8; 16]| {
        RowKey::Event(event.seq, own.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes)))
    };
    match &event.what {
        Happening::Posted(message) => {
            let draft = message.draft;
            let key = if mine { RowKey::Draft(draft) } else { key(draft.as_bytes()) };
            let message = MessageRow {
                by: event.by.clone(),
                at: event.at,
                message: message.clone(),
                seq: Some(event.seq),
                refused: None,
                mine,
                // What answers something says who does.
                leads: message.reply.is_some()
                    || before.is_none_or(|before| before.ends_before(event.by.id, event.at)),
                names_me: !mine && message.mentions.iter().any(|mention| mention.who == me),
                readers: Vec::new(),
            };
            (key, Row::Message(message))
        }
        _ => (key(event.by.id.as_bytes()), Row::Happened(event.clone())),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use maru_shared::{Emoji, RoomId, message::Quote};

    use super::*;
    use crate::state::samples::{draft, event, member, posted_by, read, room};

    fn of(events: Vec<Event>, drafts: &[Draft]) -> Vec<(RowKey, Row)> {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(0), None);
        for event in events {
            state.apply(event, member(1).id);
        }
        let shown = 0..state.timeline.events().len();
        rows(&state, shown, drafts.iter(), &member(1), 0, |at| at.0.div_euclid(86_400_000))
    }

    fn leads(rows: &[(RowKey, Row)]) -> Vec<bool> {
        let messages = rows.iter().filter_map(|(_, row)| match row {
            Row::Message(message) => Some(message.leads),
            _ => None,
        });
        messages.collect()
    }

    #[test]
    fn messages_of_one_author_are_grouped_until_another_a_pause_or_a_line_comes_between() {
        let mut late = posted_by(4, 1);
        late.at = Timestamp(3_000 + GROUP + 1);
        let mut later = event(5, 2, Happening::Joined);
        later.at = late.at;
        let mut last = posted_by(6, 1);
        last.at = late.at;
        let rows = of(vec![posted_by(1, 1), posted_by(2, 1), posted_by(3, 1), late, later, last], &[]);
        assert_eq!(leads(&rows), [true, false, false, true, true]);
    }

    #[test]
    fn what_answers_something_begins_a_group() {
        let mut answer = posted_by(2, 1);
        let Happening::Posted(message) = &mut answer.what else { panic!("no message") };
        message.reply = Some(Quote { message: Seq(1), by: member(1), text: Some("1".to_owned()) });
        let rows = of(vec![posted_by(1, 1), answer, posted_by(3, 1)], &[]);
        assert_eq!(leads(&rows), [true, true, false]);
    }

    #[test]
    fn a_new_day_and_what_is_unread_get_a_line() {
        let mut tomorrow = posted_by(2, 2);
        tomorrow.at = Timestamp(86_400_000);
        let rows = of(vec![posted_by(1, 1), tomorrow], &[]);
        let lines: Vec<_> = rows.iter().map(|(key, _)| *key).collect();
        let own = RowKey::Draft(DraftId::from_u128(1_000_001));
        let day = |seq, day| RowKey::Day(Some(Seq(seq)), day);
        let theirs = RowKey::Event(Seq(2), 1_000_002);
        assert_eq!(lines, [day(1, 0), own, day(2, 1), RowKey::Unread, theirs]);
    }

    #[test]
    fn who_has_read_stands_at_the_last_message_that_they_have_read() {
        let mut state = RoomState::new(room(RoomId::LOBBY), read(0), None);
        for event in [posted_by(1, 2), posted_by(2, 1), event(3, 2, Happening::Joined), posted_by(4, 3)] {
            state.apply(event, member(1).id);
        }
        state.know((1..=6).map(member).collect());
        let at = |n: u128, seq| maru_shared::api::ReadPosition { member: member(n).id, seq: Seq(seq) };
        state.know_readers(vec![at(1, 4), at(2, 3), at(3, 4), at(4, 1), at(5, 0), at(6, 9)]);
        let shown = |shown| {
            let rows = rows(&state, shown, [draft(1)].iter(), &member(1), 0, |_| 0);
            let messages = rows.into_iter().filter_map(|(_, row)| match row {
                Row::Message(message) => {
                    Some(message.readers.iter().map(|reader| reader.id).collect::<Vec<_>>())
                }
                _ => None,
            });
            messages.collect::<Vec<_>>()
        };
        let ids = |ns: &[u128]| ns.iter().map(|n| member(*n).id).collect::<Vec<_>>();
        assert_eq!(shown(0..4), [ids(&[4]), ids(&[2]), ids(&[3, 6]), ids(&[])], "none at what is not sent");
        assert_eq!(shown(0..2), [ids(&[4]), ids(&[])], "who read on stands further down");
    }

    #[test]
    fn what_is_not_seen_has_no_day_and_no_line_of_its_own() {
        let mut reacted = event(2, 2, Happening::Reacted { message: Seq(1), emoji: Emoji::known("👍") });
        reacted.at = Timestamp(86_400_000);
        let mut tomorrow = posted_by(3, 2);
        tomorrow.at = Timestamp(2 * 86_400_000);
        let mut state = RoomState::new(room(RoomId::LOBBY), read(1), None);
        for event in [posted_by(1, 1), reacted, tomorrow] {
            state.apply(event, member(1).id);
        }
        let rows = rows(&state, 0..3, std::iter::empty(), &member(1), 0, |at| at.0.div_euclid(86_400_000));
        let days = rows.iter().filter(|(_, row)| matches!(row, Row::Day(_))).count();
        let unread = rows.iter().filter(|(_, row)| *row == Row::Unread).count();
        assert_eq!((rows.len(), days, unread), (5, 2, 1));
    }

    #[test]
    fn a_draft_keeps_its_key_when_it_becomes_a_message() {
        let pending = of(vec![posted_by(1, 2)], &[draft(7)]);
        let mut own = posted_by(2, 1);
        own.what = Happening::Posted(Message::new(draft(7).id, "7"));
        let sent = of(vec![posted_by(1, 2), own], &[]);
        assert_eq!(pending.last().unwrap().0, sent.last().unwrap().0);
    }

    #[test]
    fn what_stands_where_something_else_stood_is_another_line() {
        let keys = |event: Event| of(vec![posted_by(1, 2), event], &[]).into_iter().map(|(key, _)| key);
        let other = Happening::Posted(Message::new(DraftId::from_u128(9), "another"));
        for other in [event(2, 2, other), event(2, 2, Happening::Joined)] {
            let shown: HashSet<_> = keys(posted_by(2, 2)).collect();
            assert!(!shown.contains(&keys(other).next_back().unwrap()));
        }
        let mut tomorrow = posted_by(1, 2);
        tomorrow.at = Timestamp(86_400_000);
        assert_ne!(of(vec![tomorrow], &[])[0].0, of(vec![posted_by(1, 2)], &[])[0].0);
    }

    #[test]
    fn drafts_of_several_days_have_a_line_for_each() {
        let mut drafts = [draft(1), draft(2), draft(3)];
        drafts[1].at = 86_400_000;
        drafts[2].at = 2 * 86_400_000;
        let rows = of(Vec::new(), &drafts);
        let keys: HashSet<_> = rows.iter().map(|(key, _)| *key).collect();
        assert_eq!((rows.len(), keys.len()), (6, 6));
    }

    #[test]
    fn no_two_lines_share_a_key_even_when_the_clock_jumps() {
        let mut back = posted_by(2, 2);
        back.at = Timestamp(5 * 86_400_000);
        let rows = of(vec![posted_by(1, 2), back, posted_by(3, 2)], &[draft(1), draft(2)]);
        let keys: HashSet<_> = rows.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys.len(), rows.len());
    }
}
