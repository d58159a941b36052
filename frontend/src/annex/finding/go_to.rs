//! Rooms and people by name, to go there.

use std::time::Duration;

use maru_shared::{
    Member, MemberId, Room, RoomId, RoomKind,
    matching::{Matched, Typed},
    room::RoomSummary,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::{field::field, texts::use_finding_texts};
use crate::{
    annex::{api, oneself::use_oneself, use_done},
    answer::Failure,
    client::http,
    components::{
        avatar::avatar,
        icon::{LOCK, icon},
        refusal::{attempt, refusal},
    },
    ground::*,
    parts::{Followed, Key, Tag, View, Watched, each, memo, part, part_when, tag},
    seam::{Said, say},
    state::goals::{Goal, Ways, What, goals, offered},
};

/// So many people the server tells at once: are there more, it is asked for those that are meant.
const PEOPLE_AT_ONCE: usize = 100;

/// So long nothing is to be typed before it is, in milliseconds.
const PAUSE: u64 = 200;

/// The `id` of the list.
const LIST: &str = "goals";

/// What is known and what is typed. A handle.
#[derive(Clone, Copy)]
struct GoTo {
    me: MemberId,
    typed: Watched<String>,
    people: Watched<Vec<Member>>,
    /// There are more people than those.
    more: Watched<bool>,
    offered: Followed<Vec<Goal>>,
    /// Which of them is chosen, by its place.
    chosen: Watched<usize>,
    failure: Watched<Option<Failure>>,
    /// The view has done its work, and a room came of it that the page does not know yet.
    done: Callback<Option<RoomId>>,
}

/// Rooms and people by name, to go there: the page knows `ways`, and who is `here`.
pub(in super::super) fn go_to(ways: Ways, here: Vec<MemberId>) -> View {
    let going = GoTo::start(ways);
    let t = use_finding_texts();
    let (input, _) = field(
        move |typed| going.type_(typed),
        move |down| going.step(down),
        move |typed| {
            // What was typed last may not be followed yet.
            going.type_(typed);
            going.go(going.chosen.get_untracked());
        },
    );
    let input = input
        .attr("role", "combobox")
        .attr("aria-label", t.say(|t| t.goal))
        .attr("placeholder", t.say(|t| t.goal_hint))
        .attr("aria-autocomplete", "list")
        .attr("aria-expanded", "true")
        .attr("aria-controls", LIST)
        .attr("enterkeyhint", "go")
        .attr("aria-activedescendant", move || {
            going.offered.with(|offered| offered.get(going.chosen.get()).map(option_id))
        });
    let place = move |goal: &Goal| {
        going.offered.with(|offered| offered.iter().position(|other| key(other) == key(goal)))
    };
    let listed = each(
        move || going.offered.get(),
        key,
        move |goal| {
            let own = goal.clone();
            let is_chosen = memo(move || place(&own) == Some(going.chosen.get()));
            let own = goal.clone();
            going
                .row(&goal, &here)
                .attr("aria-selected", move || if is_chosen.get() { "true" } else { "false" })
                .following(move |row| {
                    if is_chosen.get() {
                        keep_in_sight(row);
                    }
                })
                // The focus stays in the field.
                .on("mousedown", |event: Event| event.prevent_default())
                .click(move || {
                    if let Some(place) = untrack(|| place(&own)) {
                        going.go(place);
                    }
                })
        },
    );
    let nothing = move || going.offered.with(Vec::is_empty);
    [
        input.into(),
        refusal(going.failure),
        tag("ul")
            .class("goals")
            .attr("id", LIST)
            .attr("role", "listbox")
            .attr("aria-label", t.say(|t| t.goal))
            .child(listed)
            .into(),
        tag("div")
            .attr("role", "status")
            .child(part_when(nothing, move || tag("p").class("hint").text(t.say(|t| t.no_goal))))
            .into(),
        tag("p").class("hint keys-hint").attr("aria-hidden", "true").text(t.say(|t| t.goal_keys)).into(),
    ]
    .into()
}

impl GoTo {
    fn start(ways: Ways) -> Self {
        let oneself = use_oneself();
        let t = use_finding_texts();
        let typed = Watched::new(String::new());
        let people = Watched::new(Vec::<Member>::new());
        let public = Watched::new(Vec::<RoomSummary>::new());
        let failure = Watched::new(None::<Failure>);
        let me = oneself.me.with_untracked(|me| me.id);
        let recent = ways.recent.clone();
        let all = memo(move || {
            let name = |room: &Room| t.get().common.name_of(room, Some(me));
            let rooms: Vec<_> =
                oneself.rooms.with(|rooms| rooms.iter().map(|(room, _)| room.clone()).collect());
            goals(&rooms, &public.get(), &people.get(), me, &ways, name)
        });
        let offered = memo(move || all.with(|all| typed.with(|typed| offered(all, typed, &recent))));
        let more = Watched::new(false);
        let going = Self {
            me,
            typed,
            people,
            more,
            offered,
            chosen: Watched::new(0),
            failure,
            done: Callback::new(use_done()),
        };
        attempt(api::rooms(), failure, move |rooms| public.set(rooms));
        going.look_for_people("");
        going
    }

    /// Something else is typed: the best of what it means is chosen.
    fn type_(self, typed: String) {
        if self.typed.with_untracked(|before| *before == typed) {
            return;
        }
        self.chosen.set(0);
        self.typed.set(typed.clone());
        let look = move || {
            // Something else may be typed by now, and the dialog may be gone.
            let still = self.typed.try_update_untracked(|now| *now == typed) == Some(true);
            if still && self.more.get_untracked() && !typed.trim().is_empty() {
                self.look_for_people(typed.trim());
            }
        };
        set_timeout(look, Duration::from_millis(PAUSE));
    }

    fn look_for_people(self, like: &str) {
        let first = like.is_empty();
        attempt(http::people(like, ""), self.failure, move |found| {
            self.failure.set(None);
            if first {
                self.more.set(found.len() == PEOPLE_AT_ONCE);
            }
            let _ = self.people.try_update(|people| {
                for person in found.into_iter().filter(|person| !person.banned) {
                    if people.iter().all(|known| known.id != person.member.id) {
                        people.push(person.member);
                    }
                }
            });
        });
    }

    /// The one below or above is chosen; from the last the first.
    fn step(self, down: bool) {
        let count = untrack(|| self.offered.with(Vec::len));
        if let Some(last) = count.checked_sub(1) {
            let place = self.chosen.get_untracked();
            self.chosen.set(match down {
                true if place >= last => 0,
                true => place + 1,
                false => place.checked_sub(1).unwrap_or(last),
            });
        }
    }

    fn go(self, place: usize) {
        let Some(goal) = self.offered.get_untracked().into_iter().nth(place) else { return };
        match goal.what {
            What::Room(room) | What::Open(room) => {
                say(&Said::Show { room: room.id, seq: None });
                self.done.run(None);
            }
            What::Person(person) => {
                attempt(http::direct(vec![person.id]), self.failure, move |room| {
                    self.done.run(Some(room.id));
                });
            }
        }
    }

    fn row(self, goal: &Goal, here: &[MemberId]) -> Tag {
        let t = use_finding_texts();
        let row = tag("li").class("goal").attr("role", "option").attr("id", option_id(goal));
        let name = goal.name.clone();
        let name = part(move || self.typed.get(), move |typed| marked(&name, &typed));
        let unread = match goal.unread {
            0 => View::nothing(),
            count => {
                let said = t.tell(move |t| (t.common.unread)(count));
                let count = if count > 99 { "99+".to_owned() } else { count.to_string() };
                View::from([
                    tag("span").class("unread").attr("aria-hidden", "true").text(count).into(),
                    tag("span").class("visually-hidden").text(said).into(),
                ])
            }
        };
        let note = match &goal.what {
            What::Room(room) if room.archived => tag("span").class("hint").text(t.say(|t| t.archived)).into(),
            What::Open(_) => tag("span").class("hint").text(t.say(|t| t.not_joined)).into(),
            What::Room(_) | What::Person(_) => View::nothing(),
        };
        row.child(self.sign(goal, here))
            .child(tag("span").class("goal-name").attr("dir", "auto").child(name))
            .child(note)
            .child(unread)
    }

    /// What stands before the name: a face, a lock, or a mark for a room.
    fn sign(self, goal: &Goal, here: &[MemberId]) -> View {
        let face = |member: &Member| {
            let here = here.contains(&member.id);
            View::from(avatar(member).attr("data-here", if here { "true" } else { "false" }))
        };
        let room = match &goal.what {
            What::Person(member) => return face(member),
            What::Room(room) | What::Open(room) => room,
        };
        match &room.kind {
            RoomKind::Public(_) => {
                tag("span").class("goal-sign").attr("aria-hidden", "true").text("#").into()
            }
            RoomKind::Private(_) => {
                let private = use_finding_texts().say(|t| t.doing.private_room);
                View::from([
                    tag("span").class("goal-sign").child(icon(LOCK)).into(),
                    tag("span").class("visually-hidden").text(private).into(),
                ])
            }
            RoomKind::Direct(members) => {
                let mut others = members.iter().filter(|member| member.id != self.me);
                match (others.next(), members.len()) {
                    (Some(other), 2) => face(other),
                    (Some(_), count) => {
                        let count = (count - 1).to_string();
                        tag("span").class("avatar group").attr("aria-hidden", "true").text(count).into()
                    }
                    (None, _) => members.first().map_or_else(View::nothing, face),
                }
            }
        }
    }
}

/// A name, with what is meant of it marked.
fn marked(name: &str, typed: &str) -> View {
    let typed = Typed::new(typed);
    let part = if typed.is_empty() { None } else { typed.find(name) };
    let Some(Matched { chars, .. }) = part else { return name.into() };
    let cut = |from, to: usize| name.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
    [
        cut(0, chars.start).as_str().into(),
        tag("mark").text(cut(chars.start, chars.end)).into(),
        cut(chars.end, usize::MAX).as_str().into(),
    ]
    .into()
}

fn key(goal: &Goal) -> Key {
    match &goal.what {
        What::Room(room) => (0, *room.id.as_bytes()),
        What::Open(room) => (1, *room.id.as_bytes()),
        What::Person(person) => (2, *person.id.as_bytes()),
    }
}

fn option_id(goal: &Goal) -> String {
    match &goal.what {
        What::Room(room) | What::Open(room) => format!("goal-{}", room.id),
        What::Person(person) => format!("goal-{}", person.id),
    }
}

/// Scrolls the list, and nothing else, as far as is needed to see this row.
fn keep_in_sight(row: &Element) {
    let row = row.unchecked_ref::<HtmlElement>();
    let Some(list) = row.parent_element() else { return };
    let (top, bottom) = (row.offset_top(), row.offset_top() + row.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
