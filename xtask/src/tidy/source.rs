//! A source file as tokens: comments and strings are out of the way, and what macros hold is seen too.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// A Rust file.
pub(super) struct Source {
    /// Relative to the project's folder.
    pub(super) file: PathBuf,
    /// Its module, from the root of its crate: `["store", "apply"]`; `["lib"]` and `["main"]` are roots.
    pub(super) module: Vec<String>,
    pub(super) text: String,
    pub(super) tokens: TokenStream,
}

/// A path as code names it: `crate::store::{open, read}` is two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) line: usize,
    pub(super) path: Vec<String>,
}

/// Every Rust file in the folder and below, in the order of the names; none when there is no such folder.
pub(super) fn below(root: &Path, folder: &str) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    add(root, &root.join(folder), &mut sources)?;
    sources.sort_by(|one: &Source, other| one.file.cmp(&other.file));
    Ok(sources)
}

fn add(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            add(root, &path, sources)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            sources.push(Source::new(path.strip_prefix(root)?, fs::read_to_string(&path)?)?);
        }
    }
    Ok(())
}

impl Source {
    pub(super) fn new(file: &Path, text: String) -> Result<Self> {
        let tokens = text.parse().map_err(|error| anyhow!("cannot read {}: {error}", file.display()))?;
        Ok(Self { file: file.into(), module: module(file), text, tokens })
    }

    /// `server/src/app.rs:12`, for complaints.
    pub(super) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.file.display())
    }

    /// Every path that the code names by `crate::`, `self::`, `super::` or by a first word that `known`
    /// holds, with `self` and `super` resolved. Modules named `tests` inside the file are passed over.
    pub(super) fn mentions(&self, known: &dyn Fn(&[String], &str) -> bool) -> Vec<Mention> {
        let inside = match self.module.as_slice() {
            [root] if root == "lib" || root == "main" => Vec::new(),
            module => module.to_vec(),
        };
        let mut mentions = Vec::new();
        walk(&self.tokens, &inside, known, &mut mentions);
        mentions
    }
}

/// The module that a file holds.
fn module(file: &Path) -> Vec<String> {
    let below_src = file.iter().skip_while(|part| *part != "src").skip(1).collect::<PathBuf>();
    let mut module: Vec<_> =
        below_src.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

fn walk(
    tokens: &TokenStream,
    inside: &[String],
    known: &dyn Fn(&[String], &str) -> bool,
    mentions: &mut Vec<Mention>,
) {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if word == "mod" && is_module(&tokens[at..]) => {
                if let (TokenTree::Ident(name), TokenTree::Group(body)) = (&tokens[at + 1], &tokens[at + 2])
                    && name != "tests"
                {
                    let inner: Vec<_> = inside.iter().cloned().chain([name.to_string()]).collect();
                    walk(&body.stream(), &inner, known, mentions);
                }
                at += 3;
            }
            TokenTree::Ident(word) if is_path(&tokens[at..]) && !follows_path(&tokens, at) => {
                if let Some(start) = start(word, inside, known) {
                    at = tree(&tokens, at + 3, start, word.span().start().line, mentions);
                } else {
                    at += 3;
                }
            }
            TokenTree::Group(group) => {
                walk(&group.stream(), inside, known, mentions);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// What the first word of a path stands for.
fn start(word: &Ident, inside: &[String], known: &dyn Fn(&[String], &str) -> bool) -> Option<Vec<String>> {
    match word.to_string().as_str() {
        "crate" => Some(Vec::new()),
        "self" => Some(inside.to_vec()),
        "super" => Some(inside[..inside.len().saturating_sub(1)].to_vec()),
        first if known(inside, first) => Some(inside.iter().cloned().chain([first.to_owned()]).collect()),
        _ => None,
    }
}

/// Follows a path from the token after its `::` to its ends; gives the position behind it.
fn tree(
    tokens: &[TokenTree],
    mut at: usize,
    mut path: Vec<String>,
    line: usize,
    mentions: &mut Vec<Mention>,
) -> usize {
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => {
                match word.to_string().as_str() {
                    "super" => drop(path.pop()),
                    "self" => {}
                    name => path.push(name.to_owned()),
                }
                if is_path(&tokens[at..]) {
                    at += 3;
                    continue;
                }
                at += 1;
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let is_comma =
                    |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
                for branch in inner.split(is_comma).filter(|branch| !branch.is_empty()) {
                    let line = branch[0].span().start().line;
                    tree(branch, 0, path.clone(), line, mentions);
                }
                return at + 1;
            }
            // `*`, or a turbofish.
            _ => {}
        }
        mentions.push(Mention { line, path });
        return at;
    }
}

/// `name ::`
fn is_path(tokens: &[TokenTree]) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
    colon(1) && colon(2)
}

/// Whether the word at this position goes on a path that began before it.
fn follows_path(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |back: usize| {
        at.checked_sub(back)
            .is_some_and(|at| matches!(&tokens[at], TokenTree::Punct(colon) if colon.as_char() == ':'))
    };
    colon(1) && colon(2)
}

/// `mod name { ... }`
fn is_module(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [_, TokenTree::Ident(_), TokenTree::Group(_), ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, text: &str) -> Vec<String> {
        let source = Source::new(Path::new(file), text.to_owned()).unwrap();
        let known = |inside: &[String], name: &str| inside.is_empty() && name == "store";
        source.mentions(&known).into_iter().map(|mention| mention.path.join("::")).collect()
    }

    #[test]
    fn a_tree_of_imports_is_many_paths() {
        let text = "use crate::{hub, store::{self, apply::{Store, decide}, read::*}, Error as E};";
        let expected =
            ["hub", "store", "store::apply::Store", "store::apply::decide", "store::read", "Error"];
        assert_eq!(paths("server/src/engine.rs", text), expected);
    }

    #[test]
    fn self_and_super_are_resolved_where_they_stand() {
        let text = "use super::plain; mod inner { use super::super::typed; fn f() { self::g() } }";
        let expected = ["socket::plain", "socket::typed", "socket::upgrade::inner::g"];
        assert_eq!(paths("server/src/socket/upgrade.rs", text), expected);
    }

    #[test]
    fn paths_in_code_and_in_macros_count_and_those_in_text_do_not() {
        let text = "// crate::comment\nfn f() { view! { <crate::a::B x=crate::c() /> } \"crate::text\"; }";
        assert_eq!(paths("frontend/src/app.rs", text), ["a::B", "c"]);
    }

    #[test]
    fn a_child_named_without_crate_counts_and_a_foreign_path_does_not() {
        let text = "use store::open; fn f() { std::store::x(); store::apply::y(); }";
        assert_eq!(paths("server/src/lib.rs", text), ["store::open", "store::apply::y"]);
    }

    #[test]
    fn what_tests_import_is_free() {
        let text = "#[cfg(test)] mod tests { use crate::anything; }";
        assert_eq!(paths("server/src/hub.rs", text), Vec::<String>::new());
    }
}
