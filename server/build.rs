//! Links the program so that it is a megabyte smaller, where that is safe.

use std::{env, process::Command};

/// The first glibc that reads packed relocations (`DT_RELR`), in which 1,200 KB of the unpacked ones become 20.
const PACKED_SINCE: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let of_target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // Only for this machine's own glibc: another may be older, and could not start the program.
    let is_own = env::var("TARGET").ok() == env::var("HOST").ok();
    if is_own && of_target("OS") == "linux" && of_target("ENV") == "gnu" && glibc() >= Some(PACKED_SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// This machine's glibc, if it says which.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
