//! What one may wish for, and the way out.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    account::account,
    api,
    invitations::invitations,
    oneself::use_oneself,
    open,
    texts::{AnnexTexts, use_annex_texts},
    wishes::{Appearance, Wishes},
};
use crate::{
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::page,
    ground::*,
    parts::{Tag, View, Watched, begin, effect, follow, part, tag},
    seam::{AnnexView, Said, say},
    texts::{Label, Language},
};

/// What one may wish for, one's account, and the way out.
pub fn settings() -> View {
    [
        choice(|t| t.language, languages()).into(),
        choice(|t| t.appearance, appearances()).into(),
        seen(),
        account(),
        invitations(),
        keys(),
        tag("section").class("sign-out").child(sign_out()).into(),
    ]
    .into()
}

/// What keys do. Where there is none, nobody asks for it.
fn keys() -> View {
    if !page::has_keyboard() {
        return View::nothing();
    }
    let t = use_annex_texts();
    let show = move || open(t.get().keys_title, &AnnexView::Keys);
    tag("p").class("to-keys").child(button("quiet", t.say(|t| t.keys), show)).into()
}

fn languages() -> Tag {
    let wishes: Wishes = given();
    let one = |language: Option<Language>, label: Label<AnnexTexts>| {
        let is_chosen = move || wishes.chosen_language.get() == language;
        option("language", label, is_chosen, move || wishes.speak(language))
    };
    tag("div")
        .class("choice-options")
        .child(one(Some(Language::Korean), |_| "한국어"))
        .child(one(Some(Language::English), |_| "English"))
        .child(one(None, |t| t.by_browser))
}

fn appearances() -> Tag {
    let wishes: Wishes = given();
    let one = |appearance: Appearance, label: Label<AnnexTexts>| {
        let is_chosen = move || wishes.appearance.get() == appearance;
        option("appearance", label, is_chosen, move || wishes.appear(appearance))
    };
    tag("div")
        .class("choice-options")
        .child(one(Appearance::System, |t| t.system))
        .child(one(Appearance::Light, |t| t.light))
        .child(one(Appearance::Dark, |t| t.dark))
}

/// Whether others are told when one was last here.
fn seen() -> View {
    let t = use_annex_texts();
    let shows = Watched::new(None::<bool>);
    let failure = Watched::new(None::<Failure>);
    attempt(api::shows_seen(), failure, move |told| shows.set(Some(told.shows)));
    let choose = move |event: Event| {
        let Some(input) = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let wanted = input.checked();
        failure.set(None);
        begin(async move {
            let done = api::show_seen(wanted).await;
            // Where it is refused, it is as it was.
            shows.set(Some(if done.is_ok() { wanted } else { !wanted }));
            failure.set(done.err());
        });
    };
    let input = tag("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .attr("disabled", move || shows.with(Option::is_none).then_some(""))
        .following(move |input| {
            let shows = shows.get() == Some(true);
            input.unchecked_ref::<HtmlInputElement>().set_checked(shows);
        })
        .on("change", choose);
    let label = tag("label").class("switch").child(input).child(tag("span").text(t.say(|t| t.shows_seen)));
    let hint = tag("p").class("hint").text(t.say(|t| t.shows_seen_hint));
    tag("section").class("seen").child(label).child(hint).child(refusal(failure)).into()
}

/// A choice of one among few.
pub fn choice(legend: Label<AnnexTexts>, options: Tag) -> Tag {
    tag("fieldset")
        .class("choice")
        .attr("role", "radiogroup")
        .child(tag("legend").text(use_annex_texts().say(legend)))
        .child(options)
}

/// One of them; all have the same `name`.
pub fn option(
    name: &'static str,
    label: Label<AnnexTexts>,
    is_chosen: impl Fn() -> bool + 'static,
    choose: impl Fn() + 'static,
) -> Tag {
    let input = tag("input")
        .attr("type", "radio")
        .attr("name", name)
        .following(move |input| input.unchecked_ref::<HtmlInputElement>().set_checked(is_chosen()))
        .on("change", move |_: Event| choose());
    tag("label").child(input).child(tag("span").text(use_annex_texts().say(label)))
}

/// The way out, which asks first.
fn sign_out() -> View {
    let t = use_annex_texts();
    let asked = Watched::new(false);
    part(
        move || asked.get(),
        move |is_asked| {
            if is_asked {
                question(asked)
            } else {
                button("quiet", t.say(|t| t.sign_out), move || asked.set(true)).into()
            }
        },
    )
}

fn question(asked: Watched<bool>) -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let failure = Watched::new(None::<Failure>);
    let warning = t.tell(move |t| {
        oneself.me.with(|me| {
            if me.standing.has_password {
                t.sign_out_member.to_owned()
            } else {
                (t.sign_out_warning)(me.name.as_str())
            }
        })
    });
    let leave = move || {
        failure.set(None);
        say(&Said::SignOut);
    };
    // When it succeeds, there is nobody left to be told.
    follow(move || {
        if oneself.stayed.get() > 0 {
            failure.set(Some(Failure::Unreachable));
        }
    });
    let stay = button("quiet", t.say(|t| t.common.cancel), move || asked.set(false));
    // The button that asked is gone, and the focus with it.
    let first = stay.element();
    effect(move || {
        let _ = first.unchecked_ref::<web_sys::HtmlElement>().focus();
    });
    let buttons =
        tag("div").class("row-of-buttons").child(stay).child(button("danger", t.say(|t| t.sign_out), leave));
    [
        tag("h3").text(t.say(|t| t.sign_out_question)).into(),
        tag("p").text(warning).into(),
        refusal(failure),
        buttons.into(),
    ]
    .into()
}
