//! Two stores that apply the same entries are the same store, however the entries come in batches.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
};

use maru_server::{
    entry::{Acceptance, By, Change, Effect, Entry, NewPasskey, NewSession, Newcomer, Outcome, Purpose},
    secret::{PasskeyText, PasswordHash, SecretHash},
    store::{self, Store},
};
use maru_shared::{
    DraftId, Emoji, Epoch, Event, InvitationId, MemberId, MessageBody, Name, Note, Notify, PasskeyId, Role,
    RoomId, Seq, SessionId, Timestamp,
    api::{Policy, Settings},
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use rusqlite::{Connection, types::Value};
use tempfile::TempDir;

/// Few of each, so that they meet: taken names, drafts that come again, rooms that are not there, strangers.
const FEW: u128 = 5;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What somebody may ask. Ids that the server mints are put in by [`stamped`], as they never come twice.
fn a_change() -> impl Strategy<Value = Change> {
    let few = 0..FEW;
    let name = proptest::sample::select(vec!["Maru", "maru", "ＭＡＲＵ", "마루", "lobby", "산책"])
        .prop_map(|name| Name::parse(name).unwrap());
    let room = few.clone().prop_map(|at| if at == 0 { RoomId::LOBBY } else { a_room(at) });
    let draft = few.clone().prop_map(DraftId::from_u128);
    let secret = few.clone().prop_map(|at| SecretHash::of_draft(&DraftId::from_u128(at)));
    let body = "@?(Maru|마루|산책)?[가-힣a-z]{1,8}".prop_map(|text| MessageBody::parse(&text, 100).unwrap());
    let unstamped = RoomId::LOBBY;
    let hash = few.clone().prop_map(a_password);
    let link = few.clone().prop_map(a_link);
    let purpose =
        (few.clone(), proptest::sample::select(Role::ALL.to_vec())).prop_map(|(at, role)| match at {
            0 => Purpose::Own,
            1 => Purpose::Reset { member: MemberId::from_u128(1) },
            at => Purpose::Invite { id: InvitationId::from_u128(at), role },
        });
    let acceptance =
        (link.clone(), name.clone(), draft.clone(), any::<bool>(), proptest::option::of(hash.clone()))
            .prop_map(|(secret, name, draft, new, password)| Acceptance {
                secret,
                newcomer: new.then(|| Newcomer { name, draft: SecretHash::of_draft(&draft) }),
                password,
                session: *a_session(0),
            });
    let accounts = prop_oneof![
        hash.clone().prop_map(|verified| Change::SignInAgain { verified, session: a_session(0) }),
        few.clone().prop_map(|at| Change::UseSession { session: a_token(at) }),
        few.clone().prop_map(|at| Change::EndSession { session: SessionId::from_u128(at) }),
        Just(Change::EndOtherSessions),
        (proptest::option::of(hash.clone()), hash, any::<bool>()).prop_map(
            |(verified, password, forget_passkeys)| Change::SetPassword {
                verified,
                password,
                forget_passkeys,
                token: a_token(0),
            }
        ),
        name.clone().prop_map(|name| Change::ChangeName { name }),
        few.clone().prop_map(|at| Change::AddPasskey(a_passkey(at))),
        few.clone().prop_map(|at| Change::RemovePasskey { passkey: PasskeyId::from_u128(at) }),
        (few.clone(), few.clone()).prop_map(|(at, next)| Change::SignInByPasskey {
            credential: a_passkey(at).credential,
            verified: a_passkey(at).text,
            next: a_passkey(next).text,
            session: a_session(0),
        }),
        (link, purpose, any::<i32>(), 0..3u32).prop_map(|(secret, purpose, expires_at, uses)| {
            Change::MakeLink { secret, purpose, expires_at: Timestamp(expires_at.into()), uses }
        }),
        few.clone().prop_map(|at| Change::RevokeInvitation { invitation: InvitationId::from_u128(at) }),
        acceptance.prop_map(|acceptance| Change::AcceptLink(Box::new(acceptance))),
    ];
    let member = few.clone().prop_map(MemberId::from_u128);
    let note = proptest::sample::select(vec!["", "왜냐하면"]).prop_map(|note| Note::parse(note).unwrap());
    let both = (room.clone(), member.clone());
    let rooms = prop_oneof![
        vec(member.clone(), 0..3).prop_map(move |with| Change::OpenDirect { room: unstamped, with }),
        room.clone().prop_map(|room| Change::Leave { room }),
        both.clone().prop_map(|(room, member)| Change::LetIn { room, member }),
        (both, note.clone()).prop_map(|((room, member), reason)| Change::Kick { room, member, reason }),
        (room.clone(), name.clone()).prop_map(|(room, name)| Change::Rename { room, name }),
        (room.clone(), note.clone()).prop_map(|(room, topic)| Change::Describe { room, topic }),
        (room.clone(), any::<bool>()).prop_map(|(room, archived)| Change::Archive { room, archived }),
        room.clone().prop_map(|room| Change::DeleteRoom { room }),
        Just(Change::Purge),
        (room.clone(), 0..8u64, note.clone()).prop_map(|(room, message, reason)| {
            Change::DeleteMessage { room, message: Seq(message), reason }
        }),
    ];
    let emoji = proptest::sample::select(vec!["👍", "❤️"]).prop_map(Emoji::known);
    let message = (room.clone(), (0..8u64).prop_map(Seq));
    let conversation =
        prop_oneof![
            (message.clone(), body.clone()).prop_map(|((room, message), body)| Change::EditMessage {
                room,
                message,
                body: Some(body)
            }),
            (message.clone(), emoji, any::<bool>())
                .prop_map(|((room, message), emoji, back)| Change::React { room, message, emoji, back }),
            (message.clone(), any::<bool>()).prop_map(|((room, message), pinned)| Change::Pin {
                room,
                message,
                pinned
            }),
            message.clone().prop_map(|(room, seq)| Change::Read { room, seq }),
            message.clone().prop_map(|(room, seq)| Change::Unread { room, seq }),
            room.clone().prop_map(|room| Change::Notify { room, notify: Notify::Mentions }),
            any::<bool>().prop_map(|shows| Change::ShowSeen { shows }),
        ];
    let role = proptest::sample::select(Role::ALL.to_vec());
    let order = prop_oneof![
        (member.clone(), role).prop_map(|(member, role)| Change::SetRole { member, role }),
        (member.clone(), any::<i32>(), note.clone()).prop_map(|(member, until, reason)| {
            Change::Mute { member, until: Timestamp(until.into()), reason }
        }),
        member.clone().prop_map(|member| Change::Unmute { member }),
        (member.clone(), note, any::<bool>()).prop_map(|(member, reason, addresses)| Change::Ban {
            member,
            reason,
            addresses
        }),
        member.clone().prop_map(|member| Change::Unban { member }),
        member.prop_map(|member| Change::EndSessionsOf { member }),
        any::<(bool, bool)>().prop_map(|(open, members_invite)| {
            let policy = if open { Policy::Open } else { Policy::Invite };
            Change::SetSettings { settings: Settings { policy, members_invite }, says_policy: open }
        }),
    ];
    prop_oneof![
        6 => accounts,
        6 => rooms,
        6 => conversation,
        3 => order,
        2 => (name.clone(), proptest::option::of(secret))
            .prop_map(|(name, draft)| Change::SignIn { name, draft, session: None, from: HERE }),
        1 => few.prop_map(|at| Change::SignOut { session: a_token(at) }),
        1 => (draft.clone(), name, any::<bool>()).prop_map(move |(draft, name, private)| {
            Change::MakeRoom { room: unstamped, draft, name, private }
        }),
        2 => room.clone().prop_map(|room| Change::Join { room }),
        8 => (room, draft, body, proptest::option::of((1..8u64).prop_map(Seq))).prop_map(
            |(room, draft, body, reply)| Change::Post { room, draft, body: Some(body), reply, files: Vec::new() }
        ),
    ]
}

/// How somebody asks.
#[derive(Clone, Copy, Debug)]
enum How {
    Session,
    Plain,
    Operator,
}

fn entries(most: usize) -> impl Strategy<Value = Vec<Entry>> {
    let how = proptest::sample::select(vec![How::Session, How::Session, How::Plain, How::Operator]);
    vec((any::<i32>(), 0..FEW, how, a_change()), 1..most).prop_map(|asked| {
        let number = (1..).zip(asked);
        number.map(|(number, (at, actor, how, change))| stamped(number, at, actor, how, change)).collect()
    })
}

/// The `number`th entry, as the server would stamp it.
fn stamped(number: u128, at: i32, actor: u128, how: How, change: Change) -> Entry {
    let by = match how {
        How::Session => By::Session(a_token(actor)),
        How::Plain => By::Member(MemberId::from_u128(actor)),
        How::Operator => By::Operator,
    };
    let new = By::Member(MemberId::from_u128(number));
    let (by, change) = match change {
        Change::SignIn { name, draft, from, .. } => {
            let session = matches!(how, How::Session).then(|| a_session(number));
            (new, Change::SignIn { name, draft, session, from })
        }
        Change::SignInAgain { verified, .. } => (
            By::Member(MemberId::from_u128(actor)),
            Change::SignInAgain { verified, session: a_session(number) },
        ),
        Change::SignInByPasskey { credential, verified, next, .. } => (
            By::Member(MemberId::from_u128(actor)),
            Change::SignInByPasskey { credential, verified, next, session: a_session(number) },
        ),
        Change::SetPassword { verified, password, forget_passkeys, .. } => {
            let token = a_token(number);
            (by, Change::SetPassword { verified, password, forget_passkeys, token })
        }
        Change::AddPasskey(passkey) => {
            (by, Change::AddPasskey(NewPasskey { id: PasskeyId::from_u128(number), ..passkey }))
        }
        Change::AcceptLink(acceptance) => {
            let by = if acceptance.newcomer.is_some() { new } else { by };
            let session = *a_session(number);
            (by, Change::AcceptLink(Box::new(Acceptance { session, ..*acceptance })))
        }
        // Ids of links are minted, too.
        Change::MakeLink { purpose, expires_at, uses, .. } => {
            let purpose = match purpose {
                Purpose::Invite { role, .. } => Purpose::Invite { id: InvitationId::from_u128(number), role },
                other => other,
            };
            (by, Change::MakeLink { secret: a_link(number), purpose, expires_at, uses })
        }
        Change::MakeRoom { draft, name, private, .. } => {
            (by, Change::MakeRoom { room: a_room(number), draft, name, private })
        }
        Change::OpenDirect { with, .. } => (by, Change::OpenDirect { room: a_room(number), with }),
        change => (by, change),
    };
    Entry { at: Timestamp(at.into()), by, change }
}

fn a_room(number: u128) -> RoomId {
    RoomId::from_u128(100 + number)
}

fn a_link(number: u128) -> SecretHash {
    SecretHash::of_draft(&DraftId::from_u128(2_000 + number))
}

fn a_password(number: u128) -> PasswordHash {
    PasswordHash::from_phc(format!("password {number}"))
}

fn a_passkey(number: u128) -> NewPasskey {
    NewPasskey {
        id: PasskeyId::from_u128(number),
        credential: number.to_be_bytes().to_vec(),
        text: PasskeyText::from_json(format!("\"passkey {number}\"")),
        device: "a browser".to_owned(),
    }
}

fn a_session(number: u128) -> Box<NewSession> {
    Box::new(NewSession {
        token: a_token(number),
        id: SessionId::from_u128(number),
        device: "a browser".to_owned(),
        from: HERE,
    })
}

fn a_token(number: u128) -> SecretHash {
    SecretHash::of_draft(&DraftId::from_u128(1_000 + number))
}

fn post(room: RoomId, draft: DraftId, body: MessageBody) -> Change {
    Change::Post { room, draft, body: Some(body), reply: None, files: Vec::new() }
}

/// A store in a folder of its own.
struct Kept {
    folder: TempDir,
    store: Store,
}

impl Kept {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = store::open(folder.path(), Epoch::from_u128(1)).unwrap();
        Self { folder, store }
    }

    fn apply(&mut self, entries: &[Entry]) -> Vec<Outcome> {
        self.store.apply(entries).expect("an entry is accepted or refused, and never fails")
    }

    fn dump(&self) -> String {
        dump(self.folder.path())
    }

    /// Which words are in which message, once the index has all of them.
    fn indexed(&mut self) -> Vec<(String, i64)> {
        while self.store.behind() > 0 {
            self.store.index(3).unwrap();
        }
        indexed(self.folder.path())
    }
}

