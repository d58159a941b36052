//! The load: many connections, one thread, nothing that a server would have to wait for.

pub(crate) mod dialect;
pub(crate) mod fleet;
pub(crate) mod frame;
pub(crate) mod ledger;
pub(crate) mod pace;
mod socket;
mod stamp;
mod text;

pub(crate) use dialect::Dialect;
pub(crate) use fleet::{Fleet, Seat};
