//! Emoji as they are listed in `emoji.json`, and how one is found: by a name between colons, by what it is called in English or
//! Korean, or by what it is for.

use maru_shared::matching::{Place, Typed};

/// An emoji as it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'l> {
    /// The emoji.
    pub emoji: &'l str,
    /// Its names between colons, a space between them.
    codes: &'l str,
    english: &'l str,
    korean: &'l str,
    keywords: &'l str,
    /// Whether it comes in colours of skin.
    pub has_tones: bool,
}

/// The colours of skin (Unicode, emoji modifiers), from light to dark.
const TONES: [char; 5] = ['\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];

/// So many [`toned`] forms there are, the yellow one among them.
pub const TONED: usize = TONES.len() + 1;

impl<'l> Listed<'l> {
    /// The emoji of a line of `emoji.json`.
    pub fn of(line: &'l str) -> Self {
        let mut fields = line.split('|');
        let mut next = || fields.next().unwrap_or_default();
        let (emoji, codes, english, korean, keywords) = (next(), next(), next(), next(), next());
        Self { emoji, codes, english, korean, keywords, has_tones: next() == "t" }
    }

    /// Its first name between colons, without them.
    pub fn code(&self) -> Option<&'l str> {
        self.codes.split(' ').next().filter(|code| !code.is_empty())
    }

    /// What it is called in English.
    pub fn english(&self) -> String {
        match self.code() {
            Some(code) if self.english.is_empty() => code.replace('_', " "),
            _ => self.english.to_owned(),
        }
    }

    /// What it is called in Korean.
    pub const fn korean(&self) -> &'l str {
        self.korean
    }

    /// How well it is found by what was typed, the less the better.
    fn rank(&self, sought: &Sought) -> Option<usize> {
        let Sought { plain, typed } = sought;
        if !plain.is_ascii() {
            // The first is what people call it, where that is something else.
            if self.keywords.split(' ').next() == Some(plain) {
                return Some(0);
            }
            let place = typed.find(self.korean).map(|found| found.place);
            return match place {
                Some(Place::Beginning) => Some(1),
                Some(Place::Word) => Some(2),
                _ if has_word(self.keywords, plain) => Some(3),
                _ => {
                    let keyword = || self.keywords.split(' ').any(|word| begins(typed, word));
                    (place.is_some() || keyword()).then_some(4)
                }
            };
        }
        let code = plain.replace(' ', "_");
        let codes = || self.codes.split(' ');
        if codes().any(|one| one == code) {
            Some(0)
        } else if codes().any(|one| one.starts_with(&code)) {
            Some(1)
        } else if codes().flat_map(|one| one.split('_')).any(|word| word.starts_with(&code)) {
            Some(2)
        } else if has_word(self.english, plain) || has_word(self.keywords, plain) {
            Some(3)
        } else {
            let begins = |words: &str| words.split(' ').any(|word| word.starts_with(plain.as_str()));
            (begins(self.english) || begins(self.keywords) || self.english.contains(plain.as_str()))
                .then_some(4)
        }
    }
}

/// The emoji that are found by what was typed, the best first, at most so many. Groups are in the order in which people choose.
pub fn find<'l>(groups: &'l [Vec<String>], typed: &str, most: usize) -> Vec<Listed<'l>> {
    let sought = Sought { plain: typed.trim().to_ascii_lowercase(), typed: Typed::new(typed) };
    if sought.plain.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, Listed<'l>)> = Vec::new();
    for listed in groups.iter().flatten().map(|line| Listed::of(line)) {
        let Some(rank) = listed.rank(&sought) else { continue };
        let behind = found.iter().position(|(better, _)| *better > rank).unwrap_or(found.len());
        if behind < most {
            found.truncate(most - 1);
            found.insert(behind, (rank, listed));
        }
    }
    found.into_iter().map(|(_, listed)| listed).collect()
}

