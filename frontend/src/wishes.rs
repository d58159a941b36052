//! The language that the page speaks: the one that the reader wishes for, or the browser's. How the page looks is wished
//! for in the annex, and begun with by `index.html`.

use crate::{
    dom::{page, storage},
    parts::{Followed, Watched, effect, memo},
    seam::{Said, hear},
    texts::Language,
};

/// The language that is spoken; the document follows from now on.
pub fn language() -> Followed<Language> {
    let kept = storage::language().and_then(|tag| Language::of_tag(&tag));
    let spoken = Watched::new(kept.unwrap_or_else(page::browsers_language));
    hear(move |said| {
        if let Said::Speaks(tag) = said
            && let Some(language) = Language::of_tag(&tag)
        {
            spoken.bring_to(language);
        }
    });
    let language = memo(move || spoken.get());
    effect(move || page::set_language(language.get()));
    language
}
