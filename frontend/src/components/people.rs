//! Who is in the room.

use leptos::prelude::*;
use maru_shared::{Member, RoomId};

use super::avatar::Avatar;
use crate::{
    chat::use_chat,
    parts::{effect, memo, part_when},
    texts::use_texts,
};

/// The members of a room: those who are here first, each group in the order of names.
#[component]
pub fn People(
    /// Which room.
    room: RoomId,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    effect(move || {
        let unknown = chat
            .with(|world| world.room(room).is_some_and(|room| room.caught_up && room.members.is_none()))
            == Some(true);
        if unknown {
            chat.load_members(room);
        }
    });
    let members = memo(move || {
        chat.with(|world| {
            let members = world.room(room).and_then(|room| room.members.clone()).unwrap_or_default();
            let mut members: Vec<(bool, Member)> =
                members.into_iter().map(|member| (world.here.contains_key(&member.id), member)).collect();
            members.sort_by(|(here, a), (there, b)| there.cmp(here).then_with(|| a.name.cmp(&b.name)));
            members
        })
        .unwrap_or_default()
    });
    let me = memo(move || chat.with(|world| world.me.id));
    let person = move |(here, member): (bool, Member)| {
        let (id, name) = (member.id, member.name.to_string());
        view! {
            <li class="person" data-here=here.to_string()>
                <Avatar member/>
                <span class="person-name" dir="auto">{name}</span>
                {part_when(
                    memo(move || me.get() == Some(id)),
                    move || view! { <span class="person-you">{t.say(|t| t.you)}</span> }.into_any(),
                )}
                <span class="visually-hidden">
                    {t.say(if here { |t| t.here } else { |t| t.away })}
                </span>
            </li>
        }
    };
    view! {
        <h2 class="people-head">
            {t.say(|t| t.people)}
            <span class="people-count">{Signal::derive(move || members.with(Vec::len).to_string())}</span>
        </h2>
        <ul class="people-list">
            <For each=move || members.get() key=|(here, member)| (*here, member.clone()) children=person/>
        </ul>
    }
}
