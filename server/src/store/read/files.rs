//! Files, and how far they came.

use std::collections::HashSet;

use maru_shared::{FileId, FileName, MemberId, Refusal, api::Upload};
use rusqlite::OptionalExtension;

use super::{Reader, Result};
use crate::{
    entry::ContentHash,
    store::row::{self, PUBLIC, UPLOAD},
};

/// A file that somebody may see.
#[derive(Clone, Debug)]
pub struct KeptFile {
    /// What it holds.
    pub hash: ContentHash,
    /// Whether there is a small form of it.
    pub has_small: bool,
    /// Its media type.
    pub kind: String,
    /// Whether it is a picture that can be shown.
    pub is_picture: bool,
    /// What its author called it.
    pub name: FileName,
}

impl Reader {
    /// How far a file of the asker's came.
    pub async fn upload(&self, file: FileId, asker: MemberId) -> Result<Option<Upload>> {
        self.ask(move |store| {
            store
                .prepare_cached(&format!(
                    "{UPLOAD} WHERE f.id = ?1 AND f.member = (SELECT number FROM members WHERE id = ?2)"
                ))?
                .query_row((file.as_bytes(), asker.as_bytes()), row::upload)
                .optional()
        })
        .await
    }

    /// What a file holds and is called, for those who may see it: who is in the room where it came with a message, and, until it
    /// came with one, its author.
    pub async fn file(&self, file: FileId, asker: MemberId) -> Result<Result<KeptFile, Refusal>> {
        self.ask(move |store| {
            let found = store
                .prepare_cached(
                    "SELECT c.hash, c.small_bytes IS NOT NULL, c.kind, c.width IS NOT NULL, f.name, \
                     f.room IS NULL AND f.member = m.number, r.kind, \
                     EXISTS (SELECT 1 FROM memberships s WHERE s.room = r.number AND s.member = m.number) \
                     FROM files f JOIN contents c ON c.number = f.content JOIN members m ON m.id = ?2 \
                     LEFT JOIN rooms r ON r.number = f.room AND r.deleted_at IS NULL WHERE f.id = ?1",
                )?
                .query_row((file.as_bytes(), asker.as_bytes()), |row| {
                    let kept = KeptFile {
                        hash: ContentHash::from_bytes(row.get(0)?),
                        has_small: row.get(1)?,
                        kind: row.get(2)?,
                        is_picture: row.get(3)?,
                        name: FileName::nearest(&row.get::<_, String>(4)?),
                    };
                    let (is_own, room): (bool, Option<i64>) = (row.get(5)?, row.get(6)?);
                    Ok(match (is_own || row.get(7)?, room) {
                        (true, _) => Ok(kept),
                        (false, Some(PUBLIC)) => Err(Refusal::NotJoined),
                        _ => Err(Refusal::NoSuchFile),
                    })
                })
                .optional()?;
            Ok(found.unwrap_or(Err(Refusal::NoSuchFile)))
        })
        .await
    }

    /// Which of these contents there are.
    pub async fn known_contents(&self, of: Vec<ContentHash>) -> Result<HashSet<ContentHash>> {
        self.ask(move |store| {
            let mut known = store.prepare_cached("SELECT 1 FROM contents WHERE hash = ?1")?;
            of.into_iter().filter_map(|hash| keep_if(known.exists([hash.as_bytes()]), hash)).collect()
        })
        .await
    }

    /// Which of these files are still coming.
    pub async fn known_uploads(&self, of: Vec<FileId>) -> Result<HashSet<FileId>> {
        self.ask(move |store| {
            let mut known = store.prepare_cached("SELECT 1 FROM files WHERE id = ?1 AND content IS NULL")?;
            of.into_iter().filter_map(|file| keep_if(known.exists([file.as_bytes()]), file)).collect()
        })
        .await
    }
}

/// What was asked about, if it is there.
fn keep_if<T>(is_there: rusqlite::Result<bool>, what: T) -> Option<rusqlite::Result<T>> {
    is_there.map(|is_there| is_there.then_some(what)).transpose()
}
