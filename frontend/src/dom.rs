//! The few places that touch the browser.

pub mod caret;
pub mod ime;
pub mod modules;
pub mod online;
pub mod page;
pub mod passkeys;
pub mod popover;
pub mod scroll;
pub mod storage;
pub mod time;
