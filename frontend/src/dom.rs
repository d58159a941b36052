//! The few places that touch the browser.

pub mod annex;
pub mod ime;
pub mod online;
pub mod page;
pub mod passkeys;
pub mod popover;
pub mod scroll;
pub mod storage;
pub mod time;
