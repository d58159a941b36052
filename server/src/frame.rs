//! Frames of WebSocket (RFC 6455): those that the server writes, and what is said in those that it reads. Bytes in, what was
//! said out: no socket, no clock.
//!
//! The library's own reading keeps a buffer for each connection, and copies each message once more: hence the masking,
//! the assembly and the rules are here. What a header says is still the library's to tell.

use std::{
    borrow::Cow,
    fmt,
    io::Cursor,
    mem,
    ops::ControlFlow,
    str::{self, Utf8Error},
};

use bytes::{Buf, Bytes};
use maru_shared::close::CloseCode;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode as AnyCode, Control, Data, OpCode},
};

/// The most bytes that a control frame says (section 5.5).
const CONTROL_BYTES: u64 = 125;

/// One frame or several, as they go over the line: encoded once and shared by all who get them.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Bytes);

impl Frame {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::texts(&[text])
    }

    /// Several texts, one behind the other: what comes together is written together.
    pub fn texts(texts: &[impl AsRef<str>]) -> Self {
        const HEADER: usize = 10;
        let mut frames = Vec::with_capacity(texts.iter().map(|text| HEADER + text.as_ref().len()).sum());
        for text in texts {
            put(&mut frames, OpCode::Data(Data::Text), text.as_ref().as_bytes());
        }
        Self(frames.into())
    }

    /// A ping that says nothing.
    pub fn ping() -> Self {
        Self(Bytes::from_static(&[0x89, 0]))
    }

    /// The close with this code.
    pub fn close(code: CloseCode) -> Self {
        Self::close_by(code as u16, code.reason())
    }

    /// The answer to a client's close: the same code.
    pub fn closed(code: Option<u16>) -> Self {
        code.map_or(Self(Bytes::from_static(&[0x88, 0])), |code| Self::close_by(code, ""))
    }

    /// Puts the answer to a ping behind others.
    pub fn put_pong(frames: &mut Vec<u8>, said: &[u8]) {
        put(frames, OpCode::Control(Control::Pong), said);
    }

    /// Whole frames, as they go over the line.
    pub fn of(frames: Vec<u8>) -> Self {
        Self(frames.into())
    }

    /// The bytes, as they go over the line.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes go over the line.
    #[expect(clippy::len_without_is_empty, reason = "a frame is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Leaves out the first bytes, which have been written.
    pub fn skip(&mut self, bytes: usize) {
        self.0.advance(bytes);
    }

    /// The texts in it.
    #[cfg(test)]
    pub(crate) fn spell(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut cursor = Cursor::new(&self.0);
        while let Ok(Some((_, length))) = FrameHeader::parse(&mut cursor) {
            let start = cursor.position();
            cursor.set_position(start + length);
            let text = self.0[start as usize..cursor.position() as usize].to_vec();
            texts.push(String::from_utf8(text).unwrap());
        }
        texts
    }

    fn close_by(code: u16, reason: &str) -> Self {
        let mut frame = Vec::new();
        let said = [&code.to_be_bytes(), reason.as_bytes()].concat();
        put(&mut frame, OpCode::Control(Control::Close), &said);
        Self(frame.into())
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.0.len())
    }
}

