//! Every form that goes over the wire, as stored JSON: what changes it shows up as a diff of `golden/wire.json`, and
//! `docs/protocol.md` must be changed with it.
//!
//! After a change that is meant: `MARU_GOLDEN=write cargo test -p maru-shared --test golden`.

use std::{collections::BTreeMap, fs, path::Path};

use maru_shared::{
    Attachment, Command, DraftId, Emoji, Epoch, Event, FileId, FileName, Happening, InvitationId, Mark,
    Member, MemberId, Message, Name, Note, Notice, Notify, PasskeyId, Person, Refusal, Role, Room, RoomId,
    RoomKind, Seq, SessionId, Timestamp,
    api::{
        AcceptLink, Access, ApiError, AuditEntry, AuditedRoom, Challenge, Credential, Deed, Found, Hit,
        Invitation, LinkSecret, LinkUse, MadeInvitation, MadeLink, Me, NewBan, NewDirect, NewFile,
        NewInvitation, NewMute, NewName, NewNotify, NewPassword, NewRole, NewRoom, NewText, NewTopic,
        OwnPassword, Page, Passkey, PasswordSignIn, Policy, ReadPosition, Reason, Session, Settings,
        ShowsSeen, SignIn, Upload, Version,
    },
    close::CloseCode,
    codec,
    command::{Hello, Post},
    event::{JoinedRoom, Limits, Refused, Reset, Standing, Welcome},
    message::{Mention, Picture, Quote, Reaction},
    room::{RoomSummary, Title},
    text::{NameError, NoteError, PasswordError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

#[test]
fn every_form_is_as_it_was() {
    let mut forms = Forms::default();
    commands(&mut forms);
    notices(&mut forms);
    happenings(&mut forms);
    refusals(&mut forms);
    bodies(&mut forms);
    forms.compare_with("wire.json");
}

#[test]
fn every_close_code_is_as_it_was() {
    let codes: BTreeMap<u16, String> =
        CloseCode::ALL.iter().map(|code| (*code as u16, format!("{code:?}: {:?}", code.after()))).collect();
    compare("close_codes.json", &serde_json::to_value(codes).unwrap());
}

#[test]
fn the_protocols_page_shows_every_form() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md")).unwrap();
    let stored: Value = serde_json::from_str(&fs::read_to_string(golden("wire.json")).unwrap()).unwrap();
    let mut names = Vec::new();
    stored.as_object().unwrap().values().for_each(|form| keys(form, &mut names));
    // The keys of `resume` are rooms' ids.
    for name in names.iter().filter(|name| !name.contains('-')) {
        assert!(
            page.contains(&format!("{name}\"")) || page.contains(&format!("`{name}`")),
            "docs/protocol.md does not tell of {name:?}"
        );
    }
    for code in CloseCode::ALL {
        let number = code as u16;
        assert!(
            page.contains(&format!("| {number} |")),
            "docs/protocol.md does not tell of the close code {number}"
        );
    }
}

fn commands(forms: &mut Forms) {
    let resume = BTreeMap::from([(RoomId::LOBBY, Seq(17))]);
    for command in [
        Command::Hello(Hello::default()),
        Command::Hello(Hello { epoch: Some(epoch()), resume, names: Some(3) }),
        Command::Post(Post::new(RoomId::LOBBY, draft(), "안녕하세요")),
        Command::Post(Post {
            reply: Some(Seq(17)),
            files: vec![file()],
            ..Post::new(RoomId::LOBBY, draft(), "안녕하세요")
        }),
        Command::Typing { room: RoomId::LOBBY },
        Command::Read { room: RoomId::LOBBY, seq: Seq(17) },
        Command::Unread { room: RoomId::LOBBY, seq: Seq(17) },
        Command::Away(true),
        Command::Ping,
    ] {
        // A new variant must be added above as well.
        let name = match &command {
            Command::Hello(hello) if hello.epoch.is_none() => "command hello, first",
            Command::Hello(_) => "command hello, again",
            Command::Post(post) if post.reply.is_none() => "command post",
            Command::Post(_) => "command post, an answer with a file",
            Command::Read { .. } => "command read",
            Command::Unread { .. } => "command unread",
            Command::Away(_) => "command away",
            Command::Typing { .. } => "command typing",
            Command::Ping => "command ping",
        };
        forms.add(name, &command);
    }
}

fn notices(forms: &mut Forms) {
    for notice in [
        Notice::Welcome(Welcome {
            you: member(),
            standing: standing(),
            epoch: epoch(),
            now: Timestamp(1_790_000_000_000),
            rooms: vec![JoinedRoom { room: room(), head: Seq(17), mark: mark() }],
            here: vec![member()],
            away: vec![member().id],
            names: 3,
            limits: Limits { message_chars: 4_000 },
        }),
        Notice::Reset(Reset { room: room(), after: Seq(120) }),
        Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(170) },
        Notice::Event(event(Happening::Joined)),
        Notice::Refused(Refused { draft: Some(draft()), why: Refusal::Empty }),
        Notice::Typing { room: RoomId::LOBBY, by: member() },
        Notice::Presence { here: vec![member()], gone: vec![member().id], away: vec![member().id] },
        Notice::Marked { room: RoomId::LOBBY, mark: mark() },
        Notice::ReadBy { room: RoomId::LOBBY, member: member().id, seq: Seq(17) },
        Notice::Listed(RoomSummary { room: room(), members: 1, joined: false, head: Seq(1) }),
        Notice::RoomGone { room: RoomId::LOBBY },
        Notice::Called { number: 4, member: member() },
        Notice::You(standing()),
        Notice::Pong,
    ] {
        let name = match &notice {
            Notice::Welcome(_) => "notice welcome",
            Notice::Reset(_) => "notice reset",
            Notice::CaughtUp { .. } => "notice caught_up",
            Notice::Event(_) => "notice event",
            Notice::Refused(_) => "notice refused",
            Notice::Typing { .. } => "notice typing",
            Notice::Presence { .. } => "notice presence",
            Notice::Marked { .. } => "notice marked",
            Notice::ReadBy { .. } => "notice read_by",
            Notice::Listed(_) => "notice listed",
            Notice::RoomGone { .. } => "notice room_gone",
            Notice::Called { .. } => "notice called",
            Notice::You(_) => "notice you",
            Notice::Pong => "notice pong",
        };
        forms.add(name, &notice);
    }
}

