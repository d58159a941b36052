//! What an operator may set: defaults < file < environment < flags.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use maru_shared::{MessageBody, Refusal, api::Policy, text::BodyError};
use serde::Deserialize;

use crate::{caller::Network, origin::Origin, tls::TlsFiles};

/// How this Maru runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where everything that people write is kept.
    pub data: PathBuf,
    /// The built frontend; without it the server has an API and sockets but no page.
    pub dist: Option<PathBuf>,
    /// Origins of pages that may use this Maru besides its own.
    pub origins: Vec<Origin>,
    /// Whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// The certificate, where TLS is spoken.
    pub tls: Option<TlsFiles>,
    /// Who is let in; otherwise whoever reaches a loopback address, and those invited on any other.
    pub access: Option<Policy>,
    /// How much is taken from whom.
    pub limits: Limits,
}

/// How much is taken from whom. Beyond each, something defined happens: see `docs/operating.md`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most characters (Unicode scalar values) in a message.
    pub message_chars: u32,
    /// The most bytes in a frame, and in a message of several frames.
    pub frame_bytes: usize,
    /// The most bytes that wait for one connection.
    pub outbox_bytes: usize,
    /// How many posts a second one member may send in the long run.
    pub posts_per_second: u32,
    /// How many posts one member may send at once.
    pub posts_burst: u32,
    /// How many public rooms one member may make in a minute.
    pub rooms_per_minute: u32,
    /// How many guests may come in from one address in a minute.
    pub sign_ins_per_minute: u32,
    /// How many passwords may be tried for one account in a minute; three times as many from one address.
    pub passwords_per_minute: u32,
    /// How many sockets one address may have open.
    pub sockets_per_address: u32,
    /// How long a client may take to send a request's head or body, or its `hello`.
    pub handshake: Duration,
    /// How often a socket is pinged.
    pub ping_every: Duration,
    /// After how long without a sign of life a socket is closed.
    pub silent_after: Duration,
    /// How many entries wait for the writer before whoever submits one waits too.
    pub journal_entries: usize,
    /// The most bytes of a file.
    pub file_bytes: u64,
    /// The most bytes of all files of one member.
    pub member_files_bytes: u64,
    /// The most bytes of all files together.
    pub files_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_chars: MessageBody::DEFAULT_MAX_CHARS as u32,
            frame_bytes: 64 << 10,
            outbox_bytes: 1 << 20,
            posts_per_second: 10,
            posts_burst: 30,
            rooms_per_minute: 10,
            sign_ins_per_minute: 120,
            passwords_per_minute: 10,
            sockets_per_address: 256,
            handshake: Duration::from_secs(10),
            ping_every: Duration::from_secs(30),
            silent_after: Duration::from_secs(75),
            journal_entries: 1024,
            file_bytes: 100_000_000,
            member_files_bytes: 2_000_000_000,
            files_bytes: 10_000_000_000,
        }
    }
}

impl Limits {
    /// What a message says, or nothing where it only has files.
    ///
    /// # Errors
    /// When it is empty, though it has no files, or too long.
    pub fn body(
        &self,
        text: impl AsRef<str> + Into<String>,
        has_files: bool,
    ) -> Result<Option<MessageBody>, Refusal> {
        match MessageBody::parse(text, self.message_chars as usize) {
            Ok(body) => Ok(Some(body)),
            Err(BodyError::Empty) if has_files => Ok(None),
            Err(BodyError::Empty) => Err(Refusal::Empty),
            Err(BodyError::TooLong { .. }) => Err(Refusal::TooLong { max: self.message_chars }),
        }
    }
}

impl Config {
    /// The defaults, with the data in this directory.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            data: data.into(),
            dist: None,
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            tls: None,
            access: None,
            limits: Limits::default(),
        }
    }
}

