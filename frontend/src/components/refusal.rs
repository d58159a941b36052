//! Why something was not done.

use leptos::prelude::*;

use crate::{
    chat::Failure,
    parts::{memo, part_when},
    texts::use_texts,
};

/// Why something was not done, and what to do; nothing while nothing went wrong.
#[component]
pub fn Refusal(
    /// Why, if so.
    why: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let t = use_texts();
    let reason = t.tell(move |t| match why.get() {
        None => String::new(),
        Some(Failure::Refused(why)) => (t.refusal)(why),
        Some(Failure::Unreachable) => t.unreachable.to_owned(),
    });
    part_when(memo(move || why.get().is_some()), move || {
        view! { <p class="refusal" role="alert">{reason}</p> }.into_any()
    })
}
