//! From the events of the parser to the tree.

use std::{mem, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::{
    Block, Inline, Markup, emoji, mention,
    mention::Mentioned,
    source::{Piece, Source, is_safe, typed},
};
use crate::id::MemberId;

/// The tree of a message, and how many steps it took.
pub(super) fn build(text: &str, known: &[Mentioned<MemberId>]) -> (Markup, usize) {
    let text = typed(text);
    let (is_action, text) = match text.strip_prefix("/me ") {
        Some(deed) if !deed.trim().is_empty() => (true, deed),
        _ => (false, &*text),
    };
    let source = Source::marked(text);
    let mut builder = Builder::new(&source, known);
    let parser = Parser::new_ext(&source.text, Options::ENABLE_STRIKETHROUGH);
    let is_whole = builder.read(parser.into_offset_iter());
    let steps = builder.steps;
    let blocks =
        if is_whole { builder.end() } else { vec![Block::Paragraph(vec![Inline::Text(text.to_owned())])] };
    let is_large = !is_action && emoji::are_all(&blocks);
    (Markup { is_action, is_large, blocks }, steps)
}

struct Builder<'s> {
    source: &'s Source<'s>,
    known: &'s [Mentioned<MemberId>],
    /// What is open in the text, the outermost first.
    open: Vec<Open>,
    /// What is being built, the outermost first: the message itself is always there.
    frames: Vec<Frame>,
    /// Text that is not yet taken apart, with its marks.
    text: String,
    /// Where in the source the last thing ended that was read.
    end: usize,
    is_in_link: bool,
    parts: usize,
    steps: usize,
}

/// How something that is open will end.
enum Open {
    /// The innermost frame is done.
    Frame,
    /// It is not understood as anything, and neither are its marks: this many bytes of the source at its end are shown.
    Plain(Tail),
    /// So deep that it is not nested: a line of its own.
    Line,
}

#[derive(Clone, Copy)]
enum Tail {
    Bytes(usize),
    /// Whatever is behind the last thing in it.
    Rest,
}

/// What is being built, and what is in it until now.
struct Frame {
    what: What,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    inside: Vec<Inline>,
}

