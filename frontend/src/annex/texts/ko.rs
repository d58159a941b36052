//! 한국어. Names are followed by 님, so that no particle depends on how a name ends.

use maru_shared::{Role, api::LinkUse};

use super::{AnnexTexts, Doing};
use crate::texts::ko::COMMON;

/// 한국어: what one does.
pub static DOING: Doing = Doing {
    common: &COMMON,
    join: "참여",
    rename: "방 이름 바꾸기",
    describe: "주제 바꾸기",
    role: |role| match role {
        Role::Guest => "손님",
        Role::Member => "회원",
        Role::Moderator => "운영진",
        Role::Admin => "관리자",
        Role::Owner => "주인",
    },
    room_name: "방 이름",
    private_room: "비공개",
    public_room: "공개",
    archive: "방 보관하기",
    restore: "방 다시 열기",
    delete_room: "방 지우기",
    delete: "지우기",
    leave: "방 나가기",
    kick: "방에서 내보내기",
    mute: "글쓰기 막기",
    unmute: "다시 쓸 수 있게 하기",
    ban: "차단하기",
    unban: "차단 풀기",
    talk_directly: "메시지 보내기",
    more: "더 보기",
    save: "저장",
    unpin: "고정 풀기",
};

/// 한국어.
pub static TEXTS: AnnexTexts = AnnexTexts {
    common: &COMMON,
    doing: &DOING,

    name_hint: "다른 사람에게 보이는 이름이에요.",
    not_now: "다음에 할게요",
    link,
    open: "열기",
    no_such_room: "그런 방은 없어요",
    no_such_room_hint: "없어졌거나 주소가 조금 다른 것 같아요.",
    not_joined: "아직 이 방에 참여하지 않았어요",
    to_the_lobby: "로비로",
    new_password: "새 비밀번호",
    password_hint: "8자 이상. 긴 문장이 좋아요.",
    set_password: "비밀번호 정하기",

    current_password: "지금 비밀번호",
    language: "언어",
    by_browser: "브라우저 설정",
    appearance: "모양",
    system: "시스템",
    light: "밝게",
    dark: "어둡게",
    shows_seen: "마지막 접속 시간 보이기",
    shows_seen_hint: "접속 중이 아닐 때, 언제 마지막으로 있었는지 다른 사람이 볼 수 있어요.",
    notify: "알림",
    notify_all: "모두",
    notify_mentions: "멘션만",
    notify_nothing: "끄기",
    keys: "단축키 보기",
    keys_title: "단축키",
    sign_out: "나가기",
    sign_out_question: "나갈까요?",
    sign_out_warning: |name| {
        format!(
            "손님으로 들어왔기 때문에 나가면 아무도 ‘{name}’ 이름으로 다시 들어올 수 없어요. 남긴 메시지는 그대로 있어요."
        )
    },
    sign_out_member: "이름과 비밀번호로 언제든 다시 들어올 수 있어요.",
    become_member: "회원 되기",
    why_password: "비밀번호를 정하면 다른 기기에서도 같은 이름으로 들어올 수 있어요.",
    change_password: "비밀번호 바꾸기",
    forget_passkeys: "내 패스키도 모두 없애기",
    why_own_password: "패스키가 있으면 언제든 들어올 수 있으니, 본인인지 한 번 더 확인해요.",
    change_name: "이름 바꾸기",
    new_name: "새 이름",
    new_name_hint: "모두에게 바로 보이고, 전에 쓴 글에도 새 이름이 나와요.",
    name_is_changed: |name| format!("이제 ‘{name}’ 님으로 보여요."),
    password_is_set: "비밀번호를 정했어요. 다른 기기에서는 로그아웃되었어요.",
    passkeys: "패스키",
    passkeys_hint: "비밀번호 없이 지문이나 얼굴, 기기의 PIN으로 들어올 수 있어요.",
    passkeys_not_here: "여기서는 추가할 수 없어요. 최신 브라우저와 HTTPS 도메인 주소가 필요해요.",
    add_passkey: "패스키 추가",
    passkey_known: "이 기기에는 이미 패스키가 있어요.",
    passkey_failed: "브라우저가 패스키를 만들지 못했어요.",
    passkey: |made, used| match used {
        Some(used) => format!("만든 때 {made} · 마지막으로 쓴 때 {used}"),
        None => format!("만든 때 {made}"),
    },
    remove_passkey: "지우기",
    remove_passkey_surely: "패스키 지우기",
    sessions: "로그인한 기기",
    this_session: "지금 이 기기",
    end_session: "끊기",
    end_other_sessions: "다른 기기 모두 끊기",
    invitations: "초대",
    invitation_hint: |uses, days| format!("링크 하나로 {uses}명까지, {days}일 동안 들어올 수 있어요."),
    make_invitation: "초대 링크 만들기",
    invited_as: "들어올 때의 역할",
    link_to_share: "초대 링크",
    password_link: "새 비밀번호 링크",
    qr_code: "이 링크의 QR 코드",
    copy: "복사",
    copied: "복사했어요",
    invitation: |by, role| match by {
        Some(by) => format!("{by} 님의 초대 · {role}"),
        None => format!("서버에서 만든 초대 · {role}"),
    },
    invitation_left: |uses, until| format!("{uses}명 남음 · {until}까지"),
    revoke: "거두기",

    topic: "주제",
    topic_hint: "어떤 방인지 한 줄로 적어요. 비워 두어도 돼요.",
    archive_hint: "이제부터 읽을 수만 있어요. 언제든 다시 열 수 있어요.",
    restore_hint: "방에 있는 사람들이 다시 글을 쓸 수 있어요.",
    delete_room_hint: |room| format!("‘{room}’ 방과 그 안의 글이 모두에게서 사라져요. 되돌릴 수 없어요."),
    leave_hint: "언제든 다시 참여할 수 있어요.",
    leave_private_hint: "다시 찾을 수 없는 방이에요. 들어오려면 방에 있는 사람이 초대해야 해요.",
    leave_last_hint: "마지막으로 남은 사람이에요. 나가면 방과 그 안의 글이 모두 지워져요.",
    find_by_name: "이름으로 찾기",
    nobody_found: "그런 이름을 가진 사람이 없어요.",
    show_more: "더 보기",
    new_room_hint: "누구나 찾아서 들어올 수 있어요.",
    who_finds_it: "누가 찾을 수 있나요",
    private_hint: "초대받은 사람만 알고 들어올 수 있어요.",
    create: "만들기",
    invite: "초대하기",
    commands: "명령",
    slash: [
        ("하는 일", "지금 하는 일을 말하기"),
        ("주제", "방 주제 바꾸기"),
        ("이름", "사람을 방에 초대하기"),
        ("", "방에서 나가기"),
        ("할 말", "어깨를 으쓱하기 ¯\\_(ツ)_/¯"),
    ],
    no_such_command: "여기에는 그런 명령이 없어요. Enter를 한 번 더 누르면 글로 보내요.",
    people: "사람들",
    find_emoji: "이모지 찾기",
    no_emoji: "그런 이모지는 없어요.",
    emoji_groups_label: "이모지 종류",
    emoji_groups: [
        "최근에 쓴 것",
        "표정과 감정",
        "사람과 몸",
        "동물과 자연",
        "음식",
        "여행과 장소",
        "활동",
        "물건",
        "기호",
        "깃발",
    ],
    skin_tone: |tone| match tone {
        1 => "피부색: 밝은색",
        2 => "피부색: 조금 밝은색",
        3 => "피부색: 중간색",
        4 => "피부색: 조금 어두운색",
        5 => "피부색: 어두운색",
        _ => "피부색: 기본",
    },
    change_tone: "피부색 바꾸기",
    version: |at| format!("{at}부터"),
    nothing_pinned: "아직 고정한 메시지가 없어요. 두고두고 볼 메시지는 메뉴에서 고정할 수 있어요.",
    to_message: "대화에서 보기",
    files: "파일",
    delete_message: "메시지 지우기",
    delete_message_hint: "모두에게서 사라지고, 그 자리에 지워졌다는 표시만 남아요.",
    reason: "이유 (선택)",
    kick_hint: |name| format!("{name} 님이 이 방에서 나가게 돼요. 이유는 방에 있는 모두에게 보여요."),
    mute_hint: |name| format!("{name} 님은 읽을 수만 있고 어느 방에도 글을 쓸 수 없어요."),
    for_how_long: "얼마 동안",
    spans: ["10분", "1시간", "하루", "일주일"],
    ban_hint: |name| format!("{name} 님은 모든 기기에서 로그아웃되고 다시 들어올 수 없어요."),
    ban_addresses: "같은 주소에서 새로 들어오는 사람도 막기",
    unmute_hint: "이제부터 다시 글을 쓸 수 있어요.",
    unban_hint: "다시 들어올 수 있고, 같은 주소의 다른 사람도 들어올 수 있어요.",
};

fn link(purpose: &LinkUse, me: Option<&str>) -> String {
    match (purpose, me) {
        (LinkUse::Own, None) => {
            "이 마루에는 아직 주인이 없어요. 이름과 비밀번호를 정하면 주인이 돼요.".into()
        }
        (LinkUse::Own, Some(me)) => format!("{me} 님이 이 마루의 주인이 돼요."),
        (LinkUse::Invite { by: Some(by), .. }, None) => {
            format!("{by} 님이 초대했어요. 이름과 비밀번호를 정하고 들어오세요.")
        }
        (LinkUse::Invite { by: None, .. }, None) => {
            "초대를 받았어요. 이름과 비밀번호를 정하고 들어오세요.".into()
        }
        (LinkUse::Invite { .. }, Some(me)) => format!("{me} 님은 이미 들어와 있어요. 이 초대로 회원이 돼요."),
        (LinkUse::Reset { name }, _) => format!("{name} 님의 새 비밀번호를 정해 주세요."),
    }
}
