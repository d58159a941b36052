//! Rooms: made, listed, joined, and their history page by page.

use maru_shared::{Happening, Notice, Refusal, Room, RoomId, Seq, text::NameError};

use crate::support::{Dial, TestServer, View, a_draft, client::Client, view::texts};

const LOBBY: RoomId = RoomId::LOBBY;

fn name_of(room: &Room) -> &str {
    room.title().unwrap().name.as_str()
}

#[tokio::test]
async fn the_lobby_is_there_from_the_start_and_every_guest_joins_it() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);

    let rooms = minsu.rooms().await;
    assert_eq!(rooms.len(), 1);
    assert_eq!((rooms[0].room.id, name_of(&rooms[0].room)), (LOBBY, "lobby"));
    assert_eq!((rooms[0].members, rooms[0].joined), (2, true));
    assert_eq!(minsu.members(LOBBY).await, [minsu.member.clone(), jiyoung.member.clone()]);

    let history = minsu.history(LOBBY).await;
    assert_eq!(rooms[0].head, history.last().unwrap().seq);
    let joined: Vec<_> =
        history.iter().filter(|event| event.what == Happening::Joined).map(|event| &event.by).collect();
    assert_eq!(joined, [&minsu.member, &jiyoung.member]);
}

#[tokio::test]
async fn a_room_that_is_made_is_listed_and_its_maker_is_in_it() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut a, mut b) = (minsu.connect().await, jiyoung.connect().await);

    let room = minsu.make_room("  산책   모임 ").await;
    assert_eq!(name_of(&room), "산책 모임");
    let is_it = |notice: &Notice| match notice {
        Notice::Listed(summary) if summary.room == room => Some(summary.clone()),
        _ => None,
    };
    let listed = b.see("the new room", is_it).await;
    assert!(!listed.joined);
    a.reach(room.id, Seq(1)).await;
    let made = &a.view.events(room.id)[0];
    assert_eq!(
        (made.seq, &made.what),
        (Seq(1), &Happening::Made { name: room.title().unwrap().name.clone() })
    );
    assert_eq!(made.by, minsu.member);

    let summary = |rooms: Vec<maru_shared::room::RoomSummary>| {
        rooms.into_iter().find(|summary| summary.room == room).unwrap()
    };
    let (his, hers) = (summary(minsu.rooms().await), summary(jiyoung.rooms().await));
    assert_eq!((his.joined, his.members), (true, 1));
    assert_eq!((hers.joined, hers.members), (false, 1));
}

#[tokio::test]
async fn a_room_asked_for_twice_with_one_draft_is_one_room() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let draft = a_draft();

    let first: Room = guest.make_room_as(draft, "산책").await.read(201);
    let again: Room = guest.make_room_as(draft, "산책").await.read(201);
    assert_eq!(first, again);
    let server = server.restart().await;
    let guest = guest.at(server.site);
    let after_restart: Room = guest.make_room_as(draft, "산책").await.read(201);
    assert_eq!(first, after_restart);
    assert_eq!(guest.rooms().await.len(), 2);
    assert_eq!(guest.members(first.id).await.len(), 1);
}

#[tokio::test]
async fn a_room_needs_a_name_that_no_other_room_has() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    guest.make_room("Garden").await;

    for alike in ["Garden", "garden", "ＧＡＲＤＥＮ", " Gar\u{200D}den ", "lobby", "LOBBY"] {
        assert_eq!(guest.make_room_as(a_draft(), alike).await.why(409), Refusal::NameTaken, "{alike}");
    }
    let bad = [
        ("", NameError::Empty),
        ("a\u{202E}b", NameError::Forbidden),
        (&"가".repeat(33), NameError::TooLong),
    ];
    for (name, why) in bad {
        assert_eq!(guest.make_room_as(a_draft(), name).await.why(422), Refusal::BadName(why), "{name}");
    }
    assert_eq!(guest.rooms().await.len(), 2);
}

#[tokio::test]
async fn joining_in_one_window_begins_the_room_in_the_other() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await.id;
    let mut a = minsu.connect().await;
    a.tell(room, "어디로 갈까").await;
    let (mut one, mut two) = (jiyoung.connect().await, jiyoung.connect().await);

    jiyoung.join(room).await;
    jiyoung.join(room).await;
    for window in [&mut one, &mut two] {
        window.wait("the room", |view| view.is_caught_up(room)).await;
        assert_eq!(window.view.resets[&room], 1, "joined once, whatever is asked");
    }
    let told = a.tell(room, "강으로").await;
    for window in [&mut one, &mut two] {
        window.reach(room, told.seq).await;
        assert_eq!(window.view.events(room), minsu.history(room).await);
    }
    assert_eq!(jiyoung.members(room).await, [minsu.member.clone(), jiyoung.member.clone()]);
    let joined = minsu.history(room).await.into_iter().filter(|event| event.what == Happening::Joined);
    assert_eq!(joined.filter(|event| event.by == jiyoung.member).count(), 1);
}

