//! Whatever comes from outside: a clear answer, and the server lives.

use hyper::Method;
use maru_shared::{
    Command, Notice, Refusal, RoomId, codec,
    command::{Hello, Post},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::support::{
    Dial, Guest, Site, TestServer, a_draft,
    client::{Came, come, say, send},
    dial::Socket,
    until,
};

const LOBBY: RoomId = RoomId::LOBBY;

/// The code with which the server closes a socket; what it says before is passed over.
async fn code(socket: &mut Socket) -> Option<u16> {
    until("the end of the socket", async {
        loop {
            if let Came::End(code) = come(socket).await {
                return code;
            }
        }
    })
    .await
}

/// A socket on which `hello` was said.
async fn greeted(guest: &Guest) -> Socket {
    let mut socket = Dial::typed(guest).open().await;
    say(&mut socket, &Command::Hello(Hello::default())).await;
    socket
}

#[tokio::test]
async fn what_is_no_command_closes_the_socket_as_malformed() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let twice = codec::encode(&Command::Hello(Hello::default()));
    for text in [
        "",
        "hello",
        "{",
        "null",
        "[]",
        "{\"shout\":{}}",
        "\"pong\"",
        "{\"post\":{}}",
        "{\"post\":{\"room\":\"lobby\",\"draft\":\"x\",\"text\":\"y\"}}",
        "{\"post\":{\"room\":1,\"draft\":2,\"text\":3}}",
        "{\"typing\":{\"room\":\"00000000-0000-0000-0000-00000000000\"}}",
        "{\"hello\":{},\"ping\":{}}",
        &"[".repeat(60_000),
        &twice,
    ] {
        let mut socket = greeted(&guest).await;
        send(&mut socket, Message::text(text)).await;
        assert_eq!(code(&mut socket).await, Some(4400), "{text:.40}");
    }
}

#[tokio::test]
async fn hello_comes_first() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let post = Command::Post(Post::new(LOBBY, a_draft(), "hinein"));
    for first in [Command::Ping, post, Command::Typing { room: LOBBY }] {
        let mut socket = Dial::typed(&guest).open().await;
        say(&mut socket, &first).await;
        say(&mut socket, &Command::Hello(Hello::default())).await;
        assert_eq!(code(&mut socket).await, Some(4400), "{first:?}");
    }
    let mut client = guest.connect().await;
    client.tell(LOBBY, "danach").await;
    assert_eq!(client.view.texts(LOBBY), ["danach"], "nothing came in before hello");
}

#[tokio::test]
async fn fields_that_are_not_known_are_passed_over() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut socket = Dial::typed(&guest).open().await;
    send(&mut socket, Message::text("{\"hello\":{\"since\":3,\"resume\":{}}}")).await;
    let Came::Text(welcome) = until("the welcome", come(&mut socket)).await else { panic!("closed") };
    assert!(matches!(codec::decode::<Notice>(&welcome).unwrap(), Notice::Welcome(_)));
}

#[tokio::test]
async fn frames_of_the_wrong_kind_close_the_socket_with_their_codes() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;

    let mut binary = greeted(&guest).await;
    send(&mut binary, Message::binary(vec![0; 3])).await;
    assert_eq!(code(&mut binary).await, Some(1003));

    let not_utf8 = Frame::message(vec![b'"', 0xFF, 0xFE, b'"'], OpCode::Data(Data::Text), true);
    let mut socket = greeted(&guest).await;
    send(&mut socket, Message::Frame(not_utf8)).await;
    assert_eq!(code(&mut socket).await, Some(1007));

    let mut large = greeted(&guest).await;
    send(&mut large, Message::text("x".repeat(64 * 1024 + 1))).await;
    assert_eq!(code(&mut large).await, Some(1009));

    // In pieces, each of which would be small enough.
    let mut pieces = greeted(&guest).await;
    let piece = |kind, last| Message::Frame(Frame::message(vec![b'x'; 40_000], OpCode::Data(kind), last));
    send(&mut pieces, piece(Data::Text, false)).await;
    send(&mut pieces, piece(Data::Continue, true)).await;
    assert_eq!(code(&mut pieces).await, Some(1009));
}

#[tokio::test]
async fn a_command_in_pieces_and_a_frame_of_the_greatest_size_are_taken() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;
    let post = Post::new(LOBBY, a_draft(), "in Stücken");
    client.view.posting(&post);
    let text = codec::encode(&Command::Post(post.clone()));
    for (at, byte) in text.bytes().enumerate() {
        let kind = if at == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message(vec![byte], OpCode::Data(kind), at + 1 == text.len());
        send(&mut client.socket, Message::Frame(frame)).await;
    }
    client.answer(post.draft).await.unwrap();
    send(&mut client.socket, Message::text(format!("\"ping\"{}", " ".repeat(65_530)))).await;
    client.see("a pong", |notice| (*notice == Notice::Pong).then_some(())).await;
}

