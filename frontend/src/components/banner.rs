//! How the line is, when it is not well.

use leptos::prelude::*;

use crate::{
    chat::{Line, use_chat},
    dom::page,
    parts::{memo, part_when},
    texts::use_texts,
};

/// How the line is: nothing while all is well.
#[component]
pub fn Banner() -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let state = Signal::derive(move || match chat.line() {
        Line::Connecting => "connecting",
        Line::Connected => "connected",
        Line::Reconnecting => "reconnecting",
        Line::Offline => "offline",
        Line::Stopped => "stopped",
    });
    let text = Signal::derive(move || match chat.line() {
        Line::Connecting => t.get().connecting,
        Line::Connected => "",
        Line::Reconnecting => t.get().reconnecting,
        Line::Offline => t.get().offline,
        Line::Stopped => t.get().stopped,
    });
    let stopped = memo(move || chat.line() == Line::Stopped);
    let reload = move || {
        view! { <button class="quiet" on:click=|_| page::reload()>{t.say(|t| t.reload)}</button> }.into_any()
    };
    view! {
        <div class="banner" role="status" data-testid="connection" data-state=state>
            <span>{text}</span>
            {part_when(stopped, reload)}
        </div>
    }
}
