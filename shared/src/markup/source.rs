//! A message as it is given to the parser of Markdown: marked so that the parser finds in it what people mean in a chat.
//! The marks are characters that nobody types, and are taken out of all that comes of it.

use std::{borrow::Cow, ops::Range};

use linkify::{LinkFinder, LinkKind};

use super::Markup;

/// Before what begins a line and is to be only text.
const GUARD: char = '\u{FDD0}';
/// Before the number of a bare link, which stands for it: nothing in it is markup.
const LINK: char = '\u{FDD1}';
/// At the end of a line behind which a line is put in, to end what the next one does not belong to.
const END: char = '\u{FDD2}';
/// Between a mark and a letter of a script without capitals, for which the mark would not be one. It is punctuation that
/// nobody writes any more; where somebody does, none is put in.
const JOINT: char = '\u{2E4D}';

/// Numbers of links are characters from here on, for private use.
const FIRST_NUMBER: u32 = 0xE000;
/// The most bare links of a message: as many numbers there are.
const LINKS_MAX: usize = 6000;

/// A marked message, and what its marks stand for.
pub(super) struct Source<'a> {
    pub(super) text: String,
    links: Vec<&'a str>,
    has_joints: bool,
}

/// A piece of text that came of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'s> {
    Text(&'s str),
    /// A bare link.
    Link(&'s str),
}

/// The message as it is read: without what nobody can have typed.
pub(super) fn typed(text: &str) -> Cow<'_, str> {
    let is_typed = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || is_mark(c));
    if text.chars().all(is_typed) {
        return text.into();
    }
    text.chars().filter(|c| is_typed(*c)).collect::<String>().into()
}

fn is_mark(c: char) -> bool {
    matches!(c, GUARD | LINK | END)
}

impl<'a> Source<'a> {
    /// Marks a message of which nothing is a mark yet.
    pub(super) fn marked(text: &'a str) -> Self {
        let mut links = Vec::new();
        let mut numbered = String::with_capacity(text.len() + text.len() / 8);
        let mut end = 0;
        for span in bare_links(text).take(LINKS_MAX) {
            numbered.push_str(&text[end..span.start]);
            numbered.push(LINK);
            numbered.push(number(links.len()));
            end = span.end;
            links.push(&text[span]);
        }
        numbered.push_str(&text[end..]);
        let has_joints = !text.contains(JOINT);
        let joined = if has_joints { joined(&numbered) } else { numbered };
        Self { text: guarded(&joined), links, has_joints }
    }

    /// The text without marks, as it was typed.
    pub(super) fn plain(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        self.pieces(text, |piece| match piece {
            Piece::Text(text) | Piece::Link(text) => plain.push_str(text),
        });
        plain
    }

    /// Gives the pieces that a text is made of, as they were typed.
    pub(super) fn pieces<'s>(&'s self, text: &'s str, mut give: impl FnMut(Piece<'s>)) {
        let mut rest = text;
        while let Some(at) = rest.find(|c| is_mark(c) || (self.has_joints && c == JOINT)) {
            let mut behind = rest[at..].chars();
            let mark = behind.next();
            give(Piece::Text(&rest[..at]));
            rest = behind.as_str();
            match mark {
                Some(LINK) => {
                    let link = behind.next().and_then(|c| self.links.get(place(c)?));
                    if let Some(link) = link {
                        give(Piece::Link(link));
                        rest = behind.as_str();
                    }
                }
                // The line that was put in.
                Some(END) => rest = rest.strip_prefix('\n').unwrap_or(rest),
                _ => {}
            }
        }
        give(Piece::Text(rest));
    }
}

fn number(place: usize) -> char {
    let number = u32::try_from(place).ok().and_then(|place| char::from_u32(FIRST_NUMBER + place));
    // There are no more than `LINKS_MAX`.
    number.unwrap_or(GUARD)
}

