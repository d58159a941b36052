//! A Maru to talk to: the server itself, over loopback, with somebody in it.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header,
};
use hyper_util::rt::TokioIo;
use maru_server::{Config, Maru, Stamps};
use maru_shared::{
    DraftId, Role, Room,
    api::{AcceptLink, MadeInvitation, Me, NewInvitation, NewRoom, Policy, SignIn},
    codec,
};
use serde::Serialize;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
    time::timeout,
};

/// What an answer takes comes in milliseconds. This long, even on the busiest machine, and it never comes.
const NEVER: Duration = Duration::from_secs(60);

/// So often a Maru is used before a new one takes its place, so that its store does not grow for ever.
const USES: u32 = 20_000;

/// What lies beside `dist` and must never be given.
pub(crate) const SECRET: &[u8] = b"nobody may read this";

/// The page, where its file is asked for.
pub(crate) const PAGE: &str = "<!doctype html><title>Maru</title>";

/// The other files of `dist`, with what is in them.
pub(crate) const FILES: [(&str, &str); 5] = [
    ("app-0123456789abcdef.js", "plain script"),
    ("app-0123456789abcdef.js.br", "brotli script"),
    ("app-0123456789abcdef.js.gz", "gzip script"),
    ("below/style.css", "plain style"),
    ("manifest.webmanifest", "{}"),
];

/// A server with an owner, a guest, a room and an invitation.
pub(crate) struct Site {
    address: SocketAddr,
    line: Option<SendRequest<Full<Bytes>>>,
    dialled: u16,
    uses: u32,
    /// What stands for what only a run knows: `$OWNER`, with the owner's cookie.
    words: Vec<(&'static str, String)>,
    runtime: Runtime,
    /// Goes when the server has gone.
    _folder: TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Does something with the one server of this process.
pub(crate) fn visit<T>(what: impl FnOnce(&mut Site) -> T) -> T {
    static SITE: Mutex<Option<Site>> = Mutex::new(None);
    // After a panic the next one gets a new server.
    let mut site = SITE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut open = site.take().filter(|site| site.uses < USES).unwrap_or_else(Site::open);
    open.uses += 1;
    let done = what(&mut open);
    *site = Some(open);
    done
}

impl Site {
    fn open() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a temporary folder");
        lay_out(&folder);
        let mut config = Config::new(folder.path().join("data"));
        config.dist = Some(folder.path().join("dist"));
        config.access = Some(Policy::Open);
        config.limits.posts_per_second = 1_000_000;
        config.limits.posts_burst = 1_000_000;
        config.limits.rooms_per_minute = 1_000_000;
        config.limits.sign_ins_per_minute = 1_000_000;
        config.limits.sockets_per_address = 1_000_000;
        let (address, owner_link) = runtime.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            let address = listener.local_addr().expect("a bound socket");
            let maru = Maru::open(listener, config, Stamps::system()).await.expect("a directory to use");
            let link = maru.owner_link().expect("nobody owns it yet").to_owned();
            tokio::spawn(maru.serve(std::future::pending()));
            (address, link)
        });
        let mut site =
            Self { address, line: None, dialled: 0, uses: 0, words: Vec::new(), runtime, _folder: folder };
        site.people(&owner_link);
        site
    }

    /// Has people come in, and do what others may then get wrong.
    fn people(&mut self, owner_link: &str) {
        let draft = DraftId::from_u128;
        let (owner, _) = self.comes_in(
            "/api/links/accept",
            &AcceptLink {
                secret: owner_link.split_once('#').expect("a link with a secret").1.to_owned(),
                draft: draft(1),
                name: Some("owner".to_owned()),
                password: Some("느린 달팽이 셋이 걷는다".to_owned()),
            },
        );
        let (guest, member) =
            self.comes_in("/api/session", &SignIn { draft: draft(2), name: "guest".to_owned() });
        let made = self.post(
            "/api/rooms",
            &owner,
            &NewRoom { draft: draft(3), name: "room".to_owned(), private: false },
        );
        let room: Room = serde_json::from_slice(&made.body).expect("a room");
        let invitation = NewInvitation { role: Role::Member, hours: 8_000, uses: 1_000 };
        let made = self.post("/api/invitations", &owner, &invitation);
        let made: MadeInvitation = serde_json::from_slice(&made.body).expect("an invitation");
        self.words = vec![
            ("$OWNER", owner),
            ("$GUEST", guest),
            ("$MEMBER", member.id.to_string()),
            ("$ROOM", room.id.to_string()),
            ("$INVITATION", made.invitation.id.to_string()),
            ("$LINK", made.secret),
            ("$HOST", self.address.to_string()),
        ];
    }

    /// Gives the cookie of who comes in, and who that is.
    fn comes_in(&mut self, path: &str, how: &impl Serialize) -> (String, Me) {
        let answer = self.post(path, "", how);
        let me = serde_json::from_slice(&answer.body).expect("who came in");
        let cookie = answer.headers.get(header::SET_COOKIE).expect("a session's cookie");
        let cookie = cookie.to_str().expect("a cookie of text").split(';').next().unwrap_or_default();
        (cookie.to_owned(), me)
    }

    fn post(&mut self, path: &str, cookie: &str, body: &impl Serialize) -> Answer {
        let request = Request::post(path).header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Full::from(codec::encode(body))).expect("a request");
        let answer = self.ask(request);
        assert_eq!(answer.status, StatusCode::CREATED, "{path}");
        answer
    }

    /// What anybody asked does not keep the next one from being answered. When it ended the session of somebody here, this
    /// was the last use.
    pub(crate) fn look_after(&mut self) {
        for who in ["$OWNER", "$GUEST"] {
            let request = Request::get("/api/session").header(header::COOKIE, self.word(who));
            let answer = self.ask(request.body(Full::default()).expect("a request"));
            assert_eq!(answer.status, StatusCode::OK, "{who}");
            if answer.body == "null" {
                self.uses = USES;
            }
        }
    }

    /// These bytes, with what the words stand for in their place.
    pub(crate) fn spell(&self, bytes: &[u8]) -> Vec<u8> {
        let mut spelled = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((first, behind)) = rest.split_first() {
            let known = self.words.iter().find(|(word, _)| rest.starts_with(word.as_bytes()));
            match known {
                Some((word, meant)) => {
                    spelled.extend(meant.as_bytes());
                    rest = &rest[word.len()..];
                }
                None => {
                    spelled.push(*first);
                    rest = behind;
                }
            }
        }
        spelled
    }

    /// What one of the words stands for.
    pub(crate) fn word(&self, word: &str) -> &str {
        self.words.iter().find(|(known, _)| *known == word).map_or("", |(_, meant)| meant)
    }

    /// Sends a request and waits for the whole answer. That none comes is wrong, whatever was asked.
    pub(crate) fn ask(&mut self, mut request: Request<Full<Bytes>>) -> Answer {
        if !request.headers().contains_key(header::HOST) {
            let host = self.address.to_string().parse().expect("an address is a header's value");
            request.headers_mut().insert(header::HOST, host);
        }
        let what = format!("{} {}", request.method(), request.uri());
        let line = self.line.take();
        let stream = (line.is_none()).then(|| self.dial());
        let asked = async {
            let mut line = match (line, stream) {
                (Some(line), _) => line,
                (None, Some(stream)) => shake_hands(stream).await,
                (None, None) => unreachable!("a line or a stream"),
            };
            let answer = line.send_request(request).await.expect("an answer");
            let (head, body) = answer.into_parts();
            let is_over = head.status == StatusCode::SWITCHING_PROTOCOLS;
            let body =
                if is_over { Bytes::new() } else { body.collect().await.expect("a whole body").to_bytes() };
            let line = if !is_over && line.ready().await.is_ok() { Some(line) } else { None };
            (Answer { status: head.status, headers: head.headers, body }, line)
        };
        let Ok((answer, line)) = self.runtime.block_on(async { timeout(NEVER, asked).await }) else {
            panic!("no answer to {what}")
        };
        self.line = line;
        answer
    }

    /// A new connection, from one of many loopback addresses: the ports of one are soon used up.
    pub(crate) fn dial(&mut self) -> TcpStream {
        self.dialled = self.dialled.wrapping_add(1);
        let [high, low] = self.dialled.to_be_bytes();
        let _entered = self.runtime.enter();
        let socket = TcpSocket::new_v4().expect("a socket");
        if cfg!(target_os = "linux") {
            let from = SocketAddr::from((Ipv4Addr::new(127, 1, high, low.max(1)), 0));
            socket.bind(from).expect("an address of the loopback network");
        }
        self.wait("a connection", socket.connect(self.address)).expect("the server listens")
    }

    /// Waits for this on the server's runtime.
    pub(crate) fn wait<T>(&self, what: &str, future: impl Future<Output = T>) -> T {
        match self.runtime.block_on(async { timeout(NEVER, future).await }) {
            Ok(come) => come,
            Err(_) => panic!("waited in vain for {what}"),
        }
    }
}

