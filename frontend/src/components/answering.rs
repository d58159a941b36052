//! What is written next answers this: a bar above the field.

use maru_shared::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

use super::{button::icon_button, icon::CROSS, quote::quote};
use crate::{
    chat::{Chat, use_chat},
    dom::page,
    parts::{View, part, tag},
    texts::use_texts,
};

/// What one is about to answer in a room, with the way out of that.
pub fn answering(room: RoomId) -> View {
    let chat = use_chat();
    let t = use_texts();
    let bar = move |answered: Option<_>| {
        let Some(answered) = answered else { return View::nothing() };
        let [by, said] = quote(&answered);
        let name = answered.by.name.to_string();
        let end = move || {
            chat.answer(room, None);
            page::focus(".composer textarea");
        };
        tag("div")
            .class("answering")
            .attr("role", "group")
            .attr("aria-label", t.tell(move |t| (t.answering)(&name)))
            .child(tag("p").class("quote").child(by).child(said))
            .child(icon_button("icon-button", CROSS, t.say(|t| t.answer_nothing), end))
            .into()
    };
    part(move || chat.answering(room), bar)
}

/// What the keys of the field do beside writing: Escape ends what would be answered, and the arrow up in an empty field
/// leads into one's own last message.
pub fn leave_or_edit(chat: Chat, room: RoomId, event: &KeyboardEvent) {
    // With a modifier key it leads elsewhere.
    if event.is_composing() || event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let is_empty = || {
        let field = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
        field.is_some_and(|field| field.value().is_empty())
    };
    match event.key().as_str() {
        "Escape" if chat.answering_now(room).is_some() => {
            event.stop_propagation();
            chat.answer(room, None);
        }
        "ArrowUp" if is_empty() => {
            event.prevent_default();
            chat.begin_editing_last(room);
        }
        _ => {}
    }
}
