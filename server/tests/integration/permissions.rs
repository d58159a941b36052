//! The table of who may do what, every cell, by every route and every command: a route or a command without a row here
//! fails.

use std::collections::BTreeSet;

use hyper::Method;
use maru_shared::{
    Command, DraftId, Notify, Refusal, Role, RoomId, Seq,
    api::{
        Credential, NewBan, NewDirect, NewFile, NewInvitation, NewMute, NewName, NewNotify, NewPassword,
        NewRole, NewRoom, NewText, NewTopic, OwnPassword, Policy, Reason, Settings, ShowsSeen,
    },
    close::CloseCode,
    command::{Hello, Post},
    role::{Action, Ground, may},
};
use serde_json::{Value, json};

use crate::support::{Answer, Guest, TestServer, a_draft, guest::PASSWORD};

/// What a route is for.
#[derive(Clone, Copy, Debug)]
enum For {
    /// Whoever asks: it is by such that one comes in, or goes out.
    Anybody,
    /// Whoever is in.
    Everybody,
    /// Whoever may do this.
    Those(Action),
}

const REACTIONS: &str = "/rooms/{room}/messages/{message}/reactions/{emoji}";

/// Every route of the API: its method, its path, what it is for, and what is asked.
fn table(cell: &Cell) -> Vec<(Method, &'static str, For, Value)> {
    let reason = json!(Reason::default());
    let room = NewRoom { draft: a_draft(), name: cell.fresh.clone(), private: false };
    let text = NewText { text: "둘!".into() };
    let none = Value::Null;
    vec![
        (Method::GET, "/session", For::Anybody, none.clone()),
        (Method::POST, "/session", For::Anybody, none.clone()),
        (Method::POST, "/session/password", For::Anybody, none.clone()),
        (Method::POST, "/session/passkey/begin", For::Anybody, none.clone()),
        (Method::POST, "/session/passkey", For::Anybody, none.clone()),
        (Method::GET, "/access", For::Anybody, none.clone()),
        (Method::POST, "/links/look", For::Anybody, none.clone()),
        (Method::POST, "/links/accept", For::Anybody, none.clone()),
        (Method::GET, "/sessions", For::Those(Action::KeepAccount), none.clone()),
        (Method::DELETE, "/sessions", For::Those(Action::KeepAccount), none.clone()),
        (Method::DELETE, "/sessions/{session}", For::Those(Action::KeepAccount), none.clone()),
        (
            Method::PUT,
            "/account/name",
            For::Those(Action::ChangeName),
            json!(NewName { name: cell.fresh.clone() }),
        ),
        (Method::PUT, "/account/password", For::Those(Action::KeepAccount), json!(cell.new_password)),
        (Method::POST, "/account/passkeys/begin", For::Those(Action::KeepPasskeys), json!(cell.own_password)),
        // Nothing comes of it without an authenticator: `e2e/tests/passkeys.spec.ts` has one.
        (Method::POST, "/account/passkeys", For::Everybody, json!(cell.no_passkey)),
        (Method::GET, "/account/passkeys", For::Those(Action::KeepPasskeys), none.clone()),
        (Method::DELETE, "/account/passkeys/{passkey}", For::Those(Action::KeepPasskeys), none.clone()),
        (Method::GET, "/rooms", For::Those(Action::ComeAndGo), none.clone()),
        (Method::POST, "/rooms", For::Those(Action::MakeRoom), json!(room)),
        (
            Method::POST,
            "/direct",
            For::Those(Action::TalkDirectly),
            json!(NewDirect { with: vec![cell.target.member.id] }),
        ),
        (Method::PUT, "/rooms/{public}/membership", For::Those(Action::ComeAndGo), none.clone()),
        (Method::DELETE, "/rooms/{public}/membership", For::Those(Action::ComeAndGo), none.clone()),
        (Method::GET, "/rooms/{room}/members", For::Those(Action::Talk), none.clone()),
        (Method::GET, "/rooms/{room}/events", For::Those(Action::Talk), none.clone()),
        (Method::POST, "/rooms/{room}/messages/{own}/delete", For::Those(Action::Talk), reason.clone()),
        (
            Method::POST,
            "/rooms/{room}/messages/{message}/delete",
            For::Those(Action::DeleteMessage),
            reason.clone(),
        ),
        (Method::PUT, "/rooms/{room}/messages/{own}", For::Those(Action::Talk), json!(text)),
        (
            Method::GET,
            "/rooms/{room}/messages/{message}/versions",
            For::Those(Action::SeeVersions),
            none.clone(),
        ),
        (Method::PUT, REACTIONS, For::Those(Action::Talk), none.clone()),
        (Method::GET, REACTIONS, For::Those(Action::Talk), none.clone()),
        (Method::DELETE, REACTIONS, For::Those(Action::Talk), none.clone()),
        (Method::PUT, "/rooms/{room}/messages/{message}/pin", For::Those(Action::Pin), none.clone()),
        (Method::DELETE, "/rooms/{room}/messages/{message}/pin", For::Those(Action::Pin), none.clone()),
        // Whether one may have a file lies in the room in which it came: `files.rs` sees to that.
        (Method::POST, "/files", For::Those(Action::Talk), json!(cell.file)),
        (Method::HEAD, "/files/{file}", For::Everybody, none.clone()),
        (Method::GET, "/files/{file}", For::Everybody, none.clone()),
        (Method::PATCH, "/files/{file}", For::Everybody, none.clone()),
        (Method::DELETE, "/files/{file}", For::Everybody, none.clone()),
        (Method::GET, "/files/{file}/thumbnail", For::Everybody, none.clone()),
        (Method::GET, "/rooms/{room}/pins", For::Those(Action::Talk), none.clone()),
        (Method::GET, "/rooms/{room}/readers", For::Those(Action::Talk), none.clone()),
        (
            Method::PUT,
            "/rooms/{room}/notify",
            For::Those(Action::Talk),
            json!(NewNotify { notify: Notify::Nothing }),
        ),
        (Method::GET, "/account/seen", For::Those(Action::KeepAccount), none.clone()),
        (Method::PUT, "/account/seen", For::Those(Action::KeepAccount), json!(ShowsSeen { shows: true })),
        (
            Method::PUT,
            "/rooms/{room}/name",
            For::Those(Action::Describe),
            json!(NewName { name: cell.fresh.clone() }),
        ),
        (
            Method::PUT,
            "/rooms/{room}/topic",
            For::Those(Action::Describe),
            json!(NewTopic { topic: "하나".into() }),
        ),
        (Method::PUT, "/rooms/{room}/archive", For::Those(Action::Archive), none.clone()),
        (Method::DELETE, "/rooms/{room}/archive", For::Those(Action::Archive), none.clone()),
        (Method::PUT, "/rooms/{room}/members/{member}", For::Those(Action::LetIn), none.clone()),
        (Method::POST, "/rooms/{room}/members/{member}/kick", For::Those(Action::Kick), reason),
        (Method::DELETE, "/rooms/{room}", For::Those(Action::DeleteRoom), none.clone()),
        (Method::GET, "/members", For::Those(Action::SeeMembers), none.clone()),
        (
            Method::PUT,
            "/members/{account}/role",
            For::Those(Action::SetRole),
            json!(NewRole { role: Role::Member }),
        ),
        (Method::GET, "/members/{member}/sessions", For::Those(Action::EndSessions), none.clone()),
        (Method::DELETE, "/members/{member}/sessions", For::Those(Action::EndSessions), none.clone()),
        (Method::POST, "/members/{account}/reset", For::Those(Action::ResetPassword), none.clone()),
        (
            Method::PUT,
            "/members/{member}/mute",
            For::Those(Action::Mute),
            json!(NewMute { minutes: 1, reason: String::new() }),
        ),
        (Method::DELETE, "/members/{member}/mute", For::Those(Action::Mute), none.clone()),
        (
            Method::PUT,
            "/members/{member}/ban",
            For::Those(Action::Ban),
            json!(NewBan { reason: String::new(), addresses: false }),
        ),
        (Method::DELETE, "/members/{member}/ban", For::Those(Action::Ban), none.clone()),
        // One's own for everybody, everybody's for those who manage them: nothing to refuse.
        (Method::GET, "/invitations", For::Everybody, none.clone()),
        (Method::DELETE, "/invitations/{invitation}", For::Everybody, none.clone()),
        (Method::POST, "/invitations", For::Those(Action::Invite), json!(invitation(Role::Member))),
        (Method::POST, "/invitations", For::Those(Action::InviteStaff), json!(invitation(Role::Moderator))),
        (Method::GET, "/search", For::Everybody, none.clone()),
        (Method::GET, "/settings", For::Everybody, none.clone()),
        (Method::PUT, "/settings", For::Those(Action::SetPolicy), json!(settings())),
        (Method::GET, "/audit", For::Those(Action::ReadAudit), none.clone()),
        // Ends the session in which it is asked.
        (Method::DELETE, "/session", For::Anybody, none),
    ]
}

