//! Private and direct rooms: who is in them, and that nobody else knows of them.

use hyper::Method;
use maru_shared::{
    Command, Happening, Notice, Refusal, RoomId, RoomKind, Seq,
    api::{NewDirect, NewName, NewRoom, NewText, NewTopic, Reason},
    command::Post,
};

use crate::{
    slow_reader::a_long_text,
    support::{Answer, Client, Dial, Guest, TestServer, a_draft},
};

/// Whatever of a room can be asked for by its id.
async fn every_question(guest: &Guest, room: RoomId, somebody: &Guest) -> Vec<Answer> {
    let member = somebody.member.id;
    let rooms = format!("/rooms/{room}");
    vec![
        guest.get(&format!("/api{rooms}/events")).await,
        guest.get(&format!("/api{rooms}/events?before=1")).await,
        guest.get(&format!("/api{rooms}/members")).await,
        guest.ask(Method::PUT, &format!("/api{rooms}/membership")).send().await,
        guest.ask(Method::DELETE, &format!("/api{rooms}/membership")).send().await,
        guest.ask(Method::DELETE, &format!("/api{rooms}")).send().await,
        guest.ask(Method::PUT, &format!("/api{rooms}/archive")).send().await,
        guest.ask(Method::DELETE, &format!("/api{rooms}/archive")).send().await,
        guest.ask(Method::PUT, &format!("/api{rooms}/members/{member}")).send().await,
        guest.change(Method::POST, &format!("{rooms}/members/{member}/kick"), &Reason::default()).await,
        guest.change(Method::POST, &format!("{rooms}/messages/1/delete"), &Reason::default()).await,
        guest.change(Method::PUT, &format!("{rooms}/name"), &NewName { name: "다른 이름".into() }).await,
        guest.change(Method::PUT, &format!("{rooms}/topic"), &NewTopic { topic: "다른 말".into() }).await,
    ]
}

#[tokio::test]
async fn from_outside_a_private_room_is_as_one_that_there_is_not_even_for_the_owner() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let private = minsu.make_private("비밀").await;
    let direct = minsu.direct(&[&jiyoung]).await;
    let mut client = minsu.connect().await;
    client.tell(private.id, "우리끼리").await;
    client.tell(direct.id, "둘이서").await;
    for room in [private.id, direct.id] {
        let there = every_question(&owner, room, &minsu).await;
        let not_there = every_question(&owner, RoomId::from_u128(7), &minsu).await;
        for (number, (there, not_there)) in there.iter().zip(&not_there).enumerate() {
            assert_eq!((there.status, &there.body), (not_there.status, &not_there.body), "question {number}");
            assert_eq!(there.why(404), Refusal::NoSuchRoom, "question {number}");
        }
        let mut outside = owner.connect().await;
        assert_eq!(outside.refused(room, "들리나요").await, Refusal::NoSuchRoom);
        assert_eq!(outside.refused(RoomId::from_u128(7), "없나요").await, Refusal::NoSuchRoom);
    }
    assert_eq!(owner.rooms().await.len(), 1, "the lobby");
    assert_eq!(minsu.rooms().await.len(), 1, "one's own private rooms are in the welcome, not in the list");
}

#[tokio::test]
async fn of_a_private_room_nothing_reaches_who_is_not_in_it() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut outside = jiyoung.connect().await;
    let room = minsu.make_private("비밀").await;
    let mut inside = minsu.connect().await;
    inside.tell(room.id, "우리끼리").await;
    inside.say(&Command::Typing { room: room.id }).await;
    minsu
        .change(Method::PUT, &format!("/rooms/{}/name", room.id), &NewName { name: "더 비밀".into() })
        .await
        .is(204);
    minsu
        .change(Method::PUT, &format!("/rooms/{}/topic", room.id), &NewTopic { topic: "쉿".into() })
        .await
        .is(204);
    // What is told to all comes after whatever would have come before it.
    let public = minsu.make_room("모두의 방").await;
    let mut heard = Vec::new();
    while !matches!(heard.last(), Some(Notice::Listed(listed)) if listed.room == public) {
        heard.push(outside.next().await);
    }
    let all = format!("{heard:?}");
    assert!(!all.contains(&room.id.to_string()) && !all.contains("비밀"), "{all}");
}

