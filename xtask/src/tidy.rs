//! `cargo xtask tidy`
use anyhow::Result;

pub(crate) fn tidy() -> Result<()> {
    Ok(())
}
