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

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1_000;

    /// A client's frame: masked, with these first four bits, this opcode and what it says.
    fn frame(bits: u8, opcode: u8, said: &[u8]) -> Vec<u8> {
        let mask = [0x37, 0xFA, 0x21, 0x3D];
        let mut frame = vec![bits << 4 | opcode];
        match said.len() {
            length @ ..126 => frame.push(0x80 | length as u8),
            length @ ..0x1_0000 => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
            length => {
                frame.push(0x80 | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend(mask);
        frame.extend(said.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    }

    fn whole(opcode: u8, said: &[u8]) -> Vec<u8> {
        frame(8, opcode, said)
    }

    fn piece(opcode: u8, said: &[u8]) -> Vec<u8> {
        frame(0, opcode, said)
    }

    fn closed(code: u16, reason: &[u8]) -> Vec<u8> {
        whole(8, &[&code.to_be_bytes(), reason].concat())
    }

    /// What was heard, spelled out.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Said {
        Text(String),
        Ping(Vec<u8>),
        Pong(Vec<u8>),
        Close(Option<u16>),
    }

    fn text(text: &str) -> Said {
        Said::Text(text.to_owned())
    }

    /// What is heard of these bytes when they come in pieces of at most so many, and whether that is all right.
    fn heard_by(bytes: &[u8], at_once: usize, most: usize) -> (Vec<Said>, Result<(), Broken>) {
        let mut reader = Reader::new(most, Vec::new());
        let mut all = Vec::new();
        for bytes in bytes.to_vec().chunks_mut(at_once.max(1)) {
            let mut closed = false;
            let heard = reader.hear(bytes, |heard| {
                all.push(match heard {
                    Heard::Text(text) => Said::Text(text.into_owned()),
                    Heard::Ping(said) => Said::Ping(said.to_vec()),
                    Heard::Pong(said) => Said::Pong(said.to_vec()),
                    Heard::Close(code) => {
                        closed = true;
                        Said::Close(code)
                    }
                });
                if closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if heard.is_err() || closed {
                return (all, heard);
            }
        }
        assert!(reader.kept.capacity() <= 2 * (most + 14), "what is kept is bounded");
        (all, Ok(()))
    }

    /// The same, however the bytes are cut.
    fn heard(frames: &[Vec<u8>]) -> (Vec<Said>, Result<(), Broken>) {
        let bytes = frames.concat();
        let at_once = heard_by(&bytes, bytes.len(), MOST);
        for cut in [1, 2, 3, 7] {
            assert_eq!(heard_by(&bytes, cut, MOST), at_once, "in pieces of {cut}");
        }
        at_once
    }

    fn fine(frames: &[Vec<u8>]) -> Vec<Said> {
        let (said, end) = heard(frames);
        assert_eq!(end, Ok(()));
        said
    }

    fn broken(frames: &[Vec<u8>]) -> Broken {
        heard(frames).1.unwrap_err()
    }

    fn breaks_a_rule(frames: &[Vec<u8>]) -> bool {
        matches!(broken(frames), Broken::Rule(_))
    }

    // The numbers are those of the cases of the Autobahn test suite.

    #[test]
    fn texts_of_every_length_are_heard_1() {
        for length in [0, 1, 3, 4, 125, 126, 127, 128, 255, 256, MOST] {
            let said = "*".repeat(length);
            assert_eq!(fine(&[whole(1, said.as_bytes())]), [text(&said)], "{length}");
        }
        let long = "가".repeat(30_000);
        let mut reader = Reader::new(1 << 20, Vec::new());
        let mut heard = 0;
        for bytes in whole(1, long.as_bytes()).chunks_mut(997) {
            let each = |said: Heard<'_>| {
                assert_eq!(said, Heard::Text(long.as_str().into()));
                heard += 1;
                ControlFlow::Continue(())
            };
            reader.hear(bytes, each).unwrap();
        }
        assert_eq!((heard, reader.holds()), (1, false));
    }

    #[test]
    fn what_is_not_text_is_refused_before_it_is_kept_1_2() {
        assert_eq!(broken(&[whole(2, b"")]), Broken::Binary);
        assert_eq!(broken(&[whole(2, b"\0\x01")[..6].to_vec()]), Broken::Binary);
    }

    #[test]
    fn pings_are_heard_with_what_they_say_2() {
        for said in [&b""[..], b"Hello", b"\x00\xff\xfe\xfd", &[b'*'; 125]] {
            assert_eq!(fine(&[whole(9, said)]), [Said::Ping(said.to_vec())]);
        }
        assert!(breaks_a_rule(&[whole(9, &[0xFE; 126])]));
        assert_eq!(
            fine(&[whole(10, b"unasked"), whole(9, b"x")]),
            [Said::Pong(b"unasked".to_vec()), Said::Ping(b"x".to_vec())]
        );
        let ten: Vec<Vec<u8>> = (0..10).map(|number| whole(9, &[number])).collect();
        assert_eq!(fine(&ten), (0..10).map(|number| Said::Ping(vec![number])).collect::<Vec<_>>());
        let mut frames = Vec::new();
        Frame::put_pong(&mut frames, b"Hello");
        assert_eq!(frames, b"\x8a\x05Hello");
    }

    #[test]
    fn reserved_bits_and_opcodes_are_refused_3_and_4() {
        for bits in 1..8 {
            let (said, end) = heard(&[whole(1, b"before"), frame(8 | bits, 1, b"small"), whole(9, b"")]);
            assert!(matches!(end, Err(Broken::Rule(_))));
            assert_eq!(said, [text("before")], "what came before counts");
        }
        for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            assert!(breaks_a_rule(&[whole(opcode, b"")]), "{opcode}");
            assert!(breaks_a_rule(&[whole(1, b"before"), whole(opcode, b"more")]), "{opcode}");
        }
    }

    #[test]
    fn what_is_not_masked_is_refused() {
        assert!(breaks_a_rule(&[b"\x81\x05Hello".to_vec()]));
        assert!(breaks_a_rule(&[b"\x89\x00".to_vec()]));
    }

    #[test]
    fn messages_in_pieces_5() {
        let both = [piece(1, b"frag"), whole(0, b"ment")];
        assert_eq!(fine(&both), [text("fragment")]);
        let between =
            [piece(1, b"frag"), whole(9, b"ping"), piece(0, b"me"), whole(10, b""), whole(0, b"nt")];
        assert_eq!(fine(&between), [Said::Ping(b"ping".to_vec()), Said::Pong(vec![]), text("fragment")]);
        assert_eq!(fine(&[piece(1, b""), piece(0, b""), whole(0, b"")]), [text("")]);
        assert_eq!(fine(&[both.concat(), both.concat()]), [text("fragment"), text("fragment")]);
        assert!(breaks_a_rule(&[piece(9, b"in pieces"), whole(0, b"")]));
        assert!(breaks_a_rule(&[piece(10, b"")]) && breaks_a_rule(&[piece(8, b"")]));
        assert!(breaks_a_rule(&[whole(0, b"never begun")]) && breaks_a_rule(&[piece(0, b"never begun")]));
        assert!(breaks_a_rule(&[piece(1, b"one"), whole(1, b"within another")]));
        assert!(breaks_a_rule(&[piece(1, b"one"), whole(2, b"within another")]));
        assert!(breaks_a_rule(&[both.concat(), whole(0, b"after the end")]));
    }

    #[test]
    fn texts_are_utf_8_6_and_7_5() {
        for right in [
            "κόσμε",
            "Hello-µ@ßöäüàá-UTF-8!!",
            "\0",
            "\u{7F}",
            "\u{80}",
            "\u{7FF}",
            "\u{800}",
            "\u{FFFF}",
            "\u{10FFFF}",
            "\u{D7FF}",
            "\u{E000}",
            "\u{FFFE}",
        ] {
            let bytes = right.as_bytes();
            assert_eq!(fine(&[whole(1, bytes)]), [text(right)]);
            let mut letters: Vec<Vec<u8>> = bytes.iter().map(|byte| piece(0, &[*byte])).collect();
            letters[0][0] |= 1;
            letters.push(whole(0, b""));
            assert_eq!(fine(&letters), [text(right)], "a byte a frame");
        }
        let wrong: [&[u8]; 16] = [
            b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
            b"\x80",
            b"\xbf",
            b"\x80\xbf\x80",
            b"\xc0\x20\xc1\x20",
            b"\xe0\x80",
            b"\xf0\x80\x80",
            b"\xf8\x88\x80\x80\x80",
            b"\xfe",
            b"\xff",
            b"\xc0\xaf",
            b"\xe0\x80\xaf",
            b"\xf4\x90\x80\x80",
            b"\xed\xa0\x80",
            b"\xed\xad\xbf\xed\xbf\xbf",
            b"half a letter: \xce",
        ];
        for wrong in wrong {
            assert_eq!(broken(&[whole(1, wrong)]), Broken::NotUtf8, "{wrong:x?}");
            assert_eq!(broken(&[piece(1, wrong), whole(0, b"")]), Broken::NotUtf8, "{wrong:x?}");
        }
        // What cannot become right is not waited for.
        assert_eq!(broken(&[piece(1, b"\xf4\x90"), whole(9, b"")]), Broken::NotUtf8);
        assert_eq!(heard(&[piece(1, b"\xf4"), whole(9, b"")]), (vec![Said::Ping(vec![])], Ok(())));
    }

    #[test]
    fn closes_7() {
        assert_eq!(fine(&[whole(8, b"")]), [Said::Close(None)]);
        assert_eq!(
            fine(&[closed(1000, b""), whole(1, b"late")]),
            [Said::Close(Some(1000))],
            "nothing counts after it"
        );
        assert_eq!(fine(&[closed(1000, &[b'*'; 123])]), [Said::Close(Some(1000))]);
        assert!(breaks_a_rule(&[whole(8, b"\x03")]));
        assert!(breaks_a_rule(&[closed(1000, &[b'*'; 124])]));
        assert_eq!(broken(&[closed(1000, b"\xce\xba\xed\xa0\x80")]), Broken::NotUtf8);
        for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] {
            assert_eq!(fine(&[closed(code, b"")]), [Said::Close(Some(code))]);
        }
        for code in [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535] {
            assert!(breaks_a_rule(&[closed(code, b"")]), "{code}");
        }
        assert_eq!(fine(&[piece(1, b"cut off"), closed(1001, b"")]), [Said::Close(Some(1001))]);
        assert_eq!(Frame::closed(Some(1001)).bytes(), b"\x88\x02\x03\xe9");
        assert_eq!(Frame::closed(None).bytes(), b"\x88\x00");
    }

    #[test]
    fn what_is_too_large_is_refused_by_its_header_9_and_10() {
        let large = whole(1, &[b'*'; MOST + 1]);
        assert_eq!(broken(&[large[..8].to_vec()]), Broken::TooBig);
        let endless = [&[0x81, 0xFF], &[0xFF; 8][..], &[0; 4]].concat();
        assert_eq!(broken(&[endless]), Broken::TooBig);
        let half = [b'*'; MOST / 2];
        assert_eq!(fine(&[piece(1, &half), whole(0, &half)]).len(), 1);
        let more = whole(0, &[b'*'; MOST / 2 + 1]);
        assert_eq!(broken(&[piece(1, &half), more[..8].to_vec()]), Broken::TooBig);
        // The bound is of the message, and not of what is said on the way.
        let ten: Vec<Vec<u8>> =
            (0..10).flat_map(|_| [piece(1, &half), whole(9, &[0; 125]), whole(0, &half)]).collect();
        assert_eq!(fine(&ten).len(), 20);
    }

    #[test]
    fn who_is_asked_to_stop_keeps_the_rest() {
        let mut reader = Reader::new(MOST, whole(1, b"one"));
        let mut texts = Vec::new();
        let mut hear = |bytes: &[u8]| {
            let each = |heard: Heard<'_>| {
                if let Heard::Text(text) = heard {
                    texts.push(text.into_owned());
                }
                ControlFlow::Break(())
            };
            reader.hear(&mut bytes.to_vec(), each).unwrap();
            reader.holds()
        };
        assert!(hear(&[whole(1, b"two"), whole(1, b"three")].concat()));
        assert!(hear(b"") && !hear(b""));
        assert!(!hear(b""));
        assert_eq!(texts, ["one", "two", "three"]);
        assert_eq!(reader.kept.capacity(), 0, "and nothing when there is none");
    }

    #[test]
    fn texts_are_written_with_the_shortest_header() {
        for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let text = "x".repeat(length);
            assert_eq!(Frame::text(&text).len(), header + length);
            assert_eq!(Frame::texts(&[&text, "y"]).spell(), [&text, "y"]);
        }
    }
}
