//! Why something was not done.

use crate::{
    answer::{Answer, Failure},
    parts::{View, Watched, begin, part_when, tag},
    texts::{Common, use_speech},
};

/// Why something was not done, and what to do; nothing while nothing went wrong.
pub fn refusal(why: Watched<Option<Failure>>) -> View {
    let t = use_speech();
    let words = move || why.get().map(|why| in_words(why, t.get()));
    part_when(
        move || why.with(Option::is_some),
        move || tag("p").class("refusal").attr("role", "alert").text(words),
    )
}

/// Begins something and goes on when it is done; why it was not done is put into `failure`.
pub fn attempt<T: 'static>(
    asked: Answer<T>,
    failure: Watched<Option<Failure>>,
    go_on: impl FnOnce(T) + 'static,
) {
    let go_on: Box<dyn FnOnce(T)> = Box::new(go_on);
    begin(async move {
        match asked.await {
            Ok(done) => go_on(done),
            Err(why) => failure.set(Some(why)),
        }
    });
}

/// Why something was not done, in whatever language is spoken.
pub fn reason(why: Failure) -> impl Fn() -> String + 'static {
    use_speech().tell(move |t| in_words(why, t))
}

fn in_words(why: Failure, t: &Common) -> String {
    match why {
        Failure::Refused(why) => (t.refusal)(why),
        Failure::Unreachable => t.unreachable.to_owned(),
    }
}
