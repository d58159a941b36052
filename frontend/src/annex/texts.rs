//! Everything that the annex says, beside what it has in common with the page.

pub mod en;
pub mod ko;

use maru_shared::{Role, api::LinkUse};

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

impl Speech for Doing {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::DOING,
            Language::English => &en::DOING,
        }
    }
}

/// What the parts of the annex say of what one does, in one language.
#[derive(Debug)]
pub struct Doing {
    pub common: &'static Common,
    pub join: &'static str,
    pub rename: &'static str,
    pub describe: &'static str,
    pub role: fn(Role) -> &'static str,
    pub room_name: &'static str,
    pub private_room: &'static str,
    pub public_room: &'static str,
    pub archive: &'static str,
    pub restore: &'static str,
    pub delete_room: &'static str,
    pub delete: &'static str,
    pub leave: &'static str,
    pub kick: &'static str,
    pub mute: &'static str,
    pub unmute: &'static str,
    pub ban: &'static str,
    pub unban: &'static str,
    pub talk_directly: &'static str,
    pub more: &'static str,
    pub save: &'static str,
    pub unpin: &'static str,
}

/// What only the annex says, in one language.
#[derive(Debug)]
pub struct AnnexTexts {
    pub common: &'static Common,
    pub doing: &'static Doing,

    pub name_hint: &'static str,
    pub not_now: &'static str,
    pub link: fn(&LinkUse, Option<&str>) -> String,
    pub open: &'static str,
    pub no_such_room: &'static str,
    pub no_such_room_hint: &'static str,
    pub not_joined: &'static str,
    pub to_the_lobby: &'static str,
    pub new_password: &'static str,
    pub password_hint: &'static str,
    pub set_password: &'static str,

    pub current_password: &'static str,
    pub language: &'static str,
    pub by_browser: &'static str,
    pub appearance: &'static str,
    pub system: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub shows_seen: &'static str,
    pub shows_seen_hint: &'static str,
    pub notify: &'static str,
    pub notify_all: &'static str,
    pub notify_mentions: &'static str,
    pub notify_nothing: &'static str,
    pub keys: &'static str,
    pub keys_title: &'static str,
    pub sign_out: &'static str,
    pub sign_out_question: &'static str,
    pub sign_out_warning: fn(&str) -> String,
    pub sign_out_member: &'static str,
    pub become_member: &'static str,
    pub why_password: &'static str,
    pub change_password: &'static str,
    pub forget_passkeys: &'static str,
    pub why_own_password: &'static str,
    pub change_name: &'static str,
    pub new_name: &'static str,
    pub new_name_hint: &'static str,
    pub name_is_changed: fn(&str) -> String,
    pub password_is_set: &'static str,
    pub passkeys: &'static str,
    pub passkeys_hint: &'static str,
    pub passkeys_not_here: &'static str,
    pub add_passkey: &'static str,
    pub passkey_known: &'static str,
    pub passkey_failed: &'static str,
    pub passkey: fn(&str, Option<&str>) -> String,
    pub remove_passkey: &'static str,
    pub remove_passkey_surely: &'static str,
    pub sessions: &'static str,
    pub this_session: &'static str,
    pub end_session: &'static str,
    pub end_other_sessions: &'static str,
    pub invitations: &'static str,
    pub invitation_hint: fn(u32, u32) -> String,
    pub make_invitation: &'static str,
    pub invited_as: &'static str,
    pub link_to_share: &'static str,
    pub password_link: &'static str,
    pub qr_code: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub invitation: fn(Option<&str>, &str) -> String,
    pub invitation_left: fn(u32, &str) -> String,
    pub revoke: &'static str,

    pub topic: &'static str,
    pub topic_hint: &'static str,
    pub archive_hint: &'static str,
    pub restore_hint: &'static str,
    pub delete_room_hint: fn(&str) -> String,
    pub leave_hint: &'static str,
    pub leave_private_hint: &'static str,
    pub leave_last_hint: &'static str,
    pub find_by_name: &'static str,
    pub nobody_found: &'static str,
    pub show_more: &'static str,
    pub new_room_hint: &'static str,
    pub who_finds_it: &'static str,
    pub private_hint: &'static str,
    pub create: &'static str,
    pub invite: &'static str,
    pub commands: &'static str,
    /// Of each command what is said behind it, and what it does: in the order of `Slash::ALL`.
    pub slash: [(&'static str, &'static str); 5],
    pub no_such_command: &'static str,
    pub people: &'static str,
    pub find_emoji: &'static str,
    pub no_emoji: &'static str,
    pub emoji_groups_label: &'static str,
    pub emoji_groups: [&'static str; 10],
    pub skin_tone: fn(usize) -> &'static str,
    pub change_tone: &'static str,
    pub version: fn(&str) -> String,
    pub nothing_pinned: &'static str,
    pub to_message: &'static str,
    pub files: &'static str,
    pub delete_message: &'static str,
    pub delete_message_hint: &'static str,
    pub reason: &'static str,
    pub kick_hint: fn(&str) -> String,
    pub mute_hint: fn(&str) -> String,
    pub for_how_long: &'static str,
    pub spans: [&'static str; 4],
    pub ban_hint: fn(&str) -> String,
    pub ban_addresses: &'static str,
    pub unmute_hint: &'static str,
    pub unban_hint: &'static str,
}