#[tokio::test]
async fn who_has_not_joined_can_neither_write_nor_read() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await.id;
    let nowhere = RoomId::from_u128(77);
    let mut b = jiyoung.connect().await;

    assert_eq!(b.refused(room, "들리나").await, Refusal::NotJoined);
    assert_eq!(b.refused(nowhere, "들리나").await, Refusal::NoSuchRoom);
    let page = |room| format!("/api/rooms/{room}/events");
    let membership = |room| format!("/api/rooms/{room}/membership");
    assert_eq!(jiyoung.get(&page(room)).await.why(403), Refusal::NotJoined);
    assert_eq!(jiyoung.get(&page(nowhere)).await.why(404), Refusal::NoSuchRoom);
    let join = jiyoung.ask(hyper::Method::PUT, &membership(nowhere)).send().await;
    assert_eq!(join.why(404), Refusal::NoSuchRoom);

    // And the refusals left no trace.
    let mut a = minsu.connect().await;
    a.tell(room, "아무도 없네").await;
    assert_eq!(texts(&minsu.history(room).await), ["아무도 없네"]);
}

#[tokio::test]
async fn the_socket_of_a_member_who_joined_elsewhere_may_write_at_once() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await.id;
    let mut b = jiyoung.connect().await;
    jiyoung.join(room).await;
    b.tell(room, "왔어요").await;
    assert_eq!(texts(&minsu.history(room).await), ["왔어요"]);
}

#[tokio::test]
async fn history_is_read_page_by_page_in_both_directions() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let room = guest.make_room("기록").await.id;
    let mut client = guest.connect().await;
    for number in 0..230 {
        client.post(room, &number.to_string()).await;
    }
    client.all_answered().await;
    let all = client.view.events(room).to_vec();
    let head = client.view.last(room);
    let seqs = |page: &maru_shared::api::Page| {
        let seqs: Vec<u64> = page.events.iter().map(|event| event.seq.0).collect();
        (seqs.first().copied(), seqs.last().copied(), seqs.len())
    };
    let last = head.0;

    for (query, expected) in [
        (String::new(), (Some(last - 49), Some(last), 50)),
        ("limit=200".to_owned(), (Some(last - 199), Some(last), 200)),
        ("limit=1".to_owned(), (Some(last), Some(last), 1)),
        (format!("before={last}&limit=10"), (Some(last - 10), Some(last - 1), 10)),
        ("before=6".to_owned(), (Some(1), Some(5), 5)),
        ("before=1".to_owned(), (None, None, 0)),
        ("before=0".to_owned(), (None, None, 0)),
        (format!("before={}&limit=3", u64::MAX), (Some(last - 2), Some(last), 3)),
        ("after=0&limit=7".to_owned(), (Some(1), Some(7), 7)),
        ("after=7".to_owned(), (Some(8), Some(57), 50)),
        (format!("after={}", last - 1), (Some(last), Some(last), 1)),
        (format!("after={last}"), (None, None, 0)),
        (format!("after={}", u64::MAX), (None, None, 0)),
    ] {
        let page = guest.page(room, &query).await;
        assert_eq!(seqs(&page), expected, "{query}");
        assert_eq!(page.head, head, "{query}");
        if let Some(first) = page.events.first() {
            let from = first.seq.0 as usize - 1;
            assert_eq!(page.events, all[from..from + page.events.len()], "{query}");
        }
    }
    for wrong in ["limit=0", "limit=201", "limit=many", "before=-1", "after=x", "before=5&after=2"] {
        let answer = guest.get(&format!("/api/rooms/{room}/events?{wrong}")).await;
        assert_eq!(answer.why(400), Refusal::Malformed, "{wrong}");
    }
}

#[tokio::test]
async fn a_new_socket_begins_with_the_newest_fifty_events() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut writer = guest.connect().await;
    for number in 0..80 {
        writer.post(LOBBY, &number.to_string()).await;
    }
    writer.all_answered().await;

    let mut fresh = Client::begin(Dial::typed(&guest).open().await, View::default()).await;
    let Notice::Reset(reset) = fresh.next().await else { panic!("a reset comes first") };
    let head = writer.view.last(LOBBY);
    assert_eq!((reset.room.id, reset.after), (LOBBY, Seq(head.0 - 50)));
    fresh.catch_up().await;
    assert_eq!(fresh.view.events(LOBBY).len(), 50);
    assert!(writer.view.events(LOBBY).ends_with(fresh.view.events(LOBBY)));
    let joined = &fresh.welcome.rooms;
    assert_eq!((joined.len(), joined[0].room.id, joined[0].head), (1, LOBBY, head));
}

#[tokio::test]
async fn the_welcome_names_the_rooms_in_the_order_of_joining() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (first, second) = (minsu.make_room("first").await.id, minsu.make_room("second").await.id);
    jiyoung.join(second).await;
    jiyoung.join(first).await;
    let client = jiyoung.connect().await;
    let rooms: Vec<RoomId> = client.welcome.rooms.iter().map(|joined| joined.room.id).collect();
    assert_eq!(rooms, [LOBBY, second, first], "oldest membership first");
}
