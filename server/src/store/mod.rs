//! What is kept, and what is decided: owns SQLite, knows no socket.
//!
//! One connection writes ([`Store`], held by the engine's thread); a pool of others only reads ([`Reader`]).

mod apply;
mod happened;
mod open;
mod read;
mod rekey;
mod row;
mod search;
mod words;

pub use apply::{Store, WriteError};
pub use open::{OpenError, open};
pub use read::{KeptFile, Known, Names, ReadError, Reader, Span};
pub use search::{Asked, Cursor, Order};
