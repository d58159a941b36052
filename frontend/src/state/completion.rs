//! What of a text can be completed at the caret: who is mentioned, an emoji, a command.

use std::collections::BinaryHeap;

use maru_shared::{
    Member, MemberId, Name,
    matching::{Place, Typed},
};

use super::slash::Slash;

/// What can be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `@` and a member of the room.
    Member,
    /// `:` and an emoji.
    Emoji,
    /// `/` and a command, at the beginning.
    Slash,
}

/// Something that was begun, and that ends at the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// What.
    pub kind: Kind,
    /// What of it was typed, without its sign.
    pub typed: String,
    /// Where its sign is, in UTF-16 units, as browsers count.
    pub start: u32,
    /// Where the caret is, counted so.
    pub end: u32,
    /// Whether a space follows already.
    pub is_followed: bool,
}

/// Something that it may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Somebody, and whether they are here.
    Member(Member, bool),
    /// An emoji, and what it is called.
    Emoji(String, String),
    /// A command.
    Slash(Slash),
}

/// So many are offered at once: as many as fit above a keyboard on the screen.
pub const MOST: usize = 6;

/// An emoji is looked for by so many letters, as people write `:)` and `:D` by themselves.
const EMOJI_LETTERS: usize = 2;

impl Begun {
    /// What ends at the caret of this text, which stands behind so many UTF-16 units.
    pub fn at(text: &str, caret: u32) -> Option<Self> {
        let end = byte_of(text, caret)?;
        let (before, behind) = text.split_at(end);
        let (kind, sign) = slash(before).or_else(|| emoji(before)).or_else(|| mention(before))?;
        Some(Self {
            kind,
            typed: before[sign + 1..].to_owned(),
            start: units(&before[..sign]),
            end: caret,
            is_followed: behind.starts_with(char::is_whitespace),
        })
    }

    /// What is put in its place: a space behind it, where none is.
    pub fn completed(&self, choice: &Choice) -> String {
        let space = if self.is_followed { "" } else { " " };
        match choice {
            Choice::Member(member, _) => format!("@{}{space}", member.name),
            Choice::Emoji(emoji, _) => emoji.clone(),
            Choice::Slash(slash) if slash.takes_more() => format!("/{}{space}", slash.word()),
            Choice::Slash(slash) => format!("/{}", slash.word()),
        }
    }
}

/// The members whose name has what was typed in it: those where a word begins so first, and of them those who are here.
pub fn members(all: &[Member], is_here: impl Fn(MemberId) -> bool, me: MemberId, typed: &str) -> Vec<Choice> {
    let sought = Typed::new(typed);
    // What goes on behind a name is a sentence, unless the name goes on, too.
    let has_space = typed.contains(char::is_whitespace);
    let found = all.iter().filter(|member| member.id != me).filter_map(|member| {
        let name = member.name.as_str();
        let place = sought.find(name)?.place;
        let fits = !has_space || name.contains(char::is_whitespace);
        fits.then(|| (place == Place::Within, !is_here(member.id), place, member.name.clone(), member.id))
    });
    // A heap: a slice's own sort is ten times its code.
    let found: BinaryHeap<_> = found.collect();
    let ordered = found.into_sorted_vec().into_iter().take(MOST);
    ordered.map(|(_, away, _, name, id)| Choice::Member(Member { id, name }, !away)).collect()
}

/// Where the sign of a command is, if the text before the caret is one that is being typed.
fn slash(before: &str) -> Option<(Kind, usize)> {
    let word = before.strip_prefix('/')?;
    let is_word = word.chars().all(|c| !c.is_whitespace() && c != '/');
    is_word.then_some((Kind::Slash, 0))
}

fn emoji(before: &str) -> Option<(Kind, usize)> {
    let sign = before.rfind(':')?;
    let typed = &before[sign + 1..];
    let is_code = |c: char| c.is_alphanumeric() || matches!(c, '_' | '+' | '-');
    let is_code = typed.chars().count() >= EMOJI_LETTERS && typed.chars().all(is_code);
    // A time of day is none, nor what stands between a name's own colons.
    let begins = begins_word(&before[..sign]) && !before[..sign].ends_with(':');
    (is_code && begins && !typed.starts_with(|c: char| c.is_ascii_digit())).then_some((Kind::Emoji, sign))
}

fn mention(before: &str) -> Option<(Kind, usize)> {
    let sign = before.rfind('@')?;
    let typed = &before[sign + 1..];
    let is_open = !typed.contains('\n')
        && !typed.starts_with(char::is_whitespace)
        && !typed.ends_with(char::is_whitespace)
        && typed.chars().count() <= Name::MAX_CHARS;
    (is_open && begins_word(&before[..sign])).then_some((Kind::Member, sign))
}

/// Whether a word may begin behind this: as where mentions are read.
fn begins_word(before: &str) -> bool {
    !before.ends_with(char::is_alphanumeric)
}

