//! Looks after the sources of the server. (Trunk looks after those of the page.)

use std::{path::Path, sync::mpsc::Sender};

use anyhow::Result;
use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind},
};

use super::Wake;
use crate::place;

/// Wakes the loop when one of them is written, as long as what it gives back is kept.
pub(super) fn sources_of_the_server(wake: Sender<Wake>) -> Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| is_change(event.kind) && event.paths.iter().any(|path| is_source(path))) {
            drop(wake.send(Wake::Changed));
        }
    })?;
    for folder in ["server/src", "shared/src"] {
        watcher.watch(&place::root().join(folder), RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}

/// Whether content or names changed. That a file was read, as by the compiler, is no change.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Other | EventKind::Any => false,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
    }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "rs" || ending == "sql")
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc};

    use super::*;

    #[test]
    fn writing_a_source_is_a_change_and_reading_it_or_writing_beside_it_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.rs");
        fs::write(&source, "1").unwrap();
        let (told, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            told.send(event.unwrap()).unwrap();
        })
        .unwrap();
        watcher.watch(folder.path(), RecursiveMode::Recursive).unwrap();

        fs::read(&source).unwrap();
        fs::write(folder.path().join("a.rs~"), "2").unwrap();
        fs::write(&source, "2").unwrap();

        let wakes = |event: &Event| is_change(event.kind) && event.paths.iter().any(|path| is_source(path));
        let first = events.iter().find(wakes).unwrap();
        assert!(matches!(first.kind, EventKind::Modify(_)), "{first:?}");
    }
}
