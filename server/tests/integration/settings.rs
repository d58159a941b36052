//! What an operator says: in a file, in the environment, by flags; the nearest counts.

use std::{fs, path::Path};

use maru_shared::{Refusal, RoomId};

use crate::support::{Process, process::fail};

/// The most characters that a message may have, as a server that is started so tells it.
async fn message_chars(folder: &Path, flags: &[&str], variables: &[(&str, &str)]) -> u32 {
    let process = Process::within(&folder.join("data"), flags, variables).await;
    let guest = process.site.guest(&format!("{} flags", flags.len())).await;
    let mut client = guest.connect().await;
    let max = client.welcome.limits.message_chars;
    let too_long = "x".repeat(max as usize + 1);
    assert_eq!(client.refused(RoomId::LOBBY, &too_long).await, Refusal::TooLong { max });
    client.close().await;
    process.stop().await;
    max
}

#[tokio::test]
async fn flags_count_more_than_the_environment_and_that_more_than_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("maru.toml");
    fs::write(&file, "message-chars = 100\n").unwrap();
    let file = format!("--config={}", file.display());
    let variables = &[("MARU_MESSAGE_CHARS", "200")][..];

    assert_eq!(message_chars(folder.path(), &[], &[]).await, 4_000);
    assert_eq!(message_chars(folder.path(), &[&file], &[]).await, 100);
    assert_eq!(message_chars(folder.path(), &[&file, "--log=warn"], variables).await, 200);
    let flags = &[&file, "--log=warn", "--message-chars=300"];
    assert_eq!(message_chars(folder.path(), flags, variables).await, 300);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("maru.toml");
    let flags = [&format!("--config={}", file.display())[..]];
    let data = folder.path().join("data");
    fail(&data, &flags).await.refuses(&["maru.toml"]);
    for (content, named) in [
        ("message-chars = \"many\"", "message-chars"),
        ("mesage-chars = 5", "mesage-chars"),
        ("listen = \"nowhere\"", "listen"),
        ("[[[", "maru.toml"),
    ] {
        fs::write(&file, content).unwrap();
        fail(&data, &flags).await.refuses(&["maru.toml", named]);
    }
    assert!(!data.exists(), "nothing was begun");
}
