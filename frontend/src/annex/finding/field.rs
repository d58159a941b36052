//! A field above a list of what is found by what is typed there.

use web_sys::KeyboardEvent;

use crate::{
    annex::arrows::ArrowKeys,
    dom::ime::Field,
    ground::{ev, event_target_value},
    parts::{Tag, effect, tag},
};

/// The field, which takes the focus. `typed` is told what is typed, and what is being composed; `moved` by which key one moves in
/// the list below (whether down); `chosen` that Enter was pressed, and what was typed by then.
pub(super) fn field(
    typed: impl Fn(String) + 'static,
    moved: impl Fn(bool) + 'static,
    chosen: impl Fn(String) + 'static,
) -> (Tag, Field) {
    let input = tag("input")
        .attr("type", "text")
        .class("search")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("dir", "auto");
    let tied = Field::tie(&input.element(), move |text| {
        chosen(text);
        false
    });
    let focused = tied.clone();
    effect(move || focused.focus());
    let arrows = ArrowKeys::of(&input.element());
    let down = move |event: KeyboardEvent| {
        arrows.take(&event, &moved);
    };
    let input =
        input.on("input", move |event: ev::Event| typed(event_target_value(&event))).on("keydown", down);
    (input, tied)
}