#[tokio::test]
async fn two_private_rooms_may_be_called_alike_and_public_ones_not() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (one, other) = (minsu.make_private("모임").await, jiyoung.make_private("모임").await);
    assert_ne!(one.id, other.id);
    let public = minsu.make_room("모임").await;
    assert_eq!(jiyoung.make_room_as(a_draft(), "모임").await.why(409), Refusal::NameTaken);
    let lobby = NewName { name: "ＬＯＢＢＹ".into() };
    let path = format!("/rooms/{}/name", public.id);
    assert_eq!(minsu.change(Method::PUT, &path, &lobby).await.why(409), Refusal::NameTaken);
    let alike = NewName { name: "모 임".into() };
    minsu.change(Method::PUT, &path, &alike).await.is(204);
}

#[tokio::test]
async fn who_is_let_in_reads_everything_and_is_told_at_once() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_private("비밀").await;
    minsu.connect().await.tell(room.id, "처음부터").await;
    let mut client = jiyoung.connect().await;
    minsu.let_in(room.id, &jiyoung).await.is(204);
    client.reach(room.id, Seq(3)).await;
    assert_eq!(client.view.texts(room.id), ["처음부터"]);
    let let_in = &client.view.events(room.id)[2];
    assert_eq!(let_in.what, Happening::LetIn { member: jiyoung.member.clone() });
    assert_eq!(jiyoung.members(room.id).await, [minsu.member.clone(), jiyoung.member.clone()]);
    minsu.let_in(room.id, &jiyoung).await.is(204);
    assert_eq!(minsu.history(room.id).await.len(), 3, "in already");
}

#[tokio::test]
async fn who_leaves_or_is_kicked_hears_that_and_then_nothing_more() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    for kicked in [false, true] {
        let room = minsu.make_private("비밀").await;
        minsu.let_in(room.id, &jiyoung).await.is(204);
        let (mut stays, mut goes) = (minsu.connect().await, jiyoung.connect().await);
        if kicked {
            minsu.kick(room.id, &jiyoung).await.is(204);
        } else {
            jiyoung.leave(room.id).await.is(204);
        }
        stays.tell(room.id, "이제 없네요").await;
        let mut heard = Vec::new();
        let public = minsu.make_room(if kicked { "하나" } else { "둘" }).await;
        while !matches!(heard.last(), Some(Notice::Listed(listed)) if listed.room == public) {
            heard.push(goes.next().await);
        }
        let events: Vec<_> = heard
            .iter()
            .filter_map(|notice| match notice {
                Notice::Event(event) if event.room == room.id => Some(&event.what),
                _ => None,
            })
            .collect();
        assert!(matches!(events[..], [Happening::Left | Happening::Kicked { .. }]), "{events:?}");
        assert_eq!(
            jiyoung.get(&format!("/api/rooms/{}/events", room.id)).await.why(404),
            Refusal::NoSuchRoom
        );
        assert!(jiyoung.connect().await.welcome.rooms.iter().all(|joined| joined.room.id != room.id));
        assert_eq!(jiyoung.leave(room.id).await.why(404), Refusal::NoSuchRoom, "gone already");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_kicked_while_catching_up_is_not_told_what_is_said_by_then() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_private("비밀").await.id;
    minsu.let_in(room, &jiyoung).await.is(204);
    let view = jiyoung.connect().await.close().await;
    let mut writer = minsu.connect().await;
    for number in 0..900 {
        writer.post(room, &a_long_text(number)).await;
        if number % 16 == 0 {
            writer.all_answered().await;
        }
    }
    let last = writer.tell(room, "the last").await;

    // More is missed than lines and kernels hold, and it is not read yet.
    let mut back = Client::begin(Dial::typed(&jiyoung).receive_buffer(4_096).open().await, view).await;
    minsu.kick(room, &jiyoung).await.is(204);
    let edit = format!("/rooms/{room}/messages/{}", last.seq.0);
    minsu.change(Method::PUT, &edit, &NewText { text: "지영이 없을 때".into() }).await.is(204);
    assert_eq!(back.end().await, Some(4429));
    assert!(!back.view.texts(room).contains(&"지영이 없을 때"));
    let back = jiyoung.resume(back.cut()).await;
    assert!(back.welcome.rooms.iter().all(|joined| joined.room.id != room));
}

