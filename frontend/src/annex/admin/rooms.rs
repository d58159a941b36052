//! The public rooms: their names, which of them are only read any more, and the end of them.

use super::{
    api,
    confirm::{confirmed, focus_on},
    texts::{AdminTexts, use_admin_texts},
};
use crate::{
    annex::{self, oneself::use_oneself},
    answer::{Answer, Failure},
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::ime::Field,
    ground::*,
    parts::{Tag, View, Watched, each, memo, part, part_when, tag},
    texts::Label,
};
use maru_shared::{
    Room, RoomId,
    role::{Action, Ground, may},
    room::RoomSummary,
};

/// The `id` of the list.
const LIST: &str = "admin-room-list";

/// The rooms that one sees, and which of them is unfolded. A handle.
#[derive(Clone, Copy)]
struct Rooms {
    found: Watched<Vec<RoomSummary>>,
    open: Watched<Option<RoomId>>,
    failure: Watched<Option<Failure>>,
    load: Callback<()>,
}

/// Every public room.
pub fn rooms() -> View {
    let t = use_admin_texts();
    let found = Watched::new(Vec::<RoomSummary>::new());
    let failure = Watched::new(None::<Failure>);
    let load = Callback::new(move |()| attempt(api::rooms(), failure, move |list| found.set(list)));
    let rooms = Rooms { found, open: Watched::new(None), failure, load };
    load.run(());
    let ids = memo(move || found.with(|found| found.iter().map(|one| one.room.id).collect::<Vec<_>>()));
    let list = tag("ul").class("folds").attr("id", LIST).attr("tabindex", "-1");
    let list = list.attr("aria-label", t.say(|t| t.rooms)).child(each(
        move || ids.get(),
        |id| (0, *id.as_bytes()),
        move |id| row(rooms, id),
    ));
    [
        tag("p").class("hint").text(t.say(|t| t.public_only)).into(),
        list.into(),
        // What goes wrong in a room that is unfolded is said there.
        part_when(move || rooms.open.with(Option::is_none), move || tag("div").child(refusal(failure))),
    ]
    .into()
}

impl Rooms {
    fn of<T>(self, id: RoomId, look: impl Fn(&RoomSummary) -> T) -> Option<T> {
        self.found.with(|found| found.iter().find(|one| one.room.id == id).map(look))
    }
}

fn called(room: &Room, lobby: &str) -> String {
    match room.title() {
        Some(title) if room.id != RoomId::LOBBY => title.name.to_string(),
        _ => lobby.to_owned(),
    }
}

/// The `id` of the button that unfolds a room.
fn head_of(id: RoomId) -> String {
    format!("admin-room-{id}")
}

fn row(rooms: Rooms, id: RoomId) -> Tag {
    let t = use_admin_texts();
    let name = move || rooms.of(id, |one| called(&one.room, t.get().lobby));
    let count = move || rooms.of(id, |one| (t.get().members_of)(one.members));
    let is_archived = move || rooms.of(id, |one| one.room.archived) == Some(true);
    let is_open = memo(move || rooms.open.get() == Some(id));
    let face = tag("span")
        .class("whom")
        .child(tag("span").class("whom-name").attr("dir", "auto").text(name))
        .child(tag("span").class("hint").text(count))
        .child(part_when(is_archived, move || tag("span").class("badge").text(t.say(|t| t.archived))));
    if id == RoomId::LOBBY {
        // It stays what it is: who comes in is there first.
        return tag("li").child(face);
    }
    let head = tag("button")
        .attr("type", "button")
        .class("fold")
        .attr("id", head_of(id))
        .attr("aria-expanded", move || if is_open.get() { "true" } else { "false" })
        .child(face)
        .click(move || {
            rooms.failure.set(None);
            rooms.open.set(if is_open.get_untracked() { None } else { Some(id) });
        });
    tag("li").child(head).child(part_when(move || is_open.get(), move || order(rooms, id)))
}

