//! The protocol's page tells all that goes over the wire.

use std::{fs, path::Path};

use anyhow::Result;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use sha2::{Digest, Sha256};

use super::{read, source::Source};

const PAGE: &str = "docs/protocol.md";
const GOLDEN: &str = "shared/tests/golden";

/// Complaints about names and close codes that the page does not have, and about a page that was not
/// looked at since the golden files changed.
pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<String>> {
    let page = read(root, PAGE)?;
    let mut complaints: Vec<_> = sources.iter().flat_map(|source| missing(source, &page)).collect();
    let print = print(&root.join(GOLDEN))?;
    if !page.contains(&format!("<!-- golden: {print} -->")) {
        complaints.push(format!(
            "{PAGE}: {GOLDEN} is not what it was when the page was last brought up to date. \
             Do that, and end the page with <!-- golden: {print} -->"
        ));
    }
    Ok(complaints)
}

fn missing(source: &Source, page: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for item in items(&source.tokens) {
        for name in item.names.iter().filter(|_| item.on_the_wire) {
            if !page.contains(&format!("\"{name}\"")) {
                complaints.push(format!(
                    "{}: {PAGE} does not tell of \"{name}\" ({})",
                    source.at(1),
                    item.name
                ));
            }
        }
        for code in item.codes.iter().filter(|_| item.name == "CloseCode") {
            if !page.contains(&format!("| {code} |")) {
                complaints.push(format!("{}: {PAGE} does not tell of close code {code}", source.at(1)));
            }
        }
    }
    complaints
}

/// A struct or an enum.
struct Item {
    name: String,
    /// Whether serde writes it.
    on_the_wire: bool,
    /// Its fields and variants, and the fields of those, as they are written.
    names: Vec<String>,
    /// The numbers of its variants.
    codes: Vec<String>,
}

fn items(tokens: &TokenStream) -> Vec<Item> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let mut items = Vec::new();
    let mut attributes = String::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                attributes += &tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
            }
            TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                let body = tokens[at..].iter().find_map(|token| match token {
                    TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket => Some(group),
                    _ => None,
                });
                let braced = body.filter(|body| body.delimiter() == Delimiter::Brace);
                let (names, codes) =
                    braced.map(|body| members(&body.stream(), word == "enum")).unwrap_or_default();
                items.push(Item {
                    name: tokens.get(at + 1).map(ToString::to_string).unwrap_or_default(),
                    on_the_wire: attributes.contains("Serialize") && !attributes.contains("transparent"),
                    names,
                    codes,
                });
                attributes.clear();
            }
            TokenTree::Ident(word) if word == "impl" || word == "fn" || word == "const" || word == "use" => {
                attributes.clear();
            }
            _ => {}
        }
    }
    items
}

/// The names and numbers between the braces of a struct or an enum.
fn members(body: &TokenStream, is_enum: bool) -> (Vec<String>, Vec<String>) {
    let tokens: Vec<_> = body.clone().into_iter().collect();
    let (mut names, mut codes) = (Vec::new(), Vec::new());
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    for member in tokens.split(is_comma) {
        let name = member.iter().enumerate().find_map(|(at, token)| match token {
            TokenTree::Ident(word) if word != "pub" && (is_enum || is_colon(member.get(at + 1))) => {
                Some(word)
            }
            _ => None,
        });
        names.extend(name.map(|name| snake_case(&name.to_string())));
        for token in member {
            match token {
                TokenTree::Group(group) if is_enum && group.delimiter() == Delimiter::Brace => {
                    names.extend(members(&group.stream(), false).0);
                }
                TokenTree::Literal(code) => codes.push(code.to_string()),
                _ => {}
            }
        }
    }
    (names, codes)
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(colon)) if colon.as_char() == ':')
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// Short for what all golden files are called and hold.
fn print(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        digest.update([0]);
        digest.update(fs::read(&file)?);
        digest.update([0]);
    }
    Ok(digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_from(page: &str, code: &str) -> Vec<String> {
        missing(&Source::new(Path::new("event.rs"), code.into()).unwrap(), page)
    }

    #[test]
    fn every_variant_and_field_is_looked_for() {
        let code = "/// Said.\n#[derive(Serialize)] #[serde(rename_all = \"snake_case\")]
            pub enum Notice { CaughtUp { room: RoomId, head: Seq }, Event(Event), Pong }
            #[derive(Serialize)] pub struct Reset { #[serde(default)] pub events: BTreeMap<Seq, Event> }
            #[derive(Clone)] struct Inner { unseen: u8 }";
        let page = r#"{"caught_up":{"room":""}} {"event":{}} "#;
        assert_eq!(
            missing_from(page, code),
            [
                "event.rs:1: docs/protocol.md does not tell of \"head\" (Notice)",
                "event.rs:1: docs/protocol.md does not tell of \"pong\" (Notice)",
                "event.rs:1: docs/protocol.md does not tell of \"events\" (Reset)",
            ]
        );
    }

    #[test]
    fn every_close_code_is_looked_for() {
        let code = "pub enum CloseCode { GoingAway = 1001, Slow = 4429 }";
        let found = missing_from("| 1001 | the server stops |", code);
        assert_eq!(found, ["event.rs:1: docs/protocol.md does not tell of close code 4429"]);
    }

    #[test]
    fn the_print_changes_with_a_golden_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ping.json"), "\"ping\"").unwrap();
        let first = print(folder.path()).unwrap();
        fs::write(folder.path().join("ping.json"), "\"pong\"").unwrap();
        assert_ne!(print(folder.path()).unwrap(), first);
    }
}
