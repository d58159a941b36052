//! The joined rooms.

use leptos::{ev, prelude::*};
use maru_shared::{Room, RoomId};

use super::{
    annex::annex,
    avatar::avatar,
    browse::browse,
    button::icon_button,
    icon::{LENS, PLUS, SLIDERS, icon},
    new_room::new_room,
    room_name,
};
use crate::{
    chat::use_chat,
    dom::page,
    parts::{Tag, Text, View, Watched, each, memo, part, part_when, tag},
    seam::AnnexView,
    texts::use_texts,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    NewRoom,
    Browse,
    Settings,
}

/// The joined rooms, ways to more of them, and oneself. `chosen` is called when something was chosen.
pub fn room_list(chosen: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let open = Watched::new(None::<Open>);
    let close = Callback::new(move |()| {
        open.set(None);
    });
    // An answer may come when another dialog is open, or none.
    let done = move |own| {
        Callback::new(move |()| {
            if open.try_update_untracked(|open| *open == Some(own)) == Some(true) {
                open.set(None);
                chosen.run(());
            }
        })
    };
    let rooms = memo(move || {
        chat.with(|world| world.rooms.iter().map(|room| room.room.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let listed =
        each(move || rooms.get(), |room| (0, *room.id.as_bytes()), move |room| room_link(room, chosen));
    let dialog = move |open| match open {
        None => View::nothing(),
        Some(Open::NewRoom) => new_room(done(Open::NewRoom)),
        Some(Open::Browse) => browse(done(Open::Browse)),
        Some(Open::Settings) => annex(AnnexView::Settings, t.say(|t| t.settings), close),
    };
    let to_settings = icon_button("icon-button", SLIDERS, t.say(|t| t.settings), move || {
        open.set(Some(Open::Settings));
    });
    let nav = tag("nav")
        .class("rooms")
        .attr("aria-label", t.say(|t| t.rooms))
        .child(tag("header").class("rooms-head").child(tag("span").class("wordmark").text("Maru")))
        .child(tag("ul").class("rooms-list").child(listed))
        .child(
            tag("div")
                .class("rooms-more")
                .child(way_in(PLUS, t.say(|t| t.new_room), move || open.set(Some(Open::NewRoom))))
                .child(way_in(LENS, t.say(|t| t.browse_rooms), move || open.set(Some(Open::Browse)))),
        )
        .child(
            tag("footer")
                .class("rooms-foot")
                .child(oneself())
                .child(to_settings.attr("title", t.say(|t| t.settings))),
        );
    [nav.into(), part(move || open.get(), dialog)].into()
}

fn way_in(path: &'static str, words: impl Into<Text>, act: impl Fn() + 'static) -> Tag {
    tag("button").attr("type", "button").class("plain").child(icon(path)).text(words).click(act)
}

fn oneself() -> View {
    let chat = use_chat();
    part(
        move || chat.with(|world| world.me.clone()),
        |me| {
            let face = me.map(|me| {
                let name = tag("span").class("own-name").attr("dir", "auto").text(me.name.to_string());
                View::from([avatar(&me).into(), name.into()])
            });
            face.unwrap_or_else(View::nothing)
        },
    )
}

fn room_link(room: Room, chosen: Callback<()>) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let id: RoomId = room.id;
    let unread = memo(move || chat.with(|world| world.room(id).map_or(0, |room| room.unread())).unwrap_or(0));
    let go = move |event: ev::MouseEvent| {
        // With a modifier key the browser opens it elsewhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            chat.open(id);
            chosen.run(());
        }
    };
    let badge = move || {
        let count = move || match unread.get() {
            count @ 0..=99 => count.to_string(),
            _ => "99+".to_owned(),
        };
        let title = t.tell(move |t| (t.unread)(unread.get()));
        tag("span").class("unread").attr("data-testid", "unread").attr("title", title).text(count)
    };
    let name = t.tell(move |t| room_name(&room, chat, t));
    let link = tag("a")
        .class("room-link")
        .attr("href", page::address(id))
        .attr("aria-current", move || (chat.open_room() == Some(id)).then_some("page"))
        .on("click", go)
        .child(tag("span").class("room-name").attr("dir", "auto").text(name))
        .child(part_when(move || unread.get() > 0, badge));
    tag("li").child(link)
}
