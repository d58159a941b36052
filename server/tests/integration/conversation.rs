//! What people do with a message: answer it, edit it, react to it, pin it, name somebody in it; and what each has read.

use hyper::Method;
use maru_shared::{
    Command, Emoji, Event, Happening, Mark, MemberId, Message, Notice, Notify, Refusal, RoomId, Seq,
    api::{NewNotify, NewText, ReadPosition, ShowsSeen, Version},
    command::Post,
};

use crate::support::{Answer, Client, Guest, TestServer, a_draft};

const LOBBY: RoomId = RoomId::LOBBY;
const THUMB: &str = "%F0%9F%91%8D";

impl Guest {
    async fn with_message(&self, method: Method, room: RoomId, message: Seq, what: &str) -> Answer {
        self.ask(method, &format!("/api/rooms/{room}/messages/{message}{what}")).send().await
    }

    async fn edit(&self, room: RoomId, message: Seq, text: &str) -> Answer {
        let path = format!("/rooms/{room}/messages/{message}");
        self.change(Method::PUT, &path, &NewText { text: text.to_owned() }).await
    }

    async fn react(&self, message: Seq, emoji: &str) -> Answer {
        self.with_message(Method::PUT, LOBBY, message, &format!("/reactions/{emoji}")).await
    }

    async fn unreact(&self, message: Seq, emoji: &str) -> Answer {
        self.with_message(Method::DELETE, LOBBY, message, &format!("/reactions/{emoji}")).await
    }

    /// A message of the lobby, as a page tells it now.
    async fn message(&self, seq: Seq) -> Message {
        let page = self.page(LOBBY, &format!("after={}&limit=1", seq.0 - 1)).await;
        posted(&page.events[0]).clone()
    }
}

impl Client {
    /// The next event in the lobby that is done to this message.
    async fn hears_of(&mut self, message: Seq) -> Event {
        self.see("what is done to the message", |notice| match notice {
            Notice::Event(event) if event.what.about() == Some(message) => Some(event.clone()),
            _ => None,
        })
        .await
    }

    async fn read_by(&mut self, member: MemberId, seq: Seq) {
        let told = Notice::ReadBy { room: LOBBY, member, seq };
        if !self.whispers.contains(&told) {
            self.see("that somebody has read", |notice| (*notice == told).then_some(())).await;
        }
    }

    async fn marked(&mut self) -> Mark {
        self.see("a mark", |notice| match notice {
            Notice::Marked { room: LOBBY, mark } => Some(*mark),
            _ => None,
        })
        .await
    }
}

fn posted(event: &Event) -> &Message {
    match &event.what {
        Happening::Posted(message) => message,
        other => panic!("{other:?} is no message"),
    }
}

#[tokio::test]
async fn an_edit_is_an_event_and_the_message_says_so_from_then_on() {
    let server = TestServer::start().await;
    let (author, other) = (server.guest("민수").await, server.guest("지영").await);
    let mut witness = other.connect().await;
    let seq = author.connect().await.tell(LOBBY, "하나").await.seq;
    assert_eq!(other.edit(LOBBY, seq, "둘").await.why(403), Refusal::NotAllowed);
    assert_eq!(author.edit(LOBBY, seq, " \n").await.why(422), Refusal::Empty);
    author.edit(LOBBY, seq, "둘 ").await.is(204);
    let edited = witness.hears_of(seq).await;
    assert_eq!(
        edited.what,
        Happening::Edited { message: seq, text: Some("둘".into()), mentions: Vec::new() }
    );
    author.edit(LOBBY, seq, "둘").await.is(204);
    author.edit(LOBBY, seq, "셋").await.is(204);
    let again = witness.hears_of(seq).await;
    assert_eq!(again.seq, edited.seq.next(), "the same once more is no event");

    let message = author.message(seq).await;
    assert_eq!((message.text.as_str(), message.edited), ("셋", Some(again.at)));
    let history = author.history(LOBBY).await;
    let first = &history[usize::try_from(edited.seq.0).unwrap() - 1];
    assert_eq!(first.what, Happening::Edited { message: seq, text: None, mentions: Vec::new() });
    assert_eq!(history.last().unwrap().what, again.what);
    assert_eq!(author.edit(LOBBY, Seq(1), "넷").await.why(404), Refusal::NoSuchMessage, "a join");
    author.delete_message(LOBBY, seq).await.is(204);
    assert_eq!(author.edit(LOBBY, seq, "다섯").await.why(404), Refusal::NoSuchMessage);
    let last = author.history(LOBBY).await;
    assert!(!format!("{:?}", last.iter().map(maru_shared::codec::encode).collect::<Vec<_>>()).contains("셋"));
}

