//! How large the page is on the wire.

use std::{ffi::OsStr, fs, path::Path};

use anyhow::{Result, bail};

use super::{
    compress::{files, with_ending},
    module::ANNEX,
};
use crate::place;

/// What the first load's wasm, script and stylesheet are to weigh together when compressed with brotli, in bytes: the
/// bar of the project's first release.
const GOAL: u64 = 150_000;

/// What they weigh, and a little more. It went up with what the page came to do, and down with what could go into the annex
/// or be had for less.
const LIMIT: u64 = 143_900;

/// What those of the annex weigh, and a little more. It goes up with what is new in it, and then only by that.
const ANNEX_LIMIT: u64 = 125_000;

/// Prints the size of each file that a first visit loads and of each that the annex is made of, says whether the goal is
/// met, and fails when either has become heavier.
pub(crate) fn budget() -> Result<()> {
    let (first, later) = weigh(&place::dist())?;
    println!("{first:>9} bytes of the first load with brotli; {LIMIT} are allowed");
    println!("{later:>9} bytes of the annex, loaded when it is first wanted; {ANNEX_LIMIT} are allowed");
    match first.checked_sub(GOAL) {
        None | Some(0) => println!("The goal of {GOAL} is met."),
        Some(over) => println!("The goal of {GOAL} is NOT met: {over} bytes too many."),
    }
    if first > LIMIT {
        bail!("the page is {} bytes too large", first - LIMIT);
    }
    if later > ANNEX_LIMIT {
        bail!("the annex is {} bytes too large", later - ANNEX_LIMIT);
    }
    Ok(())
}

/// What the first load weighs, and what the annex does.
fn weigh(dist: &Path) -> Result<(u64, u64)> {
    let (mut first, mut later) = (0, 0);
    for file in files(dist)? {
        let weighed =
            ["wasm", "js", "css"].iter().any(|kind| file.extension().is_some_and(|own| own == *kind));
        if weighed {
            let plain = fs::metadata(&file)?.len();
            let sent = fs::metadata(with_ending(&file, "br")).map_or(plain, |compressed| compressed.len());
            println!("{sent:>9} of {plain:>9}  {}", file.strip_prefix(dist)?.display());
            let name = file.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
            *(if name.starts_with(ANNEX) { &mut later } else { &mut first }) += sent;
        }
    }
    Ok((first, later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_form_counts_where_there_is_one_pictures_do_not_and_the_annex_apart() {
        let dist = tempfile::tempdir().unwrap();
        for (name, size) in [
            ("a.wasm", 900),
            ("a.wasm.br", 300),
            ("a.wasm.gz", 400),
            ("b.css", 50),
            ("annex-1.js", 7),
            ("c.png", 9),
        ] {
            fs::write(dist.path().join(name), vec![0; size]).unwrap();
        }
        assert_eq!(weigh(dist.path()).unwrap(), (350, 7));
    }
}
