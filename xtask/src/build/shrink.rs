//! The wasm and the script between it and the browser, made smaller together: neither a tool for the one nor one for
//! the other can take away what only the other could want, or give shorter names to what both name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{compress::files, stamp::hex};
use crate::{place, program::Program};

/// Makes the wasm, the script and the stylesheet of the page smaller, each under a new name.
pub(super) fn together(dist: &Path) -> Result<()> {
    let work = place::target()?.join("shrink");
    fs::create_dir_all(&work)?;
    let [wasm, script, styles] = [only(dist, "wasm")?, only(dist, "js")?, only(dist, "css")?];

    let lean = work.join("page.js");
    fs::write(&lean, without_what_the_page_never_calls(&script, &work)?)?;
    let (small, names) = small_wasm(&wasm, &lean, &work)?;
    let minified =
        esbuild(&lean).words("--minify --mangle-quoted").args(names.as_arguments(&work)?).read()?;
    replace(&wasm, &fs::read(small)?)?;
    replace(&script, minified.as_bytes())?;
    replace(&styles, esbuild(&styles).words("--minify").read()?.as_bytes())
}

/// What wasm and script call each other's things, and what they are to call them.
#[derive(Debug, PartialEq, Eq)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The names that wasm-opt gave, as it prints them: `[module, old, new]` for what the wasm takes from the script,
    /// which is one module from then on, and `[old, new]` for what it gives.
    fn given(printed: &str) -> Result<Self> {
        let printed: Value = serde_json::from_str(printed)?;
        let taken: Vec<[String; 3]> = serde_json::from_value(printed["imports"].clone())?;
        let given: Vec<[String; 2]> = serde_json::from_value(printed["exports"].clone())?;
        let module = taken.first().map(|[module, ..]| (module.clone(), "a".to_owned()));
        let taken = taken.into_iter().map(|[_, old, new]| (old, new));
        Ok(Self(
            module.into_iter().chain(taken).chain(given.into_iter().map(|[old, new]| (old, new))).collect(),
        ))
    }

    /// As esbuild is told of them.
    fn as_arguments(&self, work: &Path) -> Result<[String; 2]> {
        let cache = work.join("names.json");
        fs::write(&cache, serde_json::to_string(&self.0)?)?;
        let old: Vec<_> = self.0.keys().map(|name| name.replace('.', r"\.")).collect();
        Ok([format!("--mangle-cache={}", cache.display()), format!("--mangle-props=^({})$", old.join("|"))])
    }
}

/// The script without the classes that some library exports to whoever may want them: the page only begins it.
fn without_what_the_page_never_calls(script: &Path, work: &Path) -> Result<String> {
    let entry = work.join("entry.js");
    fs::write(&entry, format!("export {{ default }} from {};", json!(script)))?;
    // Both say of a line at the top of the script that nothing else depends on it.
    esbuild(&entry).words("--bundle --define:Symbol.dispose=false --pure:FinalizationRegistry").read()
}

/// The wasm with nothing in it that the script does not call, and the short names in it.
fn small_wasm(wasm: &Path, script: &Path, work: &Path) -> Result<(PathBuf, Names)> {
    let (graph, lean, small) = (work.join("calls.json"), work.join("lean.wasm"), work.join("small.wasm"));
    let script = fs::read_to_string(script)?;
    let roots: Vec<_> =
        calls(&script).iter().map(|name| json!({ "name": name, "export": name, "root": true })).collect();
    fs::write(&graph, serde_json::to_string(&roots)?)?;
    let dce = Program::new("wasm-metadce").args([wasm]).words("--graph-file").args([&graph]);
    dce.words("--output").args([&lean]).read()?;
    let printed = Program::new("wasm-opt")
        .args([&lean])
        .words("-Os --low-memory-unused --minify-imports-and-exports-and-modules --output")
        .args([&small])
        .read()?;
    Ok((small, Names::given(&printed)?))
}

/// What the script calls of the wasm.
fn calls(script: &str) -> BTreeSet<&str> {
    let ends =
        |rest: &str| rest.find(|end: char| !end.is_ascii_alphanumeric() && end != '_').unwrap_or(rest.len());
    script.split("wasm.").skip(1).map(|rest| &rest[..ends(rest)]).filter(|name| !name.is_empty()).collect()
}

fn esbuild(file: &Path) -> Program {
    Program::new("esbuild").args([file]).words("--format=esm --log-level=warning")
}

/// The one file of this kind.
fn only(dist: &Path, kind: &str) -> Result<PathBuf> {
    let mut found: Vec<_> =
        files(dist)?.into_iter().filter(|file| file.extension().is_some_and(|own| own == kind)).collect();
    ensure!(found.len() == 1, "the page has {} files of the kind {kind}, and should have one", found.len());
    found.pop().context("there is one")
}

/// Puts this in the place of a file. Its name tells what is in it, as it may be kept for ever.
fn replace(file: &Path, content: &[u8]) -> Result<()> {
    let text = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let (name, kind) = text(file.file_name()).zip(text(file.extension())).context("a file without a name")?;
    let new = format!("maru-{}.{kind}", &hex(&Sha256::digest(content))[..16]);
    let page = file.with_file_name("index.html");
    let html = fs::read_to_string(&page)?;
    ensure!(html.contains(&name), "the page does not name {name}");
    fs::write(file.with_file_name(&new), content)?;
    fs::remove_file(file)?;
    Ok(fs::write(&page, html.replace(&name, &new))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_read_as_they_are_printed() {
        let printed = r#"{"imports": [["./page.js", "take_1", "b"]], "exports": [["give_1", "c"]]}"#;
        let names = Names::given(printed).unwrap();
        let expected = [("./page.js", "a"), ("take_1", "b"), ("give_1", "c")];
        assert_eq!(names, Names(expected.map(|(old, new)| (old.to_owned(), new.to_owned())).into()));

        let work = tempfile::tempdir().unwrap();
        let [cache, names] = names.as_arguments(work.path()).unwrap();
        assert_eq!(names, r"--mangle-props=^(\./page\.js|give_1|take_1)$");
        let cache = fs::read_to_string(cache.strip_prefix("--mangle-cache=").unwrap()).unwrap();
        assert_eq!(cache, r#"{"./page.js":"a","give_1":"c","take_1":"b"}"#);
    }

    #[test]
    fn what_the_script_calls_is_found() {
        let script = "new Uint8Array(wasm.memory.buffer); wasm.free(1); wasm.free(2); f(wasm, 'a.wasm');";
        assert_eq!(calls(script), BTreeSet::from(["free", "memory"]));
    }

    #[test]
    fn a_file_that_is_replaced_has_another_name_and_the_page_names_it() {
        let dist = tempfile::tempdir().unwrap();
        let file = |name: &str| dist.path().join(name);
        fs::write(file("a.js"), "1").unwrap();
        fs::write(file("index.html"), "import '/a.js'; <link href=/a.js>").unwrap();

        replace(&only(dist.path(), "js").unwrap(), b"2").unwrap();

        let new = only(dist.path(), "js").unwrap();
        assert_eq!(fs::read(&new).unwrap(), b"2");
        let name = new.file_name().unwrap().to_string_lossy();
        assert_eq!(
            fs::read_to_string(file("index.html")).unwrap(),
            format!("import '/{name}'; <link href=/{name}>")
        );
    }
}