/// The emoji in a colour of skin: from 1, the lightest, to 5; of any other number, in none.
pub fn toned(emoji: &str, tone: usize) -> String {
    let mut rest = emoji.chars();
    match (rest.next(), tone.checked_sub(1).and_then(|tone| TONES.get(tone))) {
        (Some(first), Some(tone)) => {
            // A colour stands in the place of the sign for colourful signs.
            let rest = rest.as_str();
            format!("{first}{tone}{}", rest.strip_prefix('\u{FE0F}').unwrap_or(rest))
        }
        _ => emoji.to_owned(),
    }
}

struct Sought {
    /// In small letters, where it is ASCII: then there is nothing else to be made of it.
    plain: String,
    typed: Typed,
}

fn has_word(words: &str, sought: &str) -> bool {
    words.split(' ').any(|word| word == sought)
}

fn begins(typed: &Typed, word: &str) -> bool {
    typed.find(word).is_some_and(|found| found.place == Place::Beginning)
}

#[cfg(test)]
mod tests {
    use maru_shared::{
        Emoji,
        markup::{Block, Inline, Markup},
    };

    use super::*;

    fn groups() -> Vec<Vec<String>> {
        serde_json::from_str(include_str!("../../public/emoji.json")).unwrap()
    }

    fn found(typed: &str) -> Vec<String> {
        let groups = groups();
        find(&groups, typed, 6).into_iter().map(|listed| listed.emoji.to_owned()).collect()
    }

    #[test]
    fn an_emoji_is_found_by_its_names_in_both_languages_and_by_what_it_is_for() {
        let table = [
            ("tada", "🎉"),
            ("+1", "👍"),
            ("thumbsup", "👍"),
            ("Heart", "❤️"),
            ("party", "🎉"),
            ("축하", "🎉"),
            ("따봉", "👍"),
            ("빨간색 하트", "❤️"),
            ("빨간색하트", "❤️"),
            ("대한민국", "🇰🇷"),
            ("ㄷㅎㅁㄱ", "🇰🇷"),
        ];
        for (typed, emoji) in table {
            assert!(found(typed).iter().any(|one| one == emoji), "{typed}: {:?}", found(typed));
        }
        assert_eq!(found("tada")[0], "🎉");
        assert_eq!(found("heart")[0], "❤️");
        assert_eq!(found("하트")[0], "❤️");
        assert_eq!(found("축하")[0], "🎉");
        for nothing in ["", " ", "zzzz", "뷁뷁"] {
            assert_eq!(found(nothing), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn what_is_still_being_composed_finds_what_it_is_on_its_way_to() {
        for typed in ["하", "핱", "하트"] {
            assert!(!found(typed).is_empty(), "{typed}");
        }
        assert!(
            found("하트")
                .iter()
                .all(|emoji| find(&groups(), "하트", 100).iter().any(|one| one.emoji == emoji))
        );
    }

    #[test]
    fn every_listed_emoji_is_one_that_the_server_takes_and_that_markup_knows_by_its_names() {
        for line in groups().iter().flatten() {
            let listed = Listed::of(line);
            assert_eq!(
                Emoji::parse(listed.emoji).map(|emoji| emoji.as_str().to_owned()).as_deref(),
                Ok(listed.emoji)
            );
            assert!(!listed.english().is_empty() && !listed.korean().is_empty(), "{line}");
            for code in listed.codes.split(' ').filter(|code| !code.is_empty()) {
                let Block::Paragraph(inside) = &Markup::of(&format!(":{code}: a"), &[]).blocks[0] else {
                    panic!()
                };
                assert!(
                    matches!(&inside[0], Inline::Emoji { emoji, .. } if *emoji == listed.emoji),
                    "{code}: {inside:?}"
                );
            }
            for tone in 0..TONED {
                if listed.has_tones {
                    let toned = toned(listed.emoji, tone);
                    assert_eq!(Emoji::parse(&toned).map(|emoji| emoji.as_str().to_owned()), Ok(toned));
                }
            }
        }
    }

    #[test]
    fn colours_stand_behind_the_first_sign() {
        assert_eq!(toned("👍", 0), "👍");
        assert_eq!(toned("👍", 3), "👍🏽");
        assert_eq!(toned("☝️", 1), "☝🏻");
        assert_eq!(toned("👩‍💻", 5), "👩🏿‍💻");
        assert_eq!(toned("👍", 6), "👍");
    }
}
