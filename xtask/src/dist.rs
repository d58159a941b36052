//! `cargo xtask dist`
use anyhow::Result;

pub(crate) fn dist() -> Result<()> {
    anyhow::bail!("not there yet")
}
