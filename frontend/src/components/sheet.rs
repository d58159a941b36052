//! The dialogs of the page, one of which is open at a time.

use maru_shared::{Attachment, MemberId, RoomId, role::Action};

use super::{annex::annex, people::people};
use crate::{
    chat::{Chat, use_chat},
    dom::page,
    ground::*,
    parts::{View, Watched, part, tag, to_json},
    seam::{AnnexView, Said, Titled, Wanted, hear},
    texts::{Label, use_texts},
};

/// A dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// Making a room.
    NewRoom,
    /// All public rooms.
    Browse,
    /// What one may wish for.
    Settings,
    /// Keeping order.
    Admin,
    /// Everybody: to talk to, or to be let into this room.
    People(Option<RoomId>),
    /// What a room is.
    About(RoomId),
    /// What is pinned in a room.
    Pins(RoomId),
    /// Another view of the annex.
    View(Titled),
    /// Going to a room or a person by name.
    GoTo,
    /// Searching messages.
    Search,
    /// What keys do.
    Keys,
    /// The pictures of a message, beginning with one of them.
    Pictures(Vec<Attachment>, usize),
}

/// Which dialog is open. A handle.
#[derive(Clone, Copy)]
pub struct Sheets(Watched<Option<Sheet>>);

impl Sheets {
    /// None is.
    pub fn none() -> Self {
        Self(Watched::new(None))
    }

    /// Opens a dialog, in the place of the one that is open.
    pub fn open(self, sheet: Sheet) {
        self.0.set(Some(sheet));
    }

    /// Opens a dialog that finds, or closes it if it is open. Beside another one nothing is opened.
    pub fn find(self, sheet: Sheet) {
        let open = self.0.get_untracked();
        let (is_open, finds) = (open.as_ref() == Some(&sheet), open.is_some_and(|open| open.finds()));
        if finds || !page::has_dialog() {
            self.0.set((!is_open).then_some(sheet));
        }
    }

    /// What is seen of the one that is open. `done` is called when one of them has done its work.
    pub fn shown(self, done: Callback<()>) -> View {
        hear(move |said| {
            if let Said::Open(wanted) = said {
                self.open(match wanted {
                    Wanted::LetIn(room) => Sheet::People(Some(room)),
                    Wanted::View(titled) => Sheet::View(titled),
                });
            }
        });
        part(
            move || self.0.get(),
            move |sheet| {
                let Some(sheet) = sheet else { return View::nothing() };
                let own = sheet.clone();
                // An answer may come when another dialog is open, or none.
                let close = Callback::new(move |()| {
                    if self.0.try_update_untracked(|open| open.as_ref() == Some(&own)) == Some(true) {
                        self.0.set(None);
                        done.run(());
                    }
                });
                match sheet {
                    Sheet::NewRoom => annexed(AnnexView::NewRoom, |t| t.new_room, close),
                    Sheet::Browse => annexed(AnnexView::Browse, |t| t.browse_rooms, close),
                    Sheet::Settings => annexed(AnnexView::Settings, |t| t.settings, close),
                    Sheet::Admin => annexed(AnnexView::Admin, |t| t.admin, close),
                    Sheet::People(into) => picker(use_chat(), into, close),
                    Sheet::About(room) => {
                        let title = use_texts().say(|t| t.about_room);
                        let who = || tag("section").class("about-people").child(people(room)).into();
                        annex(to_json(&AnnexView::About(room)), title, close, who)
                    }
                    Sheet::Pins(room) => pins(use_chat(), room, close),
                    Sheet::Pictures(files, at) => {
                        annexed(AnnexView::Pictures(files, at), |t| t.pictures, close)
                    }
                    Sheet::View(Titled { title, view }) => annex(view, title, close, View::nothing),
                    Sheet::GoTo => annexed(ways(use_chat()), |t| t.go_to, close),
                    Sheet::Search => annexed(AnnexView::Search(use_chat().open_now()), |t| t.search, close),
                    Sheet::Keys => annexed(AnnexView::Keys, |t| t.keys, close),
                }
            },
        )
    }
}

impl Sheet {
    const fn finds(&self) -> bool {
        matches!(self, Self::GoTo | Self::Search | Self::Keys)
    }
}

/// Which dialog is open.
pub fn use_sheets() -> Sheets {
    given()
}

fn annexed(view: AnnexView, title: Label, close: Callback<()>) -> View {
    annex(to_json(&view), use_texts().say(title), close, View::nothing)
}

fn pins(chat: Chat, room: RoomId, close: Callback<()>) -> View {
    let may_unpin = chat.with_now(|world| world.may(Action::Pin, Some(room))) == Some(true);
    annexed(AnnexView::Pins { room, may_unpin }, |t| t.pins, close)
}

fn picker(chat: Chat, into: Option<RoomId>, close: Callback<()>) -> View {
    let known = chat.with_now(|world| {
        let members = into.and_then(|room| world.room(room)?.members.as_ref());
        let members: Vec<MemberId> = members.into_iter().flatten().map(|member| member.id).collect();
        (members, world.here().to_vec())
    });
    let (members, here) = known.unwrap_or_default();
    let title: Label = if into.is_some() { |t| t.common.invite_people } else { |t| t.find_people };
    annexed(AnnexView::People { into, members, here }, title, close)
}

/// Where one can go, as far as the page knows what the annex does not.
fn ways(chat: Chat) -> AnnexView {
    let known = chat.with_now(|world| {
        let unread = world.rooms.iter().map(|room| (room.room.id, room.counted()));
        (unread.filter(|(_, count)| *count > 0).collect(), world.recent().to_vec(), world.here().to_vec())
    });
    let (unread, recent, here) = known.unwrap_or_default();
    AnnexView::GoTo { unread, recent, here }
}
