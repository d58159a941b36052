//! The page and the server, in release.

mod budget;
mod colours;
mod compress;
mod module;
mod names;
mod shrink;
mod stamp;
mod styles;

pub(crate) use budget::budget;

use anyhow::Result;

use crate::{place, program::Program, tools};

/// Builds the page into `dist`, each file with its compressed forms beside it. Passed over when it is
/// there and nothing that it is made of has changed.
pub(crate) fn frontend() -> Result<()> {
    tools::for_building()?;
    let stamp = stamp::page()?;
    if stamp.holds() {
        println!("the page: there, and nothing that it is made of has changed");
        return Ok(());
    }
    stamp.lift()?;
    println!("the page: building it may take 3 minutes the first time");
    // Not in its own release mode, in which Trunk would ask the network for wasm-opt.
    let trunk = Program::new("trunk").words("build --skip-version-check --cargo-profile wasm-release --dist");
    let trunk = trunk.args([place::dist()]).without_paths("wasm32-unknown-unknown");
    let shrinks = tools::shrinkers_are_there();
    if shrinks { trunk } else { trunk.words("--minify") }.run()?;
    let mut modules = module::all(&place::dist())?;
    if shrinks {
        modules.iter_mut().try_for_each(shrink::together)?;
        if let Err(error) = colours::make(&place::dist()) {
            println!("the colours of code: {error:#}. So code has none");
        }
    }
    names::give(&place::dist(), &modules)?;
    compress::beside_each(&place::dist())?;
    stamp.set()
}

/// Builds the server.
pub(crate) fn server() -> Result<()> {
    println!("the server: building it may take 4 minutes the first time");
    Program::cargo("build --release --package maru-server").without_paths(&place::triple()?).run()
}
