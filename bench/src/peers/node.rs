//! The peers from the npm registry: `bench/peers`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::machine;

/// Installs what `package-lock.json` names, unless it is there.
pub(crate) fn install(peers: &Path) -> Result<()> {
    let changed = |path: PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let installed = changed(peers.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(peers.join("package-lock.json")) {
        return Ok(());
    }
    eprintln!("Installing the peers (npm ci in {}): some seconds ...", peers.display());
    super::finish(Command::new("npm").arg("ci").current_dir(peers).stdout(Stdio::null()))
}

/// Node.js with this script, and the means to collect garbage when asked to.
pub(super) fn command(peers: &Path, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg("--expose-gc").arg(peers.join(script));
    command
}

/// Bun with its script.
pub(super) fn bun_command(peers: &Path) -> Command {
    let mut command = Command::new(bun(peers));
    command.arg(peers.join("bun.js"));
    command
}

/// The version of an installed package, and of what runs it.
pub(super) fn version(peers: &Path, package: &str) -> Result<String> {
    let path = peers.join("node_modules").join(package).join("package.json");
    let manifest = fs::read_to_string(path).context("not installed")?;
    let manifest: Value = serde_json::from_str(&manifest)?;
    let version = manifest.get("version").and_then(Value::as_str).context("a package without a version")?;
    let node = machine::first_line(Path::new("node"), &["--version"]).context("Node.js is not installed")?;
    Ok(format!("{version} on Node.js {}", node.trim_start_matches('v')))
}

/// The version of Bun.
pub(super) fn bun_version(peers: &Path) -> Result<String> {
    machine::first_line(&bun(peers), &["--version"]).context("not installed")
}

fn bun(peers: &Path) -> PathBuf {
    peers.join("node_modules/.bin/bun")
}
