//! One stylesheet instead of one a component: fewer to ask for before anything is drawn, and what they have in common
//! is compressed once.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::stamp::hex;

/// Joins the stylesheets that the page links, in their order, and links the one that they are now.
pub(super) fn join(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let mut joined = String::new();
    for name in linked(&html) {
        let file = dist.join(name);
        joined += &fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::remove_file(&file)?;
    }
    // The name tells what is in it, like the names of the other files: it may be kept for ever.
    let name = format!("styles-{}.css", &hex(&Sha256::digest(&joined))[..16]);
    fs::write(dist.join(&name), &joined)?;
    Ok(fs::write(&page, with_one(&html, &name))?)
}

/// The stylesheets that the page links.
fn linked(html: &str) -> Vec<&str> {
    html.split('<').filter_map(stylesheet).collect()
}

/// The same page with this stylesheet in the place of the first that it links, and without the others.
fn with_one(html: &str, name: &str) -> String {
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
        fs::write(file("index.html"), html).unwrap();

        join(dist.path()).unwrap();

        let page = fs::read_to_string(file("index.html")).unwrap();
        let names = linked(&page);
        assert_eq!(names.len(), 1, "{page}");
        assert_eq!(fs::read_to_string(file(names[0])).unwrap(), "b{}a{}");
        let around = page.replace(&format!("<link href=/{} rel=stylesheet>", names[0]), "|");
        assert_eq!(around, "<head><link rel=icon href=/i.svg>|\n<link href=/p.js rel=modulepreload></head>");
        assert!(!file("a.css").exists() && !file("b.css").exists());
    }
}
