//! What the browser tests measured of the page.

use std::{fmt::Write as _, fs, io, path::Path};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::table::Table;

/// One figure of `target/traces.json`, which is a list of them as JSON:
/// `[{"what": "first paint to usable", "measured": "180 ms", "goal": "at most 300 ms", "met": true}]`.
///
/// The traces of the browser tests write it; the page of the bench shows what is there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trace {
    /// What was measured, in words.
    what: String,
    /// What came out, with its unit.
    measured: String,
    /// What was aimed at, with its unit.
    goal: String,
    /// Whether it was reached.
    met: bool,
}

/// The figures in this file, in their order; none when there is no such file.
///
/// # Errors
/// When there is something else in it.
pub(crate) fn read(file: &Path) -> Result<Vec<Trace>> {
    match fs::read_to_string(file) {
        Ok(text) => {
            serde_json::from_str(&text).with_context(|| format!("{} is no list of figures", file.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

/// The figures as a table.
pub(super) fn write(page: &mut String, traces: &[Trace]) -> std::fmt::Result {
    if traces.is_empty() {
        return Ok(());
    }
    writeln!(page, "## The page, by DevTools traces\n")?;
    writeln!(page, "In Chromium, against the built page, in a run of their own.\n")?;
    let mut table = Table::new(&["what", "goal", "measured", ""]);
    for Trace { what, measured, goal, met } in traces {
        let met = if *met { "met" } else { "**not met**" };
        table.row(vec![what.clone(), goal.clone(), measured.clone(), met.to_owned()]);
    }
    writeln!(page, "{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text =
            r#"[{"what":"first paint to usable","measured":"180 ms","goal":"at most 300 ms","met":true}]"#;
        fs::write(file.path(), text).unwrap();
        let mut page = String::new();
        write(&mut page, &read(file.path()).unwrap()).unwrap();
        assert!(page.contains("| first paint to usable | at most 300 ms | 180 ms   | met |"), "{page}");
    }

    #[test]
    fn without_the_file_there_is_nothing_to_tell_and_another_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("traces.json");
        assert_eq!(read(&file).unwrap(), []);
        let mut page = String::new();
        write(&mut page, &[]).unwrap();
        assert_eq!(page, "");
        fs::write(&file, r#"[{"what":"first paint"}]"#).unwrap();
        assert!(read(&file).is_err());
    }
}
