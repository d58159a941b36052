//! What one may wish for, and the way out.

use leptos::prelude::*;

use super::{dialog::Dialog, refusal::Refusal};
use crate::{
    chat::{Failure, use_chat},
    parts::{begin, part},
    texts::{Language, Texts, use_texts},
    wishes::{Appearance, Wishes},
};

/// The dialog of settings.
#[component]
pub fn Settings(
    /// Called when it is closed.
    close: Callback<()>,
) -> impl IntoView {
    let t = use_texts();
    let wishes: Wishes = expect_context();
    view! {
        <Dialog title=t.say(|t| t.settings) close>
            <Choice
                legend=|t| t.language
                name="language"
                options=vec![
                    (Some(Language::Korean), |_| "한국어"),
                    (Some(Language::English), |_| "English"),
                    (None, |t| t.by_browser),
                ]
                chosen=Signal::derive(move || wishes.chosen_language.get())
                choose=Callback::new(move |language| wishes.speak(language))
            />
            <Choice
                legend=|t| t.appearance
                name="appearance"
                options=vec![
                    (Appearance::System, |t| t.system),
                    (Appearance::Light, |t| t.light),
                    (Appearance::Dark, |t| t.dark),
                ]
                chosen=Signal::derive(move || wishes.appearance.get())
                choose=Callback::new(move |appearance| wishes.appear(appearance))
            />
            <SignOut/>
        </Dialog>
    }
}

/// Which of the texts says something.
type Label = fn(&'static Texts) -> &'static str;

/// A choice of one among few.
#[component]
fn Choice<T: Copy + PartialEq + Send + Sync + 'static>(
    legend: Label,
    name: &'static str,
    options: Vec<(T, Label)>,
    chosen: Signal<T>,
    choose: Callback<T>,
) -> impl IntoView {
    let t = use_texts();
    let option = move |(value, label): (T, Label)| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=Signal::derive(move || chosen.get() == value)
                    on:change=move |_| choose.run(value)
                />
                <span>{t.say(label)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice" role="radiogroup">
            <legend>{t.say(legend)}</legend>
            <div class="choice-options">{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}

/// The way out, which asks first.
#[component]
fn SignOut() -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let asked = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let leave = move |_| {
        begin(async move {
            if let Err(why) = chat.sign_out().await {
                let _ = failure.try_set(Some(why));
            }
        });
    };
    let ask = move || {
        view! {
            <button type="button" class="quiet" on:click=move |_| asked.set(true)>
                {t.say(|t| t.sign_out)}
            </button>
        }
        .into_any()
    };
    let warning = t.tell(move |t| {
        let me = chat.with(|world| world.me.name.to_string()).unwrap_or_default();
        (t.sign_out_warning)(&me)
    });
    let confirm = move || {
        view! {
            <h3>{t.say(|t| t.sign_out_question)}</h3>
            <p>{warning}</p>
            <Refusal why=failure/>
            <div class="row-of-buttons">
                <button type="button" class="quiet" on:click=move |_| asked.set(false)>
                    {t.say(|t| t.cancel)}
                </button>
                <button type="button" class="danger" on:click=leave>{t.say(|t| t.sign_out)}</button>
            </div>
        }
        .into_any()
    };
    let inside = part(move || if asked.get() { confirm() } else { ask() });
    view! { <section class="sign-out">{inside}</section> }
}
