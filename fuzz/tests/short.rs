//! A short run over every target, of a fixed length: what is in the corpus, and changes of it.

use std::{fs, path::Path};

use maru_fuzz::{TARGETS, Target};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestError, TestRunner},
};

/// How often a target is tried that only calls functions.
const CALLS: u32 = 3_000;

/// How often one is tried that asks a server.
const ASKED: u32 = 400;

/// Pieces that are read as something, wherever they stand.
const PIECES: [&[u8]; 49] = [
    b"null",
    b"[]",
    b"{}",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b":",
    b",",
    b"-1",
    b"18446744073709551616",
    b"1e999",
    b"%2e%2e%2f",
    b"..",
    b"/",
    b"\\",
    b"%00",
    b"%",
    b"?",
    b"#",
    b"&limit=0",
    b"before=",
    b"$OWNER",
    b"$GUEST",
    b"$ROOM",
    b"$MEMBER",
    b"$LINK",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"\t",
    b" ",
    b"\0",
    b"\xff",
    b"=",
    b";",
    b"http://localhost",
    b"@",
    b"[::1]",
    "\u{202E}".as_bytes(),
    "\u{1112}\u{1161}\u{11AB}".as_bytes(),
    "ﷺ".as_bytes(),
    b"**",
    b"~~",
    b"```",
    b"\n> ",
    b"\n- ",
    b"](https://",
    b":tada:",
    "@민수님께서".as_bytes(),
];

/// Something done to bytes.
#[derive(Clone, Debug)]
enum Change {
    Put(Index, Vec<u8>),
    Cut(Index, usize),
    Set(Index, u8),
    Double(Index, usize),
}

impl Change {
    fn make(self, bytes: &mut Vec<u8>) {
        let spot = |at: Index, bytes: &Vec<u8>| at.index(bytes.len() + 1);
        match self {
            Self::Put(at, piece) => {
                let at = spot(at, bytes);
                bytes.splice(at..at, piece);
            }
            Self::Cut(at, length) => {
                let at = spot(at, bytes);
                let end = bytes.len().min(at + length);
                bytes.drain(at..end);
            }
            Self::Set(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            Self::Set(..) => {}
            Self::Double(at, length) => {
                let at = spot(at, bytes);
                let end = bytes.len().min(at + length);
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

fn a_change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), select(&PIECES[..])).prop_map(|(at, piece)| Change::Put(at, piece.to_vec())),
        (at(), any::<char>()).prop_map(|(at, c)| Change::Put(at, c.to_string().into_bytes())),
        (at(), 1..12_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (at(), 1..200_usize).prop_map(|(at, length)| Change::Double(at, length)),
    ]
}

/// What the corpus holds for this target.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

fn short_run(name: &str, runs: u32) {
    let Target { attempt, .. } = TARGETS.into_iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "a corpus to begin with");
    corpus.iter().for_each(|bytes| attempt(bytes));
    let changed = (select(corpus), vec(a_change(), 0..6)).prop_map(|(mut bytes, changes)| {
        changes.into_iter().for_each(|change| change.make(&mut bytes));
        bytes
    });
    let any_bytes = vec(any::<u8>(), 0..200);
    let bytes = prop_oneof![9 => changed, 1 => any_bytes];
    // What is found belongs into the corpus.
    let config = Config { cases: runs, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&bytes, |bytes| {
        attempt(&bytes);
        Ok(())
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(why, bytes)) => panic!("{name}: {why}: \"{}\"", bytes.escape_ascii()),
        Err(TestError::Abort(why)) => panic!("{name}: {why}"),
    }
}

#[test]
fn frames() {
    short_run("frames", CALLS);
}

#[test]
fn wires() {
    short_run("wires", CALLS);
}

#[test]
fn texts() {
    short_run("texts", CALLS);
}

#[test]
fn markup() {
    short_run("markup", CALLS);
}

#[test]
fn searches() {
    short_run("searches", CALLS);
}

#[test]
fn bodies() {
    short_run("bodies", CALLS);
}

#[test]
fn secrets() {
    short_run("secrets", CALLS);
}

#[test]
fn pictures() {
    short_run("pictures", CALLS);
}

#[test]
fn origins() {
    short_run("origins", CALLS);
}

#[test]
fn settings() {
    short_run("settings", CALLS);
}

#[test]
fn requests() {
    short_run("requests", ASKED);
}

#[test]
fn files() {
    short_run("files", ASKED);
}

#[test]
fn sockets() {
    short_run("sockets", ASKED);
}
