//! Choosing an emoji: the annex's picker, beside a button.

use maru_shared::Emoji;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::{
    annex::place,
    icon::{SMILE, icon},
    menu::{Menus, use_menus},
};
use crate::{
    ground::*,
    parts::{Tag, tag},
    seam::{AnnexView, Said, hear},
    texts::use_texts,
};

/// Lets one choose an emoji beside a button; `then` is told which.
pub fn pick_emoji(menus: Menus, beside: Element, then: Callback<Emoji>) {
    menus.open(beside, move || {
        hear(move |said| {
            if let Said::Picked(emoji) = said {
                menus.close();
                then.run(emoji);
            }
        });
        tag("div")
            .class("emoji-picker")
            .attr("role", "group")
            .attr("aria-label", use_texts().say(|t| t.emoji))
            .child(place(&AnnexView::Emoji, Callback::new(|()| {})))
            .into()
    });
}

/// A button that lets one choose an emoji; `then` is told which.
pub fn emoji_button(then: Callback<Emoji>) -> Tag {
    let t = use_texts();
    let menus = use_menus();
    tag("button")
        .attr("type", "button")
        .class("icon-button")
        .attr("aria-label", t.say(|t| t.emoji))
        .attr("title", t.say(|t| t.emoji))
        .attr("aria-expanded", "false")
        .child(icon(SMILE))
        .on("click", move |event: Event| {
            let button = event.current_target().and_then(|button| button.dyn_into().ok());
            button.into_iter().for_each(|button| pick_emoji(menus, button, then));
        })
}
