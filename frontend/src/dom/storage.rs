//! What outlives a reload, in the browser's own storage: each thing under its own key, so that two tabs do not
//! overwrite each other. Where there is no storage (it may be turned off), everything lives as long as the page.

use std::fmt::Display;

use maru_shared::{DraftId, MemberId, RoomId, message::Quote};
use web_sys::Storage;

use crate::{
    ground::window,
    parts::{from_json, to_json},
    state::{outbox::Draft, unread::Untold},
};

const LANGUAGE: &str = "maru.language";
const THEME: &str = "maru.theme";
const RECENT_EMOJI: &str = "maru.emoji";
const TONE: &str = "maru.tone";

/// So many emoji are kept as chosen last.
const MOST_RECENT: usize = 24;

/// The language that was chosen, by its tag.
pub fn language() -> Option<String> {
    read(LANGUAGE)
}

/// Keeps the choice of a language; `None` for the browser's.
pub fn keep_language(tag: Option<&str>) {
    keep(LANGUAGE, tag);
}

/// The appearance that was chosen: `light` or `dark`.
pub fn theme() -> Option<String> {
    read(THEME)
}

/// Keeps the choice of an appearance; `None` for the system's.
pub fn keep_theme(theme: Option<&str>) {
    keep(THEME, theme);
}

/// The drafts of a member that are not messages yet.
pub fn drafts(member: MemberId) -> Vec<Draft> {
    let kept = under(&named("outbox", member, &""));
    kept.into_iter().filter_map(|(_, draft)| from_json(&draft)).collect()
}

/// Keeps a draft.
pub fn keep_draft(member: MemberId, draft: &Draft) {
    keep(&draft_key(member, draft.id), Some(&to_json(draft)));
}

/// A draft is a message now, or nothing.
pub fn drop_draft(member: MemberId, id: DraftId) {
    keep(&draft_key(member, id), None);
}

/// What the server may not know yet of what a member has read.
pub fn untold(member: MemberId) -> Vec<(RoomId, Untold)> {
    let kept = under(&named("read", member, &""));
    kept.into_iter().filter_map(|(room, untold)| Some((room.parse().ok()?, untold.parse().ok()?))).collect()
}

/// Keeps what the server may not know yet of what a member has read of a room; `None` when it knows.
pub fn keep_untold(member: MemberId, room: RoomId, untold: Option<Untold>) {
    let untold = untold.map(|untold| untold.to_string());
    keep(&named("read", member, &room), untold.as_deref());
}

/// What a storage event of another tab says about what the server may not know yet.
pub fn untold_elsewhere(member: MemberId, key: &str, value: &str) -> Option<(RoomId, Untold)> {
    let room = key.strip_prefix(&named("read", member, &""))?;
    Some((room.parse().ok()?, value.parse().ok()?))
}

/// What a storage event of another tab says about a draft that is gone.
pub fn draft_key_id(member: MemberId, key: &str) -> Option<DraftId> {
    key.strip_prefix(&named("outbox", member, &""))?.parse().ok()
}

/// What is half written in a room.
pub fn half_written(member: MemberId, room: RoomId) -> Option<String> {
    read(&named("writing", member, &room))
}

/// Keeps what is half written in a room.
pub fn keep_half_written(member: MemberId, room: RoomId, text: &str) {
    let key = named("writing", member, &room);
    if !keep(&key, Some(text).filter(|text| !text.is_empty())) {
        // An older text must not come back in its place.
        keep(&key, None);
    }
}

/// What is kept of the files that are to come with the next message into a room: by this tab, as another one has its own.
pub fn files(member: MemberId, room: RoomId) -> Option<String> {
    tab()?.get_item(&files_key(member, room)).ok().flatten()
}

/// Keeps something of the files that are to come with the next message into a room.
pub fn keep_files(member: MemberId, room: RoomId, files: Option<&str>) {
    let Some(tab) = tab() else { return };
    let key = files_key(member, room);
    // A full storage keeps nothing more.
    let _ = match files {
        Some(files) => tab.set_item(&key, files),
        None => tab.remove_item(&key),
    };
}

