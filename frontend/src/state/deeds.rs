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

    /// Those of one's own last message, where it is among the newest that are held. While a later text of one's own is on its
    /// way that is not the last one, and there are none.
    pub fn of_last_own(world: &World, room: RoomId) -> Option<Self> {
        if world.outbox.for_room(room).next().is_some() {
            return None;
        }
        let timeline = &world.room(room)?.timeline;
        let mut newest = timeline.events().iter().rev().take(Self::SOUGHT);
        let own = newest.find(|event| event.by.id == world.me.id && said(event).is_some());
        let own = own.filter(|_| timeline.is_attached())?;
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

#[cfg(test)]
mod tests {
    use maru_shared::{
        Notice, Role, Timestamp,
        api::Me,
        event::{Reset, Standing},
    };

    use super::*;
    use crate::state::samples::{draft, event, member, posted_by, room};

    fn world(role: Role, events: impl IntoIterator<Item = Event>) -> World {
        let me = Me::new(member(1), Standing { role, ..Standing::default() });
        let mut world = World::new(me, Vec::new(), Vec::new());
        world.apply(Notice::Reset(Reset { room: room(RoomId::LOBBY), after: Seq(0) }), 0);
        for event in events {
            world.apply(Notice::Event(event), 0);
        }
        world
    }

    fn edited(seq: u64, who: u128, message: u64) -> Event {
        let text = Some("another".to_owned());
        event(seq, who, Happening::Edited { message: Seq(message), text, mentions: Vec::new() })
    }

    fn of(world: &World, seq: u64) -> Deeds {
        Deeds::of(world, RoomId::LOBBY, Seq(seq)).unwrap()
    }

    #[test]
    fn one_edits_what_is_ones_own_and_keeps_order_where_one_may() {
        let events = || [posted_by(1, 1), posted_by(2, 2), edited(3, 1, 1), edited(4, 2, 2)];
        let may = |role, seq| {
            let deeds = of(&world(role, events()), seq);
            (deeds.mine, deeds.pin, deeds.versions, deeds.delete)
        };
        assert_eq!(may(Role::Guest, 1), (true, false, true, true));
        assert_eq!(may(Role::Guest, 2), (false, false, false, false));
        assert_eq!(may(Role::Member, 2), (false, true, false, false));
        assert_eq!(may(Role::Moderator, 2), (false, true, true, true));
    }

    #[test]
    fn what_never_was_edited_has_no_versions_and_an_archived_room_is_only_read() {
        let archived = event(2, 1, Happening::Archived);
        let open = of(&world(Role::Owner, [posted_by(1, 1)]), 1);
        assert!(open.open && open.pin && !open.versions);
        let closed = of(&world(Role::Owner, [posted_by(1, 1), archived]), 1);
        assert!(!closed.open && !closed.pin && closed.delete);
    }

    #[test]
    fn only_messages_that_are_held_have_any() {
        let gone = event(3, 2, Happening::Deleted { message: Seq(2) });
        let world = world(Role::Owner, [event(1, 1, Happening::Joined), posted_by(2, 2), gone]);
        for seq in [0, 1, 2, 3, 4] {
            assert_eq!(Deeds::of(&world, RoomId::LOBBY, Seq(seq)), None, "{seq}");
        }
    }

    #[test]
    fn ones_own_last_message_is_the_last_that_is_still_there() {
        let gone = event(4, 1, Happening::Deleted { message: Seq(3) });
        let mut world = world(Role::Guest, [posted_by(1, 1), posted_by(2, 2), posted_by(3, 1), gone]);
        let last = |world: &World| Deeds::of_last_own(world, RoomId::LOBBY).map(|deeds| deeds.seq);
        assert_eq!(last(&world), Some(Seq(1)));
        world.outbox.write(draft(9));
        assert_eq!(last(&world), None, "the last is still on its way");
        world.outbox.take(draft(9).id);
        for seq in 5..=300 {
            world.apply(Notice::Event(posted_by(seq, 2)), 0);
        }
        assert_eq!(last(&world), None, "so far up nobody looks");
    }

    #[test]
    fn it_is_quoted_by_its_author_and_what_it_says() {
        let mut event = posted_by(1, 2);
        event.at = Timestamp(7);
        let quote = of(&world(Role::Guest, [event]), 1).quote;
        assert_eq!((quote.message, quote.by, quote.text.as_deref()), (Seq(1), member(2), Some("1")));
    }
}
