//! Many people who are in a server before it starts.

use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use maru_server::{
    entry::{By, Change, Effect, Entry, NewSession},
    secret::Token,
    store::{self, Store},
};
use maru_shared::{DraftId, Epoch, MemberId, Name, RoomId, Seq, SessionId, Timestamp, command::Hello};

use super::{Ground, Peer, Server};
use crate::load::Seat;

const EPOCH: Epoch = Epoch::from_u128(1);
/// So many entries are written at once.
const BATCH: usize = 10_000;

/// Many people, and the server that they are in. They are entries in its store, as if they had come in one after the
/// other: thousands of requests are spared, and what is measured starts as after any other night.
#[derive(Debug)]
pub(crate) struct Crowd {
    peer: Peer,
    directory: PathBuf,
    /// Where each of them sits.
    pub(crate) seats: Vec<Seat>,
}

/// Rooms for all of a crowd: so many for each member, so many members in each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) each: usize,
    pub(crate) size: usize,
}

impl Crowd {
    /// So many members, all in the lobby.
    pub(crate) fn in_lobby(peer: Peer, ground: &Ground, members: usize) -> Result<Self> {
        let directory = ground.fresh_directory()?;
        let seats = match peer {
            Peer::Maru => Founding::begin(&directory, members)?.seats(),
            _ => vec![Seat::of_nobody(RoomId::LOBBY); members],
        };
        Ok(Self { peer, directory, seats })
    }

    /// So many members of a Maru in the lobby and, where they sit, in as many other rooms as this says. They come
    /// back to these: they have what happened there.
    pub(crate) fn in_rooms(ground: &Ground, members: usize, spread: Spread) -> Result<Self> {
        let directory = ground.fresh_directory()?;
        let mut founding = Founding::begin(&directory, members)?;
        let rooms: Vec<Vec<usize>> = (0..members).map(|member| spread.rooms_of(member, members)).collect();
        founding.open(&rooms)?;
        Ok(Self { peer: Peer::Maru, directory, seats: founding.seats() })
    }

    /// Starts the server with all of them in it, with these flags besides the usual ones.
    pub(crate) fn start(&self, ground: &Ground, flags: &[&str]) -> Result<Server> {
        Server::start_with(self.peer, ground, self.directory.clone(), flags)
    }
}

impl Spread {
    /// How many rooms there are for so many members.
    pub(crate) fn rooms(self, members: usize) -> usize {
        (members * self.each).div_ceil(self.size).max(self.each)
    }

    /// The rooms of a member of so many, all different. The first members each have another first room, hardly two
    /// members have the same ones, and all rooms are as full where the numbers allow.
    pub(crate) fn rooms_of(self, member: usize, members: usize) -> Vec<usize> {
        let rooms = self.rooms(members);
        // With a stride that has no divisor in common with the rooms, one comes back to the first only after all others.
        let mut strides = (1..).filter(|stride| greatest_common_divisor(*stride, rooms) == 1);
        let stride = strides.nth(member / rooms).unwrap_or(1);
        (0..self.each).map(|turn| (member + turn * stride) % rooms).collect()
    }
}

fn greatest_common_divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// A store that is filled before its server starts.
struct Founding {
    store: Store,
    at: Timestamp,
    members: Vec<(MemberId, Token)>,
    /// The rooms of each member.
    rooms: Vec<Vec<RoomId>>,
    /// The position of the newest event of each room.
    heads: HashMap<RoomId, Seq>,
}

impl Founding {
    /// Has so many guests come in.
    fn begin(directory: &Path, members: usize) -> Result<Self> {
        let (store, _) = store::open(directory, EPOCH)?;
        let mut founding =
            Self { store, at: now(), members: Vec::new(), rooms: Vec::new(), heads: HashMap::new() };
        let mut entries = Vec::with_capacity(members);
        for number in 0..members {
            let member = MemberId::from_u128(1_000 + number as u128);
            let token = Token::from_bytes(std::array::from_fn(|_| fastrand::u8(..)));
            let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let id = SessionId::from_random_bytes(fastrand::u128(..).to_be_bytes());
            let session = Box::new(NewSession { token: token.hash(), id, device: String::new(), from });
            let name = Name::parse(&format!("guest {number}"))?;
            let change = Change::SignIn { name, draft: None, session: Some(session), from };
            entries.push(founding.entry(member, change));
            founding.members.push((member, token));
        }
        founding.write(&entries)?;
        founding.rooms = vec![Vec::new(); members];
        founding.read_lobby()?;
        Ok(founding)
    }