fn invitation(role: Role) -> NewInvitation {
    NewInvitation { role, hours: 1, uses: 1 }
}

fn settings() -> Settings {
    Settings { policy: Policy::Open, members_invite: false }
}

/// A room made by somebody else, with the one who asks in it and somebody to whom things are done.
struct Cell {
    actor: Guest,
    target: Guest,
    /// A member with an account, below everybody who may do something to them.
    account: Guest,
    public: RoomId,
    room: RoomId,
    /// A message of the target's, and one of the actor's.
    message: Seq,
    own: Seq,
    /// A name that nothing has.
    fresh: String,
    new_password: NewPassword,
    own_password: OwnPassword,
    no_passkey: Credential,
    file: NewFile,
}

impl Cell {
    async fn new(server: &TestServer, actor: &Guest, account: &Guest, number: usize) -> Self {
        let maker = server.guest(&format!("maker {number}")).await;
        let target = server.guest(&format!("target {number}")).await;
        let room = maker.make_private("방").await.id;
        maker.let_in(room, actor).await.is(204);
        maker.let_in(room, &target).await.is(204);
        let public = maker.make_room(&format!("public {number}")).await.id;
        let message = target.connect().await.tell(room, "하나").await.seq;
        let own = actor.connect().await.tell(room, "둘").await.seq;
        let has_password = actor.me().await.unwrap().standing.has_password;
        let current = has_password.then(|| PASSWORD.to_owned());
        Self {
            actor: actor.clone(),
            target,
            account: account.clone(),
            public,
            room,
            message,
            own,
            fresh: format!("fresh {number}"),
            new_password: NewPassword { current, password: PASSWORD.to_owned(), forget_passkeys: false },
            own_password: OwnPassword { password: PASSWORD.to_owned() },
            no_passkey: Credential { attempt: String::new(), credential: String::new() },
            file: NewFile { draft: a_draft(), name: "file".into(), bytes: 1 },
        }
    }

