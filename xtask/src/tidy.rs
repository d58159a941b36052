//! `cargo xtask tidy`: what the compiler does not check.

mod documents;
mod layers;
mod source;
mod tracked;
mod wire;
mod words;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::place;

/// The crates whose files are held to all rules; those of the others only to the words.
const HOUSE: [&str; 3] = ["shared", "server", "frontend"];
const AROUND: [&str; 3] = ["xtask", "bench", "fuzz"];

pub(crate) fn tidy() -> Result<()> {
    let complaints = complaints(place::root())?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => println!("tidy: all is well"),
        1 => bail!("tidy: 1 complaint"),
        many => bail!("tidy: {many} complaints"),
    }
    Ok(())
}

fn complaints(root: &Path) -> Result<Vec<String>> {
    let mut complaints = documents::absent(root);
    for name in HOUSE {
        let sources = source::below(root, &format!("{name}/src"))?;
        complaints.extend(layers::check(name, &sources));
        complaints.extend(documents::unnamed(root, &sources)?);
        complaints.extend(sources.iter().flat_map(words::check));
        if name == "shared" {
            complaints.extend(wire::check(root, &sources)?);
        }
    }
    let tests = HOUSE.iter().map(|name| format!("{name}/tests"));
    for folder in AROUND.iter().map(|name| format!("{name}/src")).chain(tests) {
        complaints.extend(source::below(root, &folder)?.iter().flat_map(words::check));
    }
    complaints.extend(documents::broken_links(root)?);
    complaints.extend(tracked::check()?);
    Ok(complaints)
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))
}
