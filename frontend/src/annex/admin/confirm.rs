//! What is asked about before it is done.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::texts::{AdminTexts, use_admin_texts};
use crate::{
    components::button::button,
    ground::document,
    parts::{Text, View, Watched, effect, part, tag},
    texts::Label,
};

/// A button that asks first. `question` is told anew each time.
pub fn confirmed<Q: Into<Text>>(
    words: Label<AdminTexts>,
    question: impl Fn() -> Q + 'static,
    act: impl Fn() + Clone + 'static,
) -> View {
    let t = use_admin_texts();
    let asked = Watched::new(false);
    // The first time nothing took the focus with it.
    let was_asked = Watched::new(false);
    let show = move |is_asked: bool| {
        if !is_asked {
            let first = button("quiet warns", t.say(words), move || {
                was_asked.set(true);
                asked.set(true);
            });
            if was_asked.get_untracked() {
                take_focus(first.element().unchecked_into());
            }
            return first.into();
        }
        let cancel = button("quiet", t.say(|t| t.doing.common.cancel), move || asked.set(false));
        // The button that asked is gone, and the focus with it.
        take_focus(cancel.element().unchecked_into());
        let act = act.clone();
        let sure = button("danger", t.say(words), move || {
            act();
            asked.set(false);
        });
        let buttons = tag("div").class("row-of-buttons").child(cancel).child(sure);
        tag("div").class("question").child(tag("p").text(question())).child(buttons).into()
    };
    part::<bool, View>(move || asked.get(), show)
}

/// Gives the focus to what has this `id`: for what goes with what it did.
pub fn focus_on(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

fn take_focus(element: HtmlElement) {
    effect(move || {
        let _ = element.focus();
    });
}
