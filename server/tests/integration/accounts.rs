//! Passwords, and the sessions that one has.

use hyper::Method;
use maru_shared::{Command, Member, Name, Notice, Refusal, Role, RoomId, api::Deed, text::PasswordError};

use crate::support::{Guest, Process, TestServer, a_draft, guest::PASSWORD};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_guest_who_sets_a_password_is_a_member_with_the_same_name_rooms_and_messages() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let room = guest.make_room("산책").await;
    guest.connect().await.tell(room.id, "내일 봐요").await;
    assert_eq!(
        guest.me().await.map(|me| (me.standing.role, me.standing.has_password)),
        Some((Role::Guest, false))
    );

    guest.set_password(None, PASSWORD).await.is(204);
    assert_eq!(
        guest.me().await.map(|me| (me.standing.role, me.standing.has_password)),
        Some((Role::Member, true))
    );
    let server = server.restart().await;
    let again = Guest::of(server.site, &server.site.sign_in_by_password("민수", PASSWORD).await);
    assert_eq!(again.member, guest.member);
    let client = again.connect().await;
    assert_eq!(client.view.texts(room.id), ["내일 봐요"]);
    assert_eq!((client.welcome.standing.role, client.welcome.standing.has_password), (Role::Member, true));
}

#[tokio::test]
async fn a_name_is_known_however_it_is_typed_and_a_password_on_whatever_keyboard() {
    let server = TestServer::start().await;
    server.guest("Jiyoung").await.set_password(None, "한글 비밀번호 여덟").await.is(204);
    let decomposed = "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF} 비밀번호 여덟";
    Guest::of(server.site, &server.site.sign_in_by_password(" ＪＩＹＯＵＮＧ ", decomposed).await);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_answered_alike() {
    let server = TestServer::start().await;
    server.guest("민수").await.set_password(None, PASSWORD).await.is(204);
    server.guest("지영").await;
    let mut answers = Vec::new();
    for (name, password) in [
        ("민수", "something else"),
        ("nobody", PASSWORD),
        ("지영", PASSWORD),
        ("지영", ""),
        ("", ""),
        ("\u{202E}", PASSWORD),
        ("민수", ""),
    ] {
        let answer = server.site.sign_in_by_password(name, password).await;
        assert_eq!(answer.why(403), Refusal::WrongPassword, "{name} {password}");
        assert_eq!(answer.header("set-cookie"), "");
        let mut headers = answer.headers.clone();
        headers.remove("date");
        answers.push((headers, answer.body));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[tokio::test]
async fn what_is_no_password_says_why_and_changes_nothing() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    for (password, why) in [
        ("짧다", PasswordError::TooShort),
        ("password1", PasswordError::Weak),
        (&"가".repeat(129), PasswordError::TooLong),
    ] {
        assert_eq!(
            guest.set_password(None, password).await.why(422),
            Refusal::BadPassword(why),
            "{password}"
        );
    }
    assert_eq!(guest.me().await.map(|me| me.standing.has_password), Some(false));
}

#[tokio::test]
async fn another_password_needs_the_one_until_now_and_ends_all_other_sessions() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    guest.set_password(None, PASSWORD).await.is(204);
    let phone = Guest::of(server.site, &server.site.sign_in_by_password("민수", PASSWORD).await);
    let mut socket = phone.connect().await;
    let mut own = guest.connect().await;

    let next = "다섯 마리 고양이가 잔다";
    assert_eq!(guest.set_password(None, next).await.why(403), Refusal::WrongPassword);
    assert_eq!(guest.set_password(Some("something else"), next).await.why(403), Refusal::WrongPassword);
    guest.set_password(Some(PASSWORD), next).await.is(204);
    assert_eq!(socket.end().await, Some(4401));
    assert_eq!(phone.me().await, None);
    own.tell(LOBBY, "still here").await;
    assert_eq!(server.site.sign_in_by_password("민수", PASSWORD).await.why(403), Refusal::WrongPassword);
    server.site.sign_in_by_password("민수", next).await.is(201);
}

#[tokio::test]
async fn sessions_are_listed_with_their_device_and_each_can_be_ended() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    guest.set_password(None, PASSWORD).await.is(204);
    let body = maru_shared::api::PasswordSignIn { name: "민수".to_owned(), password: PASSWORD.to_owned() };
    let ask = server.site.post("/api/session/password").header("user-agent", "A phone/1.0").json(&body);
    let phone = Guest::of(server.site, &ask.send().await);
    let mut socket = phone.connect().await;

    let sessions = guest.sessions().await;
    assert_eq!(sessions.len(), 2);
    let (own, other): (Vec<_>, Vec<_>) = sessions.iter().partition(|session| session.current);
    assert_eq!((own.len(), other[0].device.as_str()), (1, "A phone/1.0"));
    guest.ask(Method::DELETE, &format!("/api/sessions/{}", other[0].id)).send().await.is(204);
    assert_eq!(socket.end().await, Some(4401));
    assert_eq!(phone.me().await, None);
    assert_eq!(guest.sessions().await.len(), 1);
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut socket = jiyoung.connect().await;
    let id = jiyoung.sessions().await[0].id;
    for path in
        [format!("/api/sessions/{id}"), "/api/sessions/nonsense".to_owned(), "/api/sessions".to_owned()]
    {
        minsu.ask(Method::DELETE, &path).send().await.is(204);
    }
    socket.tell(LOBBY, "still here").await;
    assert!(minsu.me().await.is_some());
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    guest.set_password(None, PASSWORD).await.is(204);
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let other = Guest::of(server.site, &server.site.sign_in_by_password("민수", PASSWORD).await);
        sockets.push(other.connect().await);
    }
    guest.ask(Method::DELETE, "/api/sessions").send().await.is(204);
    for socket in &mut sockets {
        assert_eq!(socket.end().await, Some(4401));
    }
    assert_eq!(guest.sessions().await.len(), 1);
}

