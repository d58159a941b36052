//! A disk that is full: posts are refused for now, nothing that was told is lost, and it goes on when there is room.
//!
//! The disk is made full by a bound on the size of the files of the real binary's process (RLIMIT_FSIZE), which
//! needs no rights; Linux alone lets another process's bound be changed.

use maru_shared::{Command, Refusal, RoomId, command::Post};

use crate::support::{Process, a_draft, view::draft_of};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_full_disk_refuses_for_now_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let guest = process.site.guest("민수").await;
    let mut client = guest.connect().await;
    client.tell(LOBBY, "before").await;
    process.site.get("/readyz").send().await.is(200);

    process.bound_files(Some(0));
    let draft = client.post(LOBBY, "while it is full").await;
    let why = client.answer(draft).await.unwrap_err();
    assert!(matches!(why, Refusal::Unavailable { retry_after_ms } if retry_after_ms > 0), "{why:?}");
    let sign_in = process.site.sign_in(a_draft(), "지영").await;
    assert!(matches!(sign_in.why(503), Refusal::Unavailable { .. }));
    assert_ne!(sign_in.header("retry-after"), "");
    assert!(matches!(guest.make_room_as(a_draft(), "산책").await.why(503), Refusal::Unavailable { .. }));
    process.site.get("/readyz").send().await.is(503);
    process.site.get("/healthz").send().await.is(200);
    // What is there can be read all the while.
    assert_eq!(guest.history(LOBBY).await, client.view.events(LOBBY));
    assert_eq!(guest.connect().await.view.texts(LOBBY), ["before"]);

    process.bound_files(None);
    let post = Post::new(LOBBY, draft, "while it is full");
    client.view.posting_again(&post);
    client.say(&Command::Post(post)).await;
    client.answer(draft).await.unwrap();
    process.site.get("/readyz").send().await.is(200);
    process.kill().await;

    let process = Process::start(folder.path()).await;
    let guest = guest.at(process.site);
    let mut client = guest.resume(client.cut()).await;
    client.tell(LOBBY, "after").await;
    assert_eq!(client.view.texts(LOBBY), ["before", "while it is full", "after"]);
    assert_eq!(guest.history(LOBBY).await, client.view.events(LOBBY));
    drop(client);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_while_many_posts_are_under_way_keeps_those_that_were_answered() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let guest = process.site.guest("민수").await;
    let mut client = guest.connect().await;
    // Room for some of them, behind what a new store has in its log, and then for no more.
    let log = std::fs::metadata(folder.path().join("maru.db-wal")).unwrap().len();
    process.bound_files(Some(log + 256 * 1024));
    let mut drafts = Vec::new();
    for number in 0..200 {
        drafts.push(client.post(LOBBY, &format!("{number} {}", "긴".repeat(1_000))).await);
        if number % 20 == 0 {
            client.all_answered().await;
        }
    }
    client.all_answered().await;
    let taken: Vec<_> = drafts
        .iter()
        .filter_map(|draft| client.view.answer(*draft).unwrap().as_ref().ok().cloned())
        .collect();
    assert!(!taken.is_empty() && taken.len() < drafts.len(), "{} of {}", taken.len(), drafts.len());
    process.kill().await;

    let process = Process::start(folder.path()).await;
    let history = guest.at(process.site).history(LOBBY).await;
    let posted: Vec<_> = history.into_iter().filter(|event| draft_of(event).is_some()).collect();
    assert_eq!(posted, taken, "what was answered is there, and nothing else");
    process.stop().await;
}
