//! Whether the browser has a network, and whether anybody looks at the page.

use web_sys::{Event, VisibilityState};

use crate::{ground::*, parts::listen};

/// Whether the browser says that it has a network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether the page is in sight and has the focus.
pub fn is_watched() -> bool {
    !is_hidden() && document().has_focus().unwrap_or(true)
}

/// Whether the page is out of sight: then no frame is drawn.
pub fn is_hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// Calls back when the browser's network comes (`true`) or goes (`false`).
pub fn on_network(told: impl Fn(bool) + Copy + 'static) {
    listen(window(), "online", move |_: Event| told(true));
    listen(window(), "offline", move |_: Event| told(false));
}

/// Calls back when the page comes into sight or goes out of it, or wins or loses the focus.
pub fn on_watched(told: impl Fn() + Copy + 'static) {
    listen(document(), "visibilitychange", move |_: Event| told());
    listen(window(), "focus", move |_: Event| told());
    listen(window(), "blur", move |_: Event| told());
    listen(window(), "pageshow", move |_: Event| told());
}

/// Calls back when the page goes out of sight, and when it is closed: it may be for the last time.
pub fn on_hidden(told: impl Fn() + Copy + 'static) {
    listen(document(), "visibilitychange", move |_: Event| {
        if is_hidden() {
            told();
        }
    });
    listen(window(), "pagehide", move |_: Event| told());
}

/// Calls back whenever somebody does something here.
pub fn on_input(told: impl Fn() + Copy + 'static) {
    for input in ["pointerdown", "pointermove", "keydown"] {
        listen(window(), input, move |_: Event| told());
    }
}
