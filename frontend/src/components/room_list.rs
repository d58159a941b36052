//! The joined rooms.

use leptos::{ev, prelude::*};
use maru_shared::{Room, RoomId};

use super::{
    avatar::Avatar,
    browse::Browse,
    icon::{Icon, LENS, PLUS, SLIDERS},
    new_room::NewRoom,
    room_name,
    settings::Settings,
};
use crate::{
    chat::use_chat,
    dom::page,
    parts::{memo, part, part_when},
    texts::use_texts,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    NewRoom,
    Browse,
    Settings,
}

/// The joined rooms, ways to more of them, and oneself.
#[component]
pub fn RoomList(
    /// Called when something was chosen.
    chosen: Callback<()>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| {
        let _ = open.try_set(None);
    });
    let done = Callback::new(move |()| {
        close.run(());
        chosen.run(());
    });
    let rooms = memo(move || {
        chat.with(|world| world.rooms.iter().map(|room| room.room.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let me = memo(move || chat.with(|world| world.me.clone()));
    let own = move || match me.get() {
        None => ().into_any(),
        Some(member) => {
            let name = member.name.to_string();
            view! { <Avatar member/> <span class="own-name" dir="auto">{name}</span> }.into_any()
        }
    };
    let dialog = move || match open.get() {
        None => ().into_any(),
        Some(Open::NewRoom) => view! { <NewRoom close=done/> }.into_any(),
        Some(Open::Browse) => view! { <Browse close=done/> }.into_any(),
        Some(Open::Settings) => view! { <Settings close/> }.into_any(),
    };
    view! {
        <nav class="rooms" aria-label=t.say(|t| t.rooms)>
            <header class="rooms-head"><span class="wordmark">"Maru"</span></header>
            <ul class="rooms-list">
                <For
                    each=move || rooms.get()
                    key=|room| (room.id, room.name.clone())
                    children=move |room| view! { <RoomLink room chosen/> }
                />
            </ul>
            <div class="rooms-more">
                <button class="plain" on:click=move |_| open.set(Some(Open::NewRoom))>
                    <Icon path=PLUS/>
                    {t.say(|t| t.new_room)}
                </button>
                <button class="plain" on:click=move |_| open.set(Some(Open::Browse))>
                    <Icon path=LENS/>
                    {t.say(|t| t.browse_rooms)}
                </button>
            </div>
            <footer class="rooms-foot">
                {part(own)}
                <button
                    class="icon-button"
                    aria-label=t.say(|t| t.settings)
                    title=t.say(|t| t.settings)
                    on:click=move |_| open.set(Some(Open::Settings))
                >
                    <Icon path=SLIDERS/>
                </button>
            </footer>
        </nav>
        {part(dialog)}
    }
}

#[component]
fn RoomLink(room: Room, chosen: Callback<()>) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let id: RoomId = room.id;
    let unread = memo(move || chat.with(|world| world.room(id).map_or(0, |room| room.unread())).unwrap_or(0));
    let current = Signal::derive(move || (chat.open_room() == Some(id)).then_some("page"));
    let go = move |event: ev::MouseEvent| {
        // With a modifier key the browser opens it elsewhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            chat.open(id);
            chosen.run(());
        }
    };
    let badge = move || {
        let count = Signal::derive(move || match unread.get() {
            count @ 0..=99 => count.to_string(),
            _ => "99+".to_owned(),
        });
        let title = t.tell(move |t| (t.unread)(unread.get()));
        view! { <span class="unread" data-testid="unread" title=title>{count}</span> }.into_any()
    };
    view! {
        <li>
            <a class="room-link" href=page::address(id) aria-current=current on:click=go>
                <span class="room-name" dir="auto">{t.tell(move |t| room_name(&room, t))}</span>
                {part_when(memo(move || unread.get() > 0), badge)}
            </a>
        </li>
    }
}
