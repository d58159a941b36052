//! Loads the annex: its script, which brings its WebAssembly, and its stylesheets. `index.html` says where they are.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Promise};
use leptos::prelude::document;
use maru_shared::codec;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Element, HtmlElement};

use crate::{
    parts::{Task, tag},
    seam::Asked,
};

#[wasm_bindgen]
extern "C" {
    /// The script's module, imported when it is called.
    fn import(url: &str) -> Promise;

    /// The annex, as its script gives it.
    #[derive(Clone)]
    pub type Annex;

    /// Has its WebAssembly loaded.
    #[wasm_bindgen(method, js_name = default)]
    fn begin(this: &Annex) -> Promise;

    /// Shows what is asked in an element.
    #[wasm_bindgen(method)]
    fn open_view(this: &Annex, host: &Element, asked: &str);
}

thread_local! {
    /// What is being loaded, or was.
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// How often that failed.
    static FAILED: Cell<u32> = const { Cell::new(0) };
}

/// The annex, which is loaded once. `None` when that fails: then it may be tried again.
pub fn load() -> Task<Option<Annex>> {
    let loading = LOADING.with_borrow_mut(|loading| loading.get_or_insert_with(fetch).clone());
    Box::pin(async move {
        let loaded = JsFuture::from(loading).await;
        if loaded.is_err() {
            LOADING.set(None);
            FAILED.set(FAILED.get() + 1);
        }
        loaded.ok().map(JsCast::unchecked_into)
    })
}

impl Annex {
    /// Shows what is asked in an element.
    pub fn open(&self, host: &Element, asked: &Asked) {
        self.open_view(host, &codec::encode(asked));
    }
}

/// All at once: it is never shown without its styles.
fn fetch() -> Promise {
    let named = document().query_selector("meta[name=annex]").ok().flatten();
    let named = named.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let (styles, scripts): (Vec<&str>, Vec<&str>) =
        named.split_whitespace().partition(|file| file.ends_with(".css"));
    let links: Vec<HtmlElement> = styles.into_iter().map(stylesheet).collect();
    // The script is first.
    let all: Array = scripts.into_iter().map(script).chain(links.iter().map(loaded)).collect();
    future_to_promise(async move {
        let begun = begin(&all).await;
        if begun.is_err() {
            links.iter().for_each(|link| link.remove());
        }
        begun
    })
}

async fn begin(all: &Array) -> Result<JsValue, JsValue> {
    let all: Array = JsFuture::from(Promise::all(all)).await?.unchecked_into();
    let annex = all.get(0);
    JsFuture::from(annex.unchecked_ref::<Annex>().begin()).await?;
    Ok(annex)
}

/// Browsers may remember that a script was not to be had: so it has another address each time.
fn script(file: &str) -> JsValue {
    let failed = FAILED.get();
    let address = if failed == 0 { file.to_owned() } else { format!("{file}?{failed}") };
    import(&address).into()
}

fn stylesheet(file: &str) -> HtmlElement {
    let link = tag("link").attr("rel", "stylesheet").attr("href", file.to_owned()).element();
    if let Some(head) = document().head() {
        // Fails only where a node would be within itself.
        let _ = head.append_child(&link);
    }
    link.unchecked_into()
}

fn loaded(link: &HtmlElement) -> JsValue {
    let loaded = Promise::new(&mut |resolve, reject| {
        link.set_onload(Some(&resolve));
        link.set_onerror(Some(&reject));
    });
    loaded.into()
}
