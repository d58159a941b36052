//! The server's own reading of WebSocket frames, beside a library's.

use std::{
    io::{self, Cursor, Read, Write},
    ops::ControlFlow,
};

use maru_server::frame::{Broken, Heard, Reader};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    error::ProtocolError,
    protocol::{Role, WebSocket, WebSocketConfig},
};

use crate::sockets::frame;

/// The most bytes of a message.
const MOST: usize = 1_000;

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Text(String),
    Binary,
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>),
}

/// The first byte says in pieces of how many bytes the others come, which are frames as in [`crate::sockets`]. However they
/// are cut, the same is heard; and it is what `tungstenite` hears, or both hear no more.
pub fn wires(bytes: &[u8]) {
    let Some((cut, said)) = bytes.split_first() else { return };
    let frames: Vec<u8> = said.split(|byte| *byte == b'\n').flat_map(frame).collect();
    let (ours, end) = ours(&frames, usize::from(*cut) + 1);
    assert_eq!(self::ours(&frames, frames.len() + 1), (ours.clone(), end), "at once, and in pieces");
    let (theirs, refused) = theirs(&frames);
    match end {
        // Refused before it is whole.
        Err(Broken::Binary) => assert!(theirs.starts_with(&ours), "{ours:?} {theirs:?}"),
        // The library tells of a close with a code that cannot be as one that breaks the protocol.
        Err(_) if theirs.last() == Some(&Said::Close(Some(1002))) => {
            assert_eq!(ours, theirs[..theirs.len() - 1]);
        }
        Err(_) => assert_eq!(ours, theirs),
        Ok(()) => assert_eq!((ours, false), (theirs, refused)),
    }
}

fn ours(frames: &[u8], cut: usize) -> (Vec<Said>, Result<(), Broken>) {
    let mut reader = Reader::new(MOST, Vec::new());
    let mut all = Vec::new();
    for bytes in frames.to_vec().chunks_mut(cut) {
        let heard = reader.hear(bytes, |heard| {
            let closes = matches!(heard, Heard::Close(_));
            all.push(match heard {
                Heard::Text(text) => Said::Text(text.into_owned()),
                Heard::Ping(said) => Said::Ping(said.to_vec()),
                Heard::Pong(said) => Said::Pong(said.to_vec()),
                Heard::Close(code) => Said::Close(code),
            });
            if closes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if heard.is_err() || matches!(all.last(), Some(Said::Close(_))) {
            return (all, heard);
        }
    }
    (all, Ok(()))
}

/// What the library hears, and whether it refused something: more than the end of what came.
fn theirs(frames: &[u8]) -> (Vec<Said>, bool) {
    let config = WebSocketConfig::default().max_frame_size(Some(MOST)).max_message_size(Some(MOST));
    let mut socket = WebSocket::from_raw_socket(Came(Cursor::new(frames)), Role::Server, Some(config));
    let mut all = Vec::new();
    loop {
        let said = match socket.read() {
            Ok(Message::Text(text)) => Said::Text(text.to_string()),
            Ok(Message::Binary(_)) => Said::Binary,
            Ok(Message::Ping(said)) => Said::Ping(said.to_vec()),
            Ok(Message::Pong(said)) => Said::Pong(said.to_vec()),
            Ok(Message::Close(close)) => Said::Close(close.map(|close| close.code.into())),
            Ok(Message::Frame(_)) => continue,
            Err(cause) => {
                let is_end = matches!(cause, Error::Protocol(ProtocolError::ResetWithoutClosingHandshake));
                return (all, !is_end);
            }
        };
        all.push(said);
        if matches!(all.last(), Some(Said::Close(_))) {
            return (all, false);
        }
    }
}

/// What came; what is written goes nowhere.
struct Came<'a>(Cursor<&'a [u8]>);

impl Read for Came<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Came<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
