//! Text frames of `maru.v1`.

use std::str;

use maru_shared::{Command, Notice};

use crate::{comes_back, texts::body};

/// A frame is read as a command and as a notice; what can be read comes back from being written, and what a post says is a
/// message within its bounds or none.
pub fn frames(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(Command::Post(post)) = comes_back(text) {
        body(&post.text);
    }
    comes_back::<Notice>(text);
}
