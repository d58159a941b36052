//! `cargo xtask dist`: one folder that runs wherever it is copied.

mod proof;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{build, place};

pub(crate) fn dist() -> Result<()> {
    build::frontend()?;
    build::server()?;
    prove(&pack()?)
}

/// Copies the folder elsewhere and sees that it runs there.
pub(crate) fn prove(folder: &Path) -> Result<()> {
    proof::that_it_runs_elsewhere(folder)?;
    println!("{}: copied elsewhere, it runs", folder.display());
    Ok(())
}

/// Puts together what is built, in place of what was there.
pub(crate) fn pack() -> Result<PathBuf> {
    let name = format!("maru-{}-{}", env!("CARGO_PKG_VERSION"), place::triple()?);
    let folder = place::target()?.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy_all(&place::dist(), &folder.join("dist"))?;
    fs::copy(place::server()?, folder.join("maru")).context("the server is not built")?;
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(place::root().join(file), folder.join(file))?;
    }
    fs::write(folder.join("maru.service"), include_str!("../assets/maru.service"))?;
    fs::write(folder.join("README.md"), include_str!("../assets/README.md"))?;
    Ok(folder)
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}
