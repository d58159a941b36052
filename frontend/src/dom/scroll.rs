//! Where a scrolled list stands, and how to keep what is read in its place.

use std::time::Duration;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver};

use crate::ground::*;

/// A line of a list and where on the screen it was, to put it back there when lines above it came or went.
#[derive(Clone, Debug)]
pub struct Anchor {
    line: Element,
    top: f64,
}

impl Anchor {
    /// The line in the middle of what is seen.
    pub fn of(view: &Element, lines: &Element) -> Option<Self> {
        let seen = view.get_bounding_client_rect();
        let middle = seen.top() + seen.height() / 2.0;
        let children = lines.children();
        let (mut low, mut high) = (0, children.length());
        while low < high {
            let mid = u32::midpoint(low, high);
            if children.item(mid)?.get_bounding_client_rect().bottom() < middle {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        let line = children.item(low.min(children.length().checked_sub(1)?))?;
        let top = line.get_bounding_client_rect().top();
        Some(Self { line, top })
    }

    /// Scrolls so that the line is where it was.
    pub fn restore(&self, view: &Element) {
        if self.line.is_connected() {
            let moved = self.line.get_bounding_client_rect().top() - self.top;
            if moved != 0.0 {
                view.scroll_by_with_x_and_y(0.0, moved);
            }
        }
    }

    /// The position in the room of the line, where it has one.
    pub fn seq(&self) -> Option<u64> {
        seq_of(&self.line)
    }
}

/// How far the end of the list is below what is seen, in CSS pixels.
pub fn below(view: &Element) -> i32 {
    view.scroll_height() - view.client_height() - view.scroll_top()
}

/// Shows the end of the list.
pub fn to_end(view: &Element) {
    view.set_scroll_top(view.scroll_height());
}

/// Shows this line in the upper part of the view.
pub fn to_line(view: &Element, line: &Element) {
    let offset = line.get_bounding_client_rect().top() - view.get_bounding_client_rect().top();
    let quarter = view.client_height() / 4;
    view.scroll_by_with_x_and_y(0.0, offset - f64::from(quarter));
}

/// The line of this position in the room, or the last one before it.
pub fn line_at(lines: &Element, seq: u64) -> Option<Element> {
    let children = lines.children();
    let mut upwards = (0..children.length()).rev().filter_map(|index| children.item(index));
    upwards.find(|line| seq_of(line).is_some_and(|own| own <= seq))
}

/// Lights a line up for a moment, and puts the focus on it where it takes that.
pub fn light_up(line: &Element) {
    let line: HtmlElement = line.clone().unchecked_into();
    // A class that was there already is begun anew.
    let _ = line.class_list().remove_1("lit");
    let _ = line.offset_width();
    let _ = line.class_list().add_1("lit");
    // Somebody may be writing in it already.
    if !line.matches(":focus-within").unwrap_or(false) {
        let _ = line.focus();
    }
    set_timeout(move || _ = line.class_list().remove_1("lit"), LIT);
}

/// For so long a line is lit up.
const LIT: Duration = Duration::from_millis(2_500);

fn seq_of(line: &Element) -> Option<u64> {
    line.get_attribute("data-seq")?.parse().ok()
}

/// Calls back when one of these has another size, for as long as the owner lives.
pub fn on_resize(elements: &[Element], told: impl FnMut() + 'static) {
    let told: Box<dyn FnMut()> = Box::new(told);
    let told = Closure::wrap(told);
    // Every browser that runs WebAssembly as we compile it has this observer.
    let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else { return };
    elements.iter().for_each(|element| observer.observe(element));
    let held = StoredValue::new_local((observer, told));
    on_cleanup(move || {
        let _ = held.try_with_value(|(observer, _)| observer.disconnect());
    });
}
