//! Going somewhere by name, searching, and what keys do.

mod field;
mod go_to;
mod keys;
mod search;
mod texts;

pub(super) use self::{go_to::go_to, keys::keys, search::search};
