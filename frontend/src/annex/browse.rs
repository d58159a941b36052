//! All public rooms.

use maru_shared::room::RoomSummary;

use super::{api, oneself::use_oneself, texts::use_annex_texts, use_done};
use crate::{
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    parts::{Tag, View, Watched, each, memo, part_when, tag},
    texts::{Common, use_speech},
};

/// Every public room, with the way into it.
pub fn browse() -> View {
    let oneself = use_oneself();
    let t = use_speech::<Common>();
    let found = Watched::new(None::<Vec<RoomSummary>>);
    let failure = Watched::new(None::<Failure>);
    attempt(api::rooms(), failure, move |rooms| found.set(Some(rooms)));
    // Rooms that are made while one looks come behind those that were there.
    let rooms = move || {
        let Some(mut rooms) = found.get() else { return Vec::new() };
        for made in oneself.listed.get() {
            if rooms.iter().all(|known| known.room.id != made.room.id) {
                rooms.push(made);
            }
        }
        rooms
    };
    let waiting = move || found.with(Option::is_none) && failure.with(Option::is_none);
    let listed =
        each(rooms, |summary| (0, *summary.room.id.as_bytes()), move |summary| room(summary, failure));
    [
        refusal(failure),
        part_when(waiting, move || tag("p").class("hint").text(t.say(|t| t.loading))),
        tag("ul").class("browse").child(listed).into(),
    ]
    .into()
}

fn room(summary: RoomSummary, failure: Watched<Option<Failure>>) -> Tag {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let done = use_done();
    let id = summary.room.id;
    let joined = memo(move || summary.joined || oneself.room(id).is_some());
    let class = move || if joined.get() { "quiet" } else { "primary" };
    let words = move || if joined.get() { t.get().open } else { t.get().doing.join };
    let act = move || {
        if joined.get_untracked() {
            done(Some(id));
        } else {
            attempt(api::join(id), failure, move |()| done(Some(id)));
        }
    };
    let me = oneself.me.with_untracked(|me| me.id);
    let name = t.tell(move |t| t.common.name_of(&summary.room, Some(me)));
    tag("li")
        .class("browse-row")
        .child(tag("span").class("browse-name").attr("dir", "auto").text(name))
        .child(tag("span").class("browse-members").text(t.tell(move |t| (t.common.members)(summary.members))))
        .child(button(class, words, act))
}