fn happenings(forms: &mut Forms) {
    for what in [
        Happening::Made { name: name("산책") },
        Happening::Joined,
        Happening::Opened,
        Happening::LetIn { member: member() },
        Happening::Left,
        Happening::Kicked { member: member(), reason: note("자꾸 떠들어요") },
        Happening::Renamed { name: name("저녁 산책") },
        Happening::Described { topic: note("매일 일곱 시") },
        Happening::Archived,
        Happening::Restored,
        Happening::Deleted { message: Seq(3) },
        Happening::Posted(Message::new(draft(), "네!")),
        Happening::Posted(message()),
        Happening::Gone { draft: draft() },
        Happening::Edited { message: Seq(3), text: Some("아니요!".into()), mentions: vec![mention()] },
        Happening::Reacted { message: Seq(3), emoji: Emoji::known("👍") },
        Happening::Unreacted { message: Seq(3), emoji: Emoji::known("👍") },
        Happening::Pinned { message: Seq(3) },
        Happening::Unpinned { message: Seq(3) },
    ] {
        let name = match &what {
            Happening::Made { .. } => "event made",
            Happening::Joined => "event joined",
            Happening::Opened => "event opened",
            Happening::LetIn { .. } => "event let_in",
            Happening::Left => "event left",
            Happening::Kicked { .. } => "event kicked",
            Happening::Renamed { .. } => "event renamed",
            Happening::Described { .. } => "event described",
            Happening::Archived => "event archived",
            Happening::Restored => "event restored",
            Happening::Deleted { .. } => "event deleted",
            Happening::Posted(message) if message.reply.is_none() => "event posted",
            Happening::Posted(_) => "event posted, and what was done with it",
            Happening::Edited { .. } => "event edited",
            Happening::Reacted { .. } => "event reacted",
            Happening::Unreacted { .. } => "event unreacted",
            Happening::Pinned { .. } => "event pinned",
            Happening::Unpinned { .. } => "event unpinned",
            Happening::Gone { .. } => "event gone",
        };
        forms.add(name, &event(what));
    }
}

