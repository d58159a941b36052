//! 한국어. Names are followed by 님, so that no particle depends on how a name ends.

use super::AnnexTexts;
use crate::texts::ko::COMMON;

/// 한국어.
pub static TEXTS: AnnexTexts = AnnexTexts {
    common: &COMMON,

    current_password: "지금 비밀번호",
    language: "언어",
    by_browser: "브라우저 설정",
    appearance: "모양",
    system: "시스템",
    light: "밝게",
    dark: "어둡게",
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
    password_is_set: "비밀번호를 정했어요. 다른 기기에서는 로그아웃되었어요.",
    sessions: "로그인한 기기",
    this_session: "지금 이 기기",
    end_session: "끊기",
    end_other_sessions: "다른 기기 모두 끊기",
    invitations: "초대",
    invitation_hint: |uses, days| format!("링크 하나로 {uses}명까지, {days}일 동안 들어올 수 있어요."),
    make_invitation: "초대 링크 만들기",
    link_to_share: "초대 링크",
    copy: "복사",
    copied: "복사했어요",
    invitation: |by, role| match by {
        Some(by) => format!("{by} 님의 초대 · {role}"),
        None => format!("서버에서 만든 초대 · {role}"),
    },
    invitation_left: |uses, until| format!("{uses}명 남음 · {until}까지"),
    revoke: "거두기",
};
