//! The tests in a real browser, and the picture that they take.

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::{build, place, program::Program, tools};

/// Runs the browser tests against the server and the page as they are built now.
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    playwright()?.args(arguments).run()
}

/// Whether the browser tests hold together, without running them.
pub(crate) fn check_types() -> Result<()> {
    tools::for_browser_tests()?;
    packages()?;
    Program::new("npx").words("--no-install tsc --noEmit").folder(folder()).run()
}

/// `cargo xtask screenshot`: the README's picture.
pub(crate) fn screenshot() -> Result<()> {
    build::frontend()?;
    build::server()?;
    tools::for_browser_tests()?;
    playwright()?.args(["--grep", "@screenshot"]).env("MARU_SCREENSHOT", "1").run()
}

/// `cargo xtask traces`: what DevTools tell of the page when a room is long, or when much arrives. The traces are left in
/// `target/traces`; a run without further arguments leaves its figures in `target/traces.json`.
pub(crate) fn traces(arguments: &[String]) -> Result<()> {
    build::frontend()?;
    build::server()?;
    tools::for_browser_tests()?;
    let target = place::target()?;
    let folder = target.join("traces");
    fs::create_dir_all(&folder)?;
    let playwright = playwright()?.words("--config traces/playwright.config.ts").args(arguments);
    let playwright = playwright.env("MARU_TRACES", folder);
    let whole = arguments.is_empty();
    let playwright =
        if whole { playwright.env("MARU_FIGURES", target.join("traces.json")) } else { playwright };
    playwright.run()
}

fn playwright() -> Result<Program> {
    let (server, dist) = (place::server()?, place::dist());
    for built in [&server, &dist.join("index.html")] {
        if !built.is_file() {
            bail!("{} is not built", built.display());
        }
    }
    let Some(chromium) = tools::chromium() else {
        bail!("there is no Chromium to test in");
    };
    packages()?;
    let playwright = Program::new("npx").words("--no-install playwright test").folder(folder());
    Ok(playwright.env("MARU_BIN", server).env("MARU_DIST", dist).env("MARU_CHROMIUM", chromium))
}

/// Brings the npm packages of the lock file, unless they are there.
fn packages() -> Result<()> {
    let written = |file: &str| fs::metadata(folder().join(file)).and_then(|file| file.modified()).ok();
    let (locked, installed) = (written("package-lock.json"), written("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    println!("npm packages of the browser tests: installing them may take a minute");
    Program::new("npm")
        .words("ci --no-audit --no-fund")
        .folder(folder())
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .run()
}

fn folder() -> PathBuf {
    place::root().join("e2e")
}
