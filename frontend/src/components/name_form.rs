//! One name, one button: the door, and the making of a room.

use leptos::{ev, prelude::*};

use super::refusal::refusal;
use crate::{
    chat::Failure,
    dom::ime::Field,
    parts::{Task, View, Watched, begin, effect, tag},
    texts::{Label, use_texts},
};

/// What is done with a name; the answer comes later.
pub type Ask = Callback<String, Task<Result<(), Failure>>>;

/// What the form says.
#[derive(Clone, Copy)]
pub struct Wording {
    /// What the field is called.
    pub label: Label,
    /// What it says below the field.
    pub hint: Label,
    /// What the button says.
    pub button: Label,
}

/// A field for a name and a button; `ask` is done with the name. What was typed stays when it is refused.
pub fn name_form(wording: Wording, ask: Ask) -> View {
    let t = use_texts();
    let asking = Watched::new(false);
    let failure = Watched::new(None::<Failure>);
    let submit = move |name: String| {
        if asking.try_update_untracked(|asking| std::mem::replace(asking, true)) == Some(false) {
            asking.notify();
            failure.set(None);
            begin(async move {
                let answer = ask.run(name).await;
                // The form may be gone by now: it did its work.
                asking.set(false);
                if let Err(why) = answer {
                    failure.set(Some(why));
                }
            });
        }
        false
    };
    let input = tag("input")
        .attr("id", "name")
        .attr("type", "text")
        .attr("dir", "auto")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "go")
        .attr("aria-describedby", "name-hint")
        .attr("aria-invalid", move || failure.get().map(|_| "true"));
    let field = Field::tie(&input.element(), submit);
    let focused = field.clone();
    effect(move || focused.focus());
    let button = tag("button")
        .attr("type", "submit")
        .class("primary")
        .attr("aria-disabled", move || asking.get().then_some("true"))
        .text(t.say(wording.button));
    tag("form")
        .class("name-form")
        .attr("novalidate", "")
        .on("submit", move |event: ev::SubmitEvent| {
            event.prevent_default();
            field.send();
        })
        .child(tag("label").attr("for", "name").text(t.say(wording.label)))
        .child(input)
        .child(tag("p").attr("id", "name-hint").class("hint").text(t.say(wording.hint)))
        .child(refusal(failure))
        .child(button)
        .into()
}
