//! What lies over the page beside a button, until the reader looks elsewhere: the browser closes it then, and gives the
//! focus back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::parts::{at_end, listen};

/// So many CSS pixels are left between it and the edges of the window.
const GAP: f64 = 8.0;

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
        popover.remove();
        let _ = button.set_attribute("aria-expanded", "false");
    });
}

/// Below the button, or above it where there is no room; within the window.
fn place(button: &Element, popover: &HtmlElement) {
    let size = |length: Result<wasm_bindgen::JsValue, _>| length.ok().and_then(|length| length.as_f64());
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let (Some(width), Some(height)) = (width, height) else { return };
    let (beside, own) = (button.get_bounding_client_rect(), popover.get_bounding_client_rect());
    let left = beside.left().min(width - own.width() - GAP).max(GAP);
    let below = beside.bottom() + own.height() + GAP <= height;
    let top = if below { beside.bottom() } else { (beside.top() - own.height()).max(GAP) };
    let set = |name, length| popover.style().set_property(name, &format!("{length}px"));
    // Setting a well-formed property cannot fail.
    let _ = set("left", left).and_then(|()| set("top", top));
}
