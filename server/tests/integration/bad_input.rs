//! Whatever comes from outside: a clear answer, and the server lives.

use futures_util::StreamExt;
use hyper::Method;
use maru_shared::{
    Command, Notice, Refusal, RoomId, codec,
    command::{Hello, Post},
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::support::{
    Dial, Guest, Process, Site, TestServer, a_draft,
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
    let post = Command::Post(Post { room: LOBBY, draft: a_draft(), text: "hinein".to_owned() });
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
    let post = Post { room: LOBBY, draft: a_draft(), text: "in Stücken".to_owned() };
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
    let other = |name: &str| Dial::bare(server.site, "/ws").subprotocol(name).cookie(&guest.cookie);
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
    let room = maru_shared::api::NewRoom { draft: a_draft(), name: "산책".to_owned() };
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
    let room = maru_shared::api::NewRoom { draft: a_draft(), name: "산책".to_owned() };
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

#[tokio::test]
async fn bytes_that_are_not_http_get_an_answer_or_an_end() {
    let server = TestServer::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut line = TcpStream::connect(server.site.0).await.unwrap();
        line.write_all(bytes).await.unwrap();
        line.shutdown().await.unwrap();
        let mut said = Vec::new();
        // An answer or a reset: both are an end.
        let _ = until("the end", line.read_to_end(&mut said)).await;
        assert!(!said.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&said));
    }
}

/// What a hostile client sends on a socket.
#[derive(Clone, Debug)]
enum Noise {
    Text(String),
    Json(String),
    Frame { kind: u8, bytes: Vec<u8>, last: bool },
    Command(Command),
    Raw(Vec<u8>),
}

fn a_noise() -> impl Strategy<Value = Noise> {
    let keys = "hello|post|typing|ping|room|draft|text|epoch|resume|x";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("JSON has no such number", |n| n.is_finite()).prop_map(|n| n.to_string()),
        "\\PC{0,20}".prop_map(|text| codec::encode(&text)),
        Just(format!("\"{LOBBY}\"")),
    ];
    let json = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec((keys, inner), 0..4).prop_map(|fields| {
                let fields: Vec<_> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    });
    let command = prop_oneof![
        Just(Command::Ping),
        Just(Command::Hello(Hello::default())),
        Just(Command::Typing { room: LOBBY }),
        any::<String>().prop_map(|text| Command::Post(Post { room: LOBBY, draft: a_draft(), text })),
    ];
    prop_oneof![
        1 => any::<String>().prop_map(Noise::Text),
        1 => json.prop_map(Noise::Json),
        1 => (0..16_u8, vec(any::<u8>(), 0..200), any::<bool>())
            .prop_map(|(kind, bytes, last)| Noise::Frame { kind, bytes, last }),
        4 => command.prop_map(Noise::Command),
        1 => vec(any::<u8>(), 1..100).prop_map(Noise::Raw),
    ]
}

#[test]
fn no_noise_on_a_socket_kills_the_server() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (process, guest) = runtime.block_on(async {
        let process = Process::start(folder.path()).await;
        let guest = process.site.guest("민수").await;
        (process, guest)
    });
    let cases = Cases { cases: 600, source_file: Some(file!()), ..Cases::default() };
    proptest!(cases, |(noises in vec(a_noise(), 1..12), path in 0..3_u8, greet in any::<bool>())| {
        runtime.block_on(async {
            let dial = match path {
                0 | 1 => Dial::typed(&guest),
                _ => Dial::bare(guest.site, "/"),
            };
            let mut socket = dial.open().await;
            if greet && path < 2 {
                say(&mut socket, &Command::Hello(Hello::default())).await;
            }
            for noise in noises {
                make(&mut socket, noise).await;
            }
            // Whatever it was, the server ends the socket when we end it, or has ended it before.
            let _ = socket.get_mut().shutdown().await;
            while let Some(Ok(_)) = until("the end of the socket", socket.next()).await {}
        });
    });
    runtime.block_on(async {
        guest.connect().await.tell(LOBBY, "still here").await;
        process.stop().await;
    });
}

async fn make(socket: &mut Socket, noise: Noise) {
    match noise {
        Noise::Text(text) | Noise::Json(text) => send(socket, Message::text(text)).await,
        Noise::Frame { kind, bytes, last } => {
            // By hand, as no library sends what must not be sent. The mask is zero: what is masked by it stays.
            let mut frame = vec![u8::from(last) << 7 | kind, 0x80 | 126];
            frame.extend((bytes.len() as u16).to_be_bytes());
            frame.extend([0; 4]);
            frame.extend(bytes);
            let _ = socket.get_mut().write_all(&frame).await;
        }
        Noise::Command(command) => say(socket, &command).await,
        Noise::Raw(bytes) => {
            let _ = socket.get_mut().write_all(&bytes).await;
        }
    }
}

#[tokio::test]
async fn no_noise_instead_of_http_kills_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    noise_for_http(process.site).await;
    process.site.get("/healthz").send().await.is(200);
    process.stop().await;
}

/// Heads that are wrong in one place each.
async fn noise_for_http(site: Site) {
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let heads = [
        "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n"
            .to_owned(),
        format!(
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}Sec-WebSocket-Version: 7\r\n\r\n"
        ),
        format!(
            "POST /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}Sec-WebSocket-Version: 13\r\n\r\n"
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: \u{1}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}Sec-WebSocket-Version: 13\r\n\r\n"
        ),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(1_000)),
        "GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n".to_owned(),
        "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_owned(),
        "POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"
            .to_owned(),
    ];
    for head in heads {
        let mut line = TcpStream::connect(site.0).await.expect("the server listens");
        // Whatever of it is taken before the server has had enough.
        let _ = line.write_all(head.as_bytes()).await;
        let _ = line.shutdown().await;
        let mut said = Vec::new();
        let _ = until("the end", line.read_to_end(&mut said)).await;
        let status = String::from_utf8_lossy(&said).lines().next().unwrap_or_default().to_owned();
        assert!(
            !status.starts_with("HTTP/1.1 1") && !status.starts_with("HTTP/1.1 5"),
            "{status}: {head:.60}"
        );
    }
}
