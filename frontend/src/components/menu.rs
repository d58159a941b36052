//! A few things that can be done, beside the button that offers them.

use std::rc::Rc;

use web_sys::Element;

use super::button::button;
use crate::{
    dom::popover,
    ground::*,
    parts::{Tag, View, Watched, part, tag},
    texts::{Label, use_texts},
};

/// The menu that is open, if one is. A handle.
#[derive(Clone, Copy)]
pub struct Menus {
    open: Watched<Option<Opened>>,
    turn: Watched<u32>,
}

/// The button beside which it is, and what is in it.
type Opened = (Element, Rc<dyn Fn() -> View>);

impl Menus {
    /// None is.
    pub fn none() -> Self {
        Self { open: Watched::new(None), turn: Watched::new(0) }
    }

    /// Opens a menu beside this button.
    pub fn open(self, button: Element, inside: impl Fn() -> View + 'static) {
        self.show(Some((button, Rc::new(inside))));
    }

    /// Closes the menu.
    pub fn close(self) {
        self.show(None);
    }

    /// What brings it into the document: it stands behind its button.
    pub fn shown(self) -> View {
        let menu = move |_| {
            if let Some((button, inside)) = self.open.get_untracked() {
                let label = use_texts().say(|t| t.common.more);
                let menu = tag("div").class("menu").attr("role", "group").attr("aria-label", label);
                let menu = menu.child(inside()).element();
                popover::show_beside(&button, &menu, move || self.close());
            }
            View::nothing()
        };
        part(move || self.turn.get(), menu)
    }

    fn show(self, opened: Option<Opened>) {
        self.open.set(opened);
        let _ = self.turn.try_update(|turn| *turn = turn.wrapping_add(1));
    }
}

/// One of the things that can be done. `harms` when it takes something from somebody.
pub fn offer(label: Label, harms: bool, act: impl Fn() + 'static) -> Tag {
    let menus = use_menus();
    button(if harms { "plain harms" } else { "plain" }, use_texts().say(label), move || {
        menus.close();
        act();
    })
}

/// The menu that is open.
pub fn use_menus() -> Menus {
    given()
}
