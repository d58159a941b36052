//! Files on their way to a browser, which is told to take none of them for a page.

use std::path::PathBuf;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use data_encoding::BASE64URL_NOPAD;
use maru_shared::{FileName, Refusal};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower_http::services::ServeFile;

use crate::{entry::ContentHash, files::failed, http::Failure};

/// What stands for itself in the extended form of a parameter (RFC 8187, `attr-char`).
const EXTENDED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// What is under a hash never changes: only whether one may have it, and that is asked each time that it is fetched.
const KEEP: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// Opened by itself it is a page without an origin, which loads nothing and runs nothing.
const ALONE: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");

/// A file that is served.
pub(super) struct Serving<'a> {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its entity tag.
    pub(super) tag: String,
    /// As what it is served.
    pub(super) kind: &'a str,
    /// What it is called.
    pub(super) name: &'a FileName,
    /// Whether it is shown in place.
    pub(super) is_shown: bool,
}

impl Serving<'_> {
    /// All of it, or the one range that is asked for; nothing, where the asker has it already.
    ///
    /// # Errors
    /// When it is not there any more, or the disk cannot.
    pub(super) async fn answer(self, method: Method, asked: &HeaderMap) -> Result<Response, Failure> {
        if asked.get(header::IF_NONE_MATCH).is_some_and(|tags| self.is_among(tags)) {
            return Ok(self.dress(StatusCode::NOT_MODIFIED.into_response()));
        }
        let mut request = Request::builder().method(method);
        // Behind a tag that is not this one, what is there already is of something else (RFC 9110, 13.1.5).
        if asked.get(header::IF_RANGE).is_none_or(|tag| tag.as_bytes() == self.tag.as_bytes())
            && let Some(range) = asked.get(header::RANGE)
        {
            request = request.header(header::RANGE, range);
        }
        let request = request.body(Body::empty()).map_err(|_| Refusal::Malformed)?;
        let mut file = ServeFile::new(&self.path).ignore_multi_range_requests(true);
        let response = file.try_call(request).await.map_err(failed)?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(Refusal::NoSuchFile.into());
        }
        Ok(self.dress(response.map(Body::new)))
    }

    fn dress(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.remove(header::LAST_MODIFIED);
        let shown = if self.is_shown { "inline" } else { "attachment" };
        let disposition = format!("{shown}; {}", named(self.name));
        let said = [
            (header::CONTENT_TYPE, HeaderValue::from_str(self.kind).ok()),
            (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).ok()),
            (header::ETAG, HeaderValue::from_str(&self.tag).ok()),
            (header::CACHE_CONTROL, Some(KEEP)),
            (header::CONTENT_SECURITY_POLICY, Some(ALONE)),
            (header::ACCEPT_RANGES, Some(HeaderValue::from_static("bytes"))),
        ];
        for (name, value) in said {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        response
    }

    fn is_among(&self, tags: &HeaderValue) -> bool {
        let Ok(tags) = tags.to_str() else { return false };
        let is_this = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag;
        tags.split(',').any(|tag| is_this(tag.trim()))
    }
}

/// The entity tag of a content, or of its small form.
pub(super) fn tag(hash: &ContentHash, is_small: bool) -> String {
    let form = if is_small { "s" } else { "" };
    format!("\"{}{form}\"", BASE64URL_NOPAD.encode(&hash.as_bytes()[..16]))
}

/// The parameters of a `Content-Disposition` that say what a file is called (RFC 6266, with RFC 8187 for what is not ASCII).
fn named(name: &FileName) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' };
    let ascii: String = name.as_str().chars().map(plain).collect();
    format!("filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name.as_str(), &EXTENDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_nothing_but_itself() {
        let of = |called| named(&FileName::nearest(called));
        assert_eq!(of("a b.txt"), "filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(of("사진\".png"), "filename=\"___.png\"; filename*=UTF-8''%EC%82%AC%EC%A7%84%22.png");
        assert_eq!(
            of("a\r\nSet-Cookie: x=1"),
            "filename=\"aSet-Cookie: x=1\"; filename*=UTF-8''aSet-Cookie%3A%20x%3D1"
        );
        assert_eq!(of("x';y%00"), "filename=\"x';y_00\"; filename*=UTF-8''x%27%3By%2500");
    }
}
