//! The socket: opens it, keeps it, opens it again.

use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    SinkExt, StreamExt,
    future::{Either, poll_fn, select},
};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use maru_shared::{
    Command, Notice, SUBPROTOCOL,
    close::{After, CloseCode},
    codec,
    command::Hello,
};

use crate::{
    parts::{begin, from_json},
    state::pace::{Backoff, Beat, Heartbeat},
};

/// What the socket needs to know of the outside.
pub struct Surroundings {
    /// `ws://` or `wss://`, host and path.
    pub url: String,
    /// Milliseconds since 1970.
    pub now: fn() -> i64,
    /// A number from 0 to 1, by chance.
    pub chance: fn() -> f64,
    /// Whether the browser has a network at all.
    pub online: fn() -> bool,
    /// What to say first, each time.
    pub hello: Box<dyn Fn() -> Hello>,
    /// Told of everything.
    pub tell: Box<dyn Fn(Report)>,
}

/// What becomes of the socket.
#[derive(Clone, Debug)]
pub enum Report {
    /// The server says something. The first is `welcome`.
    Said(Box<Notice>),
    /// The line was lost, or did not come up. It is tried again.
    Lost,
    /// The server wants no more of this: not tried again.
    Stopped(CloseCode),
}

/// A socket that is opened again whenever it is lost. Ends when it is dropped.
#[derive(Clone, Debug)]
pub struct Socket {
    orders: UnboundedSender<Order>,
}

#[derive(Debug)]
enum Order {
    Say(Command),
    /// Something has changed: look at the line, or try again at once.
    Wake,
    /// The line is not what it should be: open another one.
    Renew,
}

impl Socket {
    /// Opens the socket, and keeps it open.
    pub fn open(surroundings: Surroundings) -> Self {
        let (orders, taken) = unbounded();
        begin(keep_open(Rc::new(surroundings), taken));
        Self { orders }
    }

    /// Says something, if the line is up. What is said on a line that is lost meanwhile may never arrive.
    pub fn say(&self, command: Command) {
        self.order(Order::Say(command));
    }

    /// Looks whether the line is alive; where it is down, tries again at once.
    pub fn wake(&self) {
        self.order(Order::Wake);
    }

    /// Gives the line up and opens another one.
    pub fn renew(&self) {
        self.order(Order::Renew);
    }

    fn order(&self, order: Order) {
        // The other end is gone only after `Report::Stopped`: then nothing can be said any more.
        let _ = self.orders.unbounded_send(order);
    }
}

/// How one connection ended.
enum End {
    /// Nobody wants it any more.
    Dropped,
    /// The server's last word.
    Stop(CloseCode),
    /// Lost, after a welcome or before it. Try again after at least so many milliseconds.
    Lost { welcomed: bool, pause: u32 },
}

/// A connection that has not opened after so many milliseconds is given up.
const OPENS_WITHIN: u32 = 10_000;

async fn keep_open(around: Rc<Surroundings>, mut orders: UnboundedReceiver<Order>) {
    let mut backoff = Backoff::default();
    loop {
        let pause = match connection(&around, &mut orders).await {
            End::Dropped => return,
            End::Stop(code) => return (around.tell)(Report::Stopped(code)),
            End::Lost { welcomed, pause } => {
                if welcomed {
                    backoff.reset();
                }
                (around.tell)(Report::Lost);
                pause.max(backoff.after_failure((around.chance)()))
            }
        };
        // Without a network a try costs little and brings little; but a server on this machine needs none.
        let pause = if (around.online)() { pause } else { Backoff::LONGEST };
        if rest(pause, &mut orders).await.is_none() {
            return;
        }
    }
}

/// Waits, or until woken. What is to be said meanwhile is passed over. `None` when nobody wants the line.
async fn rest(pause: u32, orders: &mut UnboundedReceiver<Order>) -> Option<()> {
    let mut timer = TimeoutFuture::new(pause);
    loop {
        match select(&mut timer, orders.next()).await {
            Either::Left(_) | Either::Right((Some(Order::Wake | Order::Renew), _)) => return Some(()),
            Either::Right((Some(Order::Say(_)), _)) => {}
            Either::Right((None, _)) => return None,
        }
    }
}

