//! What is asked on the machine itself, by the program's own commands, while the server runs.

use std::{os::unix::fs::PermissionsExt, path::Path, time::Duration};

use maru_shared::{Role, api::Policy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::support::{
    Guest, Process, TestServer,
    guest::{PASSWORD, acceptance, secret_of},
    process::say,
    until,
};

/// What the command prints, which must succeed.
async fn told(data: &Path, words: &[&str]) -> String {
    let (status, said, log) = say(data, words).await;
    assert!(status.success(), "{words:?}: {log}");
    said.trim().to_owned()
}

#[tokio::test]
async fn an_invitation_made_on_the_machine_lets_somebody_in() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--access", "invite"]).await;
    let link = told(folder.path(), &["invite", "--role", "admin"]).await;
    assert!(link.starts_with(&format!("{}/join#", process.site.origin())), "{link}");
    let admin = process.site.comes_by(secret_of(&link), "관리자").await;
    assert_eq!(admin.me().await.map(|me| me.standing.role), Some(Role::Admin));
    process.stop().await;
    assert!(!folder.path().join("maru.sock").exists(), "the socket goes with the server");
}

#[tokio::test]
async fn invitations_are_listed_and_taken_back_on_the_machine() {
    let server = TestServer::with(|config| config.access = Some(Policy::Invite)).await;
    let data = server.data().join("data");
    let link = told(&data, &["invite", "--uses", "3"]).await;
    let listed = told(&data, &["invitation", "list"]).await;
    assert!(listed.contains("Member, 3 left, until ") && listed.ends_with("by the operator"), "{listed}");
    let id = listed.split(' ').next().unwrap();
    told(&data, &["invitation", "revoke", id]).await;
    assert_eq!(told(&data, &["invitation", "list"]).await, "");
    server.site.accept(secret_of(&link), "늦은이").await.is(404);
}

#[tokio::test]
async fn who_forgot_the_password_is_helped_on_the_machine_even_the_owner() {
    let server = TestServer::start().await;
    let data = server.data().join("data");
    let owner = server.site.comes_by(secret_of(server.owner_link.as_deref().unwrap()), "Owner").await;
    let link = told(&data, &["member", "reset", "ＯＷＮＥＲ"]).await;
    let next = "다섯 마리 고양이가 잔다";
    let body = acceptance(secret_of(&link), None, Some(next));
    let again = Guest::of(server.site, &server.site.post("/api/links/accept").json(&body).send().await);
    assert_eq!(again.member, owner.member);
    assert_eq!(again.me().await.map(|me| me.standing.role), Some(Role::Owner));
    server.site.sign_in_by_password("owner", PASSWORD).await.is(403);

    let (status, _, log) = say(&data, &["member", "reset", "nobody"]).await;
    assert!(!status.success() && log.contains("no such member"), "{log}");
}

#[tokio::test]
async fn without_a_server_a_command_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (status, _, log) = say(folder.path(), &["invite"]).await;
    assert!(!status.success() && log.contains("--data") && log.contains("maru.sock"), "{log}");
}

#[tokio::test]
async fn the_socket_is_for_its_own_user_and_a_dead_one_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let socket = folder.path().join("maru.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    process.kill().await;
    assert!(socket.exists(), "a killed server leaves it");
    let process = Process::start(folder.path()).await;
    told(folder.path(), &["invite"]).await;
    process.stop().await;
}

#[tokio::test]
async fn what_a_start_that_was_cut_short_left_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let cradle = folder.path().join(".made");
    std::fs::create_dir(&cradle).unwrap();
    std::fs::write(cradle.join("s"), "").unwrap();
    let process = Process::start(folder.path()).await;
    told(folder.path(), &["invite"]).await;
    assert!(!cradle.exists());
    process.stop().await;
}

#[tokio::test]
async fn who_asks_too_slowly_on_the_machine_is_cut() {
    let server = TestServer::with(|config| config.limits.handshake = Duration::from_secs(1)).await;
    let socket = server.data().join("data/maru.sock");
    let body = "POST /invitations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    for begun in ["", "GET /invitations HTTP/1.1\r\n", body] {
        let mut line = UnixStream::connect(&socket).await.unwrap();
        line.write_all(begun.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let _ = until("the server to cut the line", line.read_to_end(&mut said)).await;
        let said = String::from_utf8_lossy(&said);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    }
}

#[tokio::test]
async fn a_command_under_way_is_answered_before_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let mut line = UnixStream::connect(folder.path().join("maru.sock")).await.unwrap();
    let head =
        "POST /invitations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 17\r\n";
    line.write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes()).await.unwrap();
    let mut said = [0; 25];
    until("to be asked for the body", line.read_exact(&mut said)).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    let mut client = process.site.guest("민수").await.connect().await;
    process.terminate();
    assert_eq!(client.end().await, Some(1001));
    drop(client);
    // Who comes now is not answered; and of what came before, nothing else is waited for any more.
    let (status, ..) = say(folder.path(), &["invite"]).await;
    assert!(!status.success());
    line.write_all(b"{\"name\":\"nobody\"}").await.unwrap();
    let mut said = Vec::new();
    let _ = until("the answer", line.read_to_end(&mut said)).await;
    let said = String::from_utf8_lossy(&said);
    assert!(said.starts_with("HTTP/1.1 4"), "it is not taken, and told so: {said}");
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}
