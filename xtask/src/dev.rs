//! `cargo xtask dev`
use std::net::SocketAddr;

use anyhow::Result;

pub(crate) fn dev(_listen: SocketAddr) -> Result<()> {
    anyhow::bail!("not there yet")
}
