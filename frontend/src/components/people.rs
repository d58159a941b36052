//! Who is in the room.

use maru_shared::{Member, RoomId};

use super::avatar::avatar;
use crate::{
    chat::use_chat,
    parts::{Tag, View, each, effect, memo, tag},
    texts::use_texts,
};

/// The members of a room: those who are here first, each group in the order of names.
pub fn people(room: RoomId) -> View {
    let chat = use_chat();
    let t = use_texts();
    let unknown = memo(move || {
        chat.with(|world| world.room(room).is_some_and(|room| room.caught_up && room.members.is_none()))
            == Some(true)
    });
    effect(move || {
        if unknown.get() {
            chat.load_members(room);
        }
    });
    // Cheaper than the list: whatever happens anywhere, it is asked whether this differs.
    let here = memo(move || {
        chat.with(|world| {
            let members = world.room(room).and_then(|room| room.members.as_deref()).unwrap_or_default();
            members.iter().map(|member| (member.id, world.is_here(member.id))).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let members = memo(move || {
        let here = here.get();
        chat.with_now(|world| {
            let members = world.room(room).and_then(|room| room.members.as_deref()).unwrap_or_default();
            let mut members: Vec<(bool, Member)> =
                members.iter().zip(here).map(|(member, (_, here))| (here, member.clone())).collect();
            members.sort_unstable_by(|(here, a), (there, b)| {
                there.cmp(here).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
            });
            members
        })
        .unwrap_or_default()
    });
    let count = move || members.with(Vec::len).to_string();
    let listed = each(
        move || members.get(),
        |(here, member)| (u8::from(*here), *member.id.as_bytes()),
        |(here, member)| person(here, &member),
    );
    [
        tag("h2")
            .class("people-head")
            .text(t.say(|t| t.people))
            .child(tag("span").class("people-count").text(count))
            .into(),
        tag("ul").class("people-list").child(listed).into(),
    ]
    .into()
}

fn person(here: bool, member: &Member) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let is_me = chat.with_now(|world| world.me.id) == Some(member.id);
    let you =
        if is_me { tag("span").class("person-you").text(t.say(|t| t.you)).into() } else { View::nothing() };
    tag("li")
        .class("person")
        .attr("data-here", here.to_string())
        .child(avatar(member))
        .child(tag("span").class("person-name").attr("dir", "auto").text(member.name.to_string()))
        .child(you)
        .child(tag("span").class("visually-hidden").text(t.say(if here { |t| t.here } else { |t| t.away })))
}
