//! Whether the page in `dist` is still the one that its sources make.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::compress::files;
use crate::{place, tools};

/// What the page is made of, relative to the project's folder.
const SOURCES: [&str; 7] =
    ["frontend", "shared/src", "index.html", "Trunk.toml", "Cargo.toml", "Cargo.lock", "xtask/src/build"];

/// A note of what the page was made of, kept outside it.
pub(super) struct Stamp {
    file: PathBuf,
    sources: String,
}

/// The stamp of the page that the sources make now.
pub(super) fn page() -> Result<Stamp> {
    let mut digest = Sha256::new();
    digest.update(if tools::shrinkers_are_there() { "small" } else { "large" });
    for source in SOURCES {
        add(&mut digest, &place::root().join(source))?;
    }
    Ok(Stamp { file: place::target()?.join("page.stamp"), sources: hex(&digest.finalize()) })
}

impl Stamp {
    /// Whether the page is there, was made of the same, and was not made anew by somebody else since.
    pub(super) fn holds(&self) -> bool {
        let now = self.text().ok();
        now.is_some() && fs::read_to_string(&self.file).ok() == now
    }

    pub(super) fn set(&self) -> Result<()> {
        Ok(fs::write(&self.file, self.text()?)?)
    }

    /// Forgets the page, so that one that is half built is never taken for whole.
    pub(super) fn lift(&self) -> Result<()> {
        if self.file.exists() {
            fs::remove_file(&self.file)?;
        }
        Ok(())
    }

    fn text(&self) -> Result<String> {
        let mut text = format!("{}\n", self.sources);
        for file in files(&place::dist())? {
            text += &format!("{} {}\n", fs::metadata(&file)?.len(), file.display());
        }
        Ok(text)
    }
}

/// Adds a file, or every file below a folder, by name and content.
fn add(digest: &mut Sha256, path: &Path) -> Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(digest, entry));
    }
    if path.is_file() {
        let content = fs::read(path)?;
        digest.update(path.as_os_str().as_encoded_bytes());
        digest.update(content.len().to_le_bytes());
        digest.update(content);
    }
    Ok(())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_or_is_renamed_changes_the_print() {
        let folder = tempfile::tempdir().unwrap();
        let print = || {
            let mut digest = Sha256::new();
            add(&mut digest, folder.path()).unwrap();
            hex(&digest.finalize())
        };
        fs::write(folder.path().join("a"), "1").unwrap();
        let first = print();
        assert_eq!(print(), first);
        fs::write(folder.path().join("a"), "2").unwrap();
        let second = print();
        assert_ne!(second, first);
        fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        assert_ne!(print(), second);
    }
}
