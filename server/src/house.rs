//! How this Maru is run, as far as it can be changed while it runs.

use std::sync::{PoisonError, RwLock};

use maru_shared::api::Settings;

/// How this Maru is run, as far as it can be changed while it runs.
pub struct House(RwLock<Settings>);

impl House {
    /// A house that is run so at first.
    pub fn new(settings: Settings) -> Self {
        Self(RwLock::new(settings))
    }

    /// How it is run now.
    pub fn settings(&self) -> Settings {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is run so from now on.
    pub fn run_by(&self, settings: Settings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }
}