fn refusals(forms: &mut Forms) {
    for why in [
        Refusal::Empty,
        Refusal::TooLong { max: 4_000 },
        Refusal::TooFast { retry_after_ms: 240 },
        Refusal::NoSuchRoom,
        Refusal::NotJoined,
        Refusal::NoSuchFile,
        Refusal::BadEmoji,
        Refusal::TooMany { max: 20 },
        Refusal::FileTooLarge { max: 100_000_000 },
        Refusal::NoRoomForFiles,
        Refusal::BadSearch,
        Refusal::NameTaken,
        Refusal::BadName(NameError::Empty),
        Refusal::BadName(NameError::TooLong),
        Refusal::BadName(NameError::Forbidden),
        Refusal::SignedOut,
        Refusal::NoSuchMember,
        Refusal::NoSuchMessage,
        Refusal::Archived,
        Refusal::Muted { until: Timestamp(1_790_000_000_000) },
        Refusal::Banned,
        Refusal::BadNote(NoteError::TooLong),
        Refusal::BadNote(NoteError::Forbidden),
        Refusal::InviteOnly,
        Refusal::WrongPassword,
        Refusal::BadPassword(PasswordError::TooShort),
        Refusal::BadPassword(PasswordError::TooLong),
        Refusal::BadPassword(PasswordError::Weak),
        Refusal::BadPasskey,
        Refusal::BadLink,
        Refusal::NotAllowed,
        Refusal::Malformed,
        Refusal::ForeignOrigin,
        Refusal::Unavailable { retry_after_ms: 2_000 },
    ] {
        let name = match why {
            Refusal::Empty => "refusal empty",
            Refusal::TooLong { .. } => "refusal too_long",
            Refusal::TooFast { .. } => "refusal too_fast",
            Refusal::NoSuchRoom => "refusal no_such_room",
            Refusal::NoSuchFile => "refusal no_such_file",
            Refusal::BadEmoji => "refusal bad_emoji",
            Refusal::TooMany { .. } => "refusal too_many",
            Refusal::FileTooLarge { .. } => "refusal file_too_large",
            Refusal::NoRoomForFiles => "refusal no_room_for_files",
            Refusal::BadSearch => "refusal bad_search",
            Refusal::NotJoined => "refusal not_joined",
            Refusal::NameTaken => "refusal name_taken",
            Refusal::BadName(NameError::Empty) => "refusal bad_name, empty",
            Refusal::BadName(NameError::TooLong) => "refusal bad_name, too_long",
            Refusal::BadName(NameError::Forbidden) => "refusal bad_name, forbidden",
            Refusal::SignedOut => "refusal signed_out",
            Refusal::NoSuchMember => "refusal no_such_member",
            Refusal::NoSuchMessage => "refusal no_such_message",
            Refusal::Archived => "refusal archived",
            Refusal::Muted { .. } => "refusal muted",
            Refusal::Banned => "refusal banned",
            Refusal::BadNote(NoteError::TooLong) => "refusal bad_note, too_long",
            Refusal::BadNote(NoteError::Forbidden) => "refusal bad_note, forbidden",
            Refusal::InviteOnly => "refusal invite_only",
            Refusal::WrongPassword => "refusal wrong_password",
            Refusal::BadPassword(PasswordError::TooShort) => "refusal bad_password, too_short",
            Refusal::BadPassword(PasswordError::TooLong) => "refusal bad_password, too_long",
            Refusal::BadPassword(PasswordError::Weak) => "refusal bad_password, weak",
            Refusal::BadPasskey => "refusal bad_passkey",
            Refusal::BadLink => "refusal bad_link",
            Refusal::NotAllowed => "refusal not_allowed",
            Refusal::Malformed => "refusal malformed",
            Refusal::ForeignOrigin => "refusal foreign_origin",
            Refusal::Unavailable { .. } => "refusal unavailable",
        };
        forms.add(name, &why);
    }
}

