//! What permessage-deflate (RFC 7692) would gain.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use flate2::{Compress, Compression, FlushCompress};
use maru_shared::{
    DraftId, Event, Happening, Member, MemberId, Message, Name, Notice, RoomId, Seq, Timestamp, codec,
};
use rustix::time::{ClockId, clock_gettime};

use super::Scale;

/// What people say, a message a line; most of it is also said in the demo.
const CONVERSATION: &str = include_str!("conversation.txt");
const WHO: [&str; 7] = ["지영", "민수", "Daniel", "서연", "Amélie", "현우", "하은"];
/// What every flush ends with and nobody sends (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// The least and the usual effort.
pub(crate) const LEVELS: [u32; 2] = [1, 6];

/// Texts of frames, and what becomes of them.
#[derive(Clone, Debug)]
pub(crate) struct Deflated {
    pub(crate) what: &'static str,
    /// Bytes of a frame's text, on average.
    pub(crate) plain: f64,
    /// By [`LEVELS`].
    pub(crate) levels: [Level; 2],
}

/// What one level makes of a frame's text, on average.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) bytes: f64,
    pub(crate) cpu: Duration,
}

impl Deflated {
    /// The share of the bytes that a level spares.
    pub(crate) fn spared(&self, level: &Level) -> f64 {
        1.0 - level.bytes / self.plain
    }
}

/// Compresses events as Maru sends them, without context takeover: each frame by itself, once for all listeners.
pub(crate) fn measure(scale: Scale) -> Result<Vec<Deflated>> {
    let mut dice = fastrand::Rng::with_seed(5);
    let lines: Vec<&str> = CONVERSATION.lines().collect();
    let korean = |line: &&&str| line.chars().filter(|letter| ('가'..='힣').contains(letter)).count() > 5;
    let said_in_korean: Vec<&str> = lines.iter().filter(korean).copied().collect();
    let said_in_english: Vec<&str> = lines.iter().filter(|line| !korean(line)).copied().collect();
    let mut frames = |lines: &[&str]| events(lines, scale.frames, &mut dice);
    let (korean, english, both) = (frames(&said_in_korean)?, frames(&said_in_english)?, frames(&lines)?);
    let at_length: Vec<String> = lines.chunks(8).map(|lines| lines.join("\n")).collect();
    let long = frames(&at_length.iter().map(String::as_str).collect::<Vec<_>>())?;
    let together = |count: usize| both.chunks(count).map(|frames| frames.join("\n")).collect::<Vec<_>>();
    [
        ("an event, Korean", korean),
        ("an event, English", english),
        ("an event of eight such texts", long),
        ("16 events, if they were one frame", together(16)),
        ("50 events, if they were one frame", together(50)),
    ]
    .into_iter()
    .map(|(what, frames)| deflate(what, &frames))
    .collect()
}

/// So many events, of these texts in turn.
fn events(lines: &[&str], count: usize, dice: &mut fastrand::Rng) -> Result<Vec<String>> {
    let members: Vec<Member> = WHO
        .iter()
        .map(|name| Ok(Member { id: MemberId::from_random_bytes(bytes(dice)), name: Name::parse(name)? }))
        .collect::<Result<_>>()?;
    let room = RoomId::from_random_bytes(bytes(dice));
    let event = |number: usize| {
        let at = Timestamp(1_790_000_000_000 + i64::try_from(number)? * 31_007);
        let draft = DraftId::from_time_and_random_bytes(at, std::array::from_fn(|_| dice.u8(..)));
        let by = members[dice.usize(..members.len())].clone();
        let what = Happening::Posted(Message::new(draft, lines[number % lines.len()]));
        Ok(codec::encode(&Notice::Event(Event { room, seq: Seq(1_000 + number as u64), at, by, what })))
    };
    (0..count).map(event).collect()
}

fn bytes(dice: &mut fastrand::Rng) -> [u8; 16] {
    dice.u128(..).to_be_bytes()
}

fn deflate(what: &'static str, frames: &[String]) -> Result<Deflated> {
    let plain = frames.iter().map(String::len).sum::<usize>() as f64 / frames.len() as f64;
    let mut levels = [Level { bytes: 0.0, cpu: Duration::ZERO }; 2];
    for (measured, level) in levels.iter_mut().zip(LEVELS) {
        *measured = at_level(level, frames)?;
    }
    Ok(Deflated { what, plain, levels })
}

fn at_level(level: u32, frames: &[String]) -> Result<Level> {
    let mut deflater = Deflater::new(level);
    let mut bytes = 0;
    let start = on_cpu()?;
    for frame in frames {
        bytes += deflater.deflate(frame.as_bytes())?.len();
    }
    let cpu = on_cpu()?.saturating_sub(start) / u32::try_from(frames.len())?;
    Ok(Level { bytes: bytes as f64 / frames.len() as f64, cpu })
}

/// The CPU time that this thread has had.
fn on_cpu() -> Result<Duration> {
    Ok(clock_gettime(ClockId::ThreadCPUTime).try_into()?)
}

/// Compresses one message after the other, none with what it knows of those before.
struct Deflater {
    compress: Compress,
    out: Vec<u8>,
}

impl Deflater {
    fn new(level: u32) -> Self {
        Self { compress: Compress::new(Compression::new(level), false), out: Vec::new() }
    }

    fn deflate(&mut self, message: &[u8]) -> Result<&[u8]> {
        self.compress.reset();
        self.out.clear();
        // What cannot be compressed becomes longer, by some bytes a block.
        self.out.reserve(message.len() + message.len() / 16 + 64);
        self.compress.compress_vec(message, &mut self.out, FlushCompress::Sync)?;
        ensure!(self.compress.total_in() == message.len() as u64, "a message was not taken whole");
        self.out.strip_suffix(&TAIL).context("a flush without its end")
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Decompress, FlushDecompress};

    use super::*;

    #[test]
    fn a_message_comes_back_as_it_was_whatever_was_compressed_before() {
        let mut deflater = Deflater::new(6);
        for line in CONVERSATION.lines().cycle().take(200) {
            let mut sent = deflater.deflate(line.as_bytes()).unwrap().to_vec();
            sent.extend(TAIL);
            let mut back = Vec::with_capacity(4096);
            Decompress::new(false).decompress_vec(&sent, &mut back, FlushDecompress::Sync).unwrap();
            assert_eq!(String::from_utf8(back).unwrap(), line);
        }
    }

    #[test]
    fn many_events_together_are_spared_more_of_than_each_by_itself() {
        let frames = events(&["안녕하세요", "hello there"], 160, &mut fastrand::Rng::with_seed(1)).unwrap();
        let together: Vec<String> = frames.chunks(16).map(|frames| frames.join("\n")).collect();
        let [alone, together] = [deflate("", &frames).unwrap(), deflate("", &together).unwrap()];
        for level in 0..2 {
            let (alone, together) =
                (alone.spared(&alone.levels[level]), together.spared(&together.levels[level]));
            assert!(alone > 0.0 && together > alone, "{alone} {together}");
        }
    }
}
