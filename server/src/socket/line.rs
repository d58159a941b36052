//! One socket, whatever is spoken on it: writes what waits, hears texts, keeps the line alive, and closes it.
//!
//! Generic over the socket, so that a dialect can be tested without a network.

use std::{
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt, Stream, StreamExt, task::AtomicWaker};
use maru_shared::close::CloseCode;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tungstenite::{
    Error as WsError,
    error::{CapacityError, ProtocolError},
};

use super::upgrade::close_frame;
use crate::{
    config::Limits,
    outbox::{Frame, Outbox, Waiting},
};

/// A socket with text frames on it.
pub trait Socket:
    Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send
{
}

impl<S> Socket for S where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send
{
}

/// How long a client is waited for when its socket is closed: to read on, and to answer the close.
const PARTING: Duration = Duration::from_secs(3);

/// Why a socket is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client closed it, or the line was lost.
    Client,
    /// The server closes it.
    Server(CloseCode),
}

/// What happens next on a line.
pub enum Next {
    /// A text came.
    Text(Frame),
    /// Something waits to be written.
    Waiting(Waiting),
}

/// What there is to do on a line.
enum Turn {
    Write,
    Heard(Option<Result<Message, axum::Error>>),
    Ping,
}

/// Rung by the socket and the timer, it wakes the line's task and remembers that they have something.
struct Bell {
    rang: AtomicBool,
    task: AtomicWaker,
}

/// One socket, and when it was last heard.
pub struct Line<S> {
    socket: S,
    ping_every: Duration,
    silent_after: Duration,
    heard: Instant,
    /// One timer for as long as the line lives: to register a new one at each turn would cost more than the turn.
    next_ping: Pin<Box<Sleep>>,
    bell: Arc<Bell>,
    /// What rings the bell.
    ring: Waker,
}

impl<S: Socket> Line<S> {
    /// A line on this socket.
    pub fn new(socket: S, limits: &Limits) -> Self {
        let now = Instant::now();
        let bell = Arc::new(Bell { rang: AtomicBool::new(true), task: AtomicWaker::new() });
        Self {
            socket,
            ping_every: limits.ping_every,
            silent_after: limits.silent_after,
            heard: now,
            next_ping: Box::pin(sleep_until(now + limits.ping_every)),
            ring: Arc::clone(&bell).into(),
            bell,
        }
    }

    /// Waits for what happens next: a text, if `listening`, or something to write.
    ///
    /// # Errors
    /// When the socket is over.
    pub async fn next(&mut self, outbox: &Outbox, listening: bool) -> Result<Next, End> {
        loop {
            match self.turn(outbox, listening).await {
                Turn::Write => return Ok(Next::Waiting(outbox.take())),
                Turn::Heard(frame) => {
                    if let Some(text) = self.hear(frame)? {
                        return Ok(Next::Text(text));
                    }
                }
                Turn::Ping => self.keep_alive(outbox, listening).await?,
            }
        }
    }

    /// What there is to do next. Most often a task is woken because its outbox has something: the socket and the timer
    /// are only looked at when they rang.
    async fn turn(&mut self, outbox: &Outbox, listening: bool) -> Turn {
        let Self { socket, next_ping, bell, ring, .. } = self;
        poll_fn(|context| {
            let mut ringing = Context::from_waker(ring);
            bell.task.register(context.waker());
            if listening && bell.rang.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(frame) = socket.poll_next_unpin(&mut ringing) {
                    // There may be more.
                    bell.rang.store(true, Ordering::Release);
                    return Poll::Ready(Turn::Heard(frame));
                }
                if next_ping.as_mut().poll(&mut ringing).is_ready() {
                    bell.rang.store(true, Ordering::Release);
                    return Poll::Ready(Turn::Ping);
                }
            }
            if !listening && next_ping.as_mut().poll(&mut ringing).is_ready() {
                return Poll::Ready(Turn::Ping);
            }
            outbox.poll_ready(context).map(|()| Turn::Write)
        })
        .await
    }

    /// Waits for a text and writes nothing meanwhile.
    ///
    /// # Errors
    /// When the socket is over.
    pub async fn text(&mut self) -> Result<Frame, End> {
        loop {
            let frame = self.socket.next().await;
            if let Some(text) = self.hear(frame)? {
                return Ok(text);
            }
        }
    }

    /// Puts a text where the next write takes it along.
    ///
    /// # Errors
    /// When the socket is over.
    pub async fn feed(&mut self, text: Frame, outbox: &Outbox) -> Result<(), End> {
        let Self { socket, silent_after, .. } = self;
        unless_overrun(socket.feed(Message::Text(text)), outbox, *silent_after).await
    }

    /// Writes out all that was fed.
    ///
    /// # Errors
    /// When the socket is over.
    pub async fn flush(&mut self, outbox: &Outbox) -> Result<(), End> {
        let Self { socket, silent_after, .. } = self;
        unless_overrun(socket.flush(), outbox, *silent_after).await
    }

    /// Closes the socket as its end demands.
    pub async fn end(mut self, end: End) {
        match end {
            End::Server(code) => Self::close(self.socket, code).await,
            // Agrees to the client's close, if that was it; a lost line fails at once.
            End::Client => drop(timeout(PARTING, self.socket.close()).await),
        }
    }

    /// Closes a socket: says why, and waits a little for the client to read it and to agree.
    pub async fn close(mut socket: S, code: CloseCode) {
        let parting = async {
            if socket.send(close_frame(code)).await.is_ok() {
                while let Some(Ok(_)) = socket.next().await {}
            }
        };
        // Who does not read or answer is left.
        let _ = timeout(PARTING, parting).await;
    }

    fn hear(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<Option<Frame>, End> {
        self.heard = Instant::now();
        match frame {
            Some(Ok(Message::Text(text))) => Ok(Some(text)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(End::Server(CloseCode::Binary)),
            Some(Ok(Message::Close(_))) | None => Err(End::Client),
            Some(Err(error)) => Err(end_of(error)),
        }
    }

    async fn keep_alive(&mut self, outbox: &Outbox, listening: bool) -> Result<(), End> {
        if !listening {
            // Who is not listened to cannot be heard.
            self.heard = Instant::now();
        }
        if self.heard.elapsed() >= self.silent_after {
            return Err(End::Server(CloseCode::Silent));
        }
        let next = Instant::now() + self.ping_every;
        self.next_ping.as_mut().reset(next);
        let Self { socket, silent_after, .. } = self;
        unless_overrun(socket.send(Message::Ping(Default::default())), outbox, *silent_after).await
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Ordering::Release);
        self.task.wake();
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("the client went"),
            Self::Server(code) => f.write_str(code.reason()),
        }
    }
}

