//! One type for each kind of thing that changes on the page. What a library is generic over, the compiler makes
//! anew for each type; closures are all of different types, and there are hundreds. Through these few forms
//! the page weighs some tens of kilobytes less.

use std::pin::Pin;

use leptos::{ev::Custom, prelude::*};
use leptos_use_event_listener::use_event_listener;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget};

/// A part of the view that is made anew when what it reads changes.
pub type Part = Box<dyn FnMut() -> AnyView + Send>;

/// What is to be done, later.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// A part of the view that is made anew when what it reads changes.
pub fn part(show: impl FnMut() -> AnyView + Send + 'static) -> Part {
    Box::new(show)
}

/// A part of the view that is there while `when` holds.
pub fn part_when(when: Memo<bool>, show: impl Fn() -> AnyView + Send + 'static) -> Part {
    Box::new(move || if when.get() { show() } else { ().into_any() })
}

/// What follows from what it reads; whoever reads it is told only when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(follow: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let follow: Box<dyn Fn() -> T + Send + Sync> = Box::new(follow);
    boxed_memo(follow)
}

/// Does something now, and whenever what it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    boxed_effect(act);
}

/// Begins a task.
pub fn begin(task: impl Future<Output = ()> + 'static) {
    let task: Task<()> = Box::pin(task);
    leptos::task::spawn_local(task);
}

/// Listens to an event for as long as the owner lives.
pub fn listen<E: JsCast>(target: impl Into<EventTarget>, event: &'static str, told: impl Fn(E) + 'static) {
    boxed_listen(target.into(), event, Box::new(move |event| told(event.unchecked_into())));
}

fn boxed_memo<T: PartialEq + Send + Sync + 'static>(follow: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| follow())
}

fn boxed_effect(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| act());
}

fn boxed_listen(target: EventTarget, event: &'static str, told: Box<dyn Fn(Event)>) {
    let _ = use_event_listener(target, Custom::<Event>::new(event), told);
}
