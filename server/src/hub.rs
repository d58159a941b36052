//! Who listens to which room on this machine: encodes an event once and puts it into every listener's outbox.

mod listeners;
mod presence;

use std::{
    collections::{BTreeMap, HashMap},
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use maru_shared::{
    Event, Mark, Member, MemberId, Notice, Room, RoomId, Seq,
    close::CloseCode,
    codec,
    event::{JoinedRoom, Standing},
    room::RoomSummary,
};

pub use self::presence::{PRESENCE_AT_ONCE, Told};
use self::{
    listeners::{Listening, Rooms},
    presence::Presence,
};
use crate::{
    bell::Bell,
    frame::Frame,
    outbox::{Item, Outbox},
    secret::SecretHash,
};

/// In rooms with more connections than this, typing is not told.
pub const TYPING_TOLD_TO: usize = 200;

/// One live socket.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    /// What waits to be written to it.
    pub outbox: Outbox,
    dialect: Dialect,
    /// The rooms that it listens to.
    rooms: Mutex<Vec<Listening>>,
    /// How often its member went out of a room, or came to be called otherwise, since it was seated.
    turns: AtomicU64,
    /// Whether nobody has been at it for a while.
    away: AtomicBool,
}

#[derive(Debug)]
enum Dialect {
    Typed {
        member: MemberId,
        session: SecretHash,
    },
    /// A plain connection is nobody until its first text.
    Plain(OnceLock<MemberId>),
}

/// Who listens to which room on this machine.
pub struct Hub {
    next_connection: AtomicU64,
    here: Mutex<Here>,
    /// Of all the loops that write.
    bells: Vec<Arc<Bell>>,
}

/// The hub, locked. When it is let go, the loops are woken for all that was put into outboxes meanwhile.
struct Locked<'a> {
    // Let go of first: who is woken need not wait for it.
    here: MutexGuard<'a, Here>,
    _wake: Wake<'a>,
}

struct Wake<'a>(&'a [Arc<Bell>]);

#[derive(Default)]
struct Here {
    rooms: Rooms,
    presence: Presence,
    plain: HashMap<u64, Arc<Connection>>,
    /// How many rooms were deleted.
    rooms_gone: u64,
    stopping: bool,
}

/// An instant in which a connection's member went out of no room and kept their name, and no room went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    turns: u64,
    rooms_gone: u64,
}

/// A connection's place in the hub, given back when dropped.
pub struct Seat {
    hub: Arc<Hub>,
    connection: Arc<Connection>,
}

impl Connection {
    /// Puts a notice into the outbox.
    pub fn tell(&self, notice: &Notice) {
        self.outbox.push(Item::Frame(frame(notice)));
        self.outbox.wake();
    }

    /// Says who writes on a plain connection. Told before that member's first event, so that it does not come back.
    pub fn speaks_as(&self, member: MemberId) {
        if let Dialect::Plain(speaker) = &self.dialect {
            // A second name is never given: the first stays.
            let _ = speaker.set(member);
        }
    }

    fn rooms(&self) -> MutexGuard<'_, Vec<Listening>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who writes here, if anybody does yet.
    pub fn writer(&self) -> Option<MemberId> {
        match &self.dialect {
            Dialect::Typed { member, .. } => Some(*member),
            Dialect::Plain(speaker) => speaker.get().copied(),
        }
    }

    fn is_written_by(&self, member: MemberId) -> bool {
        self.writer() == Some(member)
    }
}

impl Hub {
    /// A hub that knows the rooms and what was delivered of them before it began. Connections are written to by the loops of
    /// these bells.
    pub fn new(heads: impl IntoIterator<Item = (RoomId, Seq)>, bells: Vec<Arc<Bell>>) -> Arc<Self> {
        let mut rooms = Rooms::default();
        heads.into_iter().for_each(|(room, head)| rooms.know(room, head));
        let here = Mutex::new(Here { rooms, ..Here::default() });
        Arc::new(Self { next_connection: AtomicU64::new(0), here, bells })
    }

    /// Seats a member's connection, which from now on hears of presence and of rooms that the member joins.
    pub fn seat(self: &Arc<Self>, member: &Member, session: SecretHash, outbox: Outbox) -> Seat {
        let connection = self.connection(outbox, Dialect::Typed { member: member.id, session });
        let mut here = self.lock();
        here.presence.come(member, Arc::clone(&connection));
        here.end_if_stopping(&connection);
        drop(here);
        Seat { hub: Arc::clone(self), connection }
    }