async fn connection(around: &Surroundings, orders: &mut UnboundedReceiver<Order>) -> End {
    let lost = End::Lost { welcomed: false, pause: 0 };
    let Ok(mut socket) = WebSocket::open_with_protocol(&around.url, SUBPROTOCOL) else { return lost };
    // The sink is ready as soon as the socket is open, or has failed: then the next frame tells so.
    let opened = poll_fn(|context| socket.poll_ready_unpin(context));
    if let Either::Right(_) = select(opened, TimeoutFuture::new(OPENS_WITHIN)).await {
        return lost;
    }
    if say(&mut socket, &Command::Hello((around.hello)())).await.is_err() {
        return lost;
    }
    converse(around, &mut socket, orders).await
}

async fn converse(
    around: &Surroundings,
    socket: &mut WebSocket,
    orders: &mut UnboundedReceiver<Order>,
) -> End {
    let mut heart = Heartbeat::new((around.now)());
    let mut timer = TimeoutFuture::new(0);
    let mut welcomed = false;
    loop {
        match next(socket, orders, &mut timer).await {
            Next::Frame(Ok(Message::Text(frame))) => {
                heart.heard((around.now)());
                // A notice that this page does not know is one of a newer server: passed over.
                let Some(notice) = from_json::<Notice>(&frame) else { continue };
                welcomed |= matches!(notice, Notice::Welcome(_));
                (around.tell)(Report::Said(Box::new(notice)));
            }
            // An error is always followed by the close that tells its code.
            Next::Frame(Ok(Message::Bytes(_)) | Err(WebSocketError::ConnectionError)) => {}
            Next::Frame(Err(WebSocketError::ConnectionClose(close))) => return ended(close.code, welcomed),
            Next::Frame(Err(_)) | Next::Ended => return End::Lost { welcomed, pause: 0 },
            Next::Order(Some(Order::Say(command))) if welcomed => {
                if say(socket, &command).await.is_err() {
                    return End::Lost { welcomed, pause: 0 };
                }
            }
            Next::Order(Some(Order::Say(_))) => {}
            Next::Order(Some(Order::Renew)) => return End::Lost { welcomed, pause: 0 },
            Next::Order(None) => return End::Dropped,
            Next::Order(Some(Order::Wake)) | Next::Time => match heart.beat((around.now)()) {
                Beat::Wait(pause) => timer = TimeoutFuture::new(pause.saturating_add(1)),
                Beat::Dead => return End::Lost { welcomed, pause: 0 },
                Beat::Ask => {
                    timer = TimeoutFuture::new(0);
                    if say(socket, &Command::Ping).await.is_err() {
                        return End::Lost { welcomed, pause: 0 };
                    }
                }
            },
        }
    }
}

enum Next {
    Frame(Result<Message, WebSocketError>),
    Ended,
    Order(Option<Order>),
    Time,
}

async fn next(
    socket: &mut WebSocket,
    orders: &mut UnboundedReceiver<Order>,
    timer: &mut TimeoutFuture,
) -> Next {
    match select(socket.next(), select(orders.next(), timer)).await {
        Either::Left((Some(frame), _)) => Next::Frame(frame),
        Either::Left((None, _)) => Next::Ended,
        Either::Right((Either::Left((order, _)), _)) => Next::Order(order),
        Either::Right((Either::Right(_), _)) => Next::Time,
    }
}

fn ended(code: u16, welcomed: bool) -> End {
    match CloseCode::from_u16(code).map(|code| (code, code.after())) {
        Some((code, After::Stop)) => End::Stop(code),
        Some((_, After::Retry(pause))) => End::Lost { welcomed, pause },
        None => End::Lost { welcomed, pause: 0 },
    }
}

/// A socket that is about to close takes nothing any more, and complains on the console: its close follows.
async fn say(socket: &mut WebSocket, command: &Command) -> Result<(), WebSocketError> {
    match socket.state() {
        State::Open => socket.send(Message::Text(codec::encode(command))).await,
        _ => Ok(()),
    }
}
