//! How each server is spoken to.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use maru_shared::{
    Command, DraftId, Happening, Notice, RoomId, Seq, Timestamp, codec,
    command::{Hello, Post},
};
use memchr::memmem;

use super::text::{self, Mark};

/// What is sent and received over a server's WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `maru.v1`, as `docs/protocol.md` tells it.
    Maru,
    /// Socket.IO 5 on Engine.IO 4: a digit or two, then JSON.
    SocketIo,
    /// Texts and nothing else.
    Bare,
}

/// What a frame from the server means to the load.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A message.
    Message(Mark),
    /// The connection has everything up to now: messages may be sent.
    Ready,
    /// To be answered with this text.
    Asked(&'static str),
    /// Nothing that matters here.
    Passed,
}

/// What one connection has to remember of what it heard.
#[derive(Debug)]
pub(crate) struct Ear(Vec<Room>);

/// One of Maru's rooms, as far as it was heard.
#[derive(Debug)]
struct Room {
    name: String,
    last: u64,
    ready: bool,
}

impl Ear {
    /// An ear for messages in these of Maru's rooms, of which this is known; with other dialects there is nothing to
    /// remember.
    pub(crate) fn new(rooms: &[RoomId], known: &Hello) -> Self {
        let room = |room: &RoomId| {
            let last = known.resume.get(room).map_or(0, |seq| seq.0);
            Room { name: room.to_string(), last, ready: false }
        };
        Self(rooms.iter().map(room).collect())
    }

    fn room(&mut self, name: &[u8]) -> Option<&mut Room> {
        self.0.iter_mut().find(|room| room.name.as_bytes() == name)
    }

    fn is_ready(&self) -> bool {
        self.0.iter().all(|room| room.ready)
    }
}

impl Room {
    fn hear(&mut self, seq: u64, text: &[u8]) -> Result<Heard> {
        self.take(seq)?;
        // What comes before `caught_up` is history: other rounds' messages.
        if self.ready { text::read(text).map(Heard::Message) } else { Ok(Heard::Passed) }
    }

    fn take(&mut self, seq: u64) -> Result<()> {
        ensure!(seq == self.last + 1, "event {seq} came after event {}", self.last);
        self.last = seq;
        Ok(())
    }
}

impl Dialect {
    /// What a client says first, unasked.
    pub(crate) fn greeting(self, hello: &Hello) -> Option<String> {
        match self {
            Self::Maru => Some(codec::encode(&Command::Hello(hello.clone()))),
            Self::SocketIo | Self::Bare => None,
        }
    }

    /// Whether a connection may send as soon as its handshake is done.
    pub(crate) fn ready_at_once(self) -> bool {
        self == Self::Bare
    }

    /// The frame that sends this text.
    pub(crate) fn post(self, room: RoomId, text: &str) -> String {
        match self {
            Self::Maru => codec::encode(&Command::Post(Post::new(room, fresh_draft(), text))),
            Self::SocketIo => format!(r#"42["message","{text}"]"#),
            Self::Bare => text.to_owned(),
        }
    }

    /// Understands a text frame.
    ///
    /// # Errors
    /// When it is no text of this dialect, refuses something, or leaves a hole in the order of events.
    pub(crate) fn hear(self, frame: &[u8], ear: &mut Ear) -> Result<Heard> {
        match self {
            Self::Maru => hear_maru(frame, ear),
            Self::SocketIo => hear_socket_io(frame),
            Self::Bare => text::read(frame).map(Heard::Message),
        }
    }
}

/// A draft as the page mints it: it begins with the time.
#[expect(clippy::disallowed_methods, reason = "the load's clock: `Stamps` is the server's")]
fn fresh_draft() -> DraftId {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let [random @ .., _, _, _, _, _, _] = fastrand::u128(..).to_be_bytes();
    DraftId::from_time_and_random_bytes(Timestamp(i64::try_from(now.as_millis()).unwrap_or(0)), random)
}

fn hear_socket_io(frame: &[u8]) -> Result<Heard> {
    const MESSAGE: &[u8] = br#"42["message",""#;
    if let Some(rest) = frame.strip_prefix(MESSAGE) {
        return text::read(rest).map(Heard::Message);
    }
    match frame {
        // Engine.IO is open: ask for the main namespace.
        [b'0', ..] => Ok(Heard::Asked("40")),
        [b'2', ..] => Ok(Heard::Asked("3")),
        [b'4', b'0', ..] => Ok(Heard::Ready),
        _ => bail!("not a packet of Socket.IO: {}", String::from_utf8_lossy(frame)),
    }
}

fn hear_maru(frame: &[u8], ear: &mut Ear) -> Result<Heard> {
    let Some(event) = Glance::at(frame) else { return hear_maru_slowly(frame, ear) };
    ear.room(event.room).map_or(Ok(Heard::Passed), |room| room.hear(event.seq, event.text))
}

/// The few things of a `posted` event that the load needs, found without decoding it.
struct Glance<'a> {
    room: &'a [u8],
    seq: u64,
    text: &'a [u8],
}

