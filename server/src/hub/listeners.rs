//! Who listens to each room.

use std::{collections::HashMap, mem, sync::Arc};

use indexmap::IndexMap;
use maru_shared::{Event, Happening, MemberId, Notice, RoomId, Seq, codec};
use slab::Slab;

use super::Connection;
use crate::{
    frame::Frame,
    outbox::{CatchUp, Item},
};

/// The rooms, each with a number of its own while it is there: a connection remembers its rooms by that, which is a third of
/// their ids.
#[derive(Default)]
pub(super) struct Rooms {
    numbers: HashMap<RoomId, u32>,
    all: Slab<Listeners>,
}

/// Where a connection is among the listeners of one of its rooms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listening {
    room: u32,
    place: u32,
}

/// Who listens to a room.
#[derive(Default)]
pub(super) struct Listeners {
    /// The position of the newest event delivered.
    head: Seq,
    /// Dense, and without an index: each knows its own place, which costs a third of a map.
    pub(super) typed: Vec<Arc<Connection>>,
    pub(super) plain: IndexMap<u64, Arc<Connection>>,
}

impl Rooms {
    /// Knows a room, and what was delivered of it.
    pub(super) fn know(&mut self, room: RoomId, head: Seq) {
        self.of(room).head = head;
    }

    /// The listeners of a room, if it is known.
    pub(super) fn get(&self, room: RoomId) -> Option<&Listeners> {
        self.all.get(*self.numbers.get(&room)? as usize)
    }

    /// The listeners of a room, which is known from now on.
    pub(super) fn of(&mut self, room: RoomId) -> &mut Listeners {
        self.open(room).1
    }

    /// Lets a connection listen to a room, if it does not yet: what it missed, after what it knows, comes up to the head that is
    /// given, and everything later behind that.
    pub(super) fn listen(&mut self, connection: &Arc<Connection>, room: RoomId, after: Option<Seq>) -> Seq {
        let (number, listeners) = self.open(room);
        let head = listeners.head;
        let mut rooms = connection.rooms();
        if !rooms.iter().any(|other| other.room == number) {
            rooms.push(Listening { room: number, place: listeners.typed.len() as u32 });
            listeners.typed.push(Arc::clone(connection));
            connection.outbox.push(Item::CatchUp(Box::new(CatchUp { room, after, head })));
        }
        head
    }

    /// Lets a connection no longer listen to a room.
    pub(super) fn leave(&mut self, connection: &Connection, room: RoomId) {
        let Some(number) = self.numbers.get(&room) else { return };
        let left = {
            let mut rooms = connection.rooms();
            let at = rooms.iter().position(|listening| listening.room == *number);
            at.map(|at| rooms.swap_remove(at))
        };
        if let Some(listening) = left {
            self.let_go(listening);
        }
    }

    /// Lets a connection no longer listen to any room.
    pub(super) fn leave_all(&mut self, connection: &Connection) {
        for listening in mem::take(&mut *connection.rooms()) {
            self.let_go(listening);
        }
    }

    /// Forgets a room; gives its listeners, who no longer are.
    pub(super) fn remove(&mut self, room: RoomId) -> Listeners {
        let Some(number) = self.numbers.remove(&room) else { return Listeners::default() };
        let listeners = self.all.try_remove(number as usize).unwrap_or_default();
        for connection in &listeners.typed {
            connection.rooms().retain(|listening| listening.room != number);
        }
        listeners
    }

    fn open(&mut self, room: RoomId) -> (u32, &mut Listeners) {
        let number =
            *self.numbers.entry(room).or_insert_with(|| self.all.insert(Listeners::default()) as u32);
        (number, &mut self.all[number as usize])
    }

    /// Forgets the listener at this place, which the last one takes.
    fn let_go(&mut self, gone: Listening) {
        let Some(listeners) = self.all.get_mut(gone.room as usize) else { return };
        let at = gone.place as usize;
        if at >= listeners.typed.len() {
            return;
        }
        listeners.typed.swap_remove(at);
        if let Some(moved) = listeners.typed.get(at)
            && let Some(its) = moved.rooms().iter_mut().find(|listening| listening.room == gone.room)
        {
            its.place = gone.place;
        }
    }
}

impl Listeners {
    /// Delivers events of the room, in their order.
    pub(super) fn deliver(&mut self, events: Vec<Event>) {
        if let Some(last) = events.last() {
            self.head = last.seq;
        }
        if !self.plain.is_empty() {
            let texts: Vec<(MemberId, Item)> = events.iter().filter_map(bare).collect();
            for connection in self.plain.values() {
                for (_, item) in texts.iter().filter(|(author, _)| !connection.is_written_by(*author)) {
                    connection.outbox.push(item.clone());
                }
            }
        }
        if !self.typed.is_empty() {
            let texts: Vec<String> =
                events.into_iter().map(|event| codec::encode(&Notice::Event(event))).collect();
            let together = Item::Frame(Frame::texts(&texts));
            for connection in &self.typed {
                connection.outbox.push(together.clone());
            }
        }
    }
}

fn bare(event: &Event) -> Option<(MemberId, Item)> {
    match &event.what {
        // There is nothing to say bare of a message that only has files.
        Happening::Posted(message) if !message.text.is_empty() => {
            Some((event.by.id, Item::Frame(Frame::text(&message.text))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::OnceLock};

    use proptest::prelude::*;

    use super::{
        super::{Dialect, Hub},
        *,
    };
    use crate::outbox::Outbox;

    proptest! {
        #[test]
        fn who_listens_to_a_room_is_among_its_listeners_once_and_nobody_else_is(
            steps in prop::collection::vec((0..8, 0..4_usize, 1..5_u128), 0..80)
        ) {
            let hub = Hub::new([], Vec::new());
            let connection =
                |_| hub.connection(Outbox::without_rope(1 << 20), Dialect::Plain(OnceLock::new()));
            let connections: Vec<Arc<Connection>> = (0..4).map(connection).collect();
            let (mut rooms, mut listening) = (Rooms::default(), BTreeSet::new());
            for (step, who, room) in steps {
                let (who, room) = (&connections[who], RoomId::from_u128(room));
                match step {
                    0 => {
                        rooms.leave_all(who);
                        listening.retain(|(other, _)| *other != who.id);
                    }
                    1 => {
                        rooms.remove(room);
                        listening.retain(|(_, other)| *other != room);
                    }
                    2 | 3 => {
                        rooms.leave(who, room);
                        listening.remove(&(who.id, room));
                    }
                    _ => {
                        rooms.listen(who, room, None);
                        listening.insert((who.id, room));
                    }
                }
                let found: Vec<(u64, RoomId)> = (1..5)
                    .map(RoomId::from_u128)
                    .flat_map(|room| rooms.get(room).into_iter().flat_map(move |it| it.typed.iter().map(move |it| (it.id, room))))
                    .collect();
                prop_assert_eq!(found.len(), listening.len());
                prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), listening.clone());
                let remembered: usize = connections.iter().map(|connection| connection.rooms().len()).sum();
                prop_assert_eq!(remembered, listening.len());
            }
        }
    }
}
