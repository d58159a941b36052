//! What keys do in a list of messages.

use web_sys::{Element, KeyboardEvent};

use super::{Deeds, Place, closest, focus, target};
use crate::{
    annex::deed::ask_of,
    dom::page,
    ground::document,
    parts::listen,
    seam::{Deed, Said, Wish, ask_offered, say},
};

impl Deeds {
    pub(super) fn hear_keys(self) {
        listen(document(), "keydown", move |event: KeyboardEvent| self.key_down(&event));
    }

    fn key_down(self, event: &KeyboardEvent) {
        let Some(target) = target(event) else { return };
        let Some(log) = closest(&target, "[data-room]") else { return };
        // What lies beside a button of the bar has keys of its own.
        if closest(&target, "[popover]").is_some() {
            return;
        }
        let up_or_down = match event.key().as_str() {
            "ArrowUp" => Some(true),
            "ArrowDown" => Some(false),
            _ => None,
        };
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || event.is_composing() {
            return;
        }
        if target.is_same_node(Some(&log)) {
            if let Some(last) = last_seen(&log).filter(|_| up_or_down.is_some()) {
                event.prevent_default();
                focus(&last);
            }
            return;
        }
        if let Some(bar) = closest(&target, ".message-bar") {
            return along(&bar, &target, event);
        }
        let place = Place::of(&target).filter(|place| place.element.is_same_node(Some(&target)));
        let Some(Place { element: message, room, seq, .. }) = place else { return };
        if let Some(up) = up_or_down {
            event.prevent_default();
            match beside(&message, up) {
                Some(other) => focus(&other),
                None if up => {}
                None => page::focus(".composer textarea"),
            }
            return;
        }
        // Where Hangul is typed, the key says a jamo, and its place the letter.
        let key = event.key();
        let letter = match event.code().strip_prefix("Key") {
            Some(place) if !(key.len() == 1 && key.is_ascii()) => place.to_ascii_lowercase(),
            _ => key,
        };
        match letter.as_str() {
            "r" => say(&Said::Wish(room, seq, Wish::Answer)),
            "e" => say(&Said::Wish(room, seq, Wish::Edit)),
            "+" if ask_offered(room, seq).is_some_and(|offered| offered.open) => {
                if let Ok(Some(pick)) = message.query_selector(".message-bar [data-deed=pick]") {
                    focus(&pick);
                    self.pick(&pick, room, seq);
                }
            }
            "Delete" => {
                if let Some(offered) = ask_offered(room, seq).filter(|offered| offered.delete) {
                    ask_of(Deed::DeleteMessage(room, seq, offered.mine), self.words.get());
                }
            }
            "Escape" => page::focus(".composer textarea"),
            _ => return,
        }
        event.prevent_default();
    }
}

/// The message above or below.
fn beside(message: &Element, up: bool) -> Option<Element> {
    let step = |element: &Element| {
        if up { element.previous_element_sibling() } else { element.next_element_sibling() }
    };
    std::iter::successors(step(message), step).find(is_message)
}

fn is_message(line: &Element) -> bool {
    line.matches("article[data-seq]").unwrap_or(false)
}

/// The last message that is seen as a whole.
fn last_seen(log: &Element) -> Option<Element> {
    let bottom = log.get_bounding_client_rect().bottom() + 1.0;
    let last = log.first_element_child()?.last_element_child();
    std::iter::successors(last, Element::previous_element_sibling)
        .find(|line| is_message(line) && line.get_bounding_client_rect().bottom() <= bottom)
}

/// The arrows lead along the bar.
fn along(bar: &Element, from: &Element, event: &KeyboardEvent) {
    let to = match event.key().as_str() {
        "ArrowRight" => from.next_element_sibling().or_else(|| bar.first_element_child()),
        "ArrowLeft" => from.previous_element_sibling().or_else(|| bar.last_element_child()),
        "Escape" => bar.parent_element(),
        _ => return,
    };
    event.prevent_default();
    to.into_iter().for_each(|to| focus(&to));
}