fn bodies(forms: &mut Forms) {
    forms.add("body of POST session", &SignIn { draft: draft(), name: "민수".into() });
    forms.add("body of POST rooms", &NewRoom { draft: draft(), name: "산책".into(), private: true });
    forms.add("body of POST files", &NewFile { draft: draft(), name: "사진.jpg".into(), bytes: 123_456 });
    let upload = Upload { file: FileId::from_u128(17), offset: 65_536, bytes: 123_456, whole: None };
    forms.add("answer of POST files", &upload);
    let whole = Attachment {
        file: upload.file,
        name: FileName::nearest("사진.jpg"),
        kind: "image/jpeg".into(),
        bytes: 120_000,
        picture: Some(Picture { width: 4_000, height: 3_000 }),
    };
    forms.add("answer of PATCH files/{file}", &Upload { offset: 123_456, whole: Some(whole), ..upload });
    forms.add("body of POST direct", &NewDirect { with: vec![member().id] });
    forms.add("body of PUT account/name and rooms/{room}/name", &NewName { name: "산책".into() });
    forms.add("body of PUT rooms/{room}/topic", &NewTopic { topic: "매일 일곱 시".into() });
    forms.add("body of POST kick and delete", &Reason { reason: "자꾸 떠들어요".into() });
    forms.add("body of PUT members/{member}/role", &NewRole { role: Role::Moderator });
    forms.add("body of PUT members/{member}/mute", &NewMute { minutes: 60, reason: String::new() });
    forms.add("body of PUT members/{member}/ban", &NewBan { reason: String::new(), addresses: true });
    forms.add("settings", &Settings { policy: Policy::Invite, members_invite: true });
    let person = Person {
        member: member(),
        role: Role::Member,
        muted_until: Some(Timestamp(1_790_000_000_000)),
        banned: true,
        seen_at: Some(Timestamp(1_790_000_000_000)),
    };
    forms.add("person", &person);
    forms.add(
        "room, private",
        &Room { made_by: Some(member().id), archived: true, ..a_room(RoomKind::Private) },
    );
    let direct = Room { kind: RoomKind::Direct(vec![member()]), ..room() };
    forms.add("room, direct", &direct);
    deeds(forms);
    forms.add("me", &Me { id: member().id, name: member().name, standing: standing() });
    forms.add("access", &Access { policy: Policy::Open });
    forms.add("access by invitation", &Access { policy: Policy::Invite });
    let (secret, password) = ("S".repeat(43), "correct horse battery".to_owned());
    forms.add(
        "body of POST session/password",
        &PasswordSignIn { name: "지영".into(), password: password.clone() },
    );
    let current = Some("다섯 마리 고양이".into());
    let forget_passkeys = true;
    forms.add(
        "body of PUT account/password",
        &NewPassword { current, password: password.clone(), forget_passkeys },
    );
    forms.add("body of POST account/passkeys/begin", &OwnPassword { password: password.clone() });
    forms.add("challenge", &Challenge { attempt: secret.clone(), options: "{}".into() });
    forms.add(
        "body of POST account/passkeys and session/passkey",
        &Credential { attempt: secret.clone(), credential: "{}".into() },
    );
    let passkey = Passkey {
        id: PasskeyId::from_u128(9),
        device: "Mozilla/5.0".into(),
        at: Timestamp(1_790_000_000_000),
        used_at: Timestamp(1_790_000_500_000),
    };
    forms.add("passkey", &passkey);
    forms.add("body of POST links/look", &LinkSecret { secret: secret.clone() });
    forms.add("link to own", &LinkUse::Own);
    forms.add("link to come in", &LinkUse::Invite { by: Some(name("지영")), role: Role::Admin });
    forms.add("link for a password", &LinkUse::Reset { name: name("지영") });
    let accept = AcceptLink {
        secret: secret.clone(),
        draft: draft(),
        name: Some("민수".into()),
        password: Some(password),
    };
    forms.add("body of POST links/accept", &accept);
    let session = Session {
        id: SessionId::from_u128(7),
        device: "Mozilla/5.0".into(),
        at: Timestamp(1_790_000_000_000),
        used_at: Timestamp(1_790_000_500_000),
        current: true,
        address: "192.0.2.7".into(),
    };
    forms.add("session", &session);
    forms.add("body of POST invitations", &NewInvitation { role: Role::Moderator, hours: 24, uses: 5 });
    let invitation = Invitation {
        id: InvitationId::from_u128(8),
        by: None,
        role: Role::Guest,
        at: Timestamp(1_790_000_000_000),
        expires_at: Timestamp(1_790_086_400_000),
        uses_left: 5,
    };
    forms.add("invitation, made", &MadeInvitation { invitation, secret: secret.clone() });
    forms.add("link, made", &MadeLink { secret, expires_at: Timestamp(1_790_086_400_000) });
    forms.add("role of an owner", &Role::Owner);
    forms.add(
        "found",
        &Found {
            hits: vec![Hit {
                event: event(Happening::Posted(maru_shared::Message::new(draft(), "내일 서울에서"))),
                marks: vec![(3, 5)],
            }],
            next: Some("1700000000000.00000000-0000-0000-0000-000000000001.17".into()),
        },
    );
    forms.add("page", &Page { events: vec![event(Happening::Joined)], head: Seq(17) });
    forms.add("new text", &NewText { text: "아니요!".into() });
    forms.add("version", &Version { at: Timestamp(1_790_000_000_000), text: "네!".into() });
    for notify in [Notify::All, Notify::Mentions, Notify::Nothing] {
        let form = match notify {
            Notify::All => "notify all",
            Notify::Mentions => "notify mentions",
            Notify::Nothing => "notify nothing",
        };
        forms.add(form, &NewNotify { notify });
    }
    forms.add("reader", &ReadPosition { member: member().id, seq: Seq(17) });
    forms.add("seen", &ShowsSeen { shows: true });
    forms.add("error", &ApiError { why: Refusal::NameTaken });
}

