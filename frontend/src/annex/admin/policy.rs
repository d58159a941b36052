//! How this Maru is run: who is let in, and who may invite.

use maru_shared::api::{Policy, Settings};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    api,
    texts::{AdminTexts, use_admin_texts},
};
use crate::{
    annex,
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    parts::{Tag, View, Watched, part, part_when, tag},
    texts::Label,
};

/// How this Maru is run, as soon as that is known.
pub fn policy() -> View {
    let kept = Watched::new(None::<Settings>);
    let failure = Watched::new(None::<Failure>);
    attempt(annex::api::settings(), failure, move |settings| kept.set(Some(settings)));
    let is_known = move || kept.with(Option::is_some);
    let known = move |is_known| {
        let first = kept.get_untracked().filter(|_| is_known);
        first.map_or_else(View::nothing, |first| settings(first, kept, failure))
    };
    [part(is_known, known), refusal(failure)].into()
}

fn settings(first: Settings, kept: Watched<Option<Settings>>, failure: Watched<Option<Failure>>) -> View {
    let t = use_admin_texts();
    let wanted = Watched::new(first);
    let saved = Watched::new(false);
    let choose = move |change: &dyn Fn(&mut Settings)| {
        saved.set(false);
        let _ = wanted.try_update(change);
    };
    let one = move |policy, label: Label<AdminTexts>, hint: Label<AdminTexts>| {
        let input = tag("input")
            .attr("type", "radio")
            .attr("name", "policy")
            .following(move |input| check(input, wanted.with(|wanted| wanted.policy == policy)))
            .on("change", move |_: Event| choose(&|wanted| wanted.policy = policy));
        ticked(input, label, hint)
    };
    let invite = tag("input")
        .attr("type", "checkbox")
        .following(move |input| check(input, wanted.with(|wanted| wanted.members_invite)))
        .on("change", move |_: Event| choose(&|wanted| wanted.members_invite = !wanted.members_invite));
    let opens = move || {
        let is_open = kept.with(|kept| kept.is_some_and(|kept| kept.policy == Policy::Open));
        !is_open && wanted.with(|wanted| wanted.policy == Policy::Open)
    };
    let warning = move || tag("p").class("warning").attr("role", "alert").text(t.say(|t| t.open_warning));
    let save = move || {
        failure.set(None);
        let settings = wanted.get_untracked();
        attempt(api::set_settings(settings), failure, move |()| {
            kept.set(Some(settings));
            saved.set(true);
        });
    };
    let is_saved = move || saved.get().then(|| t.get().saved);
    [
        tag("fieldset")
            .class("policy")
            .child(tag("legend").text(t.say(|t| t.who_comes_in)))
            .child(one(Policy::Invite, |t| t.by_invitation, |t| t.by_invitation_hint))
            .child(one(Policy::Open, |t| t.open, |t| t.open_hint))
            .child(part_when(opens, warning))
            .into(),
        ticked(invite, |t| t.members_invite, |t| t.members_invite_hint).into(),
        button("primary", t.say(|t| t.doing.save), save).into(),
        tag("p").class("done").attr("role", "status").text(is_saved).into(),
    ]
    .into()
}

fn ticked(input: Tag, label: Label<AdminTexts>, hint: Label<AdminTexts>) -> Tag {
    let t = use_admin_texts();
    let words =
        tag("span").child(tag("b").text(t.say(label))).child(tag("span").class("hint").text(t.say(hint)));
    tag("label").class("tick").child(input).child(words)
}

fn check(input: &web_sys::Element, is_checked: bool) {
    input.unchecked_ref::<HtmlInputElement>().set_checked(is_checked);
}
