//! Making a room.

use leptos::prelude::*;

use super::{
    dialog::dialog,
    name_form::{Wording, name_form},
};
use crate::{
    chat::{random_draft, use_chat},
    parts::{Task, View},
    texts::use_texts,
};

/// The dialog in which a room is made. `close` is called when it is closed.
pub fn new_room(close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let attempt = StoredValue::new(None);
    let ask = Callback::new(move |name: String| -> Task<_> {
        // The same name asked for again, because the answer was lost, is the same room.
        let before = attempt.get_value().filter(|(asked, _)| *asked == name);
        let draft = before.map_or_else(random_draft, |(_, draft)| draft);
        attempt.set_value(Some((name.clone(), draft)));
        Box::pin(async move {
            chat.make_room(draft, name).await?;
            let _ = close.try_run(());
            Ok(())
        })
    });
    let wording = Wording { label: |t| t.room_name, hint: |t| t.new_room_hint, button: |t| t.create };
    dialog(t.say(|t| t.new_room), close, move || name_form(wording, ask))
}