#[tokio::test]
async fn a_session_that_was_ended_does_not_begin_again_by_the_sign_in_it_came_from() {
    let server = TestServer::start().await;
    let draft = crate::support::a_draft();
    let guest = Guest::of(server.site, &server.site.sign_in(draft, "민수").await);
    guest.ask(Method::DELETE, "/api/sessions").send().await.is(204);
    assert_eq!(server.site.sign_in(draft, "민수").await.why(409), Refusal::NameTaken);
}

#[tokio::test]
async fn of_too_many_sessions_the_one_used_longest_ago_ends() {
    let server = TestServer::start().await;
    let draft = crate::support::a_draft();
    let first = Guest::of(server.site, &server.site.sign_in(draft, "민수").await);
    let mut socket = first.connect().await;
    let mut last = first.clone();
    for _ in 0..64 {
        last = Guest::of(server.site, &server.site.sign_in(draft, "민수").await);
    }
    assert_eq!(socket.end().await, Some(4401));
    assert_eq!((first.me().await, last.sessions().await.len()), (None, 64));
}

#[tokio::test]
async fn who_guesses_is_slowed_by_account_and_by_address() {
    let server = TestServer::with(|config| config.limits.passwords_per_minute = 2).await;
    server.guest("민수").await;
    let mut tried = Vec::new();
    for _ in 0..3 {
        tried.push(server.site.sign_in_by_password("민수", "wrong").await.status.as_u16());
    }
    assert_eq!(tried, [403, 403, 429], "one account");
    // Of the six of the address three are spent.
    for name in ["a", "b", "c"] {
        server.site.sign_in_by_password(name, "wrong").await.is(403);
    }
    let refused = server.site.sign_in_by_password("d", "wrong").await;
    assert!(matches!(refused.why(429), Refusal::TooFast { retry_after_ms } if retry_after_ms > 0));
}

#[tokio::test]
async fn neither_passwords_nor_secrets_are_logged_or_kept_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--log", "trace"]).await;
    let guest = process.site.guest("민수").await;
    guest.set_password(None, PASSWORD).await.is(204);
    process.site.sign_in_by_password("민수", "또다른 비밀번호").await.is(403);
    process.terminate();
    let log = process.ended().await.log;
    assert!(!log.contains(PASSWORD) && !log.contains("또다른") && !log.contains("argon2id"), "{log}");
    let mut left = vec![folder.path().to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(path).unwrap();
            assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
        }
    }
}

