//! What one does with the messages of a list: by the bar of the message that is pointed at or has the focus, by its menu,
//! by keys, and by holding a finger on it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use maru_shared::{Emoji, RoomId, Seq};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent};

use crate::{
    chat::{Chat, use_chat},
    components::{
        button::button,
        emoji::quick_emoji,
        emoji_picker::pick_emoji,
        icon::{DOTS, REPLY, SMILE, icon},
        menu::{Menus, use_menus},
        sheet::{Sheet, Sheets, use_sheets},
    },
    dom::page,
    ground::*,
    parts::{Tag, View, Watched, begin, listen, tag},
    seam::Deed,
    texts::{Label, use_texts},
};

/// What one does with the messages of a list. A handle.
#[derive(Clone)]
pub struct Deeds {
    chat: Chat,
    menus: Menus,
    sheets: Sheets,
    room: RoomId,
    /// There is one, which goes to the message that it is for.
    bar: Element,
    /// The emoji that are offered in it.
    quick: Watched<Vec<String>>,
    finger: Rc<Finger>,
}

/// The finger that is on a message.
#[derive(Default)]
struct Finger {
    /// What is waited for until it was there long enough.
    waits: RefCell<Option<Timeout>>,
    /// It was: lifting it is no click.
    held: Cell<bool>,
}

/// So many emoji are offered beside a message.
const QUICK: usize = 3;
/// For so long a finger is held on a message to see what one can do.
const HELD: u32 = 450;

impl Deeds {
    /// Listens, for as long as the owner lives, to what is done in `view`, which shows the messages of a room.
    pub fn tie(view: &Element, room: RoomId) {
        let quick = Watched::new(quick_emoji());
        let bar = bar(quick).element();
        let (chat, menus, sheets) = (use_chat(), use_menus(), use_sheets());
        let deeds = Self { chat, menus, sheets, room, bar, quick, finger: Rc::default() };
        for event in ["mouseover", "focusin"] {
            let deeds = deeds.clone();
            listen(view.clone(), event, move |event: Event| {
                if let Some((message, _)) = target(&event).and_then(|target| message(&target)) {
                    deeds.bring_bar(&message);
                }
            });
        }
        let own = deeds.clone();
        listen(view.clone(), "click", move |event: MouseEvent| own.clicked(&event));
        let own = deeds.clone();
        let log = view.clone();
        listen(view.clone(), "keydown", move |event: KeyboardEvent| own.key_down(&event, &log));
        deeds.hear_fingers(view);
    }

    /// Brings the bar to a message, unless what it opened is still open.
    fn bring_bar(&self, message: &Element) {
        let is_there = message.contains(Some(&self.bar));
        let is_busy = self.bar.query_selector("[popover]").is_ok_and(|open| open.is_some());
        if !is_there && !is_busy {
            self.quick.bring_to(quick_emoji());
            let _ = message.append_child(&self.bar);
        }
    }

    fn clicked(&self, event: &MouseEvent) {
        let Some(target) = target(event) else { return };
        if self.finger.held.replace(false) {
            return event.prevent_default();
        }
        // With a modifier key the browser opens it elsewhere.
        let link =
            closest(&target, "a").filter(|_| !(event.ctrl_key() || event.meta_key() || event.shift_key()));
        if let Some((room, seq)) = link.and_then(|link| page::place_behind(&link)) {
            event.prevent_default();
            return self.chat.follow_link(room, seq);
        }
        let Some(button) = closest(&target, "[data-deed]") else { return };
        let deed = button.get_attribute("data-deed").unwrap_or_default();
        if deed == "to" {
            let to = button.get_attribute("data-to").and_then(|seq| seq.parse().ok());
            return to.into_iter().for_each(|seq| self.chat.go_to(self.room, Seq(seq)));
        }
        let Some((_, seq)) = message(&button) else { return };
        match deed.as_str() {
            "react" => {
                if let Some(emoji) = button.get_attribute("data-emoji") {
                    self.chat.react(self.room, seq, &Emoji::known(emoji));
                }
            }
            "pick" => self.pick(button, seq),
            "reply" => reply(self.chat, self.room, seq),
            _ => {
                let Self { chat, menus, sheets, room, .. } = *self;
                let close = Callback::new(move |()| menus.close());
                menus.open(button, move || offers(chat, sheets, room, seq, close));
            }
        }
    }

