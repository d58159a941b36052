//! How large the page is on the wire.

use std::{ffi::OsStr, fs, path::Path};

use anyhow::{Result, bail};

use super::{
    colours::COLOURS,
    compress::{files, with_ending},
    module::{ANNEX, MARKUP},
};
use crate::place;

/// What the first load's wasm, script and stylesheet are to weigh together when compressed with brotli, in bytes: the
/// bar of the project's first release.
const GOAL: u64 = 150_000;

/// What they weigh, and a little more: the same at the door and for whoever is in. Whoever adds something to them takes something else out.
const LIMIT: u64 = 147_600;

/// What is loaded later, by what the names of its files begin with, and what it may weigh: what it weighs, and a little more.
/// Each goes up with what is new in it, and then only by that.
const LATER: [(&str, &str, u64); 3] = [
    (ANNEX, "of the annex, loaded when it is first wanted", 201_800),
    (MARKUP, "of what reads markup, loaded beside the page", 104_400),
    (COLOURS, "of what colours code, loaded when there is some", 15_800),
];

/// Prints the size of each file that a first visit loads and of each that is loaded later, says whether the goal is met, and
/// fails when one of them has become heavier.
pub(crate) fn budget() -> Result<()> {
    let (first, later) = weigh(&place::dist())?;
    println!("{first:>9} bytes of the first load with brotli; {LIMIT} are allowed");
    for (weight, (_, what, limit)) in later.iter().zip(LATER) {
        println!("{weight:>9} bytes {what}; {limit} are allowed");
    }
    match first.checked_sub(GOAL) {
        None | Some(0) => println!("The goal of {GOAL} is met."),
        Some(over) => println!("The goal of {GOAL} is NOT met: {over} bytes too many."),
    }
    if first > LIMIT {
        bail!("the page is {} bytes too large", first - LIMIT);
    }
    for (weight, (name, _, limit)) in later.into_iter().zip(LATER) {
        if weight > limit {
            bail!("{name} is {} bytes too large", weight - limit);
        }
    }
    Ok(())
}

/// What the first load weighs, and what each of the others does.
fn weigh(dist: &Path) -> Result<(u64, [u64; LATER.len()])> {
    let (mut first, mut later) = (0, [0; LATER.len()]);
    for file in files(dist)? {
        let weighed =
            ["wasm", "js", "css"].iter().any(|kind| file.extension().is_some_and(|own| own == *kind));
        if weighed {
            let plain = fs::metadata(&file)?.len();
            let sent = fs::metadata(with_ending(&file, "br")).map_or(plain, |compressed| compressed.len());
            println!("{sent:>9} of {plain:>9}  {}", file.strip_prefix(dist)?.display());
            let name = file.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
            let place = LATER.iter().position(|(begins, ..)| name.starts_with(begins));
            *place.map_or(&mut first, |place| &mut later[place]) += sent;
        }
    }
    Ok((first, later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_form_counts_where_there_is_one_pictures_do_not_and_what_comes_later_apart() {
        let dist = tempfile::tempdir().unwrap();
        for (name, size) in [
            ("a.wasm", 900),
            ("a.wasm.br", 300),
            ("a.wasm.gz", 400),
            ("b.css", 50),
            ("annex-1.js", 7),
            ("markup-1.wasm", 5),
            ("colours-1.js", 3),
            ("c.png", 9),
        ] {
            fs::write(dist.path().join(name), vec![0; size]).unwrap();
        }
        assert_eq!(weigh(dist.path()).unwrap(), (350, [7, 5, 3]));
    }
}
