//! The script that gives code its colours: Prism, with the languages that are known, in one file.

use std::{fs, path::Path};

use anyhow::Result;

use super::names;
use crate::{place, program::Program};

/// What the name of the file begins with.
pub(super) const COLOURS: &str = "colours";

/// How the page names the script where there is none.
const NONE: &str = r#"name="colours" content="""#;

/// What the script is made of, and from where: exactly these versions.
const SOURCES: [&str; 4] = ["package.json", "package-lock.json", "colours.js", "prism.js"];

/// Makes the script, and names it in the page. Without it code has no colours.
pub(super) fn make(dist: &Path) -> Result<()> {
    let work = place::target()?.join(COLOURS);
    fs::create_dir_all(&work)?;
    for file in SOURCES {
        fs::copy(place::root().join("frontend").join(COLOURS).join(file), work.join(file))?;
    }
    Program::new("npm").words("ci --no-audit --no-fund --ignore-scripts --prefix").args([&work]).read()?;
    let script = dist.join("colours.js");
    let inject = format!("--inject:{}", work.join("prism.js").display());
    let bundled = Program::new("esbuild")
        .args([work.join("colours.js")])
        .words("--bundle --minify --format=esm --log-level=warning --legal-comments=none")
        .args([inject])
        .read()?;
    fs::write(&script, bundled)?;
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    fs::write(&page, html.replace(NONE, r#"name="colours" content="/colours.js""#))?;
    names::rename(&script, COLOURS, &page)?;
    Ok(())
}
