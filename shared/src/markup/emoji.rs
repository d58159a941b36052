//! Emoji by their names, and messages of nothing else.

use super::{Block, Inline, Markup};

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
    let found = behind.starts_with(':').then(|| emojis::get_by_shortcode(code)).flatten()?;
    Some((found.as_str(), code))
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
        let end = ends.filter(|end| emojis::get(&rest[..*end]).is_some()).last()?;
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
        for emoji in emojis::iter() {
            assert!(emoji.as_str().chars().count() <= CHARS_MAX, "{emoji}");
            for code in emoji.shortcodes() {
                assert_eq!(coded(&format!(":{code}:")), Some((emoji.as_str(), code)));
            }
        }
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
