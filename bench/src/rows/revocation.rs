//! How soon the socket of a session is closed that ends.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use maru_shared::{Command, SUBPROTOCOL, codec, command::Hello};
use ureq::Agent;

use super::{Scale, latency::Latency};
use crate::{
    load::frame::{CLOSE, Frame, TEXT, write_masked},
    peers::{Ground, Peer, Server, maru},
};

/// How long a socket may stay open before the row is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// From the request that ends a session to the close frame on its socket: with what it takes to commit, and so more than
/// from the commit on. One after the other, while the others' sockets are open.
pub(crate) fn measure(ground: &Ground, scale: Scale) -> Result<Latency> {
    let server = Server::start(Peer::Maru, ground)?;
    let cookies = maru::sign_in(server.address(), scale.revocations)?;
    let sockets =
        cookies.iter().map(|cookie| Watched::open(server.address(), cookie)).collect::<Result<Vec<_>>>()?;
    let agent = Agent::new_with_defaults();
    let url = format!("http://{}/api/session", server.address());
    let mut times = Vec::with_capacity(sockets.len());
    for (cookie, mut socket) in cookies.iter().zip(sockets) {
        let start = Instant::now();
        let closed = thread::scope(|scope| {
            let watching = scope.spawn(move || socket.until_closed());
            agent.delete(&url).header("cookie", cookie).call()?;
            watching.join().map_err(|_| anyhow!("a thread panicked"))?
        })?;
        times.push(closed - start);
    }
    Latency::of(&times)
}

/// A socket of which only the end matters.
struct Watched {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Watched {
    /// Opens it, says hello, and waits for the welcome: from then on the session's end is told to it.
    fn open(address: SocketAddr, cookie: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nCookie: {cookie}\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut socket = Self { stream, heard: Vec::new() };
        while !socket.heard.windows(4).any(|end| end == b"\r\n\r\n") {
            socket.hear()?;
        }
        let head = socket.heard.windows(4).position(|end| end == b"\r\n\r\n").context("a head")?;
        socket.heard.drain(..head + 4);
        let mut hello = Vec::new();
        write_masked(&mut hello, TEXT, codec::encode(&Command::Hello(Hello::default())).as_bytes(), [0; 4]);
        socket.stream.write_all(&hello)?;
        while socket.next_opcode()? != TEXT {}
        Ok(socket)
    }

    /// Reads until the close frame, and says when it came.
    fn until_closed(&mut self) -> Result<Instant> {
        while self.next_opcode()? != CLOSE {}
        Ok(Instant::now())
    }

    fn next_opcode(&mut self) -> Result<u8> {
        loop {
            if let Some((Frame { opcode, .. }, taken)) = Frame::parse(&self.heard)? {
                self.heard.drain(..taken);
                return Ok(opcode);
            }
            self.hear()?;
        }
    }

    fn hear(&mut self) -> Result<()> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer)? {
            0 => bail!("the server closed the connection without a word"),
            length => self.heard.extend_from_slice(&buffer[..length]),
        }
        Ok(())
    }
}
