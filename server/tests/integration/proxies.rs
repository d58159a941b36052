//! Where requests come from, behind proxies that are trusted and those that are not.

use std::net::Ipv4Addr;

use maru_shared::{Command, Refusal, api::SignIn, command::Hello};
use tokio::{io::AsyncReadExt, net::TcpSocket};

use crate::support::{
    Answer, Dial, Process, Site, TestServer, a_draft,
    client::{Came, come, say},
    dial::Socket,
    until,
};

/// The address of the trusted proxy in these tests, and that of nobody in particular.
const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A server that trusts the proxy, and another before it, in a network of its own.
async fn a_server(sign_ins_per_minute: u32) -> TestServer {
    TestServer::with(move |config| {
        config.trusted_proxies = ["127.0.0.1", "10.0.0.0/8"].map(|text| text.parse().unwrap()).to_vec();
        config.limits.sign_ins_per_minute = sign_ins_per_minute;
        config.limits.sockets_per_address = 1;
    })
    .await
}

/// Comes in under a new name, on a connection from there, with this said of where the request was before.
async fn sign_in(site: Site, from: Ipv4Addr, forwarded_for: &str) -> Answer {
    let draft = a_draft();
    let body = SignIn { draft, name: format!("guest {}", &draft.to_string()[24..]) };
    let ask = site.post("/api/session").from(from).header("x-forwarded-for", forwarded_for);
    ask.json(&body).send().await
}

#[track_caller]
fn is_too_fast(answer: &Answer) {
    assert!(matches!(answer.why(429), Refusal::TooFast { .. }));
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_address_has_limits_of_its_own() {
    let server = a_server(1).await;
    for client in ["203.0.113.1", "203.0.113.2", "2001:db8:1::1", "2001:db8:2::1"] {
        sign_in(server.site, PROXY, client).await.is(201);
    }
    // Whatever the client said itself stands before what the proxy adds.
    for again in [
        "203.0.113.1",
        "198.51.100.7, 203.0.113.1",
        "nonsense, 203.0.113.1",
        "198.51.100.7, 203.0.113.1, 10.1.2.3",
        "::ffff:203.0.113.1",
        "2001:db8:1::2",
    ] {
        is_too_fast(&sign_in(server.site, PROXY, again).await);
    }
    // What is no address counts as the proxy's own.
    sign_in(server.site, PROXY, "unknown").await.is(201);
    for nobody in ["unknown", "", "203.0.113.7, 999.0.0.1"] {
        is_too_fast(&sign_in(server.site, PROXY, nobody).await);
    }
}

#[tokio::test]
async fn who_is_no_trusted_proxy_is_not_believed() {
    let server = a_server(1).await;
    sign_in(server.site, STRANGER, "203.0.113.1").await.is(201);
    is_too_fast(&sign_in(server.site, STRANGER, "203.0.113.2").await);
    // And takes nothing from the one whose address it gave.
    sign_in(server.site, PROXY, "203.0.113.1").await.is(201);

    let server = TestServer::with(|config| config.limits.sign_ins_per_minute = 1).await;
    sign_in(server.site, PROXY, "203.0.113.1").await.is(201);
    is_too_fast(&sign_in(server.site, PROXY, "203.0.113.2").await);
}

#[tokio::test]
async fn another_header_for_the_same_is_not_read() {
    let server = a_server(1).await;
    for (client, status) in [("203.0.113.1", 201), ("203.0.113.2", 429)] {
        let body = SignIn { draft: a_draft(), name: format!("by {client}") };
        let ask = server.site.post("/api/session").header("forwarded", &format!("for={client};proto=https"));
        let answer = ask.header("x-real-ip", client).json(&body).send().await;
        answer.is(status);
        assert!(!answer.header("set-cookie").contains("Secure"));
    }
}

#[tokio::test]
async fn sockets_are_counted_by_the_clients_address() {
    let server = a_server(100).await;
    let dial = |client: &str| Dial::bare(server.site, "/").header("x-forwarded-for", client);
    let _first = dial("203.0.113.1").open().await;
    let _second = dial("203.0.113.2").open().await;
    assert_eq!(code(&mut dial("203.0.113.1").open().await).await, Some(4430));
    let guest = server.guest("민수").await;
    let typed = |client: &str| Dial::typed(&guest).header("x-forwarded-for", client);
    assert_eq!(code(&mut typed("198.51.100.1, 203.0.113.2").open().await).await, Some(4430));
    let mut third = typed("203.0.113.3").open().await;
    say(&mut third, &Command::Hello(Hello::default())).await;
    assert!(matches!(until("the welcome", come(&mut third)).await, Came::Text(_)));
}

#[tokio::test]
async fn a_trusted_proxy_may_have_as_many_connections_as_it_needs() {
    let server = a_server(100).await;
    let connect = async |from: Ipv4Addr| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(server.site.0).await.unwrap()
    };
    // Twice the sockets of an address and 64 more are what anybody else may have.
    let (mut of_proxy, mut of_stranger) = (Vec::new(), Vec::new());
    for _ in 0..67 {
        of_proxy.push(connect(PROXY).await);
        of_stranger.push(connect(STRANGER).await);
    }
    let mut refused = of_stranger.pop().unwrap();
    let read = until("the end of one too many", refused.read(&mut [0])).await;
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    server.site.get("/healthz").send().await.is(200);
}

