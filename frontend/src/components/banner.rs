//! How the line is, when it is not well.

use leptos::prelude::*;

use crate::{
    chat::{Line, use_chat},
    dom::page,
    texts::use_texts,
};

/// How the line is: nothing while all is well.
#[component]
pub fn Banner() -> impl IntoView {
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
    view! {
        <div class="banner" role="status" data-testid="connection" data-state=state>
            <span>{text}</span>
            <Show when=move || chat.line() == Line::Stopped>
                <button class="quiet" on:click=move |_| page::reload()>{move || t.get().reload}</button>
            </Show>
        </div>
    }
}
