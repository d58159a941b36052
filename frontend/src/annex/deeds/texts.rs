//! What is said about what one can do with a message.

use crate::{
    annex::texts::{self as doing, Doing},
    texts::{Common, Language, Speech, Spoken, en, ko, use_speech},
};

/// What is said there.
pub(super) fn use_deed_texts() -> Spoken<DeedTexts> {
    use_speech()
}

/// What is said there, in one language.
#[derive(Debug)]
pub(super) struct DeedTexts {
    pub common: &'static Common,
    pub doing: &'static Doing,

    pub message: &'static str,
    pub deeds: &'static str,
    pub react: &'static str,
    pub react_by: fn(&str) -> String,
    pub reactors: &'static str,
    pub reply: &'static str,
    pub edit: &'static str,
    pub edit_message: &'static str,
    pub versions: &'static str,
    pub copy_text: &'static str,
    pub copy_link: &'static str,
    pub copied: &'static str,
    pub not_copied: &'static str,
    pub pin: &'static str,
    pub unread_from: &'static str,
}

impl Speech for DeedTexts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &KOREAN,
            Language::English => &ENGLISH,
        }
    }
}

static KOREAN: DeedTexts = DeedTexts {
    common: &ko::COMMON,
    doing: &doing::ko::DOING,

    message: "메시지",
    deeds: "메시지로 할 수 있는 일",
    react: "반응 남기기",
    react_by: |emoji| format!("{emoji} 반응 남기기"),
    reactors: "반응한 사람",
    reply: "답장",
    edit: "고치기",
    edit_message: "메시지 고치기",
    versions: "고치기 전 내용",
    copy_text: "글 복사",
    copy_link: "링크 복사",
    copied: "복사했어요.",
    not_copied: "이 브라우저에서는 여기에서 복사할 수 없어요.",
    pin: "고정하기",
    unread_from: "여기부터 안 읽음으로",
};

static ENGLISH: DeedTexts = DeedTexts {
    common: &en::COMMON,
    doing: &doing::en::DOING,

    message: "Message",
    deeds: "What to do with the message",
    react: "Add a reaction",
    react_by: |emoji| format!("React with {emoji}"),
    reactors: "Who reacted",
    reply: "Reply",
    edit: "Edit",
    edit_message: "Edit the message",
    versions: "What it said before",
    copy_text: "Copy the text",
    copy_link: "Copy the link",
    copied: "Copied.",
    not_copied: "This browser does not let the page copy here.",
    pin: "Pin",
    unread_from: "Mark as unread from here",
};