/// What the flags, the environment or the file say; what none of them says has its default.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The address and port to listen on [default: 127.0.0.1:8080]. Port 0 takes a free one
    #[arg(long, env = "MARU_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// The directory where everything is kept; made if it is missing [default: ./maru-data]
    #[arg(long, env = "MARU_DATA", value_name = "DIRECTORY", global = true)]
    data: Option<PathBuf>,

    /// The built frontend [default: dist beside the program, else ./dist]
    #[arg(long, env = "MARU_DIST", value_name = "DIRECTORY")]
    dist: Option<PathBuf>,

    /// An address under which people open this Maru, where it is another than that it listens on, as
    /// https://chat.example.org.
    /// May be given several times
    #[arg(long = "origin", env = "MARU_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    origin: Vec<Origin>,

    /// A proxy whose word is taken for where requests come from (X-Forwarded-For, X-Forwarded-Proto): its address, or a
    /// network of them as 10.0.0.0/8. May be given several times
    #[arg(long, env = "MARU_TRUSTED_PROXY", value_name = "ADDRESS|NETWORK", value_delimiter = ',')]
    trusted_proxy: Vec<Network>,

    /// The certificate for TLS: its chain in PEM, the server's own first. Read again when it changes
    #[arg(long, env = "MARU_TLS_CERTIFICATE", value_name = "FILE")]
    tls_certificate: Option<PathBuf>,

    /// The certificate's private key, in PEM. Read again when it changes
    #[arg(long, env = "MARU_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// Who is let in: open, whoever reaches the address, as a guest; invite, those with an account or an invitation
    /// [default: open on a loopback address without --origin and --trusted-proxy, else invite]
    #[arg(long, env = "MARU_ACCESS", value_name = "POLICY", value_enum)]
    access: Option<Access>,

    /// The most characters in a message [default: 4000]
    #[arg(long, env = "MARU_MESSAGE_CHARS", value_name = "CHARACTERS", value_parser = clap::value_parser!(u32).range(1..=16_000), help_heading = "Limits")]
    message_chars: Option<u32>,

    /// The most bytes in a WebSocket frame [default: 65536]. At least four for each character of a message
    #[arg(long, env = "MARU_FRAME_BYTES", value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1_024..=16_777_216), help_heading = "Limits")]
    frame_bytes: Option<u32>,

    /// The most bytes that wait for one connection, before it is closed as slow [default: 1048576]
    #[arg(long, env = "MARU_OUTBOX_BYTES", value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1_024..), help_heading = "Limits")]
    outbox_bytes: Option<u32>,

    /// How many messages a second one member may send in the long run [default: 10]
    #[arg(long, env = "MARU_POSTS_PER_SECOND", value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    posts_per_second: Option<u32>,

    /// How many messages one member may send at once [default: 30]
    #[arg(long, env = "MARU_POSTS_BURST", value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    posts_burst: Option<u32>,

    /// How many public rooms one member may make in a minute [default: 10]
    #[arg(long, env = "MARU_ROOMS_PER_MINUTE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    rooms_per_minute: Option<u32>,

    /// How many guests may come in from one address in a minute [default: 120]
    #[arg(long, env = "MARU_SIGN_INS_PER_MINUTE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    sign_ins_per_minute: Option<u32>,

    /// How many passwords may be tried for one account from one address in a minute; three times as many from one address,
    /// ten times as many for one account [default: 10]
    #[arg(long, env = "MARU_PASSWORDS_PER_MINUTE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = "Limits")]
    passwords_per_minute: Option<u32>,

    /// How many sockets one address may have open. Behind a proxy all share its address, unless it is a --trusted-proxy
    /// [default: 256]
    #[arg(long, env = "MARU_SOCKETS_PER_ADDRESS", value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    sockets_per_address: Option<u32>,

    /// How long a client may take over a request, or to say hello on a socket [default: 10]
    #[arg(long, env = "MARU_HANDSHAKE_SECONDS", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3_600), help_heading = "Limits")]
    handshake_seconds: Option<u32>,

    /// How often a socket is pinged [default: 30]
    #[arg(long, env = "MARU_PING_SECONDS", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3_600), help_heading = "Limits")]
    ping_seconds: Option<u32>,

    /// After how long without a sign of life a socket is closed [default: 75]
    #[arg(long, env = "MARU_SILENT_SECONDS", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(2..=86_400), help_heading = "Limits")]
    silent_seconds: Option<u32>,

    /// How many changes wait for the disk before their askers wait too [default: 1024]
    #[arg(long, env = "MARU_JOURNAL_ENTRIES", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_048_576), help_heading = "Limits")]
    journal_entries: Option<u32>,

    /// The most bytes of a file that is sent [default: 100000000]. With 0 none can be sent
    #[arg(long, env = "MARU_FILE_BYTES", value_name = "BYTES", help_heading = "Limits")]
    file_bytes: Option<u64>,

    /// The most bytes of all files of one member, as they were sent [default: 2000000000]
    #[arg(long, env = "MARU_MEMBER_FILES_BYTES", value_name = "BYTES", help_heading = "Limits")]
    member_files_bytes: Option<u64>,

    /// The most bytes of all files together, as they are on the disk: once for those that hold the same
    /// [default: 10000000000]
    #[arg(long, env = "MARU_FILES_BYTES", value_name = "BYTES", help_heading = "Limits")]
    files_bytes: Option<u64>,
}