#[tokio::test]
async fn who_is_out_of_a_room_learns_nothing_of_it_by_an_old_draft() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_private("비밀").await.id;
    minsu.let_in(room, &jiyoung).await.is(204);
    let mut client = jiyoung.connect().await;
    let draft = client.tell(room, "여기 있어요").await.what.draft().unwrap();
    minsu.kick(room, &jiyoung).await.is(204);
    let again = Post::new(room, draft, "여기 있어요");
    let mut client = jiyoung.connect().await;
    client.view.posting_again(&again);
    client.say(&Command::Post(again)).await;
    assert_eq!(client.answer(draft).await, Err(Refusal::NoSuchRoom));
}

#[tokio::test]
async fn there_is_one_direct_room_for_each_set_of_people() {
    let server = TestServer::start().await;
    let (a, b, c) = (server.guest("가").await, server.guest("나").await, server.guest("다").await);
    let mut client = b.connect().await;
    let two = a.direct(&[&b]).await;
    assert_eq!(b.direct(&[&a]).await, two);
    assert_eq!(a.direct(&[&b, &b, &a]).await.id, two.id, "a set");
    let three = c.direct(&[&a, &b]).await;
    assert_eq!(b.direct(&[&c, &a]).await.id, three.id);
    assert_ne!(two.id, three.id);
    assert_ne!(a.direct(&[]).await.id, b.direct(&[]).await.id, "notes to oneself");
    client.reach(two.id, Seq(1)).await;
    assert_eq!(client.view.events(two.id)[0].what, Happening::Opened);
    let RoomKind::Direct(people) = &two.kind else { panic!("{two:?}") };
    assert_eq!(people.len(), 2);

    assert_eq!(a.leave(two.id).await.why(403), Refusal::NotAllowed);
    assert_eq!(a.let_in(two.id, &c).await.why(403), Refusal::NotAllowed);
    assert_eq!(a.kick(two.id, &b).await.why(403), Refusal::NotAllowed);
    let stranger = NewDirect { with: vec![maru_shared::MemberId::from_u128(9)] };
    assert_eq!(a.change(Method::POST, "/direct", &stranger).await.why(404), Refusal::NoSuchMember);
    let operator = NewDirect { with: vec![maru_shared::MemberId::from_u128(0)] };
    assert_eq!(a.change(Method::POST, "/direct", &operator).await.why(404), Refusal::NoSuchMember);
    let crowd = NewDirect { with: (1..20).map(maru_shared::MemberId::from_u128).collect() };
    assert_eq!(a.change(Method::POST, "/direct", &crowd).await.why(400), Refusal::Malformed);
}

#[tokio::test]
async fn the_last_one_to_leave_a_private_room_takes_it_away() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let room = minsu.make_private("비밀").await;
    let mut client = minsu.connect().await;
    minsu.leave(room.id).await.is(204);
    client
        .see("that it is gone", |notice| {
            matches!(notice, Notice::Event(event) if event.what == Happening::Left).then_some(())
        })
        .await;
    assert_eq!(minsu.get(&format!("/api/rooms/{}/members", room.id)).await.why(404), Refusal::NoSuchRoom);
    let again = NewRoom { draft: a_draft(), name: "비밀".into(), private: true };
    minsu.change(Method::POST, "/rooms", &again).await.is(201);
}

