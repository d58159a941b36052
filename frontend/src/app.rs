//! The whole page.

use crate::{
    chat::{Chat, Stage},
    components::{banner::banner, link::link, shell::shell, sign_in::sign_in, words::MarkupReader},
    dom::page,
    ground::*,
    parts::{effect, memo, part, show},
    state::world::World,
    wishes,
};

/// Shows the whole page: the door, or the chat.
pub fn app() {
    let chat = Chat::start();
    give(chat);
    give(wishes::language());
    MarkupReader::provide();
    let news = memo(move || chat.with(World::news).unwrap_or(0));
    effect(move || {
        let news = news.get();
        page::set_title(&if news == 0 { "Maru".to_owned() } else { format!("({news}) Maru") });
    });
    show(&part(
        move || (chat.by_link(), chat.stage()),
        |(by_link, stage)| match (by_link, stage) {
            (_, Stage::Starting) => banner(),
            (true, _) => link(),
            (false, Stage::SignedOut(thrown_out)) => sign_in(thrown_out),
            (false, Stage::In) => shell(),
        },
    ));
}
