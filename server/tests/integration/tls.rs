//! TLS in the program: pages and sockets over it, a certificate that is renewed, and those who do not speak it.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use maru_shared::{Refusal, RoomId, api::SignIn};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    slow_reader::write_until_gone,
    support::{
        Client, Dial, Guest, Identity, Process, Site, TestServer, View, a_draft, process::fail, until,
    },
};

const LOBBY: RoomId = RoomId::LOBBY;
const SHORT: Duration = Duration::from_secs(1);

/// A server with this certificate, whose files are in the folder.
async fn a_server(identity: &Identity, folder: &Path) -> TestServer {
    let files = identity.write(folder);
    TestServer::with(move |config| config.tls = Some(files.clone())).await
}

async fn a_guest(site: Site, identity: &Identity, name: &str) -> Guest {
    let body = SignIn { draft: a_draft(), name: name.to_owned() };
    let answer = site.post("/api/session").tls(identity).json(&body).send().await;
    assert!(answer.header("set-cookie").contains("; Secure"), "{}", answer.header("set-cookie"));
    Guest::of(site, &answer)
}

async fn connect(guest: &Guest, identity: &Identity) -> Client {
    let mut client = Client::begin(Dial::typed(guest).tls(identity).open().await, View::default()).await;
    client.catch_up().await;
    client
}

/// Whether whoever listens there has this certificate.
async fn has(site: Site, identity: &Identity) -> bool {
    let stream = TcpStream::connect(site.0).await.unwrap();
    identity.greet(stream).await.is_ok()
}

#[tokio::test]
async fn page_and_sockets_are_served_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let (files, dist) = (identity.write(folder.path()), folder.path().to_owned());
    fs::write(dist.join("index.html"), "<html>the page</html>").unwrap();
    let server = TestServer::with(move |config| {
        config.tls = Some(files.clone());
        config.dist = Some(dist.clone());
    })
    .await;
    let page = server.site.get("/").tls(&identity).send().await;
    page.is(200);
    assert_eq!(page.text(), "<html>the page</html>");
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");

    let minsu = a_guest(server.site, &identity, "민수").await;
    let jiyoung = a_guest(server.site, &identity, "지영").await;
    let (mut a, mut b) = (connect(&minsu, &identity).await, connect(&jiyoung, &identity).await);
    for number in 0..100 {
        a.tell(LOBBY, &format!("{number} {}", "긴".repeat(3_900))).await;
    }
    b.reach(LOBBY, a.view.last(LOBBY)).await;
    assert!(b.view.events(LOBBY).ends_with(&a.view.events(LOBBY)[1..]));
    assert_eq!(a.close().await.last(LOBBY), b.view.last(LOBBY));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_reading_over_tls_is_closed_as_slow() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let files = identity.write(folder.path());
    let server = TestServer::with(move |config| {
        config.tls = Some(files.clone());
        config.limits.outbox_bytes = 256 * 1024;
    })
    .await;
    let minsu = a_guest(server.site, &identity, "민수").await;
    let jiyoung = a_guest(server.site, &identity, "지영").await;
    let mut writer = connect(&minsu, &identity).await;
    let dial = Dial::typed(&jiyoung).tls(&identity).receive_buffer(4_096);
    let mut slow = Client::begin(dial.open().await, View::default()).await;
    slow.catch_up().await;
    write_until_gone(&mut writer, &jiyoung).await;
    let code = slow.end().await;
    assert!(matches!(code, None | Some(4429)), "{code:?}");
    assert!(slow.view.last(LOBBY) < writer.view.last(LOBBY));
}