fn place(number: char) -> Option<usize> {
    usize::try_from(u32::from(number).checked_sub(FIRST_NUMBER)?).ok()
}

/// Where the bare links of a text are. What stands between `<` and `>` is left to the parser.
fn bare_links(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut finder = LinkFinder::new();
    // Letters beyond ASCII end a link: a Korean particle right behind it does not belong to it.
    finder.kinds(&[LinkKind::Url]).url_can_be_iri(false);
    let mut links = Vec::new();
    for link in finder.links(text).take(LINKS_MAX) {
        let address = link.as_str();
        // Marks of Markdown end it, where they stand at its end or cannot be in it at all.
        let end = address.find(['`', '|', '\\', '<', '>', '"']).unwrap_or(address.len());
        let address = address[..end].trim_end_matches(['*', '_', '~']);
        let span = link.start()..link.start() + address.len();
        let is_bracketed = text[..span.start].ends_with('<') && text[span.end..].starts_with('>');
        let is_long_enough = address.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        if is_web(address) && is_long_enough && !is_bracketed {
            links.push(span);
        }
    }
    links.into_iter()
}

/// Whether an address leads to a page: no other bare address is a link.
fn is_web(address: &str) -> bool {
    has_scheme(address, "http://") || has_scheme(address, "https://")
}

/// Whether a link may lead there.
pub(super) fn is_safe(address: &str) -> bool {
    (is_web(address) || has_scheme(address, "mailto:"))
        && !address.contains(|c: char| c.is_control() || c == ' ')
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    let start = address.get(..scheme.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && address.len() > scheme.len()
}

/// Puts joints where a mark stands between punctuation and a letter of Hangul or the like. Markdown asks for white space
/// there, which these scripts do not have: `**"마루"**는`.
fn joined(text: &str) -> String {
    let is_letter = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
    let is_point =
        |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace() && !is_mark(c));
    let mut joined = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find(['*', '~']) {
        let (text, marks) = rest.split_at(at);
        joined.push_str(text);
        before = text.chars().next_back().or(before);
        let length = marks.find(|c| !matches!(c, '*' | '~')).unwrap_or(marks.len());
        let (marks, behind) = marks.split_at(length);
        let after = behind.chars().next();
        if is_letter(before) && is_point(after) {
            joined.push(JOINT);
        }
        joined.push_str(marks);
        if is_point(before) && is_letter(after) {
            joined.push(JOINT);
        }
        before = marks.chars().next_back();
        rest = behind;
    }
    joined.push_str(rest);
    joined
}

/// What of a line matters for the next.
#[derive(Clone, Copy, Default)]
struct Line {
    quotes: bool,
    lists: bool,
    /// Nothing would be continued by the next line anyway: blank, or a fence.
    ends: bool,
}

/// Puts guards before what is to be only text, and an empty line behind quotes and lists that are not continued.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 64);
    let mut last = Line { ends: true, ..Line::default() };
    for (number, line) in text.split('\n').enumerate() {
        let (now, guard) = read(line);
        let is_blank = line.trim().is_empty();
        let is_indented = line.starts_with([' ', '\t']);
        if number > 0 {
            let leaves_quote = last.quotes && !now.quotes;
            let leaves_list = last.lists && !last.quotes && !(now.lists || now.quotes || is_indented);
            if (leaves_quote || leaves_list) && !is_blank && !last.ends {
                guarded.push(END);
                guarded.push('\n');
            }
            guarded.push('\n');
        }
        let (before, behind) = line.split_at(guard.unwrap_or(0));
        guarded.push_str(before);
        if guard.is_some() {
            guarded.push(GUARD);
        }
        // An arm of ¯\_(ツ)_/¯ that Markdown would take off.
        guarded.push_str(&behind.replace("¯\\_", "¯\\\u{FDD0}_"));
        let stays_in_list = last.lists && is_indented;
        last = Line { lists: now.lists || stays_in_list, ..now };
    }
    guarded
}

