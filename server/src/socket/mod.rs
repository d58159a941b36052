//! The sockets: the upgrade, the line that both dialects are spoken on, and the dialects.

mod line;
mod plain;
mod typed;
mod upgrade;

pub use upgrade::{plain_or_page, typed};
