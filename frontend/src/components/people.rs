//! Who is in the room.

use std::collections::BinaryHeap;
use std::slice::from_ref;

use maru_shared::{Member, MemberId, RoomId, Timestamp};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::{
    annex::beside, avatar::avatar, button::bare_button, called_key, refusal::attempt, sheet::use_sheets,
};
use crate::{
    chat::use_chat,
    dom::time,
    parts::{Followed, Tag, View, Watched, each, effect, memo, tag},
    seam::AnnexView,
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
        |(_, member)| (0, called_key(member.id.as_bytes(), from_ref(member))),
        move |(_, member)| {
            let id = member.id;
            // Asked only when somebody came or went.
            let presence = memo(move || {
                here.with(|_| ());
                chat.with_now(|world| world.presence(id)).unwrap_or(Presence::Gone)
            });
            person(room, presence, member)
        },
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

fn person(room: RoomId, presence: Followed<Presence>, member: Member) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let sheets = use_sheets();
    let is_me = chat.with_now(|world| world.me.id) == Some(member.id);
    let you =
        if is_me { tag("span").class("person-you").text(t.say(|t| t.you)).into() } else { View::nothing() };
    let here = move || (presence.get() != Presence::Gone).to_string();
    let away = move || (presence.get() == Presence::Away).then_some("true");
    let face = avatar(&member);
    let name = tag("span").class("person-name").attr("dir", "auto").text(member.name.to_string());
    let open = move |event: Event| {
        let button = event.current_target().and_then(|button| button.dyn_into::<Element>().ok());
        let (name, member) = (member.name.to_string(), member.clone());
        let view = AnnexView::Person { room, member, is_gone: presence.get_untracked() == Presence::Gone };
        button.iter().for_each(|button| beside(chat, sheets, button, name.clone(), &view));
    };
    let button = bare_button()
        .class("person")
        .attr("data-here", here)
        .attr("data-away", away)
        .attr("aria-expanded", "false")
        .child(face)
        .child(name)
        .child(you)
        .child(tag("span").class("visually-hidden").text(move || presence_label(presence.get())(t.get())))
        .on("click", open);
    tag("li").attr("data-here", here).child(button)
}

/// Whether somebody is there, and when they were last, where they let others know.
pub fn presence_line(member: Member) -> View {
    let chat = use_chat();
    let language = use_language();
    let presence = presence_of(member.id);
    let seen = Watched::new(None::<Timestamp>);
    effect(move || {
        if presence.get() == Presence::Gone {
            let (id, people) = (member.id, chat.last_seen(member.name.as_str()));
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
                format!("{word} · {}", (t.common.last_here)(&time::day_and_time(seen, language.get())))
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
