//! Opening a data directory: its lock, its file, its form.

use std::{
    fs::{DirBuilder, File, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use maru_shared::Epoch;
use rusqlite::{Connection, OptionalExtension, Transaction, config::DbConfig};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use super::{Reader, Store, rekey::rekey};

/// Each step leads from one form of the store to the next. Only ever add to them.
fn steps() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("schema.sql")),
        M::up(include_str!("order.sql")),
        M::up(include_str!("passkeys.sql")),
        M::up_with_hook("", |transaction: &Transaction<'_>| Ok(rekey(transaction)?)),
        M::up(include_str!("conversation.sql")),
        M::up(include_str!("search.sql")),
        M::up_with_hook(include_str!("account.sql"), |transaction: &Transaction<'_>| Ok(rekey(transaction)?)),
        M::up(include_str!("files.sql")),
        M::up(include_str!("kinds.sql")),
    ])
}

/// After how many pages in its log the store is brought up to it: 16 MiB (measured: with a quarter of that, a message
/// costs a tenth more).
const CHECKPOINT_PAGES: i64 = 4_000;

/// All that a connection ever prepares.
const STATEMENTS: usize = 64;

/// SQLite's own choice.
const PAGE_BYTES: i64 = 4_096;

/// Why a data directory cannot be used. Each says what to do; nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be made or written.
    #[error(
        "cannot write in the data directory {path}: {source}. Give a directory that this user may write with --data"
    )]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another server has it open.
    #[error("another Maru uses the data directory {0}: stop it, or give another directory with --data")]
    InUse(PathBuf),
    /// A newer Maru wrote it.
    #[error(
        "the data in {0} was written by a newer Maru: run that version or a newer one; nothing was changed"
    )]
    Newer(PathBuf),
    /// The file is not what it should be.
    #[error(
        "cannot open {path}: {source}. If the file is damaged, put a backup in its place; it was not changed"
    )]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite_migration::Error,
    },
}

/// Opens the data directory, making it and what belongs in it where they are missing. `new_epoch` names the
/// history if it begins now.
///
/// # Errors
/// When the directory cannot be used; the error says what to do.
pub fn open(directory: &Path, new_epoch: Epoch) -> Result<(Store, Reader), OpenError> {
    let lock = lock(directory)?;
    let path = directory.join("maru.db");
    let database = |source: rusqlite_migration::Error| OpenError::Database { path: path.clone(), source };
    let sqlite = |source: rusqlite::Error| database(source.into());

    keep_private(&path).map_err(|source| OpenError::Directory { path: directory.to_owned(), source })?;
    let mut connection = Connection::open(&path).map_err(sqlite)?;
    prepare(&connection).map_err(sqlite)?;
    steps().to_latest(&mut connection).map_err(|source| match source {
        rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            OpenError::Newer(directory.to_owned())
        }
        source => database(source),
    })?;
    // Not before: a step may put one table in the place of another.
    connection.pragma_update(None, "foreign_keys", "ON").map_err(sqlite)?;
    let epoch = epoch(&connection, new_epoch).map_err(sqlite)?;
    let reader = Reader::new(&path, epoch);
    Ok((Store::new(connection, lock).map_err(sqlite)?, reader))
}

/// WAL and `synchronous=FULL`: a transaction is on the disk when its commit returns
/// (<https://sqlite.org/pragma.html#pragma_synchronous>).
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    // A checkpoint writes each page once, however often it was changed: so they are rare.
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // The log file shrinks to this again after a checkpoint.
    connection.pragma_update(None, "journal_size_limit", CHECKPOINT_PAGES * PAGE_BYTES)?;
    plan_once(connection)
}

/// Keeps the statements of a connection, each with the plan that it had first. Otherwise SQLite looks at the numbers given to a
/// `LIMIT` while it plans, and plans again whenever one is given: all of parsing, each time
/// (<https://sqlite.org/c3ref/c_dbconfig_defensive.html>, `SQLITE_DBCONFIG_ENABLE_QPSG`).
pub(super) fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Makes the database its own user's alone, as are the files that SQLite puts beside it then, whoever may look into the
/// directory.
fn keep_private(path: &Path) -> io::Result<()> {
    let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Holds the directory for this process alone: SQLite's own locks would let a second server write in turns.
fn lock(directory: &Path) -> Result<File, OpenError> {
    let cannot = |source| OpenError::Directory { path: directory.to_owned(), source };
    // What people write is for nobody else on this machine.
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(cannot)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(directory.join("maru.lock"))
        .map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(cannot(source)),
    }
}

fn epoch(connection: &Connection, new: Epoch) -> rusqlite::Result<Epoch> {
    let known: Option<[u8; 16]> = connection
        .query_row("SELECT value FROM facts WHERE name = 'epoch'", [], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(Epoch::from_bytes(known));
    }
    connection.execute("INSERT INTO facts (name, value) VALUES ('epoch', ?1)", [new.as_bytes()])?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::apply::{APPEND, BEFORE_POST};

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = open(folder.path(), Epoch::from_u128(1)).unwrap();
        (folder, store)
    }

    #[test]
    fn an_event_has_a_text_where_its_kind_has_one_and_nowhere_else() {
        let (_folder, store) = store();
        for kind in 1..=17 {
            for text in [None, Some("text")] {
                let draft = (kind == 3).then_some([7_u8; 16]);
                let whom = matches!(kind, 5 | 7).then_some(1);
                let about = (kind >= 12).then_some(1);
                let written = store.connection.execute(
                    "INSERT INTO events (room, seq, at, actor, kind, draft, text, whom, about) \
                     VALUES (1, ?1, 0, 0, ?1, ?2, ?3, ?4, ?5)",
                    (kind, draft, text, whom, about),
                );
                let has_one = matches!(kind, 1 | 3 | 7 | 8 | 9 | 14 | 15);
                assert_eq!(written.is_ok(), has_one == text.is_some(), "kind {kind}, {text:?}: {written:?}");
            }
        }
    }

    #[test]
    fn what_every_message_takes_makes_no_table_and_goes_through_none() {
        let (_folder, store) = store();
        for query in BEFORE_POST.into_iter().chain([APPEND]) {
            let (mut steps, mut plan) = (Vec::new(), Vec::new());
            let mut explained = store.connection.prepare(&format!("EXPLAIN {query}")).unwrap();
            let mut rows = explained.raw_query();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>(1).unwrap());
            }
            assert!(!steps.is_empty());
            assert!(!steps.iter().any(|step| step.starts_with("OpenEphemeral")), "{query}: {steps:?}");
            let mut explained = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let mut rows = explained.raw_query();
            while let Some(row) = rows.next().unwrap() {
                plan.push(row.get::<_, String>(3).unwrap());
            }
            assert!(!plan.iter().any(|part| part.starts_with("SCAN")), "{query}: {plan:?}");
        }
    }

    #[test]
    fn a_statement_is_planned_once_whatever_it_is_given() {
        let planned_again = |connection: &Connection| {
            let mut statement = connection.prepare("SELECT number FROM rooms LIMIT ?1").unwrap();
            for limit in 1..10 {
                statement.query_row([limit], |row| row.get::<_, i64>(0)).unwrap();
            }
            statement.get_status(StatementStatus::RePrepare)
        };
        let (folder, store) = store();
        assert_eq!(planned_again(&store.connection), 0);
        let plain = Connection::open(folder.path().join("maru.db")).unwrap();
        assert_ne!(planned_again(&plain), 0, "SQLite is not as it was: is this still needed?");
        plan_once(&plain).unwrap();
        assert_eq!(planned_again(&plain), 0);
    }
}
