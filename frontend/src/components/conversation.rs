//! One room: its head, its messages, and where one writes.

use leptos::prelude::*;
use maru_shared::{RoomId, room::RoomSummary};

use super::{
    composer::Composer,
    icon::{Icon, LIST, PEOPLE},
    message_list::MessageList,
    refusal::Refusal,
    room_name,
    typing_line::TypingLine,
};
use crate::{
    chat::{Failure, Line, use_chat},
    parts::{begin, memo, part, part_when},
    texts::use_texts,
};

/// One room: its head, its messages, and where one writes.
#[component]
pub fn Conversation(
    /// Which room; `None` when the address names none.
    room: Option<RoomId>,
    /// Shows the rooms, where they are hidden.
    rooms: Callback<()>,
    /// Shows the people, where they are hidden.
    people: Callback<()>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let summary = memo(move || {
        chat.with(|world| {
            let room = world.room(room?)?;
            Some((room.room.clone(), room.members.as_ref().map(Vec::len)))
        })
        .flatten()
    });
    // Before the first welcome nothing is known about any room.
    let waiting = memo(move || chat.line() == Line::Connecting);
    let joined = memo(move || summary.with(Option::is_some));
    let title = t.tell(move |t| summary.get().map(|(room, _)| room_name(&room, t)).unwrap_or_default());
    let count = t.tell(move |t| {
        let members = summary.get().and_then(|(_, members)| members);
        members.map(|count| (t.members)(u64::try_from(count).unwrap_or(u64::MAX))).unwrap_or_default()
    });
    let inside = move || match (room, joined.get(), waiting.get()) {
        (Some(room), true, _) => view! { <Talk room/> }.into_any(),
        (_, _, true) => view! { <p class="empty hint">{t.say(|t| t.loading)}</p> }.into_any(),
        (room, _, false) => view! { <Absent room/> }.into_any(),
    };
    view! {
        <main class="conversation">
            <header class="room-head">
                <button class="icon-button narrow-only" aria-label=t.say(|t| t.rooms) on:click=move |_| rooms.run(())>
                    <Icon path=LIST/>
                    <OtherUnread room/>
                </button>
                <h1 class="room-title" dir="auto">{title}</h1>
                <span class="room-count">{count}</span>
                <button class="icon-button people-button" aria-label=t.say(|t| t.people) on:click=move |_| people.run(())>
                    <Icon path=PEOPLE/>
                </button>
            </header>
            {part(inside)}
        </main>
    }
}

/// A dot on the button of the rooms when there is something new in another one.
#[component]
fn OtherUnread(room: Option<RoomId>) -> impl IntoView {
    let chat = use_chat();
    let elsewhere = memo(move || {
        chat.with(|world| world.rooms.iter().any(|other| Some(other.room.id) != room && other.unread() > 0))
            == Some(true)
    });
    part_when(elsewhere, || view! { <span class="dot"></span> }.into_any())
}

#[component]
fn Talk(room: RoomId) -> impl IntoView {
    let written = RwSignal::new(None::<String>);
    let sent = RwSignal::new(0u32);
    view! {
        <MessageList room edit=Callback::new(move |text| written.set(Some(text))) sent/>
        <TypingLine room/>
        <Composer room written sent=Callback::new(move |()| sent.update(|count| *count += 1))/>
    }
}

/// A room that one has not joined, or that there is not.
#[component]
fn Absent(room: Option<RoomId>) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let found = RwSignal::new(None::<Option<RoomSummary>>);
    let failure = RwSignal::new(None::<Failure>);
    begin(async move {
        let rooms = chat.browse().await.unwrap_or_default();
        let _ = found.try_set(Some(rooms.into_iter().find(|summary| Some(summary.room.id) == room)));
    });
    let join = move |room: RoomId| {
        begin(async move {
            if let Err(why) = chat.join(room).await {
                let _ = failure.try_set(Some(why));
            }
        });
    };
    let lobby = move || {
        view! {
            <button class="quiet" on:click=move |_| chat.open(RoomId::LOBBY)>{t.say(|t| t.to_the_lobby)}</button>
        }
    };
    let gone = move || {
        view! {
            <p class="empty-title">{t.say(|t| t.no_such_room)}</p>
            <p>{t.say(|t| t.no_such_room_hint)}</p>
            <div class="row-of-buttons">{lobby()}</div>
        }
        .into_any()
    };
    let inside = move || match found.get() {
        None => view! { <p class="hint">{t.say(|t| t.loading)}</p> }.into_any(),
        Some(None) => gone(),
        Some(Some(summary)) => view! {
            <p class="empty-title" dir="auto">{summary.room.name.to_string()}</p>
            <p>{t.say(|t| t.not_joined)}</p>
            <Refusal why=failure/>
            <div class="row-of-buttons">
                {lobby()}
                <button class="primary" on:click=move |_| join(summary.room.id)>{t.say(|t| t.join)}</button>
            </div>
        }
        .into_any(),
    };
    view! { <div class="absent">{part(inside)}</div> }
}