    /// Whom everybody knows to be here now, the member first. What was told since the member was seated is told to them once
    /// more behind this, and ends as it is here.
    pub fn told(&self, member: &Member) -> Told {
        self.lock().presence.told(member)
    }

    /// Seats a plain connection, which hears the lobby.
    pub fn seat_plain(self: &Arc<Self>, outbox: Outbox) -> Seat {
        let connection = self.connection(outbox, Dialect::Plain(OnceLock::new()));
        let mut here = self.lock();
        here.plain.insert(connection.id, Arc::clone(&connection));
        here.rooms.of(RoomId::LOBBY).plain.insert(connection.id, Arc::clone(&connection));
        here.end_if_stopping(&connection);
        drop(here);
        Seat { hub: Arc::clone(self), connection }
    }

    /// The instant before which to read in which rooms a connection's member is, and how they are called, for [`Hub::listen`].
    pub fn instant(&self, connection: &Connection) -> Instant {
        self.lock().instant(connection)
    }

    /// Lets a connection listen to the rooms in which its member was at `since`, where it does not yet: what it missed,
    /// after what it knows, is to be read from the store up to the head at this instant, and everything after that comes
    /// behind it in the outbox. None, and nothing done, when they went out of a room or were called otherwise since, or a
    /// room went, and when the connection has no place here any more.
    pub fn listen(
        &self,
        connection: &Arc<Connection>,
        member: &Member,
        rooms: &[(Room, Mark)],
        known: &BTreeMap<RoomId, Seq>,
        since: Instant,
    ) -> Option<Vec<JoinedRoom>> {
        let mut here = self.lock();
        // Whoever asks may be a task of a connection that ends just now: it would listen for ever.
        let is_seated =
            here.presence.connections_of(member.id).iter().any(|seated| seated.id == connection.id);
        if here.instant(connection) != since || !is_seated {
            return None;
        }
        here.presence.correct(member);
        connection.rooms().reserve_exact(rooms.len());
        let mut listen = |(room, mark): &(Room, Mark)| {
            let head = here.rooms.listen(connection, room.id, known.get(&room.id).copied());
            JoinedRoom { room: room.clone(), head, mark: *mark }
        };
        Some(rooms.iter().map(&mut listen).collect())
    }

    /// Lets all connections of a member listen to a room.
    pub fn enter(&self, member: MemberId, room: RoomId) {
        let mut here = self.lock();
        for connection in here.presence.connections_of(member).to_vec() {
            here.rooms.listen(&connection, room, None);
        }
    }

    /// Lets no connection of a member listen to a room any more.
    pub fn leave(&self, member: MemberId, room: RoomId) {
        let mut here = self.lock();
        let Here { rooms, presence, .. } = &mut *here;
        for connection in presence.connections_of(member) {
            connection.turns.fetch_add(1, Ordering::Relaxed);
            rooms.leave(connection, room);
        }
    }

    /// Forgets a room that is not there any more, and tells its listeners so, or everybody.
    pub fn forget_room(&self, room: RoomId, public: bool) {
        let mut here = self.lock();
        here.rooms_gone += 1;
        let gone = frame(&Notice::RoomGone { room });
        let listeners = here.rooms.remove(room);
        if public {
            here.presence.tell(&gone);
        } else {
            for connection in &listeners.typed {
                connection.outbox.push(Item::Frame(gone.clone()));
            }
        }
    }

    /// Delivers events, which are in the order of their rooms and on the disk.
    pub fn deliver(&self, events: impl IntoIterator<Item = Event>) {
        let mut here = self.lock();
        let mut events = events.into_iter().peekable();
        while let Some(first) = events.next() {
            let room = first.room;
            let mut of_room = vec![first];
            of_room.extend(std::iter::from_fn(|| events.next_if(|next| next.room == room)));
            here.rooms.of(room).deliver(of_room);
        }
    }

    /// Tells a room's other listeners that somebody is writing there.
    pub fn tell_typing(&self, room: RoomId, by: MemberId) {
        let here = self.lock();
        let (Some(listeners), Some(member)) = (here.rooms.get(room), here.presence.member(by)) else {
            return;
        };
        if listeners.typed.len() > TYPING_TOLD_TO
            || !listeners.typed.iter().any(|connection| connection.is_written_by(by))
        {
            return;
        }
        let frame = frame(&Notice::Typing { room, by: member.clone() });
        for connection in listeners.typed.iter().filter(|connection| !connection.is_written_by(by)) {
            connection.outbox.whisper(&frame);
        }
    }

