//! What people do in a list of messages, as far as the page sees to it: links to other messages. All else is the annex's, which
//! is loaded when somebody first points at the list, or comes into it by keys; until it is there, what they do waits for it.

use std::{cell::Cell, rc::Rc, time::Duration};

use js_sys::{Array, Function, Reflect};
use maru_shared::{RoomId, Seq};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, MouseEvent};

use crate::{
    chat::{Chat, use_chat},
    dom::{modules, page},
    ground::set_timeout,
    parts::{Watched, around, begin, listen},
    seam::{Told, say},
    texts::use_texts,
};

/// For so long it is said that the annex could not be had.
const TOLD: Duration = Duration::from_secs(6);

/// What somebody does that may be meant for the annex.
const MEANT: [&str; 7] =
    ["mousemove", "focusin", "pointerdown", "pointerup", "pointercancel", "keydown", "click"];

thread_local! {
    /// Whether the annex sees what people do.
    static IS_THERE: Cell<bool> = const { Cell::new(false) };
    /// Whether it could not be had when it was wanted: whoever only points at the list does not ask for it again.
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Listens, for as long as the owner lives, to what is done in `view`, which shows the messages of a room.
pub fn tie(view: &Element, room: RoomId) {
    let chat = use_chat();
    listen(view.clone(), "click", move |event: MouseEvent| follow(chat, room, &event));
    let waiting = Watched::new(Vec::<(Event, Element)>::new());
    let failed = use_texts().say(|t| t.annex_failed);
    let come: Rc<dyn Fn()> = Rc::new(move || {
        begin(async move {
            let is_there = modules::load("annex").await;
            if is_there && !IS_THERE.replace(true) {
                say(&Told::Begin);
            }
            HAS_FAILED.set(!is_there);
            let waiting = waiting.try_update_untracked(std::mem::take).unwrap_or_default();
            for (event, target) in waiting {
                let is_choice = is_choice(&event);
                if is_choice {
                    let _ = target.remove_attribute("aria-busy");
                }
                if is_there {
                    again(&event, &target);
                } else if is_choice && let Some(outcome) = page::first(".outcome") {
                    outcome.set_text_content(Some(failed()));
                    set_timeout(move || outcome.set_text_content(None), TOLD);
                }
            }
        });
    });
    for event in MEANT {
        let come = Rc::clone(&come);
        listen(view.clone(), event, move |event: Event| {
            if IS_THERE.get() || is_no_reason(&event) {
                return;
            }
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let target = target.filter(|target| !target.matches(FIELDS).unwrap_or(true));
            let Some(target) = target else { return };
            let target = match deed(&event).filter(|_| event.type_() == "click") {
                None => target,
                // The page goes there itself.
                Some((_, deed)) if deed == "to" => return,
                Some((button, _)) => {
                    // It is to be seen that it is being waited for.
                    let _ = button.set_attribute("aria-busy", "true");
                    button
                }
            };
            let is_first = waiting.try_update_untracked(|waiting| {
                let is_first = waiting.is_empty();
                waiting.retain(|(other, _)| other.type_() != event.type_());
                waiting.push((event, target));
                is_first
            });
            if is_first == Some(true) {
                come();
            }
        });
    }
}

/// Where one writes: not for the annex to see.
const FIELDS: &str = "textarea, .edit *, .refused *";

/// Whether this is no reason to load the annex. Browsers say that the mouse has moved when something else comes to lie under it,
/// too: then it is only loaded where it is coming anyway, and not for whoever wants little to be loaded.
fn is_no_reason(event: &Event) -> bool {
    let moved = event.dyn_ref::<MouseEvent>().filter(|event| event.type_() == "mousemove");
    moved.is_some_and(|moved| {
        let rests = moved.movement_x() == 0 && moved.movement_y() == 0;
        HAS_FAILED.get() || (rests && !modules::is_coming("annex"))
    })
}

/// Whether something was chosen.
fn is_choice(event: &Event) -> bool {
    event.type_() == "click" && deed(event).is_some()
}

/// What is to be done with a message, and the button that says so.
fn deed(event: &Event) -> Option<(Element, String)> {
    let button = around(event, "[data-deed]")?;
    let deed = button.get_attribute("data-deed")?;
    Some((button, deed))
}

/// Lets it happen once more.
fn again(event: &Event, target: &Element) {
    let words = Array::of2(&event.type_().into(), event);
    let kind = Reflect::get(event, &"constructor".into()).map(JsValue::unchecked_into::<Function>);
    let event = kind.and_then(|kind| Reflect::construct(&kind, &words));
    if let Ok(event) = event {
        // Fails only for an event that is on its way already.
        let _ = target.dispatch_event(event.unchecked_ref());
    }
}

/// Goes to the message to which a link or a quote leads.
fn follow(chat: Chat, room: RoomId, event: &MouseEvent) {
    let link = around(event, "a");
    // With a modifier key the browser opens it elsewhere.
    let link = link.filter(|_| !(event.ctrl_key() || event.meta_key() || event.shift_key()));
    if let Some((room, seq)) = link.and_then(|link| page::place_behind(&link)) {
        event.prevent_default();
        return chat.follow_link(room, seq);
    }
    let to = deed(event).and_then(|(button, _)| button.get_attribute("data-to"));
    if let Some(seq) = to.and_then(|seq| seq.parse().ok()) {
        chat.go_to(room, Seq(seq));
    }
}