#[tokio::test]
async fn the_scheme_is_believed_from_a_trusted_proxy_alone() {
    let server = a_server(100).await;
    let is_secure = async |from: Ipv4Addr, scheme: &str, origin: Option<&str>| {
        let draft = a_draft();
        let body = SignIn { draft, name: format!("guest {}", &draft.to_string()[24..]) };
        let mut ask = server.site.post("/api/session").from(from).header("x-forwarded-proto", scheme);
        if let Some(origin) = origin {
            ask = ask.header("origin", origin);
        }
        let answer = ask.json(&body).send().await;
        answer.is(201);
        answer.header("set-cookie").contains("; Secure")
    };
    assert!(is_secure(PROXY, "https", None).await);
    assert!(!is_secure(PROXY, "http", None).await);
    assert!(!is_secure(STRANGER, "https", None).await);
    // A browser that opened the page over TLS is believed, whatever stands between.
    assert!(is_secure(STRANGER, "http", Some(&format!("https://{}", server.site.0))).await);

    // A page without TLS is none of a server with it.
    let http = format!("http://{}", server.site.0);
    let ask = server.site.post("/api/session").header("x-forwarded-proto", "https").header("origin", &http);
    assert_eq!(ask.json(&()).send().await.why(403), Refusal::ForeignOrigin);
}

#[tokio::test]
async fn the_log_names_the_client_and_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--trusted-proxy=127.0.0.0/30,::1", "--access=open"]).await;
    let guest = process.site.guest("민수").await;
    let _socket = Dial::typed(&guest).header("x-forwarded-for", "203.0.113.9").open().await;
    process.logged("from=203.0.113.9 by 127.0.0.1:").await;
    process.stop().await;
}

#[tokio::test]
async fn whoever_is_behind_a_proxy_needs_an_invitation_and_a_wrong_network_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = Process::says(folder.path(), &["--trusted-proxy", "127.0.0.1"]).await;
    assert!(said.contains("Who has an account or an invitation may come in"), "{said}");
    let ended = crate::support::process::fail(folder.path(), &["--trusted-proxy", "proxy.example"]).await;
    ended.refuses(&["proxy.example", "10.0.0.0/8"]);
}

async fn code(socket: &mut Socket) -> Option<u16> {
    match until("the end of the socket", come(socket)).await {
        Came::End(code) => code,
        Came::Text(text) => panic!("{text} instead of the end"),
    }
}
