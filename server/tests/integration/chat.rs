//! Members write, and everybody in the room reads the same.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use maru_shared::{Command, Event, Happening, Message, Notice, RoomId, Seq, command::Post};

use crate::support::{TestServer, view::texts};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn two_members_read_each_other_in_the_same_order() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut a, mut b) = (minsu.connect().await, jiyoung.connect().await);

    for round in 0..20 {
        a.post(LOBBY, &format!("민수 {round}")).await;
        b.post(LOBBY, &format!("지영 {round}")).await;
    }
    a.all_answered().await;
    b.all_answered().await;
    let head = a.view.last(LOBBY).max(b.view.last(LOBBY));
    a.reach(LOBBY, head).await;
    b.reach(LOBBY, head).await;

    // Jiyoung came when Minsu was there already, and began with a later page than he.
    assert!(a.view.events(LOBBY).ends_with(b.view.events(LOBBY)));
    assert_eq!(a.view.texts(LOBBY).len(), 40);
    let of = |name: &str| {
        let events = a.view.events(LOBBY).iter().filter(|event| event.by.name.as_str() == name);
        events.cloned().collect::<Vec<_>>()
    };
    let written = |name: &str| (0..20).map(|round| format!("{name} {round}")).collect::<Vec<_>>();
    assert_eq!(texts(&of("민수")), written("민수"));
    assert_eq!(texts(&of("지영")), written("지영"));
}

#[tokio::test]
async fn an_event_says_who_wrote_what_and_carries_the_draft() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;

    let draft = client.post(LOBBY, "  두 칸\r\n다음 줄 <b>그대로</b> 👩‍💻 \n").await;
    let event = client.answer(draft).await.unwrap();

    assert_eq!((event.room, &event.by), (LOBBY, &guest.member));
    assert_eq!(event.what, Happening::Posted(Message::new(draft, "  두 칸\n다음 줄 <b>그대로</b> 👩‍💻")));
    assert_eq!(guest.history(LOBBY).await, client.view.events(LOBBY));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_members_writing_at_once_read_one_sequence_without_a_gap() {
    const MEMBERS: usize = 50;
    const POSTS: usize = 10;
    let server = TestServer::start().await;
    let mut clients = Vec::new();
    for number in 0..MEMBERS {
        clients.push(server.guest(&format!("member {number}")).await.connect().await);
    }
    let joined = server.guest("the last").await.history(LOBBY).await.len();
    let head = Seq((joined + MEMBERS * POSTS) as u64);

    let writing = clients.into_iter().map(|mut client| {
        tokio::spawn(async move {
            for number in 0..POSTS {
                client.post(LOBBY, &format!("{} says {number}", client.welcome.you.name)).await;
            }
            client.all_answered().await;
            client.reach(LOBBY, head).await;
            client
        })
    });
    let clients: Vec<_> = join_all(writing).await.into_iter().map(Result::unwrap).collect();

    // A view panics on a hole, so that what remains is that all hold the same.
    let posted = |events: &[Event]| events[events.len() - MEMBERS * POSTS..].to_vec();
    let first = posted(clients[0].view.events(LOBBY));
    let mut each: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for event in &first {
        each.entry(event.by.name.as_str()).or_default().extend(texts(std::slice::from_ref(event)));
    }
    assert_eq!(each.len(), MEMBERS);
    for (name, said) in each {
        let expected: Vec<_> = (0..POSTS).map(|number| format!("{name} says {number}")).collect();
        assert_eq!(said, expected, "what one socket sends keeps its order");
    }
    for client in &clients {
        assert_eq!(posted(client.view.events(LOBBY)), first);
        assert_eq!(client.view.last(LOBBY), head);
    }
}

#[tokio::test]
async fn a_draft_posted_again_is_answered_with_the_first_message_and_told_to_nobody_else() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut a, mut b) = (minsu.connect().await, jiyoung.connect().await);
    let first = a.tell(LOBBY, "한 번").await;

    // Another socket of the same member, which does not know that it was answered, with another text even.
    let mut again = minsu.connect().await;
    let Happening::Posted(Message { draft, .. }) = first.what else { panic!("{first:?}") };
    let post = Post::new(LOBBY, draft, "두 번");
    again.view.posting_again(&post);
    again.say(&Command::Post(post)).await;
    assert_eq!(again.answer(draft).await.unwrap(), first);

    // What comes behind it is the next event, for everybody.
    let next = a.tell(LOBBY, "그 다음").await;
    assert_eq!(next.seq, first.seq.next());
    b.reach(LOBBY, next.seq).await;
    assert_eq!(b.view.texts(LOBBY), ["한 번", "그 다음"]);
}

