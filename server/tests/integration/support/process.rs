//! The real binary, as a process that is signalled, killed and starved.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, prlimit};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

use super::{Site, until};

/// The real binary, running. It is killed when this is dropped.
pub(crate) struct Process {
    pub(crate) site: Site,
    child: Child,
    log: Log,
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Its standard error.
    pub(crate) log: String,
}

impl Ended {
    /// It ended with an error that says these things, and did not fall over.
    #[track_caller]
    pub(crate) fn refuses(&self, says: &[&str]) {
        assert!(!self.status.success() && self.status.code().is_some(), "{self:?}");
        for say in says {
            assert!(self.log.contains(say), "{say:?} in {}", self.log);
        }
        assert!(!self.log.contains("panicked"), "{}", self.log);
    }
}

impl Process {
    /// A server on this data directory that takes whatever one machine can send.
    pub(crate) async fn start(data: &Path) -> Self {
        Self::with(data, &[]).await
    }

    /// The same, with more flags.
    pub(crate) async fn with(data: &Path, flags: &[&str]) -> Self {
        Self::within(data, flags, &[]).await
    }

    /// The same, in an environment with these variables besides.
    pub(crate) async fn within(data: &Path, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = command(data)
            .args(["--listen", "127.0.0.1:0"])
            .args(UNLIMITED)
            .args(flags)
            .envs(variables.iter().copied())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let log = gather(child.stderr.take().expect("a pipe"));
        let site = until("the address on standard output", async {
            while let Some(line) = lines.next_line().await.expect("a readable pipe") {
                if let Some(site) = site_in(&line) {
                    return Some(site);
                }
            }
            None
        })
        .await;
        let Some(site) = site else { panic!("the server did not start: {}", log.whole().await) };
        // Whatever else it prints must not fill the pipe and stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { site, child, log }
    }

    /// What a server says on its standard output when it starts with these flags, up to the owner's link.
    pub(crate) async fn says(data: &Path, flags: &[&str]) -> String {
        let listen: &[&str] = if flags.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        let mut child = command(data).args(listen).args(flags).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut said = String::new();
        until("the owner's link", async {
            while !said.contains("/join#")
                && let Some(line) = lines.next_line().await.expect("a readable pipe")
            {
                said.push_str(&(line + "\n"));
            }
        })
        .await;
        child.start_kill().expect("a process to kill");
        until("the killed process's end", child.wait()).await.expect("a process to wait for");
        said
    }

    /// Nobody reads its log any more, as when what keeps it has died.
    pub(crate) async fn stop_reading_its_log(&mut self) {
        self.log.1.abort();
        // The pipe is closed when the task is over.
        assert!(until("the reader's end", &mut self.log.1).await.is_err_and(|end| end.is_cancelled()));
    }

    /// Nobody reads its log for a while, and nobody ends it either: what it writes stands in the pipe until that is full.
    pub(crate) fn leave_its_log(&self) {
        self.log.2.send_replace(false);
    }

    /// Its log is read again.
    pub(crate) fn come_back_to_its_log(&self) {
        self.log.2.send_replace(true);
    }

    /// Waits until this stands in its log.
    pub(crate) async fn logged(&self, text: &str) {
        let mut log = self.log.0.clone();
        until(text, log.wait_for(|log| log.contains(text))).await.expect("a process that runs");
    }

    /// Pulls the plug.
    pub(crate) async fn kill(mut self) {
        self.child.start_kill().expect("a process to kill");
        until("the killed process's end", self.child.wait()).await.expect("a process to wait for");
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        kill_process(self.pid(), Signal::TERM).expect("a process to signal");
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(mut self) -> Ended {
        let status = until("the process's end", self.child.wait()).await.expect("a process to wait for");
        Ended { status, log: self.log.whole().await }
    }

    /// Stops it, and holds it to never having panicked.
    pub(crate) async fn stop(self) {
        self.terminate();
        let ended = self.ended().await;
        assert!(ended.status.success(), "{ended:?}");
        assert!(!ended.log.contains("panicked"), "{}", ended.log);
    }

    /// No file of it may grow past so many bytes, as on a disk that is full; `None`: as large as it likes.
    #[cfg(target_os = "linux")]
    pub(crate) fn bound_files(&self, bytes: Option<u64>) {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(self.pid()), Resource::Fsize, limit).expect("a process of our own to limit");
    }

    /// The most memory that it ever held, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory(&self) -> u64 {
        let pid = self.pid().as_raw_nonzero();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux's proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1024
    }

    /// Whether it has a thread of this name.
    #[cfg(target_os = "linux")]
    pub(crate) fn has_thread(&self, name: &str) -> bool {
        let tasks = format!("/proc/{}/task", self.pid().as_raw_nonzero());
        let names = std::fs::read_dir(tasks).expect("Linux's proc").flatten();
        // A thread may end meanwhile.
        let mut names = names.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        names.any(|other| other.trim_end() == name)
    }

    fn pid(&self) -> Pid {
        let id = self.child.id().expect("a process that runs");
        Pid::from_raw(id.cast_signed()).expect("a process id")
    }
}

/// Starts the binary with these flags, which it does not get far with.
pub(crate) async fn fail(data: &Path, flags: &[&str]) -> Ended {
    let mut child = command(data).args(flags).spawn().expect("the binary starts");
    let log = gather(child.stderr.take().expect("a pipe"));
    let status = until("the process's end", child.wait()).await.expect("a process to wait for");
    Ended { status, log: log.whole().await }
}

/// Runs a command of the binary to its end: how it ended, its standard output, its standard error.
pub(crate) async fn say(data: &Path, words: &[&str]) -> (ExitStatus, String, String) {
    let child = command(data).args(words).spawn().expect("the binary starts");
    let output = until("the command's end", child.wait_with_output()).await.expect("a process to wait for");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status, text(output.stdout), text(output.stderr))
}

/// Flags for limits that no test meets by the way.
const UNLIMITED: &[&str] = &[
    "--posts-per-second=1000000",
    "--posts-burst=1000000",
    "--rooms-per-minute=1000000",
    "--sign-ins-per-minute=1000000",
    "--passwords-per-minute=1000000",
    "--sockets-per-address=10000",
];

fn command(data: &Path) -> Command {
    // SIGXFSZ is ignored, as it is under systemd and most shells do not see to: a file that cannot grow is an
    // error to the server then, as a full disk is, and not its death.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_maru")]);
    command.arg("--data").arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// What a process writes to its standard error, who reads that, and whether they do.
struct Log(watch::Receiver<String>, JoinHandle<()>, watch::Sender<bool>);

impl Log {
    /// All of it, once the process has ended.
    async fn whole(mut self) -> String {
        self.2.send_replace(true);
        while self.0.changed().await.is_ok() {}
        self.0.borrow().clone()
    }
}

fn gather(pipe: tokio::process::ChildStderr) -> Log {
    let (log, read) = watch::channel(String::new());
    let (reads, mut may_read) = watch::channel(true);
    let reader = tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).split(b'\n');
        while let Some(line) = lines.next_segment().await.expect("a readable pipe") {
            // Who is not there any more keeps nobody from reading to the end.
            let _ = may_read.wait_for(|reads| *reads).await;
            log.send_modify(|log| {
                log.push_str(&String::from_utf8_lossy(&line));
                log.push('\n');
            });
        }
    });
    Log(read, reader, reads)
}

fn site_in(line: &str) -> Option<Site> {
    let (_, rest) = line.split_once("://")?;
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok().map(Site)
}
