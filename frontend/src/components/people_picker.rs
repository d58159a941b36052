//! Everybody in this Maru, to choose some of them: to talk to, or to be let into a room.

use std::time::Duration;

use leptos::{ev, prelude::*};
use maru_shared::{Member, MemberId, Person, RoomId, api::NewDirect};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{
    avatar::avatar,
    button::button,
    dialog::dialog,
    refusal::{attempt, refusal},
};
use crate::{
    chat::{Act, Answer, Chat, Failure, use_chat},
    parts::{Tag, View, Watched, each, effect, part_when, tag},
    texts::{Label, use_texts},
};

/// So long nothing is to be typed before it is asked for, in milliseconds.
const PAUSE: u64 = 200;

/// What the picker knows. A handle.
#[derive(Clone, Copy)]
struct Picker {
    chat: Chat,
    /// The room into which they are to be let; none to talk to them.
    into: Option<RoomId>,
    /// What is looked for.
    like: Watched<String>,
    found: Watched<Option<Vec<Person>>>,
    /// There are more than those.
    more: Watched<bool>,
    chosen: Watched<Vec<Member>>,
    failure: Watched<Option<Failure>>,
}

/// The dialog in which people are chosen: to be let into this room, or to talk to. `close` is called when it is closed.
pub fn people_picker(into: Option<RoomId>, close: Callback<()>) -> View {
    let t = use_texts();
    let picker = Picker {
        chat: use_chat(),
        into,
        like: Watched::new(String::new()),
        found: Watched::new(None),
        more: Watched::new(false),
        chosen: Watched::new(Vec::new()),
        failure: Watched::new(None),
    };
    picker.look(String::new());
    let title: Label = if into.is_some() { |t| t.invite_people } else { |t| t.find_people };
    let button_says: Label = if into.is_some() { |t| t.invite } else { |t| t.talk_directly };
    let nobody = move || picker.found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
    let inside = move || {
        let listed = each(
            move || picker.found.get().unwrap_or_default(),
            |person| (0, *person.member.id.as_bytes()),
            move |person| picker.row(person),
        );
        let names = move || {
            let names = |chosen: &Vec<Member>| {
                chosen.iter().map(|member| member.name.to_string()).collect::<Vec<_>>().join(", ")
            };
            picker.chosen.with(names)
        };
        let done = move || attempt(picker.ask(), picker.failure, move |()| _ = close.try_run(()));
        let idle = move || picker.chosen.with(Vec::is_empty).then_some("true");
        let more = move || {
            let last = picker.found.with_untracked(|found| {
                found.iter().flatten().last().map(|person| person.member.name.to_string())
            });
            picker.look(last.unwrap_or_default());
        };
        View::from([
            picker.search().into(),
            part_when(nobody, move || {
                tag("p").class("hint").attr("role", "status").text(t.say(|t| t.nobody_found))
            }),
            tag("ul").class("picker").child(listed).into(),
            part_when(move || picker.more.get(), move || button("quiet", t.say(|t| t.show_more), more)),
            refusal(picker.failure),
            tag("div")
                .class("picker-foot")
                .child(tag("p").class("hint").attr("dir", "auto").attr("role", "status").text(names))
                .child(button("primary", t.say(button_says), done).attr("aria-disabled", idle))
                .into(),
        ])
    };
    dialog(t.say(title), close, inside)
}

impl Picker {
    /// Asks for those behind `after`; from the beginning, where that is nobody.
    fn look(self, after: String) {
        let like = self.like.get_untracked();
        let asked = self.chat.people(&like, &after);
        attempt(asked, self.failure, move |people| {
            // Something else may be looked for by now, and the dialog may be gone.
            if self.like.try_update_untracked(|now| *now == like) != Some(true) {
                return;
            }
            self.failure.set(None);
            self.more.set(people.len() == Chat::PEOPLE);
            let mut found =
                if after.is_empty() { Vec::new() } else { self.found.get_untracked().unwrap_or_default() };
            found.extend(people.into_iter().filter(|person| !person.banned));
            self.found.set(Some(found));
        });
    }

    /// The field in which one writes who is looked for. What is being composed counts, too: a name may end with it.
    fn search(self) -> Tag {
        let label = use_texts().say(|t| t.find_by_name);
        let field = tag("input").attr("type", "search").class("search").attr("aria-label", label);
        let field = field.attr("placeholder", label).attr("autocomplete", "off").attr("dir", "auto");
        let first: HtmlInputElement = field.element().unchecked_into();
        effect(move || _ = first.focus());
        field.on("input", move |event: ev::Event| {
            let typed = event_target_value(&event);
            self.like.set(typed.clone());
            let look = move || {
                if self.like.try_update_untracked(|now| *now == typed) == Some(true) {
                    self.look(String::new());
                }
            };
            set_timeout(look, Duration::from_millis(PAUSE));
        })
    }

    fn row(self, Person { member, role, .. }: Person) -> Tag {
        let t = use_texts();
        let id = member.id;
        let is_chosen = move || self.chosen.with(|chosen| chosen.iter().any(|other| other.id == id));
        let is_in = self.chat.with_now(|world| self.is_in(id, world)) == Some(true);
        let is_full = move || !is_chosen() && self.chosen.with(Vec::len) == NewDirect::MOST;
        let here = move || self.chat.with(|world| world.is_here(id)) == Some(true);
        let face = avatar(&member);
        let name = tag("span").class("person-name").attr("dir", "auto").text(member.name.to_string());
        let choose = move |_: ev::Event| {
            let _ = self.chosen.try_update(|chosen| {
                let before = chosen.len();
                chosen.retain(|other| other.id != id);
                if chosen.len() == before {
                    chosen.push(member.clone());
                }
            });
        };
        let box_ = tag("input")
            .attr("type", "checkbox")
            .attr("disabled", move || (is_in || is_full()).then_some(""))
            .following(move |input| {
                input.unchecked_ref::<HtmlInputElement>().set_checked(is_in || is_chosen())
            })
            .on("change", choose);
        let label = tag("label")
            .class("person")
            .attr("data-here", move || if here() { "true" } else { "false" })
            .child(box_)
            .child(face)
            .child(name)
            .child(tag("span").class("person-you").text(t.tell(move |t| (t.common.role)(role).to_owned())))
            .child(
                tag("span")
                    .class("visually-hidden")
                    .text(move || if here() { t.get().here } else { t.get().away }),
            );
        tag("li").child(label)
    }

    /// Whether somebody is in the room already.
    fn is_in(self, id: MemberId, world: &crate::state::world::World) -> bool {
        let members = self.into.and_then(|room| world.room(room)).and_then(|room| room.members.as_ref());
        members.is_some_and(|members| members.iter().any(|member| member.id == id))
    }

    /// Does what they were chosen for.
    fn ask(self) -> Answer<()> {
        let chosen: Vec<MemberId> =
            self.chosen.with_untracked(|chosen| chosen.iter().map(|member| member.id).collect());
        let Some(room) = self.into else { return self.chat.talk_directly(chosen) };
        Box::pin(async move {
            for member in chosen {
                self.chat.act(Act::LetIn(room, member)).await?;
            }
            Ok(())
        })
    }
}
