//! What tells names apart, made anew when the rule of it has become another.

use std::collections::HashSet;

use maru_shared::Name;
use rusqlite::{Connection, Transaction};

/// Gives all members and public rooms the keys that their names have now. Where two would fall together, the one that
/// was there later keeps its old key: both stay, and nobody else comes to be called so.
pub(super) fn rekey(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    rekey_all(transaction, "members", "number > 0")?;
    rekey_all(transaction, "rooms", "kind = 1 AND deleted_at IS NULL")
}

fn rekey_all(store: &Connection, table: &str, which: &str) -> rusqlite::Result<()> {
    let query = format!("SELECT number, name, name_key FROM {table} WHERE {which} ORDER BY number");
    let rows: Vec<(i64, String, String)> = store
        .prepare(&query)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut waiting: Vec<(i64, String, String)> = rows
        .iter()
        .filter_map(|(number, name, old)| {
            let key = Name::parse(name).ok()?.key();
            (key != *old).then(|| (*number, old.clone(), key))
        })
        .collect();
    let mut taken: HashSet<String> = rows.into_iter().map(|(_, _, key)| key).collect();
    let mut update = store.prepare(&format!("UPDATE {table} SET name_key = ?2 WHERE number = ?1"))?;
    // One that goes may make place for another.
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for (number, old, key) in waiting {
            if taken.insert(key.clone()) {
                taken.remove(&old);
                update.execute((number, key))?;
            } else {
                still.push((number, old, key));
            }
        }
        waiting = still;
        if waiting.len() == before {
            return Ok(());
        }
    }
}
