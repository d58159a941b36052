//! Who listens to which room on this machine: encodes an event once and puts it into every listener's outbox.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use indexmap::IndexMap;
use maru_shared::{
    Event, Happening, Member, MemberId, Notice, RoomId, Seq, close::CloseCode, codec, room::RoomSummary,
};

use crate::{
    outbox::{Frame, Item, Outbox},
    secret::SecretHash,
};

/// How many members at the most are told to be here: with more, nobody reads the list, and telling everybody
/// about everybody would cost the square of their number.
pub const PRESENCE_TOLD_OF: usize = 200;

/// In rooms with more connections than this, typing is not told.
pub const TYPING_TOLD_TO: usize = 200;

/// One live socket.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    /// What waits to be written to it.
    pub outbox: Outbox,
    dialect: Dialect,
}

#[derive(Debug)]
enum Dialect {
    Typed {
        member: Member,
        session: SecretHash,
    },
    /// A plain connection is nobody until its first text.
    Plain(OnceLock<MemberId>),
}

/// Who listens to which room on this machine.
#[derive(Default)]
pub struct Hub {
    next_connection: AtomicU64,
    here: Mutex<Here>,
}

#[derive(Default)]
struct Here {
    rooms: HashMap<RoomId, Listeners>,
    members: HashMap<MemberId, Present>,
    plain: HashMap<u64, Arc<Connection>>,
    /// Whom all typed connections know to be here.
    told: HashMap<MemberId, Member>,
    stopping: bool,
}

#[derive(Default)]
struct Listeners {
    /// The position of the newest event delivered.
    head: Seq,
    typed: IndexMap<u64, Arc<Connection>>,
    plain: IndexMap<u64, Arc<Connection>>,
}

struct Present {
    member: Member,
    connections: Vec<Arc<Connection>>,
}

/// A connection's place in the hub, given back when dropped.
pub struct Seat {
    hub: Arc<Hub>,
    connection: Arc<Connection>,
}

impl Connection {
    /// Puts a notice into the outbox.
    pub fn tell(&self, notice: &Notice) {
        self.outbox.push([Item::Frame(frame(notice))]);
    }

    /// Says who writes on a plain connection. Told before that member's first event, so that it does not come back.
    pub fn speaks_as(&self, member: MemberId) {
        if let Dialect::Plain(speaker) = &self.dialect {
            // A second name is never given: the first stays.
            let _ = speaker.set(member);
        }
    }

    fn is_written_by(&self, member: MemberId) -> bool {
        match &self.dialect {
            Dialect::Typed { member: who, .. } => who.id == member,
            Dialect::Plain(speaker) => speaker.get() == Some(&member),
        }
    }
}

impl Hub {
    /// A hub that knows the rooms and what was delivered of them before it began.
    pub fn new(heads: impl IntoIterator<Item = (RoomId, Seq)>) -> Arc<Self> {
        let rooms = heads
            .into_iter()
            .map(|(room, head)| (room, Listeners { head, ..Listeners::default() }))
            .collect();
        Arc::new(Self { here: Mutex::new(Here { rooms, ..Here::default() }), ..Self::default() })
    }

    /// Seats a member's connection, which from now on hears of presence and of rooms that the member joins; and
    /// whom everybody knows to be here now.
    pub fn seat(
        self: &Arc<Self>,
        member: &Member,
        session: SecretHash,
        outbox: Outbox,
    ) -> (Seat, Vec<Member>) {
        let connection = self.connection(outbox, Dialect::Typed { member: member.clone(), session });
        let mut here = self.lock();
        here.members
            .entry(member.id)
            .or_insert_with(|| Present { member: member.clone(), connections: Vec::new() })
            .connections
            .push(Arc::clone(&connection));
        let told =
            here.told.values().filter(|known| known.id != member.id).chain([member]).cloned().collect();
        here.end_if_stopping(&connection);
        drop(here);
        (Seat { hub: Arc::clone(self), connection }, told)
    }

    /// Seats a plain connection, which hears the lobby.
    pub fn seat_plain(self: &Arc<Self>, outbox: Outbox) -> Seat {
        let connection = self.connection(outbox, Dialect::Plain(OnceLock::new()));
        let mut here = self.lock();
        here.plain.insert(connection.id, Arc::clone(&connection));
        here.rooms.entry(RoomId::LOBBY).or_default().plain.insert(connection.id, Arc::clone(&connection));
        here.end_if_stopping(&connection);
        drop(here);
        Seat { hub: Arc::clone(self), connection }
    }

    /// Lets a connection listen to a room, where it does not yet: what it missed is to be read from the store up
    /// to the head at this instant, and everything after that comes behind it in the outbox. Gives the head.
    pub fn listen(&self, connection: &Arc<Connection>, room: RoomId, after: Option<Seq>) -> Seq {
        self.lock().listen(connection, room, after)
    }

    /// Lets all connections of a member listen to a room.
    pub fn join(&self, member: MemberId, room: RoomId) {
        let mut here = self.lock();
        let connections = here.members.get(&member).map(|present| present.connections.clone());
        for connection in connections.unwrap_or_default() {
            here.listen(&connection, room, None);
        }
    }

    /// Delivers events, which are in the order of their rooms and on the disk.
    pub fn deliver(&self, events: &[Event]) {
        let mut here = self.lock();
        for of_room in events.chunk_by(|a, b| a.room == b.room) {
            let Some(last) = of_room.last() else { continue };
            let listeners = here.rooms.entry(last.room).or_default();
            listeners.head = last.seq;
            listeners.deliver(of_room);
        }
    }

