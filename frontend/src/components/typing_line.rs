//! Who is writing.

use maru_shared::RoomId;

use crate::{
    chat::use_chat,
    parts::{View, tag},
    texts::use_texts,
};

/// Who is writing in a room. It has its height also when nobody is, so that nothing moves.
pub fn typing_line(room: RoomId) -> View {
    let chat = use_chat();
    let t = use_texts();
    let text = t.tell(move |t| {
        let names = chat.with(|world| {
            let others = world.typing.in_room(room).filter(|member| member.id != world.me.id);
            others.map(|member| member.name.to_string()).collect::<Vec<_>>()
        });
        let names = names.unwrap_or_default();
        (t.typing)(&names.iter().map(String::as_str).collect::<Vec<_>>())
    });
    tag("p")
        .class("typing-line")
        .attr("data-testid", "typing")
        .attr("aria-live", "polite")
        .attr("dir", "auto")
        .text(text)
        .into()
}
