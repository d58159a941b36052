//! One name, one button: the door, and the making of a room.

use leptos::{ev, html, prelude::*};

use super::refusal::Refusal;
use crate::{
    chat::Failure,
    dom::ime::Field,
    parts::{Task, begin, effect},
    texts::{Texts, use_texts},
};

/// What is done with a name; the answer comes later.
pub type Ask = Callback<String, Task<Result<(), Failure>>>;

/// A field for a name and a button. What was typed stays when it is refused.
#[component]
pub fn NameForm(
    /// What the field is called.
    label: fn(&'static Texts) -> &'static str,
    /// What it says below the field.
    hint: fn(&'static Texts) -> &'static str,
    /// What the button says.
    button: fn(&'static Texts) -> &'static str,
    /// Done with the name.
    ask: Ask,
) -> impl IntoView {
    let t = use_texts();
    let input = NodeRef::<html::Input>::new();
    let asking = RwSignal::new(false);
    let refusal = RwSignal::new(None::<Failure>);
    let field = StoredValue::new_local(None::<Field>);

    let submit = move |name: String| {
        if !asking.get_untracked() {
            asking.set(true);
            refusal.set(None);
            begin(async move {
                let answer = ask.run(name).await;
                // The form may be gone by now: it did its work.
                let _ = asking.try_set(false);
                if let Err(failure) = answer {
                    let _ = refusal.try_set(Some(failure));
                }
            });
        }
        false
    };
    effect(move || {
        if let Some(input) = input.get() {
            let tied = Field::tie(&input, submit);
            tied.focus();
            field.set_value(Some(tied));
        }
    });
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        field.with_value(|field| field.as_ref().map(Field::send));
    };
    view! {
        <form class="name-form" on:submit=on_submit novalidate>
            <label for="name">{t.say(label)}</label>
            <input
                id="name"
                node_ref=input
                type="text"
                dir="auto"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                aria-describedby="name-hint"
                aria-invalid=Signal::derive(move || refusal.get().map(|_| "true"))
            />
            <p id="name-hint" class="hint">{t.say(hint)}</p>
            <Refusal why=refusal/>
            <button type="submit" class="primary" aria-disabled=Signal::derive(move || asking.get().then_some("true"))>
                {t.say(button)}
            </button>
        </form>
    }
}
