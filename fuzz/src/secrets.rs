//! The secrets of sessions and links.

use std::str;

use maru_server::secret::Token;

/// A text spells one token or none, and each token is spelled one way.
pub fn secrets(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(token) = Token::parse(text) {
        assert_eq!(token.spell(), text);
    }
}
