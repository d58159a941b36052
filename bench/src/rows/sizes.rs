//! What is downloaded, what is installed, and how soon it runs.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::peers::{Ground, Peer, Server};

/// The files of the built page of one kind, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) plain: u64,
    /// With brotli; nothing when there is no `.br` beside a file.
    pub(crate) brotli: Option<u64>,
}

/// With what the files begin that the page loads later, as `cargo xtask budget` knows them.
const LATER: [&str; 3] = ["annex-", "markup-", "colours-"];

/// What a browser loads first: wasm, js and css of the built page; nothing when it is not built.
pub(crate) fn page(dist: &Path) -> Result<Vec<Kind>> {
    if !dist.join("index.html").is_file() {
        return Ok(Vec::new());
    }
    ["wasm", "js", "css"].into_iter().map(|name| kind(dist, name)).collect()
}

/// How long from starting a server with an empty directory, or one that has been used, to its first answer.
pub(crate) fn cold_start(ground: &Ground, used: bool) -> Result<Duration> {
    let directory = ground.fresh_directory()?;
    if used {
        Server::start_in(Peer::Maru, ground, directory.clone())?.stop()?;
    }
    let start = Instant::now();
    let server = Server::start_in(Peer::Maru, ground, directory)?;
    ureq::get(format!("http://{}/healthz", server.address())).call().context("/healthz")?;
    let elapsed = start.elapsed();
    server.stop()?;
    Ok(elapsed)
}

fn kind(dist: &Path, name: &'static str) -> Result<Kind> {
    let mut kind = Kind { name, plain: 0, brotli: Some(0) };
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let comes_later = LATER.iter().any(|begin| file.starts_with(begin));
        if comes_later || path.extension().is_none_or(|extension| extension != name) {
            continue;
        }
        kind.plain += fs::metadata(&path)?.len();
        let mut compressed = path.into_os_string();
        compressed.push(".br");
        let brotli = fs::metadata(compressed).ok().map(|file| file.len());
        kind.brotli = kind.brotli.zip(brotli).map(|(sum, length)| sum + length);
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_first_load_are_summed_by_kind_and_nothing_is_said_of_brotli_unless_all_have_it() {
        let dist = tempfile::tempdir().unwrap();
        assert_eq!(page(dist.path()).unwrap(), []);
        let files = [
            ("index.html", 5),
            ("a.wasm", 100),
            ("a.wasm.br", 30),
            ("b.js", 10),
            ("c.js", 20),
            ("c.js.br", 4),
            ("annex-1.js", 1000),
        ];
        for (name, length) in files {
            fs::write(dist.path().join(name), vec![0; length]).unwrap();
        }
        assert_eq!(
            page(dist.path()).unwrap(),
            [
                Kind { name: "wasm", plain: 100, brotli: Some(30) },
                Kind { name: "js", plain: 30, brotli: None },
                Kind { name: "css", plain: 0, brotli: Some(0) },
            ]
        );
    }
}
