//! All public rooms.

use std::collections::HashSet;

use leptos::prelude::*;
use maru_shared::{RoomId, room::RoomSummary};

use super::{dialog::Dialog, refusal::Refusal, room_name};
use crate::{
    chat::{Failure, use_chat},
    parts::{begin, memo, part_when},
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
    begin(async move {
        let _ = match chat.browse().await {
            Ok(rooms) => found.try_set(Some(rooms)).map(|_| ()),
            Err(why) => failure.try_set(Some(why)).map(|_| ()),
        };
    });
    // Rooms that are made while one looks come behind those that were there.
    let rooms = memo(move || {
        let mut rooms = found.get()?;
        let known: HashSet<RoomId> = rooms.iter().map(|summary| summary.room.id).collect();
        let made = chat.with(|world| world.listed.clone()).unwrap_or_default();
        rooms.extend(made.into_iter().filter(|summary| !known.contains(&summary.room.id)));
        Some(rooms)
    });
    let join = move |room: RoomId| {
        begin(async move {
            match chat.join(room).await {
                Ok(()) => close.run(()),
                Err(why) => {
                    let _ = failure.try_set(Some(why));
                }
            }
        });
    };
    let waiting = memo(move || rooms.with(Option::is_none) && failure.get().is_none());
    let loading = move || view! { <p class="hint">{t.say(|t| t.loading)}</p> }.into_any();
    let row = move |summary: RoomSummary| {
        let id = summary.room.id;
        let joined =
            memo(move || summary.joined || chat.with(|world| world.room(id).is_some()) == Some(true));
        let act = move |_| {
            if joined.get_untracked() {
                chat.open(id);
                close.run(());
            } else {
                join(id);
            }
        };
        let name = t.tell(move |t| room_name(&summary.room, t));
        view! {
            <li class="browse-row">
                <span class="browse-name" dir="auto">{name}</span>
                <span class="browse-members">{t.tell(move |t| (t.members)(summary.members))}</span>
                <button class=Signal::derive(move || if joined.get() { "quiet" } else { "primary" }) on:click=act>
                    {Signal::derive(move || if joined.get() { t.get().open } else { t.get().join })}
                </button>
            </li>
        }
    };
    view! {
        <Dialog title=t.say(|t| t.browse_rooms) close>
            <Refusal why=failure/>
            {part_when(waiting, loading)}
            <ul class="browse">
                <For each=move || rooms.get().unwrap_or_default() key=|summary| summary.room.id children=row/>
            </ul>
        </Dialog>
    }
}
