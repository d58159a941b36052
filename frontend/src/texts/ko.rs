//! 한국어. Names are followed by 님, so that no particle depends on how a name ends.

use maru_shared::{
    Happening, Name, Note, Password, Refusal,
    text::{NameError, NoteError, PasswordError},
};

use super::{Common, Texts, size};

/// 한국어: what all have in common.
pub static COMMON: Common = Common {
    your_name: "이름",
    come_in: "들어가기",
    direct: "다이렉트 메시지",
    lobby: "로비",
    notes_to_self: "나에게 쓰는 글",
    loading: "불러오는 중…",
    members: |count| format!("{count}명"),
    invite_people: "방에 초대하기",
    close: "닫기",
    cancel: "취소",
    emoji: "이모지",
    unreachable: "서버가 대답하지 않아요. 다시 해 보세요.",
    last_here: |when| format!("마지막 접속: {when}"),
    here: "접속 중",
    away: "자리 비움",
    gone: "오프라인",
    unread: |count| format!("읽지 않은 메시지 {count}개"),
    refusal,
};

/// 한국어.
pub static TEXTS: Texts = Texts {
    common: &COMMON,

    tagline: "우리끼리 이야기하는 자리.",
    sign_in_hint: "가입은 필요 없어요. 이 이름이 다른 사람에게 보여요.",
    signed_out_elsewhere: "로그아웃되었어요. 아직 보내지 못한 글은 이 브라우저에 남아 있어요.",

    invite_only: "초대를 받아야 들어올 수 있는 곳이에요. 계정이 있으면 들어오세요.",
    with_account: "계정이 있어요",
    with_passkey: "패스키로 들어가기",
    as_guest: "손님으로 들어가기",
    password: "비밀번호",
    forgot_password: "잊었다면 관리자에게 새 링크를 받으세요.",

    rooms: "방",
    archived: "보관된 방",
    private: "비공개",
    new_room: "방 만들기",
    browse_rooms: "방 둘러보기",
    mentions: |count| format!("나를 부른 메시지 {count}개"),
    quiet: "알림 꺼짐",
    read_by: |names| format!("여기까지 읽음: {}", names.join(", ")),

    about_room: "방 정보",
    left: |room| format!("‘{room}’ 방에서 나왔어요."),
    kicked: |room, reason| {
        if reason.is_empty() {
            format!("‘{room}’ 방에서 내보내졌어요.")
        } else {
            format!("‘{room}’ 방에서 내보내졌어요: {reason}")
        }
    },
    room_deleted: |room| format!("‘{room}’ 방이 지워졌어요."),
    no_longer_in: |room| format!("더 이상 ‘{room}’ 방에 참여하고 있지 않아요."),
    half_written: " 쓰고 있던 글:\n",

    find_people: "사람 찾기",

    react: "반응 남기기",
    reacted: |emoji, count, names| {
        let unnamed = count.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
        match unnamed {
            0 => format!("{emoji} {count}: {}", names.join(", ")),
            _ => format!("{emoji} {count}: {} 외 {unnamed}명", names.join(", ")),
        }
    },
    reactors: "반응한 사람",
    answering: |name| format!("{name} 님에게 답장"),
    answer_nothing: "답장 그만두기",
    edited: "(고침)",
    pinned: "고정됨",
    pins: "고정한 메시지",
    deleted: "지워진 메시지예요",
    files: "파일",
    muted_until: |until| format!("지금은 글을 쓸 수 없어요. {until}부터 다시 쓸 수 있어요."),
    banned: "이 마루에 들어올 수 없게 되었어요. 아직 보내지 못한 글은 이 브라우저에 남아 있어요.",

    messages: "대화",
    empty_room: "아직 아무 말도 없어요",
    empty_room_hint: "첫 메시지를 남겨 보세요.",
    new_messages_line: "새 메시지",
    new_messages: |count| format!("새 메시지 {count}개"),
    to_the_newest: "맨 아래로",
    happened: |by, what| match what {
        Happening::Made { .. } => format!("{by} 님이 방을 만들었어요"),
        Happening::Opened => format!("{by} 님이 대화를 시작했어요"),
        Happening::Joined => format!("{by} 님이 들어왔어요"),
        Happening::LetIn { member } => format!("{by} 님이 {} 님을 초대했어요", member.name),
        Happening::Left => format!("{by} 님이 나갔어요"),
        Happening::Kicked { member, reason } if reason.is_empty() => {
            format!("{by} 님이 {} 님을 내보냈어요", member.name)
        }
        Happening::Kicked { member, reason } => {
            format!("{by} 님이 {} 님을 내보냈어요: {}", member.name, reason.as_str())
        }
        Happening::Renamed { name } => format!("{by} 님이 방 이름을 바꿨어요: {name}"),
        Happening::Described { topic } if topic.is_empty() => format!("{by} 님이 방 주제를 지웠어요"),
        Happening::Described { topic } => format!("{by} 님이 방 주제를 정했어요: {}", topic.as_str()),
        Happening::Archived => format!("{by} 님이 방을 보관했어요"),
        Happening::Restored => format!("{by} 님이 방을 다시 열었어요"),
        Happening::Gone { .. } => "지워진 메시지예요".to_owned(),
        Happening::Posted(_)
        | Happening::Deleted { .. }
        | Happening::Edited { .. }
        | Happening::Reacted { .. }
        | Happening::Unreacted { .. }
        | Happening::Unpinned { .. } => String::new(),
        Happening::Pinned { .. } => format!("{by} 님이 메시지를 고정했어요"),
    },
    pending: "보내기를 기다리는 중",
    refused: "보내지 못함",
    try_again: "다시 보내기",
    edit: "고치기",
    discard: "버리기",

    attach: "파일 붙이기",
    drop_here: "여기에 놓으면 파일이 붙어요",
    sends_when_whole: "파일이 다 올라가면 보낼게요.",
    do_not_send_yet: "아직 보내지 않기",
    files_stopped: "올리지 못한 파일이 있어요. 다시 올리거나 빼면 보낼 수 있어요.",
    pictures: "사진",
    open_picture: |name| format!("사진 크게 보기: {name}"),
    download: "내려받기",

    message: "메시지",
    placeholder: "메시지 쓰기",
    send: "보내기",
    too_long_by: |chars, max| format!("{max}자까지인데 {chars}자예요. {}자를 줄여 주세요", chars - max),
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} 님이 쓰고 있어요…"),
        [one, two] => format!("{one} 님, {two} 님이 쓰고 있어요…"),
        [one, two, rest @ ..] => format!("{one} 님, {two} 님 외 {}명이 쓰고 있어요…", rest.len()),
    },

    connecting: "연결하는 중…",
    reconnecting: "연결이 끊겼어요. 다시 잇는 중이고, 쓴 글은 그대로 있어요.",
    offline: "오프라인이에요. 쓴 글은 두었다가 연결되면 보낼게요.",
    stopped: "이 페이지와 서버가 더는 통하지 않아요. 페이지를 새로 고쳐 주세요.",
    reload: "새로 고침",

    people: "사람들",
    you: "나",

    go_to: "바로 가기",
    search: "메시지 검색",
    keys: "단축키",
    settings: "설정",
    admin: "관리",
    annex_failed: "불러오지 못했어요. 연결이 끊겼거나, 마루가 이 페이지보다 새로워요. 쓴 글은 그대로 있어요.",
    load_again: "다시 해 보기",
};

