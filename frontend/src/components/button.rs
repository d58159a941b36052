//! What one presses.

use super::icon::icon;
use crate::parts::{Tag, Text, tag};

/// A button with words on it.
pub fn button(class: impl Into<Text>, words: impl Into<Text>, act: impl Fn() + 'static) -> Tag {
    tag("button").attr("type", "button").class(class).text(words).click(act)
}

/// A button with a drawn sign on it; `label` is read aloud.
pub fn icon_button(
    class: &'static str,
    path: &'static str,
    label: impl Into<Text>,
    act: impl Fn() + 'static,
) -> Tag {
    tag("button").attr("type", "button").class(class).attr("aria-label", label).child(icon(path)).click(act)
}