    /// Tells everybody of a public room that is new, or another than it was.
    pub fn tell_listed(&self, listed: &RoomSummary) {
        self.lock().presence.tell(&frame(&Notice::Listed(listed.clone())));
    }

    /// Tells a member what they are in this Maru now.
    pub fn tell_standing(&self, member: MemberId, standing: Standing) {
        let you = frame(&Notice::You(standing));
        for connection in self.lock().presence.connections_of(member) {
            connection.outbox.push(Item::Frame(you.clone()));
        }
    }

    /// Tells everybody how a member is called from now on, by the change of this number.
    pub fn call(&self, number: u64, member: &Member) {
        let mut here = self.lock();
        for connection in here.presence.connections_of(member.id) {
            connection.turns.fetch_add(1, Ordering::Relaxed);
        }
        here.presence.call(member);
        here.presence.tell(&frame(&Notice::Called { number, member: member.clone() }));
    }

    /// Tells a member what they have read of a room, and want to be told of it.
    pub fn tell_mark(&self, member: MemberId, room: RoomId, mark: Mark) {
        let marked = frame(&Notice::Marked { room, mark });
        for connection in self.lock().presence.connections_of(member) {
            connection.outbox.push(Item::Frame(marked.clone()));
        }
    }

    /// Tells a room's other listeners up to where somebody has read it.
    pub fn tell_read(&self, member: MemberId, room: RoomId, seq: Seq) {
        let here = self.lock();
        let Some(listeners) = here.rooms.get(room) else { return };
        let frame = frame(&Notice::ReadBy { room, member, seq });
        for connection in listeners.typed.iter().filter(|connection| !connection.is_written_by(member)) {
            connection.outbox.whisper(&frame);
        }
    }

    /// Nobody is at a connection any more, or somebody is again.
    pub fn set_away(&self, connection: &Connection, away: bool) {
        connection.away.store(away, Ordering::Relaxed);
    }

    /// Tells everybody who came and who left since this was last called, of each so many at the most: the others when
    /// it is called next.
    pub fn tell_presence(&self) {
        let mut here = self.lock();
        if let Some(news) = here.presence.news() {
            here.presence.tell(&frame(&news));
        }
    }

    /// Closes the sockets of a session that is over.
    pub fn end_session(&self, member: MemberId, ended: SecretHash) {
        self.close(member, ended, CloseCode::SignedOut);
    }

    /// Closes the sockets that were opened by the secret that a session had before: they come back with the one that it
    /// has.
    pub fn renew_session(&self, member: MemberId, before: SecretHash) {
        self.close(member, before, CloseCode::Renewed);
    }

    /// Closes all sockets of a member who is kept out.
    pub fn ban(&self, member: MemberId) {
        let here = self.lock();
        let plain = here.plain.values().filter(|connection| connection.is_written_by(member));
        for connection in here.presence.connections_of(member).iter().chain(plain) {
            connection.outbox.finish(CloseCode::Banned);
        }
    }

    /// Lets every connection write out what waits and then close, and every new one at once.
    pub fn stop(&self) {
        let mut here = self.lock();
        here.stopping = true;
        for connection in here.presence.connections().chain(here.plain.values()) {
            connection.outbox.finish(CloseCode::GoingAway);
        }
    }

    fn close(&self, member: MemberId, opened_by: SecretHash, code: CloseCode) {
        let here = self.lock();
        for connection in here.presence.connections_of(member) {
            if matches!(connection.dialect, Dialect::Typed { session, .. } if session == opened_by) {
                connection.outbox.finish(code);
            }
        }
    }

    fn connection(&self, outbox: Outbox, dialect: Dialect) -> Arc<Connection> {
        let id = self.next_connection.fetch_add(1, Ordering::Relaxed);
        Arc::new(Connection {
            id,
            outbox,
            dialect,
            rooms: Mutex::default(),
            turns: AtomicU64::new(0),
            away: AtomicBool::new(false),
        })
    }

    fn lock(&self) -> Locked<'_> {
        Locked { here: self.here.lock().unwrap_or_else(PoisonError::into_inner), _wake: Wake(&self.bells) }
    }
}