    /// Tells a room's other listeners that somebody is writing there.
    pub fn tell_typing(&self, room: RoomId, by: &Member) {
        let here = self.lock();
        let Some(listeners) = here.rooms.get(&room) else { return };
        if listeners.typed.len() > TYPING_TOLD_TO
            || !listeners.typed.values().any(|connection| connection.is_written_by(by.id))
        {
            return;
        }
        let frame = frame(&Notice::Typing { room, by: by.clone() });
        for connection in listeners.typed.values().filter(|connection| !connection.is_written_by(by.id)) {
            connection.outbox.whisper(&frame);
        }
    }

    /// Tells everybody but its maker of a new public room.
    pub fn tell_listed(&self, listed: &RoomSummary, maker: MemberId) {
        let here = self.lock();
        let frame = frame(&Notice::Listed(listed.clone()));
        for present in here.members.values().filter(|present| present.member.id != maker) {
            present.tell(&frame);
        }
    }

    /// Tells everybody who came and who left since this was last called.
    pub fn tell_presence(&self) {
        let mut here = self.lock();
        let gone: Vec<MemberId> =
            here.told.keys().filter(|id| !here.members.contains_key(id)).copied().collect();
        for id in &gone {
            here.told.remove(id);
        }
        let room = PRESENCE_TOLD_OF.saturating_sub(here.told.len());
        let came: Vec<Member> = here
            .members
            .values()
            .filter(|present| room > 0 && !here.told.contains_key(&present.member.id))
            .take(room)
            .map(|present| present.member.clone())
            .collect();
        if came.is_empty() && gone.is_empty() {
            return;
        }
        here.told.extend(came.iter().map(|member| (member.id, member.clone())));
        let frame = frame(&Notice::Presence { here: came, gone });
        for present in here.members.values() {
            present.tell(&frame);
        }
    }

    /// Closes the sockets of a session that is over.
    pub fn end_session(&self, member: MemberId, ended: SecretHash) {
        let here = self.lock();
        let Some(present) = here.members.get(&member) else { return };
        for connection in &present.connections {
            if matches!(connection.dialect, Dialect::Typed { session, .. } if session == ended) {
                connection.outbox.finish(CloseCode::SignedOut);
            }
        }
    }

    /// Lets every connection write out what waits and then close, and every new one at once.
    pub fn stop(&self) {
        let mut here = self.lock();
        here.stopping = true;
        let typed = here.members.values().flat_map(|present| &present.connections);
        for connection in typed.chain(here.plain.values()) {
            connection.outbox.finish(CloseCode::GoingAway);
        }
    }

    fn connection(&self, outbox: Outbox, dialect: Dialect) -> Arc<Connection> {
        let id = self.next_connection.fetch_add(1, Ordering::Relaxed);
        Arc::new(Connection { id, outbox, dialect })
    }

    fn lock(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Here {
    fn listen(&mut self, connection: &Arc<Connection>, room: RoomId, after: Option<Seq>) -> Seq {
        let listeners = self.rooms.entry(room).or_default();
        let head = listeners.head;
        if listeners.typed.insert(connection.id, Arc::clone(connection)).is_none() {
            connection.outbox.push([Item::CatchUp { room, after, head }]);
        }
        head
    }

    fn end_if_stopping(&self, connection: &Connection) {
        if self.stopping {
            connection.outbox.finish(CloseCode::GoingAway);
        }
    }

    fn leave(&mut self, connection: &Arc<Connection>) {
        match &connection.dialect {
            Dialect::Typed { member, .. } => {
                if let Some(present) = self.members.get_mut(&member.id) {
                    present.connections.retain(|other| other.id != connection.id);
                    if present.connections.is_empty() {
                        self.members.remove(&member.id);
                    }
                }
                for listeners in self.rooms.values_mut() {
                    listeners.typed.swap_remove(&connection.id);
                }
            }
            Dialect::Plain(_) => {
                self.plain.remove(&connection.id);
                if let Some(lobby) = self.rooms.get_mut(&RoomId::LOBBY) {
                    lobby.plain.swap_remove(&connection.id);
                }
            }
        }
    }
}

impl Listeners {
    fn deliver(&self, events: &[Event]) {
        if !self.typed.is_empty() {
            let items: Vec<Item> =
                events.iter().map(|event| Item::Frame(frame(&Notice::Event(event.clone())))).collect();
            for connection in self.typed.values() {
                connection.outbox.push(items.iter().cloned());
            }
        }
        if !self.plain.is_empty() {
            let texts: Vec<(MemberId, Item)> = events.iter().filter_map(bare).collect();
            for connection in self.plain.values() {
                let from_others = texts.iter().filter(|(author, _)| !connection.is_written_by(*author));
                connection.outbox.push(from_others.map(|(_, item)| item.clone()));
            }
        }
    }
}

impl Present {
    fn tell(&self, frame: &Frame) {
        for connection in &self.connections {
            connection.outbox.push([Item::Frame(frame.clone())]);
        }
    }
}

impl Seat {
    /// The connection that sits here.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.lock().leave(&self.connection);
    }
}

/// The text frame that a notice becomes.
pub fn frame(notice: &Notice) -> Frame {
    Frame::from(codec::encode(notice))
}

fn bare(event: &Event) -> Option<(MemberId, Item)> {
    match &event.what {
        Happening::Posted { text, .. } => Some((event.by.id, Item::Frame(Frame::from(text.clone())))),
        Happening::Made { .. } | Happening::Joined => None,
    }
}
