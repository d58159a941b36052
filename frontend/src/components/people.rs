//! Who is in the room.

use std::collections::BinaryHeap;
use std::slice::from_ref;

use maru_shared::{Member, Person, RoomId, role::Action};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::{
    avatar::avatar,
    button::button,
    called_key,
    menu::{offer, use_menus},
    refusal::{attempt, refusal},
    sheet::{Sheet, use_sheets},
};
use crate::{
    chat::{Failure, use_chat},
    parts::{Tag, View, Watched, each, effect, memo, part, tag},
    seam::Deed,
    texts::{Label, use_texts},
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
    // Cheaper than the list: whatever happens anywhere, it is asked whether this differs. A name only ever does with `names`.
    let here = memo(move || {
        chat.with(|world| {
            let members = world.room(room).and_then(|room| room.members.as_deref()).unwrap_or_default();
            let here = members.iter().map(|member| (member.id, world.is_here(member.id)));
            (world.names(), here.collect::<Vec<_>>())
        })
        .unwrap_or_default()
    });
    let members = memo(move || {
        let (_, here) = here.get();
        chat.with_now(|world| {
            let members = world.room(room).and_then(|room| room.members.as_deref()).unwrap_or_default();
            let ordered = members.iter().zip(here);
            // A heap: a slice's own sort is ten times its code.
            let ordered: BinaryHeap<_> =
                ordered.map(|(member, (_, here))| (!here, member.name.clone(), member.id)).collect();
            let ordered = ordered.into_sorted_vec().into_iter();
            ordered.map(|(away, name, id)| (!away, Member { id, name })).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let count = move || members.with(Vec::len).to_string();
    let listed = each(
        move || members.get(),
        |(here, member)| (u8::from(*here), called_key(member.id.as_bytes(), from_ref(member))),
        move |(here, member)| person(room, here, member),
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

fn person(room: RoomId, here: bool, member: Member) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let menus = use_menus();
    let is_me = chat.with_now(|world| world.me.id) == Some(member.id);
    let you =
        if is_me { tag("span").class("person-you").text(t.say(|t| t.you)).into() } else { View::nothing() };
    let face = avatar(&member);
    let name = tag("span").class("person-name").attr("dir", "auto").text(member.name.to_string());
    let open = move |event: Event| {
        let button = event.current_target().and_then(|button| button.dyn_into::<Element>().ok());
        let Some(button) = button else { return };
        let member = member.clone();
        menus.open(button, move || offers(room, &member));
    };
    let button = tag("button")
        .attr("type", "button")
        .class("person")
        .attr("data-here", here.to_string())
        .attr("aria-expanded", "false")
        .child(face)
        .child(name)
        .child(you)
        .child(tag("span").class("visually-hidden").text(t.say(if here {
            |t| t.common.here
        } else {
            |t| t.common.away
        })))
        .on("click", open);
    tag("li").attr("data-here", here.to_string()).child(button)
}

/// What one may do with somebody: what keeps order, when it is known what they are.
fn offers(room: RoomId, member: &Member) -> View {
    let chat = use_chat();
    let id = member.id;
    let is_me = chat.with_now(|world| world.me.id) == Some(id);
    let failure = Watched::new(None::<Failure>);
    // The menu stays until it is done: why it is not is said there.
    let menus = use_menus();
    let talk = move || attempt(chat.talk_directly(vec![id]), failure, move |()| menus.close());
    let label: Label = if is_me { |t| t.common.notes_to_self } else { |t| t.common.talk_directly };
    let keeps_order = chat.with_now(|world| {
        world.may(Action::Kick, Some(room)) || world.may(Action::Mute, None) || world.may(Action::Ban, None)
    });
    let found = Watched::new(None::<Person>);
    if keeps_order == Some(true) && !is_me {
        attempt(chat.people(member.name.as_str()), failure, move |people| {
            found.set(people.into_iter().find(|person| person.member.id == id));
        });
    }
    let order =
        move |person: Option<Person>| person.map_or_else(View::nothing, |person| orders(room, &person));
    let talk = button("plain", use_texts().say(label), talk);
    [talk.into(), part(move || found.get(), order), refusal(failure)].into()
}

/// What one may do to keep order.
fn orders(room: RoomId, person: &Person) -> View {
    let chat = use_chat();
    let sheets = use_sheets();
    let may = |action, room| {
        chat.with_now(|world| world.may(action, room) && world.is_above(person.role, room)) == Some(true)
    };
    let asks =
        |label, deed| View::from(offer(label, true, move || sheets.open(Sheet::Deed(Deed::clone(&deed)))));
    let member = || person.member.clone();
    let mut offers = Vec::new();
    if may(Action::Kick, Some(room)) {
        offers.push(asks(|t| t.common.kick, Deed::Kick(room, member())));
    }
    if may(Action::Mute, None) {
        offers.push(asks(|t| t.common.mute, Deed::Mute(member())));
        if person.muted_until.is_some() {
            offers.push(asks(|t| t.common.unmute, Deed::Unmute(member())));
        }
    }
    if may(Action::Ban, None) {
        offers.push(if person.banned {
            asks(|t| t.common.unban, Deed::Unban(member()))
        } else {
            asks(|t| t.common.ban, Deed::Ban(member()))
        });
    }
    offers.into_iter().collect()
}