/// What one may do with the room that is unfolded.
fn order(rooms: Rooms, id: RoomId) -> Tag {
    let t = use_admin_texts();
    let Rooms { failure, load, .. } = rooms;
    let done = Watched::new(None::<Label<AdminTexts>>);
    let act = Act { rooms, done };
    let is_joined = move || rooms.of(id, |one| one.joined) == Some(true);
    let show = move |is_joined| {
        if is_joined {
            return joined(act, id);
        }
        let join = move || {
            attempt(annex::api::join(id), failure, move |()| {
                // The button is about to go, and the focus with it.
                focus_on(&head_of(id));
                let _ = load.try_run(());
            });
        };
        View::from([
            tag("p").class("hint").text(t.say(|t| t.join_first)).into(),
            button("quiet", t.say(|t| t.join), join).into(),
        ])
    };
    let said = move || done.get().map(|said| said(t.get()));
    tag("div")
        .class("order")
        .child(part(is_joined, show))
        .child(refusal(failure))
        .child(tag("p").class("done").attr("role", "status").text(said))
}

/// Something that is done with a room. A handle.
#[derive(Clone, Copy)]
struct Act {
    rooms: Rooms,
    done: Watched<Option<Label<AdminTexts>>>,
}

impl Act {
    /// Does something, says so when it is done, and asks for the rooms as they are then.
    fn attempt(self, asked: Answer<()>, said: Label<AdminTexts>) {
        let Self { rooms: Rooms { failure, load, .. }, done } = self;
        failure.set(None);
        done.set(None);
        attempt(asked, failure, move |()| {
            done.set(Some(said));
            let _ = load.try_run(());
        });
    }
}

fn joined(act: Act, id: RoomId) -> View {
    let oneself = use_oneself();
    let t = use_admin_texts();
    let made_it =
        act.rooms.of(id, |one| one.room.made_by).flatten() == Some(oneself.me.with_untracked(|me| me.id));
    let may = move |action| oneself.me.with(|me| may(me.standing.role, action, Ground::Room { made_it }));
    let is_archived = memo(move || act.rooms.of(id, |one| one.room.archived) == Some(true));
    let archive = move || {
        // The same button for both: it keeps the focus.
        let words = move || if is_archived.get() { t.get().doing.restore } else { t.get().doing.archive };
        let turn = move || {
            let archived = is_archived.get_untracked();
            let said: Label<AdminTexts> = if archived { |t| t.was_restored } else { |t| t.was_archived };
            act.attempt(api::archive(id, !archived), said);
        };
        tag("section")
            .child(button("quiet", words, turn))
            .child(tag("p").class("hint").text(t.say(|t| t.archive_hint)))
    };
    let may_archive = move || may(Action::Archive);
    let may_delete = move || may(Action::DeleteRoom);
    [
        part_when(move || may(Action::Describe), move || rename(act, id)),
        part_when(may_archive, archive),
        part_when(may_delete, move || tag("section").child(delete(act, id))),
    ]
    .into()
}

fn rename(act: Act, id: RoomId) -> Tag {
    let t = use_admin_texts();
    let name = act.rooms.of(id, |one| called(&one.room, "")).unwrap_or_default();
    let input = tag("input")
        .attr("type", "text")
        .attr("id", "admin-room-name")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("dir", "auto")
        .attr("value", name);
    let field = Field::tie(&input.element(), move |name| {
        act.attempt(api::rename(id, name), |t| t.renamed);
        false
    });
    let label = tag("label").attr("for", "admin-room-name").text(t.say(|t| t.doing.room_name));
    let rename = button("quiet", t.say(|t| t.rename), move || field.send());
    tag("section").child(tag("div").class("labelled").child(label).child(input).child(rename))
}

fn delete(act: Act, id: RoomId) -> View {
    let t = use_admin_texts();
    let Rooms { open, failure, load, .. } = act.rooms;
    let question = move || {
        let name = act.rooms.of(id, |one| called(&one.room, "")).unwrap_or_default();
        t.tell(move |t| (t.delete_question)(&name))
    };
    let delete = move || {
        attempt(api::delete_room(id), failure, move |()| {
            open.set(None);
            focus_on(LIST);
            let _ = load.try_run(());
        });
    };
    confirmed(|t| t.doing.delete_room, question, delete)
}
