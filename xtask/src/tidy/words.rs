//! Words that have no place in the code.

use proc_macro2::{TokenStream, TokenTree};

use super::source::Source;

const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];
const HTML_FROM_TEXT: [&str; 4] = ["inner_html", "set_inner_html", "set_outer_html", "insert_adjacent_html"];

pub(super) fn check(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    walk(&source.tokens, &mut |line, complaint| complaints.push(format!("{}: {complaint}", source.at(line))));
    for (line, text) in source.text.lines().enumerate() {
        let comment =
            text.split_once("//").map_or("", |(_, comment)| comment).trim_start_matches(['/', '!', ' ']);
        if ["TODO", "FIXME", "XXX"].iter().any(|mark| comment.starts_with(mark)) {
            complaints.push(format!("{}: finish it, or write an issue", source.at(line + 1)));
        }
    }
    complaints
}

fn walk(tokens: &TokenStream, complain: &mut dyn FnMut(usize, String)) {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) => {
                let (line, word) = (word.span().start().line, word.to_string());
                if UNFINISHED.contains(&word.as_str()) && is_mark(tokens.get(at + 1), '!') {
                    complain(line, format!("{word}! is not for keeping"));
                }
                if word == "view" && is_mark(tokens.get(at + 1), '!') {
                    complain(
                        line,
                        "view! makes a type of each element, a kilobyte each: use parts::tag".into(),
                    );
                }
                if HTML_FROM_TEXT.contains(&word.as_str()) {
                    complain(line, format!("{word}: text never becomes HTML by string building"));
                }
            }
            TokenTree::Group(group) => {
                if is_mark(at.checked_sub(1).and_then(|before| tokens.get(before)), '#')
                    && let Some(TokenTree::Ident(word)) = group.stream().into_iter().next()
                    && (word == "ignore" || word == "allow")
                {
                    complain(word.span().start().line, format!("no #[{word}]: mend what it hides"));
                }
                walk(&group.stream(), complain);
            }
            _ => {}
        }
    }
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == mark)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn complaints(text: &str) -> Vec<String> {
        check(&Source::new(Path::new("a.rs"), text.into()).unwrap())
    }

    #[test]
    fn each_word_is_found_where_it_stands() {
        assert_eq!(complaints("fn f() {\n todo!() }"), ["a.rs:2: todo! is not for keeping"]);
        assert_eq!(complaints("#[test]\n#[ignore]\nfn f() {}"), ["a.rs:2: no #[ignore]: mend what it hides"]);
        assert_eq!(complaints("fn f() { p.set_inner_html(text) }").len(), 1);
        assert_eq!(complaints("fn f() { view! { <p/> } }").len(), 1);
        assert_eq!(complaints(&["fn f() {} //", " TODO: g"].concat()).len(), 1);
    }

    #[test]
    fn the_same_words_in_text_or_as_names_are_free() {
        assert_eq!(
            complaints("/// Not todo!() nor #[ignore].\nfn todo() { s(\"inner_html\") }"),
            Vec::<String>::new()
        );
    }
}
