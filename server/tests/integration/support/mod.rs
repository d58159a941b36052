//! Servers to start and clients to talk to them with.

pub(crate) mod client;
pub(crate) mod dial;
pub(crate) mod files;
pub(crate) mod guest;
pub(crate) mod http;
pub(crate) mod plain;
pub(crate) mod process;
pub(crate) mod server;
pub(crate) mod tls;
pub(crate) mod view;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use maru_shared::DraftId;

pub(crate) use self::{
    client::Client,
    dial::Dial,
    guest::Guest,
    http::{Answer, Site},
    plain::Plain,
    process::Process,
    server::TestServer,
    tls::{Identity, Line},
    view::View,
};

/// What a test waits for comes when it comes. This long, even on the busiest machine, and it never does: the
/// test says what it waited for and fails, where it would otherwise hang.
const NEVER: Duration = Duration::from_secs(60);

/// Waits for this, and fails when it never comes.
pub(crate) async fn until<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(NEVER, Box::pin(future)).await {
        Ok(come) => come,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// A draft id that no other in this run is.
pub(crate) fn a_draft() -> DraftId {
    static MINTED: AtomicU64 = AtomicU64::new(1);
    let number = MINTED.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    DraftId::from_random_bytes(bytes)
}
