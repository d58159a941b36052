//! The whole page.

use leptos::prelude::*;

use crate::{
    chat::{Chat, Stage},
    components::{banner::Banner, shell::Shell, sign_in::SignIn},
    dom::page,
    wishes::Wishes,
};

/// The whole page: the door, or the chat.
#[component]
pub fn App() -> impl IntoView {
    let chat = Chat::start();
    provide_context(chat);
    let wishes = Wishes::start();
    provide_context(wishes);
    provide_context(wishes.language());
    Effect::new(move |_| {
        let unread = chat.with(|world| world.unread()).unwrap_or(0);
        page::set_title(&if unread == 0 { "Maru".to_owned() } else { format!("({unread}) Maru") });
    });
    let stage = Memo::new(move |_| chat.stage());
    move || match stage.get() {
        Stage::Starting => view! { <Banner/> }.into_any(),
        Stage::SignedOut { thrown_out } => view! { <SignIn thrown_out/> }.into_any(),
        Stage::In => view! { <Shell/> }.into_any(),
    }
}