#[tokio::test]
async fn what_a_message_said_before_is_for_its_author_and_those_who_keep_order() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let (author, other) = (server.guest("민수").await, server.guest("지영").await);
    let seq = author.connect().await.tell(LOBBY, "하나").await.seq;
    author.edit(LOBBY, seq, "둘").await.is(204);
    author.delete_message(LOBBY, seq).await.is(204);
    for (who, may) in [(&owner, true), (&author, true), (&other, false)] {
        let answer = who.with_message(Method::GET, LOBBY, seq, "/versions").await;
        if may {
            let texts: Vec<String> =
                answer.read::<Vec<Version>>(200).into_iter().map(|version| version.text).collect();
            assert_eq!(texts, ["하나", "둘"]);
        } else {
            assert_eq!(answer.why(403), Refusal::NotAllowed);
        }
    }
}

#[tokio::test]
async fn reactions_are_counted_and_told_with_the_message() {
    let server = TestServer::start().await;
    let (author, other) = (server.guest("민수").await, server.guest("지영").await);
    let mut witness = author.connect().await;
    let seq = author.connect().await.tell(LOBBY, "하나").await.seq;
    other.react(seq, THUMB).await.is(204);
    other.react(seq, THUMB).await.is(204);
    author.react(seq, "%E2%9D%A4").await.is(204);
    author.react(seq, THUMB).await.is(204);
    assert_eq!(other.react(seq, "abc").await.why(422), Refusal::BadEmoji);
    assert_eq!(other.react(Seq(1), THUMB).await.why(404), Refusal::NoSuchMessage);
    let thumb = Emoji::parse("👍").unwrap();
    let heard = witness.hears_of(seq).await.what;
    assert_eq!(heard, Happening::Reacted { message: seq, emoji: thumb.clone() });

    let message = author.message(seq).await;
    let told: Vec<_> =
        message.reactions.iter().map(|told| (told.emoji.as_str(), told.count, told.mine)).collect();
    assert_eq!(told, [("👍", 2, true), ("❤\u{FE0F}", 1, true)]);
    assert_eq!(message.reactions[0].by, [other.member.clone(), author.member.clone()]);
    assert!(!other.message(seq).await.reactions[1].mine);
    let who: Vec<maru_shared::Member> =
        other.with_message(Method::GET, LOBBY, seq, &format!("/reactions/{THUMB}")).await.read(200);
    assert_eq!(who, message.reactions[0].by);

    other.unreact(seq, THUMB).await.is(204);
    author.unreact(seq, THUMB).await.is(204);
    author.unreact(seq, THUMB).await.is(204);
    other.react(seq, THUMB).await.is(204);
    let order: Vec<_> = author.message(seq).await.reactions.into_iter().map(|told| told.emoji).collect();
    assert_eq!(order, [Emoji::known("❤\u{FE0F}"), thumb], "it came anew, behind the other");
    author.delete_message(LOBBY, seq).await.is(204);
    assert_eq!(other.react(seq, THUMB).await.why(404), Refusal::NoSuchMessage);
}

#[tokio::test]
async fn a_message_takes_so_many_emoji_and_no_more() {
    let server = TestServer::start().await;
    let author = server.guest("민수").await;
    let seq = author.connect().await.tell(LOBBY, "하나").await.seq;
    // The faces of one row of Unicode, in UTF-8: F0 9F 98 80 and on.
    for last in 0x80..0x80 + Message::MOST_REACTIONS {
        author.react(seq, &format!("%F0%9F%98%{last:X}")).await.is(204);
    }
    let max = u32::try_from(Message::MOST_REACTIONS).unwrap();
    assert_eq!(author.react(seq, THUMB).await.why(409), Refusal::TooMany { max });
    author.react(seq, "%F0%9F%98%80").await.is(204);
}

