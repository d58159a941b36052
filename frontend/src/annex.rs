//! The annex: a second program, for everything that one need not have in order to read and write. The page loads it
//! when it is first wanted, gives it an element of the document and says what to show there. It knows the session by its
//! cookie, asks the API, and opens no socket.

mod account;
mod api;
mod invitations;
mod oneself;
mod settings;
mod texts;
mod wishes;

use std::{
    cell::{Cell, OnceCell},
    rc::Rc,
};

use leptos::prelude::*;
use web_sys::Element;

use self::{oneself::Oneself, settings::settings, wishes::Wishes};
use crate::{
    parts::{View, from_json, show_in},
    seam::{AnnexView, Asked, Told, hear},
};

thread_local! {
    /// What is shown belongs to it.
    static SHOWN: OnceCell<Owner> = const { OnceCell::new() };
}

/// Shows what is asked (an [`Asked`], as JSON) in an element that the page gives, until the page says that it is gone.
pub fn open(host: &Element, asked: &str) {
    let Some(Asked { view, me }) = from_json(asked) else { return };
    let shown = SHOWN.with(|shown| shown.get_or_init(begin).clone());
    shown.cleanup();
    shown.with(|| {
        provide_context(Oneself::new(me));
        show_in(host, &self::view(view));
    });
}

fn view(view: AnnexView) -> View {
    match view {
        AnnexView::Settings => settings(),
    }
}

/// What lives as long as the document: what the reader wishes for stays chosen even where the browser keeps nothing.
fn begin() -> Owner {
    console_error_panic_hook::set_once();
    let shown = Rc::new(Cell::new(None));
    let found = Rc::clone(&shown);
    // Nothing is shown in the body: it is how Leptos begins.
    leptos::mount::mount_to_body(move || {
        let wishes = Wishes::start();
        provide_context(wishes);
        provide_context(wishes.language());
        let shown = Owner::current().map(|whole| whole.child()).unwrap_or_default();
        found.set(Some(shown.clone()));
        hear(move |told| {
            if matches!(told, Told::End) {
                shown.cleanup();
            }
        });
    });
    shown.take().unwrap_or_default()
}
