//! How fast and how small Maru is, beside its peers: `cargo xtask bench`, or
//! `cargo run --release -p maru-bench -- [--smoke]` with a release build of the server at `target/release/maru`.
//!
//! The crate is a load generator. It starts every server itself, each pinned to one core, with the load on another;
//! it speaks raw WebSocket over TCP from one thread, so that what is measured is the server. Rounds are
//! interleaved (Maru, `ws`, Socket.IO, Bun, Maru, ...), because a shared machine has good and bad minutes: only the
//! ratios within one run mean something. The metric is CPU per delivery, the CPU time of all threads of the server
//! divided by the messages that arrived at listeners, as throughput alone would measure the load.
//!
//! Whatever runs here is also verified: each message arrives exactly once at each listener, in its sender's order,
//! and with Maru with the next `seq`. A wrong delivery ends the row with an error.
//!
//! | module | what is in it |
//! |---|---|
//! | `peers` | starting and stopping the servers, signing in at Maru, the `send()` floor |
//! | `load` | sockets, frames, the dialects, and the ledger of what is under way |
//! | `rows` | what is measured, one file a row |
//! | `machine`, `cpu`, `memory`, `disk` | what the machine says about itself and its processes |
//! | `statistics`, `report` | numbers made of many numbers; the page that tells them |

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    maru_bench::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("The benchmarks pin processes to cores and read /proc: they run on Linux only.");
    std::process::ExitCode::FAILURE
}
