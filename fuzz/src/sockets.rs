//! WebSockets: both dialects, from the frames on.

use futures_util::StreamExt;
use maru_shared::{Notice, SUBPROTOCOL, close::CloseCode};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Request, http::HeaderValue},
};

use crate::{
    comes_back,
    site::{Site, visit},
};

/// The first byte chooses the dialect: `p` is the plain one, others are typed. Each line behind it is sent as a text frame; or,
/// after a `#`, as a frame whose first byte is the next; or, after a `!`, as it is. Whatever comes, the socket ends when the
/// client ends it; until then the server says only what can be read, and closes only with codes of its own.
pub fn sockets(bytes: &[u8]) {
    let Some((dialect, said)) = bytes.split_first() else { return };
    visit(|site| {
        let is_typed = *dialect != b'p';
        let request = upgrade(site, is_typed);
        let frames: Vec<u8> = site.spell(said).split(|byte| *byte == b'\n').flat_map(frame).collect();
        let stream = site.dial();
        site.wait("the end of the socket", converse(request, stream, &frames, is_typed));
    });
}

async fn converse(request: Request, stream: TcpStream, frames: &[u8], is_typed: bool) {
    let mut socket: WebSocketStream<TcpStream> = match client_async(request, stream).await {
        Ok((socket, _)) => socket,
        Err(cause) => panic!("no upgrade: {cause}"),
    };
    // The server may have had enough before it has read all.
    let _ = socket.get_mut().write_all(frames).await;
    let _ = socket.get_mut().shutdown().await;
    while let Some(heard) = socket.next().await {
        match heard {
            Ok(Message::Text(text)) if is_typed => {
                let notice = comes_back::<Notice>(&text);
                assert!(notice.is_some(), "not a notice: {text}");
            }
            Ok(Message::Close(Some(close))) => {
                let code = u16::from(close.code);
                // What the client closed with, the server may say again.
                assert!(
                    code == 1000 || CloseCode::from_u16(code).is_some() || frames.contains(&0x88),
                    "{code}"
                );
            }
            Ok(_) => {}
            Err(Error::Capacity(cause)) => panic!("{cause}"),
            Err(Error::Utf8(cause)) => panic!("{cause}"),
            // A lost line.
            Err(_) => return,
        }
    }
}

fn upgrade(site: &Site, is_typed: bool) -> Request {
    let path = if is_typed { "ws" } else { "" };
    let url = format!("ws://{}/{path}", site.word("$HOST"));
    let mut request = url.into_client_request().expect("a request");
    if is_typed {
        let cookie = site.word("$GUEST").parse().expect("a cookie is a header's value");
        request.headers_mut().insert("cookie", cookie);
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
    }
    request
}

/// A line as the bytes that are sent. The mask is zero: what is masked by it stays.
pub(crate) fn frame(line: &[u8]) -> Vec<u8> {
    let (first, said) = match line {
        [b'!', raw @ ..] => return raw.to_vec(),
        [b'#', first, said @ ..] => (*first, said),
        said => (0x81, said),
    };
    let mut frame = vec![first];
    match u16::try_from(said.len()) {
        Ok(length @ ..126) => frame.push(0x80 | length as u8),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => {
            frame.push(0x80 | 127);
            frame.extend((said.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(said);
    frame
}
