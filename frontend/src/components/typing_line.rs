//! Who is writing.

use leptos::prelude::*;
use maru_shared::RoomId;

use crate::{chat::use_chat, parts::memo, texts::use_texts};

/// Who is writing in a room. It has its height also when nobody is, so that nothing moves.
#[component]
pub fn TypingLine(
    /// Which room.
    room: RoomId,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let names = memo(move || {
        chat.with(|world| {
            let others = world.typing.in_room(room).filter(|member| member.id != world.me.id);
            others.map(|member| member.name.to_string()).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let text = t
        .tell(move |t| names.with(|names| (t.typing)(&names.iter().map(String::as_str).collect::<Vec<_>>())));
    view! { <p class="typing-line" data-testid="typing" aria-live="polite" dir="auto">{text}</p> }
}
