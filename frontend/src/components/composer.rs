//! Where one writes.

use leptos::{ev, html, prelude::*};
use maru_shared::{MessageBody, RoomId, text::BodyError};

use super::icon::{Icon, UP};
use crate::{
    chat::use_chat,
    dom::{ime::Field, page},
    parts::{effect, memo},
    texts::use_texts,
};

/// Where one writes to a room. The field belongs to the browser: it is read, and emptied when its text was sent.
#[component]
pub fn Composer(
    /// Which room.
    room: RoomId,
    /// A text to write into the field, whenever there is one.
    written: RwSignal<Option<String>>,
    /// Called when a message was sent.
    sent: Callback<()>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let area = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let field = StoredValue::new_local(None::<Field>);

    let take = move |text: String| {
        let posted = chat.post(room, &text).is_ok();
        if posted {
            sent.run(());
        }
        posted
    };
    effect(move || {
        if let Some(area) = area.get() {
            let tied = Field::tie(&area, take);
            tied.write(&chat.half_written(room));
            if page::has_keyboard() {
                tied.focus();
            }
            field.set_value(Some(tied));
        }
    });
    effect(move || {
        if let Some(text) = written.get() {
            written.set(None);
            field.with_value(|field| {
                if let Some(field) = field {
                    field.write(&text);
                    field.focus();
                }
            });
        }
    });
    let on_input = move |event: ev::Event| {
        let value = event_target_value(&event);
        chat.writing(room, &value);
        text.set(value);
    };
    let too_long = memo(move || {
        let most = chat.with(|world| world.limits.message_chars);
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(MessageBody::DEFAULT_MAX_CHARS);
        text.with(|text| match MessageBody::parse(text, most) {
            Err(BodyError::TooLong { chars, max }) => Some((chars, max)),
            _ => None,
        })
    });
    let send = move || {
        field.with_value(|field| field.as_ref().map(Field::send));
    };
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="composer" on:submit=on_submit>
            <p id="too-long" class="too-long" role="status">
                {t.tell(move |t| {
                    too_long.get().map(|(chars, max)| (t.too_long_by)(chars, max)).unwrap_or_default()
                })}
            </p>
            <div class="composer-field" class:over=Signal::derive(move || too_long.get().is_some())>
                // The copy of the text behind the field gives it its height.
                <div class="grow" data-text=text>
                    <textarea
                        node_ref=area
                        rows="1"
                        dir="auto"
                        autocomplete="off"
                        enterkeyhint="send"
                        aria-label=t.say(|t| t.message)
                        placeholder=t.say(|t| t.placeholder)
                        aria-invalid=Signal::derive(move || too_long.get().map(|_| "true"))
                        aria-describedby="too-long"
                        on:input=on_input
                    ></textarea>
                </div>
                <button
                    type="submit"
                    class="send"
                    aria-label=t.say(|t| t.send)
                    title=t.say(|t| t.send)
                    aria-disabled=Signal::derive(move || {
                        (too_long.get().is_some() || text.with(|text| text.trim().is_empty())).then_some("true")
                    })
                    // Keeps the focus, and with it the keyboard on the screen, in the field.
                    on:mousedown=|event| event.prevent_default()
                >
                    <Icon path=UP/>
                </button>
            </div>
        </form>
    }
}
