//! A finger that is held on a message shows what one can do with it; on a reaction, who reacted.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use maru_shared::Emoji;
use web_sys::{Event, PointerEvent};

use super::{Deeds, Place, closest, target};
use crate::{
    annex::open,
    ground::*,
    parts::{Watched, listen},
    seam::AnnexView,
};

/// The finger that is on a message. A handle.
#[derive(Clone, Copy)]
pub(super) struct Finger {
    /// What is waited for until it was there long enough.
    waits: Watched<Option<Rc<Timeout>>>,
    /// It was: lifting it is no click.
    held: Watched<bool>,
}

/// For so many milliseconds a finger is held on a message to see what one can do.
const HELD: u32 = 450;

impl Default for Finger {
    fn default() -> Self {
        Self { waits: Watched::new(None), held: Watched::new(false) }
    }
}

impl Finger {
    /// Whether it was held until now.
    pub(super) fn was_held(self) -> bool {
        let held = self.held.get_untracked();
        self.held.set(false);
        held
    }

    fn let_go(self) {
        // What is dropped does not come.
        self.waits.set(None);
    }
}

impl Deeds {
    pub(super) fn hear_fingers(self) {
        let finger = self.finger;
        listen(document(), "pointerdown", move |event: PointerEvent| {
            finger.let_go();
            finger.held.set(false);
            let touched = target(&event).filter(|_| event.pointer_type() == "touch" && event.is_primary());
            let Some(target) = touched.filter(|target| closest(target, ".edit, .refused").is_none()) else {
                return;
            };
            let Some(Place { room, seq, .. }) = Place::of(&target) else { return };
            let emoji = closest(&target, ".reaction").and_then(|chip| chip.get_attribute("data-emoji"));
            let t = self.t;
            let show = move || {
                finger.held.set(true);
                let t = t.get();
                match emoji {
                    Some(emoji) => {
                        open(t.reactors, &AnnexView::Reactors(room, seq, vec![Emoji::known(emoji)]));
                    }
                    None => open(t.message, &AnnexView::Message(room, seq)),
                }
            };
            finger.waits.set(Some(Rc::new(Timeout::new(HELD, show))));
        });
        // Where the finger scrolls, it is taken from the page.
        for event in ["pointerup", "pointercancel"] {
            listen(document(), event, move |_: Event| finger.let_go());
        }
        // What it has opened may be under the finger when that is lifted.
        listen(document(), "touchend", move |event: Event| {
            if finger.was_held() && event.cancelable() {
                event.prevent_default();
            }
        });
        listen(document(), "contextmenu", move |event: Event| {
            if finger.held.get_untracked() || finger.waits.with_untracked(Option::is_some) {
                event.prevent_default();
            }
        });
    }
}
