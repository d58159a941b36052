//! What can be told of a text without reading its markup.

/// Whether a text may mean more than it says: markup, a link, a mention, an emoji's name, something large. Most texts do
/// not, and are shown as they are; this may be wrong only by saying yes.
pub fn may_be_markup(text: &str) -> bool {
    let marks = |byte| matches!(byte, b'*' | b'_' | b'~' | b'`' | b'[' | b'<' | b'\\' | b'@' | b':');
    let leads = |line: &str| {
        let first = line.trim_start_matches([' ', '\t']).bytes().next();
        first.is_some_and(|byte| matches!(byte, b'>' | b'#' | b'-' | b'+' | b'0'..=b'9'))
    };
    // Neither kana nor Hangul nor Han are emoji.
    let is_drawn = |c| c > '\u{203B}' && !matches!(c, '\u{3041}'..='\u{318F}' | '\u{3400}'..='\u{D7A3}');
    text.bytes().any(marks)
        || text.split('\n').any(leads)
        || text.starts_with("/me ")
        || text.trim_start().starts_with(is_drawn)
}

#[cfg(test)]
mod tests {
    use maru_shared::markup::{Block, Inline, Markup};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_mostly_write_is_no_markup() {
        for text in [
            "안녕하세요",
            "Hello, how are you?\nFine - thanks!",
            "ㅋㅋㅋㅋ",
            "上海で会いましょう。",
            "(네) 1 + 1 = 2",
        ] {
            assert!(!may_be_markup(text), "{text}");
        }
    }

    #[test]
    fn what_may_mean_more_is_read() {
        for text in [
            "**a**",
            "가\n> 나",
            "- a",
            "1. a",
            "@민수",
            "https://a.test",
            ":tada:",
            "🎉",
            " ❤️",
            "1️⃣",
            "/me 간다",
            "# a",
            "㊗️",
        ] {
            assert!(may_be_markup(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_that_cannot_be_markup_is_only_text(text in "([ㄱ-ㅎ가-힣a-z !\"#$%&'()*+,./0-9;<=>?^{|}🎉❤☀\n\t-]|가|나|\n){0,40}") {
            if !may_be_markup(&text) {
                let markup = Markup::of(&text, &[]);
                let is_text = |inline: &Inline| matches!(inline, Inline::Text(_) | Inline::LineBreak);
                let is_plain = |block: &Block| matches!(block, Block::Paragraph(inside) if inside.iter().all(is_text));
                prop_assert!(!markup.is_large && !markup.is_action && markup.blocks.iter().all(is_plain), "{markup:?}");
            }
        }
    }
}