fn refusal(why: Refusal) -> String {
    match why {
        Refusal::Empty => "읽을 것이 있어야 보낼 수 있어요.".into(),
        Refusal::TooLong { max } => format!("너무 길어요. {max}자까지 보낼 수 있어요."),
        Refusal::TooFast { .. } => "너무 빨라요. 잠시 뒤에 다시 해 보세요.".into(),
        Refusal::NoSuchRoom => "이제 그런 방은 없어요.".into(),
        Refusal::NoSuchMessage => "이미 지워진 메시지예요.".into(),
        Refusal::NoSuchFile => "이제 없는 파일이에요. 다시 올려 주세요.".into(),
        Refusal::BadEmoji => "이모지가 아니에요.".into(),
        Refusal::TooMany { max } => format!("이미 {max}개가 있어서 더 넣을 수 없어요."),
        Refusal::FileTooLarge { max } => format!("파일이 너무 커요. {}까지 올릴 수 있어요.", size(max)),
        Refusal::NoRoomForFiles => "파일을 둘 자리가 더 없어요.".into(),
        Refusal::BadSearch => "이렇게는 찾을 수 없어요. 다른 말로 찾아 보세요.".into(),
        Refusal::Archived => "보관된 방이라 읽을 수만 있어요.".into(),
        Refusal::Muted { .. } => {
            "지금은 글을 쓸 수 없게 되어 있어요. 시간이 지나면 다시 쓸 수 있어요.".into()
        }
        Refusal::Banned => "이 마루에 들어올 수 없게 되었어요.".into(),
        Refusal::BadNote(NoteError::TooLong) => format!("{}자까지 쓸 수 있어요.", Note::MAX_CHARS),
        Refusal::BadNote(NoteError::Forbidden) => "보이지 않는 글자가 있어요. 빼 주세요.".into(),
        Refusal::NotJoined => "이 방에 참여하지 않았어요.".into(),
        Refusal::NameTaken => "이미 있거나 아주 비슷한 이름이 있어요. 다른 이름을 골라 주세요.".into(),
        Refusal::BadName(NameError::Empty) => "보이는 글자가 하나는 있어야 해요.".into(),
        Refusal::BadName(NameError::TooLong) => format!("이름은 {}자까지예요.", Name::MAX_CHARS),
        Refusal::BadName(NameError::Forbidden) => "이름에 보이지 않는 글자가 있어요. 빼 주세요.".into(),
        Refusal::SignedOut => "로그아웃되었어요. 다시 들어와 주세요.".into(),
        Refusal::NoSuchMember => "그런 사람은 없어요.".into(),
        Refusal::InviteOnly => "초대를 받아야 들어올 수 있어요. 계정이 있으면 비밀번호로 들어오세요.".into(),
        Refusal::WrongPassword => "이름이나 비밀번호가 맞지 않아요.".into(),
        Refusal::BadPassword(PasswordError::TooShort) => {
            format!("비밀번호는 {}자 이상이어야 해요.", Password::MIN_CHARS)
        }
        Refusal::BadPassword(PasswordError::TooLong) => {
            format!("비밀번호는 {}자까지예요.", Password::MAX_CHARS)
        }
        Refusal::BadPassword(PasswordError::Weak) => "너무 알아맞히기 쉬운 비밀번호예요.".into(),
        Refusal::BadPasskey => "이 패스키는 여기에서 쓸 수 없어요.".into(),
        Refusal::BadLink => "이 링크는 이제 쓸 수 없어요. 새 링크를 받아 주세요.".into(),
        Refusal::NotAllowed => "그럴 권한이 없어요.".into(),
        Refusal::Malformed => "서버가 읽지 못했어요. 페이지를 새로 고쳐 주세요.".into(),
        Refusal::ForeignOrigin => "서버가 이 주소에서 온 요청을 받지 않아요.".into(),
        Refusal::Unavailable { .. } => "서버가 지금 저장할 수 없어요. 잠시 뒤에 다시 해 보세요.".into(),
    }
}
