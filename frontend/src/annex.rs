//! The annex: a second program, for everything that one need not have in order to read and write. The page loads it
//! when it is first wanted, gives it an element of the document and says what to show there. It knows the session by its
//! cookie, asks the API, and opens no socket.

mod about;
mod absent;
mod accept;
mod account;
mod admin;
mod api;
mod browse;
mod choice;
mod completion;
mod deed;
mod deeds;
mod emoji;
mod files;
mod finding;
mod invitations;
mod link;
mod message;
mod new_room;
mod oneself;
mod passkeys;
mod people;
mod settings;
mod slash;
mod texts;
mod wishes;

use std::cell::RefCell;

use leptos::prelude::*;
use maru_shared::RoomId;

use self::{
    about::about,
    absent::absent,
    accept::accept,
    admin::admin,
    browse::browse,
    completion::writing,
    deed::deed,
    deeds::Deeds,
    emoji::emoji,
    files::{Uploading, pictures::pictures, tray::tray},
    message::{pins, reactors, versions},
    new_room::new_room,
    oneself::Oneself,
    people::people,
    settings::settings,
    wishes::Wishes,
};
use crate::{
    parts::{View, show_in},
    seam::{AnnexView, Asked, Said, Told, hear, host, say},
    state::goals::Ways,
};

/// Waits for what the page wants to be shown, and shows it in the element that the page has for it.
pub fn start() {
    console_error_panic_hook::set_once();
    // Nothing is shown in the body: it is how Leptos begins.
    leptos::mount::mount_to_body(|| {
        // They live as long as the document, and stay chosen even where the browser keeps nothing.
        let wishes = Wishes::start();
        provide_context(wishes);
        provide_context(wishes.language());
        provide_context(Uploading::start());
        provide_context(Deeds::start());
        let whole = Owner::current().unwrap_or_default();
        let shown = RefCell::new(Vec::<(u32, Owner)>::new());
        hear(move |told| match told {
            Told::Show(asked) => {
                let owner = whole.child();
                shown.borrow_mut().push((asked.turn, owner.clone()));
                owner.with(|| show(asked));
            }
            Told::End(turn) => {
                let gone = shown.borrow().iter().position(|(shown, _)| *shown == turn);
                if let Some(place) = gone {
                    let (_, owner) = shown.borrow_mut().swap_remove(place);
                    owner.cleanup();
                }
            }
            Told::Known(_)
            | Told::Stayed
            | Told::Members { .. }
            | Told::Went(_)
            | Told::TakenBack(..)
            | Told::Begin => {}
        });
    });
}

fn show(Asked { view, known, turn }: Asked) {
    let Some(host) = document().get_element_by_id(&host(turn)) else { return };
    provide_context(Turn(turn));
    let oneself = known.map(Oneself::new);
    // What was provided for the view before would be found otherwise.
    provide_context(oneself);
    oneself.into_iter().for_each(provide_context);
    show_in(&host, &self::view(view));
}

/// In which place a view is shown.
#[derive(Clone, Copy)]
struct Turn(u32);

/// Tells the page that the view that is being built has done its work, and which room came of it.
fn use_done() -> impl Fn(Option<RoomId>) + Copy + 'static {
    let Turn(turn) = expect_context();
    move |room| say(&Said::Done { turn, room })
}

fn view(view: AnnexView) -> View {
    match view {
        AnnexView::Settings => settings(),
        AnnexView::Admin => admin(),
        AnnexView::NewRoom => new_room(),
        AnnexView::Browse => browse(),
        AnnexView::About(room) => about(room),
        AnnexView::Absent(room) => absent(room),
        AnnexView::Link => accept(),
        AnnexView::People { into, members, here } => people(into, members, here),
        AnnexView::Emoji => emoji(Callback::new(|emoji| say(&Said::Picked(emoji)))),
        AnnexView::Writing(room) => writing(room),
        AnnexView::Versions(room, seq) => versions(room, seq),
        AnnexView::Reactors(room, seq, emoji) => reactors(room, seq, emoji),
        AnnexView::Pins { room, may_unpin } => pins(room, may_unpin),
        AnnexView::Deed(what) => deed(what),
        AnnexView::GoTo { unread, recent, here } => finding::go_to(Ways { unread, recent }, here),
        AnnexView::Search(room) => finding::search(room),
        AnnexView::Keys => finding::keys(),
        AnnexView::Tray(room) => tray(room),
        AnnexView::Pictures(files, at) => pictures(files, at),
        AnnexView::Message(room, seq) => deeds::sheet(room, seq),
        AnnexView::Edit { room, seq, text } => deeds::edit(room, seq, text),
    }
}
