//! The plain dialect: bare text in, bare text out, never back to the sender.

use maru_shared::{Happening, RoomId};
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::support::{
    Dial, Plain, TestServer,
    client::{Came, come, send},
    until,
};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_text_arrives_bare_at_all_others_and_never_at_the_sender() {
    let server = TestServer::start().await;
    let mut a = Plain::connect(server.site).await;
    let mut b = Plain::connect(server.site).await;
    let mut c = Plain::connect(server.site).await;

    a.say("hello").await;
    assert_eq!((b.hear().await, c.hear().await), ("hello".to_owned(), "hello".to_owned()));
    b.say("안녕 <i>&amp;</i>").await;
    assert_eq!(
        (a.hear().await, c.hear().await),
        ("안녕 <i>&amp;</i>".to_owned(), "안녕 <i>&amp;</i>".to_owned())
    );
    c.say("{\"ping\":1}").await;
    // What A hears next is C's: its own "hello" did not come back before.
    assert_eq!((a.hear().await, b.hear().await), ("{\"ping\":1}".to_owned(), "{\"ping\":1}".to_owned()));
}

#[tokio::test]
async fn the_lobby_of_the_app_shows_what_is_written_plainly_and_the_other_way_round() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut app = guest.connect().await;
    let mut a = Plain::connect(server.site).await;
    let mut b = Plain::connect(server.site).await;

    a.say("from a console").await;
    app.wait("the text", |view| view.texts(LOBBY) == ["from a console"]).await;
    a.say("again").await;
    app.wait("the text", |view| view.texts(LOBBY) == ["from a console", "again"]).await;
    app.tell(LOBBY, "앱에서").await;
    assert_eq!(a.hear().await, "앱에서");
    assert_eq!(b.hear_many(3).await, ["from a console", "again", "앱에서"]);

    let history = guest.history(LOBBY).await;
    let posted = |what: &Happening| matches!(what, Happening::Posted(_));
    let by: Vec<_> = history.iter().filter(|event| posted(&event.what)).map(|event| &event.by).collect();
    assert!(by[0].name.as_str().starts_with("guest-"), "{}", by[0].name);
    assert_eq!(by[0], by[1], "one socket is one guest");
    assert_eq!(by[2], &guest.member);
    // Who only listens is nobody.
    let mut members = guest.members(LOBBY).await;
    members.retain(|member| member.name.as_str().starts_with("guest-"));
    assert_eq!(members, [by[0].clone()]);
}

#[tokio::test]
async fn other_rooms_are_not_heard() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let room = guest.make_room("산책").await.id;
    let mut app = guest.connect().await;
    let mut plain = Plain::connect(server.site).await;
    app.tell(room, "leise").await;
    app.tell(LOBBY, "laut").await;
    assert_eq!(plain.hear().await, "laut");
}

#[tokio::test]
async fn a_text_with_nothing_visible_is_passed_over() {
    let server = TestServer::start().await;
    let mut a = Plain::connect(server.site).await;
    let mut b = Plain::connect(server.site).await;
    for nothing in ["", " \n\t", "\u{200B}"] {
        a.say(nothing).await;
    }
    a.say("  there\r\n").await;
    assert_eq!(b.hear().await, "  there");
}

#[tokio::test]
async fn a_text_that_is_too_long_closes_the_socket_and_reaches_nobody() {
    let server = TestServer::start().await;
    let mut b = Plain::connect(server.site).await;
    let mut a = Plain::connect(server.site).await;
    a.say(&"긴".repeat(4_001)).await;
    assert_eq!(a.end().await, Some(1009));
    let mut a = Plain::connect(server.site).await;
    a.say(&"x".repeat(64 * 1024 + 1)).await;
    assert_eq!(a.end().await, Some(1009));

    let mut c = Plain::connect(server.site).await;
    c.say(&"긴".repeat(4_000)).await;
    assert_eq!(b.hear().await, "긴".repeat(4_000));
}

#[tokio::test]
async fn a_binary_frame_closes_the_socket() {
    let server = TestServer::start().await;
    let mut plain = Plain::connect(server.site).await;
    send(&mut plain.socket, Message::binary(vec![1, 2, 3])).await;
    assert_eq!(plain.end().await, Some(1003));
}

#[tokio::test]
async fn who_writes_too_fast_is_read_more_slowly_and_nothing_is_lost() {
    let server = TestServer::with(|config| {
        config.limits.posts_per_second = 100;
        config.limits.posts_burst = 5;
    })
    .await;
    let mut a = Plain::connect(server.site).await;
    let mut b = Plain::connect(server.site).await;
    for number in 0..100 {
        a.say(&number.to_string()).await;
    }
    assert_eq!(b.hear_many(100).await, (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_and_those_near_are_not() {
    let server = TestServer::start().await;
    let own = server.site.origin();
    let bare = || Dial::bare(server.site, "/");
    for foreign in ["https://evil.example", "http://localhost.evil.example", "null", "file://"] {
        assert_eq!(bare().origin(foreign).knock().await.err(), Some(403), "{foreign}");
    }
    for near in [own.as_str(), "http://localhost:5173", "http://127.0.0.1:9"] {
        assert!(bare().origin(near).knock().await.is_ok(), "{near}");
    }
    assert!(bare().knock().await.is_ok(), "a program sends no Origin");
}

#[tokio::test]
async fn behind_a_named_origin_only_its_pages_are_near() {
    let server = TestServer::with(|config| {
        config.origins = vec!["https://friend.example".parse().expect("an origin")];
    })
    .await;
    let own = server.site.origin();
    let bare = || Dial::bare(server.site, "/");
    for foreign in
        ["http://friend.example", "https://friend.example.evil.example", "http://localhost:5173", "null"]
    {
        assert_eq!(bare().origin(foreign).knock().await.err(), Some(403), "{foreign}");
    }
    for near in [own.as_str(), "https://friend.example"] {
        assert!(bare().origin(near).knock().await.is_ok(), "{near}");
    }
}

#[tokio::test]
async fn a_close_is_answered_and_a_stop_says_come_back() {
    let server = TestServer::start().await;
    let mut a = Plain::connect(server.site).await;
    let mut b = Plain::connect(server.site).await;
    a.socket.close(None).await.unwrap();
    let Came::End(_) = until("the answer to the close", come(&mut a.socket)).await else {
        panic!("a text after the close")
    };
    let _stopping = server.stop();
    assert_eq!(b.end().await, Some(u16::from(CloseCode::Away)));
}