enum What {
    Message,
    Paragraph,
    Heading,
    Quote,
    List(Option<u32>),
    Item,
    Code(String),
    /// Code by its indentation, which is none here.
    Indented,
    Strong,
    Emphasis,
    Strike,
    Link(String),
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source<'s>, known: &'s [Mentioned<MemberId>]) -> Self {
        Self {
            source,
            known,
            open: Vec::new(),
            frames: vec![Frame::new(What::Message)],
            text: String::new(),
            end: 0,
            is_in_link: false,
            parts: 0,
            steps: 0,
        }
    }

    /// Reads all events. Whether there are no more parts than a message may have.
    fn read(&mut self, events: OffsetIter<'_>) -> bool {
        for (event, range) in events {
            self.steps += 1;
            self.one(event, range);
            if self.parts > Markup::PARTS_MAX {
                return false;
            }
        }
        true
    }

    fn one(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => return self.start(tag, &range),
            Event::End(tag) => self.close(tag, &range),
            Event::Code(code) => {
                let code = self.source.plain(&code);
                self.put(Inline::Code(code));
            }
            Event::SoftBreak | Event::HardBreak => self.put(Inline::LineBreak),
            Event::Text(text) => {
                let typed = self.source.text.get(range.clone()).unwrap_or_default();
                // What an entity stands for is not what was typed.
                let is_entity = typed.starts_with('&') && !self.is_in_code();
                self.write(if is_entity { typed } else { &text });
            }
            Event::Html(text) | Event::InlineHtml(text) => self.write(&text),
            // None of these is asked for.
            Event::Rule | Event::TaskListMarker(_) | Event::FootnoteReference(_) => {}
            Event::InlineMath(text) | Event::DisplayMath(text) => self.write(&text),
        }
        self.end = range.end;
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        self.end = range.start;
        let what = match tag {
            Tag::Paragraph => What::Paragraph,
            Tag::Heading { .. } => What::Heading,
            Tag::BlockQuote(_) => What::Quote,
            Tag::List(first) => What::List(first.map(|first| u32::try_from(first).unwrap_or(u32::MAX))),
            Tag::Item => What::Item,
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => What::Code(self.source.plain(self.info(range))),
            Tag::CodeBlock(CodeBlockKind::Indented) => What::Indented,
            Tag::Strong => What::Strong,
            Tag::Emphasis => What::Emphasis,
            Tag::Strikethrough => What::Strike,
            Tag::Link { link_type, dest_url, .. } => return self.link(link_type, &dest_url, false, range),
            Tag::Image { link_type, dest_url, .. } => return self.link(link_type, &dest_url, true, range),
            // A block of HTML is text; none of the others is asked for.
            _ => What::Paragraph,
        };
        let marks = match what {
            What::Strong => 2,
            What::Emphasis => 1,
            // One tilde strikes nothing: `3~4시, 5~6시`.
            What::Strike => {
                if self.typed(range).starts_with("~~") {
                    2
                } else {
                    1
                }
            }
            _ => 0,
        };
        let is_single = marks == 1 && matches!(what, What::Strike);
        let is_deep = self.frames.len() > Markup::DEPTH_MAX && !matches!(what, What::Code(_));
        if marks > 0 && (is_single || is_deep) {
            self.plain(range, marks, Tail::Bytes(marks));
        } else if is_deep {
            self.open.push(Open::Line);
        } else {
            self.frame(what);
        }
    }

    /// Begins a link, if it may be one: otherwise all of it is shown as it was typed.
    fn link(&mut self, kind: LinkType, to: &str, is_picture: bool, range: &Range<usize>) {
        let to = self.source.plain(to);
        let to = if kind == LinkType::Email { format!("mailto:{to}") } else { to };
        let may_be = is_safe(&to) && !self.is_in_link && self.frames.len() <= Markup::DEPTH_MAX;
        if may_be {
            self.frame(What::Link(to));
            self.is_in_link = true;
            self.end = range.start + 1 + usize::from(is_picture);
        } else {
            self.plain(range, 1 + usize::from(is_picture), Tail::Rest);
        }
    }

    fn frame(&mut self, what: What) {
        self.settle();
        self.open.push(Open::Frame);
        self.frames.push(Frame::new(what));
    }

    fn plain(&mut self, range: &Range<usize>, head: usize, tail: Tail) {
        self.end = range.start + head;
        self.show(range.start..range.start + head);
        self.open.push(Open::Plain(tail));
    }

    /// Something that was open ends.
    fn close(&mut self, tag: TagEnd, range: &Range<usize>) {
        match self.open.pop() {
            Some(Open::Frame) => {
                self.settle();
                let is_unclosed = tag == TagEnd::CodeBlock && self.ends_without_fence(range);
                self.finish(is_unclosed, range);
            }
            Some(Open::Plain(Tail::Bytes(count))) => self.show(range.end.saturating_sub(count)..range.end),
            Some(Open::Plain(Tail::Rest)) => self.show(self.end..range.end),
            Some(Open::Line) => self.put(Inline::LineBreak),
            None => {}
        }
    }

    /// Whether a block of code ends only because the message does.
    fn ends_without_fence(&self, range: &Range<usize>) -> bool {
        let typed = self.typed(range).trim_end();
        let last = typed.rsplit('\n').next().unwrap_or_default().trim_start_matches(['>', ' ', '\t']);
        range.end >= self.source.text.trim_end().len()
            && !(last.starts_with("```") || last.starts_with("~~~"))
    }

    fn finish(&mut self, is_unclosed: bool, range: &Range<usize>) {
        // The message itself is never done here: a frame was opened.
        let Some(mut frame) = self.frames.pop() else { return };
        match frame.what {
            What::Message | What::Item | What::Quote | What::List(_) => {
                let (blocks, items) = (frame.done(), frame.items);
                match frame.what {
                    What::Item => self.top().items.push(blocks),
                    What::List(first) => self.block(Block::List { first, items }),
                    _ => self.block(Block::Quote(blocks)),
                }
            }
            What::Paragraph | What::Indented => {
                trim(&mut frame.inside);
                self.block(Block::Paragraph(frame.inside));
            }
            // Only its mark was typed.
            What::Heading if frame.inside.is_empty() => {
                let typed = self.typed(range).trim_end().to_owned();
                self.block(Block::Paragraph(vec![Inline::Text(self.source.plain(&typed))]));
            }
            What::Heading => self.block(Block::Heading(frame.inside)),
            What::Code(info) => {
                let text = frame.inside.into_iter().find_map(|inline| match inline {
                    Inline::Text(text) => Some(text),
                    _ => None,
                });
                self.block(code(&info, text.unwrap_or_default(), is_unclosed));
            }
            What::Strong => self.inline(Inline::Strong(frame.inside)),
            What::Emphasis => self.inline(Inline::Emphasis(frame.inside)),
            What::Strike => self.inline(Inline::Strike(frame.inside)),
            What::Link(to) => {
                self.is_in_link = false;
                let mut inside = frame.inside;
                if inside.is_empty() {
                    inside.push(Inline::Text(to.clone()));
                }
                self.inline(Inline::Link { to, inside });
            }
        }
    }

    /// All that was built.
    fn end(mut self) -> Vec<Block> {
        self.settle();
        let mut message = self.frames.pop().unwrap_or_else(|| Frame::new(What::Message));
        message.done()
    }

    /// Adds text that was typed, or what stands for it.
    fn write(&mut self, text: &str) {
        if self.is_in_code() {
            self.text.push_str(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.put(Inline::LineBreak);
            }
            self.text.push_str(line);
        }
    }

    /// Shows a piece of the source as it was typed.
    fn show(&mut self, range: Range<usize>) {
        let source = self.source;
        self.write(source.text.get(range).unwrap_or_default());
    }

    fn typed(&self, range: &Range<usize>) -> &str {
        self.source.text.get(range.clone()).unwrap_or_default()
    }

    /// What stands behind a fence, as it was typed.
    fn info(&self, range: &Range<usize>) -> &str {
        let line = self.typed(range).split('\n').next().unwrap_or_default();
        line.trim_start_matches(if line.starts_with('~') { '~' } else { '`' })
    }

    fn put(&mut self, inline: Inline) {
        self.settle();
        self.inline(inline);
    }

    fn block(&mut self, block: Block) {
        self.parts += 1;
        self.top().block(block);
    }

    fn inline(&mut self, inline: Inline) {
        self.parts += 1;
        self.top().inside.push(inline);
    }

    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(What::Message));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn is_in_code(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { what: What::Code(_), .. }))
    }

    /// Takes the text apart that was written until now.
    fn settle(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = mem::take(&mut self.text);
        self.steps += text.len();
        let source = self.source;
        if self.is_in_code() {
            let code = source.plain(&text);
            self.inline(Inline::Text(code));
            return;
        }
        let mut plain = String::new();
        source.pieces(&text, |piece| match piece {
            Piece::Link(to) if !self.is_in_link => {
                self.words(&mem::take(&mut plain));
                let inside = vec![Inline::Text(to.to_owned())];
                self.inline(Inline::Link { to: to.to_owned(), inside });
            }
            Piece::Text(text) | Piece::Link(text) => plain.push_str(text),
        });
        self.words(&plain);
    }

    /// Adds words, and whatever mentions and emoji are among them.
    fn words(&mut self, text: &str) {
        let (mut begin, mut at) = (0, 0);
        while let Some(mark) = text[at..].find(['@', ':']) {
            at += mark;
            self.steps += 1;
            let before = text[..at].chars().next_back();
            let found = if text[at..].starts_with('@') {
                self.mention(before, &text[at + 1..])
            } else {
                emoji_code(before, &text[at..])
            };
            let Some((inline, length)) = found else {
                at += 1;
                continue;
            };
            self.plain_words(&text[begin..at]);
            self.inline(inline);
            at += length;
            begin = at;
        }
        self.plain_words(&text[begin..]);
    }

    fn plain_words(&mut self, text: &str) {
        if !text.is_empty() {
            self.inline(Inline::Text(text.to_owned()));
        }
    }

    fn mention(&mut self, before: Option<char>, text: &str) -> Option<(Inline, usize)> {
        if self.is_in_link || !mention::begins_word(before) {
            return None;
        }
        self.steps += self.known.len();
        let Mentioned { who, name } = mention::known(text, self.known)?;
        Some((Inline::Mention { who: *who, name: name.clone() }, name.len() + 1))
    }
}

