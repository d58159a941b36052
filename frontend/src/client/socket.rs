//! The socket: opens it, keeps it, opens it again.

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use maru_shared::{
    Command, Notice, SUBPROTOCOL,
    close::{After, CloseCode},
    command::Hello,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use crate::{
    parts::{from_json, to_json},
    state::pace::{Backoff, Beat, Heartbeat},
};

#[wasm_bindgen]
extern "C" {
    type WebSocket;
    #[wasm_bindgen(constructor, catch)]
    fn new(address: &str, protocol: &str) -> Result<WebSocket, JsValue>;
    #[wasm_bindgen(method, getter = readyState)]
    fn state(this: &WebSocket) -> u16;
    #[wasm_bindgen(method, catch)]
    fn send(this: &WebSocket, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &WebSocket);

    /// What happens to it: a message has the one, a close the other.
    type Happened;
    #[wasm_bindgen(method, getter)]
    fn data(this: &Happened) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn code(this: &Happened) -> Option<u16>;
}

/// The state of a socket that takes what is said.
const OPEN: u16 = 1;

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
///
/// It is the browser's own, called back by its events: with a library that makes futures of them it was three times as much
/// of the page.
pub struct Socket(Rc<Line>);

struct Line {
    around: Surroundings,
    now: RefCell<Now>,
}

/// How it is with the line.
#[derive(Default)]
struct Now {
    stage: Stage,
    backoff: Backoff,
    /// What is to be looked at next.
    timer: Option<Timeout>,
}

#[derive(Default)]
enum Stage {
    /// It is opened when the time has come.
    #[default]
    Resting,
    /// It may come up.
    Opening(Wire),
    /// It is up.
    Up { wire: Wire, heart: Heartbeat, welcomed: bool },
    /// The server wants no more of it.
    Over,
}

/// What is done at an event of the socket.
type Act = fn(&Rc<Line>, &Happened);

/// One connection. It is closed when it is dropped.
struct Wire {
    socket: WebSocket,
    _heard: [EventListener; 3],
}

/// A connection that has not opened after so many milliseconds is given up.
const OPENS_WITHIN: u32 = 10_000;

impl Socket {
    /// Opens the socket, and keeps it open.
    pub fn open(around: Surroundings) -> Self {
        let line = Rc::new(Line { around, now: RefCell::default() });
        line.open();
        Self(line)
    }

    /// Says something, if the line is up. What is said on a line that is lost meanwhile may never arrive.
    pub fn say(&self, command: &Command) {
        if matches!(self.0.now.borrow().stage, Stage::Up { welcomed: true, .. }) {
            self.0.say(command);
        }
    }

    /// Looks whether the line is alive; where it is down, tries again at once.
    pub fn wake(&self) {
        if !matches!(self.0.now.borrow().stage, Stage::Opening(_) | Stage::Over) {
            self.0.look_in(0);
        }
    }

    /// Gives the line up and opens another one.
    pub fn renew(&self) {
        if matches!(self.0.now.borrow().stage, Stage::Opening(_) | Stage::Up { .. }) {
            self.0.lost(0);
        } else {
            self.wake();
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.socket.close();
    }
}

impl Line {
    /// Looks at it after so many milliseconds, and not before.
    fn look_in(self: &Rc<Self>, pause: u32) {
        let line = Rc::downgrade(self);
        let look = move || line.upgrade().iter().for_each(Self::look);
        self.now.borrow_mut().timer = Some(Timeout::new(pause, look));
    }

    fn look(self: &Rc<Self>) {
        let beat = match &mut self.now.borrow_mut().stage {
            Stage::Over => return,
            Stage::Resting => None,
            Stage::Opening(_) => Some(Beat::Dead),
            Stage::Up { heart, .. } => Some(heart.beat((self.around.now)())),
        };
        match beat {
            None => self.open(),
            Some(Beat::Wait(pause)) => self.look_in(pause.saturating_add(1)),
            Some(Beat::Dead) => self.lost(0),
            Some(Beat::Ask) => {
                self.look_in(0);
                self.say(&Command::Ping);
            }
        }
    }

    fn open(self: &Rc<Self>) {
        let Ok(socket) = WebSocket::new(&self.around.url, SUBPROTOCOL) else { return self.lost(0) };
        // An error is always followed by the close that tells its code.
        let acts: [(&str, Act); 3] = [
            ("open", |line, _| line.opened()),
            ("message", |line, message| line.heard(&message.data())),
            ("close", |line, close| line.closed(close.code().unwrap_or_default())),
        ];
        let heard = acts.map(|(event, act)| {
            let line = Rc::downgrade(self);
            let told = move |event: &JsValue| {
                line.upgrade().iter().for_each(|line| act(line, event.unchecked_ref()));
            };
            EventListener::new(socket.unchecked_ref(), event, move |event| told(event))
        });
        self.now.borrow_mut().stage = Stage::Opening(Wire { socket, _heard: heard });
        self.look_in(OPENS_WITHIN);
    }

    fn opened(self: &Rc<Self>) {
        let hello = (self.around.hello)();
        let mut now = self.now.borrow_mut();
        let Stage::Opening(wire) = std::mem::take(&mut now.stage) else { return };
        let heart = Heartbeat::new((self.around.now)());
        now.stage = Stage::Up { wire, heart, welcomed: false };
        drop(now);
        self.say(&Command::Hello(hello));
        self.look_in(0);
    }

    fn heard(&self, frame: &JsValue) {
        let notice = frame.as_string().map(|frame| from_json::<Notice>(&frame));
        if let (Stage::Up { heart, welcomed, .. }, Some(notice)) = (&mut self.now.borrow_mut().stage, &notice)
        {
            heart.heard((self.around.now)());
            *welcomed |= matches!(notice, Some(Notice::Welcome(_)));
        }
        // A notice that this page does not know is one of a newer server: passed over.
        if let Some(notice) = notice.flatten() {
            (self.around.tell)(Report::Said(Box::new(notice)));
        }
    }

    fn closed(self: &Rc<Self>, code: u16) {
        match CloseCode::from_u16(code).map(|code| (code, code.after())) {
            Some((code, After::Stop)) => {
                *self.now.borrow_mut() = Now { stage: Stage::Over, ..Now::default() };
                (self.around.tell)(Report::Stopped(code));
            }
            Some((_, After::Retry(pause))) => self.lost(pause),
            None => self.lost(0),
        }
    }

    /// It is lost, or did not come up: another one is opened after at least so many milliseconds.
    fn lost(self: &Rc<Self>, pause: u32) {
        let mut now = self.now.borrow_mut();
        let before = std::mem::take(&mut now.stage);
        if matches!(before, Stage::Up { welcomed: true, .. }) {
            now.backoff.reset();
        }
        let pause = pause.max(now.backoff.after_failure((self.around.chance)()));
        drop((now, before));
        // Without a network a try costs little and brings little; but a server on this machine needs none.
        self.look_in(if (self.around.online)() { pause } else { Backoff::LONGEST });
        (self.around.tell)(Report::Lost);
    }

    /// A socket that is about to close takes nothing any more, and complains on the console: its close follows.
    fn say(self: &Rc<Self>, command: &Command) {
        let failed = match &self.now.borrow().stage {
            Stage::Up { wire, .. } if wire.socket.state() == OPEN => {
                wire.socket.send(&to_json(command)).is_err()
            }
            _ => false,
        };
        if failed {
            self.lost(0);
        }
    }
}