#[tokio::test]
async fn without_tls_nothing_is_said_of_it() {
    let server = TestServer::start().await;
    let answer = server.site.sign_in(a_draft(), "민수").await;
    assert_eq!(answer.header("strict-transport-security"), "");
    assert!(!answer.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn http_1_1_is_agreed_on() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let server = a_server(&identity, folder.path()).await;
    let line = identity.greet(TcpStream::connect(server.site.0).await.unwrap()).await.unwrap();
    assert_eq!(line.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[tokio::test]
async fn a_page_without_tls_may_not_ask_a_server_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let server = a_server(&identity, folder.path()).await;
    let body = SignIn { draft: a_draft(), name: "민수".to_owned() };
    let ask = |scheme: &str| {
        let origin = format!("{scheme}://{}", server.site.0);
        server.site.post("/api/session").tls(&identity).header("origin", &origin).json(&body).send()
    };
    assert_eq!(ask("http").await.why(403), Refusal::ForeignOrigin);
    ask("https").await.is(201);
    let guest = a_guest(server.site, &identity, "지영").await;
    let dial =
        |scheme: &str| Dial::typed(&guest).tls(&identity).origin(&format!("{scheme}://{}", server.site.0));
    assert_eq!(dial("http").knock().await.err(), Some(403));
    assert!(dial("https").knock().await.is_ok());
}

#[tokio::test]
async fn a_renewed_certificate_is_for_new_connections_and_open_ones_live_on() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Identity::new(), Identity::new());
    let server = a_server(&first, folder.path()).await;
    let guest = a_guest(server.site, &first, "민수").await;
    let mut open = connect(&guest, &first).await;
    assert!(!has(server.site, &second).await);

    second.write(folder.path());
    until("the new certificate", async { while !has(server.site, &second).await {} }).await;
    assert!(!has(server.site, &first).await);
    open.tell(LOBBY, "noch da").await;
    let mut new = connect(&guest, &second).await;
    new.tell(LOBBY, "neu").await;
    open.wait("the new one's message", |view| view.texts(LOBBY).ends_with(&["neu"])).await;
}

#[tokio::test]
async fn a_broken_certificate_is_not_taken_and_the_log_says_what_to_do() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (Identity::new(), Identity::new());
    let files = first.write(folder.path());
    let flags = flags(&files.certificate, &files.key);
    let process = Process::with(data.path(), &[&flags[0], &flags[1]]).await;

    fs::write(&files.key, &second.key).unwrap();
    process.logged("name two files that belong together").await;
    assert!(has(process.site, &first).await);
    process.stop().await;
}

#[tokio::test]
async fn an_orderly_close_is_one_of_tls_too() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let server = a_server(&identity, folder.path()).await;
    let guest = a_guest(server.site, &identity, "민수").await;
    // The client closes, and the server does.
    let mut closes = connect(&guest, &identity).await.socket;
    closes.close(None).await.unwrap();
    let closed = Dial::bare(server.site, "/ws").subprotocol("maru.v1").tls(&identity).open().await;
    for mut socket in [closes, closed] {
        let close = until("the close", socket.next()).await;
        assert!(matches!(close, Some(Ok(Message::Close(_)))), "{close:?}");
        socket.flush().await.unwrap();
        let end = until("the end", socket.into_inner().read_to_end(&mut Vec::new())).await;
        // Without a word of TLS about its end, it could have been cut off by whoever is on the way.
        assert!(matches!(end, Ok(0)), "{end:?}");
    }
}

#[tokio::test]
async fn who_does_not_get_on_with_tls_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let files = identity.write(folder.path());
    let server = TestServer::with(move |config| {
        config.tls = Some(files.clone());
        config.limits.handshake = SHORT;
    })
    .await;
    for begun in [&[][..], &[22], &[22, 3, 1, 2, 0, 1], &[1, 2, 3, 4, 5, 6]] {
        let mut line = TcpStream::connect(server.site.0).await.unwrap();
        line.write_all(begun).await.unwrap();
        let _ = until("the server to cut the line", line.read_to_end(&mut Vec::new())).await;
    }
    // Who agrees on TLS and then says nothing has no more time than anybody.
    let mut line = identity.greet(TcpStream::connect(server.site.0).await.unwrap()).await.unwrap();
    let _ = until("the server to cut the line", line.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn who_is_silent_takes_a_place_from_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let files = identity.write(folder.path());
    let server = TestServer::with(move |config| {
        config.tls = Some(files.clone());
        config.limits.handshake = Duration::from_secs(600);
        config.limits.sockets_per_address = 1;
    })
    .await;
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let mut silent = Vec::new();
    // Twice the sockets and 64 more.
    for _ in 0..66 {
        silent.push(stream(server.site, elsewhere).await);
    }
    let mut refused = stream(server.site, elsewhere).await;
    let read = until("the end of one too many", refused.read(&mut [0])).await;
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    let guest = a_guest(server.site, &identity, "민수").await;
    connect(&guest, &identity).await.tell(LOBBY, "da").await;

    drop(silent.pop());
    until("the place that was left", async {
        loop {
            let line = stream(server.site, elsewhere).await;
            if identity.greet(line).await.is_ok() {
                return;
            }
        }
    })
    .await;
}

