//! The annex's entry. The page imports it, and calls what it gives.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

fn main() {}

/// Shows what is asked in an element of the document.
#[wasm_bindgen]
pub fn open_view(host: &Element, asked: &str) {
    maru_frontend::annex::open(host, asked);
}
