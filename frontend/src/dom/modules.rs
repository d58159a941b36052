//! Loads what is not in the page itself: a script, which brings its WebAssembly and begins it, and its stylesheets.
//! `index.html` says where they are.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

use super::page;
use crate::{
    ground::{document, set_timeout, window},
    parts::{Task, begin, tag},
};

/// Where browsers do not tell when they are idle, they are taken to be so after this.
const SOON: Duration = Duration::from_secs(2);

#[wasm_bindgen]
extern "C" {
    /// Loads a script, if it is not there, and says when it has begun.
    fn import(url: &str) -> Promise;
    /// Calls back when the browser has nothing else to do. Not every browser has it.
    #[wasm_bindgen(js_name = requestIdleCallback, catch)]
    fn when_idle(told: &JsValue) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// What is being loaded or was, by its name. What failed is not there any more.
    static LOADING: RefCell<Vec<(String, Promise)>> = const { RefCell::new(Vec::new()) };
    /// How often something failed.
    static FAILED: Cell<u32> = const { Cell::new(0) };
}

/// Loads the annex when the browser has nothing else to do, so that it is there when it is wanted; not for a reader who
/// wishes for little to be loaded.
pub fn load_when_idle() {
    let connection = Reflect::get(&window().navigator(), &"connection".into());
    let saves = connection.and_then(|connection| Reflect::get(&connection, &"saveData".into()));
    if saves.is_ok_and(|saves| saves.is_truthy()) {
        return;
    }
    let begin_loading = || {
        begin(async {
            // What cannot be loaded now is tried again when it is wanted.
            load("annex").await;
        });
    };
    if when_idle(&Closure::once_into_js(begin_loading)).is_err() {
        set_timeout(begin_loading, SOON);
    }
}

/// Whether what the page calls so is being loaded, or is there.
pub fn is_coming(name: &str) -> bool {
    let named = named(name);
    LOADING.with_borrow(|known| known.iter().any(|(file, _)| named.split(' ').any(|own| own == file)))
}

/// Loads what the page calls so, each of its files once. Whether all are there: those that are not may be tried again.
pub fn load(name: &str) -> Task<bool> {
    let all: Vec<_> =
        named(name).split(' ').map(|file| (file.to_owned(), JsFuture::from(loading(file)))).collect();
    Box::pin(async move {
        let mut are_there = true;
        for (file, loading) in all {
            if loading.await.is_err() {
                are_there = false;
                FAILED.set(FAILED.get() + 1);
                LOADING.with_borrow_mut(|known| known.retain(|(name, _)| *name != file));
                let link = page::first(&format!("link[href='{file}']"));
                link.iter().for_each(Element::remove);
            }
        }
        are_there
    })
}

/// The files of what the page calls so.
fn named(name: &str) -> String {
    let named = page::first(&format!("meta[name={name}]"));
    named.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

fn loading(file: &str) -> Promise {
    LOADING.with_borrow_mut(|known| {
        if let Some((_, loading)) = known.iter().find(|(name, _)| name == file) {
            return loading.clone();
        }
        let loading = if file.ends_with(".css") { stylesheet(file) } else { script(file) };
        known.push((file.to_owned(), loading.clone()));
        loading
    })
}

/// Browsers may remember that a script was not to be had: so it has another address each time.
fn script(file: &str) -> Promise {
    import(&format!("{file}?{}", FAILED.get()))
}

fn stylesheet(file: &str) -> Promise {
    let link = tag("link").attr("rel", "stylesheet").attr("href", file.to_owned()).element();
    let watched: &HtmlElement = link.unchecked_ref();
    let loaded = Promise::new(&mut |resolve, reject| {
        watched.set_onload(Some(&resolve));
        watched.set_onerror(Some(&reject));
    });
    if let Some(head) = document().head() {
        // Fails only where a node would be within itself.
        let _ = head.append_child(&link);
    }
    loaded
}
