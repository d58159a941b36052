//! `cargo xtask ci`: all that must hold before a change is taken.

use anyhow::Result;

use crate::{build, dist, e2e, guide, program::Program, steps::Steps, test, tidy, tools};

pub(crate) fn ci() -> Result<()> {
    let mut steps = Steps::default();
    steps.take("formatting", || Program::cargo("fmt --all --check").run());
    steps.take("tidy", tidy::tidy);
    steps.take("tools", || tools::for_building().and_then(|()| tools::for_licences()));
    steps.take("licences and sources", licences);
    steps.take("lints", || Program::cargo("clippy --workspace --all-targets -- --deny warnings").run());
    steps.take("lints of the page, for the browser", || {
        Program::cargo("clippy --package maru-frontend --target wasm32-unknown-unknown -- --deny warnings")
            .run()
    });
    steps.take("types of the browser tests", e2e::check_types);
    test::add_to(&mut steps, None, &[]);
    steps.take("size of the page", build::budget);
    steps.take("operating guide", guide::check);
    steps.take("release folder", || dist::pack().and_then(|folder| dist::prove(&folder)));
    steps.take("bench, only whether it works", smoke);
    steps.close()
}

/// Advisories are not looked at: the list of them is fetched from the network at each run, and what is
/// taken here must not depend on the day.
fn licences() -> Result<()> {
    Program::cargo("deny --all-features --locked check bans licenses sources").run()
}

/// The load is built without optimisation, as the tests were: nothing is measured here.
fn smoke() -> Result<()> {
    Program::cargo("run --package maru-bench -- --smoke").run()
}
