//! The floor: what the kernel alone takes for handing one message to many sockets.
//!
//! One thread, one `send()` a listener for all that came together. No rooms, no names, nothing stored, and a
//! handshake that only the load of this crate accepts.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    net::SocketAddr,
};

use anyhow::{Result, bail};
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::load::frame::{self, Frame};

const LISTENER: Token = Token(usize::MAX);
const UPGRADED: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

/// Serves until the process is killed. Prints `http://ADDRESS` first.
pub(crate) fn serve() -> Result<()> {
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("http://{}", listener.local_addr()?);
    let mut events = Events::with_capacity(1024);
    let mut listeners = BTreeMap::new();
    let mut opened = 0;
    let mut buffer = vec![0; 64 * 1024];
    let mut batch = Vec::new();
    loop {
        if let Err(error) = poll.poll(&mut events, None)
            && error.kind() != io::ErrorKind::Interrupted
        {
            return Err(error.into());
        }
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut listeners, &mut opened)?;
            } else if let Some(each) = listeners.get_mut(&event.token().0) {
                let alive = each.flush().and_then(|()| each.read(&mut buffer, &mut batch));
                if !alive.unwrap_or(false) {
                    listeners.remove(&event.token().0);
                }
            }
        }
        if !batch.is_empty() {
            listeners.retain(|_, each| each.write(&batch).is_ok());
            batch.clear();
        }
    }
}

#[derive(Debug)]
struct Listener {
    stream: TcpStream,
    upgraded: bool,
    rest: Vec<u8>,
    unwritten: Vec<u8>,
}

fn accept(
    listener: &TcpListener,
    poll: &Poll,
    listeners: &mut BTreeMap<usize, Listener>,
    opened: &mut usize,
) -> Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        stream.set_nodelay(true)?;
        poll.registry().register(&mut stream, Token(*opened), Interest::READABLE | Interest::WRITABLE)?;
        listeners
            .insert(*opened, Listener { stream, upgraded: false, rest: Vec::new(), unwritten: Vec::new() });
        *opened += 1;
    }
}

impl Listener {
    /// Appends to `batch` each text that has arrived, as everybody gets it. `false` when the line is closed.
    fn read(&mut self, buffer: &mut [u8], batch: &mut Vec<u8>) -> Result<bool> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(length) => self.rest.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !self.upgraded {
            return self.upgrade().map(|()| true);
        }
        let mut taken = 0;
        while let Some((frame, length)) = Frame::parse(&self.rest[taken..])? {
            taken += length;
            match (frame.opcode, frame.key) {
                (frame::TEXT, Some(key)) => {
                    let text: Vec<u8> = frame::masked(frame.body, key).collect();
                    frame::write_bare(batch, frame::TEXT, &text);
                }
                (opcode, _) => bail!("a frame with opcode {opcode}"),
            }
        }
        self.rest.drain(..taken);
        Ok(true)
    }

    fn upgrade(&mut self) -> Result<()> {
        if self.rest.ends_with(b"\r\n\r\n") {
            self.rest.clear();
            self.upgraded = true;
            self.write(UPGRADED)?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.unwritten.is_empty() {
            let taken = match self.stream.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                outcome => outcome?,
            };
            self.unwritten.extend_from_slice(&bytes[taken..]);
        } else {
            self.unwritten.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.unwritten);
        self.write(&waiting)
    }
}
