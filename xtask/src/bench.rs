//! `cargo xtask bench`: Maru beside its peers, in one run.

use anyhow::Result;

use crate::{build, program::Program};

pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    build::server()?;
    Program::cargo("run --release --package maru-bench --").args(arguments).run()
}
