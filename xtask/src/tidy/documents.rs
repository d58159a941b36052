//! Documents that name what is there.

use std::{fs, path::Path};

use anyhow::Result;

use super::{read, source::Source};

const MAP: &str = "ARCHITECTURE.md";
const EXPECTED: [&str; 5] = [MAP, "README.md", "CHANGELOG.md", "docs/protocol.md", "docs/operating.md"];

/// Documents that are not there.
pub(super) fn absent(root: &Path) -> Vec<String> {
    let absent = EXPECTED.iter().filter(|document| !root.join(document).is_file());
    absent.map(|document| format!("{document} is not there")).collect()
}

/// Sources that the map does not name, by their path below `src`: `store/apply.rs`.
pub(super) fn unnamed(root: &Path, sources: &[Source]) -> Result<Vec<String>> {
    if !root.join(MAP).is_file() {
        return Ok(Vec::new());
    }
    let map = read(root, MAP)?;
    let unnamed = sources.iter().filter(|source| {
        let path = source.file.iter().skip(2).collect::<std::path::PathBuf>();
        !names(&map, &path.to_string_lossy())
    });
    Ok(unnamed.map(|source| format!("{}: {MAP} does not name it", source.at(1))).collect())
}

/// Relative links in the documents that lead nowhere.
pub(super) fn broken_links(root: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for folder in [root.to_owned(), root.join("docs")] {
        for entry in fs::read_dir(&folder)? {
            let document = entry?.path();
            if document.extension().is_none_or(|ending| ending != "md") {
                continue;
            }
            let text = fs::read_to_string(&document)?;
            let lost = links(&text).filter(|link| !folder.join(link).exists());
            let name = document.strip_prefix(root)?.display();
            broken.extend(lost.map(|link| format!("{name}: {link} is not there")));
        }
    }
    Ok(broken)
}

/// Whether the text holds the path whole: not as the end of a longer one.
fn names(text: &str, path: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + path.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Where the links of a document lead, within the project and without the place in the page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains("://"))
        .filter_map(|target| target.split('#').next())
        .filter(|target| !target.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_as_named_only_when_it_is_named_whole() {
        let map = "`server/src/store/apply.rs` decides; hub.rs delivers";
        assert!(names(map, "store/apply.rs"));
        assert!(names(map, "hub.rs"));
        assert!(!names(map, "b.rs"));
        assert!(!names(map, "store/read.rs"));
    }

    #[test]
    fn only_links_within_the_project_are_followed() {
        let text = "[a](docs/a.md#part) [b](https://example.org) [c](#here) ![d](d.png)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["docs/a.md", "d.png"]);
    }
}
