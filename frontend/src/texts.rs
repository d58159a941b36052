//! Everything that the page says, in Korean and English. A language that lacks a text does not compile.

mod en;
mod ko;

use leptos::prelude::*;
use maru_shared::{Happening, Refusal, Role, api::LinkUse};

use crate::parts::Followed;

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// 한국어.
    Korean,
    /// English.
    English,
}

impl Language {
    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    /// The language that a tag means, if it is one of ours.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next() {
            Some("ko") => Some(Self::Korean),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    /// Its texts.
    pub const fn texts(self) -> &'static Texts {
        match self {
            Self::Korean => &ko::TEXTS,
            Self::English => &en::TEXTS,
        }
    }
}

/// The language that is spoken now, and what is said in it.
#[derive(Clone, Copy)]
pub struct Spoken(Followed<Language>);

impl Spoken {
    /// The texts of the language that is spoken now.
    pub fn get(self) -> &'static Texts {
        self.0.get().texts()
    }

    /// A text, in whatever language is spoken.
    pub fn say(self, text: Label) -> impl Fn() -> &'static str + Copy + 'static {
        move || text(self.get())
    }

    /// A text that is made of others, in whatever language is spoken.
    pub fn tell<F: Fn(&'static Texts) -> String + 'static>(self, text: F) -> impl Fn() -> String + use<F> {
        move || text(self.get())
    }
}

/// Which of the texts says something.
pub type Label = fn(&'static Texts) -> &'static str;

/// The language that is spoken now, and what is said in it.
pub fn use_texts() -> Spoken {
    Spoken(use_language())
}

/// The language that is spoken now.
pub fn use_language() -> Followed<Language> {
    expect_context()
}

/// The texts of one language.
#[derive(Debug)]
#[expect(missing_docs, reason = "each text says what it is for")]
pub struct Texts {
    pub tagline: &'static str,
    pub your_name: &'static str,
    pub come_in: &'static str,
    pub sign_in_hint: &'static str,
    pub signed_out_elsewhere: &'static str,
    pub invite_only: &'static str,
    pub with_account: &'static str,
    pub as_guest: &'static str,
    pub name_hint: &'static str,
    pub password: &'static str,
    pub new_password: &'static str,
    pub current_password: &'static str,
    pub password_hint: &'static str,
    pub forgot_password: &'static str,
    pub set_password: &'static str,
    pub not_now: &'static str,
    pub link: fn(&LinkUse, Option<&str>) -> String,
    pub role: fn(Role) -> &'static str,

    pub rooms: &'static str,
    pub lobby: &'static str,
    pub new_room: &'static str,
    pub new_room_hint: &'static str,
    pub room_name: &'static str,
    pub create: &'static str,
    pub browse_rooms: &'static str,
    pub join: &'static str,
    pub open: &'static str,
    pub cancel: &'static str,
    pub close: &'static str,
    pub no_such_room: &'static str,
    pub no_such_room_hint: &'static str,
    pub not_joined: &'static str,
    pub to_the_lobby: &'static str,
    pub loading: &'static str,
    pub members: fn(u64) -> String,
    pub unread: fn(u64) -> String,

    pub messages: &'static str,
    pub empty_room: &'static str,
    pub empty_room_hint: &'static str,
    pub new_messages_line: &'static str,
    pub new_messages: fn(u64) -> String,
    pub to_the_newest: &'static str,
    pub happened: fn(&str, &Happening) -> String,
    pub pending: &'static str,
    pub refused: &'static str,
    pub try_again: &'static str,
    pub edit: &'static str,
    pub discard: &'static str,

    pub message: &'static str,
    pub placeholder: &'static str,
    pub send: &'static str,
    pub too_long_by: fn(usize, usize) -> String,
    pub typing: fn(&[&str]) -> String,

    pub connecting: &'static str,
    pub reconnecting: &'static str,
    pub offline: &'static str,
    pub stopped: &'static str,
    pub reload: &'static str,
    pub unreachable: &'static str,

    pub people: &'static str,
    pub here: &'static str,
    pub away: &'static str,
    pub you: &'static str,

    pub settings: &'static str,
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

    pub refusal: fn(Refusal) -> String,
}
