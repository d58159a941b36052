//! One room: its head, its messages, and where one writes.

use maru_shared::{Refusal, RoomId};

use super::{
    annex::place,
    answering::answering,
    button::icon_button,
    composer::composer,
    icon::{ABOUT, LIST, PEOPLE, PIN},
    message_list::message_list,
    people::presence_line,
    room_name,
    sheet::{Sheet, use_sheets},
    typing_line::typing_line,
};
use crate::{
    chat::{Line, use_chat},
    ground::*,
    parts::{View, Watched, memo, part, part_when, tag},
    seam::AnnexView,
    texts::use_texts,
};

/// One room: its head, its messages, and where one writes; `None` when the address names none. `rooms` and `people`
/// show those where they are hidden.
pub fn conversation(room: Option<RoomId>, rooms: Callback<()>, people: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let summary = memo(move || {
        chat.with(|world| {
            let room = world.room(room?)?;
            Some((room.room.clone(), room.members.as_ref().map(Vec::len)))
        })
        .flatten()
    });
    let title = t.tell(move |t| summary.get().map(|(room, _)| room_name(&room, chat, t)).unwrap_or_default());
    let count = t.tell(move |t| {
        let members = summary.get().and_then(|(_, members)| members);
        members.map(|count| (t.common.members)(u64::try_from(count).unwrap_or(u64::MAX))).unwrap_or_default()
    });
    // Before the first welcome nothing is known about any room.
    let known = move || (summary.with(Option::is_some), chat.line() == Line::Connecting);
    let inside = move |(joined, waiting)| match (room, joined, waiting) {
        (Some(room), true, _) => talk(room),
        (_, _, true) => tag("p").class("empty hint").text(t.say(|t| t.common.loading)).into(),
        (room, _, false) => absent(room),
    };
    let to_rooms = icon_button("icon-button narrow-only", LIST, t.say(|t| t.rooms), move || rooms.run(()));
    let to_people =
        icon_button("icon-button people-button", PEOPLE, t.say(|t| t.people), move || people.run(()));
    let sheets = use_sheets();
    let about = move || {
        let about = move || room.into_iter().for_each(|room| sheets.open(Sheet::About(room)));
        icon_button("icon-button", ABOUT, t.say(|t| t.about_room), about)
            .attr("title", t.say(|t| t.about_room))
    };
    let pins = move || {
        let pins = move || room.into_iter().for_each(|room| sheets.open(Sheet::Pins(room)));
        icon_button("icon-button", PIN, t.say(|t| t.pins), pins).attr("title", t.say(|t| t.pins))
    };
    let topic = move || {
        summary
            .with(|summary| Some(summary.as_ref()?.0.title()?.topic.as_str().to_owned()))
            .unwrap_or_default()
    };
    let other = move || chat.with(|world| world.other_in(room?).cloned()).flatten();
    let what = tag("div")
        .class("room-what")
        .child(tag("h1").class("room-title").attr("dir", "auto").text(title))
        .child(tag("span").class("room-count").text(count))
        .child(tag("span").class("room-topic").attr("dir", "auto").attr("title", topic).text(topic))
        .child(part(other, |other| other.map_or_else(View::nothing, presence_line)));
    let head = tag("header")
        .class("room-head")
        .child(to_rooms.child(unread_elsewhere(room)))
        .child(what)
        .child(part_when(
            move || summary.with(Option::is_some),
            move || View::from([pins().into(), about().into()]),
        ))
        .child(to_people);
    tag("main").class("conversation").child(head).child(part(known, inside)).into()
}

/// A dot on the button of the rooms when there is something new in another one.
fn unread_elsewhere(room: Option<RoomId>) -> View {
    let chat = use_chat();
    let elsewhere = move || {
        chat.with(|world| world.rooms.iter().any(|other| Some(other.room.id) != room && other.news() > 0))
            == Some(true)
    };
    part_when(elsewhere, || tag("span").class("dot"))
}

fn talk(room: RoomId) -> View {
    let written = Watched::new(None::<String>);
    let sent = Watched::new(0u32);
    let chat = use_chat();
    let t = use_texts();
    let is_archived = move || chat.with(|world| world.room(room).is_some_and(|room| room.room.archived));
    let write = move |is_archived| match is_archived {
        Some(true) => tag("p").class("closed").text(t.tell(|t| (t.common.refusal)(Refusal::Archived))).into(),
        _ => View::from([answering(room), composer(room, written, sent)]),
    };
    [message_list(room, written, sent), typing_line(room), part(is_archived, write)].into()
}

/// A room that one has not joined, or that there is not.
fn absent(room: Option<RoomId>) -> View {
    // What comes of it is a room that is shown in its place.
    tag("div").class("absent").child(place(&AnnexView::Absent(room), Callback::new(|()| {}))).into()
}
