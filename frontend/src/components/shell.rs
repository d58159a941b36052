//! The frame of the app: rooms, conversation, people.

use leptos::prelude::*;

use super::{banner::banner, conversation::conversation, people::people, room_list::room_list};
use crate::{
    chat::use_chat,
    dom::page,
    parts::{View, Watched, listen, part, part_when, tag},
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
pub fn shell() -> View {
    let chat = use_chat();
    let t = use_texts();
    let drawer = Watched::new(Drawer::None);
    let close = Callback::new(move |()| {
        drawer.set(Drawer::None);
    });
    listen(window(), "keydown", move |event: web_sys::KeyboardEvent| {
        // A dialog takes the key for itself.
        if event.code() == "Escape" && !page::has_dialog() {
            close.run(());
        }
    });
    let toggle = move |wanted| {
        Callback::new(move |()| {
            drawer.set(if drawer.get_untracked() == wanted { Drawer::None } else { wanted });
        })
    };
    let veil = move || {
        tag("button").class("veil").attr("aria-label", t.say(|t| t.common.close)).click(move || close.run(()))
    };
    let talk = move |room| conversation(room, toggle(Drawer::Rooms), toggle(Drawer::People));
    let who = move |room: Option<_>| room.map_or_else(View::nothing, people);
    let aside = tag("aside")
        .class("people")
        .attr("aria-label", t.say(|t| t.people))
        .child(part(move || chat.open_room(), who));
    tag("div")
        .class("shell")
        .attr("data-drawer", move || drawer.get().name())
        .child(banner())
        .child(room_list(close))
        .child(part_when(move || drawer.get() != Drawer::None, veil))
        .child(part(move || chat.open_room(), talk))
        .child(aside)
        .into()
}
