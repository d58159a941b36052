//! What the disk itself takes to make something durable.

use std::{
    fs::OpenOptions,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

const TMPFS: rustix::fs::FsWord = 0x0102_1994;
const PAGE: [u8; 4096] = [0x6d; 4096];

/// How long each of so many appends of 4 KiB took, `fdatasync` included.
pub(crate) fn append_times(directory: &Path, count: usize) -> Result<Vec<Duration>> {
    let path = directory.join("fdatasync");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).context("the disk's own file")?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(times)
}

/// Whether what is written here is only in memory, and nothing about durability can be measured.
pub(crate) fn is_memory(directory: &Path) -> Result<bool> {
    Ok(rustix::fs::statfs(directory)?.f_type == TMPFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_are_timed_and_leave_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(append_times(directory.path(), 3).unwrap().len(), 3);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
