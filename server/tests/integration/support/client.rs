//! A client of the typed dialect.

use futures_util::{FutureExt, SinkExt, StreamExt};
use maru_shared::{
    Command, DraftId, Event, Member, Notice, Refusal, RoomId, Seq, codec, command::Post, event::Welcome,
};
use tokio_tungstenite::tungstenite::Message;

use super::{View, a_draft, dial::Socket, until, view::as_told};

/// A client of the typed dialect: one socket, and what it knows.
pub(crate) struct Client {
    pub(crate) socket: Socket,
    pub(crate) welcome: Welcome,
    pub(crate) view: View,
    /// What came besides, oldest first: for the tests of whispers.
    pub(crate) whispers: Vec<Notice>,
}

/// What a socket gives.
#[derive(Debug)]
pub(crate) enum Came {
    Text(String),
    /// The end, with the server's code; without one the line was lost.
    End(Option<u16>),
}

impl Client {
    /// Says `hello` with what the view knows, and sends again what was not answered. Ends with the welcome.
    pub(crate) async fn begin(mut socket: Socket, mut view: View) -> Self {
        view.opened();
        say(&mut socket, &Command::Hello(view.hello())).await;
        for post in view.unanswered() {
            say(&mut socket, &Command::Post(post)).await;
        }
        let Came::Text(text) = until("the welcome", come(&mut socket)).await else {
            panic!("the server closed the socket on hello")
        };
        let welcome = codec::decode::<Notice>(&text).expect("a notice");
        view.take(&welcome);
        let Notice::Welcome(welcome) = welcome else { panic!("{welcome:?} instead of a welcome") };
        Self { socket, welcome, view, whispers: Vec::new() }
    }

    /// Reads until every room of the welcome is caught up on.
    pub(crate) async fn catch_up(&mut self) {
        let rooms: Vec<RoomId> = self.welcome.rooms.iter().map(|joined| joined.room.id).collect();
        self.wait("catching up", |view| rooms.iter().all(|room| view.is_caught_up(*room))).await;
    }

    pub(crate) fn me(&self) -> &Member {
        &self.welcome.you
    }

    pub(crate) async fn say(&mut self, command: &Command) {
        say(&mut self.socket, command).await;
    }

    /// Sends a message, and does not wait for what comes of it.
    pub(crate) async fn post(&mut self, room: RoomId, text: &str) -> DraftId {
        self.post_as(Post::new(room, a_draft(), text)).await
    }

    /// The same, of a draft that may answer something.
    pub(crate) async fn post_as(&mut self, post: Post) -> DraftId {
        self.view.posting(&post);
        let draft = post.draft;
        self.say(&Command::Post(post)).await;
        draft
    }

    /// Sends a message and waits until it stands in the room.
    pub(crate) async fn tell(&mut self, room: RoomId, text: &str) -> Event {
        let draft = self.post(room, text).await;
        self.answer(draft).await.expect("a message that is taken")
    }

    /// Answers a message and waits until that stands in the room.
    pub(crate) async fn reply(&mut self, room: RoomId, message: Seq, text: &str) -> Event {
        let draft = self.post_as(Post { reply: Some(message), ..Post::new(room, a_draft(), text) }).await;
        self.answer(draft).await.expect("a message that is taken")
    }

    /// Sends a message that is refused.
    pub(crate) async fn refused(&mut self, room: RoomId, text: &str) -> Refusal {
        let draft = self.post(room, text).await;
        self.answer(draft).await.expect_err("a message that is refused")
    }

    /// What comes of a draft.
    pub(crate) async fn answer(&mut self, draft: DraftId) -> Result<Event, Refusal> {
        self.wait("the answer to a post", |view| view.answer(draft).is_some()).await;
        self.view.answer(draft).expect("the answer that was waited for").clone()
    }

    /// Reads until everything that was posted is answered.
    pub(crate) async fn all_answered(&mut self) {
        self.wait("every answer", |view| !view.has_pending()).await;
    }

    /// Reads until everything in the room up to this seq is known.
    pub(crate) async fn reach(&mut self, room: RoomId, seq: Seq) {
        self.wait("the room's newest event", |view| view.last(room) >= seq).await;
    }

    /// Reads until the view is so.
    pub(crate) async fn wait(&mut self, what: &str, so: impl Fn(&View) -> bool) {
        until(what, async {
            while !so(&self.view) {
                self.read().await;
            }
        })
        .await;
    }

    /// The next notice that says what is looked for.
    pub(crate) async fn see<T>(&mut self, what: &str, find: impl Fn(&Notice) -> Option<T>) -> T {
        until(what, async {
            loop {
                if let Some(found) = find(&self.read().await) {
                    return found;
                }
            }
        })
        .await
    }

    /// The next notice, taken into the view.
    pub(crate) async fn next(&mut self) -> Notice {
        until("a notice", self.read()).await
    }

    /// Reads at most so many notices of those that are here already.
    pub(crate) fn glance(&mut self, most: usize) {
        for _ in 0..most {
            match come(&mut self.socket).now_or_never() {
                Some(Came::Text(text)) => drop(self.take(&text)),
                Some(Came::End(_)) | None => return,
            }
        }
    }

    /// Reads on to the end: the code with which the server closes, or none when the line was lost.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        until("the end of the socket", async {
            loop {
                match come(&mut self.socket).await {
                    Came::Text(text) => drop(self.take(&text)),
                    Came::End(code) => return code,
                }
            }
        })
        .await
    }

    /// The line is lost: no close frame, nothing.
    pub(crate) fn cut(self) -> View {
        self.view
    }

    /// Leaves as one should.
    pub(crate) async fn close(mut self) -> View {
        self.socket.close(None).await.expect("an open socket");
        self.end().await;
        self.view
    }

    async fn read(&mut self) -> Notice {
        match come(&mut self.socket).await {
            Came::Text(text) => self.take(&text),
            Came::End(code) => panic!("the server closed the socket: {code:?}"),
        }
    }

    fn take(&mut self, text: &str) -> Notice {
        let notice = codec::decode::<Notice>(text).expect("a notice");
        self.view.take(&notice);
        let notice = match notice {
            Notice::Event(event) => Notice::Event(as_told(event)),
            notice => notice,
        };
        if matches!(
            notice,
            Notice::Typing { .. } | Notice::Presence { .. } | Notice::Listed(_) | Notice::ReadBy { .. }
        ) {
            self.whispers.push(notice.clone());
        }
        notice
    }
}

/// Says this on the socket. When the line is lost it goes nowhere, as it does in life.
pub(crate) async fn say(socket: &mut Socket, command: &Command) {
    send(socket, Message::text(codec::encode(command))).await;
}

/// Sends a frame. When the line is lost it goes nowhere, as it does in life.
pub(crate) async fn send(socket: &mut Socket, frame: Message) {
    let _ = until("room to write", socket.send(frame)).await;
}

/// The next text frame, or the end. Pings are answered on the way.
pub(crate) async fn come(socket: &mut Socket) -> Came {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Came::Text(text.as_str().to_owned()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(frame))) => {
                // Reads on, so that the answer to the close is written out.
                while let Some(Ok(_)) = socket.next().await {}
                return Came::End(frame.map(|frame| frame.code.into()));
            }
            Some(Ok(other)) => panic!("the server sent {other:?}"),
            Some(Err(_)) | None => return Came::End(None),
        }
    }
}
