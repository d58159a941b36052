//! Signing in and out.

use hyper::{Method, header::COOKIE};
use maru_shared::{Command, Member, Refusal, RoomId, text::NameError};

use crate::support::{Dial, TestServer, a_draft, client, guest::cookie_of};

#[tokio::test]
async fn a_guest_is_a_name_and_a_cookie_that_no_script_can_read() {
    let server = TestServer::start().await;
    let answer = server.site.sign_in(a_draft(), "  민수\t씨 ").await;
    let member: Member = answer.read(201);
    assert_eq!(member.name.as_str(), "민수 씨");

    let set = answer.header("set-cookie").to_owned();
    let parts: Vec<&str> = set.split(';').map(str::trim).collect();
    assert!(parts[0].starts_with("maru_session="), "{set}");
    let has = |attribute: &str| parts.iter().any(|part| part.eq_ignore_ascii_case(attribute));
    assert!(has("HttpOnly") && has("SameSite=Lax") && has("Path=/"), "{set}");
    assert!(!has("Secure"), "a browser on plain HTTP would throw it away: {set}");
    assert!(parts.iter().any(|part| part.to_ascii_lowercase().starts_with("max-age=")), "{set}");

    let me: Option<Member> =
        server.site.get("/api/session").header("cookie", parts[0]).send().await.read(200);
    assert_eq!(me, Some(member));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_kept_to_tls() {
    let server = TestServer::with(|config| {
        config.origins = vec!["https://chat.example.org".parse().expect("an origin")];
    })
    .await;
    let sign_in = maru_shared::api::SignIn { draft: a_draft(), name: "민수".to_owned() };
    let ask = server.site.post("/api/session").header("host", "chat.example.org").json(&sign_in);
    let answer = ask.header("origin", "https://chat.example.org").send().await;
    answer.is(201);
    let set = answer.header("set-cookie");
    assert!(set.split(';').any(|part| part.trim().eq_ignore_ascii_case("secure")), "{set}");
}

#[tokio::test]
async fn the_token_is_not_in_the_data_directory() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    guest.connect().await.tell(RoomId::LOBBY, "a needle that is there").await;
    let token = guest.cookie();
    let (_, token) = token.split_once('=').unwrap();
    let holds = |needle: &str| {
        let files = std::fs::read_dir(server.data().join("data")).unwrap();
        let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
        let mut files = files.map(|path| std::fs::read(path).unwrap());
        files.any(|bytes| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
    };
    assert!(holds("a needle that is there"), "what is looked for is found where it is");
    assert!(!holds(token));
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_session_that_the_server_gave() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    for cookie in ["", "maru_session=", "maru_session=nonsense", "other=1; maru_session=%00"] {
        let me: Option<Member> =
            server.site.get("/api/session").header("cookie", cookie).send().await.read(200);
        assert_eq!(me, None, "{cookie}");
        let rooms = server.site.get("/api/rooms").header("cookie", cookie).send().await;
        assert_eq!(rooms.why(401), Refusal::SignedOut, "{cookie}");
    }
    let beside = format!("theme=dark; {}; lang=ko", guest.cookie());
    let me: Option<Member> =
        server.site.get("/api/session").header(COOKIE.as_str(), &beside).send().await.read(200);
    assert_eq!(me, Some(guest.member));
}

#[tokio::test]
async fn every_request_about_rooms_needs_a_session() {
    let server = TestServer::start().await;
    let lobby = RoomId::LOBBY;
    for (method, path) in [
        (Method::GET, "/api/rooms".to_owned()),
        (Method::PUT, format!("/api/rooms/{lobby}/membership")),
        (Method::GET, format!("/api/rooms/{lobby}/members")),
        (Method::GET, format!("/api/rooms/{lobby}/events")),
    ] {
        let answer = server.site.ask(method, &path).send().await;
        assert_eq!(answer.why(401), Refusal::SignedOut, "{path}");
    }
    let room = maru_shared::api::NewRoom { draft: a_draft(), name: "산책".to_owned(), private: false };
    assert_eq!(server.site.post("/api/rooms").json(&room).send().await.why(401), Refusal::SignedOut);
}

#[tokio::test]
async fn a_name_is_one_members_in_every_case_and_width() {
    let server = TestServer::start().await;
    server.guest("Maru").await;
    server.guest("가나다").await;
    for alike in ["Maru", "maru", "ＭＡＲＵ", "M a r u", "ma\u{200D}ru", "\u{1100}\u{1161}나다"] {
        let answer = server.site.sign_in(a_draft(), alike).await;
        assert_eq!(answer.why(409), Refusal::NameTaken, "{alike}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    server.guest("Maru 2").await;
}

#[tokio::test]
async fn what_is_no_name_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    for (name, why) in [
        ("", NameError::Empty),
        (" \n\t ", NameError::Empty),
        ("a\u{0}b", NameError::Forbidden),
        ("\u{202E}abc", NameError::Forbidden),
        ("\u{3164}", NameError::Forbidden),
        (&"가".repeat(33), NameError::TooLong),
    ] {
        assert_eq!(server.site.sign_in(a_draft(), name).await.why(422), Refusal::BadName(why), "{name:?}");
    }
    server.guest(&"가".repeat(32)).await;
}

#[tokio::test]
async fn signing_in_again_with_the_same_draft_and_name_is_the_same_member() {
    let server = TestServer::start().await;
    let draft = a_draft();
    let first = server.site.sign_in(draft, "민수").await;
    let again = server.site.sign_in(draft, "민수").await;
    let (member, same): (Member, Member) = (first.read(201), again.read(201));
    assert_eq!(member, same);

    let server = server.restart().await;
    let later = server.site.sign_in(draft, "민수").await;
    assert_eq!(later.read::<Member>(201), member);
    for cookie in [cookie_of(&first), cookie_of(&later)] {
        let me: Option<Member> =
            server.site.get("/api/session").header("cookie", &cookie).send().await.read(200);
        assert_eq!(me.as_ref(), Some(&member), "each answer's cookie holds, as only one of them arrived");
    }
}

#[tokio::test]
async fn a_session_outlives_the_server() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let server = server.restart().await;
    let client = guest.at(server.site).connect().await;
    assert_eq!(*client.me(), guest.member);
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets_and_no_others() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut one, mut two) = (minsu.connect().await, minsu.connect().await);
    let mut other = jiyoung.connect().await;

    minsu.sign_out().await;
    assert_eq!((one.end().await, two.end().await), (Some(4401), Some(4401)));
    let me: Option<Member> = minsu.get("/api/session").await.read(200);
    assert_eq!(me, None);
    let mut late = Dial::typed(&minsu).open().await;
    client::say(&mut late, &Command::Hello(maru_shared::command::Hello::default())).await;
    let client::Came::End(code) = client::come(&mut late).await else { panic!("signed out, and in again") };
    assert_eq!(code, Some(4401));
    other.tell(RoomId::LOBBY, "still here").await;
}

#[tokio::test]
async fn signing_out_takes_the_cookie_back() {
    let server = TestServer::start().await;
    let guest = server.guest("민수").await;
    let answer = guest.ask(Method::DELETE, "/api/session").send().await;
    answer.is(204);
    let set = answer.header("set-cookie").to_ascii_lowercase();
    assert!(set.starts_with("maru_session=;") && set.contains("max-age=0"), "{set}");
    guest.ask(Method::DELETE, "/api/session").send().await.is(204);
}
