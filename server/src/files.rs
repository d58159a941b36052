//! Files that people send: where they are on the disk, and what becomes of one that is whole. What the store says of a file is
//! there: it is told only after this has put it on the disk.

mod folder;
pub mod kind;
pub mod picture;
mod turns;

pub use folder::Folder;
pub use kind::{is_shown, served_as};
pub use turns::{Turn, Turns};

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read},
    path::Path,
    sync::Arc,
    thread,
};

use bytes::Bytes;
use maru_shared::{FileId, Refusal};
use sha2::{Digest, Sha256};
use tokio::{
    sync::{RwLock, Semaphore, oneshot},
    task::spawn_blocking,
};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::{
    aside::{Aside, FAILED},
    entry::{Collected, Content, ContentHash},
    files::folder::Found,
};

/// So many bytes are read at once.
const READ_AT_ONCE: usize = 256 << 10;

/// So many threads at the most wait for the disk to keep files: half of those that may wait for it at all (`main.rs`), so that who
/// asks the store, or for the page, does not wait behind them.
const KEPT_AT_ONCE: usize = 8;

/// The files of this Maru.
pub struct Files {
    /// Where they are.
    pub folder: Folder,
    /// Which of them come just now.
    pub turns: Turns,
    /// What goes on when those who asked have gone: what came of a file is told to the store.
    pub tasks: TaskTracker,
    /// Places of those that wait for the disk to keep something. It is never closed.
    pub keeping: Arc<Semaphore>,
    aside: Aside,
    /// Held for reading from when a content is put on the disk until the store knows of it, for writing from when the store
    /// forgets some until they are off the disk: so none is taken away that another has just brought again.
    moving: Arc<RwLock<()>>,
}

/// A whole file, ready to be a content.
pub struct Ready {
    /// What it holds.
    pub content: Content,
    small: Option<Vec<u8>>,
    is_rewritten: bool,
}

impl Files {
    /// The files in this data directory.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open(data: &Path) -> io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            folder: Folder::open(data)?,
            turns: Turns::default(),
            tasks: TaskTracker::new(),
            keeping: Arc::new(Semaphore::new(KEPT_AT_ONCE)),
            // A picture may take some hundred megabytes while it is looked at.
            aside: Aside::new("maru-picture", threads / 4),
            moving: Arc::default(),
        })
    }

    /// Does something with the disk, where nobody's message waits for it.
    ///
    /// # Errors
    /// When the disk cannot: it is full, say.
    pub async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let folder = self.folder.clone();
        let place = Arc::clone(&self.keeping).acquire_owned().await;
        let (tell, told) = oneshot::channel();
        // Boxed, as the machinery of a task would be in the program once for each work.
        let work: Box<dyn FnOnce() + Send> = Box::new(move || {
            let done = work(&folder);
            drop(place);
            // Whoever asked may have gone.
            let _ = tell.send(done);
        });
        spawn_blocking(work);
        // Nothing is told when the work panics.
        told.await.map_or(Err(FAILED), |done| done.map_err(failed))
    }

    /// Sees what has come of a file, all of which is on the disk: what it is, and what of it is kept.
    ///
    /// # Errors
    /// When the disk cannot.
    pub async fn look(&self, file: FileId) -> Result<Ready, Refusal> {
        let folder = self.folder.clone();
        self.aside.calculate(move || look(&folder, file).map_err(failed)).await
    }

    /// Puts a content on the disk, and then tells of it by `order`.
    ///
    /// # Errors
    /// When the disk cannot, or what is ordered is refused.
    pub async fn keep<T>(
        &self,
        file: FileId,
        ready: Ready,
        order: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let held = self.moving.read().await;
        let Ready { content: Content { hash, .. }, small, is_rewritten } = ready;
        self.on_disk(move |folder| folder.place(file, &hash, is_rewritten, small.as_deref())).await?;
        let answer = order.await?;
        drop(held);
        self.forget(file).await?;
        Ok(answer)
    }

    /// Takes away what has come of a file that is wanted no more.
    ///
    /// # Errors
    /// When nothing can be done with the disk now.
    pub async fn forget(&self, file: FileId) -> Result<(), Refusal> {
        self.on_disk(move |folder| {
            folder.forget_upload(file);
            Ok(())
        })
        .await
    }

    /// Takes off the disk what the store forgot by `order`: how much.
    ///
    /// # Errors
    /// When what is ordered is refused.
    pub async fn collect(
        &self,
        order: impl Future<Output = Result<Collected, Refusal>>,
    ) -> Result<usize, Refusal> {
        let held = self.moving.write().await;
        let Collected { uploads, contents } = order.await?;
        let many = uploads.len() + contents.len();
        self.on_disk(move |folder| {
            for file in uploads {
                folder.forget_upload(file);
            }
            for hash in contents {
                folder.forget_content(&hash);
            }
            Ok(())
        })
        .await?;
        drop(held);
        if many > 0 {
            info!(many, "took files off the disk that nothing refers to");
        }
        Ok(many)
    }

    /// Takes off the disk what a crash or a refusal left there and the store knows nothing of. `known` tells which of these it knows.
    ///
    /// # Errors
    /// When the disk cannot, or the store cannot be asked.
    pub async fn sweep<E: From<Refusal>, K: Future<Output = Result<Known, E>>>(
        &self,
        known: impl Fn(Vec<FileId>, Vec<ContentHash>) -> K,
    ) -> Result<(), E> {
        let mut many = 0;
        for shelf in self.on_disk(Folder::shelves).await? {
            let held = self.moving.write().await;
            let found = self.on_disk(move |folder| folder.look_through(&shelf)).await?;
            let (mut uploads, mut contents) = (Vec::new(), Vec::new());
            for (_, found) in &found {
                match found {
                    Found::Upload(file) => uploads.push(*file),
                    Found::Content(hash) => contents.push(*hash),
                    Found::Other => {}
                }
            }
            let known = known(uploads, contents).await?;
            let is_lost = move |found: &Found| match found {
                Found::Upload(file) => !known.uploads.contains(file),
                Found::Content(hash) => !known.contents.contains(hash),
                // Whose that is, is not known: it stays.
                Found::Other => false,
            };
            many += self
                .on_disk(move |folder| {
                    let lost = found.iter().filter(|(_, found)| is_lost(found));
                    Ok(lost.map(|(path, _)| folder.forget(path)).count())
                })
                .await?;
            drop(held);
        }
        if many > 0 {
            info!(many, "took files off the disk that the store knows nothing of");
        }
        Ok(())
    }
}

