//! The log of what was done to keep order.

use maru_shared::api::AuditEntry;

use super::{api, paged::Paged, texts::use_admin_texts};
use crate::{
    dom::time,
    parts::{Tag, View, each, tag},
    texts::use_language,
};

/// The log, the newest first.
pub fn audit() -> View {
    let t = use_admin_texts();
    let log = Paged::start(|last: Option<&AuditEntry>| api::audit(last.map(|entry| entry.number)));
    let listed = move || log.pages.with(|pages| pages.listed().to_vec());
    let list = tag("ol").class("log").attr("aria-label", t.say(|t| t.audit));
    [list.child(each(listed, key, row)).into(), log.below(|t| t.nothing_done, |t| t.older)].into()
}

fn key(entry: &AuditEntry) -> (u8, [u8; 16]) {
    (0, u128::from(entry.number).to_le_bytes())
}

fn row(entry: AuditEntry) -> Tag {
    let t = use_admin_texts();
    let language = use_language();
    let at = entry.at;
    let when = move |at| time::day_and_time(at, language.get());
    let sentence = t.tell(move |t| (t.deed)(&entry, &when));
    let time = tag("time").class("hint").attr("datetime", time::iso(at)).text(move || when(at));
    tag("li").child(tag("span").attr("dir", "auto").text(sentence)).child(time)
}
