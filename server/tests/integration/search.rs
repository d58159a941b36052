//! Searching: what is found, what is not, and by whom.

use std::{cmp::Reverse, collections::BTreeSet};

use hyper::Method;
use maru_server::{
    entry::{By, Change, Entry},
    store::{self, Asked, Order, Reader, Store},
};
use maru_shared::{
    DraftId, Emoji, Epoch, Event, Happening, MemberId, MessageBody, Name, Note, Refusal, RoomId, Seq,
    Timestamp,
    api::{Found, Hit, NewText},
    search::Search,
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::support::{Answer, Guest, TestServer};

const LOBBY: RoomId = RoomId::LOBBY;

impl Guest {
    async fn search_as(&self, parameters: &[(&str, &str)]) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.get(&format!("/api/search?{query}")).await
    }

    async fn search(&self, sought: &str) -> Vec<Hit> {
        self.search_as(&[("q", sought)]).await.read::<Found>(200).hits
    }

    /// The texts that are found, in their order.
    async fn finds(&self, sought: &str) -> BTreeSet<String> {
        self.search(sought).await.iter().map(|hit| text(&hit.event).to_owned()).collect()
    }
}

fn text(event: &Event) -> &str {
    match &event.what {
        Happening::Posted(message) => &message.text,
        other => panic!("{other:?} was found"),
    }
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What people wrote.
const WRITTEN: &[&str] = &[
    "서울에서 만나요",
    "내일 회의는 세 시입니다",
    "검색 기능이 드디어 됩니다",
    "재검색해 보세요",
    "안녕하세요, 처음 뵙겠습니다",
    "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}어 자모로 썼어요",
    "我明天去上海出差",
    "東京タワーに行きたい",
    "ラーメンを食べました",
    "ﾗｰﾒﾝ半角",
    "Le Café est ouvert",
    "cafe\u{301} with a mark of its own",
    "CAFETERIA menu",
    "Die Straße ist gesperrt",
    "Ｍａｒｕ in full width",
    "see https://maru.example/docs for the API서버",
    "deploy is done, v2.14 is out",
    "redeployed",
    "ㅋㅋㅋㅠㅠ",
    "좋아요👍🏽",
    "Привет, ёлка",
    "c++ and \"quotes\" OR (brackets) NEAR * ^ - :",
];

/// What is sought, and beginnings of what must be found of that: all of it and nothing else.
const SOUGHT: &[(&str, &[&str])] = &[
    ("서울", &["서울에서"]),
    ("울에", &["서울에서"]),
    ("서울에서", &["서울에서"]),
    ("검색", &["검색 기능", "재검색"]),
    ("검색 기능", &["검색 기능"]),
    ("\"검색 기능\"", &["검색 기능"]),
    ("\"기능 검색\"", &[]),
    ("안녕", &["안녕하세요"]),
    ("서", &["서울에서", "see https"]),
    ("한국어", &["\u{1112}\u{1161}\u{11AB}"]),
    ("\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF}", &["서울에서"]),
    ("회의 세", &["내일 회의"]),
    ("上海", &["我明天"]),
    ("海上", &[]),
    ("東京", &["東京"]),
    ("らーめん", &["ラーメン", "ﾗｰﾒﾝ"]),
    ("ラーメン", &["ラーメン", "ﾗｰﾒﾝ"]),
    ("café", &["Le Café", "cafe\u{301}", "CAFETERIA"]),
    ("cafe", &["Le Café", "cafe\u{301}", "CAFETERIA"]),
    ("\"cafe\"", &["Le Café", "cafe\u{301}"]),
    ("afe", &[]),
    ("STRASSE", &["Die Straße"]),
    ("maru", &["Ｍａｒｕ", "see https"]),
    ("api 서버", &["see https"]),
    ("deploy", &["deploy is"]),
    ("v2.1", &["deploy is"]),
    ("ㅠㅠ", &["ㅋㅋ"]),
    ("👍", &["좋아요"]),
    ("елка", &["Привет"]),
    ("has:link", &["see https"]),
    ("c++ (brackets)", &["c++"]),
    ("NEAR", &["c++"]),
    ("quotes OR brackets", &["c++"]),
    ("없는말", &[]),
    ("from:지영", &[]),
    ("서울 from:민수", &["서울에서"]),
    ("서울 from:모르는사람", &[]),
    ("서울 in:lobby", &["서울에서"]),
    ("서울 방:없는방", &[]),
    ("서울 before:2001-01-01", &[]),
    ("서울 after:2001-01-01", &["서울에서"]),
];

fn expected(beginnings: &[&str]) -> BTreeSet<String> {
    let of = |begin: &&str| {
        let text = WRITTEN.iter().find(|text| text.starts_with(*begin));
        (*text.unwrap_or_else(|| panic!("nobody wrote {begin}"))).to_owned()
    };
    beginnings.iter().map(of).collect()
}

#[tokio::test]
async fn each_search_finds_what_it_must_and_nothing_else() {
    let server = TestServer::start().await;
    let (minsu, _jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut client = minsu.connect().await;
    for text in WRITTEN {
        client.tell(LOBBY, text).await;
    }
    for (sought, found) in SOUGHT {
        assert_eq!(minsu.finds(sought).await, expected(found), "{sought}");
    }
    // Enough else that the index of words is written, and all is found by it.
    for number in 0..300 {
        client.post(LOBBY, &format!("xyzzy {number}")).await;
    }
    client.all_answered().await;
    for (sought, found) in SOUGHT {
        assert_eq!(minsu.finds(sought).await, expected(found), "{sought}");
    }
}

#[tokio::test]
async fn what_was_sought_is_marked_and_leads_to_its_place() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let mut client = minsu.connect().await;
    let told = client.tell(LOBBY, "내일 서울에서, 모레 서울로").await;
    let hits = minsu.search("서울").await;
    let found: Vec<_> = hits.iter().map(|hit| (hit.event.seq, hit.marks.as_slice())).collect();
    assert_eq!(found, [(told.seq, &[(3, 5), (12, 14)][..])]);
}

#[tokio::test]
async fn a_bad_search_is_refused_and_nothing_typed_is_an_error() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    minsu.connect().await.tell(LOBBY, "a b c").await;
    for bad in [
        "",
        " ",
        "\"",
        "\"\"",
        "***",
        "from:",
        "has:what",
        "before:yesterday",
        "after:2026-02-30",
        &"가".repeat(201),
    ] {
        assert_eq!(minsu.search_as(&[("q", bad)]).await.why(422), Refusal::BadSearch, "{bad}");
    }
    assert_eq!(minsu.get("/api/search").await.why(422), Refusal::BadSearch);
    for taken_literally in [
        "a\"b",
        "AND",
        "a AND",
        "NOT a",
        "a*",
        "^a",
        "words:a",
        "a - b",
        "(a",
        "a\u{0}b",
        "'; DROP TABLE events; --",
        "{a b}",
        "a + b",
    ] {
        minsu.search_as(&[("q", taken_literally)]).await.is(200);
    }
    for malformed in [
        [("limit", "0")],
        [("limit", "51")],
        [("sort", "worst")],
        [("before", "x")],
        [("before", "1_2_3_4")],
        [("zone", "9999")],
    ] {
        let parameters = [&[("q", "a")], malformed.as_slice()].concat();
        assert_eq!(minsu.search_as(&parameters).await.why(400), Refusal::Malformed, "{malformed:?}");
    }
    assert_eq!(server.site.get("/api/search?q=a").send().await.why(401), Refusal::SignedOut);
}

