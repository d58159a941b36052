//! WebSocket frames (RFC 6455, section 5), as few of them as a benchmark needs: whole, uncompressed ones.

use anyhow::{Result, bail};

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// One frame as it lies in a buffer. What a client sent is still masked with `key`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) key: Option<[u8; 4]>,
    pub(crate) body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame that `bytes` begin with and how many bytes it takes, or `None` when it has not arrived whole.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Option<(Self, usize)>> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        if first & 0xf0 != 0x80 {
            bail!("a frame in parts or with an extension (first byte {first:#x}): nobody asked for that");
        }
        let (length, rest) = match second & 0x7f {
            126 => match rest.split_first_chunk::<2>() {
                Some((length, rest)) => (usize::from(u16::from_be_bytes(*length)), rest),
                None => return Ok(None),
            },
            127 => match rest.split_first_chunk::<8>() {
                Some((length, rest)) => (usize::try_from(u64::from_be_bytes(*length))?, rest),
                None => return Ok(None),
            },
            short => (usize::from(short), rest),
        };
        let (key, rest) = match (second & 0x80 != 0, rest.split_first_chunk::<4>()) {
            (false, _) => (None, rest),
            (true, Some((key, rest))) => (Some(*key), rest),
            (true, None) => return Ok(None),
        };
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let taken = bytes.len() - rest.len() + length;
        Ok(Some((Self { opcode: first & 0x0f, key, body }, taken)))
    }
}

/// Appends a frame as a client sends it: masked with `key`.
pub(crate) fn write_masked(out: &mut Vec<u8>, opcode: u8, body: &[u8], key: [u8; 4]) {
    write_head(out, opcode, body.len(), 0x80);
    out.extend_from_slice(&key);
    out.extend(masked(body, key));
}

/// Appends a frame as a server sends it.
pub(crate) fn write_bare(out: &mut Vec<u8>, opcode: u8, body: &[u8]) {
    write_head(out, opcode, body.len(), 0);
    out.extend_from_slice(body);
}

/// Masks, or takes the mask off again.
pub(crate) fn masked(body: &[u8], key: [u8; 4]) -> impl Iterator<Item = u8> + '_ {
    body.iter().zip(key.into_iter().cycle()).map(|(byte, mask)| byte ^ mask)
}

fn write_head(out: &mut Vec<u8>, opcode: u8, length: usize, mask_bit: u8) {
    out.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..126), _) => out.push(mask_bit | short),
        (_, Ok(length)) => {
            out.push(mask_bit | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(mask_bit | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_comes_back_as_it_was_and_takes_all_its_bytes() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
            let body = vec![b'x'; length];
            let mut bare = Vec::new();
            write_bare(&mut bare, TEXT, &body);
            let whole = bare.len();
            bare.push(0x81);
            let (frame, taken) = Frame::parse(&bare).unwrap().unwrap();
            assert_eq!((frame.opcode, frame.key, frame.body, taken), (TEXT, None, &body[..], whole));

            let mut sent = Vec::new();
            write_masked(&mut sent, PING, &body, [1, 2, 3, 4]);
            let (frame, taken) = Frame::parse(&sent).unwrap().unwrap();
            assert_eq!((frame.opcode, taken), (PING, sent.len()));
            assert_eq!(masked(frame.body, frame.key.unwrap()).collect::<Vec<_>>(), body);
        }
    }

    #[test]
    fn a_frame_that_has_not_arrived_whole_is_waited_for() {
        let mut sent = Vec::new();
        write_masked(&mut sent, TEXT, &[b'x'; 300], [1, 2, 3, 4]);
        for length in 0..sent.len() {
            assert_eq!(Frame::parse(&sent[..length]).unwrap(), None, "{length} bytes");
        }
    }

    #[test]
    fn a_frame_in_parts_and_a_compressed_one_are_errors() {
        assert!(Frame::parse(&[0x01, 0]).is_err());
        assert!(Frame::parse(&[0xc1, 0]).is_err());
    }
}
