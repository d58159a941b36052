//! What a room is, who is in it, and what one may do with it.

use leptos::prelude::*;
use maru_shared::{RoomId, RoomKind, role::Action};

use super::{
    button::button,
    dialog::dialog,
    people::people,
    room_name,
    sheet::{Deed, Sheet, use_sheets},
};
use crate::{
    chat::use_chat,
    parts::{Tag, View, memo, part_when, tag},
    state::world::World,
    texts::{Label, use_texts},
};

/// The dialog about a room. `close` is called when it is closed.
pub fn about(id: RoomId, close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let room = memo(move || chat.with(|world| world.room(id).map(|room| room.room.clone())).flatten());
    let name = t.tell(move |t| room.get().map(|room| room_name(&room, chat, t)).unwrap_or_default());
    let topic =
        move || room.with(|room| Some(room.as_ref()?.title()?.topic.as_str().to_owned())).unwrap_or_default();
    let kind = t.tell(move |t| {
        let kind = room.with(|room| room.as_ref().map(|room| room.kind.clone()));
        let kind = match kind {
            Some(RoomKind::Public(_)) => t.public_room,
            Some(RoomKind::Private(_)) => t.private_room,
            _ => t.direct,
        };
        kind.to_owned()
    });
    let inside = move || {
        let deeds = tag("div").class("deeds");
        let deeds = DEEDS.iter().fold(deeds, |deeds, deed| deeds.child(offered(id, *deed)));
        View::from([
            tag("p").class("about-name").attr("dir", "auto").text(name).into(),
            tag("p").class("hint").text(kind).into(),
            tag("p").class("about-topic").attr("dir", "auto").text(topic).into(),
            deeds.into(),
            tag("section").class("about-people").child(people(id)).into(),
        ])
    };
    dialog(t.say(|t| t.about_room), close, inside)
}

/// What one may do, what it is called, and whether one may in this room.
type Offered = (fn(RoomId) -> Sheet, Label, fn(&World, RoomId) -> bool);

const DEEDS: [Offered; 7] = [
    (
        |room| Sheet::People(Some(room)),
        |t| t.invite_people,
        |world, room| world.may(Action::LetIn, Some(room)),
    ),
    (|room| Sheet::Deed(Deed::Rename(room)), |t| t.rename, may_describe),
    (|room| Sheet::Deed(Deed::Describe(room)), |t| t.describe, may_describe),
    (
        |room| Sheet::Deed(Deed::Archive(room, true)),
        |t| t.archive,
        |world, room| may_archive(world, room) && !is_archived(world, room),
    ),
    (
        |room| Sheet::Deed(Deed::Archive(room, false)),
        |t| t.restore,
        |world, room| may_archive(world, room) && is_archived(world, room),
    ),
    (
        |room| Sheet::Deed(Deed::Leave(room)),
        |t| t.leave,
        |world, room| {
            // Whoever talks directly does so for ever.
            world.room(room).is_some_and(|room| room.room.title().is_some())
        },
    ),
    (
        |room| Sheet::Deed(Deed::DeleteRoom(room)),
        |t| t.delete_room,
        |world, room| room != RoomId::LOBBY && world.may(Action::DeleteRoom, Some(room)),
    ),
];

fn may_describe(world: &World, room: RoomId) -> bool {
    world.may(Action::Describe, Some(room))
}

/// Who comes in is in the lobby first: it is never only read.
fn may_archive(world: &World, room: RoomId) -> bool {
    room != RoomId::LOBBY && world.may(Action::Archive, Some(room))
}

fn is_archived(world: &World, room: RoomId) -> bool {
    world.room(room).is_some_and(|room| room.room.archived)
}

fn offered(room: RoomId, (sheet, label, may): Offered) -> View {
    let chat = use_chat();
    let t = use_texts();
    let sheets = use_sheets();
    part_when(
        move || chat.with(|world| may(world, room)) == Some(true),
        move || -> Tag { button("plain", t.say(label), move || sheets.open(sheet(room))) },
    )
}