/// Everything that is kept, as text; but for the index of words, which is written whenever nobody waits, and whose inside
/// tells when that was.
fn dump(folder: &Path) -> String {
    let connection = Connection::open(folder.join("maru.db")).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name NOT LIKE 'search%' ORDER BY name";
    let mut names = connection.prepare(names).unwrap();
    let tables: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let order: Vec<String> = (1..=columns).map(|column| column.to_string()).collect();
        rows = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {}", order.join(", "))).unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
            text += &format!("{table} {values:?}\n");
        }
    }
    text
}

/// Which words are in which message, as the index has them.
fn indexed(folder: &Path) -> Vec<(String, i64)> {
    let connection = Connection::open(folder.join("maru.db")).unwrap();
    connection
        .execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)")
        .unwrap();
    // What was in a room that is being deleted nobody finds, whether it was in the index before or not.
    let words =
        "SELECT term, doc FROM words JOIN rooms ON number = doc >> 40 WHERE deleted_at IS NULL ORDER BY 1, 2";
    let mut words = connection.prepare(words).unwrap();
    words.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn told(outcomes: &[Outcome]) -> Vec<String> {
    // What people wrote is not in `{:?}`: the codec tells all of it.
    let events = |outcome| events(outcome).map(maru_shared::codec::encode).collect::<Vec<_>>();
    let told = |outcome| format!("{:?} {:?}", events(outcome), outcome);
    outcomes.iter().map(told).collect()
}

