//! Maru over real sockets: what `docs/protocol.md` promises, asked of the server by clients of its own.
//!
//! One test program rather than one a file, so that the clients in [`support`] are built and linked once.

mod support;

mod accounts;
mod assets;
mod bad_input;
mod chat;
mod conversation;
mod crash;
mod cut_at_random;
mod determinism;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod limits;
mod links;
#[cfg(target_os = "linux")]
mod memory;
mod noise;
mod older_data;
mod operator;
mod order;
mod passkeys;
mod permissions;
mod plain_relay;
mod private_rooms;
mod proxies;
mod races;
mod resume;
mod rooms;
mod search;
mod sessions;
mod settings;
mod slow_reader;
mod stop;
mod tls;
