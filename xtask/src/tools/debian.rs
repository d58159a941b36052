//! What Debian packages: brought on Debian as root, named everywhere else.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Once,
};

use anyhow::{Result, bail};

use super::first_on_path;
use crate::program::Program;

/// Node.js and npm: they run the browser tests.
pub(super) fn bring_node() -> Result<()> {
    /// The oldest that Playwright takes.
    const OLDEST: u32 = 20;
    if node().is_none() && is_root_on_debian() {
        bring("nodejs", "runs the browser tests", "a minute")?;
        bring("npm", "brings what the browser tests need", "two minutes")?;
    }
    match node() {
        Some(version) if version >= OLDEST => println!("node {version} and npm: there"),
        _ => bail!("the browser tests need Node.js {OLDEST} or newer with npm: https://nodejs.org"),
    }
    Ok(())
}

/// A browser for the tests.
pub(super) fn bring_chromium() -> Result<()> {
    if chromium().is_none() {
        bring("chromium", "the browser that the tests drive", "a minute")?;
    }
    match chromium() {
        Some(chromium) => println!("chromium: there, {}", chromium.display()),
        None => bail!("Chromium was installed, but is not on the PATH: name it in MARU_CHROMIUM"),
    }
    Ok(())
}

/// Fonts that have Hangul, kana and Han, so that tests and screenshots show what people see.
pub(super) fn bring_fonts() -> Result<()> {
    if !hangul_is_there() {
        bring("fonts-noto-cjk", "fonts with Hangul", "a minute")?;
    }
    println!("fonts with Hangul: there");
    Ok(())
}

/// The browser: `MARU_CHROMIUM`, or the first that is found.
pub(super) fn chromium() -> Option<PathBuf> {
    const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    if let Some(named) = env::var_os("MARU_CHROMIUM").filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    first_on_path(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])
        .or_else(|| Some(PathBuf::from(MACOS)).filter(|chrome| chrome.is_file()))
}

/// The major version of Node.js, when npm is there too.
fn node() -> Option<u32> {
    Program::new("npm").words("--version").ask()?;
    let version = Program::new("node").words("--version").ask()?;
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn bring(package: &str, purpose: &str, takes: &str) -> Result<()> {
    if !is_root_on_debian() {
        bail!("{package} is missing: {purpose}. Install it (on Debian: sudo apt-get install {package})");
    }
    println!("{package}: {purpose}. Installing it may take {takes}.");
    static FRESH_LISTS: Once = Once::new();
    let mut listed = Ok(());
    FRESH_LISTS.call_once(|| listed = Program::new("apt-get").words("update --quiet").run());
    listed?;
    Program::new("apt-get")
        .words("install --yes --quiet --no-install-recommends")
        .words(package)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn is_root_on_debian() -> bool {
    Path::new("/etc/debian_version").is_file()
        && Program::new("id").words("-u").ask().is_some_and(|id| id == "0")
}

fn hangul_is_there() -> bool {
    const NOTO: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    match Program::new("fc-list").words(":lang=ko family").ask() {
        Some(fonts) => !fonts.is_empty(),
        // Without fontconfig's own tools: where Debian puts them; elsewhere the system has its own.
        None => !cfg!(target_os = "linux") || fs::exists(NOTO).unwrap_or(false),
    }
}
