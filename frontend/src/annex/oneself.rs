//! Who one is and which rooms one knows, as the page says, and as it changes here.

use maru_shared::{Notify, Role, Room, RoomId, api::Me, room::RoomSummary};

use crate::{
    ground::expect_context,
    parts::Watched,
    seam::{Known, Said, Told, hear, say},
};

/// Who one is and which rooms one knows. A handle.
#[derive(Clone, Copy)]
pub struct Oneself {
    /// As the page said last.
    pub me: Watched<Me>,
    /// The rooms that one is in, and how many are in each, where that is known.
    pub rooms: Watched<Vec<(Room, Option<usize>)>>,
    /// Public rooms that were made, or became public, since the page began.
    pub listed: Watched<Vec<RoomSummary>>,
    /// Those of one's rooms of which one does not want to be told everything.
    pub quiet: Watched<Vec<(RoomId, Notify)>>,
    /// How often signing out has failed.
    pub stayed: Watched<u32>,
}

impl Oneself {
    /// Who one is at first; what the page says from now on is heard.
    pub fn new(Known { me, rooms, listed, quiet }: Known) -> Self {
        let oneself = Self {
            me: Watched::new(me),
            rooms: Watched::new(rooms),
            listed: Watched::new(listed),
            quiet: Watched::new(quiet),
            stayed: Watched::new(0),
        };
        hear(move |told| match told {
            Told::Known(Known { me, rooms, listed, quiet }) => {
                oneself.me.bring_to(me);
                oneself.rooms.bring_to(rooms);
                oneself.listed.bring_to(listed);
                oneself.quiet.bring_to(quiet);
            }
            Told::Stayed => _ = oneself.stayed.try_update(|times| *times += 1),
            Told::Show(_)
            | Told::Beside(_)
            | Told::End(_)
            | Told::Members { .. }
            | Told::Went(_)
            | Told::TakenBack(..)
            | Told::Left
            | Told::Begin => {}
        });
        oneself
    }

    /// A room that one is in; whoever asks is told when it changes.
    pub fn room(self, id: RoomId) -> Option<(Room, Option<usize>)> {
        self.rooms.with(|rooms| rooms.iter().find(|(room, _)| room.id == id).cloned())
    }

    /// What of a room one wants to be told; whoever asks is told when it changes.
    pub fn notify(self, id: RoomId) -> Notify {
        let found = self.quiet.with(|quiet| quiet.iter().find(|(room, _)| *room == id).copied());
        found.map_or(Notify::All, |(_, notify)| notify)
    }

    /// One has a password now, and is no guest any more. The page is told.
    pub fn became_member(self) {
        let became = self.me.try_update(|me| {
            me.standing.role = me.standing.role.max(Role::Member);
            me.standing.has_password = true;
            me.clone()
        });
        if let Some(me) = became {
            say(&Said::Me(me));
        }
    }
}

/// Who one is.
pub fn use_oneself() -> Oneself {
    expect_context()
}

/// Who one is; nobody at the door.
pub fn use_anybody() -> Option<Oneself> {
    expect_context()
}
