//! A dialog: modal, closed by Escape, by a click beside it and by its cross; the focus goes back where it was.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::{button::icon_button, icon::CROSS};
use crate::{
    ground::*,
    parts::{Text, View, around, at_end, effect, tag},
    texts::{Common, use_speech},
};

/// A dialog that is there as long as it is open. `close` is called when it is closed.
pub fn dialog<V: Into<View>>(
    title: impl Into<Text>,
    close: Callback<()>,
    inside: impl FnOnce() -> V,
) -> View {
    let t = use_speech::<Common>();
    let dialog = tag("dialog");
    // Before what is inside is built: when it takes the focus, it is in a dialog that is shown.
    show_while_it_lives(dialog.element().unchecked_into());
    let beside = move |event: ev::MouseEvent| {
        if around(&event, ".dialog-body").is_none() {
            close.run(());
        }
    };
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        close.run(());
    };
    let head = tag("header").child(tag("h2").attr("id", "dialog-title").text(title)).child(icon_button(
        "icon-button",
        CROSS,
        t.say(|t| t.close),
        move || close.run(()),
    ));
    dialog
        .class("dialog")
        .attr("aria-labelledby", "dialog-title")
        .on("cancel", cancel)
        .on("mousedown", beside)
        .child(tag("div").class("dialog-body").child(head).child(inside()))
        .into()
}

fn show_while_it_lives(dialog: HtmlDialogElement) {
    let shown = dialog.clone();
    effect(move || {
        // Fails only when it is shown or taken away already.
        let _ = shown.show_modal();
    });
    // Closing it, rather than only taking it away, is what gives the focus back.
    at_end(move || dialog.close());
}
