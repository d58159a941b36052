//! Who has read up to a message, beside it.

use maru_shared::Member;

use super::avatar::avatar;
use crate::{
    ground::*,
    parts::{Tag, View, part, tag},
    state::rows::Row,
    texts::use_texts,
};

/// So many faces are shown; of the others only how many they are.
const SHOWN: usize = 5;

/// Those who have read up to a message and no further. They lie over the lines: no line moves when they do.
pub fn readers(row: ArcRwSignal<Row>) -> View {
    let readers = move || {
        row.with(|row| match row {
            Row::Message(message) => message.readers.clone(),
            _ => Vec::new(),
        })
    };
    part(readers, |readers| if readers.is_empty() { View::nothing() } else { faces(&readers).into() })
}

fn faces(readers: &[Member]) -> Tag {
    let names: Vec<String> = readers.iter().map(|reader| reader.name.to_string()).collect();
    let t = use_texts();
    let said = t.tell(move |t| (t.read_by)(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    let faces = tag("span").class("readers").attr("data-testid", "readers");
    let shown = readers.iter().take(SHOWN).fold(faces, |faces, reader| faces.child(avatar(reader)));
    let shown = match readers.len().saturating_sub(SHOWN) {
        0 => shown,
        more => {
            let more = tag("span").class("readers-more").attr("aria-hidden", "true").text(format!("+{more}"));
            shown.child(more)
        }
    };
    let element = shown.element();
    shown.child(tag("span").class("visually-hidden").text(move || {
        let said = said();
        // Setting a well-formed attribute cannot fail.
        let _ = element.set_attribute("title", &said);
        said
    }))
}
