//! The wasm and the script between it and the browser, made smaller together: neither a tool for the one nor one for
//! the other can take away what only the other could want, or give shorter names to what both name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde_json::{Value, json};

use super::module::Module;
use crate::{place, program::Program};

/// Makes the wasm, the script and the stylesheet of a module smaller. Script and loader are one from then on.
pub(super) fn together(module: &mut Module) -> Result<()> {
    let work = place::target()?.join("shrink").join(module.name);
    fs::create_dir_all(&work)?;
    let lean = work.join("script.js");
    fs::write(&lean, without_what_nobody_calls(module, &work)?)?;
    let (small, names) = small_wasm(&module.wasm, &lean, &work)?;
    let minified =
        esbuild(&lean).words("--minify --mangle-quoted").args(names.as_arguments(&work)?).read()?;
    fs::copy(small, &module.wasm)?;
    if let Some(loader) = module.loader.take() {
        fs::remove_file(&module.script)?;
        module.script = loader;
    }
    fs::write(&module.script, minified)?;
    let styles = esbuild(&module.styles).words("--minify").read()?;
    Ok(fs::write(&module.styles, styles)?)
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

/// With it the script hears when JavaScript lets go of one of Rust's things.
const REGISTRY: &str = "new FinalizationRegistry(";

/// The script without the classes that some library exports to whoever may want them: it is only begun.
fn without_what_nobody_calls(module: &Module, work: &Path) -> Result<String> {
    let beginning = work.join("entry.js");
    fs::write(&beginning, format!("export {{ default }} from {};", json!(module.script)))?;
    let entry = module.loader.as_ref().unwrap_or(&beginning);
    // Both say of a line at the top of the script that nothing else depends on it.
    let script = fs::read_to_string(&module.script)?;
    fs::write(&module.script, script.replace(REGISTRY, &format!("/* @__PURE__ */ {REGISTRY}")))?;
    esbuild(entry).words("--bundle --define:Symbol.dispose=false").read()
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
}
