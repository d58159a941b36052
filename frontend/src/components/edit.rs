//! A message of one's own that is written anew, in its place.

use maru_shared::{RoomId, Seq};

use super::{
    button::button,
    refusal::refusal,
    sheet::{Sheet, use_sheets},
};
use crate::{
    chat::{Failure, use_chat},
    dom::ime::Field,
    ground::*,
    parts::{Tag, Watched, begin, effect, tag},
    seam::Deed,
    texts::use_texts,
};

/// The field in which a message is written anew. Escape leaves it as it was, Enter saves; what is not taken stays there.
pub fn edit(room: RoomId, seq: Seq) -> Tag {
    let chat = use_chat();
    let sheets = use_sheets();
    let t = use_texts();
    let begun = chat.edited_now();
    let text = Watched::new(String::new());
    let failure = Watched::new(None::<Failure>);
    let busy = Watched::new(false);
    let save = move || {
        if text.with_untracked(|text| text.trim().is_empty()) && !chat.has_files(room, seq) {
            return sheets.open(Sheet::Deed(Deed::DeleteMessage(room, seq, true)));
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        begin(async move {
            let failed = chat.save_edit().await.err();
            // Where it was saved, the field is gone.
            let _ = busy.try_update(|busy| *busy = false);
            let _ = failure.try_update(|failure| *failure = failed);
        });
    };
    let area = tag("textarea")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "done")
        .attr("aria-label", t.say(|t| t.edit_message))
        .on("input", move |event: ev::Event| {
            let value = event_target_value(&event);
            chat.edit_on(&value);
            text.set(value);
        })
        .on("keydown", move |event: ev::KeyboardEvent| {
            if event.key() == "Escape" && !event.is_composing() {
                event.stop_propagation();
                chat.end_editing();
            }
        });
    let field = Field::tie(&area.element(), move |written| {
        chat.edit_on(&written);
        text.set(written);
        save();
        false
    });
    let by_button = field.clone();
    effect(move || {
        field.write(&begun);
        field.focus();
    });
    // The copy of the text behind the field gives it its height.
    let grow = tag("div").class("grow").attr("data-text", move || text.get()).child(area);
    let buttons = tag("div")
        .class("row-of-buttons")
        .child(button("quiet", t.say(|t| t.common.cancel), move || chat.end_editing()))
        .child(button("primary", t.say(|t| t.save), move || by_button.send()));
    tag("div")
        .class("edit")
        .attr("aria-busy", move || busy.get().then_some("true"))
        .child(tag("div").class("composer-field").child(grow))
        .child(refusal(failure))
        .child(buttons)
}