fn put(frames: &mut Vec<u8>, opcode: OpCode, said: &[u8]) {
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    let length = said.len() as u64;
    // A vector takes whatever is written.
    let _ = header.format(length, frames);
    frames.extend_from_slice(said);
}

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// A text, whole.
    Text(Cow<'a, str>),
    /// A ping, to be answered with the same.
    Ping(&'a [u8]),
    /// The answer to a ping.
    Pong(&'a [u8]),
    /// The client closes the socket, with this code if it says why. Nothing behind it counts.
    Close(Option<u16>),
}

/// Why what a client says cannot be listened to any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is not what RFC 6455 says.
    #[error("a frame breaks RFC 6455: {0}")]
    Rule(&'static str),
    /// A frame, or all frames of a message, have more bytes than are taken.
    #[error("a message is too large")]
    TooBig,
    /// It is not text.
    #[error("a frame is not text")]
    Binary,
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
}

/// Listens to the frames of one client. Between two frames it holds nothing.
#[derive(Debug)]
pub struct Reader {
    most: usize,
    /// What came and was not listened to: the beginning of a frame, or all behind the frame at which it was asked to stop.
    kept: Vec<u8>,
    pieces: Option<Box<Pieces>>,
}

/// The beginning of a text that comes in several frames.
#[derive(Debug, Default)]
struct Pieces {
    text: Vec<u8>,
    /// Up to here it is UTF-8.
    valid: usize,
}

impl Reader {
    /// Takes messages of at most so many bytes. `kept` came before.
    pub fn new(most: usize, kept: Vec<u8>) -> Self {
        Self { most, kept, pieces: None }
    }

    /// Whether something came that was not listened to.
    pub fn holds(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Listens to what came, behind what was kept, and gives each thing that was said to `each` until that breaks off: what is
    /// behind it then is kept. Changes the bytes, which are masked.
    ///
    /// # Errors
    /// When it cannot be listened to; nothing may be given to it after that.
    pub fn hear(
        &mut self,
        bytes: &mut [u8],
        each: impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<(), Broken> {
        if self.kept.is_empty() {
            let used = self.hear_all(bytes, each)?;
            self.kept = bytes[used..].to_vec();
            return Ok(());
        }
        let mut kept = mem::take(&mut self.kept);
        kept.extend_from_slice(bytes);
        let used = self.hear_all(&mut kept, each)?;
        if used < kept.len() {
            kept.drain(..used);
            self.kept = kept;
        }
        Ok(())
    }

    /// Listens to all whole frames; gives how many bytes they have.
    fn hear_all(
        &mut self,
        bytes: &mut [u8],
        mut each: impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<usize, Broken> {
        let mut used = 0;
        while let Some((header, said)) = self.look(&bytes[used..])? {
            let end = used + said.end;
            let Some(said) = bytes.get_mut(used + said.start..end) else { break };
            used = end;
            if let Some(mask) = header.mask {
                unmask(said, mask);
            }
            if let Some(heard) = self.take(&header, said)?
                && each(heard).is_break()
            {
                break;
            }
        }
        Ok(used)
    }

    /// The header at the beginning, if it is whole, and where is what the frame says. All that can be refused by the header is
    /// refused here, before anything is kept.
    fn look(&self, bytes: &[u8]) -> Result<Option<(FrameHeader, std::ops::Range<usize>)>, Broken> {
        let mut cursor = Cursor::new(bytes);
        let Ok(header) = FrameHeader::parse(&mut cursor) else {
            return Err(Broken::Rule("an unknown opcode"));
        };
        let Some((header, length)) = header else { return Ok(None) };
        if length > self.most as u64 {
            return Err(Broken::TooBig);
        }
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(Broken::Rule("a bit is set that is reserved"));
        }
        if header.mask.is_none() {
            return Err(Broken::Rule("it is not masked"));
        }
        match (header.opcode, &self.pieces) {
            (OpCode::Control(_), _) if !header.is_final => {
                return Err(Broken::Rule("a control frame in pieces"));
            }
            (OpCode::Control(_), _) if length > CONTROL_BYTES => {
                return Err(Broken::Rule("a control frame is too large"));
            }
            (OpCode::Control(_), _) => {}
            (OpCode::Data(Data::Continue), None) => return Err(Broken::Rule("the end of what never began")),
            (OpCode::Data(Data::Continue), Some(pieces)) => {
                if pieces.text.len() as u64 + length > self.most as u64 {
                    return Err(Broken::TooBig);
                }
            }
            (OpCode::Data(_), Some(_)) => return Err(Broken::Rule("a message within another")),
            (OpCode::Data(Data::Binary), None) => return Err(Broken::Binary),
            (OpCode::Data(_), None) => {}
        }
        let start = cursor.position() as usize;
        Ok(Some((header, start..start + length as usize)))
    }

    /// What a whole frame says; nothing when its message goes on.
    fn take<'a>(&mut self, header: &FrameHeader, said: &'a [u8]) -> Result<Option<Heard<'a>>, Broken> {
        match header.opcode {
            OpCode::Control(Control::Ping) => return Ok(Some(Heard::Ping(said))),
            OpCode::Control(Control::Pong) => return Ok(Some(Heard::Pong(said))),
            OpCode::Control(_) => return close(said).map(Some),
            OpCode::Data(_) => {}
        }
        if header.is_final && self.pieces.is_none() {
            let text = str::from_utf8(said).map_err(|_| Broken::NotUtf8)?;
            return Ok(Some(Heard::Text(text.into())));
        }
        let mut pieces = self.pieces.take().unwrap_or_default();
        pieces.text.extend_from_slice(said);
        if header.is_final {
            let text = String::from_utf8(pieces.text).map_err(|_| Broken::NotUtf8)?;
            return Ok(Some(Heard::Text(text.into())));
        }
        pieces.look()?;
        self.pieces = Some(pieces);
        Ok(None)
    }
}

impl Pieces {
    /// Whether this can still become UTF-8: a letter may be cut in two by the end of a frame.
    fn look(&mut self) -> Result<(), Broken> {
        let looked = str::from_utf8(&self.text[self.valid..]).map_or_else(
            |cause| {
                if cause.error_len().is_none() {
                    Ok(Utf8Error::valid_up_to(&cause))
                } else {
                    Err(Broken::NotUtf8)
                }
            },
            |rest| Ok(rest.len()),
        );
        self.valid += looked?;
        Ok(())
    }
}

fn close(said: &[u8]) -> Result<Heard<'static>, Broken> {
    let Some((code, reason)) = said.split_first_chunk() else {
        return if said.is_empty() { Ok(Heard::Close(None)) } else { Err(Broken::Rule("half a code")) };
    };
    let code = u16::from_be_bytes(*code);
    str::from_utf8(reason).map_err(|_| Broken::NotUtf8)?;
    if !AnyCode::from(code).is_allowed() {
        return Err(Broken::Rule("a code with which nothing is closed"));
    }
    Ok(Heard::Close(Some(code)))
}

/// Takes the mask off: four bytes at a time, which the compiler makes sixteen and more of.
fn unmask(said: &mut [u8], mask: [u8; 4]) {
    let (fours, rest) = said.as_chunks_mut::<4>();
    let wide = u32::from_ne_bytes(mask);
    for four in fours {
        *four = (u32::from_ne_bytes(*four) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}
