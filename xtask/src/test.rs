//! `cargo xtask test`: every test there is.

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::{build, e2e, program::Program, steps::Steps, tools};

/// A part of the tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Without a browser: of one piece, and on real sockets
    Unit,
    /// In a real browser, against the release server and the built page
    E2e,
}

pub(crate) fn test(only: Option<Part>, playwright: &[String]) -> Result<()> {
    let mut steps = Steps::default();
    add_to(&mut steps, only, playwright);
    steps.close()
}

/// Takes the tests as steps among others.
pub(crate) fn add_to(steps: &mut Steps, only: Option<Part>, playwright: &[String]) {
    if only != Some(Part::E2e) {
        steps.take("unit and integration tests", unit);
        steps.take("fuzzing, a short run", fuzz);
    }
    if only != Some(Part::Unit) {
        let built = steps.take("page", build::frontend) & steps.take("server", build::server);
        steps.take("browser tests", || {
            ensure!(built, "not run, as page or server was not built");
            tools::for_browser_tests()?;
            e2e::test(playwright)
        });
    }
}

fn unit() -> Result<()> {
    Program::cargo("test --workspace --exclude maru-fuzz --no-fail-fast").run()
}

/// So many tries of each target, however long they take: `cargo xtask fuzz` goes on from there.
fn fuzz() -> Result<()> {
    Program::cargo("test --package maru-fuzz --no-fail-fast").run()
}