#[tokio::test]
async fn one_finds_only_what_is_in_rooms_that_one_is_in() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (private, direct) = (minsu.make_private("비밀").await.id, minsu.direct(&[&jiyoung]).await.id);
    let public = minsu.make_room("산책").await.id;
    let mut client = minsu.connect().await;
    client.tell(private, "비밀 이야기").await;
    client.tell(direct, "둘이서 이야기").await;
    client.tell(public, "산책 이야기").await;

    assert_eq!(minsu.finds("이야기").await, set(&["비밀 이야기", "둘이서 이야기", "산책 이야기"]));
    assert_eq!(jiyoung.finds("이야기").await, set(&["둘이서 이야기"]));
    assert_eq!(jiyoung.finds("이야기 in:비밀").await, set(&[]));
    assert_eq!(jiyoung.finds(&format!("이야기 in:{private}")).await, set(&[]));

    minsu.let_in(private, &jiyoung).await.is(204);
    jiyoung.join(public).await;
    assert_eq!(jiyoung.finds("이야기 in:비밀").await, set(&["비밀 이야기"]));
    assert_eq!(jiyoung.finds(&format!("이야기 in:{public}")).await, set(&["산책 이야기"]));
    minsu.kick(private, &jiyoung).await.is(204);
    jiyoung.leave(public).await.is(204);
    assert_eq!(jiyoung.finds("이야기").await, set(&["둘이서 이야기"]));

    // What is only read any more is found.
    minsu.ask(Method::PUT, &format!("/api/rooms/{public}/archive")).send().await.is(204);
    assert_eq!(minsu.finds("산책").await, set(&["산책 이야기"]));
    owner.join(public).await;
    owner.ask(Method::DELETE, &format!("/api/rooms/{public}")).send().await.is(204);
    assert_eq!(minsu.finds("산책").await, set(&[]));
}

