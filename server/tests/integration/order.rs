//! What keeps order: deleting messages, mutes, bans, roles, sessions, settings, and the log of it all.

use hyper::Method;
use maru_shared::{
    Happening, MemberId, Notice, Person, Refusal, Role, RoomId, Seq,
    api::{Deed, MadeInvitation, NewInvitation, Policy, Session, Settings},
    event::Standing,
};

use crate::support::{Guest, TestServer, guest::PASSWORD};

const LOBBY: RoomId = RoomId::LOBBY;

fn standing(notice: &Notice) -> Option<Standing> {
    match notice {
        Notice::You(standing) => Some(*standing),
        _ => None,
    }
}

#[tokio::test]
async fn a_deleted_message_is_told_to_nobody_any_more() {
    let server = TestServer::start().await;
    let (owner, minsu, jiyoung) =
        (server.owner("Owner").await, server.guest("민수").await, server.guest("지영").await);
    let (mut author, mut reader) = (minsu.connect().await, jiyoung.connect().await);
    let view = jiyoung.connect().await.cut();
    let (one, two) = (author.tell(LOBBY, "첫째").await, author.tell(LOBBY, "둘째").await);

    assert_eq!(jiyoung.delete_message(LOBBY, one.seq).await.why(403), Refusal::NotAllowed);
    minsu.delete_message(LOBBY, one.seq).await.is(204);
    owner.delete_message(LOBBY, two.seq).await.is(204);
    assert_eq!(owner.delete_message(LOBBY, two.seq).await.why(404), Refusal::NoSuchMessage);
    assert_eq!(owner.delete_message(LOBBY, Seq(1)).await.why(404), Refusal::NoSuchMessage, "no message");

    reader.reach(LOBBY, Seq(two.seq.0 + 2)).await;
    assert_eq!(reader.view.texts(LOBBY), Vec::<&str>::new());
    // Who was away is told nothing of what it said, nor is who sends it again.
    let mut away = jiyoung.resume(view).await;
    away.reach(LOBBY, Seq(two.seq.0 + 2)).await;
    assert_eq!(away.view.events(LOBBY), reader.view.events(LOBBY));
    let history = jiyoung.history(LOBBY).await;
    let gone = &history[one.seq.0 as usize - 1];
    assert_eq!(gone.what, Happening::Gone { draft: one.what.draft().unwrap() });
    assert!(history.ends_with(away.view.events(LOBBY)));

    let deeds: Vec<_> = owner.audit().await.into_iter().map(|entry| entry.deed).collect();
    assert!(
        matches!(&deeds[0], Deed::MessageDeleted { member, message, .. }
        if *member == minsu.member && *message == two.seq),
        "{deeds:?}"
    );
    assert!(!format!("{deeds:?}").contains("둘째"));
    assert_eq!(deeds.iter().filter(|deed| matches!(deed, Deed::MessageDeleted { .. })).count(), 1);
}

#[tokio::test]
async fn who_is_muted_reads_and_cannot_post_until_it_is_over() {
    let server = TestServer::start().await;
    let (owner, minsu) = (server.owner("Owner").await, server.guest("민수").await);
    let minsu_room = minsu.make_room("산책").await.id;
    owner.join(minsu_room).await;
    let mut client = minsu.connect().await;
    owner.mute(&minsu, 10).await.is(204);
    let until = client.see("the mute", standing).await.muted_until.expect("until when");
    assert_eq!(client.refused(LOBBY, "들리나요").await, Refusal::Muted { until });
    assert_eq!(minsu.me().await.unwrap().standing.muted_until, Some(until));
    assert_eq!(minsu.connect().await.welcome.standing.muted_until, Some(until));
    assert_eq!(minsu.mute(&owner, 10).await.why(403), Refusal::NotAllowed);
    // Nor is anything else heard that others would read, such as why somebody was taken out of a room.
    let (own, jiyoung) = (minsu_room, server.guest("지영").await);
    owner.let_in(own, &jiyoung).await.is(204);
    assert_eq!(minsu.kick(own, &jiyoung).await.why(403), Refusal::Muted { until });
    let room = minsu.make_room_as(crate::support::a_draft(), "들리나요").await;
    assert_eq!(room.why(403), Refusal::Muted { until });

    let path = format!("/api/members/{}/mute", minsu.member.id);
    owner.ask(Method::DELETE, &path).send().await.is(204);
    assert_eq!(client.see("the end of it", standing).await.muted_until, None);
    client.tell(LOBBY, "이제 되네요").await;
    for minutes in [0, 525_601] {
        assert_eq!(owner.mute(&minsu, minutes).await.why(400), Refusal::Malformed);
    }
}

