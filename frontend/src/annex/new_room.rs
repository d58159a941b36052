//! Making a room.

use super::{api, texts::AnnexTexts, use_done};
use crate::{
    answer::Answer,
    client::random_draft,
    components::form::{AskedIn, Kind, form_as, options},
    ground::*,
    parts::{View, Watched},
    texts::Label,
};

/// Which of the two kinds is private.
const PRIVATE: usize = 1;

/// What one says about a room that is to be made.
pub fn new_room() -> View {
    let done = use_done();
    let attempt = StoredValue::new(None);
    let kind = Watched::new(0);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let name = typed.pop().unwrap_or_default();
        let asked = (name.clone(), kind.get_untracked());
        // The same asked for again, because the answer was lost, is the same room.
        let before = attempt.get_value().filter(|(before, _)| *before == asked);
        let draft = before.map_or_else(random_draft, |(_, draft)| draft);
        attempt.set_value(Some((asked, draft)));
        let made = api::make_room(draft, name, kind.get_untracked() == PRIVATE);
        Box::pin(async move {
            done(Some(made.await?.id));
            Ok(())
        })
    });
    let name = AskedIn::<AnnexTexts> { kind: Kind::Name, label: |t| t.doing.room_name, hint: None };
    let kinds: [(Label<AnnexTexts>, Option<Label<AnnexTexts>>); 2] = [
        (|t| t.doing.public_room, Some(|t| t.new_room_hint)),
        (|t| t.doing.private_room, Some(|t| t.private_hint)),
    ];
    let kinds = options(|t: &AnnexTexts| t.who_finds_it, &kinds, kind);
    form_as("primary", &[name], "", kinds, |t| t.create, ask)
}
