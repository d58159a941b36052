//! What is meant by what people type: their Markdown as a small tree of our own, with mentions, links and emoji in it.
//!
//! It is the Markdown of a chat. A line break is one. Raw HTML, tables, footnotes, rules, underlined headings and what an
//! entity stands for are only text, and indented text is no code. A line that begins with `#` and a space is bold. What
//! follows a quote or a list without being marked does not belong to it. Whatever is not understood is shown as it was
//! typed; nothing in a tree is ever HTML.

mod build;
pub(crate) mod emoji;
mod excerpt;
mod mention;
mod source;

pub use self::{
    excerpt::excerpt,
    mention::{MENTIONS_MAX, Mentioned, mentioned},
};

use crate::id::MemberId;

/// A message, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// It began with `/me `: the rest says what its author does.
    pub is_action: bool,
    /// It is of 1 to [`Markup::LARGE_MAX`] emoji and nothing else.
    pub is_large: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// What stands below each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Some lines.
    Paragraph(Vec<Inline>),
    /// A line that began with `#` and a space, of whatever level: shown bold.
    Heading(Vec<Inline>),
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A list, numbered from here on if there is a number.
    List {
        /// The number of the first.
        first: Option<u32>,
        /// What is listed.
        items: Vec<Vec<Block>>,
    },
    /// A fenced block of code.
    Code {
        /// The language that was named, in small letters; empty if there was none.
        language: String,
        /// The code, without a line break at its end.
        text: String,
    },
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text. There are no two of them in a row.
    Text(String),
    /// Important.
    Strong(Vec<Inline>),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Not valid any more.
    Strike(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link; there is none within another.
    Link {
        /// Where it leads: `http`, `https` or `mailto`, whatever was typed.
        to: String,
        /// What is shown of it; never nothing.
        inside: Vec<Inline>,
    },
    /// A member is mentioned.
    Mention {
        /// Who.
        who: MemberId,
        /// Their name as it was typed, without the `@`.
        name: String,
    },
    /// An emoji that was typed by its name.
    Emoji {
        /// The emoji itself.
        emoji: &'static str,
        /// The name as it was typed, without its colons.
        code: String,
    },
    /// The end of a line.
    LineBreak,
}

impl Markup {
    /// The most emoji that a message is large with.
    pub const LARGE_MAX: usize = 12;

    /// So deep do blocks and what stands in lines lie within each other at the most. What would be deeper is not nested.
    pub const DEPTH_MAX: usize = 12;

    /// The most parts of a message: one that would have more is only text.
    pub const PARTS_MAX: usize = 4000;

    /// Understands a message, in which these are mentioned. Takes time and space in proportion to the text.
    pub fn of(text: &str, known: &[Mentioned<MemberId>]) -> Self {
        build::build(text, known).0
    }
}
