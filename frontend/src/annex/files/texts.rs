//! What is said about files.

use maru_shared::Message;

use crate::texts::{Common, Language, Speech, en, ko};

/// What is said about files, in one language.
#[derive(Debug)]
pub(super) struct FilesTexts {
    pub common: &'static Common,

    pub files: &'static str,
    pub waiting: &'static str,
    pub resting: &'static str,
    pub left: &'static str,
    pub unreadable: &'static str,
    pub too_many: fn() -> String,
    pub remove: fn(&str) -> String,
    pub cancel: fn(&str) -> String,
    pub retry: fn(&str) -> String,
    pub choose_again: fn(&str) -> String,
    pub progress: fn(&str) -> String,
    pub is_up: fn(&str) -> String,
    pub is_not_up: fn(&str) -> String,

    pub previous: &'static str,
    pub next: &'static str,
    pub download: &'static str,
    pub place: fn(usize, usize) -> String,
}

impl Speech for FilesTexts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &KOREAN,
            Language::English => &ENGLISH,
        }
    }
}

static KOREAN: FilesTexts = FilesTexts {
    common: &ko::COMMON,

    files: "붙일 파일",
    waiting: "차례를 기다리는 중",
    resting: "연결을 기다리는 중",
    left: "페이지를 새로 열어 멈췄어요. 같은 파일을 다시 고르면 이어서 올려요.",
    unreadable: "읽을 수 없어요. 폴더이거나, 옮겨졌거나, 내용이 바뀌었어요.",
    too_many: || format!("메시지 하나에 파일을 {}개까지 붙일 수 있어요.", Message::MOST_FILES),
    remove: |name| format!("빼기: {name}"),
    cancel: |name| format!("올리기 취소: {name}"),
    retry: |name| format!("다시 올리기: {name}"),
    choose_again: |name| format!("다시 고르기: {name}"),
    progress: |name| format!("올리는 중: {name}"),
    is_up: |name| format!("다 올라갔어요: {name}"),
    is_not_up: |name| format!("올리지 못했어요: {name}"),

    previous: "이전 사진",
    next: "다음 사진",
    download: "내려받기",
    place: |at, all| format!("{all}장 가운데 {at}번째"),
};

static ENGLISH: FilesTexts = FilesTexts {
    common: &en::COMMON,

    files: "Files to attach",
    waiting: "Waiting for its turn",
    resting: "Waiting for the connection",
    left: "Stopped when the page was reloaded. Choose the same file again to go on.",
    unreadable: "Cannot be read: it is a folder, was moved, or has changed.",
    too_many: || format!("Up to {} files can be attached to one message.", Message::MOST_FILES),
    remove: |name| format!("Remove: {name}"),
    cancel: |name| format!("Cancel upload: {name}"),
    retry: |name| format!("Upload again: {name}"),
    choose_again: |name| format!("Choose again: {name}"),
    progress: |name| format!("Uploading: {name}"),
    is_up: |name| format!("Uploaded: {name}"),
    is_not_up: |name| format!("Not uploaded: {name}"),

    previous: "Previous picture",
    next: "Next picture",
    download: "Download",
    place: |at, all| format!("{at} of {all}"),
};
