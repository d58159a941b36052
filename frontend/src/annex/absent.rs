//! A room that one has not joined, or that there is not.

use maru_shared::{Room, RoomId, room::RoomSummary};

use super::{api, oneself::use_oneself, texts::use_annex_texts, use_done};
use crate::{
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    parts::{View, Watched, part, part_when, tag},
};

/// What is known of such a room, and the ways from there; `None` when the address names none.
pub fn absent(room: Option<RoomId>) -> View {
    let t = use_annex_texts();
    let found = Watched::new(room.is_none().then_some(None::<RoomSummary>));
    let failure = Watched::new(None::<Failure>);
    if room.is_some() {
        attempt(api::rooms(), failure, move |rooms| {
            found.set(Some(rooms.into_iter().find(|summary| Some(summary.room.id) == room)));
        });
    }
    let inside = move |found: Option<Option<RoomSummary>>| match found {
        None => View::from([
            refusal(failure),
            part_when(
                move || failure.with(Option::is_none),
                move || tag("p").class("hint").text(t.say(|t| t.common.loading)),
            ),
        ]),
        Some(None) => View::from([
            tag("p").class("empty-title").text(t.say(|t| t.no_such_room)).into(),
            tag("p").text(t.say(|t| t.no_such_room_hint)).into(),
            tag("div").class("row-of-buttons").child(to_the_lobby(room)).into(),
        ]),
        Some(Some(summary)) => not_joined(summary.room),
    };
    part(move || found.get(), inside)
}

fn not_joined(room: Room) -> View {
    let t = use_annex_texts();
    let done = use_done();
    let failure = Watched::new(None::<Failure>);
    let me = use_oneself().me.with_untracked(|me| me.id);
    let id = room.id;
    let name = t.tell(move |t| t.common.name_of(&room, Some(me)));
    let join = move || attempt(api::join(id), failure, move |()| done(Some(id)));
    let buttons = tag("div").class("row-of-buttons").child(to_the_lobby(Some(id)));
    [
        tag("p").class("empty-title").attr("dir", "auto").text(name).into(),
        tag("p").text(t.say(|t| t.not_joined)).into(),
        refusal(failure),
        buttons.child(button("primary", t.say(|t| t.doing.join), join)).into(),
    ]
    .into()
}

fn to_the_lobby(from: Option<RoomId>) -> View {
    if from == Some(RoomId::LOBBY) {
        return View::nothing();
    }
    let done = use_done();
    button("quiet", use_annex_texts().say(|t| t.to_the_lobby), move || done(Some(RoomId::LOBBY))).into()
}
