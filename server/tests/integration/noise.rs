//! Bytes that mean nothing, on a socket and in its place: the server answers or ends the line, and lives.

use futures_util::StreamExt;
use maru_shared::{
    Command, RoomId, codec,
    command::{Hello, Post},
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{
    Dial, Process, Site, TestServer, a_draft,
    client::{say, send},
    dial::Socket,
    until,
};

const LOBBY: RoomId = RoomId::LOBBY;

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
        any::<String>().prop_map(|text| Command::Post(Post::new(LOBBY, a_draft(), text))),
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
