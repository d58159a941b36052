//! The annex: a second program, for everything that one need not have in order to read and write. The page loads it
//! when it is first wanted, gives it an element of the document and says what to show there. It knows the session by its
//! cookie, asks the API, and opens no socket.

mod about;
mod absent;
mod accept;
mod account;
mod admin;
mod api;
mod arrows;
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
mod person;
mod settings;
mod slash;
mod texts;
mod wishes;

use std::cell::RefCell;

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
    emoji::picker,
    files::{Uploading, pictures::pictures, tray::tray},
    message::{pins, reactors, versions},
    new_room::new_room,
    oneself::Oneself,
    people::people,
    person::person,
    settings::settings,
    wishes::Wishes,
};
use crate::{
    ground::*,
    parts::{View, from_json, show_in, to_json},
    seam::{AnnexView, Asked, Said, Titled, Told, Wanted, hear, host, say},
    state::goals::Ways,
};

/// Waits for what the page wants to be shown, and shows it in the element that the page has for it.
pub fn start() {
    console_error_panic_hook::set_once();
    live(|| {
        // They live as long as the document, and stay chosen even where the browser keeps nothing.
        let wishes = Wishes::start();
        give(wishes);
        give(wishes.language());
        give(Uploading::start());
        let deeds = Deeds::start();
        give(deeds);
        let shown = Shown::default();
        hear(move |told| match told {
            Told::Show(asked) => shown.begin(asked),
            Told::Beside(asked) => beside(deeds, asked),
            Told::End(turn) => shown.end(turn),
            _ => {}
        });
    });
}

/// What is shown now, each under an owner of its own.
struct Shown {
    whole: Owner,
    now: RefCell<Vec<(u32, Owner)>>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { whole: Owner::current().unwrap_or_default(), now: RefCell::default() }
    }
}

impl Shown {
    fn begin(&self, asked: Asked) {
        let Some(host) = document().get_element_by_id(&host(asked.turn)) else { return };
        let owner = self.whole.child();
        self.now.borrow_mut().push((asked.turn, owner.clone()));
        owner.with(|| show_in(&host, &asked_view(asked, None)));
    }

    fn end(&self, turn: u32) {
        let place = self.now.borrow().iter().position(|(shown, _)| *shown == turn);
        if let Some(place) = place {
            let (_, owner) = self.now.borrow_mut().swap_remove(place);
            owner.cleanup();
        }
    }
}

/// The page has no place for it: it is over when the view has done its work, or when it was closed.
fn beside(deeds: Deeds, asked: Asked) {
    let Some(button) = document().get_element_by_id(&host(asked.turn)) else { return };
    deeds.open(&button, |close| asked_view(asked, Some(close)));
}

/// What is asked, under the owner that there is. It closes itself where the page has no place for it.
fn asked_view(Asked { view, known, turn }: Asked, close: Option<Callback<()>>) -> View {
    let Some(view) = from_json(&view) else { return View::nothing() };
    provide_context(Turn(turn, close));
    let oneself = known.map(Oneself::new);
    // What was provided for the view before would be found otherwise.
    provide_context(oneself);
    oneself.into_iter().for_each(provide_context);
    self::view(view)
}

/// In which place a view is shown, and what closes it where the page does not.
#[derive(Clone, Copy)]
struct Turn(u32, Option<Callback<()>>);

/// Tells the page that the view that is being built has done its work, and which room came of it.
fn use_done() -> impl Fn(Option<RoomId>) + Copy + 'static {
    let Turn(turn, close) = expect_context();
    move |room| {
        say(&Said::Done { turn, room });
        // It may have been closed while it was doing its work.
        close.map(|close| close.try_run(()));
    }
}

/// Has the page open a view in a dialog that is called so.
fn open(title: &str, view: &AnnexView) {
    say(&Said::Open(Wanted::View(Titled { title: title.to_owned(), view: to_json(view) })));
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
        AnnexView::Person { room, member, is_gone } => person(room, member, is_gone),
        AnnexView::People { into, members, here } => people(into, members, here),
        AnnexView::Emoji => {
            let done = use_done();
            picker(Callback::new(move |emoji| {
                done(None);
                say(&Said::Picked(emoji));
            }))
        }
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
