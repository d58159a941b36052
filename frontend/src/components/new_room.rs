//! Making a room.

use leptos::prelude::*;

use super::{
    dialog::dialog,
    form::{Asked, Kind, form},
};
use crate::{
    chat::{Answer, random_draft, use_chat},
    parts::View,
    texts::use_texts,
};

/// The dialog in which a room is made. `close` is called when it is closed.
pub fn new_room(close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let attempt = StoredValue::new(None);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let name = typed.pop().unwrap_or_default();
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
    let name = Asked { kind: Kind::Name, label: |t| t.room_name, hint: Some(|t| t.new_room_hint) };
    dialog(t.say(|t| t.new_room), close, move || form(&[name], |t| t.create, ask))
}
