//! Everybody in this Maru, to choose some of them: to talk to, or to be let into a room.

use std::time::Duration;

use maru_shared::{Member, MemberId, Person, RoomId, api::NewDirect};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{
    api,
    texts::{AnnexTexts, use_annex_texts},
    use_done,
};
use crate::{
    answer::{Answer, Failure},
    client::http,
    components::{
        avatar::avatar,
        button::button,
        refusal::{attempt, refusal},
    },
    ground::*,
    parts::{Tag, View, Watched, begin, each, effect, part_when, tag},
    texts::Label,
};

/// So long nothing is to be typed before it is asked for, in milliseconds.
const PAUSE: u64 = 200;

/// So many people are listed at once.
const AT_ONCE: usize = 100;

/// What the picker knows. A handle.
#[derive(Clone, Copy)]
struct Picker {
    /// The room into which they are to be let; none to talk to them.
    into: Option<RoomId>,
    /// Who is in that room already, and who has a connection.
    members: Watched<Vec<MemberId>>,
    here: Watched<Vec<MemberId>>,
    /// What is looked for.
    like: Watched<String>,
    found: Watched<Option<Vec<Person>>>,
    /// There are more than those.
    more: Watched<bool>,
    chosen: Watched<Vec<Member>>,
    /// The server is being asked to do it.
    asking: Watched<bool>,
    failure: Watched<Option<Failure>>,
}

/// Everybody, to choose some of them: to be let into this room, where `members` are already, or to talk to. Those of
/// whom it is known that they are `here` are shown so.
pub fn people(into: Option<RoomId>, members: Vec<MemberId>, here: Vec<MemberId>) -> View {
    let t = use_annex_texts();
    let picker = Picker {
        into,
        members: Watched::new(members),
        here: Watched::new(here),
        like: Watched::new(String::new()),
        found: Watched::new(None),
        more: Watched::new(false),
        chosen: Watched::new(Vec::new()),
        asking: Watched::new(false),
        failure: Watched::new(None),
    };
    picker.look(String::new());
    let says: Label<AnnexTexts> = if into.is_some() { |t| t.invite } else { |t| t.doing.talk_directly };
    let nobody = move || picker.found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
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
    let said = use_done();
    let done = move || {
        // Asked once at a time, and never of nobody.
        if picker.chosen.with_untracked(Vec::is_empty) || picker.asking.get_untracked() {
            return;
        }
        picker.asking.set(true);
        begin(async move {
            match picker.ask().await {
                Ok(room) => said(room),
                Err(why) => {
                    picker.failure.set(Some(why));
                    picker.asking.set(false);
                }
            }
        });
    };
    let idle = move || (picker.chosen.with(Vec::is_empty) || picker.asking.get()).then_some("true");
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
            .child(button("primary", t.say(says), done).attr("aria-disabled", idle))
            .into(),
    ])
}

impl Picker {
    /// Asks for those behind `after`; from the beginning, where that is nobody.
    fn look(self, after: String) {
        let like = self.like.get_untracked();
        let asked = http::people(&like, &after);
        attempt(asked, self.failure, move |people| {
            // Something else may be looked for by now, and the dialog may be gone.
            if self.like.try_update_untracked(|now| *now == like) != Some(true) {
                return;
            }
            self.failure.set(None);
            self.more.set(people.len() == AT_ONCE);
            let mut found =
                if after.is_empty() { Vec::new() } else { self.found.get_untracked().unwrap_or_default() };
            found.extend(people.into_iter().filter(|person| !person.banned));
            self.found.set(Some(found));
        });
    }

    /// The field in which one writes who is looked for. What is being composed counts, too: a name may end with it.
    fn search(self) -> Tag {
        let label = use_annex_texts().say(|t| t.find_by_name);
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
        let t = use_annex_texts();
        let id = member.id;
        let is_chosen = move || self.chosen.with(|chosen| chosen.iter().any(|other| other.id == id));
        let is_in = self.members.with_untracked(|members| members.contains(&id));
        let is_full = move || !is_chosen() && self.chosen.with(Vec::len) == NewDirect::MOST;
        let here = self.here.with_untracked(|here| here.contains(&id));
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
                input.unchecked_ref::<HtmlInputElement>().set_checked(is_in || is_chosen());
            })
            .on("change", choose);
        let label = tag("label")
            .class("person")
            .attr("data-here", here.to_string())
            .child(box_)
            .child(face)
            .child(name)
            .child(tag("span").class("person-you").text(t.tell(move |t| (t.doing.role)(role).to_owned())))
            .child(tag("span").class("visually-hidden").text(t.say(if here {
                |t| t.common.here
            } else {
                |t| t.common.gone
            })));
        tag("li").child(label)
    }

    /// Does what they were chosen for. Gives the room that came of it.
    fn ask(self) -> Answer<Option<RoomId>> {
        let ids = |chosen: &Vec<Member>| chosen.iter().map(|member| member.id).collect::<Vec<_>>();
        let chosen = self.chosen.with_untracked(ids);
        Box::pin(async move {
            let Some(room) = self.into else { return Ok(Some(http::direct(chosen).await?.id)) };
            for member in chosen {
                api::let_in(room, member).await?;
            }
            Ok(None)
        })
    }
}
