//! How the line is, when it is not well.

use super::button::button;
use crate::{
    chat::{Line, use_chat},
    dom::page,
    parts::{View, part_when, tag},
    texts::use_texts,
};

/// How the line is: nothing while all is well.
pub fn banner() -> View {
    let chat = use_chat();
    let t = use_texts();
    let state = move || match chat.line() {
        Line::Connecting => "connecting",
        Line::Connected => "connected",
        Line::Reconnecting => "reconnecting",
        Line::Offline => "offline",
        Line::Stopped => "stopped",
    };
    let text = move || match chat.line() {
        Line::Connecting => t.get().connecting,
        Line::Connected => "",
        Line::Reconnecting => t.get().reconnecting,
        Line::Offline => t.get().offline,
        Line::Stopped => t.get().stopped,
    };
    let reload = move || button("quiet", t.say(|t| t.reload), page::reload);
    tag("div")
        .class("banner")
        .attr("role", "status")
        .attr("data-testid", "connection")
        .attr("data-state", state)
        .child(tag("span").text(text))
        .child(part_when(move || chat.line() == Line::Stopped, reload))
        .into()
}
