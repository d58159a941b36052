//! Searching a large store, and posting into it.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use maru_server::{
    entry::{By, Change, Entry},
    store::{self, Store},
};
use maru_shared::{DraftId, Epoch, MemberId, MessageBody, Name, RoomId, Timestamp, api::Found, codec};
use ureq::Agent;

use super::{Rooms, Scale, Stand, posts::WINDOW};
use crate::{
    load::{
        Fleet,
        pace::{Lap, Pace, closed_loop},
    },
    peers::{Ground, Peer, Server, maru},
    statistics::percentile,
};

/// What was measured of a store with many messages.
#[derive(Clone, Debug)]
pub(crate) struct Searched {
    /// How many messages it has.
    pub(crate) messages: usize,
    /// How many bytes it has on the disk.
    pub(crate) bytes: u64,
    /// How long the index of words took, a message.
    pub(crate) indexing: Duration,
    /// How long a search for a word of two syllables took, for one and for nineteen of twenty, and the longest.
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
    pub(crate) max: Duration,
    /// Messages a second into an empty store, and into this one, round by round.
    pub(crate) posts: Vec<(f64, f64)>,
}

impl Searched {
    /// How many times as fast one posts into the full store as into the empty one, round by round.
    pub(crate) fn times(lap: &(f64, f64)) -> f64 {
        lap.1 / lap.0
    }
}

/// People and rooms in the store.
const PEOPLE: u128 = 50;
const ROOMS: u128 = 20;

/// So many messages are written at once.
const BATCH: usize = 10_000;

/// What is talked about, in words of two syllables, the most common first.
const WORDS: &str = "회의 오늘 내일 서버 검색 파일 확인 문제 시간 사람 생각 공유 정리 부탁 일정 점심 작업 배포 코드 화면 메일 \
    자료 수정 완료 진행 이번 다음 주말 서울 부산 여행 커피 저녁 아침 출근 퇴근 휴가 연락 전화 사진 영상 음악 책상 의자 \
    회사 학교 학생 선생 친구 가족 부모 동생 아이 고양 강아 날씨 비가 바람 하늘 바다 산책 운동 축구 야구 경기 결과 점수 \
    질문 대답 설명 이유 방법 순서 처음 마지 중간 시작 종료 준비 계획 예산 비용 가격 할인 주문 배송 상품 고객 요청 응답";

/// What stands behind them.
const ENDINGS: [&str; 14] =
    ["", "", "은", "는", "이", "가", "을", "를", "에서", "으로", "도", "했습니다", "해요", "입니다"];

const ENGLISH: [&str; 24] = [
    "the", "server", "deploy", "is", "on", "review", "meeting", "please", "update", "test", "build",
    "release", "bug", "fix", "branch", "merge", "today", "tomorrow", "ok", "thanks", "question", "idea",
    "page", "café",
];

/// Builds the store, searches it, and has members post into it and into an empty one in turns.
pub(crate) fn measure(ground: &Ground, scale: Scale) -> Result<Searched> {
    let directory = ground.fresh_directory()?;
    eprintln!("  {} messages ...", scale.stored);
    let indexing = fill(&directory, scale.stored)?;
    let bytes = fs::metadata(directory.join("maru.db"))?.len();
    let full = Server::start_in(Peer::Maru, ground, directory)?;
    eprintln!("  {} searches ...", scale.searches);
    let times = search(&full, scale.searches)?;
    let at = |share| percentile(&times, share).context("no search");
    eprintln!("  posts ...");
    let empty = Server::start(Peer::Maru, ground)?;
    let posts = post(empty, full, scale)?;
    Ok(Searched {
        messages: scale.stored,
        bytes,
        indexing,
        p50: at(0.5)?,
        p95: at(0.95)?,
        max: at(1.0)?,
        posts,
    })
}

/// Writes so many messages into a new store, and says how long the index of words took for each.
fn fill(directory: &Path, messages: usize) -> Result<Duration> {
    let (mut store, _) = store::open(directory, Epoch::from_u128(1))?;
    let mut entries = Vec::new();
    let by = |person| By::Member(MemberId::from_u128(person));
    let entry = |at, by, change| Entry { at: Timestamp(at), by, change };
    for person in 1..=PEOPLE {
        let name = Name::parse(&format!("person {person}"))?;
        let from = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        entries.push(entry(0, by(person), Change::SignIn { name, draft: None, session: None, from }));
    }
    for number in 1..=ROOMS {
        let (room, draft) = (RoomId::from_u128(1_000 + number), DraftId::from_u128(number));
        let name = Name::parse(&format!("room of old {number}"))?;
        entries.push(entry(0, by(1), Change::MakeRoom { room, draft, name, private: false }));
        let others = (2..=PEOPLE).map(|person| entry(0, by(person), Change::Join { room }));
        entries.extend(others);
    }
    apply(&mut store, &entries)?;
    let mut dice = fastrand::Rng::with_seed(7);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut text = String::new();
    // A message every half a minute: a million of them are a year.
    let (mut at, mut written) = (1_700_000_000_000, 0);
    while written < messages {
        entries.clear();
        for _ in 0..BATCH.min(messages - written) {
            say(&mut dice, &words, &mut text);
            at += 30_000;
            let draft =
                DraftId::from_time_and_random_bytes(Timestamp(at), std::array::from_fn(|_| dice.u8(..)));
            let room = RoomId::from_u128(1_001 + dice.u128(..) % ROOMS);
            let body = Some(MessageBody::parse(&text, MessageBody::DEFAULT_MAX_CHARS)?);
            let change = Change::Post { room, draft, body, reply: None, files: Vec::new() };
            entries.push(entry(at, by(1 + dice.u128(..) % PEOPLE), change));
        }
        apply(&mut store, &entries)?;
        written += entries.len();
    }
    let start = Instant::now();
    while store.behind() > 0 {
        store.index(BATCH as u64)?;
    }
    Ok(start.elapsed() / u32::try_from(messages)?)
}

