//! What must hold of Maru whatever comes from outside: each target takes any bytes, gives them to the code that reads what
//! strangers send, and panics when something is wrong.
//!
//! `fuzz/tests/short.rs` tries each target on a corpus and on changes of it, in a run of a fixed length; `cargo xtask fuzz`
//! has libFuzzer look for bytes that lead further (`fuzz/libfuzzer`).

mod bodies;
mod files;
mod frames;
mod markup;
mod origins;
mod pictures;
mod requests;
mod searches;
mod secrets;
mod settings;
mod site;
mod sockets;
mod texts;
mod wires;

pub use bodies::bodies;
pub use files::files;
pub use frames::frames;
pub use markup::markup;
pub use origins::origins;
pub use pictures::pictures;
pub use requests::requests;
pub use searches::searches;
pub use secrets::secrets;
pub use settings::settings;
pub use sockets::sockets;
pub use texts::texts;
pub use wires::wires;

use std::fmt::Debug;

use maru_shared::codec;
use serde::{Serialize, de::DeserializeOwned};

/// Something to try bytes on.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is also that of its corpus.
    pub name: &'static str,
    /// Panics when these bytes do what none may do.
    pub attempt: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "frames", attempt: frames },
    Target { name: "wires", attempt: wires },
    Target { name: "texts", attempt: texts },
    Target { name: "markup", attempt: markup },
    Target { name: "searches", attempt: searches },
    Target { name: "bodies", attempt: bodies },
    Target { name: "secrets", attempt: secrets },
    Target { name: "origins", attempt: origins },
    Target { name: "settings", attempt: settings },
    Target { name: "pictures", attempt: pictures },
    Target { name: "requests", attempt: requests },
    Target { name: "files", attempt: files },
    Target { name: "sockets", attempt: sockets },
];

/// Reads a value and sees that it is the same when it has been written and read again.
fn comes_back<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) -> Option<T> {
    let value: T = codec::decode(text).ok()?;
    let written = codec::encode(&value);
    match codec::decode::<T>(&written) {
        Ok(again) => assert_eq!(again, value, "written as {written}"),
        Err(cause) => panic!("{value:?} was written as {written}, which cannot be read: {cause}"),
    }
    Some(value)
}
