//! The settings: a file, and flags.

use std::{str, time::Duration};

use clap::{Args, Command, FromArgMatches};
use maru_server::{Config, config::Settings};

/// A text is read as a file of settings, and its words as flags: what is taken can be run.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let file: Option<Settings> = toml::from_str(text).ok();
    let flags = of_flags(text);
    if let (Some(file), Some(flags)) = (file.clone(), flags.clone()) {
        can_run(flags.over(file));
    }
    file.into_iter().chain(flags).for_each(can_run);
}

fn of_flags(text: &str) -> Option<Settings> {
    let command = Settings::augment_args(Command::new("maru"));
    let words = ["maru"].into_iter().chain(text.split_whitespace());
    Settings::from_arg_matches(&command.try_get_matches_from(words).ok()?).ok()
}

/// The bounds are those that the flags tell of.
fn can_run(settings: Settings) {
    let Ok(Config { limits, .. }) = settings.config() else { return };
    let seconds = |least, most| Duration::from_secs(least)..=Duration::from_secs(most);
    assert!((1..=16_000).contains(&limits.message_chars), "{limits:?}");
    assert!((1_024..=16_777_216).contains(&limits.frame_bytes), "{limits:?}");
    assert!(limits.frame_bytes >= 4 * limits.message_chars as usize, "{limits:?}");
    assert!(limits.outbox_bytes >= 1_024, "{limits:?}");
    assert!((1..=1_048_576).contains(&limits.journal_entries), "{limits:?}");
    assert!((1..=1_000_000).contains(&limits.passwords_per_minute), "{limits:?}");
    for least_one in [
        limits.posts_per_second,
        limits.posts_burst,
        limits.rooms_per_minute,
        limits.sign_ins_per_minute,
        limits.sockets_per_address,
    ] {
        assert!(least_one >= 1, "{limits:?}");
    }
    assert!(seconds(1, 3_600).contains(&limits.handshake), "{limits:?}");
    assert!(seconds(1, 3_600).contains(&limits.ping_every), "{limits:?}");
    assert!(seconds(2, 86_400).contains(&limits.silent_after), "{limits:?}");
    assert!(limits.silent_after > limits.ping_every, "{limits:?}");
}