    fn path(&self, path: &str) -> String {
        let path = path
            .replace("{room}", &self.room.to_string())
            .replace("{public}", &self.public.to_string())
            .replace("{member}", &self.target.member.id.to_string())
            .replace("{account}", &self.account.member.id.to_string())
            .replace("{message}", &self.message.to_string())
            .replace("{emoji}", "%F0%9F%91%8D")
            .replace("{own}", &self.own.to_string())
            .replace("{session}", &a_draft().to_string())
            .replace("{passkey}", &a_draft().to_string())
            .replace("{file}", &a_draft().to_string())
            .replace("{invitation}", &a_draft().to_string());
        assert!(!path.contains('{'), "{path}");
        format!("/api{path}")
    }

    /// As from the server's page under a name, to which passkeys can belong.
    async fn ask(&self, method: &Method, path: &str, body: &Value) -> Answer {
        let host = format!("localhost:{}", self.actor.site.0.port());
        let ask = self.actor.ask(method.clone(), &self.path(path)).header("host", &host);
        let ask = ask.header("origin", &format!("http://{host}"));
        self.actor.keep(if body.is_null() { ask.send().await } else { ask.json(body).send().await })
    }
}

/// Somebody of each role, and a member to whom things are done.
async fn everybody(server: &TestServer) -> (Vec<(Role, Guest)>, Guest) {
    let owner = server.owner("Owner").await;
    let mut all = vec![(Role::Guest, server.guest("guest").await)];
    for role in [Role::Member, Role::Moderator, Role::Admin] {
        let secret = owner.invite_as(role, 1, 1).await.read::<maru_shared::api::MadeInvitation>(201).secret;
        all.push((role, server.site.comes_by(&secret, &format!("{role:?}")).await));
    }
    let account = server.site.comes_by(&owner.invite().await.secret, "account").await;
    all.push((Role::Owner, owner));
    (all, account)
}

