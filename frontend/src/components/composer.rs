//! Where one writes.

use leptos::{ev, prelude::*};
use maru_shared::{MessageBody, RoomId, text::BodyError};

use super::icon::{UP, icon};
use crate::{
    chat::{Chat, use_chat},
    dom::{ime::Field, page},
    parts::{Followed, Tag, View, Watched, effect, memo, tag},
    state::world::World,
    texts::use_texts,
};

/// Where one writes to a room. The field belongs to the browser: it is read, and emptied when its text was sent.
/// A text in `written` is written into it; `sent` counts up when a message was sent.
pub fn composer(room: RoomId, written: Watched<Option<String>>, sent: Watched<u32>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let text = Watched::new(String::new());
    let over = over(chat, text);
    let area = area(chat, room, text, over);
    let field = Field::tie(&area.element(), move |text: String| {
        let posted = chat.post(room, &text).is_ok();
        if posted {
            let _ = sent.try_update(|sent| *sent += 1);
        }
        posted
    });
    begin_writing(chat, room, written, field.clone());
    let excess =
        t.tell(move |t| over.get().map(|(chars, max)| (t.too_long_by)(chars, max)).unwrap_or_default());
    let idle = move || (over.get().is_some() || text.with(|text| text.trim().is_empty())).then_some("true");
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
        .child(tag("p").attr("id", "too-long").class("too-long").attr("role", "status").text(excess))
        .child(
            tag("div")
                .class("composer-field")
                .class_when("over", move || over.get().is_some())
                .child(grow)
                .child(send),
        )
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
        .on("input", move |event: ev::Event| {
            let value = event_target_value(&event);
            chat.writing(room, &value);
            text.set(value);
        })
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
