//! How large the page is on the wire.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use super::compress::{files, with_ending};
use crate::place;

/// What wasm, scripts and stylesheets are to weigh together when compressed with brotli, in bytes: the bar of the
/// project's first release.
const GOAL: u64 = 150_000;

/// What they weigh, and a little more. It only ever goes down.
const LIMIT: u64 = 136_000;

/// Prints the size of each file that a first visit loads, says whether the goal is met, and fails when the page has
/// become heavier.
pub(crate) fn budget() -> Result<()> {
    let sum = weigh(&place::dist())?;
    println!("{sum:>9} bytes of wasm, scripts and stylesheets with brotli; {LIMIT} are allowed");
    match sum.checked_sub(GOAL) {
        None | Some(0) => println!("The goal of {GOAL} is met."),
        Some(over) => println!("The goal of {GOAL} is NOT met: {over} bytes too many."),
    }
    if sum > LIMIT {
        bail!("the page is {} bytes too large", sum - LIMIT);
    }
    Ok(())
}

fn weigh(dist: &Path) -> Result<u64> {
    let mut sum = 0;
    for file in files(dist)? {
        let weighed =
            ["wasm", "js", "css"].iter().any(|kind| file.extension().is_some_and(|own| own == *kind));
        if weighed {
            let plain = fs::metadata(&file)?.len();
            let sent = fs::metadata(with_ending(&file, "br")).map_or(plain, |compressed| compressed.len());
            println!("{sent:>9} of {plain:>9}  {}", file.strip_prefix(dist)?.display());
            sum += sent;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_form_counts_where_there_is_one_and_pictures_do_not() {
        let dist = tempfile::tempdir().unwrap();
        for (name, size) in
            [("a.wasm", 900), ("a.wasm.br", 300), ("a.wasm.gz", 400), ("b.css", 50), ("c.png", 9)]
        {
            fs::write(dist.path().join(name), vec![0; size]).unwrap();
        }
        assert_eq!(weigh(dist.path()).unwrap(), 350);
    }
}
