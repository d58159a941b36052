//! Programs from crates.io.

use std::{fs, path::Path};

use anyhow::Result;

use crate::{place, program::Program};

/// Builds `package` into `home`. Without optimisation and debug information: these tools wait for
/// rustc most of the time, and are there in a third of the time.
pub(super) fn install(package: &str, version: &str, locked: bool, home: &Path) -> Result<()> {
    let cargo = Program::cargo("install --debug --version").words(version).words("--root").args([home]);
    let cargo = cargo.words("--target-dir").args([build_folder()?]).words(package);
    let cargo = if locked { cargo.words("--locked") } else { cargo };
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").run()
}

/// Removes what building left. It is kept until the last tool is there, as they share dependencies,
/// and an installation that was broken off goes on where it was.
pub(super) fn sweep() -> Result<()> {
    let folder = build_folder()?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn build_folder() -> Result<std::path::PathBuf> {
    Ok(place::tools()?.join("build"))
}
