//! The command line of Maru.

mod commands;
mod log;

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use maru_server::{Maru, Stamps, config::Settings, operator::client::Operator};
use maru_shared::api::Policy;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing_appender::non_blocking::WorkerGuard;

use self::commands::Command;

/// Maru: chat that a small group hosts itself. Without anything more, it serves on this machine alone:
/// open the address that it prints.
///
/// Every setting is taken from its flag, else from the environment (MARU_LISTEN for --listen), else from the file that
/// --config names (TOML: listen = "0.0.0.0:8080"), else it has its default.
#[derive(Parser)]
#[command(name = "maru", version, max_term_width = 100)]
struct Cli {
    /// A file with settings, in TOML
    #[arg(long, env = "MARU_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// How the log is written, on the standard error
    #[arg(long, env = "MARU_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value = "text")]
    log_format: log::Format,

    /// What is logged: error, warn, info, debug or trace; also by module, as maru_server=debug
    #[arg(long, env = "MARU_LOG", value_name = "FILTER", default_value = "info")]
    log: String,

    #[command(flatten)]
    settings: Settings,

    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut log = None;
    let done = match cli.command {
        None => serve(cli, &mut log),
        Some(command) => operate(cli.settings, cli.config.as_deref(), command),
    };
    let status = if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    log::end(log, done.err());
    status
}

/// How many threads at the most wait for the disk, with the store or with files. The 512 that Tokio would have would be no
/// faster, and what each keeps of memory adds up: of 8,000 members who came at once there were 140 left.
/// Files that come have half of them at the most (`files.rs`).
const BLOCKING_THREADS: usize = 16;

fn serve(cli: Cli, log: &mut Option<WorkerGuard>) -> anyhow::Result<()> {
    *log = Some(log::begin(&cli.log, cli.log_format)?);
    let file = cli.config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
    let config = cli.settings.over(file).config()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .context("cannot start")?;
    runtime.block_on(async {
        let shutdown = stop_signal()?;
        let listener = TcpListener::bind(config.listen).await.with_context(|| {
            format!("cannot listen on {}: choose another address or port with --listen", config.listen)
        })?;
        let (address, has_page) =
            (listener.local_addr().context("cannot tell the address")?, config.dist.is_some());
        let maru = Maru::open(listener, config, Stamps::system()).await?;
        announce(&maru, address, has_page)?;
        maru.serve(shutdown).await
    })
}

fn operate(settings: Settings, config: Option<&Path>, command: Command) -> anyhow::Result<()> {
    let file = config.map(Settings::read).transpose()?.unwrap_or_default();
    let data = settings.over(file).config()?.data;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(command.run(&Operator::of(&data)))
}

/// Says on the standard output where Maru is; a program that starts it may wait for this line.
fn announce(maru: &Maru, address: SocketAddr, has_page: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "Maru is at {}://{address}", maru.scheme())?;
    match maru.access() {
        Policy::Open => {
            writeln!(
                out,
                "Whoever reaches it may come in as a guest (--access invite asks for an invitation)"
            )?;
        }
        Policy::Invite => {
            writeln!(out, "Who has an account or an invitation may come in (--access open lets in guests)")?;
        }
    }
    if let Some(link) = maru.owner_link() {
        writeln!(
            out,
            "It has no owner yet. Whoever opens this link becomes the owner; it is good once, for a week:\n{link}"
        )?;
    }
    if !has_page {
        writeln!(out, "There is no page yet: build the frontend, and name its directory with --dist")?;
    }
    Ok(out.flush()?)
}

fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
