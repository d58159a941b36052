//! What a room is, who is in it, and what one may do with it.

use leptos::prelude::*;
use maru_shared::{RoomId, RoomKind, role::Action};

use super::{
    button::button,
    dialog::dialog,
    people::people,
    room_name,
    sheet::{Sheet, use_sheets},
};
use crate::{
    chat::use_chat,
    parts::{View, effect, memo, part_when, tag},
    seam::{Deed, Return},
    state::{room::RoomState, world::World},
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
            Some(RoomKind::Public(_)) => t.common.public_room,
            Some(RoomKind::Private(_)) => t.common.private_room,
            _ => t.direct,
        };
        kind.to_owned()
    });
    effect(move || {
        if room.with(Option::is_none) {
            let _ = close.try_run(());
        }
    });
    let inside = move || {
        let deeds = tag("div").class("deeds");
        let deeds = OFFERED.iter().fold(deeds, |deeds, one| deeds.child(offered(id, *one)));
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

/// What is offered, where one may do it.
type Offered = fn(&World, &RoomState) -> Option<Sheet>;

const OFFERED: [(Label, Offered); 7] = [
    (
        |t| t.invite_people,
        |world, room| may(world, Action::LetIn, room).then_some(Sheet::People(Some(room.room.id))),
    ),
    (
        |t| t.rename,
        |world, room| {
            let title = room.room.title().filter(|_| may(world, Action::Describe, room))?;
            Some(Sheet::Deed(Deed::Rename(room.room.id, title.name.clone())))
        },
    ),
    (
        |t| t.describe,
        |world, room| {
            let title = room.room.title().filter(|_| may(world, Action::Describe, room))?;
            Some(Sheet::Deed(Deed::Describe(room.room.id, title.topic.clone())))
        },
    ),
    (
        |t| t.common.archive,
        |world, room| {
            (!room.room.archived && may_end(world, Action::Archive, room))
                .then_some(Sheet::Deed(Deed::Archive(room.room.id)))
        },
    ),
    (
        |t| t.common.restore,
        |world, room| {
            (room.room.archived && may_end(world, Action::Archive, room))
                .then_some(Sheet::Deed(Deed::Restore(room.room.id)))
        },
    ),
    (
        |t| t.common.leave,
        |_, room| {
            // Whoever talks directly does so for ever.
            room.room.title().filter(|_| room.room.id != RoomId::LOBBY)?;
            // Of a private room it is to be known who is left.
            if matches!(room.room.kind, RoomKind::Private(_)) && room.members.is_none() {
                return None;
            }
            let is_last = room.members.as_ref().is_some_and(|members| members.len() == 1);
            let back = match (&room.room.kind, is_last) {
                (RoomKind::Private(_), true) => Return::Never,
                (RoomKind::Private(_), false) => Return::LetIn,
                _ => Return::Joining,
            };
            Some(Sheet::Deed(Deed::Leave(room.room.id, back)))
        },
    ),
    (
        |t| t.common.delete_room,
        |world, room| {
            let title = room.room.title().filter(|_| may_end(world, Action::DeleteRoom, room))?;
            Some(Sheet::Deed(Deed::DeleteRoom(room.room.id, title.name.clone())))
        },
    ),
];

fn may(world: &World, action: Action, room: &RoomState) -> bool {
    world.may(action, Some(room.room.id))
}

/// Who comes in is in the lobby first: it stays.
fn may_end(world: &World, action: Action, room: &RoomState) -> bool {
    room.room.id != RoomId::LOBBY && may(world, action, room)
}

fn offered(id: RoomId, (label, sheet): (Label, Offered)) -> View {
    let chat = use_chat();
    let t = use_texts();
    let sheets = use_sheets();
    let now = move |world: &World| world.room(id).and_then(|room| sheet(world, room));
    part_when(
        move || chat.with(|world| now(world).is_some()) == Some(true),
        move || {
            let open = move || chat.with_now(now).flatten().into_iter().for_each(|sheet| sheets.open(sheet));
            button("plain", t.say(label), open)
        },
    )
}