#[tokio::test]
async fn who_is_called_otherwise_is_so_for_everybody_at_once_and_in_what_they_did_before() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut own, mut other) = (minsu.connect().await, jiyoung.connect().await);
    own.tell(LOBBY, "하나").await;
    minsu.change_name("Sua").await.is(204);
    let called = Member { name: Name::parse("Sua").unwrap(), ..minsu.member.clone() };
    for client in [&mut own, &mut other] {
        let told = |notice: &Notice| match notice {
            Notice::Called { number, member } => Some((*number, member.clone())),
            _ => None,
        };
        assert_eq!(client.see("the new name", told).await, (1, called.clone()));
    }
    let done = jiyoung.history(LOBBY).await;
    let theirs: Vec<_> = done.iter().filter(|event| event.by.id == called.id).collect();
    assert!(theirs.len() == 2 && theirs.iter().all(|event| event.by == called), "{theirs:?}");
    assert!(jiyoung.members(LOBBY).await.contains(&called));
    assert_eq!(minsu.me().await.map(|me| me.member()), Some(called.clone()));
    own.say(&Command::Typing { room: LOBBY }).await;
    let typing = |notice: &Notice| match notice {
        Notice::Typing { by, .. } => Some(by.clone()),
        _ => None,
    };
    assert_eq!(other.see("that they write", typing).await, called);

    assert_eq!(jiyoung.change_name("ＳＵＡ").await.why(409), Refusal::NameTaken);
    assert_eq!(server.site.sign_in(a_draft(), "sua").await.why(409), Refusal::NameTaken);
    assert!(matches!(minsu.change_name(" ").await.why(422), Refusal::BadName(_)));
    minsu.change_name("SUA").await.is(204);
    server.guest("민수").await;
}

#[tokio::test]
async fn who_was_away_is_told_how_others_are_called_by_now() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut client = jiyoung.connect().await;
    minsu.connect().await.tell(LOBBY, "하나").await;
    client.wait("the message", |view| view.texts(LOBBY) == ["하나"]).await;
    let view = client.cut();
    minsu.change_name("Sua").await.is(204);
    minsu.change_name("Suah").await.is(204);
    let mut client = jiyoung.resume(view).await;
    client.wait("the name", |view| view.names == Some(2)).await;
    assert_eq!(client.view.events(LOBBY), jiyoung.history(LOBBY).await);
    assert_eq!(client.view.resets[&LOBBY], 1, "nothing else was told again");
    // Of changes that there were not, or that cannot be told any more, nobody can say who they were of.
    let mut view = client.cut();
    view.names = Some(7);
    assert_eq!(jiyoung.resume(view).await.view.resets[&LOBBY], 2);
}

#[tokio::test]
async fn who_is_muted_keeps_their_name_and_each_change_of_one_is_in_the_log() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    minsu.change_name("Sua").await.is(204);
    minsu.change_name("Sua").await.is(204);
    owner.mute(&minsu, 5).await.is(204);
    assert!(matches!(minsu.change_name("Loud").await.why(403), Refusal::Muted { .. }));
    let deeds: Vec<Deed> = owner.audit().await.into_iter().map(|entry| entry.deed).collect();
    let changed = Deed::NameChanged { member: minsu.member.clone(), name: Name::parse("Sua").unwrap() };
    assert_eq!(deeds.iter().filter(|deed| matches!(deed, Deed::NameChanged { .. })).count(), 1);
    assert!(deeds.contains(&changed));
}

#[tokio::test]
async fn names_do_not_change_all_the_time() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    for number in 0..10 {
        guest.change_name(&format!("이름 {number}")).await.is(204);
    }
    assert!(matches!(guest.change_name("이름 11").await.why(429), Refusal::TooFast { .. }));
}

#[tokio::test]
async fn a_session_that_rises_gets_another_secret_and_the_one_before_opens_nothing() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let planted = guest.copied();
    let mut socket = guest.connect().await;
    guest.set_password(None, PASSWORD).await.is(204);
    assert_ne!(guest.cookie(), planted.cookie());
    assert_eq!(planted.change_name("다른 사람").await.why(401), Refusal::SignedOut);
    // What is on its way counts until the browser has the new one: what is read, and what open sockets ask.
    assert_eq!(planted.me().await.map(|me| me.standing.has_password), Some(true));
    socket.tell(LOBBY, "still here").await;
    let mut early = planted.connect().await;
    assert_eq!(guest.sessions().await.len(), 1);
    assert_eq!((socket.end().await, early.end().await), (Some(4410), Some(4410)));
    assert_eq!(planted.me().await, None);
    let mut socket = guest.connect().await;
    socket.tell(LOBBY, "and again").await;

    let planted = guest.copied();
    guest.set_password(Some(PASSWORD), "다섯 마리 고양이가 잔다").await.is(204);
    assert_eq!(planted.ask(Method::DELETE, "/api/sessions").send().await.why(401), Refusal::SignedOut);
    // Who signs out before that signs out of all of it.
    guest.sign_out().await;
    assert!(matches!(socket.end().await, Some(4401 | 4410)));
    assert_eq!(planted.me().await, None);
}
