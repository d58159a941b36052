//! Making a room.

use leptos::prelude::*;

use super::{
    dialog::dialog,
    form::{Asked, Kind, form_as, options},
};
use crate::{
    chat::{Answer, random_draft, use_chat},
    parts::{View, Watched},
    texts::{Label, use_texts},
};

/// Which of the two kinds is private.
const PRIVATE: usize = 1;

/// The dialog in which a room is made. `close` is called when it is closed.
pub fn new_room(close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let attempt = StoredValue::new(None);
    let kind = Watched::new(0);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let name = typed.pop().unwrap_or_default();
        let asked = (name.clone(), kind.get_untracked());
        // The same asked for again, because the answer was lost, is the same room.
        let before = attempt.get_value().filter(|(before, _)| *before == asked);
        let draft = before.map_or_else(random_draft, |(_, draft)| draft);
        attempt.set_value(Some((asked, draft)));
        let is_private = kind.get_untracked() == PRIVATE;
        Box::pin(async move {
            chat.make_room(draft, name, is_private).await?;
            let _ = close.try_run(());
            Ok(())
        })
    });
    let name = Asked { kind: Kind::Name, label: |t| t.common.room_name, hint: None };
    let inside = move || {
        let kinds: [(Label, Option<Label>); 2] =
            [(|t| t.public_room, Some(|t| t.new_room_hint)), (|t| t.private_room, Some(|t| t.private_hint))];
        let kinds = options(|t| t.who_finds_it, &kinds, kind);
        form_as("primary", &[name], "", kinds, |t| t.create, ask)
    };
    dialog(t.say(|t| t.new_room), close, inside)
}