/// [`Policy`], as it is set.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Access {
    /// Whoever reaches the address, as a guest
    Open,
    /// Those with an account or an invitation
    Invite,
}

impl From<Access> for Policy {
    fn from(access: Access) -> Self {
        match access {
            Access::Open => Self::Open,
            Access::Invite => Self::Invite,
        }
    }
}

/// Why the settings cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings in {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file says something that is no setting.
    #[error("the settings in {path} cannot be used: {source}")]
    Parse {
        /// Which.
        path: PathBuf,
        /// What, and where in it.
        source: Box<toml::de::Error>,
    },
    /// A number is larger or smaller than it may be.
    #[error("--{name} is {least} to {most}")]
    OutOfBounds {
        /// Which: the flag's name, as in the file.
        name: &'static str,
        /// The least that it may be.
        least: u32,
        /// The most.
        most: u32,
    },
    /// Two settings contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl Settings {
    /// What a file says (TOML; the keys are the flags' names without the dashes in front).
    ///
    /// # Errors
    /// When it cannot be read, or says something that is no setting.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text)
            .map_err(|source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) })
    }

    /// These settings, and those of `below` where these say nothing.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            data: self.data.or(below.data),
            dist: self.dist.or(below.dist),
            origin: if self.origin.is_empty() { below.origin } else { self.origin },
            trusted_proxy: if self.trusted_proxy.is_empty() {
                below.trusted_proxy
            } else {
                self.trusted_proxy
            },
            tls_certificate: self.tls_certificate.or(below.tls_certificate),
            tls_key: self.tls_key.or(below.tls_key),
            access: self.access.or(below.access),
            message_chars: self.message_chars.or(below.message_chars),
            frame_bytes: self.frame_bytes.or(below.frame_bytes),
            outbox_bytes: self.outbox_bytes.or(below.outbox_bytes),
            posts_per_second: self.posts_per_second.or(below.posts_per_second),
            posts_burst: self.posts_burst.or(below.posts_burst),
            rooms_per_minute: self.rooms_per_minute.or(below.rooms_per_minute),
            sign_ins_per_minute: self.sign_ins_per_minute.or(below.sign_ins_per_minute),
            passwords_per_minute: self.passwords_per_minute.or(below.passwords_per_minute),
            sockets_per_address: self.sockets_per_address.or(below.sockets_per_address),
            handshake_seconds: self.handshake_seconds.or(below.handshake_seconds),
            ping_seconds: self.ping_seconds.or(below.ping_seconds),
            silent_seconds: self.silent_seconds.or(below.silent_seconds),
            journal_entries: self.journal_entries.or(below.journal_entries),
            file_bytes: self.file_bytes.or(below.file_bytes),
            member_files_bytes: self.member_files_bytes.or(below.member_files_bytes),
            files_bytes: self.files_bytes.or(below.files_bytes),
        }
    }

    /// How this Maru runs by these settings.
    ///
    /// # Errors
    /// When one is out of its bounds, or two contradict each other.
    pub fn config(self) -> Result<Config, ConfigError> {
        self.within_bounds()?;
        let limits = self.limits();
        if limits.silent_after <= limits.ping_every {
            return Err(ConfigError::Contradiction(
                "--silent-seconds must be more than --ping-seconds: a client answers pings, and says nothing else",
            ));
        }
        if limits.frame_bytes < 4 * limits.message_chars as usize + 512 {
            return Err(ConfigError::Contradiction(
                "--frame-bytes must be at least four times --message-chars plus 512, or the longest message fits in no frame",
            ));
        }
        let tls = match (self.tls_certificate, self.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles::new(certificate, key)),
            (None, None) => None,
            _ => {
                return Err(ConfigError::Contradiction(
                    "--tls-certificate and --tls-key belong together: give both, or neither",
                ));
            }
        };
        let defaults = Config::new("maru-data");
        Ok(Config {
            listen: self.listen.unwrap_or(defaults.listen),
            data: self.data.unwrap_or(defaults.data),
            dist: self.dist.or_else(default_dist),
            origins: self.origin,
            trusted_proxies: self.trusted_proxy,
            tls,
            access: self.access.map(Policy::from),
            limits,
        })
    }

    /// The bounds of the flags, for what stands in a file: clap looks at flags and the environment alone.
    fn within_bounds(&self) -> Result<(), ConfigError> {
        for (name, set, least, most) in [
            ("message-chars", self.message_chars, 1, 16_000),
            ("frame-bytes", self.frame_bytes, 1_024, 16_777_216),
            ("outbox-bytes", self.outbox_bytes, 1_024, u32::MAX),
            ("posts-per-second", self.posts_per_second, 1, u32::MAX),
            ("posts-burst", self.posts_burst, 1, u32::MAX),
            ("rooms-per-minute", self.rooms_per_minute, 1, u32::MAX),
            ("sign-ins-per-minute", self.sign_ins_per_minute, 1, u32::MAX),
            ("passwords-per-minute", self.passwords_per_minute, 1, 1_000_000),
            ("sockets-per-address", self.sockets_per_address, 1, u32::MAX),
            ("handshake-seconds", self.handshake_seconds, 1, 3_600),
            ("ping-seconds", self.ping_seconds, 1, 3_600),
            ("silent-seconds", self.silent_seconds, 2, 86_400),
            ("journal-entries", self.journal_entries, 1, 1_048_576),
        ] {
            if set.is_some_and(|set| !(least..=most).contains(&set)) {
                return Err(ConfigError::OutOfBounds { name, least, most });
            }
        }
        Ok(())
    }

    fn limits(&self) -> Limits {
        let defaults = Limits::default();
        let bytes = |set: Option<u32>, default| set.map_or(default, |n| n as usize);
        let seconds = |set: Option<u32>, default| set.map_or(default, |n| Duration::from_secs(n.into()));
        Limits {
            message_chars: self.message_chars.unwrap_or(defaults.message_chars),
            frame_bytes: bytes(self.frame_bytes, defaults.frame_bytes),
            outbox_bytes: bytes(self.outbox_bytes, defaults.outbox_bytes),
            posts_per_second: self.posts_per_second.unwrap_or(defaults.posts_per_second),
            posts_burst: self.posts_burst.unwrap_or(defaults.posts_burst),
            rooms_per_minute: self.rooms_per_minute.unwrap_or(defaults.rooms_per_minute),
            sign_ins_per_minute: self.sign_ins_per_minute.unwrap_or(defaults.sign_ins_per_minute),
            passwords_per_minute: self.passwords_per_minute.unwrap_or(defaults.passwords_per_minute),
            sockets_per_address: self.sockets_per_address.unwrap_or(defaults.sockets_per_address),
            handshake: seconds(self.handshake_seconds, defaults.handshake),
            ping_every: seconds(self.ping_seconds, defaults.ping_every),
            silent_after: seconds(self.silent_seconds, defaults.silent_after),
            journal_entries: bytes(self.journal_entries, defaults.journal_entries),
            file_bytes: self.file_bytes.unwrap_or(defaults.file_bytes),
            member_files_bytes: self.member_files_bytes.unwrap_or(defaults.member_files_bytes),
            files_bytes: self.files_bytes.unwrap_or(defaults.files_bytes),
        }
    }
}