#[tokio::test]
async fn what_a_room_is_called_and_about_is_told_to_those_in_it_and_of_a_public_one_to_all() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await;
    let mut outside = jiyoung.connect().await;
    let path = format!("/rooms/{}/topic", room.id);
    minsu.change(Method::PUT, &path, &NewTopic { topic: " 매일   일곱 시 ".into() }).await.is(204);
    let listed = outside
        .see("the topic", |notice| match notice {
            Notice::Listed(listed) if listed.room.id == room.id => Some(listed.clone()),
            _ => None,
        })
        .await;
    assert_eq!(listed.room.title().unwrap().topic.as_str(), "매일 일곱 시");
    minsu.change(Method::PUT, &path, &NewTopic { topic: "매일 일곱 시".into() }).await.is(204);
    assert_eq!(minsu.history(room.id).await.len(), 2, "it is so already");
    assert_eq!(
        jiyoung.change(Method::PUT, &path, &NewTopic { topic: "".into() }).await.why(403),
        Refusal::NotJoined
    );
    jiyoung.join(room.id).await;
    assert_eq!(
        jiyoung.change(Method::PUT, &path, &NewTopic { topic: "".into() }).await.why(403),
        Refusal::NotAllowed
    );
    let long = NewTopic { topic: "가".repeat(201) };
    minsu.change(Method::PUT, &path, &long).await.is(422);
    let server = server.restart().await;
    let minsu = minsu.at(server.site);
    let welcome = minsu.connect().await.welcome;
    let kept = welcome.rooms.into_iter().find(|joined| joined.room.id == room.id).unwrap().room;
    assert_eq!(kept.title().unwrap().topic.as_str(), "매일 일곱 시");
    assert_eq!(kept.made_by, Some(minsu.member.id));
}

#[tokio::test]
async fn an_archived_room_is_read_and_not_written_until_it_is_restored() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let room = minsu.make_room("산책").await;
    jiyoung.join(room.id).await;
    let mut client = jiyoung.connect().await;
    let path = format!("/api/rooms/{}/archive", room.id);
    assert_eq!(jiyoung.ask(Method::PUT, &path).send().await.why(403), Refusal::NotAllowed);
    minsu.ask(Method::PUT, &path).send().await.is(204);
    assert_eq!(client.refused(room.id, "아직 되나요").await, Refusal::Archived);
    minsu.ask(Method::DELETE, &path).send().await.is(204);
    client.tell(room.id, "다시 되네요").await;
    let lobby = format!("/api/rooms/{}/archive", RoomId::LOBBY);
    let owner = server.owner("Owner").await;
    assert_eq!(owner.ask(Method::PUT, &lobby).send().await.why(403), Refusal::NotAllowed);
}

#[tokio::test]
async fn a_deleted_room_is_gone_for_everybody_and_from_the_disk() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    let room = minsu.make_room("산책").await;
    owner.join(room.id).await;
    let (mut client, mut other) = (minsu.connect().await, server.guest("지영").await.connect().await);
    client.tell(room.id, "내일 봐요").await;
    let path = format!("/api/rooms/{}", room.id);
    assert_eq!(minsu.ask(Method::DELETE, &path).send().await.why(403), Refusal::NotAllowed);
    owner.ask(Method::DELETE, &path).send().await.is(204);
    for client in [&mut client, &mut other] {
        client
            .see("that it is gone", |notice| (*notice == Notice::RoomGone { room: room.id }).then_some(()))
            .await;
    }
    assert_eq!(client.refused(room.id, "어디 갔지").await, Refusal::NoSuchRoom);
    assert_eq!(minsu.get(&format!("/api/rooms/{}/events", room.id)).await.why(404), Refusal::NoSuchRoom);
    minsu.make_room("산책").await;
    let server = server.restart().await;
    assert!(
        minsu.at(server.site).connect().await.welcome.rooms.iter().all(|joined| joined.room.id != room.id)
    );
    let lobby = format!("/api/rooms/{}", RoomId::LOBBY);
    assert_eq!(owner.at(server.site).ask(Method::DELETE, &lobby).send().await.why(403), Refusal::NotAllowed);
}
