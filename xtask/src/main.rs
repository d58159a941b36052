//! `cargo xtask`: the only build script there is.

mod bench;
mod build;
mod ci;
mod demo;
mod dev;
mod dist;
mod e2e;
mod fuzz;
mod guide;
mod place;
mod program;
mod run;
mod steps;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs, tests and packs Maru.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything in release and start the server
    Run {
        /// What the server is told, after `--`: `cargo xtask run -- --listen 0.0.0.0:8080`
        #[arg(last = true)]
        server: Vec<String>,
    },
    /// Build everything and start a server with a conversation in it, for trying
    Demo {
        /// What the server is told, after `--`
        #[arg(last = true)]
        server: Vec<String>,
    },
    /// Run every test: unit, integration on real sockets, a real browser
    Test {
        /// Only this part
        #[arg(long)]
        only: Option<test::Part>,
        /// What Playwright is told, after `--`: `cargo xtask test --only e2e -- hangul`
        #[arg(last = true)]
        playwright: Vec<String>,
    },
    /// Run server and page for development: both reload on change
    Dev {
        /// Where the page is
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
        listen: std::net::SocketAddr,
    },
    /// All that must hold before a change is taken: formatting, lints, tidy, licences, sizes, tests
    Ci,
    /// Measure Maru beside its peers
    Bench {
        /// What the bench is told, after `--`
        #[arg(last = true)]
        bench: Vec<String>,
    },
    /// Measure the page in a real browser by its DevTools: long rooms, many messages a second, the first start
    Traces {
        /// What Playwright is told, after `--`: `cargo xtask traces -- --grep phone`
        #[arg(last = true)]
        playwright: Vec<String>,
    },
    /// Look for input that breaks something, with libFuzzer
    Fuzz {
        /// Only this target: a name from fuzz/corpus
        target: Option<String>,
        /// How long each target is tried
        #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        minutes: u32,
    },
    /// Leave one folder that runs wherever it is copied
    Dist,
    /// Check what the compiler does not: the direction of imports, the documents, the words
    Tidy,
    /// Print how large the page is on the wire, and fail when it is too large
    Budget,
    /// Take the README's picture with the browser
    Screenshot,
    /// Install what building and testing need, and nothing else
    Setup,
}

fn main() -> ExitCode {
    let done = match Line::parse().task {
        Task::Run { server } => run::run(&server),
        Task::Demo { server } => demo::demo(&server),
        Task::Test { only, playwright } => test::test(only, &playwright),
        Task::Dev { listen } => dev::dev(listen),
        Task::Ci => ci::ci(),
        Task::Bench { bench } => bench::bench(&bench),
        Task::Traces { playwright } => e2e::traces(&playwright),
        Task::Fuzz { target, minutes } => fuzz::fuzz(target.as_deref(), minutes),
        Task::Dist => dist::dist(),
        Task::Tidy => tidy::tidy(),
        Task::Budget => build::frontend().and_then(|()| build::budget()),
        Task::Screenshot => e2e::screenshot(),
        Task::Setup => tools::for_building().and_then(|()| tools::for_browser_tests()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
