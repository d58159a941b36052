//! The lines of the message list.

use maru_shared::{
    DraftId, Emoji, Event, Happening, Member, Message, Refusal, RoomId, Seq, Timestamp,
    message::{Mention, Quote},
};
use web_sys::Element;

use super::{
    annex::place_instead,
    attachments::attachments,
    avatar::avatar,
    button::{bare_button, button},
    icon::{PIN, REPLY, SMILE, icon},
    quote::quote,
    readers::readers,
    words::words,
};
use crate::{
    chat::use_chat,
    dom::time,
    ground::*,
    parts::{Followed, Key, Tag, View, Watched, each, memo, part, part_when, tag},
    seam::AnnexView,
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
        Row::Happened(event) => notice(&event, row),
        Row::Message(first) => message(first, row, room, written),
    }
}

fn notice(event: &Event, row: ArcRwSignal<Row>) -> Tag {
    let line = tag("p").class("notice-line").attr("dir", "auto").attr("data-seq", event.seq.to_string());
    let text = use_texts().tell(move |t| {
        row.with(|row| match row {
            Row::Happened(event) => (t.happened)(event.by.name.as_str(), &event.what),
            _ => String::new(),
        })
    });
    match event.what {
        Happening::Pinned { message } => line.child(to_message(message).class("notice-to").text(text)),
        _ => line.text(text),
    }
}

/// A button that leads to a message. Whoever listens for it is the list, once for all of its lines.
fn to_message(seq: Seq) -> Tag {
    bare_button().attr("data-deed", "to").attr("data-to", seq.to_string())
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
    seq: Option<Seq>,
    at: Timestamp,
    refused: Option<Refusal>,
    names_me: bool,
    message: Message,
}

impl Changing {
    fn of(row: &MessageRow) -> Self {
        Self {
            by: row.by.clone(),
            leads: row.leads,
            seq: row.seq,
            at: row.at,
            refused: row.refused,
            names_me: row.names_me,
            message: row.message.clone(),
        }
    }

