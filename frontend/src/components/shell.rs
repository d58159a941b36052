//! The frame of the app: rooms, conversation, people.

use super::{
    banner::banner,
    button::icon_button,
    conversation::conversation,
    icon::CROSS,
    people::people,
    room_list::room_list,
    room_name,
    sheet::{Sheet, Sheets},
};
use crate::{
    chat::{Parted, use_chat},
    dom::page,
    ground::*,
    parts::{Tag, View, Watched, effect, listen, part, part_when, tag},
    state::{keys::Shortcut, world::Parting},
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
    effect(move || {
        // Another room was opened, from wherever that was.
        if chat.open_room().is_some() {
            close.run(());
        }
    });
    let sheets = Sheets::none();
    give(sheets);
    listen(window(), "keydown", move |event: web_sys::KeyboardEvent| {
        // A dialog takes the key for itself.
        if event.code() == "Escape" && !page::has_dialog() {
            close.run(());
        }
        if let Some(shortcut) = page::shortcut(&event) {
            event.prevent_default();
            match shortcut {
                Shortcut::Step(step) if !page::has_dialog() => chat.step(step),
                Shortcut::Step(_) => {}
                // Held, it would open and close it again and again.
                _ if event.repeat() => {}
                Shortcut::GoTo => sheets.find(Sheet::GoTo),
                Shortcut::Search => sheets.find(Sheet::Search),
                Shortcut::Keys => sheets.find(Sheet::Keys),
            }
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
        .child(sheets.shown(close))
        .child(parted())
        .into()
}

/// Says why one is no longer in a room, until that was seen.
fn parted() -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let text = t.tell(move |t| {
        let said = chat.parted(|Parted { room, why, half_written }| {
            let name = room_name(room, chat, t);
            let mut said = match why {
                Parting::Left => (t.left)(&name),
                Parting::Kicked(reason) => (t.kicked)(&name, reason.as_str()),
                Parting::Deleted => (t.room_deleted)(&name),
                Parting::Unseen => (t.no_longer_in)(&name),
            };
            if !half_written.is_empty() {
                said.push_str(t.half_written);
                said.push_str(half_written);
            }
            said
        });
        said.unwrap_or_default()
    });
    let is_told = move || chat.parted(|_| ()).is_some();
    let seen = move || {
        chat.saw_parted();
        // The button is gone, and the focus with it.
        page::focus("textarea");
    };
    let close = move || icon_button("icon-button", CROSS, t.say(|t| t.common.close), seen);
    tag("div")
        .class("parted")
        .attr("role", "status")
        .attr("data-testid", "parted")
        .attr("dir", "auto")
        .text(text)
        .child(part_when(is_told, close))
}