#[tokio::test]
async fn a_version_that_is_not_spoken_and_a_session_that_is_none_are_told_by_their_codes() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let other = |name: &str| Dial::bare(server.site, "/ws").subprotocol(name).cookie(&guest.cookie());
    assert_eq!(code(&mut other("maru.v2").open().await).await, Some(4406));
    let mut both = other("maru.v2, maru.v1").open().await;
    say(&mut both, &Command::Hello(Hello::default())).await;
    assert!(matches!(until("the welcome", come(&mut both)).await, Came::Text(_)));

    for cookie in ["", "maru_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "maru_session=;;="] {
        let dial = Dial::bare(server.site, "/ws").subprotocol("maru.v1").cookie(cookie);
        assert_eq!(code(&mut dial.open().await).await, Some(4401), "{cookie}");
    }
}

#[tokio::test]
async fn requests_that_are_no_upgrade_are_answered_as_such() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let answer = guest.get("/ws").await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let nothing = guest.get("/api/nothing").await;
    assert_eq!(nothing.why(404), Refusal::Malformed);
    server.site.ask(Method::POST, "/healthz").send().await.is(405);
}

#[tokio::test]
async fn an_upgrade_that_is_not_as_the_rfc_says_is_refused_in_both_dialects() {
    const KEY: &str = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const VERSION: &str = "sec-websocket-version: 13\r\n";
    const ASKED: &str = "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n";
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let host = format!("host: {}\r\n", server.site.0);
    let typed = format!("sec-websocket-protocol: maru.v1\r\ncookie: {}\r\n", guest.cookie());
    let key = |key: &str| format!("{ASKED}{VERSION}sec-websocket-key: {key}\r\n");
    for (path, dialect) in [("/ws", typed.as_str()), ("/", "")] {
        let ask = async |head: &str, more: &str| {
            ask_raw(server.site, &format!("{head}\r\nconnection: close\r\n{dialect}{more}\r\n")).await
        };
        let get = format!("GET {path} HTTP/1.1\r\n{host}");
        let get = get.trim_end();
        for wrong in ["", "dGhlIHNhbXBsZSBub25jZQ", "AAAA", "?", "dGhlIHNhbXBsZSBub25jZSE="] {
            let said = ask(get, &key(wrong)).await;
            assert!(
                said.starts_with("HTTP/1.1 400 ") && said.contains("Sec-WebSocket-Key"),
                "{wrong}: {said}"
            );
        }
        for wrong in [format!("{ASKED}{VERSION}"), format!("{ASKED}{VERSION}{KEY}{KEY}")] {
            let said = ask(get, &wrong).await;
            assert!(
                said.starts_with("HTTP/1.1 400 ") && said.contains("Sec-WebSocket-Key"),
                "{wrong}: {said}"
            );
        }
        for version in ["", "sec-websocket-version: 8\r\n", "sec-websocket-version: 13, 8\r\n"] {
            let said = ask(get, &format!("{ASKED}{version}{KEY}")).await.to_lowercase();
            assert!(said.starts_with("http/1.1 426 "), "{version}: {said}");
            assert!(said.contains("\r\nsec-websocket-version: 13\r\n"), "{version}: {said}");
        }
        // A name that is needed, a method and a version of HTTP on which there are sockets.
        let right = format!("{ASKED}{VERSION}{KEY}");
        let said = ask(&format!("GET {path} HTTP/1.1"), &right).await;
        assert!(said.starts_with("HTTP/1.1 403 "), "{said}");
        for head in [format!("POST {path} HTTP/1.1"), format!("GET {path} HTTP/1.0")] {
            let said = ask(&format!("{head}\r\n{}", host.trim_end()), &right).await;
            assert!(said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.0 4"), "{head}: {said}");
        }
        let said = ask_raw(server.site, &format!("{get}\r\n{dialect}{right}\r\n")).await;
        let accepted = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        assert!(said.starts_with("HTTP/1.1 101 ") && said.contains(accepted), "{said}");
    }
}

/// The head of what is answered to these bytes.
async fn ask_raw(site: Site, request: &str) -> String {
    let mut line = BufReader::new(TcpStream::connect(site.0).await.unwrap());
    line.write_all(request.as_bytes()).await.unwrap();
    let mut said = String::new();
    until("the whole answer", async {
        // A socket stays open, and begins with a head that has no body.
        while !(said.starts_with("HTTP/1.1 101") && said.ends_with("\r\n\r\n"))
            && line.read_line(&mut said).await.unwrap() > 0
        {}
    })
    .await;
    said
}

#[tokio::test]
async fn pages_of_other_sites_may_neither_change_anything_nor_open_a_socket() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let own = server.site.origin();
    for foreign in
        ["https://evil.example", "http://127.0.0.1:1", "http://localhost:1", "null", "file://", "nonsense"]
    {
        assert_eq!(Dial::typed(&guest).origin(foreign).knock().await.err(), Some(403), "{foreign}");
        for (method, path) in [
            (Method::POST, "/api/session".to_owned()),
            (Method::DELETE, "/api/session".to_owned()),
            (Method::POST, "/api/rooms".to_owned()),
            (Method::PUT, format!("/api/rooms/{LOBBY}/membership")),
        ] {
            let answer = guest.ask(method, &path).header("origin", foreign).send().await;
            assert_eq!(answer.why(403), Refusal::ForeignOrigin, "{path} from {foreign}");
        }
    }
    assert!(Dial::typed(&guest).origin(&own).knock().await.is_ok());
    assert!(Dial::typed(&guest).knock().await.is_ok(), "a program sends no Origin");
    let room = maru_shared::api::NewRoom { draft: a_draft(), name: "산책".to_owned(), private: false };
    guest.ask(Method::POST, "/api/rooms").header("origin", &own).json(&room).send().await.is(201);
    guest.get("/api/session").await.is(200);
}