fn events(outcome: &Outcome) -> impl Iterator<Item = &Event> {
    outcome.effects.iter().filter_map(|effect| match effect {
        Effect::Happened(event) => Some(event),
        _ => None,
    })
}

proptest! {
    #![proptest_config(Cases { cases: 48, max_shrink_iters: 400, ..Cases::default() })]

    #[test]
    fn the_same_entries_give_the_same_store_in_batches_of_any_size(
        entries in entries(50),
        cuts in vec(1..12_usize, 1..12),
    ) {
        let (mut whole, mut pieces) = (Kept::open(), Kept::open());
        let at_once = told(&whole.apply(&entries));
        let mut rest = &entries[..];
        let mut in_pieces = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, later) = rest.split_at((*cut).min(rest.len()));
            in_pieces.extend(told(&pieces.apply(batch)));
            // Between two batches nobody waits, now and then.
            if cut % 2 == 0 {
                pieces.store.index(*cut as u64).unwrap();
            }
            rest = later;
        }
        prop_assert_eq!(at_once, in_pieces);
        prop_assert_eq!(whole.dump(), pieces.dump());
        prop_assert_eq!(whole.indexed(), pieces.indexed());
    }

    #[test]
    fn what_is_refused_leaves_no_trace_and_what_comes_again_changes_nothing(
        entries in entries(30),
    ) {
        let mut kept = Kept::open();
        for entry in &entries {
            let before = kept.dump();
            let outcome = kept.apply(std::slice::from_ref(entry)).remove(0);
            if outcome.answer.is_err() {
                prop_assert!(outcome.effects.is_empty());
                prop_assert_eq!(before, kept.dump());
            } else if matches!(entry.change, Change::Post { .. } | Change::Join { .. } | Change::MakeRoom { .. }) {
                let after = kept.dump();
                let again = kept.apply(std::slice::from_ref(entry)).remove(0);
                prop_assert!(again.effects.is_empty() && again.answer.is_ok());
                prop_assert_eq!(after, kept.dump());
            }
        }
    }

    #[test]
    fn every_room_counts_its_events_without_a_gap(entries in entries(50)) {
        let mut kept = Kept::open();
        let mut heads = std::collections::BTreeMap::new();
        for event in kept.apply(&entries).iter().flat_map(events) {
            let head: &mut u64 = heads.entry(event.room).or_default();
            prop_assert_eq!(event.seq.0, *head + 1);
            *head = event.seq.0;
        }
    }
}

#[test]
fn a_store_that_is_opened_again_goes_on_where_it_was() {
    let entry = |change| Entry { at: Timestamp(7), by: By::Member(MemberId::from_u128(1)), change };
    let name = Name::parse("민수").unwrap();
    let sign_in = Change::SignIn { name, draft: None, session: None, from: HERE };
    let text = || MessageBody::parse("글", 10).unwrap();
    let post = |number| post(RoomId::LOBBY, DraftId::from_u128(number), text());
    let entries = [entry(sign_in), entry(post(1)), entry(post(2)), entry(post(1)), entry(post(3))];

    let mut whole = Kept::open();
    let at_once = told(&whole.apply(&entries));
    let Kept { folder, mut store } = Kept::open();
    let mut in_turns = told(&store.apply(&entries[..3]).unwrap());
    drop(store);
    // The epoch that is offered now is not taken: there is one.
    let (store, reader) = store::open(folder.path(), Epoch::from_u128(2)).unwrap();
    assert_eq!(reader.epoch(), Epoch::from_u128(1));
    let mut kept = Kept { folder, store };
    in_turns.extend(told(&kept.apply(&entries[3..])));
    assert_eq!(at_once, in_turns);
    assert_eq!(whole.dump(), kept.dump());
}
