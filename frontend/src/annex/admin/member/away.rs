//! Muting and banning.

use maru_shared::{
    Person, Timestamp,
    api::{NewBan, NewMute},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Touched;
use crate::{
    annex::{
        admin::{
            api,
            confirm::confirmed,
            texts::{AdminTexts, use_admin_texts},
        },
        choice::choice,
    },
    components::button::button,
    dom::time,
    parts::{Text, View, part, tag},
    texts::use_language,
};

/// For how many minutes somebody may be muted here.
const MINUTES: [u32; 5] = [10, 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60];

/// Muting and banning, for one reason.
pub fn keep_away(touched: &Touched) -> View {
    let t = use_admin_texts();
    let reason = tag("input")
        .attr("type", "text")
        .attr("id", "admin-reason")
        .attr("autocomplete", "off")
        .attr("dir", "auto")
        .attr("aria-describedby", "admin-reason-hint");
    let field: HtmlInputElement = reason.element().unchecked_into();
    let label = tag("label").attr("for", "admin-reason").text(t.say(|t| t.reason));
    let hint = tag("p").attr("id", "admin-reason-hint").class("hint wide").text(t.say(|t| t.reason_hint));
    [
        tag("div").class("labelled").child(label).child(reason).child(hint).into(),
        mute(touched, field.clone()),
        ban(touched, field),
    ]
    .into()
}

fn mute(touched: &Touched, reason: HtmlInputElement) -> View {
    let t = use_admin_texts();
    let language = use_language();
    let person = touched.person;
    let touched = touched.clone();
    let show = move |until: Option<Timestamp>| {
        let touched = touched.clone();
        if let Some(until) = until {
            let words = t.tell(move |t| (t.muted_until)(&time::day_and_time(until, language.get())));
            let unmute = move || {
                let set = |person: &mut Person| person.muted_until = None;
                touched.attempt(api::unmute(touched.id()), Some(|t| t.unmuted), set);
            };
            return tag("div").class("labelled").child(tag("p").text(words)).child(button(
                "quiet",
                t.say(|t| t.doing.unmute),
                unmute,
            ));
        }
        let words = MINUTES.map(|minutes| Text::from(move || (t.get().minutes)(minutes)));
        let (list, chosen) = choice("admin-mute", |t: &AdminTexts| t.mute_for, words, 1);
        let reason = reason.clone();
        let mute = move || {
            let Some(minutes) = MINUTES.get(chosen()).copied() else { return };
            let set = move |person: &mut Person| {
                person.muted_until = Some(Timestamp(time::now() + i64::from(minutes) * 60_000));
            };
            let mute = NewMute { minutes, reason: reason.value() };
            touched.attempt(api::mute(touched.id(), &mute), None, set);
        };
        list.child(button("quiet", t.say(|t| t.doing.mute), mute))
    };
    part(move || person.with(|person| person.muted_until), show)
}

fn ban(touched: &Touched, reason: HtmlInputElement) -> View {
    let t = use_admin_texts();
    let person = touched.person;
    let touched = touched.clone();
    let show = move |banned| {
        let touched = touched.clone();
        if banned {
            let unban = move || {
                let set = |person: &mut Person| person.banned = false;
                touched.attempt(api::unban(touched.id()), Some(|t| t.unbanned), set);
            };
            return View::from(button("quiet", t.say(|t| t.doing.unban), unban));
        }
        let tick = tag("input").attr("type", "checkbox");
        let addresses: HtmlInputElement = tick.element().unchecked_into();
        let hint = tag("span").class("hint").text(t.say(|t| t.ban_addresses_hint));
        let words = tag("span").text(t.say(|t| t.ban_addresses)).child(hint);
        let name = touched.name();
        let question = move || {
            let name = name.clone();
            t.tell(move |t| (t.ban_question)(&name))
        };
        let reason = reason.clone();
        let ban = move || {
            let ban = NewBan { reason: reason.value(), addresses: addresses.checked() };
            touched.attempt(api::ban(touched.id(), &ban), None, |person| person.banned = true);
        };
        [
            tag("label").class("tick").child(tick).child(words).into(),
            confirmed(|t| t.doing.ban, question, ban),
        ]
        .into()
    };
    part(move || person.with(|person| person.banned), show)
}
