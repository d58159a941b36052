//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result};

use crate::program::Program;

/// The project's own folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // What cargo says now counts more than where this was compiled: checkouts may share a target folder.
        let own = env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        own.parent().map_or(own.clone(), Path::to_owned)
    })
}

/// Where cargo builds: `target`, unless its configuration says otherwise.
pub(crate) fn target() -> Result<&'static Path> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(target) = TARGET.get() {
        return Ok(target);
    }
    let metadata = Program::cargo("metadata --no-deps --format-version 1 --offline").read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str().context("cargo names no target directory")?;
    Ok(TARGET.get_or_init(|| target.into()))
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The server as built in release.
pub(crate) fn server() -> Result<PathBuf> {
    Ok(target()?.join("release").join(format!("maru{}", env::consts::EXE_SUFFIX)))
}

/// Where cargo keeps the sources of dependencies, among other things.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    named.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// The machine that is built for, in rustc's words.
pub(crate) fn triple() -> Result<String> {
    let said = Program::new("rustc").words("--version --verbose").read()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it builds for")
}

/// The folder that holds what Maru's build installed for itself: one folder a tool and version.
pub(crate) fn tools() -> Result<PathBuf> {
    let cache = match env::var_os("XDG_CACHE_HOME").filter(|cache| !cache.is_empty()) {
        Some(cache) => cache.into(),
        None => {
            env::home_dir().context("no home folder to keep tools in: set XDG_CACHE_HOME")?.join(".cache")
        }
    };
    Ok(cache.join("maru").join("tools"))
}
