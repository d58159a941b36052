//! All public rooms.

use std::collections::HashSet;

use leptos::{prelude::*, task::spawn_local};
use maru_shared::{RoomId, room::RoomSummary};

use super::{dialog::Dialog, reason, room_name};
use crate::{
    chat::{Failure, use_chat},
    texts::use_texts,
};

/// The dialog that lists every public room.
#[component]
pub fn Browse(
    /// Called when it is closed.
    close: Callback<()>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let found = RwSignal::new(None::<Vec<RoomSummary>>);
    let failure = RwSignal::new(None::<Failure>);
    spawn_local(async move {
        let _ = match chat.browse().await {
            Ok(rooms) => found.try_set(Some(rooms)).map(|_| ()),
            Err(why) => failure.try_set(Some(why)).map(|_| ()),
        };
    });
    // Rooms that are made while one looks come behind those that were there.
    let rooms = Memo::new(move |_| {
        let mut rooms = found.get()?;
        let known: HashSet<RoomId> = rooms.iter().map(|summary| summary.room.id).collect();
        let made = chat.with(|world| world.listed.clone()).unwrap_or_default();
        rooms.extend(made.into_iter().filter(|summary| !known.contains(&summary.room.id)));
        Some(rooms)
    });
    let join = move |room: RoomId| {
        spawn_local(async move {
            match chat.join(room).await {
                Ok(()) => close.run(()),
                Err(why) => {
                    let _ = failure.try_set(Some(why));
                }
            }
        });
    };
    let row = move |summary: RoomSummary| {
        let id = summary.room.id;
        let joined =
            Memo::new(move |_| summary.joined || chat.with(|world| world.room(id).is_some()) == Some(true));
        let act = move |_| {
            if joined.get_untracked() {
                chat.open(id);
                close.run(());
            } else {
                join(id);
            }
        };
        let name = move || room_name(&summary.room, t.get());
        view! {
            <li class="browse-row">
                <span class="browse-name" dir="auto">{name}</span>
                <span class="browse-members">{move || (t.get().members)(summary.members)}</span>
                <button class=move || if joined.get() { "quiet" } else { "primary" } on:click=act>
                    {move || if joined.get() { t.get().open } else { t.get().join }}
                </button>
            </li>
        }
    };
    view! {
        <Dialog title=Signal::derive(move || t.get().browse_rooms.to_owned()) close>
            <Show when=move || failure.get().is_some()>
                <p class="refusal" role="alert">{move || failure.get().map(|why| reason(why, t.get()))}</p>
            </Show>
            <Show when=move || rooms.with(Option::is_none) && failure.get().is_none()>
                <p class="hint">{move || t.get().loading}</p>
            </Show>
            <ul class="browse">
                <For each=move || rooms.get().unwrap_or_default() key=|summary| summary.room.id children=row/>
            </ul>
        </Dialog>
    }
}