/// The routes that the server has, by its own table: `METHOD path`, with what a path names left out.
fn routes_of_the_server() -> BTreeSet<String> {
    let source = include_str!("../../src/routes.rs");
    let mut routes = BTreeSet::new();
    for part in source.split(".route(").skip(1) {
        let (path, handlers) = part.split_once(',').expect("a path and its handlers");
        let path = path.trim().trim_matches('"');
        let handlers = within(handlers);
        for method in ["get", "head", "post", "put", "patch", "delete"] {
            if handlers.contains(&format!("{method}(")) {
                routes.insert(format!("{} {}", method.to_uppercase(), bare(path)));
            }
        }
    }
    // Not of the API: the page, its sockets and its health, which everybody may ask for.
    for other in ["/", "/index.html", "/r/{}", "/join", "/healthz", "/readyz"] {
        assert!(routes.remove(&format!("GET {other}")), "no route {other} any more");
    }
    routes
}

/// What comes before the parenthesis that closes what this is within.
fn within(source: &str) -> &str {
    let mut depth = 0;
    let end = source.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth < 0
    });
    &source[..end.expect("a parenthesis that is closed")]
}

/// A path with what it names left out.
fn bare(path: &str) -> String {
    let mut bare = String::new();
    let mut inside = false;
    for letter in path.chars() {
        inside = (inside || letter == '{') && letter != '}';
        if !inside || letter == '{' {
            bare.push(letter);
        }
    }
    bare
}

#[tokio::test]
async fn every_route_has_a_row() {
    let server = TestServer::start().await;
    let (all, account) = everybody(&server).await;
    let cell = Cell::new(&server, &all[0].1, &account, 0).await;
    let rows: BTreeSet<String> =
        table(&cell).iter().map(|(method, path, ..)| format!("{method} {}", bare(path))).collect();
    assert_eq!(rows, routes_of_the_server());
    let actions: Vec<Action> = table(&cell)
        .iter()
        .filter_map(|(_, _, whom, _)| if let For::Those(action) = whom { Some(*action) } else { None })
        .collect();
    // These two change what an answer says, not whether there is one: `links.rs` and `order.rs` see to them.
    let elsewhere = [Action::ManageInvitations, Action::InviteWhereLet];
    for action in Action::ALL.into_iter().filter(|action| !elsewhere.contains(action)) {
        assert!(actions.contains(&action), "nothing is asked that {action:?} allows");
    }
}

