//! A message of one's own that is written anew, in its place.

use maru_shared::{RoomId, Seq};

use super::use_deeds;
use crate::{
    annex::{api, deed::ask_of, use_done},
    answer::Failure,
    components::{button::button, refusal::refusal},
    dom::ime::Field,
    ground::*,
    parts::{View, Watched, begin, effect, tag},
    seam::{Deed, Said, ask_offered, say},
};

/// The field in which a message is written anew, with what is written by now. Escape leaves it as it was, Enter saves; what
/// is not taken stays there.
pub(in crate::annex) fn edit(room: RoomId, seq: Seq, begun: String) -> View {
    let deeds = use_deeds();
    let done = use_done();
    let t = deeds.t;
    let text = Watched::new(String::new());
    let failure = Watched::new(None::<Failure>);
    let busy = Watched::new(false);
    let save = move || {
        let now = text.get_untracked();
        let offered = ask_offered(room, seq);
        if now.trim().is_empty() && offered.as_ref().is_none_or(|offered| !offered.has_files) {
            return ask_of(Deed::DeleteMessage(room, seq, true), deeds.words.get());
        }
        if offered.is_some_and(|offered| offered.text == now) {
            return done(None);
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        begin(async move {
            let saved = api::edit(room, seq, now.clone()).await;
            // The place may be gone by now, and more may be written.
            let _ = busy.try_update(|busy| *busy = false);
            let is_all = text.try_update_untracked(|text| *text == now) == Some(true);
            match saved {
                Ok(()) if is_all => done(None),
                Ok(()) => {}
                Err(why) => _ = failure.try_update(|failure| *failure = Some(why)),
            }
        });
    };
    let area = tag("textarea")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "done")
        .attr("aria-label", t.say(|t| t.edit_message))
        .on("input", move |event: ev::Event| {
            let value = event_target_value(&event);
            say(&Said::Rewritten(value.clone()));
            text.set(value);
        })
        .on("keydown", move |event: ev::KeyboardEvent| {
            if event.key() == "Escape" && !event.is_composing() {
                event.stop_propagation();
                done(None);
            }
        });
    let field = Field::tie(&area.element(), move |written| {
        text.set(written);
        save();
        false
    });
    let by_button = field.clone();
    effect(move || {
        field.write(&begun);
        field.focus();
    });
    // The copy of the text behind the field gives it its height.
    let grow = tag("div").class("grow").attr("data-text", move || text.get()).child(area);
    let buttons = tag("div")
        .class("row-of-buttons")
        .child(button("quiet", t.say(|t| t.common.cancel), move || done(None)))
        .child(button("primary", t.say(|t| t.doing.save), move || by_button.send()));
    tag("div")
        .class("edit-field")
        .attr("aria-busy", move || busy.get().then_some("true"))
        .child(tag("div").class("composer-field").child(grow))
        .child(refusal(failure))
        .child(buttons)
        .into()
}