impl<'a> Glance<'a> {
    fn at(frame: &'a [u8]) -> Option<Self> {
        let rest = frame.strip_prefix(br#"{"event":{"room":""#)?;
        let (room, rest) = rest.split_at_checked(36)?;
        let rest = rest.strip_prefix(br#"","seq":"#)?;
        let digits = rest.iter().position(|byte| *byte == b',')?;
        let seq = text::number(rest.get(..digits)?)?;
        let posted = memmem::find(rest, br#""what":{"posted":{"draft":""#)?;
        let body = rest.get(posted + 27 + 36..)?.strip_prefix(br#"","text":""#)?;
        Some(Self { room, seq, text: body })
    }
}

fn hear_maru_slowly(frame: &[u8], ear: &mut Ear) -> Result<Heard> {
    let frame = std::str::from_utf8(frame)?;
    let notice: Notice =
        codec::decode(frame).with_context(|| format!("not a notice: {}", &frame[..frame.len().min(200)]))?;
    let room = match &notice {
        Notice::Reset(reset) => reset.room.id,
        Notice::CaughtUp { room, .. } => *room,
        Notice::Event(event) => event.room,
        Notice::Refused(refused) => bail!("refused: {}", refused.why),
        _ => return Ok(Heard::Passed),
    };
    let Some(room) = ear.room(room.to_string().as_bytes()) else { return Ok(Heard::Passed) };
    match notice {
        Notice::Reset(reset) => room.last = reset.after.0,
        Notice::CaughtUp { head, .. } => {
            ensure!(Seq(room.last) == head, "caught up to {head}, but heard up to {}", room.last);
            room.ready = true;
            return Ok(if ear.is_ready() { Heard::Ready } else { Heard::Passed });
        }
        Notice::Event(event) => match event.what {
            Happening::Posted(message) => return room.hear(event.seq.0, message.text.as_bytes()),
            _ => room.take(event.seq.0)?,
        },
        _ => {}
    }
    Ok(Heard::Passed)
}

#[cfg(test)]
mod tests {
    use maru_shared::{Event, Member, MemberId, Message, Name, event::Reset};

    use super::*;

    const MARK: Mark = Mark { sender: 3, number: 41 };

    fn posted(room: RoomId, seq: u64) -> String {
        let mut text = String::new();
        text::write(MARK, &mut text);
        let draft = DraftId::from_u128(7);
        codec::encode(&Notice::Event(Event {
            room,
            seq: Seq(seq),
            at: Timestamp(1_790_000_000_000),
            by: Member { id: MemberId::from_u128(9), name: Name::parse("민수").unwrap() },
            what: Happening::Posted(Message::new(draft, text)),
        }))
    }

    fn caught_up(ear: &mut Ear, after: u64) {
        let room = maru_shared::Room::public(RoomId::LOBBY, Name::parse("lobby").unwrap());
        let reset = codec::encode(&Notice::Reset(Reset { room, after: Seq(after) }));
        assert_eq!(Dialect::Maru.hear(reset.as_bytes(), ear).unwrap(), Heard::Passed);
        let head = codec::encode(&Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(after) });
        assert_eq!(Dialect::Maru.hear(head.as_bytes(), ear).unwrap(), Heard::Ready);
    }

    #[test]
    fn an_event_is_understood_at_a_glance_as_it_is_when_decoded() {
        let frame = posted(RoomId::LOBBY, 18);
        let glance = Glance::at(frame.as_bytes()).unwrap();
        assert_eq!((glance.room, glance.seq), (RoomId::LOBBY.to_string().as_bytes(), 18));
        assert_eq!(text::read(glance.text).unwrap(), MARK);
    }

    #[test]
    fn messages_count_from_caught_up_on_and_only_in_the_own_room() {
        let mut ear = Ear::new(&[RoomId::LOBBY], &Hello::default());
        assert_eq!(Dialect::Maru.hear(posted(RoomId::LOBBY, 1).as_bytes(), &mut ear).unwrap(), Heard::Passed);
        caught_up(&mut ear, 17);
        let elsewhere = posted(RoomId::from_u128(2), 5);
        assert_eq!(Dialect::Maru.hear(elsewhere.as_bytes(), &mut ear).unwrap(), Heard::Passed);
        let here = posted(RoomId::LOBBY, 18);
        assert_eq!(Dialect::Maru.hear(here.as_bytes(), &mut ear).unwrap(), Heard::Message(MARK));
    }

    #[test]
    fn a_hole_and_a_repeat_are_errors() {
        let mut ear = Ear::new(&[RoomId::LOBBY], &Hello::default());
        caught_up(&mut ear, 17);
        assert!(Dialect::Maru.hear(posted(RoomId::LOBBY, 19).as_bytes(), &mut ear).is_err());
        assert!(Dialect::Maru.hear(posted(RoomId::LOBBY, 17).as_bytes(), &mut ear).is_err());
        assert!(Dialect::Maru.hear(posted(RoomId::LOBBY, 18).as_bytes(), &mut ear).is_ok());
    }

    #[test]
    fn several_rooms_are_ready_together_and_each_goes_on_from_what_is_known() {
        let other = RoomId::from_u128(2);
        let known = Hello { resume: [(other, Seq(4))].into(), ..Hello::default() };
        let mut ear = Ear::new(&[other, RoomId::LOBBY], &known);
        let caught_up = |room, head| codec::encode(&Notice::CaughtUp { room, head: Seq(head) });
        let mut hear = |frame: String| Dialect::Maru.hear(frame.as_bytes(), &mut ear);
        assert_eq!(hear(caught_up(other, 4)).unwrap(), Heard::Passed);
        assert_eq!(hear(posted(other, 5)).unwrap(), Heard::Message(MARK));
        assert_eq!(hear(caught_up(RoomId::LOBBY, 0)).unwrap(), Heard::Ready);
        assert_eq!(hear(posted(RoomId::LOBBY, 1)).unwrap(), Heard::Message(MARK));
        assert!(hear(posted(other, 7)).is_err());
    }

    #[test]
    fn a_refusal_is_an_error() {
        let frame = br#"{"refused":{"why":{"too_fast":{"retry_after_ms":240}}}}"#;
        let error =
            Dialect::Maru.hear(frame, &mut Ear::new(&[RoomId::LOBBY], &Hello::default())).unwrap_err();
        assert_eq!(error.to_string(), "refused: too fast: try again in 240 ms");
    }

    #[test]
    fn socket_io_is_greeted_pinged_and_heard() {
        let mut ear = Ear::new(&[RoomId::LOBBY], &Hello::default());
        let mut hear = |frame: &str| Dialect::SocketIo.hear(frame.as_bytes(), &mut ear);
        assert_eq!(hear(r#"0{"sid":"x"}"#).unwrap(), Heard::Asked("40"));
        assert_eq!(hear(r#"40{"sid":"y"}"#).unwrap(), Heard::Ready);
        assert_eq!(hear("2").unwrap(), Heard::Asked("3"));
        let mut text = String::new();
        text::write(MARK, &mut text);
        let post = Dialect::SocketIo.post(RoomId::LOBBY, &text);
        assert_eq!(hear(&post).unwrap(), Heard::Message(MARK));
        assert!(hear(r#"44{"message":"no"}"#).is_err());
    }
}