impl Deref for Locked<'_> {
    type Target = Here;

    fn deref(&self) -> &Here {
        &self.here
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Here {
        &mut self.here
    }
}

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        for bell in self.0 {
            bell.wake();
        }
    }
}

impl Here {
    fn instant(&self, connection: &Connection) -> Instant {
        Instant { turns: connection.turns.load(Ordering::Relaxed), rooms_gone: self.rooms_gone }
    }

    fn end_if_stopping(&self, connection: &Connection) {
        if self.stopping {
            connection.outbox.finish(CloseCode::GoingAway);
        }
    }

    fn unseat(&mut self, connection: &Arc<Connection>) {
        match &connection.dialect {
            Dialect::Typed { member, .. } => {
                self.presence.leave(*member, connection);
                self.rooms.leave_all(connection);
            }
            Dialect::Plain(_) => {
                self.plain.remove(&connection.id);
                self.rooms.of(RoomId::LOBBY).plain.swap_remove(&connection.id);
            }
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
        self.hub.lock().unseat(&self.connection);
    }
}

/// The text frame that a notice becomes.
pub fn frame(notice: &Notice) -> Frame {
    Frame::text(&codec::encode(notice))
}

#[cfg(test)]
mod tests {
    use maru_shared::{DraftId, Happening, Message, Name, Timestamp};

    use super::{presence::PRESENCE_TOLD_OF, *};
    use crate::{bell::Rope, outbox::CatchUp};

    fn outbox() -> Outbox {
        Outbox::new(1 << 20, Rope::new(Bell::new(|| ()), 0))
    }

    struct Guest {
        member: Member,
        seat: Seat,
        told: Vec<Member>,
    }

    fn guest(hub: &Arc<Hub>, number: u128) -> Guest {
        let name = Name::parse(&format!("guest {number}")).unwrap();
        let member = Member { id: MemberId::from_u128(number), name };
        let draft = DraftId::from_u128(number);
        let seat = hub.seat(&member, SecretHash::of_draft(&draft), outbox());
        let told = hub.told(&member).here;
        Guest { member, seat, told }
    }

    impl Guest {
        fn listening(self, hub: &Hub) -> Self {
            hub.enter(self.member.id, RoomId::LOBBY);
            self
        }

        fn hears(&self) -> Vec<Item> {
            self.seat.connection().outbox.take().items.collect()
        }

        fn hears_notices(&self) -> Vec<Notice> {
            let texts = |item| match item {
                Item::Frame(frame) => frame.spell(),
                Item::CatchUp(_) => Vec::new(),
            };
            self.hears().into_iter().flat_map(texts).map(|text| codec::decode(&text).unwrap()).collect()
        }
    }

    fn lobby() -> Room {
        Room::public(RoomId::LOBBY, Name::parse("lobby").unwrap())
    }

    fn posted(by: &Member, seq: u64) -> Event {
        let what = Happening::Posted(Message::new(DraftId::from_u128(seq.into()), format!("text {seq}")));
        Event { room: RoomId::LOBBY, seq: Seq(seq), at: Timestamp(0), by: by.clone(), what }
    }

    #[test]
    fn what_was_missed_comes_before_what_happens_next() {
        let hub = Hub::new([(RoomId::LOBBY, Seq(7))], Vec::new());
        let guest = guest(&hub, 1);
        let known = BTreeMap::from([(RoomId::LOBBY, Seq(5))]);
        let mark = Mark::default();
        let listened = hub.listen(
            guest.seat.connection(),
            &guest.member,
            &[(lobby(), mark)],
            &known,
            hub.instant(guest.seat.connection()),
        );
        assert_eq!(listened, Some(vec![JoinedRoom { room: lobby(), head: Seq(7), mark }]));
        hub.deliver([posted(&guest.member, 8)]);
        let heard = guest.hears();
        assert_eq!(
            heard[0],
            Item::CatchUp(Box::new(CatchUp { room: RoomId::LOBBY, after: Some(Seq(5)), head: Seq(7) }))
        );
        assert_eq!(heard[1], Item::Frame(frame(&Notice::Event(posted(&guest.member, 8)))));
        assert_eq!(heard.len(), 2);
    }