fn deeds(forms: &mut Forms) {
    let (member, reason) = (member(), note("자꾸 떠들어요"));
    let room = AuditedRoom { id: Some(RoomId::LOBBY), name: Some(name("lobby")) };
    let hidden = AuditedRoom { id: None, name: None };
    let until = Timestamp(1_790_000_000_000);
    for deed in [
        Deed::RoleSet { member: member.clone(), role: Role::Admin },
        Deed::Muted { member: member.clone(), until, reason: reason.clone() },
        Deed::Unmuted { member: member.clone() },
        Deed::Banned { member: member.clone(), reason: reason.clone(), addresses: 2 },
        Deed::Unbanned { member: member.clone() },
        Deed::Kicked { member: member.clone(), room: hidden, reason: reason.clone() },
        Deed::MessageDeleted { member: member.clone(), room: room.clone(), message: Seq(3), reason },
        Deed::RoomArchived { room: room.clone() },
        Deed::RoomRestored { room: room.clone() },
        Deed::RoomDeleted { room },
        Deed::Invited { role: Role::Member, uses: 5 },
        Deed::InvitationRevoked,
        Deed::PasswordLinkMade { member: member.clone() },
        Deed::SessionsEnded { member: member.clone() },
        Deed::NameChanged { member, name: name("수아") },
        Deed::SettingsChanged(Settings { policy: Policy::Open, members_invite: false }),
    ] {
        let form = match &deed {
            Deed::RoleSet { .. } => "deed role_set",
            Deed::Muted { .. } => "deed muted",
            Deed::Unmuted { .. } => "deed unmuted",
            Deed::Banned { .. } => "deed banned",
            Deed::Unbanned { .. } => "deed unbanned",
            Deed::Kicked { .. } => "deed kicked",
            Deed::MessageDeleted { .. } => "deed message_deleted",
            Deed::RoomArchived { .. } => "deed room_archived",
            Deed::RoomRestored { .. } => "deed room_restored",
            Deed::RoomDeleted { .. } => "deed room_deleted",
            Deed::Invited { .. } => "deed invited",
            Deed::InvitationRevoked => "deed invitation_revoked",
            Deed::PasswordLinkMade { .. } => "deed password_link_made",
            Deed::SessionsEnded { .. } => "deed sessions_ended",
            Deed::NameChanged { .. } => "deed name_changed",
            Deed::SettingsChanged(_) => "deed settings_changed",
        };
        forms.add(form, &AuditEntry { number: 7, at: until, by: Some(name("지영")), deed });
    }
}

