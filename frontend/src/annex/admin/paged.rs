//! A long list, asked for page by page.

use super::{
    api::PAGE,
    texts::{AdminTexts, use_admin_texts},
};
use crate::{
    answer::{Answer, Failure},
    components::{button::button, refusal::refusal},
    ground::*,
    parts::{Task, View, Watched, begin, part_when, tag},
    state::pages::Pages,
    texts::Label,
};

/// A long list. A handle.
pub struct Paged<T: 'static> {
    pub pages: Watched<Pages<T>>,
    failure: Watched<Option<Failure>>,
    /// Asks for the first page, or for the next.
    load: Callback<bool>,
}

impl<T> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Paged<T> {}

impl<T: 'static> Paged<T> {
    /// Asks for the first page. `ask` is told what is listed last, where it is to go on.
    pub fn start(ask: impl Fn(Option<&T>) -> Answer<Vec<T>> + Send + Sync + 'static) -> Self {
        let pages = Watched::new(Pages::new(PAGE));
        let failure = Watched::new(None::<Failure>);
        let load = Callback::new(move |anew: bool| {
            let asked =
                pages.try_update(|pages| if anew { Some(pages.anew()) } else { pages.next() }).flatten();
            let Some(asked) = asked else { return };
            let answer =
                pages.with_untracked(|pages| ask(pages.listed().last().filter(|_| !asked.is_first())));
            let task: Task<()> = Box::pin(async move {
                match answer.await {
                    Ok(page) => {
                        failure.set(None);
                        let _ = pages.try_update(|pages| pages.take(asked, page));
                    }
                    Err(why) => {
                        if pages.try_update(|pages| pages.answered(asked)) == Some(true) {
                            failure.set(Some(why));
                        }
                    }
                }
            });
            begin(task);
        });
        load.run(true);
        Self { pages, failure, load }
    }

    /// Asks for the first page again.
    pub fn anew(self) {
        let _ = self.load.try_run(true);
    }

    /// What is below the list: that there is nothing, why there is no more, and the button for more.
    pub fn below(self, empty: Label<AdminTexts>, more: Label<AdminTexts>) -> View {
        let t = use_admin_texts();
        let Self { pages, failure, load } = self;
        [
            part_when(
                move || pages.with(Pages::is_empty),
                move || tag("p").class("hint").attr("role", "status").text(t.say(empty)),
            ),
            refusal(failure),
            part_when(
                move || pages.with(Pages::has_more) && !failure.with(Option::is_some),
                move || button("quiet more", t.say(more), move || load.run(false)),
            ),
            part_when(
                move || failure.with(Option::is_some),
                move || button("quiet more", t.say(|t| t.again), move || load.run(false)),
            ),
        ]
        .into()
    }
}