    #[test]
    fn who_has_no_place_any_more_does_not_begin_to_listen() {
        let hub = Hub::new([], Vec::new());
        let Guest { member, seat, .. } = guest(&hub, 1);
        let connection = Arc::clone(seat.connection());
        let since = hub.instant(&connection);
        drop(seat);
        let rooms = [(lobby(), Mark::default())];
        assert_eq!(hub.listen(&connection, &member, &rooms, &BTreeMap::new(), since), None);
        assert_eq!(Arc::strong_count(&connection), 1, "the hub has it no more");
    }

    #[test]
    fn listening_twice_is_listening_once() {
        let hub = Hub::new([], Vec::new());
        let guest = guest(&hub, 1).listening(&hub);
        hub.enter(guest.member.id, RoomId::LOBBY);
        hub.deliver([posted(&guest.member, 1)]);
        assert_eq!(guest.hears().len(), 2, "one catch-up, one event");
    }

    #[test]
    fn a_plain_connection_hears_bare_texts_of_others() {
        let hub = Hub::new([], Vec::new());
        let author = guest(&hub, 1);
        let seat = hub.seat_plain(outbox());
        seat.connection().speaks_as(MemberId::from_u128(2));
        let own = Member { id: MemberId::from_u128(2), name: author.member.name.clone() };
        hub.deliver([posted(&own, 1), posted(&author.member, 2)]);
        let heard: Vec<Item> = seat.connection().outbox.take().items.collect();
        assert_eq!(heard, [Item::Frame(Frame::text("text 2"))]);
    }

    #[test]
    fn presence_is_told_once_and_of_so_many() {
        let hub = Hub::new([], Vec::new());
        let watcher = guest(&hub, 0);
        hub.tell_presence();
        let Some(Notice::Presence { here, .. }) = watcher.hears_notices().pop() else {
            panic!("no presence")
        };
        assert_eq!(here, std::slice::from_ref(&watcher.member));
        let crowd: Vec<Guest> =
            (1..=PRESENCE_TOLD_OF as u128 + 5).map(|number| guest(&hub, number)).collect();
        let (mut came, mut left) = (0, 0);
        let mut listen = || {
            hub.tell_presence();
            let told = watcher.hears_notices().pop();
            let Some(Notice::Presence { here, gone, .. }) = told else { return false };
            assert!(here.len() <= PRESENCE_AT_ONCE && gone.len() <= PRESENCE_AT_ONCE);
            came += here.len();
            left += gone.len();
            true
        };
        while listen() {}
        drop(crowd);
        while listen() {}
        assert_eq!(
            (came, left),
            (PRESENCE_TOLD_OF - 1, PRESENCE_TOLD_OF - 1),
            "the watcher was told of already"
        );
    }

    #[test]
    fn typing_is_told_to_the_rooms_others_by_those_in_it() {
        let hub = Hub::new([], Vec::new());
        let (one, other) = (guest(&hub, 1).listening(&hub), guest(&hub, 2).listening(&hub));
        let stranger = guest(&hub, 3);
        hub.tell_typing(RoomId::LOBBY, stranger.member.id);
        assert!(other.hears_notices().is_empty());
        hub.tell_typing(RoomId::LOBBY, one.member.id);
        assert_eq!(other.hears_notices(), [Notice::Typing { room: RoomId::LOBBY, by: one.member.clone() }]);
        assert!(one.hears_notices().is_empty());
    }

    #[test]
    fn who_is_called_otherwise_is_so_for_everybody_here_however_the_race_goes() {
        let hub = Hub::new([], Vec::new());
        let (one, other) = (guest(&hub, 1).listening(&hub), guest(&hub, 2).listening(&hub));
        hub.tell_presence();
        other.hears();
        let mark = hub.instant(one.seat.connection());
        let called = Member { id: one.member.id, name: Name::parse("jiyoung").unwrap() };
        hub.call(1, &called);
        hub.tell_typing(RoomId::LOBBY, called.id);
        hub.tell_presence();
        let heard = [
            Notice::Called { number: 1, member: called.clone() },
            Notice::Typing { room: RoomId::LOBBY, by: called.clone() },
        ];
        assert_eq!(other.hears_notices(), heard, "and nobody came");
        assert!(guest(&hub, 3).told.contains(&called));
        let rooms = [(lobby(), Mark::default())];
        let listened = hub.listen(one.seat.connection(), &one.member, &rooms, &BTreeMap::new(), mark);
        assert_eq!(listened, None, "read before that");

        // Read before, seated after: what was told of them is told again.
        let late = guest(&hub, 4);
        hub.tell_presence();
        other.hears();
        let called = Member { id: late.member.id, name: Name::parse("minsu").unwrap() };
        let mark = hub.instant(late.seat.connection());
        hub.listen(late.seat.connection(), &called, &rooms, &BTreeMap::new(), mark).unwrap();
        hub.tell_presence();
        let Some(Notice::Presence { here, .. }) = other.hears_notices().pop() else { panic!("no presence") };
        assert!(here.contains(&called));
    }