#[tokio::test]
async fn who_is_banned_is_closed_at_once_and_comes_in_no_more() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    minsu.set_password(None, PASSWORD).await.is(204);
    let mut clients = [minsu.connect().await, minsu.connect().await];
    owner.ban(&minsu, false).await.is(204);
    for client in &mut clients {
        assert_eq!(client.end().await, Some(4403));
    }
    assert!(minsu.me().await.is_none(), "no session is left");
    assert_eq!(server.site.sign_in_by_password("민수", PASSWORD).await.why(403), Refusal::Banned);
    assert_eq!(
        server.site.sign_in_by_password("민수", "another password").await.why(403),
        Refusal::WrongPassword,
        "only who knows the password is told"
    );
    server.guest("지영").await;
    owner.unban(&minsu).await.is(204);
    Guest::of(server.site, &server.site.sign_in_by_password("민수", PASSWORD).await);
    let deeds: Vec<_> = owner.audit().await.into_iter().map(|entry| entry.deed).collect();
    assert!(
        matches!(&deeds[0], Deed::Unbanned { .. }) && matches!(&deeds[1], Deed::Banned { .. }),
        "{deeds:?}"
    );
}

#[tokio::test]
async fn with_the_address_nobody_new_comes_in_from_there_and_who_is_in_stays() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    owner.ban(&minsu, true).await.is(204);
    let again = server.site.sign_in(crate::support::a_draft(), "새 이름").await;
    assert_eq!(again.why(403), Refusal::Banned);
    let invitation = owner.invite().await;
    assert_eq!(server.site.accept(&invitation.secret, "새 이름").await.why(403), Refusal::Banned);
    owner.connect().await.tell(LOBBY, "나는 남아요").await;
    owner.unban(&minsu).await.is(204);
    server.guest("새 이름").await;
}

#[tokio::test]
async fn roles_are_given_below_ones_own_and_told_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    assert_eq!(
        owner.set_role(&minsu, Role::Member).await.why(403),
        Refusal::NotAllowed,
        "a guest has no password"
    );
    minsu.set_password(None, PASSWORD).await.is(204);
    let mut client = minsu.connect().await;
    owner.set_role(&minsu, Role::Admin).await.is(204);
    assert_eq!(client.see("the role", standing).await.role, Role::Admin);
    assert_eq!(minsu.set_role(&owner, Role::Member).await.why(403), Refusal::NotAllowed);
    assert_eq!(owner.set_role(&minsu, Role::Owner).await.why(403), Refusal::NotAllowed, "not above oneself");
    assert_eq!(owner.set_role(&minsu, Role::Guest).await.why(403), Refusal::NotAllowed);
    let jiyoung = server.guest("지영").await;
    jiyoung.set_password(None, PASSWORD).await.is(204);
    assert_eq!(minsu.set_role(&jiyoung, Role::Admin).await.why(403), Refusal::NotAllowed);
    minsu.set_role(&jiyoung, Role::Moderator).await.is(204);

    // What an admin could give is gone with the role.
    let made: MadeInvitation = minsu.invite_as(Role::Member, 24, 5).await.read(201);
    owner.set_role(&minsu, Role::Member).await.is(204);
    assert_eq!(server.site.accept(&made.secret, "늦은이").await.why(404), Refusal::BadLink);
    assert_eq!(minsu.get("/api/audit").await.why(403), Refusal::NotAllowed);
}

#[tokio::test]
async fn sessions_of_others_are_seen_and_ended_by_admins_of_those_below_them() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    let mut client = minsu.connect().await;
    let path = format!("/api/members/{}/sessions", minsu.member.id);
    let sessions: Vec<Session> = owner.get(&path).await.read(200);
    assert_eq!((sessions.len(), sessions[0].address.as_str(), sessions[0].current), (1, "127.0.0.1", false));
    assert_eq!(minsu.get(&path).await.why(403), Refusal::NotAllowed);
    let of_owner = format!("/api/members/{}/sessions", owner.member.id);
    assert_eq!(owner.get(&of_owner).await.why(403), Refusal::NotAllowed, "one's own are elsewhere");
    owner.ask(Method::DELETE, &path).send().await.is(204);
    assert_eq!(client.end().await, Some(4401));
}