/// What a member is about to answer, by room.
pub fn answers(member: MemberId) -> Vec<(RoomId, Quote)> {
    let kept = under(&named("answer", member, &""));
    kept.into_iter().filter_map(|(room, quote)| Some((room.parse().ok()?, from_json(&quote)?))).collect()
}

/// Keeps what is about to be answered in a room.
pub fn keep_answer(member: MemberId, room: RoomId, quote: Option<&Quote>) {
    keep(&named("answer", member, &room), quote.map(to_json).as_deref());
}

/// The emoji that were chosen last in this browser, the last first.
pub fn recent_emoji() -> Vec<String> {
    let kept = read(RECENT_EMOJI).unwrap_or_default();
    kept.split(' ').filter(|emoji| !emoji.is_empty()).map(str::to_owned).collect()
}

/// Keeps that an emoji was chosen.
pub fn keep_recent_emoji(emoji: &str) {
    let mut recent = recent_emoji();
    recent.retain(|other| other != emoji);
    recent.insert(0, emoji.to_owned());
    recent.truncate(MOST_RECENT);
    keep(RECENT_EMOJI, Some(&recent.join(" ")));
}

/// The colour of skin in which emoji are chosen: none at first.
pub fn tone() -> usize {
    read(TONE).and_then(|tone| tone.parse().ok()).unwrap_or_default()
}

/// Keeps the choice of a colour of skin.
pub fn keep_tone(tone: usize) {
    keep(TONE, Some(&tone.to_string()));
}

/// Forgets what is half written, and was to be answered, in rooms of which this is so.
pub fn forget_half_written(member: MemberId, which: impl Fn(RoomId) -> bool) {
    for kind in ["writing", "answer"] {
        for (room, _) in under(&named(kind, member, &"")) {
            if room.parse().is_ok_and(&which) {
                keep(&named(kind, member, &room), None);
            }
        }
    }
}

/// Forgets everything of a member who will not come back.
pub fn forget(member: MemberId) {
    for kind in ["outbox", "read", "writing", "answer"] {
        let prefix = named(kind, member, &"");
        for (rest, _) in under(&prefix) {
            keep(&format!("{prefix}{rest}"), None);
        }
    }
    if let Some(tab) = tab() {
        for (key, _) in under_in(&tab, &named("files", member, &"")) {
            // Removing something cannot fail.
            let _ = tab.remove_item(&named("files", member, &key));
        }
    }
}

/// What something of a member is kept under. One function, as each place that writes it out is a little of the page.
fn named(kind: &str, member: MemberId, of: &dyn Display) -> String {
    format!("maru.{kind}.{member}.{of}")
}

fn draft_key(member: MemberId, id: DraftId) -> String {
    named("outbox", member, &id)
}

fn files_key(member: MemberId, room: RoomId) -> String {
    named("files", member, &room)
}

/// What lives as long as the tab, reloads included.
fn tab() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Whether it is kept. A full storage keeps nothing more; what is in memory goes on.
fn keep(key: &str, value: Option<&str>) -> bool {
    let Some(storage) = storage() else { return false };
    match value {
        Some(value) => storage.set_item(key, value).is_ok(),
        None => storage.remove_item(key).is_ok(),
    }
}

/// Everything under a prefix: the rest of the key, and the value.
fn under(prefix: &str) -> Vec<(String, String)> {
    storage().map(|storage| under_in(&storage, prefix)).unwrap_or_default()
}

fn under_in(storage: &Storage, prefix: &str) -> Vec<(String, String)> {
    let count = storage.length().unwrap_or(0);
    let keys = (0..count).filter_map(|index| storage.key(index).ok().flatten());
    let found = keys.filter_map(|key| {
        let rest = key.strip_prefix(prefix)?.to_owned();
        Some((rest, storage.get_item(&key).ok().flatten()?))
    });
    found.collect()
}
