//! Commands that are typed: what a text means that begins with `/`.

use maru_shared::matching::{Place, Typed};

/// A command that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slash {
    /// Says what one does. It is a text like any other, and shown as an action.
    Me,
    /// Says what the room is about.
    Topic,
    /// Lets somebody into the room.
    Invite,
    /// Leaves the room.
    Leave,
    /// Shrugs, behind whatever one says.
    Shrug,
}

/// What a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// What it says.
    Text,
    /// That something is to be done, and what was said to that.
    Slash(Slash, String),
    /// A command that there is not.
    Unknown,
}

/// What is put behind a text by [`Slash::Shrug`].
const SHRUG: &str = r"¯\_(ツ)_/¯";

impl Slash {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Me, Self::Topic, Self::Invite, Self::Leave, Self::Shrug];

    /// What is typed behind the `/`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Topic => "topic",
            Self::Invite => "invite",
            Self::Leave => "leave",
            Self::Shrug => "shrug",
        }
    }

    /// Whether something is said behind it.
    pub const fn takes_more(self) -> bool {
        !matches!(self, Self::Leave)
    }

    /// Whether it is offered where this was typed: by the beginning of its word, or by a word of what it does.
    pub fn is_found(self, typed: &str, what_it_does: &str) -> bool {
        if typed.is_ascii() {
            return self.word().starts_with(&typed.to_ascii_lowercase());
        }
        Typed::new(typed).find(what_it_does).is_some_and(|found| found.place != Place::Within)
    }
}

impl Meant {
    /// What this text means.
    pub fn by(text: &str) -> Self {
        let Some(text) = text.trim().strip_prefix('/') else { return Self::Text };
        let (word, more) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        // A path, or a slash by itself, is meant as it stands.
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Self::Text;
        }
        let known = Slash::ALL.into_iter().find(|slash| word.eq_ignore_ascii_case(slash.word()));
        known.map_or(Self::Unknown, |slash| Self::Slash(slash, more.trim().to_owned()))
    }
}

/// What is sent for a shrug behind this.
pub fn shrugged(said: &str) -> String {
    format!("{said} {SHRUG}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use maru_shared::markup::{Block, Inline, Markup};

    use super::*;

    #[test]
    fn a_text_is_a_command_only_where_it_begins_as_one() {
        let slash = |slash, more: &str| Meant::Slash(slash, more.to_owned());
        let table = [
            ("안녕", Meant::Text),
            ("", Meant::Text),
            ("/", Meant::Text),
            ("/ me", Meant::Text),
            ("/usr/bin 을 봐", Meant::Text),
            ("//", Meant::Text),
            ("/24", Meant::Text),
            ("/초대 민수", Meant::Text),
            ("a /me b", Meant::Text),
            ("/me 손을 흔든다", slash(Slash::Me, "손을 흔든다")),
            ("/me", slash(Slash::Me, "")),
            ("/topic  내일 회의 ", slash(Slash::Topic, "내일 회의")),
            ("/Topic x", slash(Slash::Topic, "x")),
            ("/topic\n둘", slash(Slash::Topic, "둘")),
            ("/invite @민수", slash(Slash::Invite, "@민수")),
            ("/leave", slash(Slash::Leave, "")),
            (" /leave", slash(Slash::Leave, "")),
            ("/shrug 몰라", slash(Slash::Shrug, "몰라")),
            ("/dance", Meant::Unknown),
            ("/tpoic 회의", Meant::Unknown),
        ];
        for (text, meant) in table {
            assert_eq!(Meant::by(text), meant, "{text}");
        }
    }

    #[test]
    fn a_shrug_is_shown_with_both_arms() {
        assert_eq!(shrugged(""), r"¯\_(ツ)_/¯");
        let Block::Paragraph(inside) = &Markup::of(&shrugged("몰라"), &[]).blocks[0] else { panic!() };
        assert_eq!(*inside, [Inline::Text(r"몰라 ¯\_(ツ)_/¯".to_owned())]);
    }

    #[test]
    fn commands_are_found_by_their_word_and_by_what_they_do() {
        let found = |typed: &str, does: &str| {
            Slash::ALL.into_iter().filter(|slash| slash.is_found(typed, does)).count()
        };
        assert_eq!(found("", ""), 5);
        assert_eq!(found("to", ""), 1);
        assert_eq!(found("T", ""), 1);
        assert_eq!(found("x", "x"), 0);
        assert_eq!(found("ㅊㄷ", "방에 초대하기"), 5);
        assert_eq!(found("대", "방에 초대하기"), 0);
    }
}
