//! The frame of the app: rooms, conversation, people.

use leptos::prelude::*;

use super::{banner::Banner, conversation::Conversation, people::People, room_list::RoomList};
use crate::{
    chat::use_chat,
    parts::{listen, memo, part, part_when},
    texts::use_texts,
};

/// Which panel lies over the conversation, where there is no room beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawer {
    None,
    Rooms,
    People,
}

impl Drawer {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Rooms => Some("rooms"),
            Self::People => Some("people"),
        }
    }
}

/// The frame of the app.
#[component]
pub fn Shell() -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let drawer = RwSignal::new(Drawer::None);
    let close = Callback::new(move |()| {
        let _ = drawer.try_set(Drawer::None);
    });
    listen(window(), "keydown", move |event: web_sys::KeyboardEvent| {
        if event.code() == "Escape" {
            close.run(());
        }
    });
    let room = memo(move || chat.open_room());
    let toggle = move |wanted| {
        Callback::new(move |()| {
            drawer.update(|open| *open = if *open == wanted { Drawer::None } else { wanted });
        })
    };
    let veil = move || {
        view! {
            <button class="veil" aria-label=t.say(|t| t.close) on:click=move |_| close.run(())></button>
        }
        .into_any()
    };
    let conversation = move || {
        view! { <Conversation room=room.get() rooms=toggle(Drawer::Rooms) people=toggle(Drawer::People)/> }
            .into_any()
    };
    let people = move || match room.get() {
        Some(room) => view! { <People room/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <div class="shell" data-drawer=Signal::derive(move || drawer.get().name())>
            <Banner/>
            <RoomList chosen=close/>
            {part_when(memo(move || drawer.get() != Drawer::None), veil)}
            {part(conversation)}
            <aside class="people" aria-label=t.say(|t| t.people)>
                {part(people)}
            </aside>
        </div>
    }
}