fn apply(store: &mut Store, entries: &[Entry]) -> Result<()> {
    let outcomes = store.apply(entries)?;
    ensure!(outcomes.iter().all(|outcome| outcome.answer.is_ok()), "an entry was refused");
    Ok(())
}

/// Some words as people put them behind each other, most of them Korean, and some of them rare.
fn say(dice: &mut fastrand::Rng, words: &[&str], text: &mut String) {
    text.clear();
    for _ in 0..dice.usize(3..12) {
        if !text.is_empty() {
            text.push(' ');
        }
        match dice.u8(0..10) {
            0 | 1 => text.push_str(ENGLISH[common(dice, ENGLISH.len())]),
            2 => (0..dice.usize(2..5)).for_each(|_| text.push(dice.char('가'..='힣'))),
            3 => text.extend(std::iter::repeat_with(|| dice.char('a'..='z')).take(6)),
            _ => {
                text.push_str(words[common(dice, words.len())]);
                text.push_str(ENDINGS[dice.usize(..ENDINGS.len())]);
            }
        }
    }
}

/// One of so many, the first more often than the last (Zipf's law).
fn common(dice: &mut fastrand::Rng, many: usize) -> usize {
    let rank = (many as f64).powf(dice.f64());
    (rank as usize).clamp(1, many) - 1
}

/// How long each of so many searches took, of a member who is in every room.
fn search(server: &Server, searches: usize) -> Result<Vec<Duration>> {
    let agent = Agent::new_with_defaults();
    let cookie = maru::come_in(&agent, server.address(), "who searches")?;
    for number in 1..=ROOMS {
        let room = RoomId::from_u128(1_000 + number);
        let url = format!("http://{}/api/rooms/{room}/membership", server.address());
        agent.put(url).header("cookie", &cookie).send_empty()?;
    }
    let mut dice = fastrand::Rng::with_seed(8);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut times = Vec::with_capacity(searches);
    let mut hits = 0;
    // The first ones find nothing in the memory of the machine.
    for number in 0..searches + searches / 10 {
        // As often those that everybody says as those that hardly anybody does; some of two words.
        let mut sought = words[dice.usize(..words.len())].to_owned();
        if number % 5 == 0 {
            sought = format!("{sought} {}", words[dice.usize(..words.len())]);
        }
        let url = format!("http://{}/api/search", server.address());
        let start = Instant::now();
        let answer = agent.get(url).query("q", &sought).header("cookie", &cookie).call()?;
        let found: Found = codec::decode(&answer.into_body().read_to_string()?)?;
        if number >= searches / 10 {
            times.push(start.elapsed());
        }
        hits += found.hits.len();
    }
    ensure!(hits > 0, "nothing was found");
    Ok(times)
}

/// The messages a second that the two take, in turns.
fn post(empty: Server, full: Server, scale: Scale) -> Result<Vec<(f64, f64)>> {
    let members = scale.senders;
    let stand = |server| Stand::on(server, members, members, Rooms::Each);
    let mut stands = [stand(empty)?, stand(full)?];
    let senders: Vec<usize> = (0..members).collect();
    let mut rounds = Vec::new();
    for round in 0..=scale.rounds {
        let mut rates = [0.0; 2];
        for at in [0, 1] {
            stands.iter().try_for_each(|stand| settle(&stand.server))?;
            let stand = &mut stands[at];
            stand.fleet.tend()?;
            let lap = |fleet: &mut Fleet| closed_loop(fleet, &senders, Pace::Window(WINDOW), scale.lap);
            rates[at] = Lap::messages_a_second(&stand.lap(lap)?);
        }
        if round > 0 {
            rounds.push((rates[0], rates[1]));
        }
    }
    Ok(rounds)
}

/// Waits until a server has written the index of words, and rests.
fn settle(server: &Server) -> Result<()> {
    let clock = server.cpu();
    let mut before = clock.read()?;
    loop {
        thread::sleep(Duration::from_millis(200));
        let now = clock.read()?;
        if before.until(&now) < Duration::from_millis(10) {
            return Ok(());
        }
        before = now;
    }
}
