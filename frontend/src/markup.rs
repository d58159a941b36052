//! Reads markup: a third program, which the page loads as soon as it is there itself. It is given elements and what is
//! written in them, and builds what is meant, of nodes: nothing in a text can become HTML. It follows no signals.

mod code;
mod node;
mod texts;

use maru_shared::{
    MemberId,
    markup::{Block, Inline, Markup, Mentioned, excerpt},
    message::Quote,
};
use web_sys::Element;

use self::{
    code::{copies, shown_code},
    node::Node,
    texts::MarkupTexts,
};
use crate::seam::{Written, hear_written};

/// Waits for texts that are to be shown.
pub fn start() {
    hear_written(|element, written, language| show(element, &written, MarkupTexts::of(language)));
    copies();
}

fn show(element: &Element, written: &Written, texts: &'static MarkupTexts) {
    let whole = Node::of(element.clone());
    whole.empty();
    if written.is_line {
        return whole.text(&excerpt(&written.text, Quote::MOST_CHARS));
    }
    let known: Vec<_> =
        written.mentions.iter().map(|(who, name)| Mentioned { who: *who, name: name.clone() }).collect();
    let Markup { is_action, is_large, blocks } = Markup::of(&written.text, &known);
    let shown = Shown { texts, reader: written.reader };
    whole.set_class("action", is_action);
    whole.set_class("large", is_large);
    if let Some(by) = written.by.as_ref().filter(|_| is_action) {
        whole.add("bdi", "").text(&format!("* {by}"));
        whole.text(" ");
    }
    match blocks.as_slice() {
        [Block::Paragraph(inside)] => shown.inside(&whole, inside),
        blocks => shown.blocks(&whole, blocks),
    }
}

/// How a message is shown.
struct Shown {
    texts: &'static MarkupTexts,
    reader: Option<MemberId>,
}

impl Shown {
    fn blocks(&self, into: &Node, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(into, block));
    }

    fn block(&self, into: &Node, block: &Block) {
        match block {
            Block::Paragraph(inside) => self.inside(&into.add("p", ""), inside),
            Block::Heading(inside) => self.inside(&into.add("p", "heading"), inside),
            Block::Quote(blocks) => self.blocks(&into.add("blockquote", ""), blocks),
            Block::List { first, items } => {
                let list = into.add(if first.is_some() { "ol" } else { "ul" }, "");
                if let Some(first) = first.filter(|first| *first != 1) {
                    list.set("start", &first.to_string());
                }
                for item in items {
                    let listed = list.add("li", "");
                    match item.as_slice() {
                        [Block::Paragraph(inside), rest @ ..] => {
                            self.inside(&listed, inside);
                            self.blocks(&listed, rest);
                        }
                        blocks => self.blocks(&listed, blocks),
                    }
                }
            }
            Block::Code { language, text } => shown_code(into, language, text, self.texts),
        }
    }

    fn inside(&self, into: &Node, inside: &[Inline]) {
        inside.iter().for_each(|inline| self.inline(into, inline));
    }

    fn inline(&self, into: &Node, inline: &Inline) {
        match inline {
            Inline::Text(text) => into.text(text),
            Inline::LineBreak => into.text("\n"),
            Inline::Strong(inside) => self.inside(&into.add("strong", ""), inside),
            Inline::Emphasis(inside) => self.inside(&into.add("em", ""), inside),
            Inline::Strike(inside) => self.inside(&into.add("s", ""), inside),
            Inline::Code(code) => into.add("code", "").text(code),
            Inline::Link { to, inside } => {
                let link = into.add("a", "");
                for (name, value) in
                    [("href", to.as_str()), ("target", "_blank"), ("rel", "noopener noreferrer")]
                {
                    link.set(name, value);
                }
                // What is shown may say that it leads elsewhere.
                if !matches!(inside.as_slice(), [Inline::Text(text)] if text == to) {
                    link.set("title", to);
                }
                self.inside(&link, inside);
            }
            Inline::Mention { who, name } => {
                let class = if self.reader == Some(*who) { "mention me" } else { "mention" };
                let mention = into.add("span", class);
                mention.set("data-member", &who.to_string());
                mention.text(&format!("@{name}"));
            }
            Inline::Emoji { emoji, code } => {
                let shown = into.add("span", "emoji");
                shown.set("title", &format!(":{code}:"));
                shown.text(emoji);
            }
        }
    }
}