#[tokio::test]
async fn a_name_that_was_made_to_point_at_this_machine_opens_nothing() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let (host, origin) = ("evil.example:8080", "http://evil.example:8080");
    for dial in [Dial::typed(&guest), Dial::bare(server.site, "/")] {
        assert_eq!(dial.clone().host(host).origin(origin).knock().await.err(), Some(403));
        assert_eq!(dial.host(host).knock().await.err(), Some(403));
    }
    let make = guest.ask(Method::POST, "/api/rooms").header("host", host).header("origin", origin);
    let room = maru_shared::api::NewRoom { draft: a_draft(), name: "산책".to_owned(), private: false };
    assert_eq!(make.json(&room).send().await.why(403), Refusal::ForeignOrigin);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_so() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    for path in ["/api/session", "/api/rooms"] {
        for body in ["", "{", "[]", "{\"name\":\"x\"}", "{\"draft\":\"x\",\"name\":\"x\"}", "\u{0}"] {
            let answer = guest
                .ask(Method::POST, path)
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await;
            assert_eq!(answer.why(400), Refusal::Malformed, "{path} {body:?}");
        }
        let large = format!("{{\"name\":\"{}\"}}", "x".repeat(16 * 1024));
        let answer =
            guest.ask(Method::POST, path).header("content-type", "application/json").body(large).send().await;
        assert_eq!(answer.why(413), Refusal::Malformed, "{path}");
    }
    for path in
        ["/api/rooms/lobby/events", "/api/rooms/1/members", "/api/rooms/%00/events", "/api/rooms/%ff/events"]
    {
        let answer = guest.get(path).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}: {}", answer.status);
        let _: maru_shared::api::ApiError = answer.read(answer.status.as_u16());
    }
}

#[tokio::test]
async fn a_form_of_another_site_that_looks_like_json_is_not_taken() {
    let server = TestServer::start().await;
    let sign_in = maru_shared::api::SignIn { draft: a_draft(), name: "민수".to_owned() };
    let body = serde_json::to_vec(&sign_in).unwrap();
    let answer =
        server.site.post("/api/session").header("content-type", "text/plain").body(body).send().await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn a_sign_in_with_the_draft_of_another_name_harms_nobody() {
    let server = TestServer::start().await;
    let draft = a_draft();
    server.site.sign_in(draft, "민수").await.is(201);
    let other = server.site.sign_in(draft, "지영").await;
    assert!(!other.status.is_server_error(), "{} {}", other.status, other.text());
    server.guest("유나").await.connect().await.tell(LOBBY, "still here").await;
}

#[tokio::test]
async fn what_cannot_be_a_message_is_refused_with_the_reason_and_the_socket_stays() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;
    for nothing in ["", " \n ", "\u{200B}", "\u{3164}", "\u{7}"] {
        assert_eq!(client.refused(LOBBY, nothing).await, Refusal::Empty, "{nothing:?}");
    }
    assert_eq!(client.refused(LOBBY, &"긴".repeat(4_001)).await, Refusal::TooLong { max: 4_000 });
    client.tell(LOBBY, &"긴".repeat(4_000)).await;
    client.tell(LOBBY, &"👩‍👩‍👧‍👦".chars().cycle().take(4_000).collect::<String>()).await;
    assert_eq!(client.view.texts(LOBBY).len(), 2);
}

#[tokio::test]
async fn typing_where_one_is_not_is_told_to_nobody() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await.id;
    let (mut a, mut b) = (minsu.connect().await, jiyoung.connect().await);
    b.say(&Command::Typing { room }).await;
    b.say(&Command::Typing { room: RoomId::from_u128(77) }).await;
    // A message behind it, from the same socket: who has read that has been told of all before.
    let told = b.tell(LOBBY, "fertig").await;
    a.reach(LOBBY, told.seq).await;
    assert!(!a.whispers.iter().any(|whisper| matches!(whisper, Notice::Typing { .. })));
}
