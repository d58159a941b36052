//! The messages of a room: newest at the bottom, few of them in the document, none of them jumping.

mod deeds;
mod reading;

use std::cell::Cell;

use maru_shared::{RoomId, Seq};

use self::reading::Reading;
use super::{
    icon::{DOWN, icon},
    message::line,
};
use crate::{
    chat::{Chat, use_chat},
    dom::{online, scroll, time},
    ground::*,
    parts::{Before, Followed, Key, Tag, View, Watched, at_end, each, effect, memo, part_when, tag},
    state::rows::{Row, RowKey, rows},
    texts::use_texts,
};

/// The lines that are in the document: a signal each, so that a line changes without the others.
type Lines = Vec<(RowKey, ArcRwSignal<Row>)>;

/// The lines that are to be in the document, at which of the room's turns.
type Drawn = (u32, Vec<(RowKey, Row)>);

/// The messages of a room. A refused draft that is taken back is put into `written`; `sent` counts up when one's own
/// message was sent: then the newest is shown.
pub fn message_list(room: RoomId, written: Watched<Option<String>>, sent: Watched<u32>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let list = tag("div").class("messages-list");
    let view = tag("div").class("messages").attr("role", "log").attr("tabindex", "0");
    let reading = Reading::new(chat, room, view.element(), list.element());
    let lines = Watched::new(Lines::new());

    let drawn = drawn(chat, room, reading);
    effect(move || {
        let drawn = drawn.get().unwrap_or_default();
        reading.around(move || draw(drawn.1, lines));
    });
    effect(move || {
        if sent.get() > 0 {
            reading.go_to_newest();
        }
    });
    let first = Cell::new(true);
    effect(move || {
        let begins = first.replace(false);
        match chat.take_place(room) {
            Some(Some(seq)) => reading.go_to(seq),
            // A room begins where reading stopped.
            Some(None) if !begins => reading.go_to_newest(),
            _ => {}
        }
    });
    online::on_watched(move || reading.settle());
    at_end(move || reading.leave());
    scroll::on_resize(&[view.element(), list.element()], move || reading.resized());

    let known =
        memo(move || chat.with(|world| world.room(room).is_some_and(|room| room.caught_up)) == Some(true));
    effect(move || {
        if known.get() {
            chat.load_readers(room);
        }
    });
    let begins = move || {
        let window = reading.window();
        chat.with(|world| {
            world.room(room).is_some_and(|room| {
                room.caught_up && !room.timeline.has_older() && window.shows_first(&room.timeline)
            })
        }) == Some(true)
    };
    let silent = memo(move || {
        drawn.with(|drawn| {
            let mut rows = drawn.iter().flat_map(|(_, rows)| rows);
            rows.all(|(_, row)| !matches!(row, Row::Message(_)))
        })
    });
    let rows = each(move || lines.get(), |(key, _)| list_key(*key), move |(_, row)| line(row, room, written));
    let view = view
        .attr("aria-label", t.say(|t| t.messages))
        .attr("data-room", room.to_string())
        .attr("aria-busy", move || (!known.get()).then_some("true"))
        .on("scroll", move |_: web_sys::Event| reading.scrolled())
        .child(list.child(tag("div").class("messages-top")).child(rows));
    deeds::tie(&view.element(), room);
    let loading = move || tag("p").class("empty hint").text(t.say(|t| t.common.loading));
    tag("div")
        .class("messages-frame")
        .child(view)
        .child(part_when(move || known.get() && silent.get() && begins(), empty))
        .child(part_when(move || !known.get() && silent.get(), loading))
        .child(part_when(move || !reading.is_at_end(), move || jump(chat, room, reading)))
        // What came of what one asked for: the annex writes it.
        .child(tag("p").class("outcome").attr("role", "status"))
        .into()
}

/// What is to be drawn; `None` while the room is not known.
fn drawn(chat: Chat, room: RoomId, reading: Reading) -> Followed<Option<Drawn>> {
    memo(move || {
        let window = reading.window();
        chat.with(|world| {
            let state = world.room(room)?;
            let shown = window.range(&state.timeline);
            let drafts = world.outbox.for_room(room);
            let rows = rows(state, shown, drafts, &world.me, world.clock_ahead, time::day_of);
            Some((state.turns, rows))
        })
        .flatten()
    })
}

fn empty() -> Tag {
    let t = use_texts();
    tag("div")
        .class("empty")
        .child(tag("p").class("empty-title").text(t.say(|t| t.empty_room)))
        .child(tag("p").text(t.say(|t| t.empty_room_hint)))
}

/// The way to the newest message.
fn jump(chat: Chat, room: RoomId, reading: Reading) -> Tag {
    let t = use_texts();
    let unread =
        memo(move || chat.with(|world| world.room(room).map_or(0, |room| room.unread())).unwrap_or(0));
    let text = t.tell(move |t| match unread.get() {
        0 => t.to_the_newest.to_owned(),
        count => (t.new_messages)(count),
    });
    tag("button")
        .class("jump")
        .class_when("news", move || unread.get() > 0)
        .attr("data-testid", "jump")
        .click(move || reading.go_to_newest())
        .child(icon(DOWN))
        .child(tag("span").text(text))
}

fn list_key(key: RowKey) -> Key {
    let both = |seq: Seq, own: u64| (u128::from(seq.0) << 64 | u128::from(own)).to_be_bytes();
    match key {
        RowKey::Event(seq, own) => (0, both(seq, own)),
        RowKey::Draft(draft) => (1, *draft.as_bytes()),
        RowKey::Day(Some(seq), day) => (2, both(seq, day.cast_unsigned())),
        RowKey::Day(None, day) => (3, both(Seq::ZERO, day.cast_unsigned())),
        RowKey::Unread => (4, both(Seq::ZERO, 0)),
    }
}

/// Brings the lines in the document up to what is drawn now: only what differs is touched.
fn draw(drawn: Vec<(RowKey, Row)>, lines: Watched<Lines>) {
    let shown = lines.get_untracked();
    let order: Vec<RowKey> = shown.iter().map(|(key, _)| *key).collect();
    let mut before = Before::new(shown);
    let line = |(key, row): (RowKey, Row)| {
        let Some(line) = before.take(&key) else { return (key, ArcRwSignal::new(row)) };
        if line.with_untracked(|shown| *shown != row) {
            line.set(row);
        }
        (key, line)
    };
    let now: Lines = drawn.into_iter().map(line).collect();
    if !now.iter().map(|(key, _)| key).eq(&order) {
        lines.set(now);
    }
}