    /// Has everybody read the lobby: otherwise each who comes has thousands of others' comings looked through for what
    /// is unread, which is not what is measured.
    fn read_lobby(&mut self) -> Result<()> {
        let seq = *self.heads.get(&RoomId::LOBBY).context("nobody came to the lobby")?;
        let read =
            |(member, _): &(MemberId, Token)| self.entry(*member, Change::Read { room: RoomId::LOBBY, seq });
        let entries: Vec<Entry> = self.members.iter().map(read).collect();
        self.write(&entries)
    }

    /// Opens the rooms of which each member has these.
    fn open(&mut self, rooms: &[Vec<usize>]) -> Result<()> {
        let mut entries = Vec::new();
        let mut opened = HashSet::new();
        for (member, numbers) in rooms.iter().enumerate() {
            for number in numbers {
                let (id, _) = self.members[member];
                let room = RoomId::from_u128(1_000 + *number as u128);
                let change = if opened.insert(room) {
                    let draft = DraftId::from_random_bytes(fastrand::u128(..).to_be_bytes());
                    let name = Name::parse(&format!("room {number}"))?;
                    Change::MakeRoom { room, draft, name, private: false }
                } else {
                    Change::Join { room }
                };
                entries.push(self.entry(id, change));
                self.rooms[member].push(room);
            }
        }
        self.write(&entries)
    }

    fn entry(&self, by: MemberId, change: Change) -> Entry {
        Entry { at: self.at, by: By::Member(by), change }
    }

    fn write(&mut self, entries: &[Entry]) -> Result<()> {
        for entries in entries.chunks(BATCH) {
            let outcomes = self.store.apply(entries).context("founding a crowd")?;
            for outcome in outcomes {
                ensure!(outcome.answer.is_ok(), "an entry was refused: {:?}", outcome.answer);
                for effect in outcome.effects {
                    if let Effect::Happened(event) = effect {
                        self.heads.insert(event.room, event.seq);
                    }
                }
            }
        }
        Ok(())
    }

    /// Where each of them sits; whoever has no other room, in the lobby.
    fn seats(self) -> Vec<Seat> {
        let Self { members, rooms, heads, .. } = self;
        let seat = |((_, token), rooms): ((MemberId, Token), Vec<RoomId>)| {
            let resume = rooms.iter().filter_map(|room| Some((*room, *heads.get(room)?))).collect();
            let rooms = if rooms.is_empty() { vec![RoomId::LOBBY] } else { rooms };
            let cookie = Some(format!("maru_session={}", token.spell()));
            Seat { cookie, rooms, hello: Hello { epoch: Some(EPOCH), resume, names: None } }
        };
        members.into_iter().zip(rooms).map(seat).collect()
    }
}

/// Sessions that were not used for long are over: theirs are of today.
#[expect(clippy::disallowed_methods, reason = "the load's clock: `Stamps` is the server's")]
fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(now.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_in_ten_rooms_each_fill_a_thousand_rooms_with_a_hundred() {
        let spread = Spread { each: 10, size: 100 };
        assert_eq!(spread.rooms(10_000), 1000);
        let mut listeners = vec![0; 1000];
        let mut alike = HashSet::new();
        for member in 0..10_000 {
            let mut rooms = spread.rooms_of(member, 10_000);
            assert_eq!(rooms[0], member % 1000);
            rooms.iter().for_each(|room| listeners[*room] += 1);
            rooms.sort_unstable();
            rooms.dedup();
            assert_eq!(rooms.len(), 10);
            alike.insert(rooms);
        }
        assert!(listeners.iter().all(|listeners| *listeners == 100));
        assert_eq!(alike.len(), 10_000);
    }

    #[test]
    fn few_members_have_different_rooms_too() {
        for (members, each, size) in [(40, 9, 20), (40, 10, 20), (8_000, 9, 100), (1, 9, 100), (20, 2, 4)] {
            for member in 0..members {
                let rooms = Spread { each, size }.rooms_of(member, members);
                assert_eq!(rooms.iter().collect::<HashSet<_>>().len(), each, "{member} of {members}");
            }
        }
    }

    #[test]
    fn a_founded_crowd_knows_its_rooms_and_what_happened_there() {
        let directory = tempfile::tempdir().unwrap();
        let mut founding = Founding::begin(directory.path(), 3).unwrap();
        founding.open(&[vec![0, 1], vec![1], vec![]]).unwrap();
        let seats = founding.seats();
        let rooms = |seat: usize| seats[seat].rooms.len();
        assert_eq!((rooms(0), rooms(1), rooms(2)), (2, 1, 1));
        assert_eq!(seats[2].rooms, [RoomId::LOBBY]);
        assert!(seats[2].hello.resume.is_empty());
        // Who was there first was there before the other came.
        assert_eq!(seats[0].hello.resume[&seats[0].rooms[1]], seats[1].hello.resume[&seats[1].rooms[0]]);
        assert!(seats[1].hello.resume[&seats[1].rooms[0]] > seats[0].hello.resume[&seats[0].rooms[0]]);
    }
}
