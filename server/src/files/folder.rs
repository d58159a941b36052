//! Where files are on the disk, below the data directory, and how they come there so that no crash leaves half of one:
//!
//! ```text
//! files/uploads/<file>        what has come of a file that is still coming
//! files/ab/cdef...            a content, under its hash (SHA-256, in hexadecimal)
//! files/ab/cdef....webp       the small form of a picture
//! ```
//!
//! Nothing is ever changed once it has its name under its hash.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use maru_shared::FileId;

use crate::entry::ContentHash;

/// The folder of files. What it does waits for the disk: it is not to be asked on a thread that serves sockets.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// What is in the folder under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// What has come of a file.
    Upload(FileId),
    /// A content, or the small form of one.
    Content(ContentHash),
    /// Nothing that Maru puts there.
    Other,
}

impl Folder {
    /// The folder in this data directory, made where it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = Self(data.join("files"));
        make_folder(&folder.uploads())?;
        sync(&folder.0)?;
        sync(data)?;
        Ok(folder)
    }

    /// Where what has come of a file is.
    pub fn upload(&self, file: FileId) -> PathBuf {
        self.uploads().join(file.to_string())
    }

    /// Where a content is.
    pub fn content(&self, hash: &ContentHash) -> PathBuf {
        let name = HEXLOWER.encode(hash.as_bytes());
        self.0.join(&name[..2]).join(&name[2..])
    }

    /// Where the small form of a picture is.
    pub fn small(&self, hash: &ContentHash) -> PathBuf {
        let mut path = self.content(hash).into_os_string();
        path.push(".webp");
        path.into()
    }

    /// How many bytes of a file are here, of those of which the store says that they are on the disk: a crash between the two
    /// steps by which a file becomes a content, or a backup without it, may have left fewer.
    ///
    /// # Errors
    /// When the disk does not tell.
    pub fn reached(&self, file: FileId, kept: u64) -> io::Result<u64> {
        match fs::metadata(self.upload(file)) {
            Ok(known) => Ok(known.len().min(kept)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(cause) => Err(cause),
        }
    }

    /// The file that is coming, to be gone on with behind so many bytes: what is behind them was never told of.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn go_on(&self, file: FileId, offset: u64) -> io::Result<File> {
        let path = self.upload(file);
        let is_new = !path.try_exists()?;
        let file =
            File::options().create(true).truncate(false).read(true).write(true).mode(0o600).open(&path)?;
        file.set_len(offset)?;
        if is_new {
            sync(&self.uploads())?;
        }
        Ok(file)
    }

    /// Writes what is to be kept in the place of what has come of a file, beside it: until it is a content, nothing of what has
    /// come is lost.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rewrite(&self, file: FileId, bytes: &[u8]) -> io::Result<()> {
        write(&self.rewritten(file), bytes)
    }

    /// Makes what has come of a file a content, or what was written in its place: when this returns, it is on the disk under its
    /// hash, and so is its small form.
    ///
    /// # Errors
    /// When it cannot be put there.
    pub fn place(
        &self,
        file: FileId,
        hash: &ContentHash,
        is_rewritten: bool,
        small: Option<&[u8]>,
    ) -> io::Result<()> {
        let content = self.content(hash);
        let shelf = content.parent().unwrap_or(&self.0);
        if !shelf.try_exists()? {
            make_folder(shelf)?;
            sync(&self.0)?;
        }
        if let Some(small) = small {
            let new = self.upload(file).with_extension("small");
            write(&new, small)?;
            fs::rename(new, self.small(hash))?;
        }
        fs::rename(if is_rewritten { self.rewritten(file) } else { self.upload(file) }, &content)?;
        sync(shelf)
    }

    /// Takes away what has come of a file.
    pub fn forget_upload(&self, file: FileId) {
        let path = self.upload(file);
        for path in [self.rewritten(file), path.with_extension("small"), path] {
            remove(&path);
        }
    }

    /// Takes away what nothing is known of.
    pub fn forget(&self, path: &Path) {
        remove(path);
    }

    /// Takes a content away, and its small form.
    pub fn forget_content(&self, hash: &ContentHash) {
        remove(&self.small(hash));
        remove(&self.content(hash));
    }

    /// The folders in which something may be.
    ///
    /// # Errors
    /// When the disk does not tell.
    pub fn shelves(&self) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.path())).collect()
    }

    /// What is on a shelf, with its path.
    ///
    /// # Errors
    /// When the disk does not tell.
    pub fn look_through(&self, shelf: &Path) -> io::Result<Vec<(PathBuf, Found)>> {
        let is_uploads = shelf == self.uploads();
        fs::read_dir(shelf)?
            .map(|entry| {
                let path = entry?.path();
                let found = if is_uploads { found_upload(&path) } else { found_content(&path) };
                Ok((path, found.unwrap_or(Found::Other)))
            })
            .collect()
    }

    fn rewritten(&self, file: FileId) -> PathBuf {
        self.upload(file).with_extension("new")
    }

    fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }
}

fn found_upload(path: &Path) -> Option<Found> {
    path.file_stem()?.to_str()?.parse().ok().map(Found::Upload)
}

fn found_content(path: &Path) -> Option<Found> {
    let shelf = path.parent()?.file_name()?.to_str()?;
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(".webp").unwrap_or(name);
    let hash = HEXLOWER.decode(format!("{shelf}{name}").as_bytes()).ok()?;
    Some(Found::Content(ContentHash::from_bytes(hash.try_into().ok()?)))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// What people send is for nobody else on this machine.
fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// What was named in a folder has its name after a crash, too.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// What cannot be taken away now is found when the server starts again.
fn remove(path: &Path) {
    if let Err(cause) = fs::remove_file(path)
        && cause.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%cause, "cannot take a file off the disk");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_has_the_name_that_it_was_given() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::open(data.path()).unwrap();
        let (file, hash) = (FileId::from_u128(7), ContentHash::from_bytes([0xab; 32]));
        folder.go_on(file, 0).unwrap().write_all(b"content").unwrap();
        assert_eq!(folder.reached(file, 4).unwrap(), 4);
        assert_eq!(folder.reached(file, 9).unwrap(), 7);
        let found = |path: PathBuf| folder.look_through(path.parent().unwrap()).unwrap();
        assert_eq!(found(folder.upload(file)), [(folder.upload(file), Found::Upload(file))]);

        folder.place(file, &hash, false, Some(b"small")).unwrap();
        assert_eq!(folder.reached(file, 7).unwrap(), 0);
        assert_eq!(fs::read(folder.content(&hash)).unwrap(), b"content");
        let all = found(folder.content(&hash));
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|(_, found)| *found == Found::Content(hash)), "{all:?}");
        folder.forget_content(&hash);
        assert!(found(folder.content(&hash)).is_empty());
        fs::write(folder.upload(file).with_file_name("notes.txt"), "").unwrap();
        assert_eq!(found(folder.upload(file))[0].1, Found::Other);
    }
}
