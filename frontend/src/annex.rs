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

use std::{cell::RefCell, rc::Rc};

use maru_shared::RoomId;
use web_sys::Element;

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
        give(Deeds::start());
        let shown = Rc::new(Shown::default());
        hear(move |told| match told {
            Told::Show(asked) => shown.begin(asked, |host, view| show_in(host, &view)),
            Told::Beside(asked) => beside(&shown, asked),
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
    fn begin(&self, Asked { view, known, turn }: Asked, put: impl FnOnce(&Element, View)) {
        let Some(view) = from_json(&view) else { return };
        let Some(host) = document().get_element_by_id(&host(turn)) else { return };
        let owner = self.whole.child();
        self.now.borrow_mut().push((turn, owner.clone()));
        owner.with(|| {
            provide_context(Turn(turn));
            let oneself = known.map(Oneself::new);
            // What was provided for the view before would be found otherwise.
            provide_context(oneself);
            oneself.into_iter().for_each(provide_context);
            put(&host, self::view(view));
        });
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
fn beside(shown: &Rc<Shown>, asked: Asked) {
    let turn = asked.turn;
    let ended = Rc::clone(shown);
    let closed = Rc::clone(shown);
    shown.begin(asked, move |button, view| {
        person::beside(button, view, move || closed.end(turn));
        hear(move |said| {
            if matches!(said, Said::Done { turn: its, .. } if its == turn) {
                ended.end(turn);
            }
        });
    });
}

/// In which place a view is shown.
#[derive(Clone, Copy)]
struct Turn(u32);

/// Tells the page that the view that is being built has done its work, and which room came of it.
fn use_done() -> impl Fn(Option<RoomId>) + Copy + 'static {
    let Turn(turn) = expect_context();
    move |room| say(&Said::Done { turn, room })
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