/// What the store knows of.
pub struct Known {
    /// Files that are still coming.
    pub uploads: HashSet<FileId>,
    /// Contents.
    pub contents: HashSet<ContentHash>,
}

fn look(folder: &Folder, file: FileId) -> io::Result<Ready> {
    let path = folder.upload(file);
    let kind = kind::sniff(File::open(&path)?)?;
    let mut bytes = fs::metadata(&path)?.len();
    if !kind::is_picture(&kind) || bytes > picture::MOST_BYTES {
        let hash = hash(File::open(&path)?)?;
        let content = Content { hash, bytes, kind, picture: None, small_bytes: None };
        return Ok(Ready { content, small: None, is_rewritten: false });
    }
    let whole = Bytes::from(fs::read(&path)?);
    // What is not built as a picture is, is kept as it is, and not shown as one.
    let stripped = picture::strip(&kind, &whole);
    let is_rewritten = stripped.as_ref().is_some_and(|stripped| *stripped != whole);
    let seen = stripped.as_ref().and_then(|stripped| picture::look(&kind, stripped));
    let kept = stripped.unwrap_or(whole);
    if is_rewritten {
        folder.rewrite(file, &kept)?;
        bytes = kept.len() as u64;
    }
    let (picture, small) = seen.map_or((None, None), |seen| (Some(seen.picture), seen.small));
    let small_bytes = small.as_ref().map(|small| small.len() as u64);
    let content = Content { hash: hash(&kept[..])?, bytes, kind, picture, small_bytes };
    Ok(Ready { content, small, is_rewritten })
}

fn hash(mut file: impl Read) -> io::Result<ContentHash> {
    let (mut sha, mut held) = (Sha256::new(), vec![0; READ_AT_ONCE]);
    loop {
        match file.read(&mut held) {
            Ok(0) => return Ok(ContentHash::from_bytes(sha.finalize().into())),
            Ok(read) => sha.update(&held[..read]),
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

/// What the asker is told when the disk cannot.
#[expect(clippy::needless_pass_by_value, reason = "made to be given to `map_err`")]
pub fn failed(cause: io::Error) -> Refusal {
    warn!(%cause, "the disk cannot do what a file needs");
    FAILED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_done_with_the_disk_has_one_of_the_places_while_it_is_done() {
        let data = tempfile::tempdir().unwrap();
        let files = Files::open(data.path()).unwrap();
        let keeping = Arc::clone(&files.keeping);
        let free = files.on_disk(move |_| Ok(keeping.available_permits())).await;
        assert_eq!((free, files.keeping.available_permits()), (Ok(KEPT_AT_ONCE - 1), KEPT_AT_ONCE));
    }
}
