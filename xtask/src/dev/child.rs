//! A program that goes on until it is told to end.

use std::time::Duration;

use anyhow::Result;
use duct::{Handle, unix::HandleExt};

/// The signal by which a program is asked to end, as POSIX numbers it.
const SIGTERM: i32 = 15;
/// How long it may take over that. The server promises five seconds.
const PATIENCE: Duration = Duration::from_secs(7);

/// A running program.
pub(crate) struct Child {
    handle: Handle,
}

impl Child {
    pub(crate) fn of(handle: Handle) -> Self {
        Self { handle }
    }

    /// Whether it went well, once it has ended.
    pub(crate) fn ended(&self) -> Result<Option<bool>> {
        Ok(self.handle.try_wait()?.map(|output| output.status.success()))
    }

    /// Asks it to end and waits; takes its life when it does not.
    pub(crate) fn end(self) -> Result<()> {
        if self.ended()?.is_some() {
            return Ok(());
        }
        self.handle.send_signal(SIGTERM)?;
        if self.handle.wait_timeout(PATIENCE)?.is_none() {
            self.handle.kill()?;
        }
        Ok(())
    }
}
