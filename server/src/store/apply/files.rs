//! Files: sending them up, with which message they come, and what nobody refers to any more.

use maru_shared::{
    Attachment, FileId, Message, Refusal, Seq,
    api::Upload,
    role::{Action, Ground, may},
};
use rusqlite::OptionalExtension;

use super::{Actor, Applying, Place, Result};
use crate::{
    entry::{Answer, Collected, Content, ContentHash, NewUpload, Outcome},
    store::row::{self, ATTACHMENT, UPLOAD},
};

/// So many files of one member wait for the message with which they come.
const MOST_UNPOSTED: u32 = 100;

/// After so many milliseconds a file is forgotten that came with no message.
const FORGOTTEN_AFTER: i64 = 24 * 3_600_000;

/// After so many milliseconds a file is forgotten of which nothing came: it only holds room that others want.
const UNBEGUN_AFTER: i64 = 10 * 60_000;

/// So many files, and so many contents, are forgotten in one transaction, so that nobody waits long for it.
const COLLECTED_AT_ONCE: i64 = 500;

/// Of this Maru, as `file_bytes` numbers whose bytes there are.
const EVERYBODY: i64 = 0;

impl Applying<'_> {
    pub(super) fn begin_upload(&self, new: &NewUpload) -> Result<Outcome> {
        let author = self.author()?;
        let before = self
            .prepare(&format!("{UPLOAD} WHERE f.member = ?1 AND f.draft = ?2"))?
            .query_row((author.number, new.draft.as_bytes()), row::upload)
            .optional()?;
        if let Some(before) = before {
            return Ok(Outcome::unchanged(Answer::Upload(before)));
        }
        author.is_heard(self.entry.at)?;
        let bounds = new.bounds;
        if new.bytes > bounds.of_file {
            return Err(Refusal::FileTooLarge { max: bounds.of_file }.into());
        }
        let unposted: u32 = self
            .prepare("SELECT count(*) FROM files WHERE member = ?1 AND room IS NULL")?
            .query_row([author.number], |row| row.get(0))?;
        if unposted >= MOST_UNPOSTED {
            return Err(Refusal::TooMany { max: MOST_UNPOSTED }.into());
        }
        let has_room =
            |taken: u64, most: u64| taken.checked_add(new.bytes).is_some_and(|bytes| bytes <= most);
        if !has_room(self.file_bytes(author.number)?, bounds.of_member)
            || !has_room(self.file_bytes(EVERYBODY)?, bounds.of_maru)
        {
            return Err(Refusal::NoRoomForFiles.into());
        }
        let bytes = i64::try_from(new.bytes).map_err(|_| Refusal::NoRoomForFiles)?;
        self.prepare(
            "INSERT INTO files (id, member, draft, name, bytes, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            new.file.as_bytes(),
            author.number,
            new.draft.as_bytes(),
            new.name.as_str(),
            bytes,
            self.entry.at.0,
        ))?;
        let upload = Upload { file: new.file, offset: 0, bytes: new.bytes, whole: None };
        Ok(Outcome::unchanged(Answer::Upload(upload)))
    }

    pub(super) fn keep_upload(&self, file: FileId, offset: u64) -> Result<Outcome> {
        let author = self.author()?;
        let kept = self
            .prepare(
                "UPDATE files SET kept = ?3, used_at = ?4 \
                 WHERE id = ?1 AND member = ?2 AND content IS NULL AND bytes >= ?3",
            )?
            .execute((file.as_bytes(), author.number, row::bytes(offset), self.entry.at.0))?;
        if kept == 0 { Err(Refusal::NoSuchFile.into()) } else { Ok(Outcome::unchanged(Answer::Done)) }
    }

    pub(super) fn finish_upload(&self, file: FileId, content: &Content) -> Result<Outcome> {
        let author = self.author()?;
        let is_coming =
            "SELECT 1 FROM files WHERE id = ?1 AND member = ?2 AND content IS NULL AND kept = bytes";
        if !self.exists(is_coming, (file.as_bytes(), author.number))? {
            return Err(Refusal::NoSuchFile.into());
        }
        self.prepare(
            "INSERT INTO contents (hash, bytes, kind, width, height, small_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute((
            content.hash.as_bytes(),
            row::bytes(content.bytes),
            &content.kind,
            content.picture.map(|picture| picture.width),
            content.picture.map(|picture| picture.height),
            content.small_bytes.map(row::bytes),
        ))?;
        self.prepare(
            "UPDATE files SET content = (SELECT number FROM contents WHERE hash = ?2), used_at = ?3 WHERE id = ?1",
        )?
        .execute((file.as_bytes(), content.hash.as_bytes(), self.entry.at.0))?;
        let whole = self
            .prepare(&format!("{ATTACHMENT} WHERE f.id = ?1"))?
            .query_row([file.as_bytes()], row::attachment)?;
        Ok(Outcome::unchanged(Answer::Whole(whole)))
    }

    pub(super) fn cancel_upload(&self, file: FileId) -> Result<Outcome> {
        let author = self.author()?;
        let gone = self
            .prepare("DELETE FROM files WHERE id = ?1 AND member = ?2 AND room IS NULL")?
            .execute((file.as_bytes(), author.number))?;
        if gone == 0 { Err(Refusal::NoSuchFile.into()) } else { Ok(Outcome::unchanged(Answer::Done)) }
    }

    /// Lets these files come with the message that is about to get the room's next position: only its author's, only whole
    /// ones, and each with one message.
    pub(super) fn attach(&self, place: &Place, author: &Actor, files: &[FileId]) -> Result<Vec<Attachment>> {
        if files.len() > Message::MOST_FILES {
            return Err(Refusal::TooMany { max: Message::MOST_FILES as u32 }.into());
        }
        let mut attached = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            let known = self
                .prepare(&format!("{ATTACHMENT} WHERE f.id = ?1 AND f.member = ?2 AND f.room IS NULL"))?
                .query_row((file.as_bytes(), author.number), row::attachment)
                .optional()?;
            attached.push(known.filter(|_| !files[..at].contains(file)).ok_or(Refusal::NoSuchFile)?);
        }
        for (at, file) in (0_i64..).zip(files) {
            self.prepare("UPDATE files SET room = ?2, seq = ?3, place = ?4 WHERE id = ?1")?.execute((
                file.as_bytes(),
                place.number,
                row::number(place.head.next()),
                at,
            ))?;
        }
        Ok(attached)
    }

    /// Forgets the files that came with a message.
    pub(super) fn detach(&self, place: &Place, message: Seq) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM files WHERE room = ?1 AND seq = ?2")?
            .execute((place.number, row::number(message)))?;
        Ok(())
    }

    /// Forgets some of the files that came with messages in deleted rooms: how many.
    pub(super) fn detach_in_deleted_rooms(&self, at_once: i64) -> rusqlite::Result<usize> {
        self.prepare(
            "DELETE FROM files WHERE id IN (SELECT f.id FROM rooms r JOIN files f ON f.room = r.number \
             WHERE r.deleted_at IS NOT NULL LIMIT ?1)",
        )?
        .execute([at_once])
    }

    pub(super) fn collect_files(&self) -> Result<Outcome> {
        let uploads = self
            .prepare(
                "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE room IS NULL AND (used_at < ?1 \
                 OR (used_at < ?3 AND kept = 0 AND content IS NULL)) ORDER BY used_at LIMIT ?2) RETURNING id",
            )?
            .query_map(
                (
                    self.entry.at.0.saturating_sub(FORGOTTEN_AFTER),
                    COLLECTED_AT_ONCE,
                    self.entry.at.0.saturating_sub(UNBEGUN_AFTER),
                ),
                |row| Ok(FileId::from_bytes(row.get(0)?)),
            )?
            .collect::<rusqlite::Result<_>>()?;
        let contents = self
            .prepare(
                "DELETE FROM contents WHERE number IN (SELECT content FROM loose_contents ORDER BY content LIMIT ?1) \
                 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.content = contents.number) RETURNING hash",
            )?
            .query_map([COLLECTED_AT_ONCE], |row| Ok(ContentHash::from_bytes(row.get(0)?)))?
            .collect::<rusqlite::Result<_>>()?;
        self.prepare(
            "DELETE FROM loose_contents WHERE content IN (SELECT content FROM loose_contents ORDER BY content LIMIT ?1)",
        )?
        .execute([COLLECTED_AT_ONCE])?;
        Ok(Outcome::unchanged(Answer::Collected(Collected { uploads, contents })))
    }

    /// Who asks, if they are one who sends files.
    fn author(&self) -> Result<Actor> {
        let author = self.actor()?;
        if author.is_operator() || !may(author.role, Action::Talk, Ground::Room { made_it: false }) {
            return Err(Refusal::NotAllowed.into());
        }
        Ok(author)
    }

    fn file_bytes(&self, whose: i64) -> rusqlite::Result<u64> {
        let bytes = self
            .prepare("SELECT bytes FROM file_bytes WHERE member = ?1")?
            .query_row([whose], |row| row.get::<_, i64>(0))
            .optional()?;
        Ok(bytes.unwrap_or(0).max(0).unsigned_abs())
    }
}