    fn pick(&self, beside: Element, seq: Seq) {
        let (chat, room) = (self.chat, self.room);
        pick_emoji(self.menus, beside, Callback::new(move |emoji| chat.react(room, seq, &emoji)));
    }

    fn key_down(&self, event: &KeyboardEvent, log: &Element) {
        let Some(target) = target(event) else { return };
        let up_or_down = match event.key().as_str() {
            "ArrowUp" => Some(true),
            "ArrowDown" => Some(false),
            _ => None,
        };
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || event.is_composing() {
            return;
        }
        if target.is_same_node(Some(log)) {
            if let Some(last) = last_seen(log).filter(|_| up_or_down.is_some()) {
                event.prevent_default();
                focus(&last);
            }
            return;
        }
        if let Some(bar) = closest(&target, ".message-bar") {
            return along(&bar, &target, event);
        }
        let Some((message, seq)) =
            message(&target).filter(|(message, _)| message.is_same_node(Some(&target)))
        else {
            return;
        };
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
        let deeds = self.chat.deeds(self.room, seq);
        let open = deeds.as_ref().is_some_and(|deeds| deeds.open);
        match letter.as_str() {
            "r" if open => reply(self.chat, self.room, seq),
            "e" => self.chat.begin_editing(self.room, seq),
            "+" if open => {
                if let Ok(Some(pick)) = self.bar.query_selector("[data-deed=pick]") {
                    focus(&pick);
                    self.pick(pick, seq);
                }
            }
            "Delete" => {
                if let Some(deeds) = deeds.filter(|deeds| deeds.delete) {
                    self.sheets.open(Sheet::Deed(Deed::DeleteMessage(self.room, seq, deeds.mine)));
                }
            }
            "Escape" => page::focus(".composer textarea"),
            _ => return,
        }
        event.prevent_default();
    }

    /// A finger that is held on a message shows what one can do with it; on a reaction, who reacted.
    fn hear_fingers(&self, view: &Element) {
        let deeds = self.clone();
        listen(view.clone(), "pointerdown", move |event: PointerEvent| {
            deeds.let_go();
            deeds.finger.held.set(false);
            let touched = target(&event).filter(|_| event.pointer_type() == "touch" && event.is_primary());
            let Some(target) = touched.filter(|target| closest(target, ".edit, .refused").is_none()) else {
                return;
            };
            let Some((_, seq)) = message(&target) else { return };
            let emoji = closest(&target, ".reaction").and_then(|chip| chip.get_attribute("data-emoji"));
            let (room, sheets, finger) = (deeds.room, deeds.sheets, Rc::clone(&deeds.finger));
            let show = move || {
                finger.held.set(true);
                sheets.open(match emoji {
                    Some(emoji) => Sheet::Reactors(room, seq, vec![Emoji::known(emoji)]),
                    None => Sheet::Message(room, seq),
                });
            };
            deeds.finger.waits.replace(Some(Timeout::new(HELD, show)));
        });
        // Where the finger scrolls, it is taken from the page.
        for event in ["pointerup", "pointercancel"] {
            let deeds = self.clone();
            listen(view.clone(), event, move |_: Event| deeds.let_go());
        }
        // What it has opened may be under the finger when that is lifted.
        let finger = Rc::clone(&self.finger);
        listen(view.clone(), "touchend", move |event: Event| {
            if finger.held.replace(false) && event.cancelable() {
                event.prevent_default();
            }
        });
        let finger = Rc::clone(&self.finger);
        listen(view.clone(), "contextmenu", move |event: Event| {
            if finger.held.get() || finger.waits.borrow().is_some() {
                event.prevent_default();
            }
        });
    }

    fn let_go(&self) {
        drop(self.finger.waits.take());
    }
}

