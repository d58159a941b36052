//! The whole page.

use leptos::prelude::*;

use crate::{
    chat::{Chat, Stage},
    components::{banner::Banner, shell::Shell, sign_in::SignIn},
    dom::page,
    parts::{effect, memo, part},
    state::world::World,
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
    let unread = memo(move || chat.with(World::unread).unwrap_or(0));
    effect(move || {
        let unread = unread.get();
        page::set_title(&if unread == 0 { "Maru".to_owned() } else { format!("({unread}) Maru") });
    });
    let stage = memo(move || chat.stage());
    part(move || match stage.get() {
        Stage::Starting => view! { <Banner/> }.into_any(),
        Stage::SignedOut { thrown_out } => view! { <SignIn thrown_out/> }.into_any(),
        Stage::In => view! { <Shell/> }.into_any(),
    })
}
