//! One stylesheet instead of one a component: fewer to ask for before anything is drawn, and what they have in common
//! is compressed once.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Joins stylesheets, in their order, into one.
pub(super) fn join(dist: &Path, names: &[&str], one: &Path) -> Result<()> {
    let mut joined = String::new();
    for name in names {
        let file = dist.join(name);
        joined += &fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::remove_file(&file)?;
    }
    Ok(fs::write(one, joined)?)
}

/// The stylesheets that the page links.
pub(super) fn linked(html: &str) -> Vec<&str> {
    html.split('<').filter_map(stylesheet).collect()
}

/// The same page with this stylesheet in the place of the first that it links, and without the others.
pub(super) fn with_one(html: &str, name: &str) -> String {
    let mut tags = html.split('<');
    let mut page = tags.next().unwrap_or_default().to_owned();
    let mut is_linked = false;
    for tag in tags {
        match stylesheet(tag) {
            None => page += &format!("<{tag}"),
            Some(old) if !is_linked => {
                page += &format!("<{}", tag.replace(old, name));
                is_linked = true;
            }
            Some(_) => page += tag.split_once('>').map_or("", |(_, behind)| behind),
        }
    }
    page
}

/// The file that a tag links as a stylesheet, if it does. The tag comes without its first `<`.
fn stylesheet(tag: &str) -> Option<&str> {
    let words = tag.strip_prefix("link ")?.split_once('>')?.0;
    let value = |name: &str| {
        let mut named = words.split_ascii_whitespace().filter_map(|word| word.strip_prefix(name));
        named.find_map(|value| value.strip_prefix('=')).map(|value| value.trim_matches(['"', '/']))
    };
    (value("rel") == Some("stylesheet")).then(|| value("href")).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheets_are_one_in_their_order_and_nothing_else_is_touched() {
        let dist = tempfile::tempdir().unwrap();
        let file = |name: &str| dist.path().join(name);
        fs::write(file("b.css"), "b{}").unwrap();
        fs::write(file("a.css"), "a{}").unwrap();
        let html = "<head><link rel=icon href=/i.svg><link href=/b.css rel=stylesheet>\
                    <link rel=\"stylesheet\" href=\"/a.css\" />\n<link href=/p.js rel=modulepreload></head>";

        assert_eq!(linked(html), ["b.css", "a.css"]);
        join(dist.path(), &linked(html), &file("one.css")).unwrap();

        assert_eq!(fs::read_to_string(file("one.css")).unwrap(), "b{}a{}");
        assert!(!file("a.css").exists() && !file("b.css").exists());
        assert_eq!(
            with_one(html, "one.css"),
            "<head><link rel=icon href=/i.svg><link href=/one.css rel=stylesheet>\n\
             <link href=/p.js rel=modulepreload></head>"
        );
    }
}
