//! What one may do with a message.

use maru_shared::{Event, Happening, Message, RoomId, Seq, message::Quote, role::Action};

use super::world::World;

/// A message, and what one may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deeds {
    /// Which.
    pub seq: Seq,
    /// What it says, and what people did with it.
    pub message: Message,
    /// How it is quoted.
    pub quote: Quote,
    /// One wrote it oneself.
    pub mine: bool,
    /// The room is one that is written: one may react, answer, and edit what is one's own.
    pub open: bool,
    /// One may pin it, and take it from what is pinned.
    pub pin: bool,
    /// One may see what it said before.
    pub versions: bool,
    /// One may delete it.
    pub delete: bool,
}

impl Deeds {
    /// Those of the message at this position; `None` where none is held.
    pub fn of(world: &World, room: RoomId, seq: Seq) -> Option<Self> {
        let state = world.room(room)?;
        let event = state.timeline.events().get(state.timeline.index_of(seq))?;
        let message = said(event).filter(|_| event.seq == seq)?;
        let mine = event.by.id == world.me.id;
        let may = |action| world.may(action, Some(room));
        Some(Self {
            seq,
            quote: Quote { message: seq, by: event.by.clone(), text: Some(Quote::cut(&message.text)) },
            mine,
            open: !state.room.archived,
            pin: may(Action::Pin) && !state.room.archived,
            versions: message.edited.is_some() && (mine || may(Action::SeeVersions)),
            delete: mine || may(Action::DeleteMessage),
            message: message.clone(),
        })
    }

    /// Those of one's own last message, where it is among the newest that are held.
    pub fn of_last_own(world: &World, room: RoomId) -> Option<Self> {
        let timeline = &world.room(room)?.timeline;
        let newest = timeline.events().iter().rev().take(Self::SOUGHT).filter(|_| timeline.is_attached());
        let own = newest.filter(|event| event.by.id == world.me.id && said(event).is_some()).next()?;
        Self::of(world, room, own.seq)
    }

    /// So many events back one's own last message is looked for.
    const SOUGHT: usize = 100;
}

const fn said(event: &Event) -> Option<&Message> {
    match &event.what {
        Happening::Posted(message) => Some(message),
        _ => None,
    }
}
