//! What is said by those that find.

mod en;
mod ko;

use crate::{
    annex::texts::Doing,
    texts::{Common, Language, Speech, Spoken, use_speech},
};

/// What is said by those that find.
pub(super) fn use_finding_texts() -> Spoken<FindingTexts> {
    use_speech()
}

impl Speech for FindingTexts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::TEXTS,
            Language::English => &en::TEXTS,
        }
    }
}

/// What is said by those that find, in one language.
#[derive(Debug)]
pub(super) struct FindingTexts {
    pub(super) common: &'static Common,
    pub(super) doing: &'static Doing,

    pub(super) goal: &'static str,
    pub(super) goal_hint: &'static str,
    pub(super) goal_keys: &'static str,
    pub(super) no_goal: &'static str,
    pub(super) archived: &'static str,
    pub(super) not_joined: &'static str,

    pub(super) messages: &'static str,
    pub(super) sought: &'static str,
    pub(super) sought_hint: &'static str,
    pub(super) order: &'static str,
    pub(super) best: &'static str,
    pub(super) newest: &'static str,
    pub(super) narrow: &'static str,
    pub(super) filters: [Filter; 5],
    pub(super) this_room: &'static str,
    /// With what a search in a room begins.
    pub(super) in_room: &'static str,
    pub(super) quotes: &'static str,
    pub(super) seeking: &'static str,
    pub(super) found: fn(usize, bool) -> String,
    pub(super) nothing: &'static str,
    pub(super) nothing_hint: &'static str,
    pub(super) more: &'static str,
    pub(super) further: &'static str,
    pub(super) edited: &'static str,

    pub(super) groups: [&'static str; 5],
    pub(super) go_to: &'static str,
    pub(super) search: &'static str,
    pub(super) all_keys: &'static str,
    pub(super) close: &'static str,
    pub(super) step: &'static str,
    pub(super) step_unread: &'static str,
    pub(super) send: &'static str,
    pub(super) new_line: &'static str,
    pub(super) edit_last: &'static str,
    pub(super) beside: &'static str,
    pub(super) reply: &'static str,
    pub(super) react: &'static str,
    pub(super) edit: &'static str,
    pub(super) choose: &'static str,
    pub(super) or: &'static str,
}

/// A filter of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    /// What one types, up to the colon.
    pub(super) typed: &'static str,
    /// What stands behind it, for example.
    pub(super) example: &'static str,
    /// What it is for.
    pub(super) what: &'static str,
}
