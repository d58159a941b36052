//! What stands in front of page and server, so that both have one address, as in a release.
//!
//! Trunk has a proxy of its own, but it answers a WebSocket without the subprotocol that the page asks for,
//! and browsers hang up on that. So this one looks at the head of a request, chooses, and then only copies
//! bytes.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
};

use anyhow::{Context, Result};

/// The longest head of a request that is taken, in bytes.
const HEAD_BYTES: usize = 64 << 10;

/// Who answers.
#[derive(Clone, Copy)]
pub(super) struct Behind {
    /// The server of Maru: sockets, the API, its health.
    pub(super) server: SocketAddr,
    /// Trunk: everything else.
    pub(super) page: SocketAddr,
}

/// Listens there, in threads of its own, as long as this program runs.
pub(super) fn open(listen: SocketAddr, behind: Behind) -> Result<()> {
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}: see --listen"))?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever cannot be answered is hung up on: the browser shows it, and asks again.
            thread::spawn(move || drop(pass_on(stream, behind)));
        }
    });
    Ok(())
}

/// An address on this machine that nobody listens on.
pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn pass_on(mut browser: TcpStream, behind: Behind) -> io::Result<()> {
    let (head, rest) = read_head(&mut browser)?;
    let mut answerer = TcpStream::connect(if head.is_for_server() { behind.server } else { behind.page })?;
    answerer.write_all(head.rewritten().as_bytes())?;
    answerer.write_all(&rest)?;
    let (mut up, mut down) = (browser.try_clone()?, answerer.try_clone()?);
    thread::spawn(move || {
        let copied = io::copy(&mut up, &mut answerer);
        drop(answerer.shutdown(Shutdown::Write));
        copied
    });
    io::copy(&mut down, &mut browser)?;
    browser.shutdown(Shutdown::Both)
}

/// The head of a request, without the empty line behind it.
struct Head(String);

impl Head {
    fn is_for_server(&self) -> bool {
        let target = self.0.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        let resource = path.split('/').nth(1).unwrap_or_default();
        ["api", "ws", "healthz", "readyz"].contains(&resource) || path == "/" && self.is_upgrade()
    }

    fn is_upgrade(&self) -> bool {
        self.0.lines().any(|line| line.to_ascii_lowercase().starts_with("upgrade:"))
    }

    /// As it is sent on: one request a connection, as the next one may be for somebody else.
    fn rewritten(&self) -> String {
        if self.is_upgrade() {
            return format!("{}\r\n\r\n", self.0);
        }
        let kept = self.0.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        kept.chain(["Connection: close", "", ""]).collect::<Vec<_>>().join("\r\n")
    }
}

/// Reads up to the empty line; what came behind it already is given, too.
fn read_head(stream: &mut impl Read) -> io::Result<(Head, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            bytes.truncate(end);
            return Ok((Head(String::from_utf8_lossy(&bytes).into_owned()), rest));
        }
        let read = stream.read(&mut buffer)?;
        if read == 0 || bytes.len() > HEAD_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        bytes.extend_from_slice(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(lines: &[&str]) -> Head {
        let text = format!("{}\r\n\r\nrest", lines.join("\r\n"));
        let (head, rest) = read_head(&mut text.as_bytes()).unwrap();
        assert_eq!(rest, b"rest");
        head
    }

    #[test]
    fn sockets_and_the_api_are_the_servers_and_the_rest_is_the_pages() {
        assert!(head(&["POST /api/session HTTP/1.1", "Host: a"]).is_for_server());
        assert!(head(&["GET /ws HTTP/1.1", "Upgrade: websocket"]).is_for_server());
        assert!(head(&["GET / HTTP/1.1", "upgrade: websocket"]).is_for_server());
        assert!(head(&["GET /healthz?now HTTP/1.1"]).is_for_server());
        assert!(!head(&["GET / HTTP/1.1", "Host: a"]).is_for_server());
        assert!(!head(&["GET /r/api HTTP/1.1"]).is_for_server());
        assert!(!head(&["GET /.well-known/trunk/ws HTTP/1.1", "Upgrade: websocket"]).is_for_server());
    }

    #[test]
    fn a_request_is_the_last_of_its_connection_and_an_upgrade_stays_as_it_is() {
        let sent = head(&["GET / HTTP/1.1", "Connection: keep-alive", "Host: a"]).rewritten();
        assert_eq!(sent, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let upgrade = ["GET /ws HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"];
        assert_eq!(head(&upgrade).rewritten(), format!("{}\r\n\r\n", upgrade.join("\r\n")));
    }

    #[test]
    fn both_are_reached_through_one_address() {
        let answering = |answer: &'static str| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                read_head(&mut stream).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            });
            address
        };
        let listen = free_address().unwrap();
        open(listen, Behind { server: answering("the server"), page: answering("the page") }).unwrap();
        for (path, answer) in [("/api/rooms", "the server"), ("/", "the page")] {
            let mut stream = TcpStream::connect(listen).unwrap();
            stream.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
            let mut read = String::new();
            stream.read_to_string(&mut read).unwrap();
            assert_eq!(read, answer);
        }
    }
}
