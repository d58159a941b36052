//! 한국어. Names are followed by 님, so that no particle depends on how a name ends.

use maru_shared::{
    Note,
    api::{AuditEntry, AuditedRoom, Deed, Policy, Settings},
};

use super::{AdminTexts, When};
use crate::annex::texts::ko::DOING;

/// 한국어.
pub static TEXTS: AdminTexts = AdminTexts {
    doing: &DOING,

    sections: "관리",
    members: "사람",
    invitations: "초대",
    rooms: "방",
    audit: "기록",
    policy: "출입",
    nothing_here: "이제 여기서 할 수 있는 일이 없어요.",
    again: "다시 해 보기",

    search_members: "이름으로 찾기",
    nobody: "그런 이름은 없어요.",
    more_members: "더 보기",
    oneself: "나",
    muted: "글쓰기 막힘",
    muted_until: |until| format!("{until}까지 글을 쓸 수 없어요."),
    banned: "차단됨",
    change_role: "역할 바꾸기",
    role_label: "역할",
    role_changed: "역할을 바꿨어요.",
    guest_hint: "손님에게는 아직 역할을 줄 수 없어요. 비밀번호를 정하면 회원이 돼요.",
    reason: "이유",
    reason_hint: "적지 않아도 돼요. 관리자가 기록에서 볼 수 있어요.",
    mute_for: "글쓰기를 막을 시간",
    minutes,
    unmuted: "다시 글을 쓸 수 있어요.",
    ban_question: |name| format!("{name} 님을 차단할까요? 모든 기기에서 로그아웃되고 다시 들어올 수 없어요."),
    ban_addresses: "쓰던 주소도 함께 차단하기",
    ban_addresses_hint: "그 주소에서는 새로운 사람이 들어올 수 없어요. 집이나 학교 전체일 수도 있어요.",
    unbanned: "다시 들어올 수 있어요.",
    password: "비밀번호",
    password_hint: "비밀번호를 잊은 사람을 위한 링크예요. 링크가 있으면 누구나 새로 정할 수 있으니 조심해서 전해 주세요.",
    make_password_link: "링크 만들기",
    good_until: |until| format!("{until}까지 한 번 쓸 수 있어요."),
    sessions: "로그인한 기기",
    no_sessions: "로그인한 기기가 없어요.",
    end_sessions: "모두 로그아웃시키기",
    end_sessions_question: |name| format!("{name} 님을 모든 기기에서 로그아웃시킬까요?"),
    sessions_ended: "모든 기기에서 로그아웃시켰어요.",

    lobby: "로비",
    public_only: "비공개 방과 다이렉트 메시지는 안에 있는 사람만 알 수 있어서 여기에 나오지 않아요.",
    members_of: |count| format!("{count}명"),
    archived: "보관됨",
    join: "참여",
    join_first: "방에 참여하면 바꿀 수 있어요.",
    rename: "이름 바꾸기",
    renamed: "방 이름을 바꿨어요.",
    archive_hint: "보관한 방은 읽을 수만 있어요.",
    was_archived: "방을 보관했어요.",
    was_restored: "다시 글을 쓸 수 있는 방이에요.",
    delete_question: |name| {
        format!("‘{name}’ 방과 거기서 나눈 이야기를 모두 지울까요? 아무도 되돌릴 수 없어요.")
    },

    nothing_done: "아직 아무 일도 없었어요.",
    older: "이전 기록",
    deed,

    who_comes_in: "누가 들어올 수 있나요",
    open: "누구나",
    open_hint: "주소를 아는 사람은 누구나 이름만으로 손님이 되어 들어와요.",
    by_invitation: "초대받은 사람만",
    by_invitation_hint: "계정이나 초대가 있어야 들어와요. 이미 있는 손님은 그대로 있어요.",
    open_warning: "이 주소에 닿는 사람은 누구나 공개된 모든 방에서 읽고 쓸 수 있게 돼요. 인터넷에서 닿는 주소라면 정말 누구나예요.",
    members_invite: "회원도 초대할 수 있어요",
    members_invite_hint: "끄면 관리자만 초대할 수 있고, 회원이 만든 초대는 거두어져요.",
    saved: "저장했어요.",
};

fn minutes(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes}분"),
        60..1_440 => format!("{}시간", minutes / 60),
        _ => format!("{}일", minutes / 1_440),
    }
}

fn deed(AuditEntry { by, deed, .. }: &AuditEntry, when: When<'_>) -> String {
    let by = by.as_ref().map_or_else(|| "서버를 맡은 이가".to_owned(), |by| format!("{by} 님이"));
    let role = DOING.role;
    match deed {
        Deed::RoleSet { member, role: new } => {
            format!("{by} {} 님의 역할을 바꿨어요: {}", member.name, role(*new))
        }
        Deed::Muted { member, until, reason } => {
            format!("{by} {} 님의 글쓰기를 {}까지 막았어요{}", member.name, when(*until), why(reason))
        }
        Deed::Unmuted { member } => format!("{by} {} 님의 글쓰기를 다시 열었어요", member.name),
        Deed::Banned { member, reason, addresses } => {
            let addresses =
                if *addresses == 0 { String::new() } else { format!(" 주소 {addresses}곳과 함께") };
            format!("{by}{addresses} {} 님을 차단했어요{}", member.name, why(reason))
        }
        Deed::Unbanned { member } => format!("{by} {} 님의 차단을 풀었어요", member.name),
        Deed::Kicked { member, room, reason } => {
            format!("{by} {} 님을 {}에서 내보냈어요{}", member.name, self::room(room), why(reason))
        }
        Deed::MessageDeleted { member, room, reason, .. } => {
            format!("{by} {}에 있던 {} 님의 메시지를 지웠어요{}", self::room(room), member.name, why(reason))
        }
        Deed::RoomArchived { room } => format!("{by} {}을 보관했어요", self::room(room)),
        Deed::RoomRestored { room } => format!("{by} {}을 다시 열었어요", self::room(room)),
        Deed::RoomDeleted { room } => format!("{by} {}을 지웠어요", self::room(room)),
        Deed::Invited { role: new, uses } => {
            format!("{by} {uses}명까지 쓸 수 있는 초대를 만들었어요: {}", role(*new))
        }
        Deed::InvitationRevoked => format!("{by} 초대를 거두었어요"),
        Deed::PasswordLinkMade { member } => {
            format!("{by} {} 님의 새 비밀번호 링크를 만들었어요", member.name)
        }
        Deed::SessionsEnded { member } => {
            format!("{by} {} 님을 모든 기기에서 로그아웃시켰어요", member.name)
        }
        Deed::NameChanged { member, name } => {
            format!("{by} 이름을 ‘{}’에서 ‘{name}’(으)로 바꿨어요", member.name)
        }
        Deed::SettingsChanged(Settings { policy, members_invite }) => {
            let policy = match policy {
                Policy::Open => "누구나 들어올 수 있고",
                Policy::Invite => "초대받은 사람만 들어올 수 있고",
            };
            let invite = if *members_invite {
                "회원도 초대할 수 있어요"
            } else {
                "관리자만 초대할 수 있어요"
            };
            format!("{by} 출입을 바꿨어요: {policy} {invite}")
        }
    }
}

fn room(room: &AuditedRoom) -> String {
    super::room(room, TEXTS.lobby).map_or_else(|| "비공개 방".to_owned(), |name| format!("‘{name}’ 방"))
}

fn why(reason: &Note) -> String {
    if reason.is_empty() { String::new() } else { format!(": {}", reason.as_str()) }
}
