//! Everybody who is in this Maru, by name.

use maru_shared::{
    MemberId, Person,
    role::{Action, Ground, may},
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    api,
    member::{Touched, order},
    paged::Paged,
    texts::use_admin_texts,
};
use crate::{
    annex::oneself::use_oneself,
    parts::{Tag, View, Watched, each, memo, part, part_when, tag},
};

/// Members, those whose names hold what is searched for.
pub fn members() -> View {
    let t = use_admin_texts();
    let like = Watched::new(String::new());
    let people = Paged::start(move |last: Option<&Person>| {
        like.with_untracked(|like| api::members(like, last.map(|person| &person.member.name)))
    });
    let open = Watched::new(None::<MemberId>);
    let listed = move || {
        people.pages.with(|pages| {
            let begun = pages.begun();
            pages.listed().iter().map(|person| (begun, person.clone())).collect()
        })
    };
    let list = tag("ul").class("folds").attr("aria-label", t.say(|t| t.members)).child(each(
        listed,
        |(begun, person)| (*begun, *person.member.id.as_bytes()),
        move |(_, person)| row(person, open),
    ));
    let search = move |typed: String| {
        like.set(typed);
        people.anew();
    };
    [self::search(search), list.into(), people.below(|t| t.nobody, |t| t.more_members)].into()
}

fn search(typed: impl Fn(String) + 'static) -> View {
    let t = use_admin_texts();
    let input = tag("input").attr("type", "search").attr("id", "admin-search").attr("autocomplete", "off");
    let field: HtmlInputElement = input.element().unchecked_into();
    let input = input.attr("dir", "auto").on("input", move |_: Event| typed(field.value()));
    let label = tag("label").attr("for", "admin-search").text(t.say(|t| t.search_members));
    tag("div").class("labelled").child(label).child(input).into()
}

fn row(person: Person, open: Watched<Option<MemberId>>) -> Tag {
    let oneself = use_oneself();
    let id = person.member.id;
    let person = Watched::new(person);
    let may_touch = memo(move || {
        let own = oneself.me.with(|me| me.standing.role);
        person.with(|person| own > person.role) && may(own, Action::Mute, Ground::Maru)
    });
    let is_open = memo(move || open.get() == Some(id) && may_touch.get());
    let row = tag("li");
    let touched = Touched::new(person, row.element());
    let head = move |may_touch: bool| {
        if !may_touch {
            return tag("div").class("whom").child(face(person));
        }
        tag("button")
            .attr("type", "button")
            .class("fold")
            .attr("aria-expanded", move || if is_open.get() { "true" } else { "false" })
            .child(tag("span").class("whom").child(face(person)))
            .click(move || open.set(if is_open.get_untracked() { None } else { Some(id) }))
    };
    row.child(part(move || may_touch.get(), head))
        .child(part_when(move || is_open.get(), move || order(&touched)))
}

/// Who it is, and what they are.
fn face(person: Watched<Person>) -> View {
    let t = use_admin_texts();
    let own = use_oneself().me.with_untracked(|me| me.id);
    let name = person.with_untracked(|person| person.member.name.to_string());
    let name = tag("span").class("whom-name").attr("dir", "auto").text(name);
    let is_oneself = person.with_untracked(|person| person.member.id == own);
    let role = move || person.with(|person| (t.get().doing.role)(person.role));
    let badge = |words| tag("span").class("badge").text(words);
    View::from([
        name.into(),
        part_when(move || is_oneself, move || tag("span").class("hint").text(t.say(|t| t.oneself))),
        tag("span").class("badge").text(role).into(),
        part_when(
            move || person.with(|person| person.muted_until.is_some()),
            move || badge(t.say(|t| t.muted)).attr("data-kept", "out"),
        ),
        part_when(
            move || person.with(|person| person.banned),
            move || badge(t.say(|t| t.banned)).attr("data-kept", "out"),
        ),
    ])
}
