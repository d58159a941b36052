//! The frame of the app: rooms, conversation, people.

use leptos::{ev, prelude::*};
use leptos_use_event_listener::use_event_listener;

use super::{banner::Banner, conversation::Conversation, people::People, room_list::RoomList};
use crate::{chat::use_chat, texts::use_texts};

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
    let _ = use_event_listener(window(), ev::keydown, move |event| {
        if event.code() == "Escape" {
            close.run(());
        }
    });
    let room = Memo::new(move |_| chat.open_room());
    let toggle = move |wanted| {
        Callback::new(move |()| {
            drawer.update(|open| *open = if *open == wanted { Drawer::None } else { wanted });
        })
    };
    view! {
        <div class="shell" data-drawer=move || drawer.get().name()>
            <Banner/>
            <RoomList chosen=close/>
            <Show when=move || drawer.get() != Drawer::None>
                <button class="veil" aria-label=move || t.get().close on:click=move |_| close.run(())></button>
            </Show>
            {move || view! {
                <Conversation room=room.get() rooms=toggle(Drawer::Rooms) people=toggle(Drawer::People)/>
            }}
            <aside class="people" aria-label=move || t.get().people>
                {move || room.get().map(|room| view! { <People room/> })}
            </aside>
        </div>
    }
}
