//! Everything that the page says, in Korean and English. A language that lacks a text does not compile. What the annex
//! says, it has with it.

pub mod en;
pub mod ko;

use std::marker::PhantomData;

use maru_shared::{Happening, MemberId, Refusal, Room, RoomId, RoomKind};

use crate::{ground::*, parts::Followed};

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
}

/// What a part of the page says, in each language.
pub trait Speech: 'static {
    /// Its texts in this language.
    fn of(language: Language) -> &'static Self;
}

/// The language that is spoken now, and what is said in it: by the page itself, or by what it names.
pub struct Spoken<T = Texts>(Followed<Language>, PhantomData<fn() -> T>);

impl<T> Clone for Spoken<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Spoken<T> {}

impl<T: Speech> Spoken<T> {
    /// The texts of the language that is spoken now.
    pub fn get(self) -> &'static T {
        T::of(self.0.get())
    }

    /// A text, in whatever language is spoken.
    pub fn say(self, text: Label<T>) -> impl Fn() -> &'static str + Copy + 'static {
        move || text(self.get())
    }

    /// A text that is made of others, in whatever language is spoken.
    pub fn tell<F: Fn(&'static T) -> String + 'static>(self, text: F) -> impl Fn() -> String + use<F, T> {
        move || text(self.get())
    }
}

/// Which of the texts says something.
pub type Label<T = Texts> = fn(&'static T) -> &'static str;

/// What the page itself says.
pub fn use_texts() -> Spoken {
    use_speech()
}

/// What a part of the page says, or what all have in common.
pub fn use_speech<T: Speech>() -> Spoken<T> {
    Spoken(use_language(), PhantomData)
}

/// The language that is spoken now.
pub fn use_language() -> Followed<Language> {
    given()
}

/// What the page and its annex both say, in one language.
#[derive(Debug)]
#[expect(missing_docs, reason = "each text says what it is for")]
pub struct Common {
    pub your_name: &'static str,
    pub come_in: &'static str,
    pub direct: &'static str,
    pub lobby: &'static str,
    pub notes_to_self: &'static str,
    pub loading: &'static str,
    pub members: fn(u64) -> String,
    pub invite_people: &'static str,
    pub close: &'static str,
    pub cancel: &'static str,
    pub emoji: &'static str,
    pub unreachable: &'static str,
    pub unread: fn(u64) -> String,
    pub refusal: fn(Refusal) -> String,
    pub last_here: fn(&str) -> String,
    pub here: &'static str,
    pub away: &'static str,
    pub gone: &'static str,
}

impl Common {
    /// What a room is called: the lobby has a name in each language until it is given one, and a direct room is called
    /// by those in it who are not `me`.
    pub fn name_of(&self, room: &Room, me: Option<MemberId>) -> String {
        match &room.kind {
            RoomKind::Public(title) if room.id == RoomId::LOBBY && title.name.as_str() == "lobby" => {
                self.lobby.to_owned()
            }
            RoomKind::Public(title) | RoomKind::Private(title) => title.name.to_string(),
            RoomKind::Direct(members) => {
                if members.len() == 1 {
                    return self.notes_to_self.to_owned();
                }
                let others = members.iter().filter(|member| Some(member.id) != me);
                others.map(|member| member.name.as_str()).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl Speech for Common {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::COMMON,
            Language::English => &en::COMMON,
        }
    }
}

impl Speech for Texts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::TEXTS,
            Language::English => &en::TEXTS,
        }
    }
}

/// What only the page itself says, in one language.
#[derive(Debug)]
#[expect(missing_docs, reason = "each text says what it is for")]
pub struct Texts {
    pub common: &'static Common,

    pub tagline: &'static str,
    pub sign_in_hint: &'static str,
    pub signed_out_elsewhere: &'static str,
    pub invite_only: &'static str,
    pub with_account: &'static str,
    pub with_passkey: &'static str,
    pub as_guest: &'static str,
    pub password: &'static str,
    pub forgot_password: &'static str,

    pub rooms: &'static str,
    pub archived: &'static str,
    pub private: &'static str,
    pub new_room: &'static str,
    pub browse_rooms: &'static str,
    pub mentions: fn(u64) -> String,
    pub quiet: &'static str,
    pub read_by: fn(&[&str]) -> String,

    pub about_room: &'static str,
    pub left: fn(&str) -> String,
    pub kicked: fn(&str, &str) -> String,
    pub room_deleted: fn(&str) -> String,
    pub no_longer_in: fn(&str) -> String,
    pub half_written: &'static str,

    pub find_people: &'static str,

    pub react: &'static str,
    pub reacted: fn(&str, u32, &[&str]) -> String,
    pub reactors: &'static str,
    pub answering: fn(&str) -> String,
    pub answer_nothing: &'static str,
    pub edited: &'static str,
    pub pinned: &'static str,
    pub pins: &'static str,
    pub deleted: &'static str,
    pub files: &'static str,
    pub muted_until: fn(&str) -> String,
    pub banned: &'static str,

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

    pub attach: &'static str,
    pub drop_here: &'static str,
    pub sends_when_whole: &'static str,
    pub do_not_send_yet: &'static str,
    pub files_stopped: &'static str,
    pub pictures: &'static str,
    pub open_picture: fn(&str) -> String,
    pub download: &'static str,

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

    pub people: &'static str,
    pub you: &'static str,

    pub go_to: &'static str,
    pub search: &'static str,
    pub keys: &'static str,
    pub settings: &'static str,
    pub admin: &'static str,
    pub annex_failed: &'static str,
    pub load_again: &'static str,
}

/// So many bytes, as people say it: "3.2 MB".
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 9_995 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1_000, unit + 1);
    }
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

/// What of a file's name says what it is, short enough for a sign.
pub fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 4);
    // Rust's tables of all capitals, and of all small letters, are 8 KB of the page.
    ending.unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{ending, size};

    #[test]
    fn sizes_are_said_as_people_say_them() {
        let said = [0, 999, 1_000, 9_900, 10_400, 999_000, 3_210_000, 100_000_000, 12_000_000_000].map(size);
        assert_eq!(
            said,
            ["0 B", "999 B", "1.0 KB", "9.9 KB", "10 KB", "999 KB", "3.2 MB", "100 MB", "12 GB"]
        );
    }

    #[test]
    fn a_sign_says_what_a_file_is_where_its_name_does() {
        assert_eq!(["보고서.pdf", "a.tar.gz", "README", "a.속성이긴것"].map(ending), ["PDF", "GZ", "", ""]);
    }
}