/// `dist` beside the program, as in an unpacked release; else in the current directory, as in a checkout.
fn default_dist() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("dist")));
    [beside, Some(PathBuf::from("dist"))].into_iter().flatten().find(|dist| dist.join("index.html").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_nearer_counts_more() {
        let file: Settings = toml::from_str("listen = '0.0.0.0:1'\nposts-burst = 7").unwrap();
        let flags: Settings = toml::from_str("listen = '127.0.0.1:2'").unwrap();
        let config = flags.over(file).config().unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.limits.posts_burst, 7);
        assert_eq!(config.limits.posts_per_second, Limits::default().posts_per_second);
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        assert!(toml::from_str::<Settings>("lisen = '127.0.0.1:2'").is_err());
    }

    #[test]
    fn a_file_has_the_bounds_of_the_flags() {
        for text in
            ["outbox-bytes = 0", "posts-burst = 0", "journal-entries = 1048577", "silent-seconds = 90000"]
        {
            let refused = toml::from_str::<Settings>(text).unwrap().config();
            assert!(matches!(refused, Err(ConfigError::OutOfBounds { .. })), "{text}");
        }
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        let of = |text: &str| toml::from_str::<Settings>(text).unwrap().config();
        assert!(of("ping-seconds = 30\nsilent-seconds = 30").is_err());
        assert!(of("ping-seconds = 0").is_err() && of("message-chars = 0").is_err());
        assert!(of("message-chars = 4000\nframe-bytes = 8000").is_err());
        assert!(of("tls-certificate = 'a.pem'").is_err() && of("tls-key = 'a.key'").is_err());
        assert!(of("tls-certificate = 'a.pem'\ntls-key = 'a.key'").is_ok());
        assert!(of("").is_ok());
    }
}
