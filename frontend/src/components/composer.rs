//! Where one writes.

use std::time::Duration;

use maru_shared::{Emoji, MessageBody, RoomId, Timestamp, text::BodyError};

use super::{
    answering::leave_or_edit,
    completing::completing,
    emoji_picker::emoji_button,
    icon::{UP, icon},
    tray::{paperclip, receive, send_when_whole, tray},
};
use crate::{
    chat::{Chat, use_chat},
    dom::{caret, ime::Field, page, time},
    ground::*,
    parts::{Followed, Tag, View, Watched, effect, memo, tag},
    seam,
    state::world::World,
    texts::{use_language, use_texts},
};

/// No timer runs longer, in milliseconds: browsers count them in 32 bits.
const LONGEST: u64 = 24 * 60 * 60 * 1_000;

/// Where one writes to a room. The field belongs to the browser: it is read, and emptied when its text was sent.
/// A text in `written` is written into it; `sent` counts up when a message was sent.
pub fn composer(room: RoomId, written: Watched<Option<String>>, sent: Watched<u32>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let text = Watched::new(String::new());
    let over = over(chat, text);
    let muted = muted(chat);
    let area = area(chat, room, text, over).attr("disabled", move || muted.get().map(|_| ""));
    let own = area.element();
    let is_loading = Watched::new(false);
    let written_into = Watched::new(area.element());
    let insert = Callback::new(move |emoji: Emoji| {
        caret::replace(&written_into.get_untracked(), None, emoji.as_str());
    });
    let field = Field::tie(&area.element(), move |text: String| {
        // Something else may be meant by it than a message.
        let waits = is_loading.get_untracked() && text.starts_with('/');
        if muted.get_untracked().is_some() || waits || seam::offer(&own, &text) {
            return false;
        }
        let posted = chat.post(room, &text).is_ok();
        if posted {
            let _ = sent.try_update(|sent| *sent += 1);
        }
        posted
    });
    begin_writing(chat, room, written, field.clone());
    send_when_whole(room, field.clone());
    let language = use_language();
    let excess = t.tell(move |t| match (muted.get(), over.get()) {
        (Some(until), _) => (t.muted_until)(&time::day_and_time(Timestamp(until), language.get())),
        (None, Some((chars, max))) => (t.too_long_by)(chars, max),
        (None, None) => String::new(),
    });
    let idle = move || {
        (muted.get().is_some()
            || over.get().is_some()
            || !chat.may_post(room, text.with(|text| text.trim().is_empty())))
        .then_some("true")
    };
    let send = tag("button")
        .attr("type", "submit")
        .class("send")
        .attr("aria-label", t.say(|t| t.send))
        .attr("title", t.say(|t| t.send))
        .attr("aria-disabled", idle)
        // Keeps the focus, and with it the keyboard on the screen, in the field.
        .on("mousedown", |event: ev::MouseEvent| event.prevent_default())
        .child(icon(UP));
    // The copy of the text behind the field gives it its height.
    let grow = tag("div").class("grow").attr("data-text", move || text.get()).child(area);
    tag("form")
        .class("composer")
        .on("submit", move |event: ev::SubmitEvent| {
            event.prevent_default();
            field.send();
        })
        .child(tray(room))
        .child(completing(room, text, is_loading))
        .child(tag("p").attr("id", "too-long").class("too-long").attr("role", "status").text(excess))
        .child(
            tag("div")
                .class("composer-field")
                .class_when("over", move || over.get().is_some())
                .child(paperclip(room))
                .child(grow)
                .child(emoji_button(insert))
                .child(send),
        )
        .child(receive(room))
        .into()
}

fn area(chat: Chat, room: RoomId, text: Watched<String>, over: Followed<Option<(usize, usize)>>) -> Tag {
    let t = use_texts();
    tag("textarea")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "send")
        .attr("aria-label", t.say(|t| t.message))
        .attr("placeholder", t.say(|t| t.placeholder))
        .attr("aria-invalid", move || over.get().map(|_| "true"))
        .attr("aria-describedby", "too-long")
        .on("keydown", move |event: ev::KeyboardEvent| leave_or_edit(chat, room, &event))
        .on("input", move |event: ev::Event| {
            let value = event_target_value(&event);
            chat.writing(room, &value);
            text.set(value);
        })
}

/// Until when one cannot write, by the browser's clock. Ends by itself.
fn muted(chat: Chat) -> Followed<Option<i64>> {
    let turn = Watched::new(0u32);
    let muted = memo(move || {
        turn.with(|_| ());
        chat.with(|world| world.muted_until(time::now())).flatten()
    });
    effect(move || {
        if let Some(until) = muted.get() {
            turn.with(|_| ());
            let left = u64::try_from(until - time::now()).unwrap_or_default();
            let look = move || _ = turn.try_update(|turn| *turn = turn.wrapping_add(1));
            set_timeout(look, Duration::from_millis(left.min(LONGEST) + 50));
        }
    });
    muted
}

/// By how much the text is too long: its characters, and the most that are taken.
fn over(chat: Chat, text: Watched<String>) -> Followed<Option<(usize, usize)>> {
    memo(move || {
        let most = chat.with(World::message_chars).unwrap_or(MessageBody::DEFAULT_MAX_CHARS);
        text.with(|text| match MessageBody::parse(text, most) {
            Err(BodyError::TooLong { chars, max }) => Some((chars, max)),
            _ => None,
        })
    })
}

/// Writes what was half written, and then whatever there is to be written.
fn begin_writing(chat: Chat, room: RoomId, written: Watched<Option<String>>, field: Field) {
    let taken_back = field.clone();
    effect(move || {
        field.write(&chat.half_written(room));
        if page::has_keyboard() {
            field.focus();
        }
    });
    effect(move || {
        if let Some(text) = written.get() {
            written.set(None);
            taken_back.write(&text);
            taken_back.focus();
        }
    });
}