#[tokio::test]
async fn two_members_may_use_the_same_draft() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut a, mut b) = (minsu.connect().await, jiyoung.connect().await);
    let draft = a.post(LOBBY, "민수의 것").await;
    a.answer(draft).await.unwrap();

    let post = Post::new(LOBBY, draft, "지영의 것");
    b.view.posting(&post);
    b.say(&Command::Post(post)).await;
    b.wait("both", |view| view.texts(LOBBY).len() == 2).await;
    assert_eq!(b.view.texts(LOBBY), ["민수의 것", "지영의 것"]);
}

#[tokio::test]
async fn typing_is_told_to_the_others_of_the_room_alone() {
    let server = TestServer::start().await;
    let (minsu, jiyoung, yuna) =
        (server.guest("민수").await, server.guest("지영").await, server.guest("유나").await);
    let room = minsu.make_room("산책").await.id;
    jiyoung.join(room).await;
    let (mut a, mut b, mut c) = (minsu.connect().await, jiyoung.connect().await, yuna.connect().await);

    a.say(&Command::Typing { room }).await;
    let by = b
        .see("that Minsu is typing", |notice| match notice {
            Notice::Typing { room: there, by } if *there == room => Some(by.clone()),
            _ => None,
        })
        .await;
    assert_eq!(by, minsu.member);

    // A message behind it: whoever has read that, and no typing, was told of none.
    a.tell(room, "썼다").await;
    let told = a.tell(LOBBY, "끝").await;
    c.reach(LOBBY, told.seq).await;
    let typing = |client: &crate::support::Client| {
        client.whispers.iter().any(|whisper| matches!(whisper, Notice::Typing { .. }))
    };
    assert!(!typing(&a), "oneself is not told");
    assert!(!typing(&c), "who has not joined is not told");
}

#[tokio::test]
async fn who_comes_and_who_goes_is_told() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let id = jiyoung.member.id;
    let mut a = minsu.connect().await;
    assert_eq!(a.welcome.here, std::slice::from_ref(&minsu.member), "oneself included");

    let mut b = jiyoung.connect().await;
    assert!(b.welcome.here.contains(&jiyoung.member));
    b.wait("that Minsu is here", |view| view.here.contains(&minsu.member.id)).await;
    a.wait("that Jiyoung came", |view| view.here.contains(&id)).await;
    b.close().await;
    a.wait("that Jiyoung left", |view| !view.here.contains(&id)).await;

    let b = jiyoung.connect().await;
    a.wait("that Jiyoung came again", |view| view.here.contains(&id)).await;
    b.cut();
    a.wait("that Jiyoung's line was lost", |view| !view.here.contains(&id)).await;
    let c = minsu.connect().await;
    assert_eq!(c.welcome.here, [minsu.member]);
}

#[tokio::test]
async fn a_member_with_two_sockets_is_here_until_the_last_is_closed() {
    let server = TestServer::start().await;
    let (minsu, jiyoung, yuna) =
        (server.guest("민수").await, server.guest("지영").await, server.guest("유나").await);
    let (here, next) = (jiyoung.member.id, yuna.member.id);
    let mut a = minsu.connect().await;
    let (one, two) = (jiyoung.connect().await, jiyoung.connect().await);
    a.wait("that Jiyoung came", |view| view.here.contains(&here)).await;

    one.close().await;
    // Told after the first socket was closed; had that been told as a leaving, it would have been by now.
    let _c = yuna.connect().await;
    a.wait("that Yuna came", |view| view.here.contains(&next)).await;
    assert!(a.view.here.contains(&here));
    two.close().await;
    a.wait("that Jiyoung left", |view| !view.here.contains(&here)).await;
}

#[tokio::test]
async fn a_ping_is_answered() {
    let server = TestServer::start().await;
    let mut client = server.guest("민수").await.connect().await;
    client.say(&Command::Ping).await;
    client.see("a pong", |notice| (*notice == Notice::Pong).then_some(())).await;
}
