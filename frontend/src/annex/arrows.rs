//! The keys that move in the list of a field, right also while a syllable is composed in it.

use std::{cell::RefCell, rc::Rc};

use web_sys::{CompositionEvent, Element, Event, KeyboardEvent};

use crate::{parts::listen, state::composition::Arrows};

/// What the arrow keys of one field do. A handle.
#[derive(Clone)]
pub(super) struct ArrowKeys(Rc<RefCell<Arrows>>);

impl ArrowKeys {
    /// Follows what is composed in this field.
    pub(super) fn of(field: &Element) -> Self {
        let arrows = Rc::new(RefCell::new(Arrows::default()));
        for event in ["compositionstart", "compositionupdate"] {
            let arrows = Rc::clone(&arrows);
            listen(field.clone(), event, move |event: CompositionEvent| {
                arrows.borrow_mut().compose(&event.data().unwrap_or_default());
            });
        }
        let (ended, up) = (Rc::clone(&arrows), Rc::clone(&arrows));
        listen(field.clone(), "compositionend", move |_: Event| ended.borrow_mut().end());
        listen(field.clone(), "keyup", move |_: Event| up.borrow_mut().key_up());
        Self(arrows)
    }

    /// Tells `moved` whether one moves down by this key that went down in the field, if one moves. Whether it is an arrow up or down at all:
    /// then the caret stays where it is.
    pub(super) fn take(&self, event: &KeyboardEvent, moved: impl FnOnce(bool)) -> bool {
        // By `code`: while something is composed, `key` may read `Process`.
        let down = match event.code().as_str() {
            _ if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() => {
                return false;
            }
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return false,
        };
        let moves = self.0.borrow_mut().key_down(event.repeat());
        if !event.is_composing() {
            event.prevent_default();
        }
        if moves {
            moved(down);
        }
        true
    }
}
