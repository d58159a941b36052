//! 한국어.

use super::{Filter, FindingTexts};
use crate::{annex::texts::ko::DOING, texts::ko::COMMON};

/// 한국어.
pub(super) static TEXTS: FindingTexts = FindingTexts {
    common: &COMMON,
    doing: &DOING,

    goal: "방이나 사람",
    goal_hint: "이름이나 초성으로 찾기 (ㅎㅇ → 회의)",
    goal_keys: "↑ ↓ 고르기 · Enter 열기 · Esc 닫기",
    no_goal: "그런 이름의 방이나 사람이 없어요.",
    archived: "보관됨",
    not_joined: "참여하지 않은 방",

    messages: "찾은 메시지",
    sought: "찾을 말",
    sought_hint: "무엇을 찾을까요?",
    order: "순서",
    best: "관련순",
    newest: "최신순",
    narrow: "이렇게 좁혀서 찾을 수 있어요",
    filters: [
        Filter { typed: "보낸이:", example: "보낸이:민수", what: "그 사람이 쓴 메시지" },
        Filter { typed: "방:", example: "방:회의", what: "그 방의 메시지" },
        Filter { typed: "이전:", example: "이전:2026-11-01", what: "그날보다 앞" },
        Filter { typed: "이후:", example: "이후:2026-11", what: "그날이나 그달부터" },
        Filter { typed: "포함:", example: "포함:사진", what: "파일, 사진, 링크, 반응, 고정" },
    ],
    this_room: "이 방에서만",
    in_room: "방:",
    quotes: "띄어 쓴 말은 모두 들어 있어야 해요. \"따옴표로 묶은 말\"은 그 차례 그대로 찾아요.",
    seeking: "찾는 중…",
    found: |count, more| {
        if more { format!("{count}개 넘게 찾았어요") } else { format!("{count}개를 찾았어요") }
    },
    nothing: "찾는 말이 든 메시지가 없어요",
    nothing_hint: "더 짧은 말로 찾거나 조건을 줄여 보세요. 참여한 방의 메시지만 찾아요.",
    more: "더 보기",
    further: "더 오래된 메시지에서 찾기",
    edited: "고침",

    groups: ["어디서나", "방 사이를 오갈 때", "글을 쓸 때", "메시지 위에서", "목록과 창에서"],
    go_to: "방이나 사람에게 바로 가기",
    search: "메시지 검색",
    all_keys: "단축키 보기",
    close: "열린 창 닫기",
    step: "위나 아래 방으로",
    step_unread: "읽지 않은 방으로",
    send: "보내기",
    new_line: "줄 바꾸기",
    edit_last: "마지막 메시지 고치기 (빈 칸에서)",
    beside: "위나 아래 메시지로",
    reply: "답장",
    react: "반응 남기기",
    edit: "고치기",
    choose: "고르기",
    or: "또는",
};
