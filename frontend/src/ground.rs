//! What everything in the page stands on: Leptos' signals, without the rest of Leptos, and the window that the page is in.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    rc::Rc,
    time::Duration,
};

use js_sys::Function;

pub use reactive_graph::{
    callback::{Callable, Callback},
    computed::{ArcMemo, Memo},
    effect::{Effect, RenderEffect},
    graph::{AnySubscriber, Subscriber, ToAnySubscriber, untrack},
    owner::{LocalStorage, Owner, StoredValue, expect_context, on_cleanup, provide_context},
    prelude::*,
    signal::{ArcRwSignal, RwSignal},
};
use wasm_bindgen::{JsCast, UnwrapThrowExt, closure::Closure};
pub use web_sys as ev;
use web_sys::{Document, Event, Window};

/// Begins a program of the page, which lives as long as the document.
pub fn live(whole: impl FnOnce()) {
    // Fails only when it was done already.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(whole);
    std::mem::forget(owner);
}

/// Waits until what follows from a change has happened.
pub async fn tick() {
    any_spawner::Executor::tick().await;
}

/// The window.
pub fn window() -> Window {
    // Nothing of this runs elsewhere.
    web_sys::window().unwrap_throw()
}

/// The document.
pub fn document() -> Document {
    // A window has one.
    window().document().unwrap_throw()
}

/// Calls back after a while, of 24 days at the most.
pub fn set_timeout(told: impl FnOnce() + 'static, pause: Duration) {
    let millis = i32::try_from(pause.as_millis()).unwrap_or(i32::MAX);
    // Fails only for what is no function.
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&once(Box::new(told)), millis);
}

/// Calls back before the next frame is drawn.
pub fn request_animation_frame(told: impl FnOnce() + 'static) {
    // Fails only where there is no window.
    let _ = window().request_animation_frame(&once(Box::new(told)));
}

fn once(told: Box<dyn FnOnce()>) -> Function {
    Closure::once_into_js(told).unchecked_into()
}

/// What is in the field in which something was typed.
pub fn event_target_value(event: &Event) -> String {
    let field = event.target().map(|target| target.unchecked_into::<web_sys::HtmlTextAreaElement>());
    field.map(|field| field.value()).unwrap_or_default()
}

thread_local! {
    static GIVEN: RefCell<Vec<Rc<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Gives something to everything in the document, in the place of what there was of its type. What is given to a part of it only
/// is a context of its owner.
pub fn give<T: 'static>(thing: T) {
    let thing: Rc<dyn Any> = Rc::new(thing);
    GIVEN.with_borrow_mut(|given| match place_of(given, TypeId::of::<T>()) {
        Some(place) => given[place] = thing,
        None => given.push(thing),
    });
}

/// What was given.
///
/// # Panics
/// When nothing of this type was.
pub fn given<T: Copy + 'static>() -> T {
    let found = find(TypeId::of::<T>());
    *found.as_ref().and_then(|found| found.downcast_ref()).unwrap_throw()
}

fn find(kind: TypeId) -> Option<Rc<dyn Any>> {
    GIVEN.with_borrow(|given| place_of(given, kind).map(|place| Rc::clone(&given[place])))
}

fn place_of(given: &[Rc<dyn Any>], kind: TypeId) -> Option<usize> {
    given.iter().position(|thing| thing.as_ref().type_id() == kind)
}
