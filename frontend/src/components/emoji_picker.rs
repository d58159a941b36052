//! Choosing an emoji: the annex's picker, beside a button.

use maru_shared::Emoji;
use wasm_bindgen::JsCast;
use web_sys::Event;

use super::{
    annex::beside,
    button::bare_button,
    icon::{SMILE, icon},
    sheet::use_sheets,
};
use crate::{
    chat::use_chat,
    ground::*,
    parts::Tag,
    seam::{AnnexView, Said, hear},
    texts::use_texts,
};

/// A button that lets one choose an emoji; `then` is told which.
pub fn emoji_button(then: Callback<Emoji>) -> Tag {
    let t = use_texts();
    let (chat, sheets) = (use_chat(), use_sheets());
    hear(move |said| {
        if let Said::Picked(emoji) = said {
            then.run(emoji);
        }
    });
    bare_button()
        .class("icon-button")
        .attr("aria-label", t.say(|t| t.common.emoji))
        .attr("title", t.say(|t| t.common.emoji))
        .attr("aria-expanded", "false")
        .child(icon(SMILE))
        .on("click", move |event: Event| {
            let button = event.current_target().and_then(|button| button.dyn_into().ok());
            let title = t.get().common.emoji.to_owned();
            button.iter().for_each(|button| beside(chat, sheets, button, title.clone(), &AnnexView::Emoji));
        })
}
