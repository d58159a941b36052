//! `cargo xtask bench`: Maru beside its peers, in one run.

use anyhow::Result;

use crate::{build, place, program::Program};

pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    build::server()?;
    Program::cargo("run --release --package maru-bench --")
        .without_paths(&place::triple()?)
        .args(arguments)
        .run()
}
