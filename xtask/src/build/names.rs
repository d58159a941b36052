//! Names that tell what is in a file, so that it may be kept for ever.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::{module::Module, stamp::hex};

/// Names all files of the page, and of what is loaded beside it, by what is in them.
pub(super) fn give(dist: &Path, modules: &[Module]) -> Result<()> {
    let html = dist.join("index.html");
    let (page, beside) = modules.split_first().context("there is no page")?;
    for file in [&page.wasm, &page.script, &page.styles] {
        rename(file, page.name, &html)?;
    }
    for module in beside {
        // Each is named in the next, whose name then tells what is in both.
        let chain = [Some(&module.wasm), Some(&module.script), module.loader.as_ref(), Some(&html)];
        let chain: Vec<_> = chain.into_iter().flatten().collect();
        for step in chain.windows(2) {
            rename(step[0], module.name, step[1])?;
        }
        rename(&module.styles, module.name, &html)?;
    }
    Ok(())
}

/// Names a file by what is in it, and writes its name into the file that names it.
pub(super) fn rename(file: &Path, name: &str, named_in: &Path) -> Result<PathBuf> {
    let text = |part: Option<&OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let (old, kind) = text(file.file_name()).zip(text(file.extension())).context("a file without a name")?;
    let new = format!("{name}-{}.{kind}", &hex(&Sha256::digest(fs::read(file)?))[..16]);
    let naming = fs::read_to_string(named_in)?;
    ensure!(naming.contains(&old), "{} does not name {old}", named_in.display());
    fs::write(named_in, naming.replace(&old, &new))?;
    let renamed = file.with_file_name(&new);
    fs::rename(file, &renamed)?;
    Ok(renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_what_is_in_it_wherever_it_is_named() {
        let dist = tempfile::tempdir().unwrap();
        let file = |name: &str| dist.path().join(name);
        let html = |content: &str| {
            fs::write(file("a.js"), content).unwrap();
            fs::write(file("index.html"), "import '/a.js'; <link href=/a.js>").unwrap();
            let renamed = rename(&file("a.js"), "maru", &file("index.html")).unwrap();
            assert_eq!(fs::read_to_string(&renamed).unwrap(), content);
            let name = renamed.file_name().unwrap().to_string_lossy().into_owned();
            assert!(name.starts_with("maru-") && name.ends_with(".js"), "{name}");
            let html = fs::read_to_string(file("index.html")).unwrap();
            assert_eq!(html, format!("import '/{name}'; <link href=/{name}>"));
            html
        };
        assert_ne!(html("1"), html("2"));
    }

    #[test]
    fn the_annexs_script_has_another_name_when_its_wasm_is_another() {
        let named = |wasm: &str| {
            let dist = tempfile::tempdir().unwrap();
            let file = |name: &str| dist.path().join(name);
            let module = |name: &'static str| {
                let [wasm, script, styles] =
                    ["wasm", "js", "css"].map(|kind| file(&format!("{name}.{kind}")));
                Module { name, wasm, script, loader: None, styles }
            };
            let modules = [module("maru"), module("annex")];
            for Module { wasm: own, script, styles, .. } in &modules {
                fs::write(own, wasm).unwrap();
                fs::write(script, "new URL('annex.wasm')").unwrap();
                fs::write(styles, "").unwrap();
            }
            let names = "maru.wasm maru.js maru.css annex.js annex.css";
            fs::write(file("index.html"), names).unwrap();
            give(dist.path(), &modules).unwrap();
            let html = fs::read_to_string(file("index.html")).unwrap();
            let script = html.split(' ').nth(3).unwrap().to_owned();
            let named = fs::read_to_string(file(&script)).unwrap();
            let wasm = named.split('\'').nth(1).unwrap();
            assert!(file(wasm).is_file(), "{named}");
            script
        };
        assert_ne!(named("1"), named("2"));
    }
}
