//! What the page knows, pure: no document, no signals, no clock, no chance. Tested natively.

pub mod completion;
pub mod composition;
pub mod deeds;
pub mod device;
pub mod emoji;
pub mod excerpt;
pub mod goals;
pub mod idle;
pub mod keys;
pub mod outbox;
pub mod pace;
pub mod pages;
pub mod room;
pub mod rows;
#[cfg(test)]
mod samples;
pub mod slash;
pub mod text;
pub mod timeline;
pub mod typing;
pub mod unread;
pub mod window;
pub mod world;
