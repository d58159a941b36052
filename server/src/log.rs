//! The log, on the standard error. Nobody who serves waits for whoever reads it: lines wait in a bounded queue, and a thread of
//! its own writes them.

use std::{
    io::{self, IsTerminal, Write},
    panic,
    str::FromStr,
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use anyhow::anyhow;
use clap::ValueEnum;
use tracing::{Level, error, warn};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// How many lines wait at the most. Those that come while there are as many are lost, and counted.
const LINES: usize = 4_096;

/// How long whoever reads the log is waited for at the end.
const PARTING: Duration = Duration::from_millis(1_500);

/// How many lines were lost.
static LOST: OnceLock<ErrorCounter> = OnceLock::new();

/// How the log is written.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One JSON object a line, for programs
    Json,
}

/// Begins the log: of what, and how. To be [ended](end) with what is given here.
///
/// # Errors
/// When the filter cannot be read.
pub fn begin(filter: &str, format: Format) -> anyhow::Result<WorkerGuard> {
    let filter = Targets::from_str(filter)
        // It names itself as its own cause.
        .map_err(|error| anyhow!("{filter:?} says not what to log: try info or debug: {error}"))?
        // Below this level it would write what people write.
        .with_target("tungstenite", Level::INFO);
    let (lines, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(LINES).thread_name("log").finish(Out::default());
    LOST.get_or_init(|| lines.error_counter());
    let log = tracing_subscriber::fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(lines)
        // Nor does a log that cannot be written: to complain of it there would be a panic.
        .log_internal_errors(false);
    let filtered = tracing_subscriber::registry().with(filter);
    match format {
        Format::Text => filtered.with(log).init(),
        Format::Json => filtered.with(log.json()).init(),
    }
    // By itself, a panic would be written to the standard error, and wait for it.
    panic::set_hook(Box::new(|panic| {
        error!(target: "maru_server", thread = thread::current().name(), "{panic}");
    }));
    Ok(guard)
}

/// Ends the log, and says behind it why all ends, if there is something to be said. Waits a while for whoever reads that.
pub fn end(log: Option<WorkerGuard>, why: Option<anyhow::Error>) {
    let (over, wait) = mpsc::channel::<()>();
    // Both may wait without end: the guard complains on the standard output, which may be as stuck.
    let last_words = move || {
        let _over = over;
        drop(log);
        if let Some(why) = why {
            eprintln!("maru: {why:#}");
        }
    };
    if thread::Builder::new().name("last words".into()).spawn(last_words).is_ok() {
        // It is over when nobody is left to say so.
        let _ = wait.recv_timeout(PARTING);
    }
}

/// The standard error, with a line in the log about those that were lost before.
#[derive(Default)]
struct Out {
    told: usize,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stderr().write(bytes)
    }

    /// Is called whenever nothing waits any more.
    fn flush(&mut self) -> io::Result<()> {
        let lost = LOST.get().map_or(0, ErrorCounter::dropped_lines);
        if lost > self.told {
            warn!(lines = lost - self.told, "the log was not read fast enough: lines of it are lost");
            self.told = lost;
        }
        Ok(())
    }
}
