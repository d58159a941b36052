//! The place above the field in which the annex shows what one may be about to write. The page only brings it there, and asks it
//! before anything is sent.

use maru_shared::RoomId;

use super::annex::quiet_place;
use crate::{
    chat::use_chat,
    parts::{View, Watched, effect, part_when},
    seam::{AnnexView, Said, Told, hear, say},
};

/// What one may be about to write in a room: as soon as there is a sign in the text with which something begins that can be
/// completed, or obeyed. While `is_loading` it is not known yet what is a command.
pub fn completing(room: RoomId, text: Watched<String>, is_loading: Watched<bool>) -> View {
    let chat = use_chat();
    let (is_wanted, is_asked) = (Watched::new(false), Watched::new(false));
    effect(move || {
        if text.with(|text| text.starts_with('/') || text.contains(['@', ':'])) {
            is_wanted.bring_to(true);
        }
    });
    hear(move |said| {
        if matches!(said, Said::Mentions(of) if of == room) {
            chat.load_members(room);
            is_asked.set(true);
        }
    });
    effect(move || {
        if !is_asked.get() {
            return;
        }
        let members = chat.with(|world| {
            let members = world.room(room)?.members.clone()?;
            Some((members, world.here().to_vec()))
        });
        if let Some((members, here)) = members.flatten() {
            is_asked.set(false);
            say(&Told::Members { members, here });
        }
    });
    part_when(move || is_wanted.get(), move || quiet_place(&AnnexView::Writing(room), is_loading))
}
