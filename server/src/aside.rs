//! Slow calculations, on threads of their own to which the machine gives what the others leave: nobody's message waits for
//! them.

use std::{sync::Arc, thread};

use maru_shared::Refusal;
use thread_priority::{ThreadPriority, set_current_thread_priority};
use tokio::sync::{Semaphore, oneshot};
use tracing::{debug, error};

/// What is told when a calculation cannot be done now.
pub const FAILED: Refusal = Refusal::Unavailable { retry_after_ms: 2_000 };

/// Where slow calculations are done, so many at once and never on a thread that serves sockets.
#[derive(Clone)]
pub struct Aside {
    gate: Arc<Semaphore>,
    name: &'static str,
}

impl Aside {
    /// At most so many at once, on threads of this name.
    pub fn new(name: &'static str, at_once: usize) -> Self {
        Self { gate: Arc::new(Semaphore::new(at_once.max(1))), name }
    }

    /// Calculates when it is its turn.
    ///
    /// # Errors
    /// When the calculation refuses, or none can be made now.
    pub async fn calculate<T: Send + 'static>(
        &self,
        calculation: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Arc::clone(&self.gate).acquire_owned().await.map_err(|_| FAILED)?;
        let (tell, told) = oneshot::channel();
        // A new one each time: it is nothing beside a hash, and a priority that was lowered cannot be raised again.
        // Boxed, as the machinery of a thread would be in the program once for each calculation.
        let work: Box<dyn FnOnce() + Send> = Box::new(move || {
            step_back();
            // Whoever asked may have gone.
            let _ = tell.send(calculation());
            drop(place);
        });
        let thread = thread::Builder::new().name(self.name.to_owned()).spawn(work);
        match thread {
            Ok(_) => told.await.unwrap_or(Err(FAILED)),
            Err(cause) => {
                error!(%cause, name = self.name, "cannot start a thread for a slow calculation");
                Err(FAILED)
            }
        }
    }
}

/// Lets every other thread of the machine go first. Where that cannot be said, all take turns.
fn step_back() {
    if let Err(cause) = set_current_thread_priority(ThreadPriority::Min) {
        debug!(?cause, "slow calculations have the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_slow_is_calculated_at_the_lowest_priority_and_nothing_else_is() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        assert_eq!(Aside::new("test", 1).calculate(move || Ok(nice())).await, Ok(19));
        assert_eq!(nice(), before);
    }
}