    #[test]
    fn who_went_out_of_a_room_hears_no_more_of_it_however_the_race_goes() {
        let hub = Hub::new([], Vec::new());
        let (one, other) = (guest(&hub, 1).listening(&hub), guest(&hub, 2).listening(&hub));
        hub.leave(one.member.id, RoomId::LOBBY);
        hub.deliver([posted(&other.member, 1)]);
        assert_eq!(one.hears().len(), 1, "the catch-up, and no event");
        assert_eq!(other.hears().len(), 2);

        let mark = hub.instant(one.seat.connection());
        hub.leave(one.member.id, RoomId::LOBBY);
        let known = BTreeMap::new();
        let rooms = [(lobby(), Mark::default())];
        let listened = hub.listen(one.seat.connection(), &one.member, &rooms, &known, mark);
        assert_eq!(listened, None, "read before that");
        hub.deliver([posted(&other.member, 2)]);
        assert!(one.hears().is_empty());
    }

    #[test]
    fn a_room_that_is_gone_is_told_to_those_who_could_see_it() {
        let hub = Hub::new([], Vec::new());
        let (one, other) = (guest(&hub, 1).listening(&hub), guest(&hub, 2));
        let gone = [Notice::RoomGone { room: RoomId::LOBBY }];
        hub.forget_room(RoomId::LOBBY, false);
        assert_eq!((one.hears_notices(), other.hears_notices()), (gone.to_vec(), Vec::new()));
        hub.forget_room(RoomId::LOBBY, true);
        assert_eq!((one.hears_notices(), other.hears_notices()), (gone.to_vec(), gone.to_vec()));
    }

    #[test]
    fn who_is_banned_is_closed_in_either_dialect() {
        let hub = Hub::new([], Vec::new());
        let (typed, stays) = (guest(&hub, 1), guest(&hub, 2));
        let plain = hub.seat_plain(outbox());
        plain.connection().speaks_as(typed.member.id);
        hub.ban(typed.member.id);
        let closed = |seat: &Seat| seat.connection().outbox.take().then_close;
        assert_eq!(closed(&typed.seat), Some(CloseCode::Banned));
        assert_eq!(closed(&plain), Some(CloseCode::Banned));
        assert_eq!(closed(&stays.seat), None);
    }

    #[test]
    fn who_comes_while_the_server_stops_is_sent_away() {
        let hub = Hub::new([], Vec::new());
        hub.stop();
        assert_eq!(guest(&hub, 1).seat.connection().outbox.take().then_close, Some(CloseCode::GoingAway));
    }

    #[test]
    fn whoever_goes_is_let_go_and_nobody_else() {
        let hub = Hub::new([], Vec::new());
        let mut guests: Vec<Guest> = (1..=5).map(|number| guest(&hub, number).listening(&hub)).collect();
        let other = RoomId::from_u128(77);
        for guest in &guests {
            hub.enter(guest.member.id, other);
            guest.hears();
        }
        hub.leave(guests[0].member.id, RoomId::LOBBY);
        hub.leave(guests[4].member.id, RoomId::LOBBY);
        drop(guests.remove(1));
        hub.leave(guests[1].member.id, other);
        let author = guests[0].member.clone();
        hub.deliver([posted(&author, 1)]);
        hub.deliver([Event { room: other, ..posted(&author, 1) }]);
        let heard: Vec<usize> = guests.iter().map(|guest| guest.hears().len()).collect();
        assert_eq!(heard, [1, 1, 2, 1], "of two rooms");
    }

    #[test]
    fn a_left_seat_hears_nothing() {
        let hub = Hub::new([], Vec::new());
        let guest = guest(&hub, 1).listening(&hub);
        let connection = Arc::clone(guest.seat.connection());
        let member = guest.member.clone();
        drop(guest);
        connection.outbox.take();
        hub.deliver([posted(&member, 1)]);
        assert!(connection.outbox.take().items.is_empty());
        assert_eq!(Arc::strong_count(&connection), 1, "the hub holds nothing of it");
    }
}
