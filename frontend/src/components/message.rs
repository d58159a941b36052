//! The lines of the message list.

use leptos::prelude::*;
use maru_shared::{DraftId, Member, Refusal, RoomId, Timestamp};

use super::{attachments::attachments, avatar::avatar, button::button, words::words};
use crate::{
    chat::use_chat,
    dom::time,
    parts::{Followed, Tag, View, Watched, memo, part, part_when, tag},
    state::rows::{MessageRow, Row},
    texts::{use_language, use_texts},
};

/// One line of a room, for as long as its key is shown. Which kind of line it is never changes. A refused draft
/// that is taken back is put into `written`.
pub fn line(row: ArcRwSignal<Row>, room: RoomId, written: Watched<Option<String>>) -> Tag {
    let t = use_texts();
    match row.get_untracked() {
        Row::Day(at) => day(at),
        Row::Unread => tag("div")
            .class("unread-line")
            .attr("data-testid", "unread-line")
            .child(tag("span").text(t.say(|t| t.new_messages_line))),
        Row::Happened(_) => notice(t.tell(move |t| {
            row.with(|row| match row {
                Row::Happened(event) => (t.happened)(event.by.name.as_str(), &event.what),
                _ => String::new(),
            })
        })),
        Row::Message(first) => message(first, row, room, written),
    }
}

fn notice(text: impl Fn() -> String + 'static) -> Tag {
    tag("p").class("notice-line").attr("dir", "auto").text(text)
}

fn day(at: Timestamp) -> Tag {
    let language = use_language();
    let day = move || time::day(at, language.get());
    tag("div").class("day").attr("data-testid", "day").child(tag("span").text(day))
}

/// What of a message changes while it is shown.
#[derive(Clone, PartialEq, Eq)]
struct Changing {
    by: Member,
    leads: bool,
    seq: Option<u64>,
    at: Timestamp,
    refused: Option<Refusal>,
}

impl Changing {
    fn of(message: &MessageRow) -> Self {
        Self {
            by: message.by.clone(),
            leads: message.leads,
            seq: message.seq.map(|seq| seq.0),
            at: message.at,
            refused: message.refused,
        }
    }

    const fn state(&self) -> &'static str {
        match (self.seq, self.refused) {
            (Some(_), _) => "sent",
            (None, Some(_)) => "refused",
            (None, None) => "pending",
        }
    }
}

fn message(first: MessageRow, row: ArcRwSignal<Row>, room: RoomId, written: Watched<Option<String>>) -> Tag {
    let t = use_texts();
    let language = use_language();
    let MessageRow { mine, ref message, .. } = first.clone();
    let draft = message.draft;
    let mentions = message.mentions.iter().map(|mention| (mention.who, mention.name.clone())).collect();
    let words = words(&message.text, mentions);
    let files = message.files.clone();
    let changing = memo(move || {
        row.with(|row| match row {
            Row::Message(message) => Changing::of(message),
            _ => Changing::of(&first),
        })
    });
    let label = move || {
        let now = changing.get();
        let name = &now.by.name;
        match now.state() {
            "pending" => format!("{name}, {}", t.get().pending),
            "refused" => format!("{name}, {}", t.get().refused),
            _ => format!("{name}, {}", time::day_and_time(now.at, language.get())),
        }
    };
    let leads = move || changing.with(|now| now.leads);
    let leader = move || changing.with(|now| now.leads.then(|| now.by.clone()));
    let side = move |by: Option<Member>| match by {
        Some(by) => head(&by, changing),
        None => clock(changing, "message-time beside").into(),
    };
    // Whoever listens for it is the list, once for all of its messages.
    let more = tag("button")
        .attr("type", "button")
        .class("message-more")
        .attr("aria-expanded", "false")
        .attr("aria-label", t.say(|t| t.more))
        .text("⋯");
    let is_refused = move || changing.with(|now| now.refused.is_some());
    tag("article")
        .class(if mine { "message mine" } else { "message" })
        .class_when("leads", leads)
        .attr("data-seq", move || changing.with(|now| now.seq.map(|seq| seq.to_string())))
        .attr("data-draft", draft.to_string())
        .attr("data-state", move || changing.with(Changing::state))
        .attr("aria-label", label)
        .child(part(leader, side))
        .child(words)
        .child(attachments(files))
        .child(more)
        .child(part_when(is_refused, move || refused(changing, draft, room, written)))
}

/// The author and the time, at the head of a group.
fn head(by: &Member, changing: Followed<Changing>) -> View {
    let name = tag("span").class("message-author").attr("dir", "auto").text(by.name.to_string());
    let head = tag("header").class("message-head").child(name).child(clock(changing, "message-time"));
    [avatar(by).into(), head.into()].into()
}

fn clock(changing: Followed<Changing>, class: &'static str) -> Tag {
    let language = use_language();
    let at = move || changing.with(|now| now.at);
    tag("time")
        .class(class)
        .attr("datetime", move || time::iso(at()))
        .attr("title", move || time::day_and_time(at(), language.get()))
        .text(move || time::time_of_day(at(), language.get()))
}

/// Why a draft will not become a message, and what one can do.
fn refused(
    changing: Followed<Changing>,
    draft: DraftId,
    room: RoomId,
    written: Watched<Option<String>>,
) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let reason = t.tell(move |t| changing.with(|now| now.refused.map(t.common.refusal)).unwrap_or_default());
    let take_back = move || {
        chat.take_files_back(draft);
        if let Some(text) = chat.discard(draft) {
            let half_written = chat.half_written(room);
            let both = if half_written.is_empty() { text } else { format!("{half_written}\n{text}") };
            written.set(Some(both));
        }
    };
    let discard = move || {
        chat.discard(draft);
    };
    let what = tag("p").attr("role", "alert").child(tag("strong").text(t.say(|t| t.refused)));
    let buttons = tag("div")
        .class("row-of-buttons")
        .child(button("quiet", t.say(|t| t.try_again), move || chat.retry(draft)))
        .child(button("quiet", t.say(|t| t.edit), take_back))
        .child(button("quiet", t.say(|t| t.discard), discard));
    tag("div").class("refused").child(what.text(" ").text(reason)).child(buttons)
}
