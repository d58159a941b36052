//! Why something was not done.

use crate::{
    chat::Failure,
    parts::{View, Watched, part_when, tag},
    texts::{Texts, use_texts},
};

/// Why something was not done, and what to do; nothing while nothing went wrong.
pub fn refusal(why: Watched<Option<Failure>>) -> View {
    let t = use_texts();
    let words = move || why.get().map(|why| in_words(why, t.get()));
    part_when(
        move || why.with(Option::is_some),
        move || tag("p").class("refusal").attr("role", "alert").text(words),
    )
}

/// Why something was not done, in whatever language is spoken.
pub fn reason(why: Failure) -> impl Fn() -> String + 'static {
    use_texts().tell(move |t| in_words(why, t))
}

fn in_words(why: Failure, t: &Texts) -> String {
    match why {
        Failure::Refused(why) => (t.refusal)(why),
        Failure::Unreachable => t.unreachable.to_owned(),
    }
}