#[tokio::test]
async fn a_reply_quotes_what_the_message_says_now() {
    let server = TestServer::start().await;
    let (author, other) = (server.guest("민수").await, server.guest("지영").await);
    let seq = author.connect().await.tell(LOBBY, "몇 시에 볼까요?").await.seq;
    let mut client = other.connect().await;
    let reply = client.reply(LOBBY, seq, "일곱 시").await;
    let quote = posted(&reply).reply.clone().unwrap();
    assert_eq!((quote.message, &quote.by), (seq, &author.member));
    assert_eq!(quote.text.as_deref(), Some("몇 시에 볼까요?"));
    author.edit(LOBBY, seq, "언제 볼까요?").await.is(204);
    let quoted = other.message(reply.seq).await.reply.unwrap();
    assert_eq!(quoted.text.as_deref(), Some("언제 볼까요?"));
    author.delete_message(LOBBY, seq).await.is(204);
    assert_eq!(other.message(reply.seq).await.reply.unwrap().text, None);
    let late = client.reply(LOBBY, seq, "여덟 시").await;
    assert_eq!(posted(&late).reply.as_ref().unwrap().text, None, "it was deleted while that was written");
    let draft = a_draft();
    client.say(&Command::Post(Post { reply: Some(Seq(999)), ..Post::new(LOBBY, draft, "음") })).await;
    assert_eq!(client.answer(draft).await, Err(Refusal::NoSuchMessage));
}

#[tokio::test]
async fn pins_are_listed_the_last_first_and_go_with_their_message() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let mut client = owner.connect().await;
    let (one, two) = (client.tell(LOBBY, "하나").await.seq, client.tell(LOBBY, "둘").await.seq);
    for seq in [one, two, one] {
        owner.with_message(Method::PUT, LOBBY, seq, "/pin").await.is(204);
    }
    let pinned = || async {
        let events: Vec<Event> = owner.get(&format!("/api/rooms/{LOBBY}/pins")).await.read(200);
        events.iter().map(|event| event.seq).collect::<Vec<_>>()
    };
    assert_eq!(pinned().await, [two, one]);
    assert!(owner.message(one).await.pinned);
    owner.with_message(Method::DELETE, LOBBY, two, "/pin").await.is(204);
    assert_eq!(pinned().await, [one]);
    assert!(!owner.message(two).await.pinned);
    owner.delete_message(LOBBY, one).await.is(204);
    assert!(pinned().await.is_empty());
}

#[tokio::test]
async fn who_is_named_is_told_so_by_count() {
    let server = TestServer::start().await;
    let (author, named) = (server.guest("지영").await, server.guest("민수").await);
    let away = server.guest("밖").await;
    away.leave(LOBBY).await.is(204);
    let mut client = author.connect().await;
    let event = client.tell(LOBBY, "@민수가 오면 @밖도 `@민수` 불러요").await;
    let mentions = &posted(&event).mentions;
    assert_eq!(mentions.len(), 1, "who is not in the room is not named");
    assert_eq!((mentions[0].who, mentions[0].name.as_str()), (named.member.id, "민수"));
    client.tell(LOBBY, "아무도 없나요").await;
    let mark = |client: &Client| client.welcome.rooms.iter().find(|room| room.room.id == LOBBY).unwrap().mark;
    let joined = named.connect().await;
    assert_eq!((mark(&joined).unread, mark(&joined).mentions), (2, 1));
    author.edit(LOBBY, event.seq, "이제 아무도 부르지 않아요").await.is(204);
    assert_eq!(mark(&named.connect().await).mentions, 0);
    assert_eq!(mark(&author.connect().await).unread, 0, "one's own are read");
}

#[tokio::test]
async fn what_is_read_in_one_browser_is_read_in_the_other() {
    let server = TestServer::start().await;
    let (author, reader) = (server.guest("지영").await, server.guest("민수").await);
    let mut client = author.connect().await;
    let (mut one, mut other) = (reader.connect().await, reader.connect().await);
    let first = client.tell(LOBBY, "하나").await.seq;
    let last = client.tell(LOBBY, "둘").await.seq;
    one.say(&Command::Read { room: LOBBY, seq: first }).await;
    let mark = other.marked().await;
    assert_eq!((mark.read, mark.upto, mark.unread), (first, last, 1));
    client.read_by(reader.member.id, first).await;
    // Beyond the newest is the newest; and back is not read.
    one.say(&Command::Read { room: LOBBY, seq: Seq(u64::MAX) }).await;
    assert_eq!(other.marked().await.read, last);
    // What is known already is told again: so one asks how much is unread.
    one.say(&Command::Read { room: LOBBY, seq: last }).await;
    assert_eq!(other.marked().await.read, last);
    one.say(&Command::Read { room: LOBBY, seq: first }).await;
    one.say(&Command::Unread { room: LOBBY, seq: last }).await;
    let mark = other.marked().await;
    assert_eq!((mark.read, mark.unread), (Seq(last.0 - 1), 1));
    let readers: Vec<ReadPosition> = author.get(&format!("/api/rooms/{LOBBY}/readers")).await.read(200);
    assert!(readers.contains(&ReadPosition { member: reader.member.id, seq: Seq(last.0 - 1) }));

    let notify = NewNotify { notify: Notify::Mentions };
    reader.change(Method::PUT, &format!("/rooms/{LOBBY}/notify"), &notify).await.is(204);
    assert_eq!(other.marked().await.notify, Notify::Mentions);
}

