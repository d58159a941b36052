//! The files that are to come with the next message: how they are chosen, and where they are shown until it is sent. What sends
//! them up is in the annex.

use js_sys::Array;
use maru_shared::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, HtmlInputElement};

use super::{
    annex::place,
    button::{button, icon_button},
    icon::CLIP,
};
use crate::{
    chat::use_chat,
    dom::{ime::Field, page},
    ground::*,
    parts::{Tag, View, Watched, around, effect, listen, part_when, tag},
    seam::AnnexView,
    texts::use_texts,
};

/// The files that are to come with the next message into a room, while there are any.
pub fn tray(room: RoomId) -> View {
    let chat = use_chat();
    let t = use_texts();
    let shown = move || place(&AnnexView::Tray(room), Callback::new(|()| {}));
    let waits = move || {
        let keep = move || chat.keep_from_sending(room);
        button("quiet", t.say(|t| t.do_not_send_yet), keep)
    };
    let note = t.tell(move |t| match (chat.has_stopped_files(room), chat.sends_when_whole(room)) {
        (true, _) => t.files_stopped.to_owned(),
        (_, true) => t.sends_when_whole.to_owned(),
        _ => String::new(),
    });
    let note = tag("p")
        .class("tray-note")
        .child(tag("span").attr("role", "status").text(note))
        .child(part_when(move || chat.sends_when_whole(room), waits));
    [part_when(move || chat.is_attaching(room), shown), note.into()].into()
}

/// The button by which files are chosen.
pub fn paperclip(room: RoomId) -> View {
    let chat = use_chat();
    let t = use_texts();
    let input = tag("input").attr("type", "file").attr("multiple", "").attr("hidden", "");
    let chosen = input.element();
    let chosen: HtmlInputElement = chosen.unchecked_into();
    let choose = {
        let chosen = chosen.clone();
        move || chosen.click()
    };
    let input = input.on("change", move |_: ev::Event| {
        let files = chosen.files().map(|files| Array::from(&files)).unwrap_or_default();
        chat.attach(room, files);
        // The same may be chosen again.
        chosen.set_value("");
    });
    let clip = icon_button("icon-button attach", CLIP, t.say(|t| t.attach), choose)
        .attr("title", t.say(|t| t.attach));
    [input.into(), clip.into()].into()
}

/// Takes files that are pasted or dropped anywhere, and says where they would come.
pub fn receive(room: RoomId) -> Tag {
    let chat = use_chat();
    let over = Watched::new(false);
    listen(window(), "paste", move |event: ClipboardEvent| {
        let pasted = event.clipboard_data().filter(|_| !is_elsewhere(&event));
        if let Some(files) = pasted.filter(|pasted| !is_text(pasted)).map(|pasted| files(&pasted))
            && files.length() > 0
        {
            event.prevent_default();
            chat.attach(room, files);
        }
    });
    listen(window(), "dragover", move |event: DragEvent| {
        let Some(dragged) =
            event.data_transfer().filter(|dragged| dragged.types().includes(&"Files".into(), 0))
        else {
            return;
        };
        // Otherwise the browser would show the file in the place of the page.
        event.prevent_default();
        let takes = !is_elsewhere(&event);
        dragged.set_drop_effect(if takes { "copy" } else { "none" });
        over.bring_to(takes);
    });
    listen(window(), "dragleave", move |event: DragEvent| {
        // Some browsers never say where it goes; what is still over the page is told of again at once.
        if event.related_target().is_none() && is_outside(&event) {
            over.bring_to(false);
        }
    });
    listen(window(), "drop", move |event: DragEvent| {
        over.bring_to(false);
        let Some(dropped) =
            event.data_transfer().map(|dropped| files(&dropped)).filter(|files| files.length() > 0)
        else {
            return;
        };
        event.prevent_default();
        if !is_elsewhere(&event) {
            chat.attach(room, dropped);
        }
    });
    let t = use_texts();
    let hint = move || tag("div").class("drop-hint").child(tag("p").text(t.say(|t| t.drop_here)));
    tag("div").child(part_when(move || over.get(), hint))
}

/// Sends what is written into a room when its files are whole, if that was wished for.
pub fn send_when_whole(room: RoomId, field: Field) {
    let chat = use_chat();
    effect(move || {
        if chat.is_due(room) {
            chat.keep_from_sending(room);
            field.send();
        }
    });
}

fn files(transfer: &DataTransfer) -> Array {
    transfer.files().map(|files| Array::from(&files)).unwrap_or_default()
}

/// Whether it is not over the page any more.
fn is_outside(event: &DragEvent) -> bool {
    let root = document().document_element();
    let (width, height) = root.map(|root| (root.client_width(), root.client_height())).unwrap_or_default();
    !(1..width).contains(&event.client_x()) || !(1..height).contains(&event.client_y())
}

/// What is copied from a table or a text has a picture of itself with it, which nobody means.
fn is_text(pasted: &DataTransfer) -> bool {
    let types = pasted.types();
    types.includes(&"text/plain".into(), 0) && types.includes(&"text/html".into(), 0)
}

/// Whether something else than the conversation is meant: a dialog, or another field in which one writes.
fn is_elsewhere(event: &web_sys::Event) -> bool {
    let in_field = |selector| around(event, selector).is_some();
    page::first("dialog[open]").is_some() || in_field("input, textarea") && !in_field(".composer")
}
