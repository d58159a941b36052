//! A client of the plain dialect: bare text both ways.

use tokio_tungstenite::tungstenite::Message;

use super::{
    Dial, Site,
    client::{Came, come, send},
    dial::Socket,
    until,
};

/// A client of the plain dialect.
pub(crate) struct Plain {
    pub(crate) socket: Socket,
}

impl Plain {
    pub(crate) async fn connect(site: Site) -> Self {
        Self { socket: Dial::bare(site, "/").open().await }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        send(&mut self.socket, Message::text(text)).await;
    }

    /// The next text.
    pub(crate) async fn hear(&mut self) -> String {
        match until("a text", come(&mut self.socket)).await {
            Came::Text(text) => text,
            Came::End(code) => panic!("the server closed the socket: {code:?}"),
        }
    }

    /// The next so many texts.
    pub(crate) async fn hear_many(&mut self, count: usize) -> Vec<String> {
        let mut heard = Vec::with_capacity(count);
        while heard.len() < count {
            heard.push(self.hear().await);
        }
        heard
    }

    /// The code with which the server closes, when nothing is said before.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        match until("the end of the socket", come(&mut self.socket)).await {
            Came::End(code) => code,
            Came::Text(text) => panic!("{text:?} instead of the end"),
        }
    }
}