/// The byte behind so many UTF-16 units, where a character ends there.
fn byte_of(text: &str, caret: u32) -> Option<usize> {
    let mut left = caret as usize;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(c.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is begun where `|` stands.
    fn begun(text: &str) -> Option<Begun> {
        let (before, behind) = text.split_once('|').unwrap();
        Begun::at(&format!("{before}{behind}"), units(before))
    }

    fn typed(text: &str) -> Option<(Kind, String)> {
        begun(text).map(|begun| (begun.kind, begun.typed))
    }

    #[test]
    fn what_is_begun_ends_at_the_caret() {
        use Kind::{Emoji, Member, Slash};
        let table = [
            ("@|", Some((Member, ""))),
            ("@민|", Some((Member, "민"))),
            ("@ㅁㅅ|", Some((Member, "ㅁㅅ"))),
            ("안녕 @민|", Some((Member, "민"))),
            ("안녕\n@민|", Some((Member, "민"))),
            ("(@민|)", Some((Member, "민"))),
            ("안녕 @민| 잘 지내?", Some((Member, "민"))),
            ("안녕 @민수| 그리고 @소라", Some((Member, "민수"))),
            ("@김 민|", Some((Member, "김 민"))),
            ("@민수 |", None),
            ("@ 민|", None),
            ("@민\n수|", None),
            ("mail@민|", None),
            ("안녕@민|", None),
            ("🌲@민|", Some((Member, "민"))),
            ("안|녕 @민수", None),
            (":ta|", Some((Emoji, "ta"))),
            (":t|", None),
            (":하트|", Some((Emoji, "하트"))),
            (":ㅎㅌ|", Some((Emoji, "ㅎㅌ"))),
            ("좋아 :하트| 그래", Some((Emoji, "하트"))),
            (":+1|", Some((Emoji, "+1"))),
            (":tada:|", None),
            (":tada:ok|", None),
            ("https://maru|", None),
            ("12:30|", None),
            ("회의: 세시|", None),
            ("회의 :30분|", None),
            ("::ab|", None),
            ("/|", Some((Slash, ""))),
            ("/to|", Some((Slash, "to"))),
            ("/초대|", Some((Slash, "초대"))),
            ("/topic |", None),
            ("/topic 회의 @민|", Some((Member, "민"))),
            ("/usr/b|", None),
            (" /to|", None),
            ("/to|pic 회의", Some((Slash, "to"))),
            ("|", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|(kind, typed)| (kind, typed.to_owned()));
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_put_in_its_place_is_counted_as_browsers_count() {
        let begun = begun("🌲 안녕 @민| 잘").unwrap();
        assert_eq!((begun.start, begun.end, begun.is_followed), (6, 8, true));
        assert_eq!(Begun::at("🌲@", 1), None, "in the middle of a character");
        assert_eq!(Begun::at("@", 2), None, "behind the end");
    }

    fn person(n: u128, name: &str) -> Member {
        Member { id: MemberId::from_u128(n), name: Name::parse(name).unwrap() }
    }

    #[test]
    fn a_member_is_mentioned_with_one_space_behind() {
        let choice = Choice::Member(person(1, "김 민수"), true);
        assert_eq!(begun("@김|").unwrap().completed(&choice), "@김 민수 ");
        assert_eq!(begun("@김| 안녕").unwrap().completed(&choice), "@김 민수");
        let (me, leave) = (Choice::Slash(Slash::Me), Choice::Slash(Slash::Leave));
        assert_eq!(begun("/|").unwrap().completed(&me), "/me ");
        assert_eq!(begun("/|").unwrap().completed(&leave), "/leave");
        let emoji = Choice::Emoji("🎉".into(), String::new());
        assert_eq!(begun(":tada|").unwrap().completed(&emoji), "🎉");
    }

    #[test]
    fn members_are_found_by_choseong_and_those_who_are_here_come_first() {
        let all = [
            person(1, "민수"),
            person(2, "미소"),
            person(3, "김 민수"),
            person(4, "소라"),
            person(5, "문서진"),
            person(6, "김민수"),
        ];
        let here = [MemberId::from_u128(2), MemberId::from_u128(3), MemberId::from_u128(6)];
        let names = |typed: &str| -> Vec<String> {
            let found = members(&all, |id| here.contains(&id), MemberId::from_u128(5), typed);
            found
                .into_iter()
                .map(|choice| match choice {
                    Choice::Member(member, _) => member.name.to_string(),
                    _ => String::new(),
                })
                .collect()
        };
        assert_eq!(names("ㅁㅅ"), ["미소", "김 민수", "민수", "김민수"], "oneself is not among them");
        assert_eq!(names("민"), ["김 민수", "민수", "김민수"]);
        assert_eq!(names("밌"), [""; 0]);
        assert_eq!(names("밋"), ["미소"], "on its way there");
        assert_eq!(names("김 민"), ["김 민수"], "behind a space only names that have one");
        assert_eq!(names("").len(), 5);
        assert_eq!(names("없는"), [""; 0]);
    }

    proptest! {
        #[test]
        fn whatever_is_begun_is_in_the_text(text in "[@:/ 가ㅎa🌲\n]{0,12}", caret in 0u32..20) {
            if let Some(begun) = Begun::at(&text, caret) {
                let units: Vec<u16> = text.encode_utf16().collect();
                let of = String::from_utf16(&units[begun.start as usize..begun.end as usize]).unwrap();
                let sign = match begun.kind { Kind::Member => '@', Kind::Emoji => ':', Kind::Slash => '/' };
                prop_assert_eq!(of, format!("{sign}{}", begun.typed));
            }
        }
    }
}