#[tokio::test]
async fn who_is_away_is_told_and_who_is_back_too() {
    let server = TestServer::start().await;
    let (one, other) = (server.guest("지영").await, server.guest("민수").await);
    let mut witness = one.connect().await;
    let (mut desk, mut phone) = (other.connect().await, other.connect().await);
    let presence = |notice: &Notice| match notice {
        Notice::Presence { here, away, .. } => {
            let back = here.iter().any(|member| member.id == other.member.id);
            (back || away.contains(&other.member.id)).then_some(back)
        }
        _ => None,
    };
    assert!(witness.see("that they came", presence).await);
    desk.say(&Command::Away(true)).await;
    phone.say(&Command::Away(true)).await;
    assert!(!witness.see("that they are away", presence).await, "at neither of them");
    assert_eq!(one.connect().await.welcome.away, [other.member.id]);
    phone.say(&Command::Away(false)).await;
    assert!(witness.see("that they are back", presence).await);
}

#[tokio::test]
async fn when_somebody_was_last_here_is_told_if_they_let_it_be() {
    let server = TestServer::start().await;
    let (one, other) = (server.guest("지영").await, server.guest("민수").await);
    let seen = || async {
        let people: Vec<maru_shared::Person> =
            one.get("/api/members?named=%EB%AF%BC%EC%88%98").await.read(200);
        people[0].seen_at
    };
    assert_eq!(seen().await, None);
    other.change(Method::PUT, "/account/seen", &ShowsSeen { shows: true }).await.is(204);
    assert!(seen().await.is_some());
    assert!(other.get("/api/account/seen").await.read::<ShowsSeen>(200).shows);
}

#[tokio::test]
async fn an_archived_room_and_a_muted_member_leave_messages_as_they_are() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let author = server.guest("민수").await;
    let room = author.make_room("산책").await.id;
    let mut client = author.connect().await;
    let seq = client.tell(room, "하나").await.seq;
    let lobby = client.tell(LOBBY, "둘").await.seq;
    author.ask(Method::PUT, &format!("/api/rooms/{room}/archive")).send().await.is(204);
    for (method, what) in [
        (Method::PUT, format!("/reactions/{THUMB}")),
        (Method::DELETE, format!("/reactions/{THUMB}")),
        (Method::PUT, "/pin".to_owned()),
    ] {
        assert_eq!(author.with_message(method, room, seq, &what).await.why(409), Refusal::Archived);
    }
    assert_eq!(author.edit(room, seq, "셋").await.why(409), Refusal::Archived);
    owner.mute(&author, 5).await.is(204);
    assert!(matches!(author.edit(LOBBY, lobby, "셋").await.why(403), Refusal::Muted { .. }));
    assert!(matches!(author.react(lobby, THUMB).await.why(403), Refusal::Muted { .. }));
}

#[tokio::test]
async fn outside_a_private_room_nothing_is_done_with_its_messages() {
    let server = TestServer::start().await;
    let (inside, outside) = (server.guest("민수").await, server.guest("지영").await);
    let room = inside.make_private("비밀").await.id;
    let seq = inside.connect().await.tell(room, "하나").await.seq;
    for (method, what) in [
        (Method::PUT, format!("/reactions/{THUMB}")),
        (Method::GET, format!("/reactions/{THUMB}")),
        (Method::PUT, "/pin".to_owned()),
        (Method::GET, "/versions".to_owned()),
    ] {
        let answer = outside.with_message(method, room, seq, &what).await;
        assert_eq!(answer.why(404), Refusal::NoSuchRoom);
    }
    assert_eq!(outside.edit(room, seq, "둘").await.why(404), Refusal::NoSuchRoom);
    for what in ["pins", "readers"] {
        let answer = outside.get(&format!("/api/rooms/{room}/{what}")).await;
        assert_eq!(answer.why(404), Refusal::NoSuchRoom);
    }
}
