//! What the page is made of, over Leptos' signals: one type for each kind of thing. Leptos' own `view!` gives every
//! element a type of its own, and the compiler makes its machinery anew for each; here elements, listeners, texts and
//! lists are values, and there is one machinery for all.

mod before;
mod follow;
mod json;
mod tag;
mod to_json;
mod view;
mod watched;

pub use self::{
    before::Before,
    follow::{Followed, effect, follow, memo},
    json::from_json,
    tag::{Tag, Text, drawing, tag},
    to_json::to_json,
    view::{Key, View, each, part, part_when, show, show_in},
    watched::Watched,
};

use std::pin::Pin;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget};

use crate::ground::on_cleanup;

/// What is to be done, later.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// Begins a task.
pub fn begin(task: impl Future<Output = ()> + 'static) {
    boxed_begin(Box::pin(task));
}

/// Does something when the owner ends.
pub fn at_end(act: impl FnOnce() + 'static) {
    boxed_at_end(Box::new(act));
}

/// Keeps a thing for as long as the owner lives.
pub fn keep<T: 'static>(thing: T) {
    at_end(move || drop(thing));
}

/// Listens to an event for as long as the owner lives.
pub fn listen<E: JsCast>(target: impl Into<EventTarget>, event: &'static str, told: impl Fn(E) + 'static) {
    boxed_listen(&target.into(), event, Box::new(move |event| told(event.unchecked_into())));
}

/// Listens to an event for as long as the owner lives, and hears it before those who only [`listen`] to it.
pub fn listen_first<E: JsCast>(
    target: impl Into<EventTarget>,
    event: &'static str,
    told: impl Fn(E) + 'static,
) {
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let told = move |event: &Event| told(event.clone().unchecked_into());
    keep(EventListener::new_with_options(&target.into(), event, options, told));
}

/// The element to which an event happens, or the nearest around it, for which the selector holds.
#[inline(never)]
pub fn around(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

// One of each for whatever it is given: the calls would otherwise hold them again and again.

#[inline(never)]
fn boxed_begin(task: Task<()>) {
    wasm_bindgen_futures::spawn_local(task);
}

#[inline(never)]
fn boxed_at_end(act: Box<dyn FnOnce()>) {
    let act = SendWrapper::new(act);
    on_cleanup(move || act.take()());
}

#[inline(never)]
fn boxed_listen(target: &EventTarget, event: &'static str, told: Box<dyn Fn(Event)>) {
    // Not passive: some of them keep the browser from what it would do.
    let options = EventListenerOptions::enable_prevent_default();
    keep(EventListener::new_with_options(target, event, options, move |event| told(event.clone())));
}
