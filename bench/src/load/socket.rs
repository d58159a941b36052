//! One WebSocket connection, as a client sees it.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    os::fd::AsRawFd,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, bail, ensure};
use mio::{Interest, Registry, Token, unix::SourceFd};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with};

use super::{
    frame::{self, Frame},
    stamp,
};

/// How long connecting and the handshake may take before the row is given up.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// A connection that reads and writes without ever blocking.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: mio::net::TcpStream,
    /// The beginning of a frame whose end has not arrived.
    rest: Vec<u8>,
    /// What the kernel did not take at once.
    unwritten: Vec<u8>,
    stamped: bool,
}

/// A connection whose upgrade was asked for and is not answered yet.
#[derive(Debug)]
pub(crate) struct Opening(TcpStream);

impl Opening {
    /// Connects, from this address if any, and asks for the upgrade. Several are begun before the first is finished, so
    /// that neither side wakes up for each.
    pub(crate) fn begin(
        address: SocketAddr,
        from: Option<Ipv4Addr>,
        path: &str,
        headers: &str,
    ) -> Result<Self> {
        let mut stream = match from {
            Some(from) => connect_from(from, address),
            None => TcpStream::connect_timeout(&address, HANDSHAKE),
        }
        .context("connecting")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HANDSHAKE))?;
        // The key's only use is to keep caches from answering, of which there are none here.
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes())?;
        Ok(Self(stream))
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// When the server does not answer 101 within 20 seconds.
    pub(crate) fn finish(self) -> Result<Socket> {
        let Self(mut stream) = self;
        let rest = read_upgrade(&mut stream)?;
        stream.set_nonblocking(true)?;
        Ok(Socket {
            stream: mio::net::TcpStream::from_std(stream),
            rest,
            unwritten: Vec::new(),
            stamped: false,
        })
    }
}

impl Socket {
    /// Has the poll of this registry say when there is something to read, or room to write.
    pub(crate) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(&mut self.stream, token, Interest::READABLE | Interest::WRITABLE)
    }

    /// Has another poll, too, say when there is something to read.
    pub(crate) fn register_again(&self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(&mut SourceFd(&self.stream.as_raw_fd()), token, Interest::READABLE)
    }

    /// Has the kernel stamp what arrives here, or no longer.
    pub(crate) fn stamp(&mut self, stamped: bool) -> io::Result<()> {
        self.stamped = stamped;
        stamp::set(&self.stream, stamped)
    }

    /// Reads what has arrived and passes each text frame to `hear`, with its stamp, if there is one; `hear` appends
    /// frames to answer with.
    ///
    /// # Errors
    /// When the server closed the connection, sent something else than text, or `hear` failed.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        mut hear: impl FnMut(&[u8], Option<SystemTime>, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        // What arrived together with the handshake's answer.
        if !self.rest.is_empty() {
            self.understand(&[], &mut |text, answers| hear(text, None, answers))?;
        }
        loop {
            let received = if self.stamped {
                stamp::receive(&self.stream, buffer)
            } else {
                self.stream.read(buffer).map(|length| (length, None))
            };
            let (length, stamp) = match received {
                Ok((0, _)) => bail!("the server closed the connection without a word"),
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.understand(&buffer[..length], &mut |text, answers| hear(text, stamp, answers))?;
            // A short read emptied the socket: the edge of the next arrival will wake us.
            if length < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Writes these bytes: what the kernel takes now, the rest when it has room again.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let taken = if self.unwritten.is_empty() { self.write_some(bytes)? } else { 0 };
        self.unwritten.extend_from_slice(&bytes[taken..]);
        Ok(())
    }

    /// Writes what had to wait.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.unwritten);
        let taken = self.write_some(&waiting)?;
        self.unwritten.extend_from_slice(&waiting[taken..]);
        Ok(())
    }

    fn write_some(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut taken = 0;
        while taken < bytes.len() {
            match self.stream.write(&bytes[taken..]) {
                Ok(length) => taken += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(taken)
    }

    fn understand(
        &mut self,
        bytes: &[u8],
        hear: &mut impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let mut answers = Vec::new();
        if self.rest.is_empty() {
            let taken = read_frames(bytes, &mut answers, hear)?;
            self.rest.extend_from_slice(&bytes[taken..]);
        } else {
            let mut whole = std::mem::take(&mut self.rest);
            whole.extend_from_slice(bytes);
            let taken = read_frames(&whole, &mut answers, hear)?;
            if taken < whole.len() {
                whole.drain(..taken);
                self.rest = whole;
            }
        }
        if answers.is_empty() { Ok(()) } else { self.write(&answers) }
    }
}

fn connect_from(from: Ipv4Addr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    bind(&socket, &SocketAddr::from((from, 0)))?;
    connect(&socket, &to)?;
    Ok(TcpStream::from(socket))
}

/// Reads the whole frames that `bytes` begin with and returns how many bytes they take.
fn read_frames(
    bytes: &[u8],
    answers: &mut Vec<u8>,
    hear: &mut impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
) -> Result<usize> {
    let mut taken = 0;
    while let Some((frame, length)) = Frame::parse(&bytes[taken..])? {
        taken += length;
        match frame.opcode {
            frame::TEXT => hear(frame.body, answers)?,
            frame::PING => frame::write_masked(answers, frame::PONG, frame.body, [0; 4]),
            frame::PONG => {}
            frame::CLOSE => {
                let code = frame.body.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                let reason = String::from_utf8_lossy(frame.body.get(2..).unwrap_or_default());
                bail!("the server closed the connection: {code} {reason}");
            }
            other => bail!("a frame with opcode {other}"),
        }
    }
    Ok(taken)
}

/// Reads the answer to an upgrade and returns what came behind it.
fn read_upgrade(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).context("waiting for the upgrade")?;
        ensure!(length > 0, "closed in the handshake after {:?}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..length]);
        if let Some(end) = memchr::memmem::find(&answer, b"\r\n\r\n") {
            ensure!(answer.starts_with(b"HTTP/1.1 101 "), "no upgrade: {}", String::from_utf8_lossy(&answer));
            return Ok(answer.split_off(end + 4));
        }
    }
}
