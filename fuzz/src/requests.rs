//! Requests over HTTP: the whole server, from the bytes on.

use http_body_util::Full;
use hyper::{
    Method, Request, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use maru_shared::api::ApiError;

use crate::site::visit;

/// What the client says by itself, and how a request ends: by hand they only say that it never comes.
const OF_THE_CLIENT: [&str; 3] = ["content-length", "transfer-encoding", "expect"];

/// A method and a path, headers each on a line, an empty line, a body: whatever they are, there is an answer, it is no error
/// of the server's, and where the API refuses it says so as `docs/protocol.md` tells.
pub fn requests(bytes: &[u8]) {
    visit(|site| {
        let Some(request) = request(&site.spell(bytes)) else { return };
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = site.ask(request);
        answer.is_sound(&method);
        let refused = answer.status.is_client_error() && method != Method::HEAD;
        if refused && path.starts_with("/api/") {
            let kind = answer.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
            assert_eq!(kind, Some(&b"application/json"[..]), "{method} {path}: {}", answer.status);
            let why = serde_json::from_slice::<ApiError>(&answer.body);
            assert!(why.is_ok(), "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
        }
        site.look_after();
    });
}

fn request(bytes: &[u8]) -> Option<Request<Full<Bytes>>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut words = lines.next()?.splitn(2, |byte| *byte == b' ');
    let method = Method::from_bytes(words.next()?).ok()?;
    let uri = Uri::try_from(words.next()?).ok()?;
    // The one method whose answer is no answer but a tunnel: the client takes it for one.
    if method == Method::CONNECT || uri.path_and_query().is_none() {
        return None;
    }
    let mut request = Request::new(Full::from(body.to_vec()));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii_start());
        if let (Ok(name), Ok(value)) = (name, value)
            && !OF_THE_CLIENT.contains(&name.as_str())
        {
            request.headers_mut().append(name, value);
        }
    }
    Some(request)
}
