//! A message in one line.

use super::{Block, Inline, Markup};

/// What a message says, in one line of at most `max_chars` characters, without its markup: for quotes and notifications.
/// An ellipsis tells that there is more.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let mut line = Line { text: String::new(), left: max_chars, is_cut: false, owes_space: false };
    for block in &Markup::of(text, &[]).blocks {
        line.block(block);
    }
    line.end()
}

struct Line {
    text: String,
    /// How many characters there is room for.
    left: usize,
    is_cut: bool,
    owes_space: bool,
}

impl Line {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inside) | Block::Heading(inside) => self.inside(inside),
            Block::Quote(blocks) => blocks.iter().for_each(|block| self.block(block)),
            Block::List { items, .. } => items.iter().flatten().for_each(|block| self.block(block)),
            Block::Code { text, .. } => self.put(text),
        }
        self.put(" ");
    }

    fn inside(&mut self, inside: &[Inline]) {
        for inline in inside {
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.put(text),
                Inline::Strong(inside)
                | Inline::Emphasis(inside)
                | Inline::Strike(inside)
                | Inline::Link { inside, .. } => self.inside(inside),
                Inline::Mention { name, .. } => {
                    self.put("@");
                    self.put(name);
                }
                Inline::Emoji { emoji, .. } => self.put(emoji),
                Inline::LineBreak => self.put(" "),
            }
        }
    }

    fn put(&mut self, text: &str) {
        for c in text.chars() {
            if self.is_cut {
                return;
            }
            if c.is_whitespace() {
                self.owes_space = !self.text.is_empty();
                continue;
            }
            if std::mem::take(&mut self.owes_space) {
                self.put_one(' ');
            }
            self.put_one(c);
        }
    }

    fn put_one(&mut self, c: char) {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.text.push(c);
            }
            None => self.is_cut = true,
        }
    }

    fn end(mut self) -> String {
        // There is room for the ellipsis where a character was, if there was any.
        let mut taken = if self.is_cut { self.text.pop() } else { None };
        if taken.is_some() {
            // Half of what is joined would be something else.
            while taken.is_some_and(is_joiner) || self.text.ends_with(is_joiner) {
                taken = self.text.pop();
            }
            let kept = self.text.trim_end().len();
            self.text.truncate(kept);
            self.text.push('…');
        }
        self.text
    }
}

/// What joins the characters of one emoji.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_excerpt_is_one_line_without_markup() {
        let text = "# 공지\n> **내일** [일곱 시](https://maru.test)\n- `산책`\n- :tada:\n```rust\nlet a = 1;\n\nlet b;\n```";
        assert_eq!(excerpt(text, 200), "공지 내일 일곱 시 산책 🎉 let a = 1; let b;");
        assert_eq!(excerpt("/me 웃는다", 10), "웃는다");
        assert_eq!(excerpt("<b>안녕</b>", 20), "<b>안녕</b>");
        assert_eq!(excerpt("@민수야 안녕", 20), "@민수야 안녕");
    }

    #[test]
    fn an_excerpt_is_cut_with_an_ellipsis() {
        assert_eq!(excerpt("가나다라마", 5), "가나다라마");
        assert_eq!(excerpt("가나다라마바", 5), "가나다라…");
        assert_eq!(excerpt("가나다 라마바", 5), "가나다…");
        assert_eq!(excerpt("가나 👩\u{200D}💻", 5), "가나…");
        assert_eq!(excerpt("가나 👩\u{200D}💻다", 6), "가나…");
        assert_eq!(excerpt("👩\u{200D}💻다", 3), "…");
        assert_eq!(excerpt("가", 0), "");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_never_longer_and_never_has_a_line_break(text in "(\\PC|[\n*`>_-]){0,80}", max in 0..40_usize) {
            let short = excerpt(&text, max);
            prop_assert!(short.chars().count() <= max);
            prop_assert!(!short.contains('\n'));
        }
    }
}
