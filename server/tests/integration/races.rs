//! Whatever comes together: the journal's order decides, and nobody without the right is ever heard.

use std::{
    cmp::Ordering,
    net::{IpAddr, Ipv4Addr},
};

use hyper::Method;
use maru_server::{
    entry::{Answer, By, Change, Effect, Entry, NewSession, Outcome},
    secret::{PasswordHash, SecretHash},
    store::{self, Store},
};
use maru_shared::{
    Command, DraftId, Epoch, Event, Happening, MemberId, MessageBody, Name, Note, Refusal, RoomId, Seq,
    SessionId, Timestamp, api::NewName, command::Post,
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use tempfile::TempDir;

use crate::support::{Client, TestServer, a_draft};

/// So many random orders of each race.
const ORDERS: u32 = 1_000;

/// A store, and as many members and rooms as are asked for.
struct Journal {
    _folder: TempDir,
    store: Store,
    minted: u128,
}

#[derive(Clone, Copy)]
struct Someone {
    id: MemberId,
    session: SecretHash,
}

impl Someone {
    fn asks(self, change: Change) -> Entry {
        Entry { at: Timestamp(1_000), by: By::Session(self.session), change }
    }

    fn posts(self, room: RoomId, draft: u128) -> Entry {
        let body = MessageBody::parse("하나", 100).unwrap();
        let draft = DraftId::from_u128(draft);
        self.asks(Change::Post { room, draft, body: Some(body), reply: None, files: Vec::new() })
    }
}

fn operator(change: Change) -> Entry {
    Entry { at: Timestamp(1_000), by: By::Operator, change }
}

impl Journal {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = store::open(folder.path(), Epoch::from_u128(1)).unwrap();
        Self { _folder: folder, store, minted: 1_000 }
    }

    fn mint(&mut self) -> u128 {
        self.minted += 1;
        self.minted
    }

    /// Applies the entries, in batches that end where `cuts` say.
    fn order(&mut self, entries: &[Entry], cuts: &[bool]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut from = 0;
        for end in 1..=entries.len() {
            if end == entries.len() || cuts.get(end).copied().unwrap_or_default() {
                outcomes.extend(self.store.apply(&entries[from..end]).unwrap());
                from = end;
            }
        }
        outcomes
    }

    /// Somebody who comes in, and the entry by which they do.
    fn newcomer(&mut self) -> (Someone, Entry) {
        let number = self.mint();
        let token = SecretHash::of_draft(&DraftId::from_u128(number));
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let session = NewSession { token, id: SessionId::from_u128(number), device: String::new(), from };
        let name = Name::parse(&format!("member {number}")).unwrap();
        let change = Change::SignIn { name, draft: None, session: Some(Box::new(session)), from };
        let id = MemberId::from_u128(number);
        (Someone { id, session: token }, Entry { at: Timestamp(1_000), by: By::Member(id), change })
    }

    /// So many people.
    fn people<const N: usize>(&mut self) -> [Someone; N] {
        let came: Vec<_> = (0..N).map(|_| self.newcomer()).collect();
        let entries: Vec<_> = came.iter().map(|(_, entry)| entry.clone()).collect();
        assert!(self.order(&entries, &[]).iter().all(|outcome| outcome.answer.is_ok()));
        std::array::from_fn(|at| came[at].0)
    }

    /// Two people in a private room, of whom the first made it.
    fn room_of_two(&mut self) -> (RoomId, Someone, Someone) {
        let ((maker, maker_comes), (other, other_comes)) = (self.newcomer(), self.newcomer());
        let room = RoomId::from_u128(self.mint());
        let draft = DraftId::from_u128(self.mint());
        let make = Change::MakeRoom { room, draft, name: Name::parse("방").unwrap(), private: true };
        // A guest lets nobody in but into a room that they made.
        let let_in = Change::LetIn { room, member: other.id };
        let entries = [maker_comes, other_comes, maker.asks(make), maker.asks(let_in)];
        assert!(self.order(&entries, &[]).iter().all(|outcome| outcome.answer.is_ok()));
        (room, maker, other)
    }
}

