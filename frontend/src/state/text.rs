//! What is a link in a text.

use linkify::{LinkFinder, LinkKind};

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Only text.
    Text(&'a str),
    /// The address of a page, as it was typed.
    Link(&'a str),
}

/// The pieces of a text, in order: together they are the text. Only `http` and `https` make links.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut finder = LinkFinder::new();
    // Letters beyond ASCII end a link: a Korean particle right behind it does not belong to it.
    finder.kinds(&[LinkKind::Url]).url_can_be_iri(false);
    let piece = |span: linkify::Span<'_>| {
        let (start, end) = (span.start(), span.end());
        let piece = &text[start..end];
        if span.kind().is_some() && is_web(piece) { Piece::Link(piece) } else { Piece::Text(piece) }
    };
    finder.spans(text).map(piece).collect()
}

fn is_web(address: &str) -> bool {
    let scheme = address.split("://").next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece::*, *};

    #[test]
    fn bare_links_are_links_and_what_is_around_them_is_not() {
        let text = "여기 https://example.com/a?b=c에서 봐요 (http://maru.test/x).";
        let links = [
            Text("여기 "),
            Link("https://example.com/a?b=c"),
            Text("에서 봐요 ("),
            Link("http://maru.test/x"),
            Text(")."),
        ];
        assert_eq!(pieces(text), links);
    }

    #[test]
    fn nothing_but_the_web_is_a_link() {
        for text in ["javascript:alert(1)", "ftp://example.com/", "a@example.com", "file:///etc/passwd"] {
            assert_eq!(pieces(text), [Text(text)], "{text}");
        }
    }

    proptest! {
        #[test]
        fn together_the_pieces_are_the_text(text in "(https?://)?\\PC{0,60}") {
            let whole: String = pieces(&text).into_iter().map(|piece| match piece { Text(s) | Link(s) => s }).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
