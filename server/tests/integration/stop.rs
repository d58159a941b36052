//! Beginning and ending: a graceful stop, and a start that cannot be.

use std::{fs, path::Path};

use maru_shared::RoomId;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{
    Client, Dial, Guest, Plain, Process, Site, TestServer, View,
    client::{Came, come},
    process::fail,
    until,
};

const LOBBY: RoomId = RoomId::LOBBY;
const ANY_PORT: &[&str] = &["--listen", "127.0.0.1:0"];

#[tokio::test]
async fn a_stop_says_come_back_to_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let guest = process.site.guest("민수").await;
    let (mut client, mut plain) = (guest.connect().await, Plain::connect(process.site).await);
    let mut silent = Dial::typed(&guest).open().await;
    process.terminate();
    assert_eq!(client.end().await, Some(1001));
    assert_eq!(plain.end().await, Some(1001));
    let Came::End(code) = come(&mut silent).await else { panic!("a notice before hello") };
    assert!(matches!(code, Some(1001) | None), "whoever has not said hello is not told, or so: {code:?}");
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_to_be_read_is_written_out_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--outbox-bytes=33554432"]).await;
    let (mut writer, mut sleeper) = with_a_sleeper(&process).await;
    let head = writer.view.last(LOBBY);

    process.terminate();
    assert_eq!(writer.end().await, Some(1001), "whoever reads is not kept by whoever sleeps");
    assert_eq!(sleeper.end().await, Some(1001));
    assert_eq!(sleeper.view.last(LOBBY), head);
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_never_wakes_does_not_keep_the_server_from_ending() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--outbox-bytes=33554432"]).await;
    let (_writer, _sleeper) = with_a_sleeper(&process).await;
    process.terminate();
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

/// One who has written more than the kernel holds for one who does not read: the rest waits in the server.
async fn with_a_sleeper(process: &Process) -> (Client, Client) {
    let (minsu, jiyoung) = (process.site.guest("민수").await, process.site.guest("지영").await);
    let mut writer = minsu.connect().await;
    let mut sleeper =
        Client::begin(Dial::typed(&jiyoung).receive_buffer(4_096).open().await, View::default()).await;
    sleeper.catch_up().await;
    for number in 0..800 {
        writer.post(LOBBY, &format!("{number} {}", "긴".repeat(3_900))).await;
        if number % 16 == 0 {
            writer.all_answered().await;
        }
    }
    writer.all_answered().await;
    (writer, sleeper)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_post_that_was_answered_before_a_stop_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path()).await;
    let guest = process.site.guest("민수").await;
    let mut client = guest.connect().await;
    // So many that the server reads some of them while it stops.
    for number in 0..2_000 {
        client.post(LOBBY, &number.to_string()).await;
    }
    process.terminate();
    // Read to the end: some are answered, and it is the server's choice how many.
    assert_eq!(client.end().await, Some(1001));
    assert_eq!(client.view.refusals(), 0, "who comes back is not refused before");
    process.ended().await;

    process = Process::start(folder.path()).await;
    let guest = guest.at(process.site);
    let history = guest.history(LOBBY).await;
    let seen = client.view.events(LOBBY);
    assert!(history.windows(seen.len()).any(|window| window == seen), "what was told is there");
    let mut client = guest.resume(client.cut()).await;
    client.all_answered().await;
    let mut texts: Vec<usize> = client.view.texts(LOBBY).iter().map(|text| text.parse().unwrap()).collect();
    texts.sort_unstable();
    assert_eq!(
        texts,
        (0..2_000).collect::<Vec<_>>(),
        "and what was not answered came in when it was sent again"
    );
    drop(client);
    process.stop().await;
}

