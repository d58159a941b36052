//! The owner's link, invitations, and links for another password.

use hyper::Method;
use maru_shared::{
    Refusal, Role, RoomId,
    api::{Access, Invitation, LinkSecret, LinkUse, MadeInvitation, MadeLink, Policy},
};

use crate::support::{
    Answer, Dial, Guest, Process, Site, TestServer,
    guest::{PASSWORD, acceptance, secret_of},
};

const LOBBY: RoomId = RoomId::LOBBY;

/// A Maru that is entered by invitation, and its owner.
async fn by_invitation() -> (TestServer, Guest) {
    let server = TestServer::with(|config| config.access = Some(Policy::Invite)).await;
    let owner = server.site.comes_by(secret_of(server.owner_link.as_deref().unwrap()), "주인").await;
    (server, owner)
}

async fn look(site: Site, secret: &str) -> Answer {
    site.post("/api/links/look").json(&LinkSecret { secret: secret.to_owned() }).send().await
}

#[tokio::test]
async fn who_opens_the_owners_link_is_the_owner_and_it_is_good_once() {
    let server = TestServer::start().await;
    let link = server.owner_link.clone().unwrap();
    assert!(link.starts_with(&format!("{}/join#", server.site.origin())), "{link}");
    let secret = secret_of(&link);
    assert_eq!(look(server.site, secret).await.read::<LinkUse>(200), LinkUse::Own);
    let owner = server.site.comes_by(secret, "주인").await;
    assert_eq!(owner.me().await.map(|me| me.standing.role), Some(Role::Owner));
    owner.connect().await.tell(LOBBY, "여기는 내 집").await;
    assert_eq!(server.site.accept(secret, "또다른").await.why(404), Refusal::BadLink);
    assert_eq!(look(server.site, secret).await.why(404), Refusal::BadLink);
    let server = server.restart().await;
    assert_eq!(server.owner_link, None, "there is one now");
}

#[tokio::test]
async fn a_guest_who_opens_the_owners_link_keeps_name_and_messages() {
    let server = TestServer::start().await;
    let secret = secret_of(server.owner_link.as_deref().unwrap()).to_owned();
    let guest = server.guest("민수").await;
    guest.connect().await.tell(LOBBY, "먼저 왔다").await;
    assert_eq!(
        guest.accept(&secret, None).await.why(403),
        Refusal::WrongPassword,
        "an owner needs a password"
    );
    guest.accept(&secret, Some(PASSWORD)).await.is(201);
    let me = guest.me().await.unwrap();
    assert_eq!((me.member(), me.standing.role), (guest.member, Role::Owner));
}

#[tokio::test]
async fn of_the_owners_links_only_the_newest_is_good() {
    let server = TestServer::start().await;
    let old = server.owner_link.clone().unwrap();
    let server = server.restart().await;
    assert_eq!(server.site.accept(secret_of(&old), "도둑").await.why(404), Refusal::BadLink);
    server.site.comes_by(secret_of(server.owner_link.as_deref().unwrap()), "주인").await;
}

