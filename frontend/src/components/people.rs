//! Who is in the room.

use leptos::prelude::*;
use maru_shared::{Member, RoomId};

use super::avatar::Avatar;
use crate::{chat::use_chat, texts::use_texts};

/// The members of a room: those who are here first, each group in the order of names.
#[component]
pub fn People(
    /// Which room.
    room: RoomId,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    Effect::new(move |_| {
        let unknown = chat
            .with(|world| world.room(room).is_some_and(|room| room.caught_up && room.members.is_none()))
            == Some(true);
        if unknown {
            chat.load_members(room);
        }
    });
    let members = Memo::new(move |_| {
        chat.with(|world| {
            let members = world.room(room).and_then(|room| room.members.clone()).unwrap_or_default();
            let mut members: Vec<(bool, Member)> =
                members.into_iter().map(|member| (world.here.contains_key(&member.id), member)).collect();
            members.sort_by_cached_key(|(here, member)| (!here, member.name.key()));
            members
        })
        .unwrap_or_default()
    });
    let me = Memo::new(move |_| chat.with(|world| world.me.id));
    let person = move |(here, member): (bool, Member)| {
        let (id, name) = (member.id, member.name.to_string());
        view! {
            <li class="person" data-here=here.to_string()>
                <Avatar member/>
                <span class="person-name" dir="auto">{name}</span>
                <Show when=move || me.get() == Some(id)>
                    <span class="person-you">{move || t.get().you}</span>
                </Show>
                <span class="visually-hidden">
                    {move || if here { t.get().here } else { t.get().away }}
                </span>
            </li>
        }
    };
    view! {
        <h2 class="people-head">
            {move || t.get().people}
            <span class="people-count">{move || members.with(Vec::len)}</span>
        </h2>
        <ul class="people-list">
            <For each=move || members.get() key=|(here, member)| (*here, member.clone()) children=person/>
        </ul>
    }
}
