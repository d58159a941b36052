//! What a file is, whatever it is called: found in its first bytes.

use std::{io, io::Read};

/// So many bytes tell what a file is.
const TELLING: usize = 8 << 10;

/// So many bytes are read at once to see whether all of a file is text.
const READ_AT_ONCE: usize = 64 << 10;

/// What is no kind that anybody knows.
const UNKNOWN: &str = "application/octet-stream";

/// What is shown in place: pictures of the kinds that every browser knows and that hold nothing but a picture, and what can be
/// heard and seen. Nothing that may hold a script (SVG, HTML, XML, PDF).
const SHOWN: &[&str] = &[
    "audio/aac",
    "audio/m4a",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/x-flac",
    "audio/x-wav",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-m4v",
];

/// The kinds that a browser may take for a page, were it asked to: what is no text is served as nothing that it knows.
const ACTIVE: &[&str] = &["text/html", "text/xml", "application/wasm", "application/x-shockwave-flash"];

/// The media type (RFC 6838) of what can be read here, from its beginning.
///
/// # Errors
/// When it cannot be read.
pub fn sniff(mut file: impl Read) -> io::Result<String> {
    let mut beginning = Vec::with_capacity(TELLING);
    file.by_ref().take(TELLING as u64).read_to_end(&mut beginning)?;
    if let Some(kind) = infer::get(&beginning) {
        return Ok(kind.mime_type().to_owned());
    }
    let is_text = is_text(io::Cursor::new(beginning).chain(file))?;
    Ok(if is_text { "text/plain" } else { UNKNOWN }.to_owned())
}

/// Whether a file of this kind is a picture that is decoded here, and shown when that succeeds.
pub fn is_picture(kind: &str) -> bool {
    matches!(kind, "image/gif" | "image/jpeg" | "image/png" | "image/webp")
}

/// Whether a file of this kind is shown in place; `is_seen` says that it was decoded as a picture.
pub fn is_shown(kind: &str, is_seen: bool) -> bool {
    SHOWN.contains(&kind) || (is_seen && is_picture(kind))
}

/// As what a file of this kind is served.
pub fn served_as(kind: &str) -> &str {
    match kind {
        // As players of the web call it.
        "audio/m4a" => "audio/mp4",
        "text/plain" => "text/plain; charset=utf-8",
        active if ACTIVE.contains(&active) => UNKNOWN,
        kind => kind,
    }
}

/// Whether this is UTF-8 with no control characters but those that stand between lines and words.
fn is_text(mut file: impl Read) -> io::Result<bool> {
    let mut held = vec![0; READ_AT_ONCE];
    // What the bytes before left of a character.
    let mut begun = 0;
    loop {
        let read = match file.read(&mut held[begun..]) {
            Ok(read) => read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(cause),
        };
        if read == 0 {
            return Ok(begun == 0);
        }
        let length = begun + read;
        let whole = match str::from_utf8(&held[..length]) {
            Ok(_) => length,
            Err(broken) if broken.error_len().is_some() => return Ok(false),
            Err(cut) => cut.valid_up_to(),
        };
        let is_control = |byte: &u8| *byte == 0x7f || (*byte < b' ' && !b"\t\n\r\x0c\x1b".contains(byte));
        if held[..whole].iter().any(is_control) {
            return Ok(false);
        }
        held.copy_within(whole..length, 0);
        begun = length - whole;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> String {
        sniff(bytes).unwrap()
    }

    /// Gives one byte at a time.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    #[test]
    fn a_text_is_known_by_all_of_it() {
        assert_eq!(kind("안녕, 마루\r\n\tx".as_bytes()), "text/plain");
        assert_eq!(kind(b""), "text/plain");
        assert!(is_text(Slowly("한 글자는 세 바이트다".as_bytes())).unwrap());
        assert!(!is_text(Slowly(&"한".as_bytes()[..2])).unwrap());
        let mut long = "가".repeat(100_000).into_bytes();
        assert_eq!(kind(&long), "text/plain");
        long.push(0);
        assert_eq!(kind(&long), UNKNOWN);
        assert_eq!(kind(b"\xff\xfeab"), UNKNOWN);
    }

    #[test]
    fn what_may_hold_a_script_is_never_shown() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        for hostile in [
            &svg[..],
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            b"  <!DOCTYPE html><script>alert(1)</script>",
            b"<html><body onload=alert(1)>",
            b"%PDF-1.7\n1 0 obj",
            b"<script>alert(1)</script>",
        ] {
            let kind = kind(hostile);
            assert!(!is_shown(&kind, true), "{kind}");
            let served = served_as(&kind);
            assert!(!["text/html", "text/xml", "image/svg+xml"].contains(&served), "{served}");
        }
    }

    #[test]
    fn a_picture_that_was_not_decoded_is_not_shown() {
        assert!(is_shown("image/png", true) && !is_shown("image/png", false));
        assert!(!is_shown("image/svg+xml", true) && !is_shown("image/tiff", true));
        assert!(is_shown("video/webm", false));
    }
}
