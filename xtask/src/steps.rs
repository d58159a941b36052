//! Steps that are told about: each with its name, its time and how it ended.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What was done so far. A step that fails does not keep the next from running, so that one run tells
/// everything that is wrong.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    result: Result<()>,
}

impl Steps {
    /// Takes a step and prints its closing line; tells whether it went well.
    pub(crate) fn take(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        let step = Step { name: name.to_owned(), result: step(), took: start.elapsed() };
        println!("{}", step.line());
        let went_well = step.result.is_ok();
        self.done.push(step);
        went_well
    }

    /// Prints the summary and fails when a step did.
    pub(crate) fn close(self) -> Result<()> {
        println!("\n== summary");
        for step in &self.done {
            println!("{}", step.line());
        }
        let failed: Vec<_> =
            self.done.iter().filter(|step| step.result.is_err()).map(|step| step.name.as_str()).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        let took: Duration = self.done.iter().map(|step| step.took).sum();
        println!("all {} passed in {}", self.done.len(), shown(took));
        Ok(())
    }
}

impl Step {
    fn line(&self) -> String {
        let Self { name, took, result } = self;
        match result {
            Ok(()) => format!("ok      {:>8}  {name}", shown(*took)),
            Err(error) => format!("FAILED  {:>8}  {name}: {error:#}", shown(*took)),
        }
    }
}

fn shown(took: Duration) -> String {
    let seconds = took.as_secs();
    match seconds / 60 {
        0 => format!("{:.1} s", took.as_secs_f64()),
        minutes => format!("{minutes} m {:02} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_whole_and_keeps_no_other_from_running() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.take("first", || bail!("broken"));
        steps.take("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(steps.close().unwrap_err().to_string(), "failed: first");
    }

    #[test]
    fn times_are_shown_as_one_says_them() {
        assert_eq!(shown(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(shown(Duration::from_secs(125)), "2 m 05 s");
    }
}