#[tokio::test]
async fn what_was_edited_is_found_by_what_it_says_now_and_what_was_deleted_never() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let mut client = minsu.connect().await;
    let edited = client.tell(LOBBY, "처음 글").await;
    let deleted = client.tell(LOBBY, "지울 글").await;
    let reacted = client.tell(LOBBY, "반응한 글").await;
    // Once while only the texts are there, once when the index of words has them.
    for round in ["하나", "둘"] {
        let path = format!("/rooms/{LOBBY}/messages/{}", edited.seq);
        let text = format!("나중 {round}");
        minsu.change(Method::PUT, &path, &NewText { text: text.clone() }).await.is(204);
        assert_eq!(minsu.finds("처음").await, set(&[]));
        assert_eq!(minsu.finds(&format!("나중 {round}")).await, set(&[&text]));
        for number in 0..300 {
            client.post(LOBBY, &format!("xyzzy {number}")).await;
        }
        client.all_answered().await;
    }
    assert_eq!(minsu.finds("하나").await, set(&[]));
    assert_eq!(minsu.finds("지울").await, set(&["지울 글"]));
    minsu.delete_message(LOBBY, deleted.seq).await.is(204);
    assert_eq!(minsu.finds("지울").await, set(&[]));
    assert_eq!(minsu.finds("has:reaction").await, set(&[]));
    let emoji = Emoji::parse("👍").unwrap();
    let path = form_urlencoded::byte_serialize(emoji.as_str().as_bytes()).collect::<String>();
    let path = format!("/api/rooms/{LOBBY}/messages/{}/reactions/{path}", reacted.seq);
    minsu.ask(Method::PUT, &path).send().await.is(204);
    assert_eq!(minsu.finds("has:reaction").await, set(&["반응한 글"]));
}

#[tokio::test]
async fn pages_follow_each_other_whatever_is_written_meanwhile() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let rooms = [LOBBY, minsu.make_room("하나").await.id, minsu.make_room("둘").await.id];
    let mut client = minsu.connect().await;
    for number in 0..30 {
        client.tell(rooms[number % 3], &format!("쪽지 {number} {}", "길게 ".repeat(number % 5))).await;
    }
    for sort in ["newest", "best"] {
        let mut seen = Vec::new();
        let mut before: Option<String> = None;
        loop {
            let mut parameters = vec![("q", "쪽지"), ("limit", "7"), ("sort", sort)];
            parameters.extend(before.as_deref().map(|before| ("before", before)));
            let found: Found = minsu.search_as(&parameters).await.read(200);
            assert!(found.hits.len() <= 7);
            seen.extend(found.hits.into_iter().map(|hit| (hit.event.room, hit.event.seq)));
            client.tell(rooms[0], "쪽지 또 하나").await;
            match found.next {
                Some(next) => before = Some(next),
                None => break,
            }
        }
        let all: BTreeSet<_> = seen.iter().copied().collect();
        let until = if sort == "newest" { 30 } else { 35 };
        assert_eq!((seen.len(), all.len()), (until, until), "{sort}: each once");
    }
}

/// A store of a few rooms and people, in which everything is found as well as looked up.
struct Kept {
    _folder: TempDir,
    store: Store,
    reader: Reader,
    at: i64,
    drafts: u128,
    runtime: Handle,
}

const PEOPLE: u128 = 3;

fn room(number: u128) -> RoomId {
    if number == 0 { LOBBY } else { RoomId::from_u128(100 + number) }
}

