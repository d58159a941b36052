//! What people mean by what they write.

use std::str;

use maru_shared::{
    MemberId,
    markup::{Block, Inline, MENTIONS_MAX, Markup, excerpt, mentioned},
};

/// A text is understood: its tree is neither deep nor large, leads nowhere but to pages and letters, and shows who is
/// mentioned.
pub fn markup(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let found = mentioned(text, is_name);
    assert!(found.len() <= MENTIONS_MAX, "{text:?}");
    let tree = Markup::of(text, &found);
    let mut seen = Seen::default();
    seen.blocks(&tree.blocks, 0);
    // What stands behind the last part that is allowed is text of its own.
    assert!(seen.parts <= Markup::PARTS_MAX + 1, "{text:?}");
    for one in &found {
        assert!(seen.names.contains(&one.name), "{one:?} is not shown in {text:?}");
    }
    for max in [0, 1, 80] {
        let line = excerpt(text, max);
        assert!(line.chars().count() <= max && !line.contains('\n'), "{line:?} of {text:?}");
    }
}

/// Every second name is somebody's.
fn is_name(name: &str) -> Option<MemberId> {
    assert!(!name.is_empty() && name.chars().count() <= 32 && name == name.trim(), "{name:?}");
    let sum = name.bytes().fold(0_u8, u8::wrapping_add);
    (sum % 2 == 0).then(|| MemberId::from_random_bytes([sum; 16]))
}

#[derive(Default)]
struct Seen {
    parts: usize,
    names: Vec<String>,
}

impl Seen {
    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        assert!(depth <= Markup::DEPTH_MAX + 1);
        for block in blocks {
            self.parts += 1;
            match block {
                Block::Paragraph(inside) | Block::Heading(inside) => self.inside(inside, depth + 1),
                Block::Quote(blocks) => self.blocks(blocks, depth + 1),
                Block::List { items, .. } => items.iter().for_each(|item| self.blocks(item, depth + 1)),
                Block::Code { language, .. } => assert!(language.is_ascii(), "{language:?}"),
            }
        }
    }

    fn inside(&mut self, inside: &[Inline], depth: usize) {
        assert!(depth <= Markup::DEPTH_MAX + 1);
        for inline in inside {
            self.parts += 1;
            match inline {
                Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Strike(inside) => {
                    self.inside(inside, depth + 1);
                }
                Inline::Link { to, inside } => {
                    let small = to.to_ascii_lowercase();
                    let is_safe =
                        ["http://", "https://", "mailto:"].iter().any(|scheme| small.starts_with(scheme));
                    assert!(is_safe && !inside.is_empty(), "{to:?}");
                    self.inside(inside, depth + 1);
                }
                Inline::Mention { name, .. } => self.names.push(name.clone()),
                Inline::Text(_) | Inline::Code(_) | Inline::Emoji { .. } | Inline::LineBreak => {}
            }
        }
    }
}
