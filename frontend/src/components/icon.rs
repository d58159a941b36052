//! The few drawn signs, as strokes on a square of 24.

use crate::parts::{Tag, drawing};

/// Three lines: a list behind a button.
pub const LIST: &str = "M4 7h16M4 12h16M4 17h10";
/// Two heads.
pub const PEOPLE: &str = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.4 3-5.5 6.5-5.5s6.1 2.1 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.8c2 .7 3.2 2.5 3.5 5.2";
/// A plus.
pub const PLUS: &str = "M12 5v14M5 12h14";
/// A lens.
pub const LENS: &str = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20";
/// An arrow that leads out of a frame.
pub const GO: &str = "M13 4.5h4.5a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H13M4 12h10M10 8l4 4-4 4";
/// A compass.
pub const COMPASS: &str = "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM15.5 8.5l-2 5-5 2 2-5Z";
/// Two sliders.
pub const SLIDERS: &str = "M4 8h9M19 8h1M16 5.5v5M4 16h1M11 16h9M8 13.5v5";
/// A shield.
pub const SHIELD: &str = "M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6l-7-3Z";
/// An arrow up.
pub const UP: &str = "M12 19V5M6 11l6-6 6 6";
/// An arrow down.
pub const DOWN: &str = "M12 5v14M6 13l6 6 6-6";
/// A cross.
pub const CROSS: &str = "M6 6l12 12M18 6 6 18";

/// A face that smiles.
pub const SMILE: &str =
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9 10v.1M15 10v.1M8.5 14c1.8 2.6 5.2 2.6 7 0";
/// An arrow that turns back.
pub const REPLY: &str = "M9 6 4 11l5 5M4 11h9c4 0 7 2.5 7 7";
/// A pin.
pub const PIN: &str = "M9 4h6l-1 6 3 3.5H7L10 10 9 4ZM12 13.5V20";
/// Three dots.
pub const DOTS: &str = "M5 12h1M11.5 12h1M18 12h1";
/// A lock.
pub const LOCK: &str = "M6.5 11h11v8.5h-11ZM9 11V8a3 3 0 0 1 6 0v3";
/// A bell that is struck through.
pub const BELL_OFF: &str = "M6.5 16.5V11a5.5 5.5 0 0 1 9-4.2M17.5 11v5.5M4.5 16.5h13M10 19.5h4M4 4l16 16";
/// An i in a circle.
pub const ABOUT: &str = "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11.5V16M12 8v.1";
/// A paperclip.
pub const CLIP: &str =
    "m20 11.5-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L9.8 17.3a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4";
/// An arrow down, onto something.
pub const DOWNLOAD: &str = "M12 4v11M7 10.5l5 5 5-5M5 20h14";
/// An arrow that turns.
pub const AGAIN: &str = "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.3M20 4.5v4.8h-4.8";
/// To the left.
pub const BACK: &str = "m14.5 5.5-6.5 6.5 6.5 6.5";
/// To the right.
pub const FORTH: &str = "m9.5 5.5 6.5 6.5-6.5 6.5";

/// A sign beside or instead of a word; the word is what is read aloud.
pub fn icon(path: &'static str) -> Tag {
    drawing("svg")
        .class("icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(drawing("path").attr("d", path))
}
