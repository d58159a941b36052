//! The door.

use leptos::prelude::*;

use super::name_form::{Wording, name_form};
use crate::{
    chat::use_chat,
    parts::{Task, View, tag},
    texts::use_texts,
};

/// The door: a name, and one is in. `thrown_out` says that the session ended without one's doing.
pub fn sign_in(thrown_out: bool) -> View {
    let chat = use_chat();
    let t = use_texts();
    let ask = Callback::new(move |name| -> Task<_> { Box::pin(chat.sign_in(name)) });
    let wording = Wording { label: |t| t.your_name, hint: |t| t.sign_in_hint, button: |t| t.come_in };
    let mut card = tag("div")
        .class("door-card")
        .child(tag("h1").text("Maru"))
        .child(tag("p").class("tagline").text(t.say(|t| t.tagline)));
    if thrown_out {
        let note = tag("p").class("note").attr("role", "status");
        card = card.child(note.text(t.say(|t| t.signed_out_elsewhere)));
    }
    tag("main").class("door").child(card.child(name_form(wording, ask))).into()
}