fn heard(outcomes: &[Outcome]) -> impl Iterator<Item = &Event> {
    outcomes.iter().flat_map(|outcome| &outcome.effects).filter_map(|effect| match effect {
        Effect::Happened(event) => Some(event),
        _ => None,
    })
}

/// What takes a right away.
#[derive(Clone, Copy, Debug)]
enum Against {
    Ban,
    Mute,
    Leave,
    Kick,
    Revoke,
    Archive,
    DeleteRoom,
}

impl Against {
    fn entry(self, room: RoomId, maker: Someone, whom: Someone) -> Entry {
        let (member, reason) = (whom.id, Note::default());
        match self {
            Self::Ban => operator(Change::Ban { member, reason, addresses: false }),
            Self::Mute => operator(Change::Mute { member, until: Timestamp(2_000), reason }),
            Self::Leave => whom.asks(Change::Leave { room }),
            // The two are guests: only who runs the machine is above them.
            Self::Kick => operator(Change::Kick { room, member, reason }),
            Self::Revoke => operator(Change::EndSessionsOf { member }),
            Self::Archive => maker.asks(Change::Archive { room, archived: true }),
            Self::DeleteRoom => operator(Change::DeleteRoom { room }),
        }
    }

    const fn refusal(self) -> Refusal {
        match self {
            // A ban ends all sessions.
            Self::Ban | Self::Revoke => Refusal::SignedOut,
            Self::Mute => Refusal::Muted { until: Timestamp(2_000) },
            Self::Leave | Self::Kick | Self::DeleteRoom => Refusal::NoSuchRoom,
            Self::Archive => Refusal::Archived,
        }
    }
}

/// A post is heard or refused by its place in the order, and by nothing else.
fn see_that_the_order_decides(against: Against) {
    let journal = std::cell::RefCell::new(Journal::new());
    let mut runner = proptest::test_runner::TestRunner::new(Cases { cases: ORDERS, ..Cases::default() });
    let decided = runner.run(&(0..6_usize, vec(any::<bool>(), 8)), |(place, cuts)| {
        let mut journal = journal.borrow_mut();
        let (room, maker, whom) = journal.room_of_two();
        let mut entries: Vec<Entry> = (0..5).map(|_| whom.posts(room, journal.mint())).collect();
        entries.insert(place, against.entry(room, maker, whom));
        let outcomes = journal.order(&entries, &cuts);
        for (at, outcome) in outcomes.iter().enumerate() {
            match at.cmp(&place) {
                Ordering::Less => prop_assert_eq!(&outcome.answer, &Ok(Answer::Posted)),
                Ordering::Equal => prop_assert!(outcome.answer.is_ok(), "{:?}", outcome),
                Ordering::Greater => prop_assert_eq!(&outcome.answer, &Err(against.refusal())),
            }
        }
        let posted = heard(&outcomes).filter(|event| event.what.draft().is_some()).count();
        prop_assert_eq!(posted, place);
        Ok(())
    });
    decided.unwrap();
}

#[test]
fn ban_against_post() {
    see_that_the_order_decides(Against::Ban);
}

#[test]
fn mute_against_post() {
    see_that_the_order_decides(Against::Mute);
}

#[test]
fn leave_against_post() {
    see_that_the_order_decides(Against::Leave);
}

#[test]
fn kick_against_post() {
    see_that_the_order_decides(Against::Kick);
}

#[test]
fn the_end_of_a_session_against_post() {
    see_that_the_order_decides(Against::Revoke);
}

#[test]
fn archive_against_post() {
    see_that_the_order_decides(Against::Archive);
}

#[test]
fn the_end_of_a_room_against_post() {
    see_that_the_order_decides(Against::DeleteRoom);
}

