//! The dialogs of the page, one of which is open at a time.

use leptos::prelude::*;
use maru_shared::{Member, RoomId, Seq};

use super::{
    about::about, annex::annex, browse::browse, deed::deed, new_room::new_room, people_picker::people_picker,
};
use crate::{
    parts::{View, Watched, part},
    seam::AnnexView,
    texts::use_texts,
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
    /// Everybody: to talk to, or to be let into this room.
    People(Option<RoomId>),
    /// What a room is.
    About(RoomId),
    /// Something that is done when one has said more about it.
    Deed(Deed),
}

/// Something that is done to a room, to what is in it, or to a member, when one has said more about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Give the room another name.
    Rename(RoomId),
    /// Say what the room is about.
    Describe(RoomId),
    /// Make the room one that is only read, or, if not so, one that is written again.
    Archive(RoomId, bool),
    /// Delete the room.
    DeleteRoom(RoomId),
    /// Leave the room.
    Leave(RoomId),
    /// Delete a message; whether one wrote it.
    DeleteMessage(RoomId, Seq, bool),
    /// Take somebody out of the room.
    Kick(RoomId, Member),
    /// Keep somebody from writing.
    Mute(Member),
    /// Keep somebody out.
    Ban(Member),
}

/// Which dialog is open. A handle.
#[derive(Clone, Copy)]
pub struct Sheets(Watched<Option<Sheet>>);

impl Sheets {
    /// None is.
    pub fn new() -> Self {
        Self(Watched::new(None))
    }

    /// Opens a dialog, in the place of the one that is open.
    pub fn open(self, sheet: Sheet) {
        self.0.set(Some(sheet));
    }

    /// What is seen of the one that is open. `done` is called when one of them has done its work.
    pub fn shown(self, done: Callback<()>) -> View {
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
                    Sheet::NewRoom => new_room(close),
                    Sheet::Browse => browse(close),
                    Sheet::Settings => annex(AnnexView::Settings, use_texts().say(|t| t.settings), close),
                    Sheet::People(into) => people_picker(into, close),
                    Sheet::About(room) => about(room, close),
                    Sheet::Deed(what) => deed(what, close),
                }
            },
        )
    }
}

/// Which dialog is open.
pub fn use_sheets() -> Sheets {
    expect_context()
}