    /// Shows on the message's element what it is: all of it at once, as a follower for each would be half of what a message costs.
    fn show_on(&self, article: &Element, label: &str) {
        // Neither fails for what is well-formed.
        let class = |name, when| _ = article.class_list().toggle_with_force(name, when);
        let set = |name, value: &str| _ = article.set_attribute(name, value);
        class("leads", self.leads);
        class("names-me", self.names_me);
        self.seq.into_iter().for_each(|seq| set("data-seq", &seq.to_string()));
        set("data-state", self.state());
        set("aria-label", label);
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
    let chat = use_chat();
    let t = use_texts();
    let language = use_language();
    let MessageRow { mine, ref message, .. } = first.clone();
    let draft = message.draft;
    let files = message.files.clone();
    let readers = readers(row.clone());
    let changing = memo(move || {
        row.with(|row| match row {
            Row::Message(message) => Changing::of(message),
            _ => Changing::of(&first),
        })
    });
    let label = move |now: &Changing| {
        let name = &now.by.name;
        match now.state() {
            "pending" => format!("{name}, {}", t.get().pending),
            "refused" => format!("{name}, {}", t.get().refused),
            _ => format!("{name}, {}", time::day_and_time(now.at, language.get())),
        }
    };
    let leader = move || changing.with(|now| now.leads.then(|| now.by.clone()));
    let side = move |by: Option<Member>| match by {
        Some(by) => head(&by, changing),
        None => clock(changing, "message-time beside").into(),
    };
    let edits = move || changing.with(|now| now.seq).is_some_and(|seq| chat.edits(room, seq));
    let body = move || (!edits()).then(|| changing.with(Body::of));
    let words = move |body: Option<Body>| match body {
        Some(body) => said(body),
        None => {
            let seq = changing.with(|now| now.seq).unwrap_or(Seq::ZERO);
            let view = AnnexView::Edit { room, seq, text: chat.edited_now() };
            tag("div").class("edit").child(place_instead(&view, Callback::new(move |()| chat.end_editing())))
        }
    };
    let above = move || changing.with(|now| (now.message.reply.clone(), now.message.pinned));
    let has_reactions = move || changing.with(|now| !now.message.reactions.is_empty());
    let is_refused = move || changing.with(|now| now.refused.is_some());
    // Only what one wrote oneself can be refused.
    let refused = mine.then(|| part_when(is_refused, move || refused(changing, draft, written)));
    tag("article")
        .class(if mine { "message mine" } else { "message" })
        .attr("tabindex", "-1")
        .attr("data-draft", draft.to_string())
        .following(move |article| changing.with(|now| now.show_on(article, &label(now))))
        .child(part(leader, side))
        .child(part(above, what_is_above))
        .child(part(body, words))
        .child(attachments(files))
        .child(part_when(has_reactions, move || reactions(changing)))
        .child(readers)
        .child(refused.into_iter().collect::<View>())
}

/// What a message says, when it was last edited, and who it says does something, where it may say that.
#[derive(Clone, PartialEq, Eq)]
struct Body(String, Vec<Mention>, Option<Timestamp>, Option<String>);

impl Body {
    fn of(Changing { by, message, .. }: &Changing) -> Self {
        let by = message.text.starts_with("/me ").then(|| by.name.to_string());
        Self(message.text.clone(), message.mentions.clone(), message.edited, by)
    }
}

fn said(Body(text, mentions, edited, by): Body) -> Tag {
    let t = use_texts();
    let language = use_language();
    let mentions = mentions.into_iter().map(|mention| (mention.who, mention.name)).collect();
    let said = tag("div").class("message-body").child(words(&text, mentions, by));
    let Some(at) = edited else { return said };
    let when = move || time::day_and_time(at, language.get());
    said.child(tag("span").class("edited").attr("title", when).text(t.say(|t| t.edited)))
}

/// What the message answers, and that it is pinned.
fn what_is_above((reply, pinned): (Option<Quote>, bool)) -> View {
    let t = use_texts();
    let pinned = pinned.then(|| tag("p").class("pinned").child(icon(PIN)).text(t.say(|t| t.pinned)));
    let answered = reply.map(|answered| {
        let [by, said] = quote(&answered);
        to_message(answered.message).class("quote").child(icon(REPLY)).child(by).child(said)
    });
    [pinned, answered].into_iter().flatten().map(View::from).collect()
}

/// How people reacted: each emoji with how many did, pressed where one did so oneself.
fn reactions(changing: Followed<Changing>) -> Tag {
    let t = use_texts();
    let listed =
        move || changing.with(|now| now.message.reactions.iter().map(|one| one.emoji.clone()).collect());
    let row = tag("div").class("reactions").attr("role", "group").attr("aria-label", t.say(|t| t.reactors));
    row.child(each(listed, emoji_key, move |emoji| reaction(emoji, changing))).child(
        bare_button()
            .class("reaction")
            .attr("data-deed", "pick")
            .attr("aria-expanded", "false")
            .attr("aria-label", t.say(|t| t.react))
            .attr("title", t.say(|t| t.react))
            .child(icon(SMILE)),
    )
}

fn reaction(emoji: Emoji, changing: Followed<Changing>) -> Tag {
    let t = use_texts();
    let words = emoji.to_string();
    let own = words.clone();
    let now = memo(move || {
        changing.with(|now| now.message.reactions.iter().find(|one| one.emoji == emoji).cloned())
    });
    let mine = move || now.with(|now| now.as_ref().is_some_and(|now| now.mine)).to_string();
    let who = move || {
        now.with(|now| {
            let names = now.iter().flat_map(|now| now.by.iter().map(|member| member.name.as_str()));
            let count = now.as_ref().map_or(0, |now| now.count);
            (t.get().reacted)(&words, count, &names.collect::<Vec<_>>())
        })
    };
    bare_button()
        .class("reaction")
        .attr("data-deed", "react")
        .attr("data-emoji", own.clone())
        .attr("aria-pressed", mine)
        .attr("aria-label", who.clone())
        .attr("title", who)
        .text(own)
        .text(" ")
        .text(move || now.with(|now| now.as_ref().map(|now| now.count.to_string())))
}

/// Folded: an emoji may have more bytes than a key.
fn emoji_key(emoji: &Emoji) -> Key {
    let mut key = [0u8; 16];
    for (index, byte) in emoji.as_str().bytes().enumerate() {
        let place = &mut key[index % 16];
        *place = place.rotate_left(3) ^ byte;
    }
    (0, key)
}

/// The author and the time, at the head of a group.
fn head(by: &Member, changing: Followed<Changing>) -> View {
    let name = tag("span").class("message-author").attr("dir", "auto").text(by.name.to_string());
    let head = tag("header").class("message-head").child(name).child(clock(changing, "message-time"));
    [avatar(by).into(), head.into()].into()
}

fn clock(changing: Followed<Changing>, class: &'static str) -> Tag {
    let language = use_language();
    tag("time").class(class).following(move |clock| {
        let (at, language) = (changing.with(|now| now.at), language.get());
        // Setting a well-formed attribute cannot fail.
        let set = |name, value: &str| _ = clock.set_attribute(name, value);
        set("datetime", &time::iso(at));
        set("title", &time::day_and_time(at, language));
        clock.set_text_content(Some(&time::time_of_day(at, language)));
    })
}

/// Why a draft will not become a message, and what one can do.
fn refused(changing: Followed<Changing>, draft: DraftId, written: Watched<Option<String>>) -> Tag {
    let chat = use_chat();
    let t = use_texts();
    let reason = t.tell(move |t| changing.with(|now| now.refused.map(t.common.refusal)).unwrap_or_default());
    let take_back = move || {
        chat.take_files_back(draft);
        if let Some(both) = chat.take_back(draft) {
            written.set(Some(both));
        }
    };
    let discard = move || chat.discard(draft);
    let what = tag("p").attr("role", "alert").child(tag("strong").text(t.say(|t| t.refused)));
    let buttons = tag("div")
        .class("row-of-buttons")
        .child(button("quiet", t.say(|t| t.try_again), move || chat.retry(draft)))
        .child(button("quiet", t.say(|t| t.edit), take_back))
        .child(button("quiet", t.say(|t| t.discard), discard));
    tag("div").class("refused").child(what.text(" ").text(reason)).child(buttons)
}
