//! JSON, read by the browser's own parser: one more in WebAssembly would be a tenth of the page.

use serde::de::DeserializeOwned;

/// What a text of JSON says; nothing when it is none, or not of this type. Unknown fields are passed over. Whole
/// numbers are told apart up to 2^53, which no `seq` and no time comes near.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}