#[tokio::test]
async fn by_invitation_nobody_comes_in_without_one() {
    let (server, owner) = by_invitation().await;
    let access: Access = server.site.get("/api/access").send().await.read(200);
    assert_eq!(access.policy, Policy::Invite);
    let refused = server.site.sign_in(crate::support::a_draft(), "나그네").await;
    assert_eq!(refused.why(403), Refusal::InviteOnly);
    assert_eq!(Dial::bare(server.site, "/").knock().await.err(), Some(403));
    assert_eq!(server.site.accept("nonsense", "나그네").await.why(404), Refusal::BadLink);

    let secret = owner.invite().await.secret;
    let by = Some(owner.member.name.clone());
    assert_eq!(
        look(server.site, &secret).await.read::<LinkUse>(200),
        LinkUse::Invite { by, role: Role::Member }
    );
    let member = server.site.comes_by(&secret, "지영").await;
    assert_eq!(
        member.me().await.map(|me| (me.standing.role, me.standing.has_password)),
        Some((Role::Member, true))
    );
    owner.connect().await.wait("the member in the lobby", |view| view.events(LOBBY).len() == 2).await;
    assert_eq!(server.site.accept(&secret, "셋째").await.why(404), Refusal::BadLink, "it was for one");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again_and_spends_nothing_more() {
    let (server, owner) = by_invitation().await;
    let MadeInvitation { secret, .. } = owner.invite_as(Role::Member, 1, 2).await.read(201);
    let body = acceptance(&secret, Some("지영"), Some(PASSWORD));
    let once = server.site.post("/api/links/accept").json(&body).send().await;
    let twice = server.site.post("/api/links/accept").json(&body).send().await;
    assert_eq!(Guest::of(server.site, &once).member, Guest::of(server.site, &twice).member);
    server.site.comes_by(&secret, "민수").await;
}

#[tokio::test]
async fn a_refused_name_spends_nothing() {
    let (server, owner) = by_invitation().await;
    let secret = owner.invite().await.secret;
    assert_eq!(server.site.accept(&secret, "주인").await.why(409), Refusal::NameTaken);
    let weak = acceptance(&secret, Some("지영"), Some("12345678"));
    server.site.post("/api/links/accept").json(&weak).send().await.is(422);
    let none = acceptance(&secret, Some("지영"), None);
    server.site.post("/api/links/accept").json(&none).send().await.is(403);
    server.site.comes_by(&secret, "지영").await;
}

#[tokio::test]
async fn invitations_are_listed_and_revoked() {
    let (server, owner) = by_invitation().await;
    let made = owner.invite_as(Role::Member, 48, 5).await.read::<MadeInvitation>(201);
    server.site.comes_by(&made.secret, "지영").await;
    let listed: Vec<Invitation> = owner.get("/api/invitations").await.read(200);
    let left = Invitation { uses_left: 4, ..made.invitation.clone() };
    assert_eq!(listed, [left]);
    owner.ask(Method::DELETE, &format!("/api/invitations/{}", made.invitation.id)).send().await.is(204);
    assert!(owner.get("/api/invitations").await.read::<Vec<Invitation>>(200).is_empty());
    assert_eq!(server.site.accept(&made.secret, "민수").await.why(404), Refusal::BadLink);
}

#[tokio::test]
async fn who_may_invite_whom() {
    let (server, owner) = by_invitation().await;
    let admin: MadeInvitation = owner.invite_as(Role::Admin, 1, 1).await.read(201);
    let admin = server.site.comes_by(&admin.secret, "관리자").await;
    let member: MadeInvitation = admin.invite_as(Role::Member, 1, 1).await.read(201);
    let member = server.site.comes_by(&member.secret, "지영").await;
    for role in [Role::Moderator, Role::Admin, Role::Owner] {
        assert_eq!(admin.invite_as(role, 1, 1).await.why(403), Refusal::NotAllowed, "{role:?}");
    }
    for role in Role::ALL {
        assert_eq!(member.invite_as(role, 1, 1).await.why(403), Refusal::NotAllowed, "{role:?}");
    }
    assert_eq!(owner.invite_as(Role::Owner, 1, 1).await.why(403), Refusal::NotAllowed, "there is one owner");
    for (hours, uses) in [(0, 1), (1, 0), (8_761, 1), (1, 1_001)] {
        assert_eq!(owner.invite_as(Role::Member, hours, uses).await.why(400), Refusal::Malformed);
    }
    let listed: Vec<Invitation> = member.get("/api/invitations").await.read(200);
    assert!(listed.is_empty(), "others' invitations are not a member's to see");
}

#[tokio::test]
async fn who_forgot_the_password_sets_another_by_a_link_that_an_admin_makes() {
    let (server, owner) = by_invitation().await;
    let member = server.site.comes_by(&owner.invite().await.secret, "지영").await;
    let mut socket = member.connect().await;
    let reset = |member: &Guest| format!("/api/members/{}/reset", member.member.id);

    assert_eq!(member.ask(Method::POST, &reset(&owner)).send().await.why(403), Refusal::NotAllowed);
    assert_eq!(
        owner.ask(Method::POST, &reset(&owner)).send().await.why(403),
        Refusal::NotAllowed,
        "not above oneself"
    );
    let unknown = "/api/members/00000000-0000-0000-0000-00000000002a/reset";
    assert_eq!(owner.ask(Method::POST, unknown).send().await.why(404), Refusal::NoSuchMember);
    let made: MadeLink = owner.ask(Method::POST, &reset(&member)).send().await.read(201);

    let name = member.member.name.clone();
    assert_eq!(look(server.site, &made.secret).await.read::<LinkUse>(200), LinkUse::Reset { name });
    let next = "다섯 마리 고양이가 잔다";
    let body = acceptance(&made.secret, None, Some(next));
    let again = Guest::of(server.site, &server.site.post("/api/links/accept").json(&body).send().await);
    assert_eq!(again.member, member.member);
    assert_eq!(socket.end().await, Some(4401), "who had the account is out");
    assert_eq!(server.site.sign_in_by_password("지영", PASSWORD).await.why(403), Refusal::WrongPassword);
    server.site.sign_in_by_password("지영", next).await.is(201);
    server.site.post("/api/links/accept").json(&body).send().await.is(404);
}

#[tokio::test]
async fn a_link_for_a_password_is_good_no_more_once_its_member_is_as_much_as_who_made_it() {
    let (server, owner) = by_invitation().await;
    let admin: MadeInvitation = owner.invite_as(Role::Admin, 1, 1).await.read(201);
    let admin = server.site.comes_by(&admin.secret, "관리자").await;
    let member = server.site.comes_by(&admin.invite().await.secret, "지영").await;
    let path = format!("/api/members/{}/reset", member.member.id);
    let kept: MadeLink = admin.ask(Method::POST, &path).send().await.read(201);
    let staff: MadeInvitation = owner.invite_as(Role::Admin, 1, 1).await.read(201);
    member.accept(&staff.secret, None).await.is(201);
    let body = acceptance(&kept.secret, None, Some("다섯 마리 고양이가 잔다"));
    server.site.post("/api/links/accept").json(&body).send().await.is(404);
    assert_eq!(look(server.site, &kept.secret).await.why(404), Refusal::BadLink, "nor does it look good");
    server.site.sign_in_by_password("지영", PASSWORD).await.is(201);
}

#[tokio::test]
async fn another_password_spends_every_link_for_it_and_a_guest_has_none() {
    let (server, owner) = by_invitation().await;
    let member = server.site.comes_by(&owner.invite().await.secret, "지영").await;
    let path = format!("/api/members/{}/reset", member.member.id);
    let first: MadeLink = owner.ask(Method::POST, &path).send().await.read(201);
    let second: MadeLink = owner.ask(Method::POST, &path).send().await.read(201);
    let next = "다섯 마리 고양이가 잔다";
    let use_it = |secret: &str| {
        server.site.post("/api/links/accept").json(&acceptance(secret, None, Some(next))).send()
    };
    use_it(&second.secret).await.is(201);
    use_it(&first.secret).await.is(404);

    let open = TestServer::start().await;
    let owner = open.site.comes_by(secret_of(open.owner_link.as_deref().unwrap()), "주인").await;
    let guest = open.guest("손님").await;
    let path = format!("/api/members/{}/reset", guest.member.id);
    assert_eq!(owner.ask(Method::POST, &path).send().await.why(404), Refusal::NoSuchMember);
}

#[tokio::test]
async fn who_is_a_member_already_spends_nothing_and_who_rises_is_alone_in_it() {
    let server = TestServer::start().await;
    let secret = secret_of(server.owner_link.as_deref().unwrap()).to_owned();
    let draft = crate::support::a_draft();
    let (guest, elsewhere) = (
        Guest::of(server.site, &server.site.sign_in(draft, "민수").await),
        Guest::of(server.site, &server.site.sign_in(draft, "민수").await),
    );
    let planted = guest.copied();
    guest.accept(&secret, Some(PASSWORD)).await.is(201);
    assert_eq!(elsewhere.me().await, None, "only the session that rose is an owner's");
    assert_eq!(planted.invite_as(Role::Admin, 1, 1).await.why(401), Refusal::SignedOut, "by another secret");
    let invitation = guest.invite().await.secret;
    guest.accept(&invitation, None).await.is(201);
    server.site.comes_by(&invitation, "지영").await;
}

#[tokio::test]
async fn a_link_for_a_password_is_for_its_account_whoever_is_signed_in() {
    let (server, owner) = by_invitation().await;
    let member = server.site.comes_by(&owner.invite().await.secret, "지영").await;
    let path = format!("/api/members/{}/reset", member.member.id);
    let made: MadeLink = owner.ask(Method::POST, &path).send().await.read(201);
    let came = Guest::of(server.site, &owner.accept(&made.secret, Some("다섯 마리 고양이가 잔다")).await);
    assert_eq!(came.member, member.member);
    assert_eq!(owner.me().await.map(|me| me.standing.role), Some(Role::Owner));
}

#[tokio::test]
async fn the_start_says_who_is_let_in_and_how_to_become_the_owner() {
    let folder = tempfile::tempdir().unwrap();
    let said = Process::says(folder.path(), &[]).await;
    assert!(said.contains("guest") && said.contains("--access invite") && said.contains("/join#"), "{said}");
    let said = Process::says(folder.path(), &["--access", "invite"]).await;
    assert!(said.contains("invitation") && said.contains("--access open"), "{said}");
    let named = ["--origin", "https://chat.example.org"];
    let said = Process::says(folder.path(), &named).await;
    assert!(said.contains("https://chat.example.org/join#"), "{said}");
    assert!(said.contains("--access open"), "behind a proxy one is invited: {said}");
    let said = Process::says(folder.path(), &["--origin", "null"]).await;
    assert!(said.contains("--access invite") && said.contains("http://127.0.0.1:"), "{said}");
    let said = Process::says(folder.path(), &["--listen", "0.0.0.0:0"]).await;
    assert!(said.contains("--access open"), "off loopback one is invited: {said}");
}
