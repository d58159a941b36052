//! Who is in the room.

use std::collections::BinaryHeap;
use std::slice::from_ref;

use maru_shared::{Member, MemberId, Person, RoomId, Timestamp, role::Action};
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
    dom::time,
    parts::{Followed, Tag, View, Watched, each, effect, memo, part, tag},
    seam::Deed,
    state::world::Presence,
    texts::{Label, use_language, use_texts},
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
            let here = members.iter().map(|member| (member.id, world.presence(member.id)));
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
            let ordered: BinaryHeap<_> = ordered
                .map(|(member, (_, here))| (here == Presence::Gone, member.name.clone(), member.id, here))
                .collect();
            let ordered = ordered.into_sorted_vec().into_iter();
            ordered.map(|(_, name, id, here)| (here, Member { id, name })).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let count = move || members.with(Vec::len).to_string();
    let listed = each(
        move || members.get(),
        |(presence, member)| (*presence as u8, called_key(member.id.as_bytes(), from_ref(member))),
        move |(presence, member)| person(room, presence, member),
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

fn person(room: RoomId, presence: Presence, member: Member) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let menus = use_menus();
    let is_me = chat.with_now(|world| world.me.id) == Some(member.id);
    let you =
        if is_me { tag("span").class("person-you").text(t.say(|t| t.you)).into() } else { View::nothing() };
    let here = (presence != Presence::Gone).to_string();
    let away = move || (presence == Presence::Away).then_some("true");
    let face = avatar(&member);
    let name = tag("span").class("person-name").attr("dir", "auto").text(member.name.to_string());
    let open = move |event: Event| {
        let button = event.current_target().and_then(|button| button.dyn_into::<Element>().ok());
        let Some(button) = button else { return };
        let member = member.clone();
        menus.open(button, move || offers(room, &member, presence));
    };
    let button = tag("button")
        .attr("type", "button")
        .class("person")
        .attr("data-here", here.clone())
        .attr("data-away", away)
        .attr("aria-expanded", "false")
        .child(face)
        .child(name)
        .child(you)
        .child(tag("span").class("visually-hidden").text(t.say(presence_label(presence))))
        .on("click", open);
    tag("li").attr("data-here", here).child(button)
}

/// What one may do with somebody: what keeps order, when it is known what they are.
fn offers(room: RoomId, member: &Member, presence: Presence) -> View {
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
    if (keeps_order == Some(true) || presence == Presence::Gone) && !is_me {
        attempt(chat.people(member.name.as_str()), failure, move |people| {
            found.set(people.into_iter().find(|person| person.member.id == id));
        });
    }
    let order = move |person: Option<Person>| match person {
        Some(person) if keeps_order == Some(true) => orders(room, &person),
        _ => View::nothing(),
    };
    let seen = move || found.with(|person| person.as_ref()?.seen_at.filter(|_| presence == Presence::Gone));
    [
        part(seen, |seen| seen.map_or_else(View::nothing, |seen| last_here(seen).into())),
        button("plain", use_texts().say(label), talk).into(),
        part(move || found.get(), order),
        refusal(failure),
    ]
    .into()
}

/// When somebody was last here.
fn last_here(seen: Timestamp) -> Tag {
    let language = use_language();
    let when = move || time::day_and_time(seen, language.get());
    tag("p").class("last-here").text(use_texts().tell(move |t| (t.last_here)(&when())))
}

/// Whether somebody is there, and when they were last, where they let others know.
pub fn presence_line(member: Member) -> View {
    let chat = use_chat();
    let language = use_language();
    let presence = presence_of(member.id);
    let seen = Watched::new(None::<Timestamp>);
    effect(move || {
        if presence.get() == Presence::Gone {
            let (id, people) = (member.id, chat.people(member.name.as_str()));
            // Whoever is not answered does not know.
            attempt(people, Watched::new(None), move |people| {
                seen.set(
                    people
                        .into_iter()
                        .find(|person| person.member.id == id)
                        .and_then(|person| person.seen_at),
                );
            });
        }
    });
    let text = use_texts().tell(move |t| {
        let word = presence_label(presence.get())(t);
        match seen.get() {
            Some(seen) if presence.get() == Presence::Gone => {
                format!("{word} · {}", (t.last_here)(&time::day_and_time(seen, language.get())))
            }
            _ => word.to_owned(),
        }
    });
    tag("span").class("room-topic").attr("data-testid", "presence").text(text).into()
}

/// Whether somebody is there, as it changes.
pub fn presence_of(member: MemberId) -> Followed<Presence> {
    let chat = use_chat();
    memo(move || chat.with(|world| world.presence(member)).unwrap_or(Presence::Gone))
}

/// Whether somebody is there, in a word.
pub fn presence_label(presence: Presence) -> Label {
    match presence {
        Presence::Active => |t| t.common.here,
        Presence::Away => |t| t.common.away,
        Presence::Gone => |t| t.common.gone,
    }
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