#[tokio::test]
async fn every_cell_is_as_the_table_says() {
    let server = TestServer::start().await;
    let (all, account) = everybody(&server).await;
    let rows = table(&Cell::new(&server, &all[0].1, &account, 0).await).len();
    let mut number = 1;
    for (role, actor) in &all {
        // A guest who sets a password is a guest no more, and who goes out is nobody.
        for row in 0..rows {
            let is_guest = *role == Role::Guest;
            let once = if is_guest { server.guest(&format!("guest {number}")).await } else { actor.clone() };
            let cell = Cell::new(&server, &once, &account, number).await;
            number += 1;
            let (method, path, whom, body) = table(&cell).swap_remove(row);
            let For::Those(action) = whom else { continue };
            let ground = if action.is_in_room() { Ground::Room { made_it: false } } else { Ground::Maru };
            let answer = cell.ask(&method, path, &body).await;
            if may(*role, action, ground) {
                assert!(answer.status.is_success(), "{role:?} {method} {path}: {}", answer.text());
            } else {
                assert_eq!(answer.why(403), Refusal::NotAllowed, "{role:?} {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_in_is_asked_to_sign_in_by_every_route_but_those_to_come_in() {
    let server = TestServer::start().await;
    let (all, account) = everybody(&server).await;
    let cell = Cell::new(&server, &all[4].1, &account, 0).await;
    for (method, path, whom, body) in table(&cell) {
        if matches!(whom, For::Anybody) {
            continue;
        }
        let ask = server.site.ask(method.clone(), &cell.path(path));
        let answer = if body.is_null() { ask.send().await } else { ask.json(&body).send().await };
        // What answers a HEAD has no body to say why.
        if method == Method::HEAD {
            answer.is(401);
        } else {
            assert_eq!(answer.why(401), Refusal::SignedOut, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn from_outside_every_route_of_a_room_is_as_if_there_were_none() {
    let server = TestServer::start().await;
    let (all, account) = everybody(&server).await;
    for (role, outside) in &all {
        let inside = server.guest(&format!("inside {role:?}")).await;
        let cell = Cell::new(&server, &inside, &account, *role as usize).await;
        for (method, path, _, body) in
            table(&cell).into_iter().filter(|(_, path, ..)| path.contains("{room}"))
        {
            let ask = outside.ask(method.clone(), &cell.path(path));
            let answer = if body.is_null() { ask.send().await } else { ask.json(&body).send().await };
            assert_eq!(answer.why(404), Refusal::NoSuchRoom, "{role:?} {method} {path}");
        }
    }
}

#[tokio::test]
async fn whoever_made_a_room_keeps_order_in_it() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    let (maker, other) = (server.guest("maker").await, server.guest("other").await);
    let room = maker.make_private("방").await.id;
    maker.let_in(room, &other).await.is(204);
    let message = other.connect().await.tell(room, "하나").await.seq;
    maker.delete_message(room, message).await.is(204);
    maker.kick(room, &other).await.is(204);
    maker.let_in(room, &owner).await.is(204);
    assert_eq!(maker.kick(room, &owner).await.why(403), Refusal::NotAllowed, "not those above a moderator");
    assert_eq!(owner.mute(&maker, 1).await.status, 204);
    assert_eq!(maker.mute(&other, 1).await.why(403), Refusal::NotAllowed, "in this room alone");
}

/// One of each command.
fn commands(room: RoomId) -> Vec<Command> {
    let post = Post::new(room, a_draft(), "하나");
    let all = vec![
        Command::Hello(Hello::default()),
        Command::Post(post),
        Command::Typing { room },
        Command::Read { room, seq: Seq(u64::MAX) },
        Command::Unread { room, seq: Seq(1) },
        Command::Away(true),
        Command::Ping,
    ];
    for command in &all {
        // A new command must be added above, and told apart below.
        match command {
            Command::Hello(_)
            | Command::Post(_)
            | Command::Typing { .. }
            | Command::Read { .. }
            | Command::Unread { .. }
            | Command::Away(_)
            | Command::Ping => {}
        }
    }
    all
}

#[tokio::test]
async fn every_command_is_for_those_in_the_room_whatever_their_role() {
    let server = TestServer::start().await;
    let (all, account) = everybody(&server).await;
    for (role, actor) in &all {
        let cell = Cell::new(&server, actor, &account, *role as usize).await;
        let hidden = server.guest(&format!("hides {role:?}")).await.make_private("숨은 방").await.id;
        let public =
            server.guest(&format!("shows {role:?}")).await.make_room(&format!("방 {role:?}")).await.id;
        for (room, outside) in
            [(cell.room, None), (hidden, Some(Refusal::NoSuchRoom)), (public, Some(Refusal::NotJoined))]
        {
            for command in commands(room) {
                let mut client = actor.connect().await;
                let mut witness = cell.target.connect().await;
                client.say(&command).await;
                match command {
                    Command::Hello(_) => assert_eq!(client.end().await, Some(CloseCode::Malformed as u16)),
                    Command::Post(Post { draft, .. }) => {
                        let answer = answered(&mut client, draft).await;
                        assert_eq!(answer, outside, "{role:?} {room}");
                    }
                    Command::Typing { .. } => {
                        // Whoever is in the room hears of it before what is written there next.
                        client.tell(cell.room, "다음").await;
                        let last = client.view.last(cell.room);
                        witness.reach(cell.room, last).await;
                        let heard = witness.whispers.iter().any(
                            |notice| matches!(notice, maru_shared::Notice::Typing { room: told, .. } if *told == room),
                        );
                        assert_eq!(heard, room == cell.room, "{role:?}");
                    }
                    // Whoever is in the room hears what they have read of it, and nobody else anything.
                    Command::Read { .. } | Command::Unread { .. } => {
                        client.tell(cell.room, "다음").await;
                        let last = client.view.last(cell.room);
                        client.reach(cell.room, last).await;
                        let marks = client.view.marks.contains_key(&room);
                        assert_eq!(marks, room == cell.room, "{role:?} {command:?}");
                    }
                    // Says nothing of any room.
                    Command::Away(_) => {}
                    Command::Ping => {
                        let pong = |notice: &maru_shared::Notice| {
                            (*notice == maru_shared::Notice::Pong).then_some(())
                        };
                        client.see("a pong", pong).await;
                    }
                }
            }
        }
    }
}

/// Why a post was refused; none, when its event came.
async fn answered(client: &mut crate::support::Client, draft: DraftId) -> Option<Refusal> {
    client
        .see("an answer", |notice| match notice {
            maru_shared::Notice::Refused(refused) if refused.draft == Some(draft) => Some(Some(refused.why)),
            maru_shared::Notice::Event(event) if event.what.draft() == Some(draft) => Some(None),
            _ => None,
        })
        .await
}