proptest! {
    #![proptest_config(Cases { cases: ORDERS, ..Cases::default() })]

    #[test]
    fn one_name_is_taken_once_and_one_set_of_people_has_one_room(
        first in 0..4_usize,
        cuts in vec(any::<bool>(), 8),
    ) {
        thread_local! {
            static JOURNAL: std::cell::RefCell<Journal> = std::cell::RefCell::new(Journal::new());
        }
        JOURNAL.with_borrow_mut(|journal| {
            let people: [Someone; 4] = journal.people();
            let name = Name::parse(&format!("방 {}", journal.mint())).unwrap();
            let mut entries = Vec::new();
            for at in 0..4 {
                let (room, draft) = (RoomId::from_u128(journal.mint()), DraftId::from_u128(journal.mint()));
                let change = Change::MakeRoom { room, draft, name: name.clone(), private: false };
                entries.push(people[(first + at) % 4].asks(change));
            }
            let outcomes = journal.order(&entries, &cuts);
            prop_assert!(outcomes[0].answer.is_ok());
            for outcome in &outcomes[1..] {
                prop_assert_eq!(&outcome.answer, &Err(Refusal::NameTaken));
            }
            let (_, mut newcomer) = journal.newcomer();
            if let Change::SignIn { name: wanted, .. } = &mut newcomer.change {
                wanted.clone_from(&name);
            }
            let mut called: Vec<_> = (0..4)
                .map(|at| people[(first + at) % 4].asks(Change::ChangeName { name: name.clone() }))
                .collect();
            called.insert(first, newcomer);
            let outcomes = journal.order(&called, &cuts);
            prop_assert!(outcomes[0].answer.is_ok());
            for outcome in &outcomes[1..] {
                prop_assert_eq!(&outcome.answer, &Err(Refusal::NameTaken));
                prop_assert!(outcome.effects.is_empty());
            }
            let mut rooms = Vec::new();
            for at in 0..4 {
                let with = people.iter().map(|one| one.id).collect();
                let change = Change::OpenDirect { room: RoomId::from_u128(journal.mint()), with };
                rooms.push(people[(first + at) % 4].asks(change));
            }
            let outcomes = journal.order(&rooms, &cuts);
            let made: Vec<_> = outcomes.iter().map(|outcome| match &outcome.answer {
                Ok(Answer::Room(room)) => room.id,
                other => panic!("{other:?}"),
            }).collect();
            prop_assert!(made.iter().all(|room| *room == made[0]));
            prop_assert_eq!(heard(&outcomes).count(), 1, "it is opened once");
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(Cases::with_cases(64))]

    #[test]
    fn each_secret_that_a_session_had_is_over_once_a_newer_one_is_used(used in vec(any::<bool>(), 1..5), cuts in vec(any::<bool>(), 12)) {
        let mut journal = Journal::new();
        let [mut someone] = journal.people();
        let (mut before, mut entries, mut verified) = (Vec::new(), Vec::new(), None);
        for (number, used) in (1..).zip(used.into_iter().chain([true])) {
            let password = PasswordHash::from_phc(format!("{number}"));
            let token = SecretHash::of_draft(&DraftId::from_u128(number));
            let verified = verified.replace(password.clone());
            entries.push(someone.asks(Change::SetPassword { verified, password, forget_passkeys: false, token }));
            before.push(someone.session);
            someone.session = token;
            // It is kept by a request of its own, which may never be ordered.
            if used {
                entries.push(someone.asks(Change::UseSession { session: token }));
            }
        }
        let outcomes = journal.order(&entries, &cuts);
        let over: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.effects).filter_map(|effect| match effect {
            Effect::Renewed(_, before) => Some(*before),
            _ => None,
        }).collect();
        prop_assert_eq!(over, before);
    }
}

#[tokio::test]
async fn of_too_many_names_or_of_none_that_there_were_nobody_is_told_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let (store, reader) = store::open(folder.path(), Epoch::from_u128(1)).unwrap();
    let mut journal = Journal { _folder: folder, store, minted: 1_000 };
    let people: [Someone; 3] = journal.people();
    assert_eq!(reader.names(None, 2).await.unwrap().unwrap().begin, 0);
    for one in people.iter().chain(&people[..1]) {
        let name = Name::parse(&format!("called {}", journal.mint())).unwrap();
        assert!(journal.order(&[one.asks(Change::ChangeName { name })], &[])[0].answer.is_ok());
    }
    let names = async |after| reader.names(after, 2).await.unwrap();
    let told = names(Some(2)).await.unwrap();
    let whom: Vec<_> = told.called.iter().map(|(number, member)| (*number, member.id)).collect();
    assert_eq!((told.begin, whom), (2, vec![(3, people[2].id), (4, people[0].id)]));
    assert!(names(Some(0)).await.is_none(), "three of them");
    assert!(names(Some(5)).await.is_none(), "a change that there was not");
    assert_eq!(names(None).await.unwrap().begin, 4);
}

