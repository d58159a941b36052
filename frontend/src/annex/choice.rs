//! A choice of one among some, as a list that unfolds.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use crate::{
    parts::{Tag, Text, tag},
    texts::{Label, Speech, use_speech},
};

/// The list, with its label, and what tells which of the options is chosen. `at_first` is the one that is chosen at first.
pub fn choice<T: Speech>(
    id: &'static str,
    label: Label<T>,
    options: impl IntoIterator<Item = Text>,
    at_first: usize,
) -> (Tag, impl Fn() -> usize + Clone + 'static) {
    let mut list = tag("select").attr("id", id);
    for (place, words) in options.into_iter().enumerate() {
        let option = tag("option").text(words);
        list = list.child(if place == at_first { option.attr("selected", "") } else { option });
    }
    let element: HtmlSelectElement = list.element().unchecked_into();
    let chosen = move || usize::try_from(element.selected_index()).unwrap_or(at_first);
    let label = tag("label").attr("for", id).text(use_speech::<T>().say(label));
    (tag("div").class("labelled").child(label).child(list), chosen)
}
