//! The messages between Maru's server and its clients: serde types only, no clock and no I/O, built
//! into the server and into the page alike, so that the two cannot drift apart.
//!
//! `docs/protocol.md` tells the same in words, for those who write a client in another language.

#![warn(clippy::unwrap_used)]

pub mod api;
pub mod close;
pub mod codec;
pub mod command;
pub mod event;
pub mod id;
pub mod markup;
pub mod matching;
pub mod message;
pub mod role;
pub mod room;
#[cfg(not(target_arch = "wasm32"))]
pub mod search;
pub mod text;

pub use command::Command;
pub use event::{Event, Happening, Notice, Refusal};
pub use id::{DraftId, Epoch, FileId, InvitationId, MemberId, PasskeyId, RoomId, Seq, SessionId, Timestamp};
pub use message::{Attachment, Emoji, FileName, Message};
pub use role::Role;
pub use room::{Mark, Member, Notify, Person, Room, RoomKind};
pub use text::{MessageBody, Name, Note, Password};

/// The WebSocket subprotocol of the typed dialect (RFC 6455, section 1.9).
pub const SUBPROTOCOL: &str = "maru.v1";