/// `10:100:20` has none.
fn emoji_code(before: Option<char>, text: &str) -> Option<(Inline, usize)> {
    if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (emoji, code) = emoji::coded(text)?;
    Some((Inline::Emoji { emoji, code: code.to_owned() }, code.len() + 2))
}

impl Frame {
    const fn new(what: What) -> Self {
        Self { what, blocks: Vec::new(), items: Vec::new(), inside: Vec::new() }
    }

    fn block(&mut self, block: Block) {
        self.wrap();
        self.blocks.push(block);
    }

    /// What stands in no paragraph has one of its own.
    fn wrap(&mut self) {
        trim(&mut self.inside);
        if !self.inside.is_empty() {
            self.blocks.push(Block::Paragraph(mem::take(&mut self.inside)));
        }
    }

    fn done(&mut self) -> Vec<Block> {
        self.wrap();
        mem::take(&mut self.blocks)
    }
}

/// A paragraph neither begins nor ends with an end of a line.
fn trim(inside: &mut Vec<Inline>) {
    while inside.last() == Some(&Inline::LineBreak) {
        inside.pop();
    }
    let breaks = inside.iter().take_while(|inline| **inline == Inline::LineBreak).count();
    inside.drain(..breaks);
}

/// A block of code. Some people begin it right behind the fence, and end it with a fence right behind its last line.
fn code(info: &str, text: String, is_unclosed: bool) -> Block {
    let info = info.trim();
    let is_language = info.len() <= 24
        && info
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'#' | b'.' | b'_'));
    let mut text = text;
    if is_unclosed {
        let closed = text.trim_end().strip_suffix("```").map(str::len);
        // A fence on a line of its own would have ended it.
        if let Some(length) = closed {
            text.truncate(length);
        }
    }
    if text.ends_with('\n') {
        text.pop();
    }
    if is_language {
        return Block::Code { language: info.to_ascii_lowercase(), text };
    }
    let text = if text.is_empty() { info.to_owned() } else { format!("{info}\n{text}") };
    Block::Code { language: String::new(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        build(text, &[]).0.blocks
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    fn lines(lines: &[&str]) -> Block {
        let mut inside: Vec<_> = lines.iter().flat_map(|line| [text(line), Inline::LineBreak]).collect();
        inside.pop();
        Block::Paragraph(inside)
    }

    fn inside(typed: &str) -> Vec<Inline> {
        match blocks(typed).as_slice() {
            [Block::Paragraph(inside)] => inside.clone(),
            other => panic!("{typed:?} is {other:?}"),
        }
    }

    #[test]
    fn what_people_stress_is_stressed() {
        assert_eq!(inside("**굵게**"), [Inline::Strong(vec![text("굵게")])]);
        assert_eq!(inside("*기울여*"), [Inline::Emphasis(vec![text("기울여")])]);
        assert_eq!(inside("~~아님~~"), [Inline::Strike(vec![text("아님")])]);
        assert_eq!(inside("`a*b*`"), [Inline::Code("a*b*".into())]);
        assert_eq!(inside("\\*그대로\\*"), [text("*그대로*")]);
        assert_eq!(inside("***둘***"), [Inline::Emphasis(vec![Inline::Strong(vec![text("둘")])])]);
    }

    #[test]
    fn what_is_stressed_may_stand_right_before_a_particle() {
        assert_eq!(inside("**\"마루\"**는"), [Inline::Strong(vec![text("\"마루\"")]), text("는")]);
        assert_eq!(inside("이것은**(중요)**"), [text("이것은"), Inline::Strong(vec![text("(중요)")])]);
        assert_eq!(inside("~~(가)~~나"), [Inline::Strike(vec![text("(가)")]), text("나")]);
    }

    #[test]
    fn what_people_type_without_meaning_markup_is_text() {
        for typed in [
            "3~4시, 5~6시",
            "좋아~좋아~",
            "¯\\_(ツ)_/¯",
            "&lt;b&gt; &amp; &#65;",
            "2026. 11. 25. 만나요",
            "<b>안녕</b>",
            "<script>alert(1)</script>",
            "<!-- 안녕 -->",
            "<div>",
            "[가]: https",
            "---",
            "-",
            "#1",
            "#",
            "snake_case_name",
            "[a](javascript:alert(1))",
            "![a](data:image/svg+xml,x)",
            "[a](/b \"c\")",
            "<javascript:alert(1)>",
            "[a]()",
            "10:100:20",
            "5 * 3 * 2",
        ] {
            assert_eq!(inside(typed), [text(typed)], "{typed}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(blocks("가\n나\n다"), [lines(&["가", "나", "다"])]);
        assert_eq!(blocks("가\n---\n나"), [lines(&["가", "---", "나"])]);
        assert_eq!(blocks("가\n==="), [lines(&["가", "==="])]);
        assert_eq!(blocks("가\n\n나"), [lines(&["가"]), lines(&["나"])]);
        assert_eq!(
            blocks("<div>\n**가**"),
            [Block::Paragraph(vec![text("<div>"), Inline::LineBreak, Inline::Strong(vec![text("가")])])]
        );
        assert_eq!(blocks("    let a;\n    let b;"), [lines(&["let a;", "let b;"])]);
    }

    #[test]
    fn a_heading_is_bold_and_nothing_more() {
        assert_eq!(blocks("# 공지\n내일"), [Block::Heading(vec![text("공지")]), lines(&["내일"])]);
        assert_eq!(blocks("### "), [lines(&["###"])]);
    }

    #[test]
    fn a_quote_ends_with_its_lines() {
        let quote = Block::Quote(vec![lines(&["가", "나"])]);
        assert_eq!(blocks("> 가\n> 나\n다"), [quote, lines(&["다"])]);
        assert_eq!(blocks("> > 가\n> 나"), [Block::Quote(vec![Block::Quote(vec![lines(&["가", "나"])])])]);
        let code = Block::Code { language: String::new(), text: "> 가\n나".into() };
        assert_eq!(blocks("```\n> 가\n나\n```"), [code], "and in code nothing is put in");
    }

    #[test]
    fn a_list_ends_with_its_items() {
        let list = |first, items: &[&str]| Block::List {
            first,
            items: items.iter().map(|item| vec![lines(&[item])]).collect(),
        };
        assert_eq!(blocks("- 사과\n- 배\n이거 사 와"), [list(None, &["사과", "배"]), lines(&["이거 사 와"])]);
        assert_eq!(blocks("3. 셋\n4. 넷"), [list(Some(3), &["셋", "넷"])]);
        let nested = Block::List { first: None, items: vec![vec![lines(&["가"]), list(None, &["나"])]] };
        assert_eq!(blocks("- 가\n    - 나"), [nested]);
    }

    #[test]
    fn code_is_code_however_its_fences_stand() {
        let code = |language: &str, text: &str| Block::Code { language: language.into(), text: text.into() };
        assert_eq!(blocks("```Rust\nlet a;\n\nlet b;\n```"), [code("rust", "let a;\n\nlet b;")]);
        assert_eq!(
            blocks("```\n<b>&amp;\n**a** https://a.test :tada: @b\n```"),
            [code("", "<b>&amp;\n**a** https://a.test :tada: @b")]
        );
        assert_eq!(blocks("```let a = 1;\nlet b;```"), [code("", "let a = 1;\nlet b;")]);
        assert_eq!(blocks("```\n끝"), [code("", "끝")]);
        assert_eq!(blocks("~~~\n```\n~~~"), [code("", "```")]);
        assert_eq!(blocks("- 가\n```\n나\n```\n다").len(), 3);
    }

    #[test]
    fn links_lead_to_pages_and_letters_only() {
        let link = |to: &str, shown: &str| Inline::Link { to: to.into(), inside: vec![text(shown)] };
        assert_eq!(inside("[가](https://a.test/_b_)"), [link("https://a.test/_b_", "가")]);
        assert_eq!(inside("<https://a.test>"), [link("https://a.test", "https://a.test")]);
        assert_eq!(inside("<a@b.test>"), [link("mailto:a@b.test", "a@b.test")]);
        assert_eq!(inside("![그림](https://a.test/b.png)"), [link("https://a.test/b.png", "그림")]);
        assert_eq!(
            inside("![](https://a.test/b.png)"),
            [link("https://a.test/b.png", "https://a.test/b.png")]
        );
        assert_eq!(
            inside("https://a.test/__init__.py에서 https://b.test/*c*?"),
            [
                link("https://a.test/__init__.py", "https://a.test/__init__.py"),
                text("에서 "),
                link("https://b.test/*c", "https://b.test/*c"),
                text("*?")
            ]
        );
        assert_eq!(
            inside("**https://a.test**"),
            [Inline::Strong(vec![link("https://a.test", "https://a.test")])]
        );
        assert_eq!(inside("[https://a.test](https://b.test)"), [link("https://b.test", "https://a.test")]);
        assert_eq!(
            inside("[**가**](JAVASCRIPT:x)나"),
            [text("["), Inline::Strong(vec![text("가")]), text("](JAVASCRIPT:x)나")]
        );
    }

    #[test]
    fn emoji_have_names_but_not_in_code() {
        let tada = || Inline::Emoji { emoji: "🎉", code: "tada".into() };
        assert_eq!(
            inside("축하해:tada:요 `:tada:`"),
            [text("축하해"), tada(), text("요 "), Inline::Code(":tada:".into())]
        );
        let large = |typed: &str| build(typed, &[]).0.is_large;
        assert!(large(":tada: 🎉\n👩‍💻"));
        assert!(large("🎉"));
        for small in ["🎉!", "🎉 가", "**🎉**", "/me 🎉", "> 🎉", "1", "`🎉`"] {
            assert!(!large(small), "{small}");
        }
    }

    #[test]
    fn what_somebody_does_is_an_action() {
        let (markup, _) = build("/me **크게** 웃는다", &[]);
        assert!(markup.is_action);
        assert_eq!(
            markup.blocks,
            [Block::Paragraph(vec![Inline::Strong(vec![text("크게")]), text(" 웃는다")])]
        );
        for other in ["/me", "/me ", "/message 가", " /me 가"] {
            assert!(!build(other, &[]).0.is_action, "{other}");
        }
    }

    /// In proportion to the text, whatever it is.
    #[test]
    fn hostile_texts_take_few_steps_and_make_no_deep_or_large_trees() {
        let names: Vec<_> = (0..20)
            .map(|n| Mentioned { who: MemberId::from_random_bytes([n; 16]), name: "a".repeat(32) })
            .collect();
        let repeated = [
            "[",
            "]",
            "*",
            "_",
            "~",
            "~~",
            ">",
            "> ",
            "`",
            "` `` ",
            "<",
            "&",
            "&amp;",
            "!",
            "![",
            "](",
            "[]",
            "[](",
            "[a](",
            "@",
            "@a",
            ":",
            ":a:",
            ":tada:",
            "- ",
            "1. ",
            "- a\n",
            "> a\n",
            "*a **a ",
            "*a_ ",
            "a**b",
            "<a",
            "<!--",
            "<?",
            "<![CDATA[",
            "\\",
            "```\n",
            "~~~\n",
            "# ",
            "#\n",
            "http://",
            "http://a",
            "https://a.test ",
            "[a]: b\n",
            "가**\"",
            "\t",
            "\n",
            " \n",
            "-\n",
            "=\n",
            "a\n=\n",
            "|",
            "<a@",
            "\"",
            "(",
            "[(",
            "![[]()",
            "\u{FDD1}\u{E000}",
            "\u{2E4D}*",
            "a\n> b\n",
        ];
        let mut deep: Vec<_> = (0..88).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
        deep.insert(0, String::new());
        let texts =
            repeated.iter().map(|piece| piece.repeat(4000 / piece.chars().count())).chain([deep.concat()]);
        for text in texts {
            let (markup, steps) = build(&text, &names);
            assert!(
                steps <= 30 * text.len() + 100,
                "{steps} steps of {:?}",
                &text.chars().take(8).collect::<String>()
            );
            let depth = depth(&markup.blocks);
            assert!(
                depth <= Markup::DEPTH_MAX + 1,
                "{depth} deep: {:?}",
                &text.chars().take(8).collect::<String>()
            );
        }
    }

    fn depth(blocks: &[Block]) -> usize {
        let below = |block: &Block| match block {
            Block::Paragraph(inside) | Block::Heading(inside) => depth_inside(inside),
            Block::Quote(blocks) => depth(blocks),
            Block::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or(0),
            Block::Code { .. } => 0,
        };
        blocks.iter().map(|block| 1 + below(block)).max().unwrap_or(0)
    }

    fn depth_inside(inside: &[Inline]) -> usize {
        let below = |inline: &Inline| match inline {
            Inline::Strong(inside)
            | Inline::Emphasis(inside)
            | Inline::Strike(inside)
            | Inline::Link { inside, .. } => 1 + depth_inside(inside),
            _ => 0,
        };
        inside.iter().map(below).max().unwrap_or(0)
    }
}
