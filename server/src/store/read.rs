//! Questions that change nothing, answered by connections that can only read.

mod files;
mod messages;
mod people;
mod rooms;

use std::{path::Path, sync::mpsc};

use deadpool_sqlite::{Config, Hook, HookError, InteractError, Manager, Pool, PoolError, Runtime};
use maru_shared::{Epoch, MemberId, Refusal, RoomId, Seq};
use rusqlite::{Connection, OptionalExtension, Params, Row};

pub use self::{
    files::KeptFile,
    messages::Span,
    people::{Known, Names},
};
use super::{
    open::plan_once,
    row::{self, HEAD, PUBLIC},
};

/// The member of a name: the one who is called just so, else the one of whom the name is another spelling. (Two may have
/// come to be spelled alike when the rule of it became another.)
pub(super) const NAMED: &str = "number > 0 AND (name = ?1 OR name_key = ?2) ORDER BY name = ?1 DESC LIMIT 1";

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// SQLite could not.
    #[error("cannot read the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// No connection could be had.
    #[error("cannot open the store for reading: {0}")]
    Pool(#[from] PoolError),
    /// The thread that reads was lost.
    #[error("a read was interrupted")]
    Interrupted,
}

/// A pool of connections that only read.
#[derive(Clone)]
pub struct Reader {
    pool: Pool,
    epoch: Epoch,
}

/// What a connection keeps of the pages that it read, in KiB. The system has them, too: what is not kept here costs a copy, and
/// what is kept counts for each of the connections.
const CACHE_KIB: i64 = 256;

type Result<T, E = ReadError> = std::result::Result<T, E>;

impl Reader {
    /// How many connections read at once: reads are short, and more would only wait for the same disk.
    const CONNECTIONS: usize = 4;

    pub(super) fn new(path: &Path, epoch: Epoch) -> Self {
        let manager = Manager::from_config(&Config::new(path), Runtime::Tokio1);
        let prepared = Hook::async_fn(|connection: &mut <Manager as deadpool::managed::Manager>::Type, _| {
            Box::pin(async move {
                match connection.interact(|connection| prepare(connection)).await {
                    Ok(done) => done.map_err(HookError::Backend),
                    Err(lost) => Err(HookError::message(lost.to_string())),
                }
            })
        });
        let pool = Pool::builder(manager).max_size(Self::CONNECTIONS).post_create(prepared).build();
        // Only a pool with timeouts and without a runtime cannot be built.
        Self { pool: pool.expect("a pool without timeouts"), epoch }
    }

    /// Which history this is.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Whether the store can be read at all.
    pub async fn check(&self) -> Result<()> {
        self.ask(|store| {
            store.prepare_cached("SELECT id FROM rooms WHERE number = 1")?.query_row([], |_| Ok(()))
        })
        .await
    }

    /// Answers a question on a thread that may wait for the disk.
    async fn ask<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (tell, told) = mpsc::sync_channel(1);
        self.read(Box::new(move |connection| {
            // Whoever asked may have gone.
            let _ = tell.send(question(connection));
        }))
        .await?;
        Ok(told.try_recv().map_err(|_| ReadError::Interrupted)??)
    }

    /// The same for every question: the machinery of a task would be in the program once for each, 10 KB a question.
    async fn read(&self, question: Box<dyn FnOnce(&Connection) + Send>) -> Result<()> {
        let connection = self.pool.get().await?;
        match connection.interact(move |connection| question(connection)).await {
            Ok(()) => Ok(()),
            Err(InteractError::Panic(_) | InteractError::Cancelled) => Err(ReadError::Interrupted),
        }
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    plan_once(connection)
}

/// The room's number and head, if the asker has joined it.
fn joined_room(
    store: &Connection,
    room: RoomId,
    asker: MemberId,
) -> rusqlite::Result<Result<(i64, Seq), Refusal>> {
    let found = store
        .prepare_cached(&format!(
            "SELECT r.number, {HEAD}, EXISTS (SELECT 1 FROM memberships s JOIN members m ON m.number = s.member \
             WHERE s.room = r.number AND m.id = ?2), r.kind FROM rooms r WHERE r.id = ?1 AND r.deleted_at IS NULL"
        ))?
        .query_row((room.as_bytes(), asker.as_bytes()), |row| {
            Ok(((row.get(0)?, row::seq(row, 1)?), row.get(2)?, row.get(3)?))
        })
        .optional()?;
    Ok(match found {
        Some((joined, true, _)) => Ok(joined),
        Some((_, false, PUBLIC)) => Err(Refusal::NotJoined),
        // Outside a private room nobody is to know that it is there.
        _ => Err(Refusal::NoSuchRoom),
    })
}

/// What the query finds, row by row.
fn list<T>(
    store: &Connection,
    query: &str,
    parameters: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    store.prepare_cached(query)?.query_map(parameters, row)?.collect()
}
