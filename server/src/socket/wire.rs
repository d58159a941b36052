//! What bytes go over: a TCP connection, with or without TLS.

use std::io::{self, ErrorKind, IoSlice, Read, Write};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use mio::{Interest, Registry, Token, net::TcpStream};
use tokio_rustls::{rustls::ServerConnection, server::TlsStream};

use super::line::Wire;

/// How often is read from the line at once for what TLS says without a byte for us: half records, and empty ones.
const READS: usize = 8;

/// A TCP connection, with or without TLS.
pub enum Tcp {
    /// Without.
    Plain(TcpStream),
    /// With.
    Tls(Box<Secured>),
}

/// TLS on a TCP connection.
pub struct Secured {
    tcp: TcpStream,
    tls: ServerConnection,
}

impl Tcp {
    /// Takes the connection of a request that was answered with 101, and what came on it behind the request.
    ///
    /// # Errors
    /// When it came on another kind of line, or the line is lost.
    pub fn take(upgraded: Upgraded) -> io::Result<(Self, Vec<u8>)> {
        let upgraded = match upgraded.downcast::<TokioIo<tokio::net::TcpStream>>() {
            Ok(parts) => return Ok((Self::Plain(bare(parts.io.into_inner())?), parts.read_buf.into())),
            Err(upgraded) => upgraded,
        };
        let Ok(parts) = upgraded.downcast::<TokioIo<Box<TlsStream<tokio::net::TcpStream>>>>() else {
            return Err(io::Error::new(ErrorKind::Unsupported, "no sockets on this kind of line"));
        };
        let (tcp, tls) = parts.io.into_inner().into_inner();
        Ok((Self::Tls(Box::new(Secured { tcp: bare(tcp)?, tls })), parts.read_buf.into()))
    }

    /// Has the loop told when there is something to be read, or room to write.
    ///
    /// # Errors
    /// When the system has no more to give.
    pub fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let tcp = match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(secured) => &mut secured.tcp,
        };
        registry.register(tcp, token, Interest::READABLE | Interest::WRITABLE)
    }
}

/// The connection, taken from tokio.
fn bare(tcp: tokio::net::TcpStream) -> io::Result<TcpStream> {
    Ok(TcpStream::from_std(tcp.into_std()?))
}

impl Wire for Tcp {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(into),
            Self::Tls(secured) => secured.read(into),
        }
    }

    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match (self, slices) {
            (Self::Plain(tcp), [one]) => tcp.write(one),
            (Self::Plain(tcp), slices) => tcp.write_vectored(slices),
            (Self::Tls(secured), slices) => secured.write(slices),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(secured) => secured.hand_on(),
        }
    }

    fn take_leave(&mut self) {
        if let Self::Tls(secured) = self {
            secured.tls.send_close_notify();
            let _ = secured.hand_on();
        }
    }

    fn shut(&mut self) {
        self.take_leave();
        let tcp = match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(secured) => &mut secured.tcp,
        };
        // Who is not there any more need not be told.
        let _ = tcp.shutdown(std::net::Shutdown::Write);
    }
}

impl Secured {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        for _ in 0..READS {
            // What was deciphered before comes first.
            match self.tls.reader().read(into) {
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                read => return read,
            }
            self.tls.read_tls(&mut self.tcp)?;
            if let Err(cause) = self.tls.process_new_packets() {
                // Tells the client what is wrong, if it still can be told.
                let _ = self.hand_on();
                return Err(io::Error::new(ErrorKind::InvalidData, cause));
            }
            // TLS itself may have something to say: another key.
            match self.hand_on() {
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                handed => handed?,
            }
        }
        // Records that are empty cost their sender little, and could be read without end.
        match self.tls.reader().read(into) {
            Err(cause) if cause.kind() == ErrorKind::WouldBlock => Err(ErrorKind::Interrupted.into()),
            read => read,
        }
    }

    /// Takes no more while it holds what the socket did not take: so no more waits in here than one write.
    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.hand_on()?;
        let taken = self.tls.writer().write_vectored(slices)?;
        match self.hand_on() {
            Err(cause) if cause.kind() == ErrorKind::WouldBlock => Ok(taken),
            handed => handed.map(|()| taken),
        }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.tcp)?;
        }
        Ok(())
    }
}
