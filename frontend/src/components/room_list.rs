//! The joined rooms.

use leptos::{ev, prelude::*};
use maru_shared::{
    Room, RoomId, RoomKind,
    role::{Action, Ground, may},
};

use super::{
    avatar::avatar,
    button::icon_button,
    called_key,
    icon::{LENS, LOCK, PLUS, SHIELD, SLIDERS, icon},
    room_name,
    sheet::{Sheet, use_sheets},
};
use crate::{
    chat::use_chat,
    dom::page,
    parts::{Followed, Tag, Text, View, each, memo, part, part_when, tag},
    texts::use_texts,
};

/// Where a room stands in the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Rooms,
    Direct,
    Archived,
}

impl Section {
    const fn of(room: &Room) -> Self {
        match (room.archived, &room.kind) {
            (true, _) => Self::Archived,
            (_, RoomKind::Direct(_)) => Self::Direct,
            _ => Self::Rooms,
        }
    }
}

/// The joined rooms, ways to more of them, and oneself. `chosen` is called when one was chosen.
pub fn room_list(chosen: Callback<()>) -> View {
    let t = use_texts();
    let chat = use_chat();
    let sheets = use_sheets();
    let open = move |sheet: Sheet| move || sheets.open(sheet.clone());
    let to_settings = icon_button("icon-button", SLIDERS, t.say(|t| t.settings), open(Sheet::Settings));
    let to_people = icon_button("icon-button", PLUS, t.say(|t| t.find_people), open(Sheet::People(None)));
    let direct = tag("header").class("rooms-section").child(tag("h2").text(t.say(|t| t.common.direct)));
    let keeps_order =
        move || chat.with(|world| may(world.standing.role, Action::Mute, Ground::Maru)) == Some(true);
    let to_admin = move || {
        icon_button("icon-button", SHIELD, t.say(|t| t.admin), open(Sheet::Admin))
            .attr("title", t.say(|t| t.admin))
    };
    tag("nav")
        .class("rooms")
        .attr("aria-label", t.say(|t| t.rooms))
        .child(tag("header").class("rooms-head").child(tag("span").class("wordmark").text("Maru")))
        .child(
            tag("div")
                .class("rooms-list")
                .child(section(Section::Rooms, chosen))
                .child(direct.child(to_people.attr("title", t.say(|t| t.find_people))))
                .child(section(Section::Direct, chosen))
                .child(archived(chosen)),
        )
        .child(
            tag("div")
                .class("rooms-more")
                .child(way_in(PLUS, t.say(|t| t.new_room), open(Sheet::NewRoom)))
                .child(way_in(LENS, t.say(|t| t.browse_rooms), open(Sheet::Browse))),
        )
        .child(
            tag("footer")
                .class("rooms-foot")
                .child(oneself())
                .child(part_when(keeps_order, to_admin))
                .child(to_settings.attr("title", t.say(|t| t.settings))),
        )
        .into()
}

/// The rooms of one section, in the order of their joining.
fn rooms(section: Section) -> Followed<Vec<Room>> {
    let chat = use_chat();
    memo(move || {
        let rooms = chat.with(|world| {
            let rooms = world.rooms.iter().map(|room| &room.room);
            rooms.filter(|room| Section::of(room) == section).cloned().collect::<Vec<_>>()
        });
        rooms.unwrap_or_default()
    })
}

fn section(section: Section, chosen: Callback<()>) -> Tag {
    let rooms = rooms(section);
    let listed = each(move || rooms.get(), |room| (0, key(room)), move |room| room_link(&room, chosen));
    tag("ul").child(listed)
}

/// A direct room has the faces of those in it.
fn key(room: &Room) -> [u8; 16] {
    let people = match &room.kind {
        RoomKind::Direct(people) => people.as_slice(),
        _ => &[],
    };
    called_key(room.id.as_bytes(), people)
}

/// The archived rooms, folded.
fn archived(chosen: Callback<()>) -> View {
    let t = use_texts();
    let rooms = rooms(Section::Archived);
    part_when(
        move || !rooms.with(Vec::is_empty),
        move || {
            let summary = tag("summary").class("rooms-section").text(t.say(|t| t.archived));
            tag("details").child(summary).child(section(Section::Archived, chosen))
        },
    )
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

fn room_link(room: &Room, chosen: Callback<()>) -> Tag {
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
    // What a room is called may change while it is listed; what kind of room it is, never.
    let name = memo(move || {
        let room = chat.with(|world| world.room(id).map(|room| room.room.clone())).flatten();
        room.map(|room| room_name(&room, chat, t.get())).unwrap_or_default()
    });
    let is_private = matches!(room.kind, RoomKind::Private(_));
    let link = tag("a")
        .class("room-link")
        .attr("href", page::address(id))
        .attr("aria-current", move || (chat.open_room() == Some(id)).then_some("page"))
        .on("click", go)
        .child(sign(room))
        .child(tag("span").class("room-name").attr("dir", "auto").text(move || name.get()))
        .child(part_when(
            move || is_private,
            move || tag("span").class("visually-hidden").text(t.say(|t| t.private)),
        ))
        .child(part_when(move || unread.get() > 0, badge));
    tag("li").child(link)
}

/// What stands before a room's name: a lock, or whom one talks to directly.
fn sign(room: &Room) -> View {
    let chat = use_chat();
    let members = match &room.kind {
        RoomKind::Public(_) => return View::nothing(),
        RoomKind::Private(_) => return icon(LOCK).into(),
        RoomKind::Direct(members) => members,
    };
    let me = chat.with_now(|world| world.me.id);
    let others = || members.iter().filter(|member| Some(member.id) != me);
    match (others().next(), others().count()) {
        (Some(other), 1) => {
            let id = other.id;
            let here = move || chat.with(|world| world.is_here(id)) == Some(true);
            avatar(other).attr("data-here", move || if here() { "true" } else { "false" }).into()
        }
        (None, _) => members.first().map_or_else(View::nothing, |own| avatar(own).into()),
        (_, count) => {
            tag("span").class("avatar group").attr("aria-hidden", "true").text(count.to_string()).into()
        }
    }
}
