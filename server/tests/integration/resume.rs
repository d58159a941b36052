//! Cut off and back again: nothing is lost and nothing doubled.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use maru_shared::{
    Command, Epoch, Notice, RoomId, Seq, codec,
    command::{Hello, Post},
};
use tokio::sync::watch;

use crate::support::{
    Client, Dial, Guest, TestServer, View,
    client::{Came, come, say},
    until,
    view::{draft_of, texts},
};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_post_sent_again_after_a_reconnect_is_one_message() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;

    // The line is lost after the server has taken the post and before its answer was read.
    let draft = client.post(LOBBY, "한 번").await;
    let mut witness = guest.connect().await;
    witness.wait("the message", |view| view.texts(LOBBY) == ["한 번"]).await;
    let mut client = guest.resume(client.cut()).await;

    let event = client.answer(draft).await.unwrap();
    assert_eq!(draft_of(&event), Some(draft));
    client.tell(LOBBY, "und dann").await;
    assert_eq!(texts(&guest.history(LOBBY).await), ["한 번", "und dann"]);
}

#[tokio::test]
async fn a_post_sent_again_after_a_restart_is_one_message_and_gives_its_first_event() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut client = minsu.connect().await;
    let first = client.tell(LOBBY, "한 번").await;
    client.tell(LOBBY, "und dann").await;
    let draft = draft_of(&first).unwrap();

    let mut view = client.cut();
    let server = server.restart().await;
    let (minsu, jiyoung) = (minsu.at(server.site), jiyoung.at(server.site));
    let mut others = jiyoung.connect().await;
    // It knows the event and has forgotten the answer, as a page that was reloaded in between.
    view.posting_again(&Post::new(LOBBY, draft, "한 번"));
    let mut client = minsu.resume(view).await;
    assert_eq!(client.answer(draft).await.unwrap(), first);

    let next = client.tell(LOBBY, "fertig").await;
    others.reach(LOBBY, next.seq).await;
    assert_eq!(others.view.texts(LOBBY), ["한 번", "und dann", "fertig"]);
    assert_eq!(texts(&minsu.history(LOBBY).await), ["한 번", "und dann", "fertig"]);
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed_and_nothing_else() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut a = minsu.connect().await;
    let mut b = jiyoung.connect().await;
    let head = a.tell(LOBBY, "davor").await.seq;
    b.reach(LOBBY, head).await;
    let view = b.cut();
    for number in 0..300 {
        a.post(LOBBY, &number.to_string()).await;
    }
    a.all_answered().await;

    let b = jiyoung.resume(view).await;
    assert_eq!(b.view.resets[&LOBBY], 1, "only the first time");
    assert_eq!(b.view.last(LOBBY), a.view.last(LOBBY));
    assert!(a.view.events(LOBBY).ends_with(b.view.events(LOBBY)));
}

#[tokio::test]
async fn whoever_is_up_to_date_is_told_so_at_once() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let view = guest.connect().await.close().await;
    let mut client = Client::begin(Dial::typed(&guest).open().await, view).await;
    let head = client.view.last(LOBBY);
    assert_eq!(client.next().await, Notice::CaughtUp { room: LOBBY, head });
}

#[tokio::test]
async fn a_thousand_events_behind_is_caught_up_on_and_one_more_is_a_reset() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut writer = guest.connect().await;
    for number in 0..1_005 {
        writer.post(LOBBY, &number.to_string()).await;
    }
    writer.all_answered().await;
    let head = writer.view.last(LOBBY);
    let epoch = Some(writer.welcome.epoch);

    let after =
        |behind| Hello { epoch, resume: BTreeMap::from([(LOBBY, Seq(head.0 - behind))]), names: None };
    let (reset, told) = hello(&guest, after(1_000)).await;
    assert_eq!((reset, told.len()), (None, 1_000));
    assert_eq!(told[0], head.0 - 999);
    let (reset, told) = hello(&guest, after(1_001)).await;
    assert_eq!((reset, told.len()), (Some(Seq(head.0 - 50)), 50));
    assert_eq!((told[0], told[49]), (head.0 - 49, head.0));
}

