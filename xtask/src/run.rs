//! `cargo xtask run`: everything in release, and the server started.

use anyhow::Result;

use crate::{build, place, program::Program};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    build::frontend()?;
    build::server()?;
    let dist = place::dist();
    Program::new(place::server()?).env("MARU_DIST", dist).args(arguments).become_it()
}
