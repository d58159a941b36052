//! What is built or installed is not committed.

use anyhow::Result;

use crate::program::Program;

const NEVER: [&str; 7] =
    ["target", "dist", "maru-data", ":(glob)**/node_modules/**", "*.wasm", "*.br", "*.gz"];

pub(super) fn check() -> Result<Vec<String>> {
    // An unpacked release is no repository, and has nothing committed.
    let Some(tracked) = Program::new("git").words("ls-files --").args(NEVER).ask() else {
        return Ok(Vec::new());
    };
    Ok(tracked.lines().map(|file| format!("{file}: built or installed, and yet committed")).collect())
}