impl Kept {
    /// Person 1 is in all rooms, person 2 in the lobby and the first one, person 3 in the lobby alone.
    fn open(runtime: &Runtime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, reader) = store::open(folder.path(), Epoch::from_u128(1)).unwrap();
        let mut kept =
            Self { _folder: folder, store, reader, at: 1_000, drafts: 0, runtime: runtime.handle().clone() };
        for person in 1..=PEOPLE {
            let name = Name::parse(&format!("사람 {person}")).unwrap();
            let from = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
            kept.apply(person, Change::SignIn { name, draft: None, session: None, from });
        }
        for number in 1..3 {
            let draft = DraftId::from_u128(1_000_000 + number);
            let name = Name::parse(&format!("방 {number}")).unwrap();
            kept.apply(1, Change::MakeRoom { room: room(number), draft, name, private: number == 2 });
        }
        kept.apply(2, Change::Join { room: room(1) });
        kept
    }

    fn apply(&mut self, person: u128, change: Change) -> bool {
        let entry = Entry { at: Timestamp(self.at), by: By::Member(MemberId::from_u128(person)), change };
        self.store.apply([&entry]).unwrap().remove(0).answer.is_ok()
    }

    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::Post { by, room: number, text, later } => {
                self.drafts += 1;
                self.at += later;
                let Ok(body) = MessageBody::parse(text, 100) else { return };
                let draft = DraftId::from_u128(self.drafts);
                let (body, files) = (Some(body), Vec::new());
                self.apply(*by, Change::Post { room: room(*number), draft, body, reply: None, files });
            }
            Deed::Edit { by, room: number, message, text } => {
                let body = MessageBody::parse(text, 100).ok();
                self.apply(*by, Change::EditMessage { room: room(*number), message: Seq(*message), body });
            }
            Deed::Delete { by, room: number, message } => {
                let reason = Note::default();
                self.apply(
                    *by,
                    Change::DeleteMessage { room: room(*number), message: Seq(*message), reason },
                );
            }
            Deed::Index(most) => self.store.index(*most).unwrap(),
        }
    }

    /// What somebody finds, page by page.
    fn found(&self, asker: u128, sought: &Search, order: Order, limit: usize) -> Vec<Hit> {
        let mut before = None;
        let mut hits = Vec::new();
        loop {
            let asked = Asked { search: sought.clone(), order, zone: 0, before, limit };
            let found = self.runtime.block_on(self.reader.search(
                MemberId::from_u128(asker),
                asked,
                std::future::pending(),
            ));
            let found = found.unwrap().unwrap();
            hits.extend(found.hits);
            match found.next {
                Some(next) => before = Some(next.parse().unwrap()),
                None => return hits,
            }
        }
    }

    /// What is there to be found: all that somebody may see, looked through.
    fn looked_up(&self, asker: u128, sought: &Search) -> Vec<Event> {
        let rooms = self.runtime.block_on(self.reader.rooms_of(MemberId::from_u128(asker))).unwrap();
        let mut all = Vec::new();
        for (room, _) in rooms {
            let events = self.reader.events(room.id, MemberId::from_u128(asker), Seq(0), Seq(1_000));
            all.extend(self.runtime.block_on(events).unwrap().unwrap());
        }
        all.retain(|event| match &event.what {
            Happening::Posted(message) => {
                sought.answered_by(&message.text).is_some()
                    && (sought.from.is_empty() || sought.from.contains(&event.by.name))
            }
            _ => false,
        });
        all.sort_by_key(newest_first);
        all
    }
}

/// What happens in such a store.
#[derive(Clone, Debug)]
enum Deed {
    Post { by: u128, room: u128, text: String, later: i64 },
    Edit { by: u128, room: u128, message: u64, text: String },
    Delete { by: u128, room: u128, message: u64 },
    Index(u64),
}

impl Deed {
    fn goes_back(&self) -> bool {
        matches!(self, Self::Post { later: ..0, .. })
    }
}

fn newest_first(event: &Event) -> Reverse<(Timestamp, RoomId, Seq)> {
    Reverse((event.at, event.room, event.seq))
}

fn a_deed() -> impl Strategy<Value = Deed> {
    // Few letters, so that they meet.
    let text = || "[가나다 ]{1,6}|[ab ]{1,5}|(가나|나다|ab|東京)( 가나|ab|東)?";
    let (by, room) = (1..=PEOPLE, 0..3_u128);
    prop_oneof![
        8 => (by.clone(), room.clone(), text(), -2..4_i64)
            .prop_map(|(by, room, text, later)| Deed::Post { by, room, text, later }),
        2 => (by.clone(), room.clone(), 1..12_u64, text())
            .prop_map(|(by, room, message, text)| Deed::Edit { by, room, message, text }),
        1 => (by, room, 1..12_u64).prop_map(|(by, room, message)| Deed::Delete { by, room, message }),
        2 => (1..12_u64).prop_map(Deed::Index),
    ]
}

proptest! {
    #![proptest_config(Cases { cases: 48, max_shrink_iters: 200, ..Cases::default() })]

    #[test]
    fn a_search_finds_what_looking_through_everything_finds(
        deeds in vec(a_deed(), 1..60),
        sought in vec("가|나다|가나|다가나|a|ab|東|東京|\"가나 ab\"|from:\"사람 1\"|가 나", 1..5),
        limit in 1..9_usize,
    ) {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        // The pool of connections wants one also where it is taken apart.
        let _inside = runtime.enter();
        let mut kept = Kept::open(&runtime);
        for deed in &deeds {
            kept.take(deed);
        }
        for sought in &sought {
            let search = Search::parse(sought).unwrap();
            for asker in 1..=PEOPLE {
                let there = kept.looked_up(asker, &search);
                for order in [Order::Newest, Order::Best] {
                    let found = kept.found(asker, &search, order, limit).into_iter().map(|hit| hit.event);
                    let mut found: Vec<Event> = found.collect();
                    // Where the clock went back, what is newest in one room is not what comes first over all.
                    if order == Order::Best || deeds.iter().any(Deed::goes_back) {
                        found.sort_by_key(newest_first);
                    }
                    prop_assert_eq!(&found, &there, "{} {} {:?}", sought, asker, order);
                }
            }
        }
    }
}
