//! The joined rooms.

use maru_shared::{
    Notify, Room, RoomId, RoomKind,
    role::{Action, Ground, may},
};

use super::{
    avatar::avatar,
    button::{bare_button, icon_button},
    called_key,
    icon::{BELL_OFF, COMPASS, GO, LENS, LOCK, PLUS, SHIELD, SLIDERS, icon},
    people::{presence_label, presence_of},
    room_name,
    sheet::{Sheet, use_sheets},
};
use crate::{
    chat::use_chat,
    dom::page,
    ground::*,
    parts::{Followed, Tag, Text, View, each, memo, part, part_when, tag},
    state::{
        room::RoomState,
        world::{Presence, Section},
    },
    texts::{Label, use_texts},
};

/// The joined rooms, ways to more of them, and oneself. `chosen` is called when one was chosen.
pub fn room_list(chosen: Callback<()>) -> View {
    let t = use_texts();
    let chat = use_chat();
    let sheets = use_sheets();
    let open = move |sheet: Sheet| move || sheets.open(sheet.clone());
    let to = move |path, label: Label, sheet: Sheet| {
        icon_button("icon-button", path, t.say(label), open(sheet)).attr("title", t.say(label))
    };
    let direct = tag("header").class("rooms-section").child(tag("h2").text(t.say(|t| t.common.direct)));
    let keeps_order =
        move || chat.with(|world| may(world.standing.role, Action::Mute, Ground::Maru)) == Some(true);
    tag("nav")
        .class("rooms")
        .attr("aria-label", t.say(|t| t.rooms))
        .child(
            tag("header")
                .class("rooms-head")
                .child(tag("span").class("wordmark").text("Maru"))
                .child(to(GO, |t| t.go_to, Sheet::GoTo))
                .child(to(LENS, |t| t.search, Sheet::Search)),
        )
        .child(
            tag("div")
                .class("rooms-list")
                .child(section(Section::Rooms, chosen))
                .child(direct.child(to(PLUS, |t| t.find_people, Sheet::People(None))))
                .child(section(Section::Direct, chosen))
                .child(archived(chosen)),
        )
        .child(
            tag("div")
                .class("rooms-more")
                .child(way_in(PLUS, t.say(|t| t.new_room), open(Sheet::NewRoom)))
                .child(way_in(COMPASS, t.say(|t| t.browse_rooms), open(Sheet::Browse))),
        )
        .child(
            tag("footer")
                .class("rooms-foot")
                .child(oneself())
                .child(part_when(keeps_order, move || to(SHIELD, |t| t.admin, Sheet::Admin)))
                .child(to(SLIDERS, |t| t.settings, Sheet::Settings)),
        )
        .into()
}

/// The rooms of one section, in the order of their joining.
fn rooms(section: Section) -> Followed<Vec<Room>> {
    let chat = use_chat();
    memo(move || {
        let rooms =
            chat.with(|world| world.listed_in(section).map(|room| room.room.clone()).collect::<Vec<_>>());
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
    bare_button().class("plain").child(icon(path)).text(words).click(act)
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
    let news = memo(move || {
        let counts = |room: &RoomState| (room.unread(), room.mentions(), room.notify);
        chat.with(|world| world.room(id).map(counts)).flatten().unwrap_or_default()
    });
    let go = move |event: ev::MouseEvent| {
        // With a modifier key the browser opens it elsewhere.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            chat.open(id);
            chosen.run(());
        }
    };
    let unread =
        move || news.with(|(unread, _, notify)| if *notify == Notify::Nothing { 0 } else { *unread });
    let mentions = move || news.with(|(_, mentions, _)| *mentions);
    let is_quiet = move || news.with(|(_, _, notify)| *notify == Notify::Nothing);
    let counted = move || {
        let title = t.tell(move |t| (t.common.unread)(unread()));
        tag("span")
            .class("unread")
            .class_when("quiet", move || news.with(|(_, _, notify)| *notify == Notify::Mentions))
            .attr("data-testid", "unread")
            .attr("title", title)
            .text(move || at_most_99(unread()))
    };
    let named = move || {
        tag("span")
            .class("mentions")
            .attr("data-testid", "mentions")
            .attr("title", t.tell(move |t| (t.mentions)(mentions())))
            .text(move || format!("@{}", at_most_99(mentions())))
    };
    let quiet = move || {
        let text = tag("span").class("visually-hidden").text(t.say(|t| t.quiet));
        View::from([icon(BELL_OFF).into(), text.into()])
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
        .class_when("quiet", is_quiet)
        .attr("aria-current", move || (chat.open_room() == Some(id)).then_some("page"))
        .on("click", go)
        .child(sign(room))
        .child(tag("span").class("room-name").attr("dir", "auto").text(move || name.get()))
        .child(whether_here(room))
        .child(part_when(
            move || is_private,
            move || tag("span").class("visually-hidden").text(t.say(|t| t.private)),
        ))
        .child(part_when(is_quiet, quiet))
        .child(part_when(move || mentions() > 0, named))
        .child(part_when(move || unread() > 0, counted));
    tag("li").child(link)
}

fn at_most_99(count: u64) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}

/// Whether the one is here to whom one talks directly, for who does not see the dot.
fn whether_here(room: &Room) -> View {
    let (chat, t) = (use_chat(), use_texts());
    let RoomKind::Direct(members) = &room.kind else { return View::nothing() };
    let me = chat.with_now(|world| world.me.id);
    let mut others = members.iter().filter(|member| Some(member.id) != me);
    let (Some(other), None) = (others.next(), others.next()) else { return View::nothing() };
    let presence = presence_of(other.id);
    let label = t.tell(move |t| presence_label(presence.get())(t).to_owned());
    tag("span").class("visually-hidden").text(label).into()
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
            let presence = presence_of(id);
            let here = move || if presence.get() == Presence::Gone { "false" } else { "true" };
            let away = move || (presence.get() == Presence::Away).then_some("true");
            avatar(other).attr("data-here", here).attr("data-away", away).into()
        }
        (None, _) => members.first().map_or_else(View::nothing, |own| avatar(own).into()),
        (_, count) => {
            tag("span").class("avatar group").attr("aria-hidden", "true").text(count.to_string()).into()
        }
    }
}
