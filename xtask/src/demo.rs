//! `cargo xtask demo`: a Maru with a conversation in it, for trying and for pictures.

use std::fs;

use anyhow::{Context, Result};

use crate::{build, place, program::Program};

pub(crate) fn demo(arguments: &[String]) -> Result<()> {
    build::frontend()?;
    build::server()?;
    let folder = place::target()?.join("demo");
    if folder.exists() {
        // Each time anew: what was tried in it the last time is gone.
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Program::cargo("run --package maru-server --example demo --").args([&folder]).run()?;
    let server = Program::new(place::server()?).env("MARU_DIST", place::dist()).env("MARU_DATA", &folder);
    server.args(arguments).become_it()
}
