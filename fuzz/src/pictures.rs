//! Pictures, and whatever says that it is one.

use image::ImageFormat;
use maru_server::files::{kind, picture};

/// Nothing is shown that was not decoded; what is taken away is taken away at once; a small form is small.
pub fn pictures(bytes: &[u8]) {
    let kind = kind::sniff(bytes).expect("bytes that can be read");
    assert!(!kind::is_shown(&kind, false) || !kind::is_picture(&kind));
    assert!(!["text/html", "text/xml", "image/svg+xml"].contains(&kind::served_as(&kind)));
    let Some(stripped) = picture::strip(&kind, &bytes.to_vec().into()) else { return };
    assert_eq!(picture::strip(&kind, &stripped).as_ref(), Some(&stripped), "{kind}");
    if let Some(seen) = picture::look(&kind, &stripped) {
        assert!(seen.picture.width > 0 && seen.picture.height > 0);
        if let Some(small) = seen.small {
            let small = image::load_from_memory_with_format(&small, ImageFormat::WebP).expect("a small form");
            assert!(small.width() <= 640 && small.height() <= 640);
        }
    }
}
