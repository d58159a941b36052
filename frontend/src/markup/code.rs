//! Blocks of code: what language they are in, the button that copies them, and their colours, which a script of its own
//! gives them once it is loaded.

use std::cell::RefCell;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event};

use super::{node::Node, texts::MarkupTexts};
use crate::{
    dom::page,
    ground::{document, window},
};

/// A language: as the script calls it, as people do, and what else is written behind a fence for it.
type Known = (&'static str, &'static str, &'static [&'static str]);

const KNOWN: [Known; 18] = [
    ("rust", "Rust", &["rs"]),
    ("javascript", "JavaScript", &["js", "jsx", "mjs", "node"]),
    ("typescript", "TypeScript", &["ts", "tsx"]),
    ("python", "Python", &["py", "python3"]),
    ("go", "Go", &["golang"]),
    ("c", "C", &["h"]),
    ("cpp", "C++", &["c++", "cc", "cxx", "hpp"]),
    ("java", "Java", &[]),
    ("kotlin", "Kotlin", &["kt", "kts"]),
    ("sql", "SQL", &["sqlite", "mysql", "postgres", "postgresql"]),
    ("bash", "Shell", &["sh", "shell", "zsh", "console"]),
    ("json", "JSON", &["jsonc", "json5"]),
    ("markup", "HTML", &["html", "htm", "svg", "vue"]),
    ("markup", "XML", &["xml"]),
    ("css", "CSS", &["scss"]),
    ("yaml", "YAML", &["yml"]),
    ("toml", "TOML", &["ini"]),
    ("diff", "Diff", &["patch"]),
];

/// So many milliseconds a button says what it did.
const SAID: u32 = 2_000;

#[wasm_bindgen]
extern "C" {
    /// Loads a script, if it is not there, and says when it has begun.
    fn import(url: &str) -> Promise;
}

/// Adds a block of code.
pub(super) fn shown_code(into: &Node, language: &str, text: &str, texts: &'static MarkupTexts) {
    let known = known(language);
    let name = known.map_or(language, |(_, name, _)| name);
    let whole = into.add("div", "code-block");
    let head = whole.add("div", "code-head");
    head.add("span", "code-language").text(if name.is_empty() { texts.code } else { name });
    let copy = head.add("button", "code-copy");
    copy.set("type", "button");
    copy.set("data-copied", texts.copied);
    copy.set("data-selected", texts.selected);
    copy.text(texts.copy);
    let lines = whole.add("pre", "");
    // Long lines scroll, with the keyboard too.
    lines.set("tabindex", "0");
    lines.set("role", "group");
    let label = if name.is_empty() { texts.code.to_owned() } else { (texts.code_in)(name) };
    lines.set("aria-label", &label);
    let code = lines.add("code", "");
    code.text(text);
    if let Some((id, ..)) = known {
        colour(code.element(), id);
    }
}

fn known(language: &str) -> Option<&'static Known> {
    KNOWN
        .iter()
        .find(|(id, _, others)| others.contains(&language) || (*id == language && language != "markup"))
}

thread_local! {
    /// What gives colours, once it is there.
    static COLOURS: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Gives code its colours: at once when the script is there, otherwise when it is. Without it the code stays as it is.
fn colour(code: Element, language: &'static str) {
    if let Some(give) = COLOURS.with_borrow(Clone::clone) {
        // What fails leaves the code as it was.
        let _ = give.call2(&JsValue::NULL, &code, &language.into());
        return;
    }
    let meta = document().query_selector("meta[name=colours]").ok().flatten();
    let script = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    if script.is_empty() {
        return;
    }
    spawn_local(async move {
        let Ok(script) = JsFuture::from(import(&script)).await else { return };
        let Ok(give) = Reflect::get(&script, &"colour".into()) else { return };
        COLOURS.set(give.dyn_into().ok());
        if COLOURS.with_borrow(Option::is_some) {
            colour(code, language);
        }
    });
}

/// From now on, a button at a block of code copies it.
pub(super) fn copies() {
    let chosen = |event: &Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = target.filter(|target| target.class_list().contains("code-copy")) else { return };
        let whole = button.closest(".code-block").ok().flatten();
        if let Some(code) = whole.and_then(|whole| whole.query_selector("code").ok().flatten()) {
            spawn_local(copy(button, code));
        }
    };
    EventListener::new(&document(), "click", chosen).forget();
}

async fn copy(button: Element, code: Element) {
    let is_copied = page::copy(&code.text_content().unwrap_or_default()).await;
    if !is_copied && let Ok(Some(selection)) = window().get_selection() {
        // Where a page may not write to the clipboard, the code is selected to be copied by hand.
        let _ = selection.select_all_children(&code);
    }
    let said = button.get_attribute(if is_copied { "data-copied" } else { "data-selected" });
    let before = button.text_content();
    if said == before || button.has_attribute("data-said") {
        return;
    }
    let _ = button.set_attribute("data-said", "");
    let _ = button.set_attribute("aria-live", "polite");
    button.set_text_content(said.as_deref());
    let again = move || {
        button.set_text_content(before.as_deref());
        let _ = button.remove_attribute("data-said");
    };
    Timeout::new(SAID, again).forget();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_all_their_names() {
        let name = |language| known(language).map(|(_, name, _)| *name);
        assert_eq!(name("rs"), Some("Rust"));
        assert_eq!(name("c++"), Some("C++"));
        assert_eq!(name("xml"), Some("XML"));
        assert_eq!(name("html"), Some("HTML"));
        assert_eq!(name("brainfuck"), None);
        assert_eq!(name(""), None);
    }
}
