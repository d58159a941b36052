//! How the page talks to the server: one socket, and the API over HTTP. Knows the protocol, never the view.

pub mod http;
pub mod socket;

use maru_shared::DraftId;

/// A draft id that nobody can guess.
#[expect(clippy::disallowed_methods, reason = "the page's dice: `Stamps` is the server's")]
pub fn random_draft() -> DraftId {
    let mut bytes = [0; 16];
    // Fails only in a browser without `crypto.getRandomValues`, which is in none that runs WebAssembly.
    let _ = getrandom::fill(&mut bytes);
    DraftId::from_random_bytes(bytes)
}
