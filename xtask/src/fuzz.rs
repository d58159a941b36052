//! `cargo xtask fuzz`: has libFuzzer look for bytes that break something.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{place, program::Program, steps::Steps, tools};

/// The targets, each a file, and a workspace of their own: they are built with coverage.
const TARGETS: &str = "fuzz/libfuzzer/fuzz_targets";

/// The longest input in bytes: as long as what is read otherwise, and short enough to be tried often.
const LONGEST: u32 = 4_096;

pub(crate) fn fuzz(target: Option<&str>, minutes: u32) -> Result<()> {
    let known = targets()?;
    let chosen = match target {
        Some(name) if known.iter().any(|target| target == name) => vec![name.to_owned()],
        Some(name) => bail!("no target is called {name}; there are: {}", known.join(", ")),
        None => known,
    };
    tools::for_fuzzing()?;
    let mut steps = Steps::default();
    for target in chosen {
        steps.take(&target, || run(&target, minutes));
    }
    steps.close()
}

/// What is new is kept between runs with what is built; the corpus of the repository is only read.
fn run(target: &str, minutes: u32) -> Result<()> {
    let built = place::target()?.join("fuzz");
    let found = built.join("corpus").join(target);
    fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    Program::cargo("fuzz run --fuzz-dir fuzz/libfuzzer --sanitizer none --target-dir")
        .args([&built])
        .args([Path::new(target), &found, &Path::new("fuzz/corpus").join(target)])
        .words("-- -print_final_stats=1 -timeout=90")
        .args([format!("-max_len={LONGEST}"), format!("-max_total_time={}", u64::from(minutes) * 60)])
        .run()
        .with_context(|| format!("what broke it is in fuzz/libfuzzer/artifacts/{target}: put it into fuzz/corpus/{target} when it is mended"))
}

fn targets() -> Result<Vec<String>> {
    let folder = place::root().join(TARGETS);
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let files: Vec<_> = files.collect::<Result<_, _>>()?;
    let names = files.iter().filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_corpus_and_every_corpus_a_target() {
        let corpus = fs::read_dir(place::root().join("fuzz/corpus")).unwrap();
        let mut corpus: Vec<_> =
            corpus.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        corpus.sort();
        assert_eq!(targets().unwrap(), corpus);
    }

    #[test]
    fn an_unknown_target_is_told_of_before_anything_is_installed() {
        let told = fuzz(Some("nothing"), 1).unwrap_err().to_string();
        assert!(told.contains("frames"), "{told}");
    }
}