#[tokio::test]
async fn who_may_invite_and_who_is_let_in_changes_while_it_runs() {
    let server = TestServer::with(|config| config.access = None).await;
    let owner = server.owner("Owner").await;
    let minsu = server.guest("민수").await;
    minsu.set_password(None, PASSWORD).await.is(204);
    assert_eq!(minsu.invite_as(Role::Member, 1, 1).await.why(403), Refusal::NotAllowed);
    let settings = Settings { policy: Policy::Invite, members_invite: true };
    assert_eq!(minsu.change(Method::PUT, "/settings", &settings).await.why(403), Refusal::NotAllowed);
    owner.change(Method::PUT, "/settings", &settings).await.is(204);
    let again = server.site.sign_in(crate::support::a_draft(), "새 이름").await;
    assert_eq!(again.why(403), Refusal::InviteOnly);
    let made = minsu.invite().await;
    assert_eq!(minsu.invite_as(Role::Moderator, 1, 1).await.why(403), Refusal::NotAllowed);

    let server = server.restart().await;
    let owner = owner.at(server.site);
    let kept: Settings = owner.get("/api/settings").await.read(200);
    assert_eq!(kept, settings, "it is kept");
    let fewer = Settings { members_invite: false, ..settings };
    owner.change(Method::PUT, "/settings", &fewer).await.is(204);
    assert_eq!(server.site.accept(&made.secret, "늦은이").await.why(404), Refusal::BadLink);
    let request = NewInvitation { role: Role::Member, hours: 1, uses: 1 };
    owner.change(Method::POST, "/invitations", &request).await.is(201);
}

#[tokio::test]
async fn what_is_said_of_who_is_let_in_holds_at_once_whatever_the_start_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let server = crate::support::Process::with(&data, &["--access", "open"]).await;
    let policy = |words: &'static [&'static str]| crate::support::process::say(&data, words);
    policy(&["policy", "--access", "invite"]).await;
    assert_eq!(server.site.sign_in(crate::support::a_draft(), "하나").await.why(403), Refusal::InviteOnly);
    server.stop().await;
    // What was said before is the same as what is said now, and not what the start said.
    let server = crate::support::Process::with(&data, &["--access", "open"]).await;
    server.site.guest("둘").await;
    policy(&["policy", "--access", "invite"]).await;
    assert_eq!(server.site.sign_in(crate::support::a_draft(), "셋").await.why(403), Refusal::InviteOnly);
    server.stop().await;
}

#[tokio::test]
async fn who_says_that_members_invite_says_nothing_of_who_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::support::Process::with(folder.path(), &[]).await;
    crate::support::process::say(folder.path(), &["policy", "--members-invite", "yes"]).await;
    server.site.guest("하나").await;
    server.stop().await;
    let named = ["--origin", "https://chat.example.org"];
    let server = crate::support::Process::with(folder.path(), &named).await;
    assert_eq!(server.site.sign_in(crate::support::a_draft(), "둘").await.why(403), Refusal::InviteOnly);
    server.stop().await;
}

#[tokio::test]
async fn everybody_is_found_by_name_a_page_at_a_time_and_the_machine_is_nobody() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    for number in 0..120 {
        server.guest(&format!("손님 {number:03}")).await;
    }
    let mut names = Vec::new();
    let mut query = String::new();
    loop {
        let page: Vec<Person> = owner.get(&format!("/api/members{query}")).await.read(200);
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 100);
        query = format!("?after={}", percent(last.member.name.as_str()));
        names.extend(page.into_iter().map(|person| person.member));
    }
    assert_eq!(names.len(), 121);
    assert!(names.iter().all(|member| member.id != MemberId::from_u128(0)));
    let found: Vec<Person> = owner.get(&format!("/api/members?like={}", percent("님 01"))).await.read(200);
    assert_eq!(found.len(), 10);
    let none: Vec<Person> = owner.get("/api/members?like=%25").await.read(200);
    assert!(none.is_empty(), "% stands for itself: {none:?}");
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