#[tokio::test]
async fn nothing_new_is_taken_while_stopping() {
    let server = TestServer::start().await;
    let site = server.site;
    let mut client = server.guest("민수").await.connect().await;
    let stopping = server.stop();
    assert_eq!(client.end().await, Some(1001));
    stopping.stopped().await;
    // A process that another test is just starting may hold the listening socket for a moment more: then the system
    // lets the client in, but nobody answers.
    if let Ok(mut late) = tokio::net::TcpStream::connect(site.0).await {
        let mut answer = Vec::new();
        let _ = late.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let _ = until("the end of a connection", late.read_to_end(&mut answer)).await;
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn two_servers_cannot_share_a_data_directory() {
    let folder = tempfile::tempdir().unwrap();
    let first = Process::start(folder.path()).await;
    let guest = first.site.guest("민수").await;
    fail(folder.path(), ANY_PORT).await.refuses(&["another Maru", "--data"]);
    guest.connect().await.tell(LOBBY, "still here").await;
    first.kill().await;
    // A lock that a dead process held is none.
    let next = Process::start(folder.path()).await;
    assert_eq!(guest.at(next.site).connect().await.view.texts(LOBBY), ["still here"]);
    next.stop().await;
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = fail(folder.path(), &["--listen", &format!("127.0.0.1:{port}")]).await;
    ended.refuses(&[&port, "in use"]);
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "not a directory").unwrap();
    fail(&file, ANY_PORT).await.refuses(&["a-file", "--data"]);
    fail(&file.join("below"), ANY_PORT).await.refuses(&["a-file", "--data"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a directory");
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    Process::start(folder.path()).await.stop().await;
    let database = folder.path().join("maru.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&database).unwrap();
    fail(folder.path(), ANY_PORT).await.refuses(&["newer"]);
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("maru.db");
    let poem = "There was once a file, and it was not a database at all. ".repeat(100);
    fs::write(&database, &poem).unwrap();
    fail(folder.path(), ANY_PORT).await.refuses(&["maru.db"]);
    assert_eq!(fs::read_to_string(&database).unwrap(), poem);
}

#[tokio::test]
async fn flags_that_cannot_be_are_refused_with_the_flags_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (flags, named) in [
        (&["--listen", "nowhere"][..], "--listen"),
        (&["--listen", "127.0.0.1:99999"], "--listen"),
        (&["--message-chars", "0"], "--message-chars"),
        (&["--message-chars", "many"], "--message-chars"),
        (&["--posts-per-second=-1"], "--posts-per-second"),
        (&["--outbox-bytes", "1"], "--outbox-bytes"),
        (&["--origin", "chat.example.org"], "--origin"),
        (&["--ping-seconds", "60", "--silent-seconds", "30"], "--silent-seconds"),
        (&["--frame-bytes", "4096"], "--frame-bytes"),
        (&["--no-such-flag"], "--no-such-flag"),
    ] {
        let ended = fail(&data, flags).await;
        ended.refuses(&[named]);
    }
    assert!(!data.exists(), "nothing was begun");
}

#[tokio::test]
async fn what_is_told_on_standard_error_has_no_text_of_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let guest = process.site.guest("민수").await;
    let mut client = guest.connect().await;
    client.tell(LOBBY, "a-secret-between-us").await;
    client.refused(RoomId::from_u128(77), "a-secret-between-us").await;
    Plain::connect(process.site).await.say("a-secret-between-us").await;
    client.wait("the plain text", |view| view.texts(LOBBY).len() == 2).await;
    client.close().await;
    process.terminate();
    let ended = process.ended().await;
    assert!(!ended.log.contains("a-secret-between-us"), "{}", ended.log);
    let token = guest.cookie();
    let (_, token) = token.split_once('=').unwrap();
    assert!(!ended.log.contains(token), "{}", ended.log);
    assert!(Path::new(folder.path()).join("maru.db").exists());
}

#[tokio::test]
async fn a_log_that_nobody_keeps_any_more_keeps_nobody_from_writing() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path()).await;
    process.stop_reading_its_log().await;
    // More than there are cores: each loop has something to log.
    let guest = process.site.guest("민수").await;
    for number in 0..16 {
        let mut client = guest.connect().await;
        client.tell(LOBBY, &number.to_string()).await;
        client.close().await;
    }
    process.terminate();
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[tokio::test]
async fn a_log_that_nobody_reads_keeps_nobody_from_writing_and_stopping_and_tells_later_what_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--log=trace"]).await;
    process.leave_its_log();
    let (minsu, jiyoung) = (process.site.guest("민수").await, process.site.guest("지영").await);
    let mut reader = jiyoung.connect().await;
    talk_past_its_log(&minsu, &mut reader).await;
    process.come_back_to_its_log();
    process.logged("lines of it are lost").await;

    process.leave_its_log();
    talk_past_its_log(&minsu, &mut reader).await;
    process.terminate();
    assert_eq!(reader.end().await, Some(1001));
    let ended = process.ended().await;
    assert!(ended.status.success(), "{ended:?}");
    // A pipe was full, and so was the queue: its end is lost.
    assert!(ended.log.len() > 64 << 10 && !ended.log.contains("INFO maru_server: stopped"), "{}", ended.log);
}

/// Says so much that is logged that neither the pipe holds it nor what waits behind it; and each time something that is heard.
async fn talk_past_its_log(guest: &Guest, reader: &mut Client) {
    for number in 0..6 {
        come_and_go(guest.site, 500).await;
        let told = guest.connect().await.tell(LOBBY, &number.to_string()).await;
        reader.reach(LOBBY, told.seq).await;
    }
}

async fn come_and_go(site: Site, times: usize) {
    for _ in 0..times {
        drop(Dial::bare(site, "/").open().await);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_was_logged_is_written_before_the_end_though_its_reader_is_late() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let mut last = process.site.guest("민수").await.connect().await;
    process.leave_its_log();
    // More than a pipe holds, and less than may wait behind that.
    come_and_go(process.site, 500).await;
    process.terminate();
    assert_eq!(last.end().await, Some(1001));
    until("nothing but the log to be left", async {
        while !process.has_thread("last words") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    process.come_back_to_its_log();
    let ended = process.ended().await;
    assert!(
        ended.log.len() > 64 << 10 && ended.log.trim_end().ends_with("INFO maru_server: stopped"),
        "{ended:?}"
    );
}
