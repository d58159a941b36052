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
    let mut taken: HashSet<String> = rows.iter().map(|(_, _, key)| key.clone()).collect();
    let mut update = store.prepare(&format!("UPDATE {table} SET name_key = ?2 WHERE number = ?1"))?;
    for (number, name, old) in rows {
        let Ok(key) = Name::parse(&name).map(|name| name.key()) else { continue };
        if key != old && taken.insert(key.clone()) {
            update.execute((number, key))?;
        }
    }
    Ok(())
}