async fn stream(site: Site, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((IpAddr::V4(from), 0).into()).unwrap();
    socket.connect(site.0).await.unwrap()
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_to_speak_tls() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let server = a_server(&identity, folder.path()).await;
    for path in ["/", "/api/session", "/healthz"] {
        let answer = server.site.get(path).send().await;
        answer.is(400);
        assert!(answer.text().contains("https://"), "{}", answer.text());
        assert_eq!(answer.header("strict-transport-security"), "", "nobody may believe it without TLS");
    }
    assert_eq!(Dial::bare(server.site, "/").knock().await.err(), Some(400));
    let answer = server.site.post("/api/session").json(&SignIn { draft: a_draft(), name: "x".into() }).send();
    answer.await.is(400);
}

#[tokio::test]
async fn a_server_with_sockets_over_tls_stops_as_any_other() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let identity = Identity::new();
    let files = identity.write(folder.path());
    let flags = flags(&files.certificate, &files.key);
    let process = Process::with(data.path(), &[&flags[0], &flags[1], "--handshake-seconds=600"]).await;
    let guest = a_guest(process.site, &identity, "민수").await;
    let mut client = connect(&guest, &identity).await;
    // One that will not get on with TLS holds up nobody.
    let mut silent = TcpStream::connect(process.site.0).await.unwrap();
    process.terminate();
    assert_eq!(client.end().await, Some(1001));
    let ended = process.ended().await;
    assert!(ended.status.success() && !ended.log.contains("not finished in time"), "{ended:?}");
    let _ = until("the end", silent.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn the_start_tells_addresses_with_https() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = Identity::new().write(folder.path());
    let flags = flags(&files.certificate, &files.key);
    let said = Process::says(data.path(), &[&flags[0], &flags[1]]).await;
    assert!(said.contains("Maru is at https://127.0.0.1:"), "{said}");
    assert!(said.contains("\nhttps://127.0.0.1:"), "{said}");
    let named = [&flags[0][..], &flags[1], "--origin=https://chat.example.org"];
    let said = Process::says(data.path(), &named).await;
    assert!(said.contains("\nhttps://chat.example.org/join#"), "{said}");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_no_start_and_says_what_to_do() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = data.path().join("data");
    let (identity, other) = (Identity::new(), Identity::new());
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let certificate = write("certificate.pem", &identity.certificate);
    let key = write("key.pem", &identity.key);
    let (nothing, empty) = (folder.path().join("nothing"), write("empty", ""));
    let strange = write("strange", &other.key);
    let broken = write("broken", &identity.certificate.replace("MII", "!!!"));
    let locked = write("locked", &identity.key.replace("PRIVATE", "ENCRYPTED PRIVATE"));
    let nonsense = write("nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

    for (certificate, key, says) in [
        (&nothing, &key, ["nothing", "--tls-certificate"]),
        (&certificate, &nothing, ["nothing", "--tls-key"]),
        (&empty, &key, ["empty", "--tls-certificate"]),
        (&certificate, &empty, ["empty", "--tls-key"]),
        (&broken, &key, ["broken", "--tls-certificate"]),
        (&key, &key, ["key.pem", "--tls-certificate"]),
        (&certificate, &certificate, ["certificate.pem", "--tls-key"]),
        (&certificate, &locked, ["locked", "without a passphrase"]),
        (&certificate, &strange, ["strange", "belong together"]),
        (&nonsense, &key, ["nonsense", "Ask for a new one"]),
    ] {
        let flags = flags(certificate, key);
        fail(&data, &["--listen=127.0.0.1:0", &flags[0], &flags[1]]).await.refuses(&says);
    }
    for flag in flags(&certificate, &key) {
        fail(&data, &[&flag]).await.refuses(&["--tls-certificate and --tls-key belong together"]);
    }
    assert!(!data.exists(), "nothing was begun");
}

fn flags(certificate: &Path, key: &Path) -> [String; 2] {
    [format!("--tls-certificate={}", certificate.display()), format!("--tls-key={}", key.display())]
}
