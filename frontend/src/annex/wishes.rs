//! What the reader wishes for: language and appearance. Kept in the browser.

use crate::{
    dom::{page, storage},
    parts::{Followed, Watched, effect, memo},
    seam::{Said, say},
    texts::Language,
};

/// How the page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// As the system does.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Appearance {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// What the reader wishes for. A handle.
#[derive(Clone, Copy)]
pub struct Wishes {
    /// The chosen language; `None` for the browser's.
    pub chosen_language: Watched<Option<Language>>,
    /// The chosen appearance.
    pub appearance: Watched<Appearance>,
}

impl Wishes {
    /// What was wished for before; the document and the page follow from now on.
    pub fn start() -> Self {
        let language = storage::language().and_then(|tag| Language::of_tag(&tag));
        let appearance = match storage::theme().as_deref() {
            Some("light") => Appearance::Light,
            Some("dark") => Appearance::Dark,
            _ => Appearance::System,
        };
        let wishes = Self { chosen_language: Watched::new(language), appearance: Watched::new(appearance) };
        effect(move || page::set_theme(wishes.appearance.get().name()));
        let language = wishes.language();
        // At first, too: another tab may have wished for another one since the page began.
        effect(move || say(&Said::Speaks(language.get().tag().to_owned())));
        wishes
    }

    /// The language that is spoken.
    pub fn language(self) -> Followed<Language> {
        let browsers = page::browsers_language();
        memo(move || self.chosen_language.get().unwrap_or(browsers))
    }

    /// Chooses a language; `None` for the browser's.
    pub fn speak(self, language: Option<Language>) {
        storage::keep_language(language.map(Language::tag));
        self.chosen_language.set(language);
    }

    /// Chooses an appearance.
    pub fn appear(self, appearance: Appearance) {
        storage::keep_theme(appearance.name());
        self.appearance.set(appearance);
    }
}
