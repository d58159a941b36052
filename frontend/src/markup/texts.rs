//! What is said around code.

use crate::texts::Language;

/// What is said, in one language.
pub(super) struct MarkupTexts {
    pub(super) code: &'static str,
    pub(super) code_in: fn(&str) -> String,
    pub(super) copy: &'static str,
    pub(super) copied: &'static str,
    pub(super) selected: &'static str,
}

impl MarkupTexts {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &KOREAN,
            Language::English => &ENGLISH,
        }
    }
}

const KOREAN: MarkupTexts = MarkupTexts {
    code: "코드",
    code_in: |language| format!("{language} 코드"),
    copy: "복사",
    copied: "복사했어요",
    selected: "선택했어요. 복사해 주세요.",
};

const ENGLISH: MarkupTexts = MarkupTexts {
    code: "Code",
    code_in: |language| format!("{language} code"),
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: now copy it",
};
