//! Everything that the annex says, beside what it has in common with the page.

mod en;
mod ko;

use crate::texts::{Common, Language, Speech, Spoken, use_speech};

/// What the annex says.
pub fn use_annex_texts() -> Spoken<AnnexTexts> {
    use_speech()
}

impl Speech for AnnexTexts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::TEXTS,
            Language::English => &en::TEXTS,
        }
    }
}

/// What only the annex says, in one language.
#[derive(Debug)]
pub struct AnnexTexts {
    pub common: &'static Common,

    pub current_password: &'static str,
    pub language: &'static str,
    pub by_browser: &'static str,
    pub appearance: &'static str,
    pub system: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub sign_out: &'static str,
    pub sign_out_question: &'static str,
    pub sign_out_warning: fn(&str) -> String,
    pub sign_out_member: &'static str,
    pub become_member: &'static str,
    pub why_password: &'static str,
    pub change_password: &'static str,
    pub password_is_set: &'static str,
    pub sessions: &'static str,
    pub this_session: &'static str,
    pub end_session: &'static str,
    pub end_other_sessions: &'static str,
    pub invitations: &'static str,
    pub invitation_hint: fn(u32, u32) -> String,
    pub make_invitation: &'static str,
    pub link_to_share: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub invitation: fn(Option<&str>, &str) -> String,
    pub invitation_left: fn(u32, &str) -> String,
    pub revoke: &'static str,
}
