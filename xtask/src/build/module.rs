//! The two modules of WebAssembly that the page is made of, each with its script and its stylesheet.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::{compress::files, styles};

/// One of the two, in `dist`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Module {
    /// What its files' names begin with, once they tell what is in them.
    pub(super) name: &'static str,
    pub(super) wasm: PathBuf,
    pub(super) script: PathBuf,
    /// A script that only begins the other.
    pub(super) loader: Option<PathBuf>,
    pub(super) styles: PathBuf,
}

/// What the first load brings, and what is loaded when it is first wanted. Their stylesheets are joined.
pub(super) fn page_and_annex(dist: &Path) -> Result<[Module; 2]> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let styles = [dist.join("styles.css"), dist.join("annex.css")];
    let linked = styles::linked(&html);
    styles::join(dist, &linked, &styles[0])?;
    let named = annex(&html).context("the page does not name the annex")?;
    let (script, sheets) = named.split_once(' ').context("the annex has no stylesheet")?;
    let sheets: Vec<_> = sheets.split(' ').map(|sheet| sheet.trim_start_matches('/')).collect();
    styles::join(dist, &sheets, &styles[1])?;
    let joined = styles::with_one(&html, "styles.css").replace(named, &format!("{script} /annex.css"));
    fs::write(&page, joined)?;

    let [page, annex] = styles;
    Ok([
        Module::built(dist, "maru", "maru-frontend", None, page)?,
        Module::built(dist, ANNEX, "maru-annex", Some(LOADER), annex)?,
    ])
}

/// What begins the annex: the page begins itself.
const LOADER: &str = "maru-annex_loader.js";

/// What the names of the annex's files begin with.
pub(super) const ANNEX: &str = "annex";

impl Module {
    fn built(
        dist: &Path,
        name: &'static str,
        program: &str,
        loader: Option<&str>,
        styles: PathBuf,
    ) -> Result<Self> {
        let [wasm, script] = [only(dist, program, "wasm")?, only(dist, program, "js")?];
        Ok(Self { name, wasm, script, loader: loader.map(|loader| dist.join(loader)), styles })
    }
}

/// The files of the annex as the page names them: the script first.
fn annex(html: &str) -> Option<&str> {
    html.split('"').find(|value| value.trim_start_matches('/').starts_with(LOADER))
}

/// The one file of this kind that a program was built into.
fn only(dist: &Path, program: &str, kind: &str) -> Result<PathBuf> {
    let is_it = |file: &PathBuf| {
        let name = file.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        name.starts_with(program) && name != LOADER && file.extension().is_some_and(|own| own == kind)
    };
    let mut found: Vec<_> = files(dist)?.into_iter().filter(is_it).collect();
    ensure!(found.len() == 1, "{program} has {} files of the kind {kind}, and should have one", found.len());
    found.pop().context("there is one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_each_are_told_apart_and_each_has_one_stylesheet() {
        let dist = tempfile::tempdir().unwrap();
        let file = |name: &str| dist.path().join(name);
        for name in
            ["maru-frontend-1.js", "maru-frontend-1_bg.wasm", "maru-annex.js", "maru-annex_bg.wasm", LOADER]
        {
            fs::write(file(name), "").unwrap();
        }
        for name in ["a.css", "b.css", "c.css", "d.css"] {
            fs::write(file(name), name).unwrap();
        }
        let html = "<meta content=\"/maru-annex_loader.js /c.css /d.css\" name=annex><link href=/a.css rel=stylesheet>\
                    <link href=/b.css rel=stylesheet>";
        fs::write(file("index.html"), html).unwrap();

        let [page, annex] = page_and_annex(dist.path()).unwrap();

        assert_eq!((page.wasm, page.script), (file("maru-frontend-1_bg.wasm"), file("maru-frontend-1.js")));
        assert_eq!((annex.wasm, annex.script), (file("maru-annex_bg.wasm"), file("maru-annex.js")));
        assert_eq!((page.loader, annex.loader), (None, Some(file(LOADER))));
        assert_eq!(fs::read_to_string(page.styles).unwrap(), "a.cssb.css");
        assert_eq!(fs::read_to_string(annex.styles).unwrap(), "c.cssd.css");
        assert_eq!(
            fs::read_to_string(file("index.html")).unwrap(),
            "<meta content=\"/maru-annex_loader.js /annex.css\" name=annex><link href=/styles.css rel=stylesheet>"
        );
    }
}
