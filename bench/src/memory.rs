//! How much memory a process has.

use std::fs;

use anyhow::{Context, Result};

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// All that is resident (`VmRSS`).
    pub(crate) resident: u64,
    /// What it does not share with a file: heap and stacks (`Anonymous` of `smaps_rollup`).
    pub(crate) anonymous: u64,
}

impl Memory {
    /// The memory of the process with this id, now.
    pub(crate) fn of(pid: u32) -> Result<Self> {
        let read = |name: &str| {
            fs::read_to_string(format!("/proc/{pid}/{name}")).with_context(|| format!("reading {name}"))
        };
        Ok(Self {
            resident: field(&read("status")?, "VmRSS:")?,
            anonymous: field(&read("smaps_rollup")?, "Anonymous:")?,
        })
    }
}

/// The bytes that the line with this label says, in kB.
fn field(text: &str, label: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    Ok(kilobytes.with_context(|| format!("no {label} there"))? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_label_and_is_in_bytes() {
        let text = "Rss:        12 kB\nAnonymous:            1708 kB\n";
        assert_eq!(field(text, "Anonymous:").unwrap(), 1708 * 1024);
        assert!(field(text, "Swap:").is_err());
    }

    #[test]
    fn the_own_memory_can_be_read() {
        let memory = Memory::of(std::process::id()).unwrap();
        assert!(memory.anonymous > 0 && memory.resident >= memory.anonymous);
    }
}