/// Sees that whoever wrote was in the room then.
fn see_that_all_were_in(history: &[Event], first: &[MemberId]) {
    let mut inside = first.to_vec();
    for event in history {
        match &event.what {
            Happening::Joined => inside.push(event.by.id),
            Happening::LetIn { member } => inside.push(member.id),
            Happening::Left => inside.retain(|id| *id != event.by.id),
            Happening::Kicked { member, .. } => inside.retain(|id| *id != member.id),
            Happening::Made { .. } => inside.push(event.by.id),
            _ => assert!(inside.contains(&event.by.id), "{event:?} by somebody outside"),
        }
    }
}

/// Sends posts without waiting for what comes of them.
async fn pour(client: &mut Client, room: RoomId, posts: usize) {
    for number in 0..posts {
        let post = Post::new(room, a_draft(), format!("글 {number}"));
        client.say(&Command::Post(post)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_real_sockets_nobody_is_heard_after_they_were_kept_out() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    for round in 0..60 {
        let whom = server.guest(&format!("whom {round}")).await;
        let room = owner.make_room(&format!("room {round}")).await.id;
        whom.join(room).await;
        let mut witness = owner.connect().await;
        let mut client = whom.connect().await;
        let poured = pour(&mut client, room, 1 + round % 40);
        let against = async {
            match round % 4 {
                0 => owner.ban(&whom, false).await.is(204),
                1 => owner.kick(room, &whom).await.is(204),
                2 => whom.leave(room).await.is(204),
                _ => whom.sign_out().await,
            }
            owner.page(room, "before=1000000&limit=1").await.head
        };
        let ((), head) = tokio::join!(poured, against);
        let history = owner.history(room).await;
        see_that_all_were_in(&history, &[]);
        let late = history.iter().filter(|event| event.seq > head && event.by.id == whom.member.id);
        assert_eq!(late.count(), 0, "heard after it was answered that they are out");
        witness.reach(room, Seq(history.len() as u64)).await;
        assert!(history.ends_with(witness.view.events(room)));
        if round % 4 == 0 {
            assert_eq!(client.end().await, Some(4403));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_real_sockets_one_name_is_one_persons_and_one_set_of_people_has_one_room() {
    let server = TestServer::start().await;
    let site = server.site;
    for round in 0..40 {
        let name = format!("이름 {round}");
        let taking = (0..4).map(|_| site.sign_in(a_draft(), &name));
        let answers = futures_util::future::join_all(taking).await;
        let came = answers.iter().filter(|answer| answer.status == 201).count();
        let taken = answers.iter().filter(|answer| answer.status == 409).count();
        assert_eq!((came, taken), (1, 3));

        let (a, b) = (server.guest(&format!("가 {round}")).await, server.guest(&format!("나 {round}")).await);
        let (with_b, with_a) = ([&b], [&a]);
        let (one, other, again) = tokio::join!(a.direct(&with_b), b.direct(&with_a), a.direct(&with_b));
        assert!(one == other && other == again);
        assert_eq!(a.history(one.id).await.len(), 1);

        let (x, y) =
            (a.make_room(&format!("x {round}")).await.id, b.make_room(&format!("y {round}")).await.id);
        let called = format!("이름 둘 {round}");
        let (one, other) = tokio::join!(a.change_name(&called), b.change_name(&called));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);

        let wanted = NewName { name: format!("z {round}") };
        let (xs, ys) = (format!("/rooms/{x}/name"), format!("/rooms/{y}/name"));
        let (one, other) =
            tokio::join!(a.change(Method::PUT, &xs, &wanted), b.change(Method::PUT, &ys, &wanted));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}
