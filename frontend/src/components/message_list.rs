//! The messages of a room: newest at the bottom, few of them in the document, none of them jumping.

mod reading;

use std::collections::HashMap;

use leptos::{html, prelude::*};
use leptos_use_resize_observer::use_resize_observer;
use maru_shared::RoomId;

use self::reading::Reading;
use super::{
    icon::{DOWN, Icon},
    message::Line,
};
use crate::{
    chat::use_chat,
    dom::{online, time},
    parts::{effect, memo, part_when},
    state::rows::{Row, RowKey, rows},
    texts::use_texts,
};

/// The lines that are in the document: a signal each, so that a line changes without the others.
type Lines = HashMap<RowKey, ArcRwSignal<Row>>;

/// The messages of a room.
#[component]
pub fn MessageList(
    /// Which room.
    room: RoomId,
    /// Takes the text of a refused draft back into the composer.
    edit: Callback<String>,
    /// Counts up when one's own message was sent: then the newest is shown.
    sent: RwSignal<u32>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let view = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Div>::new();
    let reading = Reading::new(chat, room, view, list);
    let keys = RwSignal::new(Vec::<RowKey>::new());
    let lines = StoredValue::new_local(Lines::new());

    let drawn = memo(move || {
        let window = reading.window();
        chat.with(|world| {
            let state = world.room(room)?;
            let shown = window.range(&state.timeline);
            let drafts = world.outbox.for_room(room);
            Some(rows(state, shown, drafts, &world.me, world.clock_ahead, time::day_of))
        })
        .flatten()
    });
    effect(move || {
        let drawn = drawn.get().unwrap_or_default();
        reading.around(move || lines.update_value(|lines| draw(drawn, keys, lines)));
    });
    effect(move || {
        if sent.get() > 0 {
            reading.go_to_newest();
        }
    });
    online::on_watched(move || reading.settle());
    on_cleanup(move || chat.watch(room, false));
    let _ = use_resize_observer(view, move |_, _| reading.resized());
    let _ = use_resize_observer(list, move |_, _| reading.resized());

    let known = Memo::new(move |_| {
        chat.with(|world| world.room(room).is_some_and(|room| room.caught_up)) == Some(true)
    });
    let begins = memo(move || {
        let window = reading.window();
        chat.with(|world| {
            world.room(room).is_some_and(|room| {
                room.caught_up && !room.timeline.has_older() && window.shows_first(&room.timeline)
            })
        }) == Some(true)
    });
    let silent = memo(move || {
        drawn.with(|drawn| drawn.iter().flatten().all(|(_, row)| !matches!(row, Row::Message(_))))
    });
    let unread =
        memo(move || chat.with(|world| world.room(room).map_or(0, |room| room.unread())).unwrap_or(0));
    let jump = move || {
        let text = t.tell(move |t| match unread.get() {
            0 => t.to_the_newest.to_owned(),
            count => (t.new_messages)(count),
        });
        let news = Signal::derive(move || unread.get() > 0);
        view! {
            <button class="jump" class:news=news data-testid="jump" on:click=move |_| reading.go_to_newest()>
                <Icon path=DOWN/>
                <span>{text}</span>
            </button>
        }
        .into_any()
    };
    let empty = move || {
        view! {
            <div class="empty">
                <p class="empty-title">{t.say(|t| t.empty_room)}</p>
                <p>{t.say(|t| t.empty_room_hint)}</p>
            </div>
        }
        .into_any()
    };
    let loading = move || view! { <p class="empty hint">{t.say(|t| t.loading)}</p> }.into_any();
    view! {
        <div class="messages-frame">
            <div
                class="messages"
                role="log"
                tabindex="0"
                aria-label=t.say(|t| t.messages)
                aria-busy=Signal::derive(move || (!known.get()).then_some("true"))
                node_ref=view
                on:scroll=move |_| reading.scrolled()
            >
                <div class="messages-list" node_ref=list>
                    <div class="messages-top"></div>
                    <For
                        each=move || keys.get()
                        key=|key| *key
                        children=move |key| {
                            let row = lines.with_value(|lines| lines.get(&key).cloned());
                            row.map(|row| view! { <Line row room edit/> })
                        }
                    />
                </div>
            </div>
            {part_when(memo(move || known.get() && begins.get() && silent.get()), empty)}
            {part_when(memo(move || !known.get() && silent.get()), loading)}
            {part_when(memo(move || !reading.is_at_end()), jump)}
        </div>
    }
}

/// Brings the lines in the document up to what is drawn now: only what differs is touched.
fn draw(drawn: Vec<(RowKey, Row)>, keys: RwSignal<Vec<RowKey>>, lines: &mut Lines) {
    let order: Vec<RowKey> = drawn.iter().map(|(key, _)| *key).collect();
    let mut before = std::mem::take(lines);
    for (key, row) in drawn {
        let line = match before.remove(&key) {
            Some(line) => {
                if line.with_untracked(|shown| *shown != row) {
                    line.set(row);
                }
                line
            }
            None => ArcRwSignal::new(row),
        };
        lines.insert(key, line);
    }
    if keys.with_untracked(|shown| *shown != order) {
        keys.set(order);
    }
}
