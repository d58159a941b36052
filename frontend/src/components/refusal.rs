//! Why something was not done.

use crate::{
    chat::Failure,
    parts::{View, Watched, part_when, tag},
    texts::use_texts,
};

/// Why something was not done, and what to do; nothing while nothing went wrong.
pub fn refusal(why: Watched<Option<Failure>>) -> View {
    let t = use_texts();
    let reason = move || match why.get() {
        None => String::new(),
        Some(Failure::Refused(why)) => (t.get().refusal)(why),
        Some(Failure::Unreachable) => t.get().unreachable.to_owned(),
    };
    part_when(
        move || why.with(Option::is_some),
        move || tag("p").class("refusal").attr("role", "alert").text(reason),
    )
}