#[derive(Default)]
struct Forms(BTreeMap<&'static str, Value>);

impl Forms {
    fn add<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        &mut self,
        name: &'static str,
        value: &T,
    ) {
        let text = codec::encode(value);
        assert_eq!(&codec::decode::<T>(&text).unwrap(), value, "{name} does not come back");
        let before = self.0.insert(name, serde_json::from_str(&text).unwrap());
        assert_eq!(before, None, "two forms are called {name}");
    }

    fn compare_with(&self, file: &str) {
        compare(file, &serde_json::to_value(&self.0).unwrap());
    }
}

fn compare(file: &str, now: &Value) {
    let path = golden(file);
    if std::env::var("MARU_GOLDEN").as_deref() == Ok("write") {
        fs::write(&path, serde_json::to_string_pretty(now).unwrap() + "\n").unwrap();
    }
    let stored: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        &stored, now,
        "the wire has changed: change docs/protocol.md too, then see the head of this test"
    );
}

fn golden(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

/// Every key, and every variant without content, below the forms' own names.
fn keys(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                into.push(key.clone());
                if matches!(key.as_str(), "what" | "why" | "bad_name")
                    && let Value::String(variant) = value
                {
                    into.push(variant.clone());
                }
                keys(value, into);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, into)),
        _ => {}
    }
}

fn event(what: Happening) -> Event {
    Event { room: RoomId::LOBBY, seq: Seq(18), at: Timestamp(1_790_000_000_000), by: member(), what }
}

fn member() -> Member {
    Member { id: MemberId::from_u128(0x0193_a5f0_7a00_7c3e_8000_0000_0000_0001), name: name("민수") }
}

fn room() -> Room {
    a_room(RoomKind::Public)
}

fn a_room(kind: impl FnOnce(Title) -> RoomKind) -> Room {
    let title = Title { name: name("lobby"), topic: note("매일 일곱 시") };
    Room { id: RoomId::LOBBY, kind: kind(title), made_by: None, archived: false }
}

fn standing() -> Standing {
    Standing { role: Role::Member, has_password: true, muted_until: Some(Timestamp(1_790_000_000_000)) }
}

fn note(typed: &str) -> Note {
    Note::parse(typed).unwrap()
}

fn name(typed: &str) -> Name {
    Name::parse(typed).unwrap()
}

fn file() -> FileId {
    FileId::from_u128(0x0193_a5f0_7a00_7c3e_8000_0000_0000_0002)
}

fn mention() -> Mention {
    Mention { who: member().id, name: "민수".into() }
}

fn mark() -> Mark {
    Mark { read: Seq(10), upto: Seq(17), unread: 5, mentions: 1, notify: Notify::Mentions }
}

fn message() -> Message {
    let attachment = Attachment {
        file: file(),
        name: FileName::nearest("사진.jpeg"),
        kind: "image/jpeg".into(),
        bytes: 482_113,
        picture: Some(Picture { width: 1_600, height: 1_200 }),
    };
    let thumb = Reaction { emoji: Emoji::known("👍"), count: 12, mine: true, by: vec![member()] };
    Message {
        reply: Some(Quote { message: Seq(3), by: member(), text: Some("몇 시에 볼까요?".into()) }),
        mentions: vec![mention()],
        files: vec![attachment],
        edited: Some(Timestamp(1_790_000_000_000)),
        reactions: vec![thumb],
        pinned: true,
        upto: Seq(17),
        ..Message::new(draft(), "@민수야, 일곱 시")
    }
}

fn draft() -> DraftId {
    DraftId::from_u128(0x7f3b_1c9e_52aa_4f0e_9a53_0d2f_4b7c_1a10)
}

fn epoch() -> Epoch {
    Epoch::from_u128(0x5b0e_0000_0000_4000_8000_0000_0000_0001)
}
