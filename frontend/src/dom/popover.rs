//! What lies over the page beside a button, until the reader looks elsewhere: the browser closes it then, and gives the
//! focus back.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::{
    ground::*,
    parts::{at_end, listen},
};

/// So many CSS pixels are left between it and the edges of the window.
const GAP: i32 = 8;

/// Whether something is shown beside the button: pressed again, it closes that.
pub fn is_beside(button: &Element) -> bool {
    button.get_attribute("aria-expanded").as_deref() == Some("true")
}

/// Shows it beside the button for as long as the owner lives. `closed` is called when the browser has closed it.
pub fn show_beside(button: &Element, popover: &Element, closed: impl Fn() + 'static) {
    let popover: HtmlElement = popover.clone().unchecked_into();
    // Setting well-formed attributes, and putting a fresh element into the document, cannot fail.
    let _ = popover.set_attribute("popover", "auto");
    let _ = button.set_attribute("aria-expanded", "true");
    let _ = button.after_with_node_1(&popover);
    // Fails only in a browser that has no popovers: there it stays where it was put.
    let _ = popover.show_popover();
    place(button, &popover);
    let shown = popover.clone();
    listen(popover.clone(), "toggle", move |_: Event| {
        if !shown.matches(":popover-open").unwrap_or(false) {
            closed();
        }
    });
    let button = button.clone();
    at_end(move || {
        // The focus goes back to where it was.
        let _ = popover.hide_popover();
        popover.remove();
        let _ = button.set_attribute("aria-expanded", "false");
    });
}

/// Below the button, or above it where there is no room; within the window.
fn place(button: &Element, popover: &HtmlElement) {
    let Some(seen) = document().document_element() else { return };
    let beside = button.get_bounding_client_rect();
    let (width, height) = (popover.offset_width(), popover.offset_height());
    // In whole pixels: to write a fraction takes more code than all of this.
    let left = (beside.left() as i32).min(seen.client_width() - width - GAP).max(GAP);
    let bottom = beside.bottom() as i32;
    let is_room = bottom + height + GAP <= seen.client_height();
    let top = if is_room { bottom } else { (beside.top() as i32 - height).max(GAP) };
    // Setting a well-formed property cannot fail. An attribute would be an inline style, which the page forbids itself.
    for (side, length) in [("left", left), ("top", top)] {
        let _ = popover.style().set_property(side, &format!("{length}px"));
    }
}
