//! Emoji by their names, and messages of nothing else.

use std::sync::OnceLock;

use super::{Block, Inline, Markup};

/// An emoji a line, and its names: all of Unicode's, by GitHub's names. A test holds it to the crate that knows them, which would
/// be most of what is loaded to read markup.
const ALL: &str = include_str!("emoji.txt");

/// Emoji with the colours of people's skin, each in the lightest: where two people have different ones, in the two lightest.
#[cfg(not(target_arch = "wasm32"))]
const COLOURED: &str = include_str!("coloured.txt");

/// The lightest colours of skin.
#[cfg(not(target_arch = "wasm32"))]
const LIGHTEST: [char; 2] = ['\u{1F3FB}', '\u{1F3FC}'];

/// Says that the character before it is drawn, and no letter.
const DRAWN: char = '\u{FE0F}';

/// What [`ALL`] says, to be looked up.
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
    emoji.chars().filter(|c| *c != DRAWN && !is_colour(*c)).collect()
}

fn is_colour(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// The one emoji that a text is, with all that its full form has: what says that it is drawn may be left out.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn in_full(text: &str) -> Option<String> {
    static LISTED: OnceLock<Vec<&str>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| {
        let mut listed: Vec<_> =
            ALL.lines().chain(COLOURED.lines()).filter_map(|line| line.split(' ').next()).collect();
        listed.sort_unstable_by(|one, other| undrawn(one).cmp(undrawn(other)));
        listed
    });
    let mut colours = Vec::new();
    for colour in text.chars().filter(|c| is_colour(*c)) {
        if !colours.contains(&colour) {
            colours.push(colour);
        }
    }
    if colours.len() > LIGHTEST.len() {
        return None;
    }
    let lightest = in_colours(text, &colours, &LIGHTEST);
    let found = listed.binary_search_by(|one| undrawn(one).cmp(undrawn(&lightest))).ok()?;
    is_short_for(&lightest, listed[found]).then(|| in_colours(listed[found], &LIGHTEST, &colours))
}

#[cfg(not(target_arch = "wasm32"))]
fn undrawn(emoji: &str) -> impl Iterator<Item = char> {
    emoji.chars().filter(|c| *c != DRAWN)
}

#[cfg(not(target_arch = "wasm32"))]
fn in_colours(emoji: &str, from: &[char], to: &[char]) -> String {
    let other = |c| from.iter().zip(to).find(|(from, _)| **from == c).map_or(c, |(_, to)| *to);
    emoji.chars().map(other).collect()
}

/// Whether nothing is left out of an emoji but what says that it is drawn. One that is drawn in any case may say so.
#[cfg(not(target_arch = "wasm32"))]
fn is_short_for(text: &str, emoji: &str) -> bool {
    let mut rest = text.chars().peekable();
    let is_begun = emoji.chars().all(|c| rest.next_if_eq(&c).is_some() || c == DRAWN);
    if emoji.chars().count() == 1 {
        rest.next_if_eq(&DRAWN);
    }
    is_begun && rest.next().is_none()
}

fn is_one(text: &str) -> bool {
    let is_listed = |text: &str| known().bare.binary_search(&bare(text)).is_ok();
    // Two people of different colours are put together of others than two of none.
    let has_colours = text.contains(is_colour);
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
    fn every_emoji_is_known_in_each_of_its_forms_and_no_other_is() {
        let mut forms = 0;
        for emoji in emojis::iter() {
            let toned = emoji.skin_tones().into_iter().flatten().filter(|one| *one != emoji);
            for full in toned.chain([emoji]).map(emojis::Emoji::as_str) {
                forms += 1;
                let drawn: Vec<_> = full.match_indices(DRAWN).map(|(at, _)| at).collect();
                for left_out in 0..1_u32 << drawn.len() {
                    let is_left_out = |at| {
                        drawn.iter().position(|drawn| *drawn == at).is_some_and(|n| left_out >> n & 1 == 1)
                    };
                    let form: String =
                        full.char_indices().filter(|(at, _)| !is_left_out(*at)).map(|(_, c)| c).collect();
                    assert!(emojis::get(&form).is_some(), "{}", form.escape_unicode());
                    assert_eq!(in_full(&form).as_deref(), Some(full), "{}", form.escape_unicode());
                }
                let drawn = format!("{full}{DRAWN}");
                if let Some(known) = emojis::get(&drawn) {
                    assert_eq!(
                        in_full(&drawn).as_deref(),
                        Some(known.as_str()),
                        "{}",
                        drawn.escape_unicode()
                    );
                }
            }
        }
        let coloured: usize =
            COLOURED.lines().map(|one| if one.contains(LIGHTEST[1]) { 5 * 4 } else { 5 }).sum();
        assert_eq!(ALL.lines().count() + coloured, forms, "coloured.txt has others than the crate knows");
        for none in [
            "",
            "a",
            "1",
            "\u{FE0F}",
            "🏻",
            "👍👍",
            "👍 ",
            "🐕🏻",
            "👍🏻🏼",
            "👍\u{FE0F}\u{FE0F}",
            "\u{FE0F}👍",
            "👨🏻\u{200D}🤝\u{200D}👨🏼🏽",
        ] {
            assert_eq!(in_full(none), None, "{}", none.escape_unicode());
            assert!(emojis::get(none).is_none());
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
