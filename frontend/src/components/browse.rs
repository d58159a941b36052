//! All public rooms.

use leptos::prelude::*;
use maru_shared::room::RoomSummary;

use super::{
    button::button,
    dialog::dialog,
    refusal::{attempt, refusal},
    room_name,
};
use crate::{
    chat::{Failure, use_chat},
    parts::{Tag, View, Watched, each, memo, part_when, tag},
    texts::use_texts,
};

/// The dialog that lists every public room. `close` is called when it is closed.
pub fn browse(close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let found = Watched::new(None::<Vec<RoomSummary>>);
    let failure = Watched::new(None::<Failure>);
    attempt(chat.browse(), failure, move |rooms| found.set(Some(rooms)));
    // Rooms that are made while one looks come behind those that were there.
    let rooms = move || {
        let Some(mut rooms) = found.get() else { return Vec::new() };
        for made in chat.with(|world| world.listed.clone()).unwrap_or_default() {
            if rooms.iter().all(|known| known.room.id != made.room.id) {
                rooms.push(made);
            }
        }
        rooms
    };
    let waiting = move || found.with(Option::is_none) && failure.with(Option::is_none);
    let row = move |summary| room(summary, failure, close);
    let inside = || {
        let listed = each(rooms, |summary| (0, *summary.room.id.as_bytes()), row);
        [
            refusal(failure),
            part_when(waiting, move || tag("p").class("hint").text(t.say(|t| t.loading))),
            tag("ul").class("browse").child(listed).into(),
        ]
    };
    dialog(t.say(|t| t.browse_rooms), close, inside)
}

fn room(summary: RoomSummary, failure: Watched<Option<Failure>>, close: Callback<()>) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let id = summary.room.id;
    let joined = memo(move || summary.joined || chat.with(|world| world.room(id).is_some()) == Some(true));
    let class = move || if joined.get() { "quiet" } else { "primary" };
    let words = move || if joined.get() { t.get().open } else { t.get().join };
    let act = move || {
        if joined.get_untracked() {
            chat.open(id);
            close.run(());
        } else {
            attempt(chat.join(id), failure, move |()| _ = close.try_run(()));
        }
    };
    let name = t.tell(move |t| room_name(&summary.room, chat, t));
    tag("li")
        .class("browse-row")
        .child(tag("span").class("browse-name").attr("dir", "auto").text(name))
        .child(tag("span").class("browse-members").text(t.tell(move |t| (t.members)(summary.members))))
        .child(button(class, words, act))
}
