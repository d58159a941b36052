//! Each limit set low, and met.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use maru_shared::{
    Command, Refusal, RoomId,
    command::{Hello, Post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Dial, TestServer, a_draft,
    client::{Came, come, say},
    dial::Socket,
    guest::cookie_of,
    until,
    view::draft_of,
};

const LOBBY: RoomId = RoomId::LOBBY;
/// Short for a test's sake, and long enough that no client of a test is late on a busy machine.
const SHORT: Duration = Duration::from_secs(1);

/// Waits as the protocol tells a client to: it may send the same again after so long.
async fn obey(retry_after_ms: u32) {
    tokio::time::sleep(Duration::from_millis(retry_after_ms.into())).await;
}

#[tokio::test]
async fn who_writes_too_fast_is_told_when_to_send_the_same_again() {
    let server = TestServer::with(|config| {
        config.limits.posts_per_second = 2;
        config.limits.posts_burst = 3;
    })
    .await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut a = minsu.connect().await;
    // Ten at once take no half second to be read: at most one bucket and little more is let through.
    let mut drafts = Vec::new();
    for number in 0..10 {
        drafts.push((a.post(LOBBY, &number.to_string()).await, number));
    }
    a.all_answered().await;
    let refused: Vec<_> =
        drafts.iter().filter(|(draft, _)| a.view.answer(*draft).unwrap().is_err()).collect();
    assert!(!refused.is_empty() && refused.len() <= 7, "{}", refused.len());
    assert!(refused.iter().all(|(_, number)| *number >= 3), "the first three are the burst");

    // The others of the room are not slowed, and the member is slowed on every socket.
    jiyoung.connect().await.tell(LOBBY, "ich nicht").await;

    let (draft, number) = *refused[0];
    let why = *a.view.answer(draft).unwrap().as_ref().unwrap_err();
    let Refusal::TooFast { retry_after_ms } = why else { panic!("{why:?}") };
    assert!((1..=500).contains(&retry_after_ms), "half a second fills the bucket by one: {retry_after_ms}");
    obey(retry_after_ms).await;
    let post = Post::new(LOBBY, draft, number.to_string());
    a.view.posting_again(&post);
    a.say(&Command::Post(post)).await;
    assert!(a.answer(draft).await.is_ok(), "after what it was told to wait");
}

#[tokio::test]
async fn the_pace_is_the_members_and_not_the_sockets() {
    let server = TestServer::with(|config| {
        config.limits.posts_per_second = 1;
        config.limits.posts_burst = 1;
    })
    .await;
    let guest = server.guest("민수").await;
    let (mut one, mut two) = (guest.connect().await, guest.connect().await);
    one.post(LOBBY, "one").await;
    one.all_answered().await;
    // A bucket of one fills in a second: five in one breath do not all go in.
    let mut drafts = Vec::new();
    for number in 0..5 {
        drafts.push(two.post(LOBBY, &number.to_string()).await);
    }
    two.all_answered().await;
    let refused = drafts.iter().filter(|draft| two.view.answer(**draft).unwrap().is_err()).count();
    assert!(refused > 0);
}

#[tokio::test]
async fn a_retry_of_what_was_accepted_makes_no_second_message_whatever_the_pace() {
    let server = TestServer::with(|config| {
        config.limits.posts_per_second = 1;
        config.limits.posts_burst = 3;
    })
    .await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;
    let first = client.tell(LOBBY, "eins").await;
    let draft = draft_of(&first).unwrap();
    let mut again = guest.connect().await;
    let post = Post::new(LOBBY, draft, "eins");
    for _ in 0..3 {
        again.view.posting_again(&post);
        again.say(&Command::Post(post.clone())).await;
        match again.answer(draft).await {
            Ok(event) => assert_eq!(event, first),
            Err(why) => assert!(matches!(why, Refusal::TooFast { .. }), "{why:?}"),
        }
    }
    assert_eq!(guest.history(LOBBY).await.last().unwrap().seq, first.seq);
}

#[tokio::test]
async fn one_address_may_sign_in_only_so_often() {
    let server = TestServer::with(|config| config.limits.sign_ins_per_minute = 3).await;
    let draft = a_draft();
    let first = server.site.sign_in(draft, "guest 0").await;
    first.is(201);
    for number in 1..3 {
        server.site.sign_in(a_draft(), &format!("guest {number}")).await.is(201);
    }
    let refused = server.site.sign_in(a_draft(), "guest 3").await;
    let why = refused.why(429);
    let Refusal::TooFast { retry_after_ms } = why else { panic!("{why:?}") };
    assert!((1..=20_001).contains(&retry_after_ms), "{retry_after_ms}");
    let seconds: u32 = refused.header("retry-after").parse().unwrap();
    assert!(u64::from(seconds) * 1_000 >= u64::from(retry_after_ms), "not before it may come in");
    assert_eq!(refused.header("set-cookie"), "");
    // Who is in stays in.
    server.site.get("/api/rooms").header("cookie", &cookie_of(&first)).send().await.is(200);
}

#[tokio::test]
async fn one_member_may_make_rooms_only_so_often() {
    let server = TestServer::with(|config| config.limits.rooms_per_minute = 2).await;
    let guest = server.guest("민수").await;
    guest.make_room("one").await;
    guest.make_room("two").await;
    let why = guest.make_room_as(a_draft(), "three").await.why(429);
    assert!(matches!(why, Refusal::TooFast { .. }), "{why:?}");
    server.guest("지영").await.make_room("three").await;
}

