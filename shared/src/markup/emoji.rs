//! Emoji by their names, and messages of nothing else.

use std::sync::OnceLock;

use super::{Block, Inline, Markup};

/// An emoji a line, and its names: all of Unicode's, by GitHub's names. A test holds it to the crate that knows them, which would
/// be most of what is loaded to read markup.
const ALL: &str = include_str!("emoji.txt");

/// The same, to be looked up.
struct Known {
    /// By name.
    coded: Vec<(&'static str, &'static str)>,
    /// Without what may be left out of them.
    bare: Vec<String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let lines = ALL.lines().map(|line| line.split_once(' ').unwrap_or((line, "")));
        let of_line = |(emoji, codes): (&'static str, &'static str)| {
            codes.split_whitespace().map(move |code| (code, emoji))
        };
        let mut coded: Vec<_> = lines.clone().flat_map(of_line).collect();
        let mut bare: Vec<_> = lines.map(|(emoji, _)| self::bare(emoji)).collect();
        coded.sort_unstable();
        bare.sort_unstable();
        Known { coded, bare }
    })
}

/// An emoji without the colour of its skin and without what says that it is drawn.
fn bare(emoji: &str) -> String {
    emoji.chars().filter(|c| !matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')).collect()
}

fn is_one(text: &str) -> bool {
    let is_listed = |text: &str| known().bare.binary_search(&bare(text)).is_ok();
    // Two people of different colours are put together of others than two of none.
    let has_colours = text.contains(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}'));
    is_listed(text) || (has_colours && text.split('\u{200D}').all(is_listed))
}

fn by_code(code: &str) -> Option<&'static str> {
    let coded = &known().coded;
    coded.binary_search_by_key(&code, |(code, _)| code).ok().map(|at| coded[at].1)
}

/// The longest name of an emoji, in bytes, and some more.
const CODE_MAX: usize = 48;
/// The most characters that one emoji is made of: two people who kiss, with the colours of their skin.
const CHARS_MAX: usize = 10;

/// The emoji whose name a text begins with, colons around it, and that name.
pub(super) fn coded(text: &str) -> Option<(&'static str, &str)> {
    let rest = text.strip_prefix(':')?;
    let is_code =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-');
    let length = rest.bytes().take(CODE_MAX).position(|byte| !is_code(byte))?;
    let (code, behind) = rest.split_at(length);
    let found = behind.starts_with(':').then(|| by_code(code)).flatten()?;
    Some((found, code))
}

/// Whether there are so few emoji, and nothing else, that they are shown large.
pub(super) fn are_all(blocks: &[Block]) -> bool {
    let [Block::Paragraph(inside)] = blocks else { return false };
    let mut count = 0;
    for inline in inside {
        count += match inline {
            Inline::Emoji { .. } => 1,
            Inline::LineBreak => 0,
            Inline::Text(text) => match counted(text) {
                Some(count) => count,
                None => return false,
            },
            _ => return false,
        };
    }
    (1..=Markup::LARGE_MAX).contains(&count)
}

/// How many emoji a text has, if it has nothing else but white space and not too many.
fn counted(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    let mut count = 0;
    while !rest.is_empty() {
        // A digit or a letter begins none that is meant as one by itself.
        if count == Markup::LARGE_MAX
            || rest.starts_with(|c: char| c < '\u{100}' && !matches!(c, '#' | '*' | '0'..='9'))
        {
            return None;
        }
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(CHARS_MAX);
        let end = ends.filter(|end| is_one(&rest[..*end])).last()?;
        rest = rest[end..].trim_start();
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_found_by_their_names() {
        assert_eq!(coded(":tada: 축하"), Some(("🎉", "tada")));
        assert_eq!(coded(":+1:"), Some(("👍", "+1")));
        for text in ["tada:", ":nothing_of_the_kind:", ":30:45", "::", ":", ":tada", ":Tada:"] {
            assert_eq!(coded(text), None, "{text}");
        }
    }

    #[test]
    fn every_name_and_every_emoji_is_known() {
        let mut lines = ALL.lines();
        for emoji in emojis::iter() {
            let line: Vec<_> = [emoji.as_str()].into_iter().chain(emoji.shortcodes()).collect();
            assert_eq!(lines.next(), Some(line.join(" ").as_str()), "emoji.txt is not what the crate knows");
            for code in emoji.shortcodes() {
                assert_eq!(coded(&format!(":{code}:")), Some((emoji.as_str(), code)));
            }
            let toned = emoji.skin_tones().into_iter().flatten();
            let unknown: Vec<_> =
                toned.chain([emoji]).filter(|one| counted(one.as_str()) != Some(1)).collect();
            // Letters that are also drawn are not meant as emoji by themselves.
            assert!(
                unknown.iter().all(|one| matches!(one.as_str(), "©\u{FE0F}" | "®\u{FE0F}")),
                "{unknown:?}"
            );
        }
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn emoji_are_counted_by_what_is_seen() {
        assert_eq!(counted("👩‍💻 👍🏽\u{20}🇰🇷"), Some(3));
        assert_eq!(counted("❤️"), Some(1));
        assert_eq!(counted(&"🎉".repeat(13)), None);
        for text in ["1", "ㅋㅋ", "🎉!", "©", "가"] {
            assert_eq!(counted(text), None, "{text}");
        }
    }
}
