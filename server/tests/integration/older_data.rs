//! A store that an older Maru wrote is brought to the newest form, with all that is in it.

use maru_server::store;
use maru_shared::{Epoch, Happening, Mark, MemberId, Name, RoomId, RoomKind, Seq, Timestamp};
use rusqlite::Connection;

const LOBBY: RoomId = RoomId::LOBBY;

/// What the first release wrote: its form, and a little of everything in it.
const FIRST: &str = include_str!("../../src/store/schema.sql");
const WRITTEN: &str = "
    INSERT INTO facts VALUES ('epoch', x'00000000000000000000000000000005');
    INSERT INTO members (number, id, name, name_key, role, password, at) VALUES
        (1, x'00000000000000000000000000000001', 'paypal', 'paypal', 4, 'hash', 10),
        (2, x'00000000000000000000000000000002', 'οwner', 'οwner', 0, NULL, 11),
        (3, x'00000000000000000000000000000003', 'раураl', 'раураl', 0, NULL, 12);
    INSERT INTO sessions VALUES (zeroblob(32), x'00000000000000000000000000000007', 1, 'a browser', 10, 10);
    INSERT INTO rooms (number, id, name, name_key, made_by, draft, at)
        VALUES (2, x'00000000000000000000000000000009', '산책', '산책', 1, zeroblob(16), 12);
    INSERT INTO memberships VALUES (1, 1, 1, 10), (2, 1, 2, 11), (1, 2, 1, 12);
    INSERT INTO events VALUES (1, 1, 10, 1, 2, NULL, NULL), (1, 2, 11, 2, 2, NULL, NULL),
        (1, 3, 13, 2, 3, x'00000000000000000000000000000011', '안녕하세요'), (2, 1, 12, 1, 1, NULL, '산책');
    PRAGMA user_version = 1;";

#[tokio::test]
async fn what_the_first_release_wrote_is_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("maru.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(FIRST).unwrap();
    old.execute_batch(WRITTEN).unwrap();
    drop(old);

    let (store, reader) = store::open(folder.path(), Epoch::from_u128(1)).unwrap();
    assert_eq!(reader.epoch(), Epoch::from_u128(5));
    let events = reader.events(LOBBY, MemberId::from_u128(1), Seq(0), Seq(9)).await.unwrap().unwrap();
    assert_eq!(events.len(), 3);
    assert!(matches!(&events[2].what, Happening::Posted(message) if message.text == "안녕하세요"));
    let rooms = reader.rooms_of(MemberId::from_u128(1)).await.unwrap();
    assert_eq!(rooms.len(), 2);
    assert!(matches!(&rooms[1].0.kind, RoomKind::Public(title) if title.name.as_str() == "산책"));
    assert_eq!(rooms[1].0.made_by, Some(MemberId::from_u128(1)));
    let read = Mark { read: Seq(3), upto: Seq(3), ..Mark::default() };
    assert_eq!(rooms[0].1, read, "what was there before anybody kept count is read");
    // Names are told apart as they are now, where that can be.
    for (name, number) in [("owner", 2), ("PayPal", 1), ("раураl", 3)] {
        let named = reader.person_named(&Name::parse(name).unwrap(), Timestamp(0)).await.unwrap();
        assert_eq!(named.map(|person| person.member.id), Some(MemberId::from_u128(number)), "{name}");
    }
    let kept = Connection::open(&path).unwrap();
    let broken: i64 =
        kept.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
    let whole: String = kept.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    drop(store);
}
