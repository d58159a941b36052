//! The door.

use leptos::prelude::*;

use super::name_form::NameForm;
use crate::{chat::use_chat, texts::use_texts};

/// The door: a name, and one is in.
#[component]
pub fn SignIn(
    /// The session ended without one's doing.
    thrown_out: bool,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let ask = Callback::new(move |name| -> std::pin::Pin<Box<dyn Future<Output = _>>> {
        Box::pin(chat.sign_in(name))
    });
    view! {
        <main class="door">
            <div class="door-card">
                <h1>"Maru"</h1>
                <p class="tagline">{move || t.get().tagline}</p>
                <Show when=move || thrown_out>
                    <p class="note" role="status">{move || t.get().signed_out_elsewhere}</p>
                </Show>
                <NameForm label=|t| t.your_name hint=|t| t.sign_in_hint button=|t| t.come_in ask/>
            </div>
        </main>
    }
}