/// All that one can do with a message; `close` is called before it is done.
pub fn offers(chat: Chat, sheets: Sheets, room: RoomId, seq: Seq, close: Callback<()>) -> View {
    let t = use_texts();
    let Some(deeds) = chat.deeds(room, seq) else { return View::nothing() };
    let offer = |label: Label, harms: bool, act: Box<dyn Fn()>| {
        let class = if harms { "plain harms" } else { "plain" };
        let act: Rc<dyn Fn()> = act.into();
        let act = move || {
            close.run(());
            let act = Rc::clone(&act);
            // What is closed gives the focus back first.
            begin(async move {
                tick().await;
                act();
            });
        };
        View::from(button(class, t.say(label), act))
    };
    let opens = |sheet: Sheet| -> Box<dyn Fn()> { Box::new(move || sheets.open(sheet.clone())) };
    let mut offers: Vec<View> = Vec::new();
    if deeds.open {
        offers.push(offer(|t| t.reply, false, Box::new(move || reply(chat, room, seq))));
    }
    if deeds.open && deeds.mine {
        offers.push(offer(|t| t.edit, false, Box::new(move || chat.begin_editing(room, seq))));
    }
    let text = deeds.message.text;
    if !text.is_empty() {
        offers.push(offer(|t| t.copy_text, false, Box::new(move || chat.copy(text.clone()))));
    }
    offers.push(offer(|t| t.copy_link, false, Box::new(move || chat.copy(page::permalink(room, seq)))));
    if deeds.pin {
        let pinned = deeds.message.pinned;
        let label: Label = if pinned { |t| t.unpin } else { |t| t.pin };
        offers.push(offer(label, false, Box::new(move || chat.pin(room, seq, !pinned))));
    }
    offers.push(offer(|t| t.unread_from, false, Box::new(move || chat.unread_from(room, seq))));
    let emoji: Vec<Emoji> = deeds.message.reactions.into_iter().map(|reaction| reaction.emoji).collect();
    if !emoji.is_empty() {
        offers.push(offer(|t| t.reactors, false, opens(Sheet::Reactors(room, seq, emoji))));
    }
    if deeds.versions {
        offers.push(offer(|t| t.versions, false, opens(Sheet::Versions(room, seq))));
    }
    if deeds.delete {
        let delete = Deed::DeleteMessage(room, seq, deeds.mine);
        offers.push(offer(|t| t.common.delete, true, opens(Sheet::Deed(delete))));
    }
    offers.into_iter().collect()
}

fn reply(chat: Chat, room: RoomId, seq: Seq) {
    if let Some(deeds) = chat.deeds(room, seq).filter(|deeds| deeds.open) {
        chat.answer(room, Some(deeds.quote));
        page::focus(".composer textarea");
    }
}

/// The bar of a message.
fn bar(quick: Watched<Vec<String>>) -> Tag {
    let t = use_texts();
    let deed = |what: &'static str| tag("button").attr("type", "button").attr("data-deed", what);
    let signed = |what, path, label: Label| {
        deed(what).attr("aria-label", t.say(label)).attr("title", t.say(label)).child(icon(path))
    };
    let bar = tag("div").class("message-bar").attr("role", "toolbar").attr("aria-label", t.say(|t| t.deeds));
    let bar = (0..QUICK).fold(bar, |bar, index| {
        let emoji = move || quick.with(|quick| quick.get(index).cloned()).unwrap_or_default();
        let label = t.tell(move |t| (t.react_by)(&emoji()));
        bar.child(deed("react").attr("data-emoji", emoji).attr("aria-label", label).text(emoji))
    });
    bar.child(signed("pick", SMILE, |t| t.react).attr("aria-expanded", "false"))
        .child(signed("reply", REPLY, |t| t.reply))
        .child(signed("more", DOTS, |t| t.common.more).attr("aria-expanded", "false"))
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// The message that this is part of, and its position.
fn message(element: &Element) -> Option<(Element, Seq)> {
    let message = closest(element, "article[data-seq]")?;
    let seq = message.get_attribute("data-seq")?.parse().ok()?;
    Some((message, Seq(seq)))
}

fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
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
