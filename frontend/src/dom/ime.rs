//! Text fields in which Enter sends: the rules of [`Composition`], tied to a field of the document.

use std::{cell::RefCell, rc::Rc, time::Duration};

use wasm_bindgen::JsCast;
use web_sys::{
    CompositionEvent, Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent,
};

use crate::{
    ground::*,
    parts::listen,
    state::composition::{Composition, Key, Verdict},
};

/// A text field in which Enter sends. The browser alone writes into it while something is composed there.
#[derive(Clone)]
pub struct Field {
    element: HtmlElement,
    inner: Rc<RefCell<Inner>>,
    /// Takes what is written; whether the field is to be emptied then.
    take: Rc<dyn Fn(String) -> bool>,
}

#[derive(Default)]
struct Inner {
    composition: Composition,
    /// What was sent while the next syllable had already begun: taken out when that is finished.
    sent: Option<String>,
}

impl Field {
    /// Ties the rules to a field (`input` or `textarea`) for as long as the owner lives.
    pub fn tie(element: &Element, take: impl Fn(String) -> bool + 'static) -> Self {
        let element: HtmlElement = element.clone().unchecked_into();
        let field = Self { element, inner: Rc::default(), take: Rc::new(take) };
        field.listen();
        field
    }

    /// Sends what is written; when a syllable is being composed, as soon as it is finished.
    pub fn send(&self) {
        if self.inner.borrow_mut().composition.press() {
            self.send_now();
        } else {
            // Leaving the field finishes the syllable, in every browser.
            let _ = self.element.blur();
            let _ = self.element.focus();
        }
    }

    /// Writes a text into the field, unless something is composed in it.
    pub fn write(&self, text: &str) {
        if !self.inner.borrow().composition.is_composing() {
            self.put(text);
        }
    }

    /// Puts the caret into the field.
    pub fn focus(&self) {
        let _ = self.element.focus();
    }

    fn listen(&self) {
        let target = || self.element.clone();
        let field = self.clone();
        listen(target(), "compositionstart", move |_: CompositionEvent| {
            field.inner.borrow_mut().composition.start();
        });
        let field = self.clone();
        listen(target(), "compositionupdate", move |event: CompositionEvent| {
            field.inner.borrow_mut().composition.update(&event.data().unwrap_or_default());
        });
        let field = self.clone();
        listen(target(), "compositionend", move |event: CompositionEvent| {
            field.composition_ended(&event);
        });
        let field = self.clone();
        listen(target(), "keydown", move |event: KeyboardEvent| field.key_down(&event));
        let field = self.clone();
        listen(target(), "keyup", move |event: KeyboardEvent| {
            field.inner.borrow_mut().composition.key_up(is_enter(&event));
        });
        let field = self.clone();
        listen(target(), "blur", move |_: Event| {
            field.inner.borrow_mut().composition.key_up(true);
        });
        let field = self.clone();
        listen(target(), "beforeinput", move |event: web_sys::InputEvent| {
            let breaks = matches!(event.input_type().as_str(), "insertLineBreak" | "insertParagraph");
            if breaks && field.inner.borrow().composition.line_break() {
                event.prevent_default();
            }
        });
    }

    fn key_down(&self, event: &KeyboardEvent) {
        let key = Key {
            enter: is_enter(event),
            shift: event.shift_key(),
            repeat: event.repeat(),
            composing: event.is_composing(),
            taken: event.key_code() == 229,
        };
        let verdict = self.inner.borrow_mut().composition.key_down(key);
        if verdict != Verdict::Pass {
            event.prevent_default();
        }
        if verdict == Verdict::Send {
            self.send_now();
        }
    }

    fn composition_ended(&self, event: &CompositionEvent) {
        let sends = self.inner.borrow_mut().composition.end(&event.data().unwrap_or_default());
        let whole = self.text();
        let field = self.clone();
        // In a task of its own: some browsers put the last syllable back into a field that is emptied here.
        set_timeout(
            move || {
                field.take_out_what_was_sent();
                if sends {
                    field.send_composed(whole);
                }
            },
            Duration::ZERO,
        );
    }

    fn send_composed(&self, whole: String) {
        if !self.inner.borrow().composition.is_composing() {
            self.send_now();
        } else if (self.take)(whole.clone()) {
            self.inner.borrow_mut().sent = Some(whole);
        }
    }

    fn take_out_what_was_sent(&self) {
        if self.inner.borrow().composition.is_composing() {
            return;
        }
        let Some(sent) = self.inner.borrow_mut().sent.take() else { return };
        if let Some(rest) = self.text().strip_prefix(&sent) {
            self.put(rest);
        }
    }

    fn send_now(&self) {
        if (self.take)(self.text()) {
            self.put("");
        }
    }

    fn text(&self) -> String {
        if let Some(area) = self.element.dyn_ref::<HtmlTextAreaElement>() {
            return area.value();
        }
        self.element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default()
    }

    fn put(&self, text: &str) {
        if let Some(area) = self.element.dyn_ref::<HtmlTextAreaElement>() {
            area.set_value(text);
        } else if let Some(input) = self.element.dyn_ref::<HtmlInputElement>() {
            input.set_value(text);
        }
        // Whoever watches the field learns of it as of any other change.
        if let Ok(change) = Event::new("input") {
            let _ = self.element.dispatch_event(&change);
        }
    }
}

/// By `code` too: while something is composed on Windows, `key` reads `Process`.
fn is_enter(event: &KeyboardEvent) -> bool {
    event.key() == "Enter" || matches!(event.code().as_str(), "Enter" | "NumpadEnter")
}
