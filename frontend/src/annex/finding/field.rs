//! A field above a list of what is found by what is typed there.

use std::{cell::RefCell, rc::Rc};

use web_sys::{CompositionEvent, Event, KeyboardEvent};

use crate::{
    dom::ime::Field,
    ground::{ev, event_target_value},
    parts::{Tag, effect, tag},
    state::composition::Arrows,
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
    let arrows = Rc::new(RefCell::new(Arrows::default()));
    let compose = |arrows: &Rc<RefCell<Arrows>>| {
        let arrows = Rc::clone(arrows);
        move |event: CompositionEvent| arrows.borrow_mut().compose(&event.data().unwrap_or_default())
    };
    let (starts, updates) = (compose(&arrows), compose(&arrows));
    let (ends, ups) = (Rc::clone(&arrows), Rc::clone(&arrows));
    let down = move |event: KeyboardEvent| {
        // By `code`: while something is composed, `key` may read `Process`.
        let is_down = match event.code().as_str() {
            _ if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() => return,
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        let moves = arrows.borrow_mut().key_down(event.repeat());
        if !event.is_composing() {
            // The caret stays where it is.
            event.prevent_default();
        }
        if moves {
            moved(is_down);
        }
    };
    let input = input
        .on("input", move |event: ev::Event| typed(event_target_value(&event)))
        .on("compositionstart", starts)
        .on("compositionupdate", updates)
        .on("compositionend", move |_: Event| ends.borrow_mut().end())
        .on("keyup", move |_: Event| ups.borrow_mut().key_up())
        .on("keydown", down);
    (input, tied)
}
