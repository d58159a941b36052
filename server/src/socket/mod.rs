//! The sockets: the upgrade, the loops that own them from then on, the line that both dialects are spoken on, and the dialects.

mod desk;
mod line;
mod loops;
mod plain;
mod typed;
mod upgrade;
mod wheel;
mod wire;

pub use loops::Loops;
pub use upgrade::{plain_or_page, typed};
