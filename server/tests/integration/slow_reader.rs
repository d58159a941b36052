//! A reader that stops reading is closed, costs bounded memory, holds nobody up, and comes back to no hole.

use maru_shared::RoomId;

use crate::support::{
    Client, Dial, Guest, TestServer, View,
    client::{Came, come},
    until,
};

const LOBBY: RoomId = RoomId::LOBBY;

/// A message of the largest size: 4,000 characters, 12,000 bytes.
pub(crate) fn a_long_text(number: usize) -> String {
    let head = format!("{number} ");
    format!("{head}{}", "긴".repeat(4_000 - head.len()))
}

/// A client of this guest for which the kernel holds little, and that has caught up.
pub(crate) async fn a_small_client(guest: &Guest) -> Client {
    let mut client =
        Client::begin(Dial::typed(guest).receive_buffer(4_096).open().await, View::default()).await;
    client.catch_up().await;
    client
}

/// Writes long messages until the server has let the silent guest go, and says how many it took. All the while
/// every message of the writer is answered: it waits for nobody.
pub(crate) async fn write_until_gone(writer: &mut Client, silent: &Guest) -> usize {
    let here = |view: &View| view.here.contains(&silent.member.id);
    writer.wait("that the reader is here", here).await;
    let mut written = 0;
    while here(&writer.view) {
        for _ in 0..16 {
            writer.post(LOBBY, &a_long_text(written)).await;
            written += 1;
        }
        writer.all_answered().await;
        assert!(written < 5_000, "60 MB lie unread, and the reader is still here");
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_reading_is_closed_as_slow_and_comes_back_to_no_hole() {
    let server = TestServer::with(|config| config.limits.outbox_bytes = 256 * 1024).await;
    let (minsu, jiyoung, yuna) =
        (server.guest("민수").await, server.guest("지영").await, server.guest("유나").await);
    let mut writer = minsu.connect().await;
    let mut other = yuna.connect().await;
    let mut slow = a_small_client(&jiyoung).await;

    let reading = tokio::spawn(async move {
        other.wait("the last message", |view| view.texts(LOBBY).contains(&"the last")).await;
        other
    });
    write_until_gone(&mut writer, &jiyoung).await;
    let last = writer.tell(LOBBY, "the last").await;
    let other = reading.await.unwrap();
    assert!(writer.view.events(LOBBY).ends_with(other.view.events(LOBBY)), "the other reader missed nothing");

    // What was on its way is still read, without a hole; then the line ends, with the reason if it got through.
    let code = slow.end().await;
    assert!(matches!(code, None | Some(4429)), "{code:?}");
    assert!(slow.view.last(LOBBY) < last.seq);
    let view = slow.cut();
    let mut back = jiyoung.resume(view).await;
    back.reach(LOBBY, last.seq).await;
    assert!(writer.view.events(LOBBY).ends_with(back.view.events(LOBBY)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn catching_up_on_more_than_an_outbox_holds_is_not_slow() {
    let server = TestServer::with(|config| config.limits.outbox_bytes = 256 * 1024).await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let view = jiyoung.connect().await.close().await;
    let mut writer = minsu.connect().await;
    for number in 0..900 {
        writer.post(LOBBY, &a_long_text(number)).await;
        if number % 16 == 0 {
            writer.all_answered().await;
        }
    }
    writer.all_answered().await;

    // More is to be told than an outbox holds, to a reader that reads it: it is told all.
    let mut back = Client::begin(Dial::typed(&jiyoung).receive_buffer(4_096).open().await, view).await;
    back.catch_up().await;
    assert_eq!(back.view.resets[&LOBBY], 1, "not begun anew");
    assert_eq!(back.view.last(LOBBY), writer.view.last(LOBBY));
}

#[tokio::test]
async fn a_plain_reader_that_stops_reading_is_closed_too() {
    let server = TestServer::with(|config| config.limits.outbox_bytes = 256 * 1024).await;
    let guest = server.guest("민수").await;
    let mut writer = guest.connect().await;
    let mut slow = Dial::bare(server.site, "/").receive_buffer(4_096).open().await;
    let mut written = 0;
    while written < 1_500 {
        for _ in 0..16 {
            writer.post(LOBBY, &a_long_text(written)).await;
            written += 1;
        }
        writer.all_answered().await;
    }
    let mut heard = 0;
    let code = loop {
        match until("the end", come(&mut slow)).await {
            Came::Text(text) => {
                assert!(text.starts_with(&format!("{heard} ")), "bare texts, in order");
                heard += 1;
            }
            Came::End(code) => break code,
        }
    };
    assert!(matches!(code, None | Some(4429)), "{code:?}");
    assert!(heard < written);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_banned_while_they_read_nothing_is_gone_at_once() {
    let server = TestServer::with(|config| config.limits.outbox_bytes = 32 << 20).await;
    let (owner, jiyoung) = (server.owner("Owner").await, server.guest("지영").await);
    let mut writer = owner.connect().await;
    let mut slow = a_small_client(&jiyoung).await;
    let view = jiyoung.connect().await.close().await;
    for number in 0..800 {
        writer.post(LOBBY, &a_long_text(number)).await;
        if number % 16 == 0 {
            writer.all_answered().await;
        }
    }
    writer.all_answered().await;
    let head = writer.view.last(LOBBY);
    // One has what it does not read in its outbox, the other is just catching up on it.
    let mut late = Client::begin(Dial::typed(&jiyoung).receive_buffer(4_096).open().await, view).await;
    let here = |view: &View| view.here.contains(&jiyoung.member.id);
    writer.wait("that the reader is here", here).await;

    owner.ban(&jiyoung, false).await.is(204);
    writer.wait("that the reader is gone", |view| !here(view)).await;
    for client in [&mut slow, &mut late] {
        let code = client.end().await;
        assert!(matches!(code, None | Some(4403)), "{code:?}");
        assert!(client.view.last(LOBBY) < head, "what waited is not told");
    }
}
