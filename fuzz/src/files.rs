//! The files of the page: what lies elsewhere is not given under any path.

use http_body_util::Full;
use hyper::{Method, Request, Uri, header::ACCEPT_ENCODING};

use crate::site::{FILES, PAGE, visit};

/// Where the server answers something else than a file.
const OTHERS: [&str; 4] = ["/api", "/healthz", "/readyz", "/ws"];

/// A path, and before it how the file may be packed: what comes back is a file of `dist`, whole, or none.
pub fn files(bytes: &[u8]) {
    let Some((packed, path)) = bytes.split_first() else { return };
    let path: Vec<u8> = b"/".iter().chain(path).copied().collect();
    let Ok(uri) = Uri::try_from(path) else { return };
    if OTHERS.iter().any(|other| uri.path().starts_with(other)) {
        return;
    }
    let accepted = ["identity", "br", "gzip", "br, gzip;q=0.5"][usize::from(packed % 4)];
    visit(|site| {
        let what = uri.to_string();
        let request =
            Request::get(uri).header(ACCEPT_ENCODING, accepted).body(Full::default()).expect("a request");
        let answer = site.ask(request);
        answer.is_sound(&Method::GET);
        if answer.status.is_success() {
            let is_a_file = FILES.iter().any(|(_, content)| answer.body == content.as_bytes());
            assert!(is_a_file || answer.body == PAGE.as_bytes(), "{what}: {:?}", answer.body);
        }
    });
}
