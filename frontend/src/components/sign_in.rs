//! The door.

use leptos::prelude::*;

use super::name_form::NameForm;
use crate::{chat::use_chat, parts::Task, texts::use_texts};

/// The door: a name, and one is in.
#[component]
pub fn SignIn(
    /// The session ended without one's doing.
    thrown_out: bool,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let ask = Callback::new(move |name| -> Task<_> { Box::pin(chat.sign_in(name)) });
    let note = thrown_out.then(|| {
        view! { <p class="note" role="status">{t.say(|t| t.signed_out_elsewhere)}</p> }
    });
    view! {
        <main class="door">
            <div class="door-card">
                <h1>"Maru"</h1>
                <p class="tagline">{t.say(|t| t.tagline)}</p>
                {note}
                <NameForm label=|t| t.your_name hint=|t| t.sign_in_hint button=|t| t.come_in ask/>
            </div>
        </main>
    }
}
