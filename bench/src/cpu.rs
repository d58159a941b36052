//! How much CPU time a process has had.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result};

/// Reads the CPU time of all threads of a process, to the nanosecond.
#[derive(Clone, Debug)]
pub(crate) struct CpuClock {
    tasks: PathBuf,
}

/// The CPU time of each thread at one instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct CpuReading(BTreeMap<u32, Duration>);

impl CpuClock {
    /// The clock of the process with this id.
    pub(crate) fn of(pid: u32) -> Self {
        Self { tasks: PathBuf::from(format!("/proc/{pid}/task")) }
    }

    /// The clock of this process.
    pub(crate) fn own() -> Self {
        Self { tasks: PathBuf::from("/proc/self/task") }
    }

    /// The CPU time of each thread now.
    pub(crate) fn read(&self) -> Result<CpuReading> {
        let mut threads = BTreeMap::new();
        for entry in fs::read_dir(&self.tasks).context("the process has ended")? {
            let entry = entry?;
            let Some(thread) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A thread may end between the listing and the look.
            let Ok(line) = fs::read_to_string(entry.path().join("schedstat")) else { continue };
            threads.insert(thread, on_cpu(&line)?);
        }
        Ok(CpuReading(threads))
    }
}

impl CpuReading {
    /// The CPU time from this reading to a later one. Of a thread that has ended in between nothing counts.
    pub(crate) fn until(&self, later: &Self) -> Duration {
        let spent = |(thread, end): (&u32, &Duration)| {
            end.saturating_sub(self.0.get(thread).copied().unwrap_or_default())
        };
        later.0.iter().map(spent).sum()
    }
}

/// The first field of `schedstat`: nanoseconds on a CPU.
fn on_cpu(line: &str) -> Result<Duration> {
    let nanos = line.split(' ').next().and_then(|field| field.parse().ok());
    nanos.map(Duration::from_nanos).with_context(|| format!("not a schedstat: {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(threads: &[(u32, u64)]) -> CpuReading {
        CpuReading(threads.iter().map(|(thread, nanos)| (*thread, Duration::from_nanos(*nanos))).collect())
    }

    #[test]
    fn the_first_field_is_the_time_on_a_cpu() {
        assert_eq!(on_cpu("49724 12 1\n").unwrap(), Duration::from_nanos(49_724));
        assert!(on_cpu("\n").is_err());
    }

    #[test]
    fn threads_are_summed_new_ones_whole_and_ended_ones_not_at_all() {
        let spent = reading(&[(1, 100), (2, 900)]).until(&reading(&[(1, 150), (3, 7)]));
        assert_eq!(spent, Duration::from_nanos(57));
    }

    #[test]
    fn the_own_clock_can_be_read() {
        assert!(!CpuClock::own().read().unwrap().0.is_empty());
    }
}