#[tokio::test]
async fn another_epoch_or_a_seq_that_the_room_has_not_reached_is_a_reset() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let mut client = guest.connect().await;
    let head = client.tell(LOBBY, "hier").await.seq;
    let epoch = client.welcome.epoch;
    let at = |epoch, seq| Hello { epoch, resume: BTreeMap::from([(LOBBY, seq)]), names: None };

    let (reset, told) = hello(&guest, at(Some(epoch), head)).await;
    assert_eq!((reset, told.len()), (None, 0), "the epoch and the seq that are right");
    for (what, hello_with) in [
        ("another epoch", at(Some(Epoch::from_u128(99)), head)),
        ("no epoch", at(None, head)),
        ("a seq ahead", at(Some(epoch), head.next())),
        ("a seq far ahead", at(Some(epoch), Seq(u64::MAX))),
        ("no seq", Hello { epoch: Some(epoch), ..Hello::default() }),
    ] {
        let (reset, told) = hello(&guest, hello_with).await;
        assert_eq!(reset, Some(Seq::ZERO), "{what}");
        assert_eq!(told, (1..=head.0).collect::<Vec<_>>(), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_back_while_others_write_and_write_leaves_no_hole() {
    const TIMES: usize = 60;
    let server = TestServer::start().await;
    let (ended, end) = watch::channel(false);
    let mut writers = Vec::new();
    for number in 0..3 {
        let client = server.guest(&format!("writer {number}")).await.connect().await;
        writers.push(tokio::spawn(write_until(client, LOBBY, end.clone())));
    }
    let mut cut = Vec::new();
    for number in 0..2 {
        let guest = server.guest(&format!("reader {number}")).await;
        cut.push(tokio::spawn(async move {
            let mut view = View::default();
            for time in 0..TIMES {
                let mut client = Client::begin(Dial::typed(&guest).open().await, view).await;
                // Now in the middle of catching up, now just behind it, now with nothing read at all.
                for _ in 0..(time * 37 + number * 11) % 90 {
                    client.next().await;
                }
                view = client.cut();
            }
            (guest, view)
        }));
    }
    let cut = join_all(cut).await;
    ended.send(true).unwrap();
    join_all(writers).await.into_iter().for_each(|writer| writer.unwrap());

    for reader in cut {
        let (guest, view) = reader.unwrap();
        let mut client = guest.resume(view).await;
        let history = guest.history(LOBBY).await;
        client.reach(LOBBY, history.last().unwrap().seq).await;
        assert!(history.ends_with(client.view.events(LOBBY)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joining_while_others_write_and_write_leaves_no_hole() {
    let server = TestServer::start().await;
    let (ended, end) = watch::channel(false);
    let maker = server.guest("maker").await;
    let mut rooms = Vec::new();
    let mut writers = Vec::new();
    for number in 0..3 {
        let guest = server.guest(&format!("writer {number}")).await;
        let room = maker.make_room(&format!("room {number}")).await.id;
        guest.join(room).await;
        writers.push(tokio::spawn(write_until(guest.connect().await, room, end.clone())));
        rooms.push(room);
    }
    let mut views = Vec::new();
    for number in 0..12 {
        let guest = server.guest(&format!("joiner {number}")).await;
        let windows = [guest.connect().await, guest.connect().await];
        for room in &rooms {
            guest.join(*room).await;
        }
        // One opened while the joining may still be told to the others.
        let third = guest.connect().await;
        let [one, two] = windows;
        for mut window in [one, two, third] {
            // Past what was caught up on, into what came as it happened.
            window
                .wait("what is written", |view| rooms.iter().all(|room| view.events(*room).len() > 70))
                .await;
            assert!(rooms.iter().all(|room| window.view.resets[room] == 1), "begun once");
            views.push((guest.clone(), window.cut()));
        }
    }
    ended.send(true).unwrap();
    join_all(writers).await.into_iter().for_each(|writer| writer.unwrap());

    for (room, guest) in rooms.iter().zip(views.iter().map(|(guest, _)| guest)) {
        let history = guest.history(*room).await;
        for (_, view) in &views {
            let seen = view.events(*room);
            let first = seen[0].seq.0 as usize - 1;
            assert_eq!(seen, &history[first..first + seen.len()]);
        }
    }
}

/// Writes, always a few messages ahead of their answers, until the end is told.
async fn write_until(mut client: Client, room: RoomId, end: watch::Receiver<bool>) {
    while !*end.borrow() {
        while client.view.pending_count() < 8 {
            client.post(room, "und weiter").await;
        }
        client.next().await;
    }
    client.all_answered().await;
}

#[tokio::test]
async fn rooms_that_one_has_not_joined_are_passed_over_in_hello() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let secret = minsu.make_room("산책").await.id;
    let epoch = Some(minsu.connect().await.welcome.epoch);
    let resume = BTreeMap::from([(secret, Seq(0)), (RoomId::from_u128(77), Seq(3))]);
    let mut socket = Dial::typed(&jiyoung).open().await;
    say(&mut socket, &Command::Hello(Hello { epoch, resume: resume.clone(), names: None })).await;

    let mut client = Client::begin(Dial::typed(&jiyoung).open().await, View::default()).await;
    client.catch_up().await;
    assert_eq!(client.view.rooms().collect::<Vec<_>>(), [LOBBY]);
    let (reset, _) = hello(&jiyoung, Hello { epoch, resume, names: None }).await;
    assert!(reset.is_some(), "the lobby, of which nothing was said");
}

/// What the lobby is told on this `hello`: where it was reset to, if it was, and the seqs up to `caught_up`.
async fn hello(guest: &Guest, hello: Hello) -> (Option<Seq>, Vec<u64>) {
    let mut socket = Dial::typed(guest).open().await;
    say(&mut socket, &Command::Hello(hello)).await;
    let (mut reset, mut told) = (None, Vec::new());
    loop {
        let Came::Text(text) = until("a notice", come(&mut socket)).await else {
            panic!("the server closed the socket on hello")
        };
        match codec::decode::<Notice>(&text).unwrap() {
            Notice::Reset(begun) if begun.room.id == LOBBY => reset = Some(begun.after),
            Notice::Event(event) => {
                assert_eq!(event.room, LOBBY);
                told.push(event.seq.0);
            }
            Notice::CaughtUp { room: LOBBY, .. } => return (reset, told),
            Notice::Welcome(_) | Notice::Presence { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}