/// Reads what a line begins with, and finds where in it a guard is to be.
fn read(line: &str) -> (Line, Option<usize>) {
    let mut read = Line { ends: line.trim().is_empty(), ..Line::default() };
    let mut rest = line;
    for _ in 0..Markup::DEPTH_MAX / 2 {
        rest = rest.trim_start_matches([' ', '\t']);
        let at = line.len() - rest.len();
        if is_rule(rest) || is_year(rest) {
            return (read, Some(at));
        }
        if let Some(behind) = rest.strip_prefix('>') {
            read.quotes = true;
            rest = behind;
        } else if let Some(behind) = behind_bullet(rest).or_else(|| behind_number(rest)) {
            read.lists = true;
            rest = behind;
        } else {
            read.ends |= rest.starts_with("```") || rest.starts_with("~~~");
            // What would define a link, or begin a block of HTML.
            return (read, rest.starts_with(['[', '<']).then_some(at));
        }
    }
    (read, Some(line.len() - rest.len()))
}

/// A rule, an underline of a heading, or an empty item of a list.
fn is_rule(rest: &str) -> bool {
    let Some(mark) = rest.chars().next().filter(|mark| matches!(mark, '-' | '=' | '*' | '_' | '+')) else {
        return false;
    };
    rest.chars().all(|c| c == mark || c == ' ' || c == '\t')
}

fn behind_bullet(rest: &str) -> Option<&str> {
    rest.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '\t']))
}

fn behind_number(rest: &str) -> Option<&str> {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=9).contains(digits))?;
    rest[digits..].strip_prefix(['.', ')']).filter(|rest| rest.starts_with([' ', '\t']))
}

/// A year or a day, as in `2026. 3. 1.`, not the number of something listed.
fn is_year(rest: &str) -> bool {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let Some(behind) = behind_number(rest) else { return false };
    let behind = behind.trim_start();
    let again = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    digits > 3 || (again > 0 && behind[again..].starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        bare_links(text).map(|span| &text[span]).collect()
    }

    #[test]
    fn bare_links_are_links_and_what_is_around_them_is_not() {
        let text = "여기 https://example.com/a?b=c에서 봐요 (http://maru.test/x).";
        assert_eq!(links(text), ["https://example.com/a?b=c", "http://maru.test/x"]);
        assert_eq!(links("**https://maru.test/__init__.py**는"), ["https://maru.test/__init__.py"]);
        assert_eq!(links("`https://maru.test/a`"), ["https://maru.test/a"]);
        assert_eq!(links("[a](https://maru.test/b)"), ["https://maru.test/b"]);
        assert_eq!(links("https://ko.wikipedia.org/wiki/X_(Y)"), ["https://ko.wikipedia.org/wiki/X_(Y)"]);
    }

    #[test]
    fn nothing_but_the_web_is_a_bare_link() {
        for text in
            ["javascript:alert(1)", "ftp://example.com/", "a@example.com", "file:///etc/passwd", "https://"]
        {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn whatever_is_marked_is_as_it_was_typed_without_the_marks() {
        for text in [
            "> a\nb\n- c\nd\n[e]: f\n<b>\n---\n2026. 3. 1.\n¯\\_(ツ)_/¯",
            "**\"굵게\"**는 https://a.test/_x_에서 \u{2E4D} ~~(가)~~나",
            "이것은**(나)**",
        ] {
            let source = Source::marked(text);
            assert_ne!(source.text, text);
            assert_eq!(source.plain(&source.text), text);
        }
    }

    #[test]
    fn a_date_begins_no_list_and_a_number_does() {
        for date in ["2026. 우리는", "11. 25. 만나요", "2026. 11. 25."] {
            assert!(is_year(date), "{date}");
        }
        for number in ["1. 사과", "12. 배", "1) 2개", "3. 10시에", "안녕"] {
            assert!(!is_year(number), "{number}");
        }
    }
}
