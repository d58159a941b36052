//! What one presses.

use super::icon::icon;
use crate::parts::{Tag, Text, tag};

/// A button with words on it.
pub fn button(class: impl Into<Text>, words: impl Into<Text>, act: impl Fn() + 'static) -> Tag {
    boxed_button(class.into(), Box::new(act)).text(words)
}

/// A button with nothing on it, which does nothing.
#[inline(never)]
pub fn bare_button() -> Tag {
    tag("button").attr("type", "button")
}

fn boxed_button(class: Text, act: Box<dyn Fn()>) -> Tag {
    bare_button().class(class).click(act)
}

/// A button with a drawn sign on it; `label` is read aloud.
pub fn icon_button(
    class: &'static str,
    path: &'static str,
    label: impl Into<Text>,
    act: impl Fn() + 'static,
) -> Tag {
    signed(boxed_button(class.into(), Box::new(act)), path, label.into())
}

fn signed(button: Tag, path: &'static str, label: Text) -> Tag {
    button.attr("aria-label", label).child(icon(path))
}