#[tokio::test]
async fn one_address_may_have_only_so_many_sockets_and_another_is_not_held_up() {
    let server = TestServer::with(|config| config.limits.sockets_per_address = 3).await;
    let guest = server.guest("민수").await;
    let elsewhere = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let first = guest.connect().await;
    let (_second, _third) = (guest.connect().await, Dial::bare(server.site, "/").open().await);

    assert_eq!(code(&mut Dial::typed(&guest).open().await).await, Some(4430));
    assert_eq!(code(&mut Dial::bare(server.site, "/").open().await).await, Some(4430));
    let mut other = Dial::typed(&guest).from(elsewhere).open().await;
    say(&mut other, &Command::Hello(Hello::default())).await;
    assert!(matches!(until("the welcome", come(&mut other)).await, Came::Text(_)));

    // A socket that ends makes room for another, as soon as the server has seen the end.
    first.close().await;
    until("a free place", async {
        loop {
            let mut socket = Dial::typed(&guest).open().await;
            say(&mut socket, &Command::Hello(Hello::default())).await;
            match come(&mut socket).await {
                Came::Text(_) => return,
                Came::End(code) => assert_eq!(code, Some(4430)),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_may_have_only_so_many_sockets_that_are_turned_away() {
    let server = TestServer::with(|config| config.limits.sockets_per_address = 3).await;
    let guest = server.guest("민수").await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(guest.connect().await);
    }
    let bare = |path: &str| Dial::bare(server.site, path);
    let (no_session, no_version) =
        (bare("/ws").subprotocol("maru.v1"), bare("/ws").subprotocol("maru.v2").cookie(&guest.cookie()));
    for dial in [no_session.clone(), no_version, Dial::typed(&guest), bare("/")] {
        // Who does not answer the close is waited for: for a while, and on a slow machine some are gone by now.
        let mut lingering = Vec::new();
        let status = until("the end of all patience", async {
            loop {
                match dial.clone().knock().await {
                    Ok(socket) => lingering.push(socket),
                    Err(status) => return status,
                }
            }
        })
        .await;
        assert_eq!(status, 429);
        let elsewhere = no_session.clone().from(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(code(&mut elsewhere.open().await).await, Some(4401));
        inside[0].tell(LOBBY, "still here").await;

        // Who goes makes room for others, as soon as the server has seen it.
        for mut socket in lingering {
            code(&mut socket).await;
        }
        let mut free = Vec::new();
        until("three free places", async {
            while free.len() < 3 {
                free.extend(dial.clone().knock().await);
            }
        })
        .await;
        for mut socket in free {
            code(&mut socket).await;
        }
    }
}

#[tokio::test]
async fn who_does_not_say_hello_in_time_is_closed() {
    let server = TestServer::with(|config| config.limits.handshake = SHORT).await;
    let guest = server.guest("민수").await;
    let mut silent = Dial::typed(&guest).open().await;
    assert_eq!(code(&mut silent).await, Some(4408));

    // A plain listener need not say anything at all, and outlives the time.
    let mut plain = crate::support::Plain::connect(server.site).await;
    let mut silent = Dial::typed(&guest).open().await;
    assert_eq!(code(&mut silent).await, Some(4408));
    guest.connect().await.tell(LOBBY, "noch da?").await;
    assert_eq!(plain.hear().await, "noch da?");
}

#[tokio::test]
async fn a_request_that_comes_too_slowly_is_cut() {
    let server = TestServer::with(|config| config.limits.handshake = SHORT).await;
    for begun in [
        "",
        "GET /ws HTTP/1.1\r\nHost: x\r\n",
        "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let mut line = TcpStream::connect(server.site.0).await.unwrap();
        line.write_all(begun.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        // The end comes from the server: this side does not close.
        let _ = until("the server to cut the line", line.read_to_end(&mut said)).await;
        let said = String::from_utf8_lossy(&said);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
}

#[tokio::test]
async fn a_line_that_died_is_noticed_by_its_silence() {
    let server = TestServer::with(|config| {
        config.limits.ping_every = SHORT / 2;
        config.limits.silent_after = 2 * SHORT;
    })
    .await;
    let guest = server.guest("민수").await;
    // Whoever reads answers the pings, and stays however little is said.
    let mut alive = guest.connect().await;
    let staying = tokio::spawn(async move {
        alive.wait("a word", |view| view.texts(LOBBY) == ["still here"]).await;
    });
    // This one is not read from, so that no ping is answered; and the line is not closed.
    let mut line = guest.connect().await.socket.into_inner();
    let mut said = Vec::new();
    let _ = until("the end of the line", line.read_to_end(&mut said)).await;
    // The close frame is the last thing that was said: its code stands behind two bytes of head.
    let code = 4408_u16.to_be_bytes();
    let closed = said.windows(4).any(|bytes| bytes[0] == 0x88 && bytes[2..] == code);
    assert!(closed, "a close frame with 4408 in {said:02x?}");
    guest.connect().await.tell(LOBBY, "still here").await;
    staying.await.unwrap();
}

async fn code(socket: &mut Socket) -> Option<u16> {
    match until("the end of the socket", come(socket)).await {
        Came::End(code) => code,
        Came::Text(text) => panic!("{text} instead of the end"),
    }
}
