//! The modules of WebAssembly that the page is made of, each with its script and its stylesheet.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::{compress::files, styles};

/// One of them, in `dist`.
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

/// What is loaded beside the page: the program, and what the names of its files begin with.
const BESIDE: [(&str, &str); 2] = [("maru-annex", ANNEX), ("maru-markup", MARKUP)];

/// What the names of the annex's files begin with.
pub(super) const ANNEX: &str = "annex";

/// What the names of the files begin with that read markup.
pub(super) const MARKUP: &str = "markup";

/// What the end of the name of a script is that begins another: the page begins itself.
const LOADER: &str = "_loader.js";

/// What the first load brings, and behind it what is loaded later. The stylesheets of each are joined.
pub(super) fn all(dist: &Path) -> Result<Vec<Module>> {
    let page = dist.join("index.html");
    let mut html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let styles = dist.join("styles.css");
    styles::join(dist, &styles::linked(&html), &styles)?;
    html = styles::with_one(&html, "styles.css");
    let mut modules = vec![Module::built(dist, "maru", "maru-frontend", None, styles)?];
    for (program, name) in BESIDE {
        let loader = format!("{program}{LOADER}");
        let named = named(&html, &loader).with_context(|| format!("the page does not name {loader}"))?;
        let (script, sheets) =
            named.split_once(' ').with_context(|| format!("{program} has no stylesheet"))?;
        let sheets: Vec<_> = sheets.split(' ').map(|sheet| sheet.trim_start_matches('/')).collect();
        let joined = format!("{program}.css");
        let styles = dist.join(&joined);
        styles::join(dist, &sheets, &styles)?;
        modules.push(Module::built(dist, name, program, Some(&loader), styles)?);
        html = html.replace(named, &format!("{script} /{joined}"));
    }
    fs::write(&page, html)?;
    Ok(modules)
}

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

/// The files of a module as the page names them: the script first.
fn named<'a>(html: &'a str, loader: &str) -> Option<&'a str> {
    html.split('"').find(|value| value.trim_start_matches('/').starts_with(loader))
}

/// The one file of this kind that a program was built into.
fn only(dist: &Path, program: &str, kind: &str) -> Result<PathBuf> {
    let is_it = |file: &PathBuf| {
        let name = file.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        name.starts_with(program)
            && !name.ends_with(LOADER)
            && file.extension().is_some_and(|own| own == kind)
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
        for name in [
            "maru-frontend-1.js",
            "maru-frontend-1_bg.wasm",
            "maru-annex.js",
            "maru-annex_bg.wasm",
            "maru-annex_loader.js",
            "maru-markup.js",
            "maru-markup_bg.wasm",
            "maru-markup_loader.js",
        ] {
            fs::write(file(name), "").unwrap();
        }
        for name in ["a.css", "b.css", "c.css", "d.css", "e.css"] {
            fs::write(file(name), name).unwrap();
        }
        let html = "<meta content=\"/maru-annex_loader.js /c.css /d.css\" name=annex>\
                    <meta content=\"/maru-markup_loader.js /e.css\" name=markup>\
                    <link href=/a.css rel=stylesheet><link href=/b.css rel=stylesheet>";
        fs::write(file("index.html"), html).unwrap();

        let [page, annex, markup] = all(dist.path()).unwrap().try_into().unwrap();

        assert_eq!((page.wasm, page.script), (file("maru-frontend-1_bg.wasm"), file("maru-frontend-1.js")));
        assert_eq!((annex.wasm, annex.script), (file("maru-annex_bg.wasm"), file("maru-annex.js")));
        assert_eq!((markup.wasm, markup.script), (file("maru-markup_bg.wasm"), file("maru-markup.js")));
        assert_eq!((page.loader, annex.loader), (None, Some(file("maru-annex_loader.js"))));
        assert_eq!(fs::read_to_string(page.styles).unwrap(), "a.cssb.css");
        assert_eq!(fs::read_to_string(annex.styles).unwrap(), "c.cssd.css");
        assert_eq!(fs::read_to_string(markup.styles).unwrap(), "e.css");
        assert_eq!(
            fs::read_to_string(file("index.html")).unwrap(),
            "<meta content=\"/maru-annex_loader.js /maru-annex.css\" name=annex>\
             <meta content=\"/maru-markup_loader.js /maru-markup.css\" name=markup>\
             <link href=/styles.css rel=stylesheet>"
        );
    }
}
