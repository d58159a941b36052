//! Where one writes in a text field of several lines.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlTextAreaElement};

/// What is in the field.
pub fn text(field: &Element) -> String {
    field.dyn_ref().map(HtmlTextAreaElement::value).unwrap_or_default()
}

/// What is in the field, and behind how many UTF-16 units the caret is; nothing while something is selected.
pub fn caret(field: &Element) -> Option<(String, u32)> {
    let area: &HtmlTextAreaElement = field.dyn_ref()?;
    let (start, end) = selection(area);
    (start == end).then(|| (area.value(), end))
}

/// Writes a text in the place of these UTF-16 units, or of what is selected, and puts the caret behind it.
pub fn replace(field: &Element, place: Option<(u32, u32)>, text: &str) {
    let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() else { return };
    let (start, end) = place.unwrap_or_else(|| selection(area));
    let behind = start.saturating_add(u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX));
    let _ = area.focus();
    // Both fail only where the end is before the start.
    let _ = area.set_range_text_with_start_and_end(text, start, end);
    let _ = area.set_selection_range(behind, behind);
    // Whoever watches the field learns of it as of any other change.
    if let Ok(change) = Event::new("input") {
        let _ = area.dispatch_event(&change);
    }
}

/// Has whatever is being composed finished: leaving the field does that, in every browser.
pub fn finish_composing(field: &Element) {
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        let _ = area.blur();
        let _ = area.focus();
    }
}

fn selection(area: &HtmlTextAreaElement) -> (u32, u32) {
    let at = |end: Result<Option<u32>, _>| end.ok().flatten().unwrap_or_default();
    (at(area.selection_start()), at(area.selection_end()))
}
