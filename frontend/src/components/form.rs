//! A few fields and one button: the doors, a new room, a password.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::refusal::refusal;
use crate::{
    answer::{Answer, Failure},
    dom::ime::Field,
    ground::*,
    parts::{Tag, View, Watched, begin, effect, tag},
    texts::{Label, Speech, Texts, use_speech},
};

/// What is done with what was typed, in the order of the fields; the answer comes later.
pub type Ask = Callback<Vec<String>, Answer<()>>;

/// A field of a form of the page itself.
pub type Asked = AskedIn<Texts>;

/// A field of a form, in the words of a part of the page.
pub struct AskedIn<T: 'static> {
    /// What it takes.
    pub kind: Kind,
    /// What it is called.
    pub label: Label<T>,
    /// What it says below it, where that helps.
    pub hint: Option<Label<T>>,
}

impl<T> Clone for AskedIn<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for AskedIn<T> {}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a room, or of a guest.
    Name,
    /// The name of an account.
    Account,
    /// The password of an account.
    Password,
    /// The password of one's own account, asked once more.
    OwnPassword,
    /// A password that is to be.
    NewPassword,
    /// A topic or a reason.
    Note,
}

impl Kind {
    const fn id(self) -> &'static str {
        match self {
            Self::Name | Self::Account => "name",
            Self::Password => "password",
            Self::OwnPassword => "own-password",
            Self::NewPassword => "new-password",
            Self::Note => "note",
        }
    }

    /// By which a browser knows what to fill in.
    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Name | Self::Note => "off",
            Self::Account => "username",
            Self::Password | Self::OwnPassword => "current-password",
            Self::NewPassword => "new-password",
        }
    }

    const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::OwnPassword | Self::NewPassword)
    }
}

/// A form of these fields. `ask` is done with what was typed, which stays when it is refused.
pub fn form<T: Speech>(fields: &[AskedIn<T>], button: Label<T>, ask: Ask) -> View {
    form_as("primary", fields, "", View::nothing(), button, ask)
}

/// A form whose button has this class, and with `more` behind its fields. `begins` is in the first of them at first.
pub fn form_as<T: Speech>(
    class: &'static str,
    fields: &[AskedIn<T>],
    begins: &str,
    more: View,
    button: Label<T>,
    ask: Ask,
) -> View {
    let t = use_speech();
    let asking = Watched::new(false);
    let failure = Watched::new(None::<Failure>);
    let inputs: Vec<Tag> = fields.iter().map(|field| input(field, failure)).collect();
    let typed: Vec<HtmlInputElement> = inputs.iter().map(|input| input.element().unchecked_into()).collect();
    typed.first().into_iter().for_each(|first| first.set_value(begins));
    let send = move || {
        // The field may send once more when it is gone already.
        if asking.try_update_untracked(|asking| std::mem::replace(asking, true)) == Some(false) {
            asking.notify();
            failure.set(None);
            let typed = typed.iter().map(HtmlInputElement::value).collect();
            begin(async move {
                let answer = ask.run(typed).await;
                // The form may be gone by now: it did its work.
                asking.set(false);
                if let Err(why) = answer {
                    failure.set(Some(why));
                }
            });
        }
    };
    let send = Callback::new(move |()| send());
    let tied: Vec<Field> = inputs.iter().map(|input| tie(input, send)).collect();
    if let Some(first) = tied.first().cloned() {
        effect(move || first.focus());
    }
    let submit = tag("button")
        .attr("type", "submit")
        .class(class)
        .attr("aria-disabled", move || asking.get().then_some("true"))
        .text(t.say(button));
    let mut form = tag("form").class("form").attr("novalidate", "").on("submit", {
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            // A syllable that is being composed is finished first.
            match tied.last() {
                Some(last) => last.send(),
                None => send.run(()),
            }
        }
    });
    for (field, input) in fields.iter().zip(inputs) {
        form = form.child(tag("label").attr("for", field.kind.id()).text(t.say(field.label))).child(input);
        if let Some(hint) = field.hint {
            form = form.child(tag("p").attr("id", hint_of(field.kind)).class("hint").text(t.say(hint)));
        }
    }
    form.child(more).child(refusal(failure)).child(submit).into()
}

/// A choice of one among few, each with a hint where that helps.
pub fn options<T: Speech>(
    legend: Label<T>,
    labels: &[(Label<T>, Option<Label<T>>)],
    chosen: Watched<usize>,
) -> View {
    let t = use_speech();
    let mut all = tag("fieldset").class("options").child(tag("legend").text(t.say(legend)));
    for (place, (label, hint)) in labels.iter().enumerate() {
        let input = tag("input").attr("type", "radio").attr("name", "option");
        let radio: HtmlInputElement = input.element().unchecked_into();
        radio.set_checked(chosen.get_untracked() == place);
        let input = input.on("change", move |_: ev::Event| chosen.set(place));
        let mut option = tag("label").child(input).child(tag("span").text(t.say(*label)));
        if let Some(hint) = hint {
            option = option.child(tag("span").class("hint").text(t.say(*hint)));
        }
        all = all.child(option);
    }
    all.into()
}

/// Something that is so or not.
pub fn tick<T: Speech>(label: Label<T>, is_so: Watched<bool>) -> View {
    let change = move |_: ev::Event| is_so.set(!is_so.get_untracked());
    let input = tag("input").attr("type", "checkbox").on("change", change);
    tag("label").class("tick").child(input).child(tag("span").text(use_speech().say(label))).into()
}

fn tie(input: &Tag, send: Callback<()>) -> Field {
    Field::tie(&input.element(), move |_| {
        send.run(());
        false
    })
}

fn input<T>(field: &AskedIn<T>, failure: Watched<Option<Failure>>) -> Tag {
    let AskedIn { kind, hint, .. } = *field;
    let input = tag("input")
        .attr("id", kind.id())
        .attr("type", if kind.is_secret() { "password" } else { "text" })
        .attr("autocomplete", kind.autocomplete())
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "go")
        .attr("aria-invalid", move || failure.get().map(|_| "true"));
    let input = if kind.is_secret() { input } else { input.attr("dir", "auto") };
    if hint.is_some() { input.attr("aria-describedby", hint_of(kind)) } else { input }
}

fn hint_of(kind: Kind) -> String {
    format!("{}-hint", kind.id())
}