/// Waits for a write, but no longer than the outbox lasts: whoever reads too slowly is found out here.
async fn unless_overrun(
    write: impl Future<Output = Result<(), axum::Error>>,
    outbox: &Outbox,
    silent_after: Duration,
) -> Result<(), End> {
    let mut write = pin!(write);
    // Most writes are taken at once: only one that has to wait needs a timer.
    if let Poll::Ready(written) = poll_fn(|context| Poll::Ready(write.as_mut().poll(context))).await {
        return written.map_err(|_| End::Client);
    }
    tokio::select! {
        biased;
        written = timeout(silent_after, write) => match written {
            Ok(written) => written.map_err(|_| End::Client),
            Err(_) => Err(End::Server(CloseCode::Silent)),
        },
        code = outbox.overrun() => Err(End::Server(code)),
    }
}

/// What an error on the socket means to the client.
fn end_of(error: axum::Error) -> End {
    match error.into_inner().downcast_ref::<WsError>() {
        Some(WsError::Capacity(CapacityError::MessageTooLong { .. })) => End::Server(CloseCode::TooBig),
        // A line that is lost without a close is no fault of the client's.
        Some(WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => End::Client,
        Some(WsError::Protocol(_)) => End::Server(CloseCode::Broken),
        Some(WsError::Utf8(_)) => End::Server(CloseCode::NotUtf8),
        _ => End::Client,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::outbox::Item;

    /// A client without a network: says what it is told to say, and keeps what it is sent unless it is stuck.
    #[derive(Default)]
    struct Client {
        says: VecDeque<Message>,
        hears: Vec<Message>,
        is_stuck: bool,
    }

    impl Stream for Client {
        type Item = Result<Message, axum::Error>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.says.pop_front().map_or(Poll::Pending, |said| Poll::Ready(Some(Ok(said))))
        }
    }

    impl Sink<Message> for Client {
        type Error = axum::Error;

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
            if self.is_stuck { Poll::Pending } else { Poll::Ready(Ok(())) }
        }

        fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
            self.hears.push(message);
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
            self.poll_ready(cx)
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
            Poll::Ready(Ok(()))
        }
    }

    fn line(client: Client) -> Line<Client> {
        Line::new(client, &Limits::default())
    }

    fn item(text: &'static str) -> Item {
        Item::Frame(Frame::from_static(text))
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_pinged_and_then_left() {
        let mut line = line(Client::default());
        let begun = Instant::now();
        let end = line.next(&Outbox::new(1), true).await.err();
        assert_eq!(end, Some(End::Server(CloseCode::Silent)));
        assert!(begun.elapsed() >= Limits::default().silent_after);
        assert!(line.socket.hears.iter().all(|message| matches!(message, Message::Ping(_))));
        assert_eq!(line.socket.hears.len(), 2, "pings after 30 and 60 seconds");
    }

    #[tokio::test]
    async fn pongs_are_no_texts_and_a_binary_frame_is_the_end() {
        let says = [Message::Pong(Default::default()), Message::text("hi"), Message::binary(vec![1])].into();
        let mut line = line(Client { says, ..Client::default() });
        let outbox = Outbox::new(1);
        assert!(matches!(line.next(&outbox, true).await, Ok(Next::Text(text)) if text.as_str() == "hi"));
        assert_eq!(line.next(&outbox, true).await.err(), Some(End::Server(CloseCode::Binary)));
    }

    #[tokio::test]
    async fn a_busy_outbox_does_not_keep_a_client_from_being_heard() {
        let says = [Message::text("one"), Message::text("two")].into();
        let mut line = line(Client { says, ..Client::default() });
        let outbox = Outbox::new(100);
        let mut heard = 0;
        while heard < 2 {
            outbox.push([item("busy")]);
            match line.next(&outbox, true).await {
                Ok(Next::Text(_)) => heard += 1,
                Ok(Next::Waiting(_)) => panic!("{heard} of 2 heard before the outbox had its turn"),
                Err(end) => panic!("{end}"),
            }
        }
        assert!(matches!(line.next(&outbox, true).await, Ok(Next::Waiting(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_found_out_while_being_written_to() {
        let mut line = line(Client { is_stuck: true, ..Client::default() });
        let outbox = Outbox::new(4);
        let begun = Instant::now();
        let flood = async {
            outbox.push([item("1234")]);
            tokio::task::yield_now().await;
            outbox.push([item("5")]);
        };
        let (written, ()) = tokio::join!(line.feed(Frame::from_static("first"), &outbox), flood);
        assert_eq!(written, Err(End::Server(CloseCode::Slow)));
        assert_eq!(begun.elapsed(), Duration::ZERO, "without waiting for a time to run out");
    }
}
