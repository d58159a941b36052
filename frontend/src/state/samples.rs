//! Things for tests.

use maru_shared::{
    DraftId, Event, Happening, Mark, Member, MemberId, Message, Name, Room, RoomId, Seq, Timestamp,
};

use super::outbox::Draft;

pub(super) fn member(n: u128) -> Member {
    Member { id: MemberId::from_u128(n), name: Name::parse(&format!("member {n}")).unwrap() }
}

pub(super) fn room(id: RoomId) -> Room {
    Room::public(id, Name::parse("a room").unwrap())
}

/// A message in the lobby by member 1, one second after the one before.
pub(super) fn posted(seq: u64) -> Event {
    posted_by(seq, 1)
}

pub(super) fn posted_by(seq: u64, who: u128) -> Event {
    let draft = DraftId::from_u128(u128::from(seq) + 1_000_000);
    event(seq, who, Happening::Posted(Message::new(draft, seq.to_string())))
}

pub(super) fn event(seq: u64, who: u128, what: Happening) -> Event {
    let at = Timestamp(i64::try_from(seq).unwrap() * 1_000);
    Event { room: RoomId::LOBBY, seq: Seq(seq), at, by: member(who), what }
}

/// Read up to here, and nothing counted behind it.
pub(super) fn read(seq: u64) -> Option<Mark> {
    Some(Mark { read: Seq(seq), upto: Seq(seq), ..Mark::default() })
}

pub(super) fn draft(n: u128) -> Draft {
    Draft {
        id: DraftId::from_u128(n),
        room: RoomId::LOBBY,
        text: n.to_string(),
        at: i64::try_from(n).unwrap(),
        refused: None,
        reply: None,
        files: Vec::new(),
    }
}
