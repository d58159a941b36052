//! A view of the annex, in a dialog or another place of the page.

use web_sys::Element;

use super::{
    button::button,
    dialog::dialog,
    sheet::{Sheet, Sheets},
};
use crate::{
    chat::{Chat, use_chat},
    dom::{modules, page},
    ground::*,
    parts::{Tag, Text, View, Watched, at_end, begin, effect, follow, memo, part, tag, to_json},
    seam::{self, AnnexView, Asked, Said, Titled, Told, hear, say},
    texts::use_texts,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Failed,
    Shown,
}

/// The dialog in which the annex shows a view, as in [`Asked`], with `more` of the page's own below it. `close` is called when it is
/// closed.
pub fn annex(view: String, title: impl Into<Text>, close: Callback<()>, more: impl FnOnce() -> View) -> View {
    dialog(title, close, || [placed(view, close, None), more()])
}

/// The place in which the annex shows a view. `done` is called when the view has done its work.
pub fn place(view: &AnnexView, done: Callback<()>) -> View {
    placed(to_json(view), done, None)
}

/// The same, in the place of something else: where the annex cannot be loaded, `done` is the way back to that, by a button or
/// Escape, and the focus is there.
pub fn place_instead(view: &AnnexView, done: Callback<()>) -> View {
    placed(to_json(view), done, Some(done))
}

/// Has the annex show a view beside a button, as soon as it is there; in a dialog, which says so, where it cannot be loaded.
pub fn beside(chat: Chat, sheets: Sheets, button: &Element, title: String, view: &AnnexView) {
    let (turn, view) = (chat.next_turn(), to_json(view));
    button.set_id(&seam::host(turn));
    begin(async move {
        if modules::load("annex").await {
            say(&Told::Beside(Asked { view, known: chat.known(), turn }));
        } else {
            sheets.open(Sheet::View(Titled { title, view }));
        }
    });
}

fn placed(view: String, done: Callback<()>, back: Option<Callback<()>>) -> View {
    let (host, stage, load) = mounted(view, done);
    let until_shown = move |stage| match stage {
        Stage::Loading => {
            tag("p").class("hint").attr("role", "status").text(use_texts().say(|t| t.common.loading)).into()
        }
        Stage::Failed => failed(load, back),
        Stage::Shown => View::nothing(),
    };
    [part(move || stage.get(), until_shown), host.into()].into()
}

/// The place of a view without which one can do as well: nothing is said until it is there. `is_loading` is kept true until it
/// is known whether it will be.
pub fn quiet_place(view: &AnnexView, is_loading: Watched<bool>) -> View {
    let (host, stage, _) = mounted(to_json(view), Callback::new(|()| {}));
    follow(move || is_loading.bring_to(stage.get() == Stage::Loading));
    host.into()
}

/// Where the annex shows a view, how far it is, and what loads it again.
fn mounted(view: String, done: Callback<()>) -> (Tag, Watched<Stage>, Callback<()>) {
    let chat = use_chat();
    let turn = chat.next_turn();
    let host = tag("div").attr("id", seam::host(turn));
    let stage = Watched::new(Stage::Loading);
    // Asked for whatever happens anywhere: told only when it differs.
    let known = memo(move || chat.known());
    let load = Callback::new(move |()| {
        let view = view.clone();
        stage.set(Stage::Loading);
        begin(async move {
            let now = if modules::load("annex").await { Stage::Shown } else { Stage::Failed };
            // The place may be gone by now.
            if stage.try_update(|stage| *stage = now).is_some() && now == Stage::Shown {
                say(&Told::Show(Asked { view, known: known.get_untracked(), turn }));
            }
        });
    });
    follow(move || known.get().into_iter().for_each(|known| say(&Told::Known(known))));
    hear(move |said| {
        if matches!(said, Said::Done { turn: its, .. } if its == turn) {
            done.run(());
        }
    });
    at_end(move || say(&Told::End(turn)));
    load.run(());
    (host, stage, load)
}

fn failed(load: Callback<()>, back: Option<Callback<()>>) -> View {
    let t = use_texts();
    let again = move || {
        // The button is about to go: the focus goes back to where it was when the dialog was opened.
        page::focus("dialog button");
        load.run(());
    };
    let again = button("primary", t.say(|t| t.load_again), again);
    let mut buttons = tag("div").class("row-of-buttons");
    if let Some(back) = back {
        let leave = move |event: ev::KeyboardEvent| {
            if event.key() == "Escape" {
                back.run(());
            }
        };
        effect(|| page::focus("[role=alert] + * > .primary"));
        let cancel = button("quiet", t.say(|t| t.common.cancel), move || back.run(()));
        buttons = buttons.on("keydown", leave).child(cancel);
    }
    let buttons = buttons.child(button("quiet", t.say(|t| t.reload), page::reload)).child(again);
    [tag("p").class("refusal").attr("role", "alert").text(t.say(|t| t.annex_failed)).into(), buttons.into()]
        .into()
}
