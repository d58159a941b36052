//! The page of Maru, on the signals of Leptos, compiled to WebAssembly.
//!
//! Imports run one way: `app` to `components` to `chat` and `dom`; `chat` to `state` and `client`; `texts` is for
//! all. `state` knows no document, and `components` never touch `client`.

pub mod annex;
pub mod answer;
pub mod app;
pub mod chat;
pub mod client;
pub mod components;
pub mod dom;
pub mod ground;
pub mod markup;
pub mod parts;
pub mod seam;
pub mod state;
pub mod texts;
pub mod wishes;

/// Rust's own is 2 KB of the page.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Shows the app in the document's body.
pub fn start() {
    console_error_panic_hook::set_once();
    dom::page::end_of_loading();
    ground::live(app::app);
}