impl Answer {
    /// What must hold of every answer.
    pub(crate) fn is_sound(&self, method: &Method) {
        let Self { status, headers, body } = self;
        assert!(!status.is_server_error(), "{status}");
        assert!(body.len() < 1 << 20, "{} bytes", body.len());
        assert!(!body.windows(SECRET.len()).any(|bytes| bytes == SECRET), "what is not in dist was given");
        // What hyper itself refuses has been seen by no route.
        let told = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        assert_eq!(told("x-content-type-options"), Some("nosniff"), "{method} {status}");
        assert_eq!(told("x-frame-options"), Some("DENY"), "{method} {status}");
        assert!(told("content-security-policy").is_some(), "{method} {status}");
        assert!(told("access-control-allow-origin").is_none());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie of text");
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        }
    }
}

fn lay_out(folder: &TempDir) {
    let dist = folder.path().join("dist");
    fs::create_dir_all(dist.join("below")).expect("a folder");
    let write = |path: &str, content: &[u8]| fs::write(folder.path().join(path), content).expect("a file");
    write("secret.txt", SECRET);
    write("dist/index.html", PAGE.as_bytes());
    for (name, content) in FILES {
        write(&format!("dist/{name}"), content.as_bytes());
    }
}

async fn shake_hands(stream: TcpStream) -> SendRequest<Full<Bytes>> {
    let (line, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
    tokio::spawn(connection);
    line
}
