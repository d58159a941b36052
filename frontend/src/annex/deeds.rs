//! What one does with messages: by the bar of the message that is pointed at or has the focus, by its menu, by keys, and by
//! holding a finger on it. The page shows the messages; what it alone knows of them it is asked, and what it alone can do with
//! them it is told.

mod edit;
mod fingers;
mod keys;
mod offers;
mod texts;

use std::time::Duration;

use maru_shared::{Emoji, RoomId, Seq};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

pub(super) use self::{edit::edit, offers::sheet};
use self::{
    fingers::Finger,
    offers::offers,
    texts::{DeedTexts, use_deed_texts},
};
use super::{
    emoji::{picker, quick},
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::{Answer, Failure},
    client::http,
    components::icon::{DOTS, REPLY, SMILE, icon},
    dom::{page, popover, storage},
    ground::*,
    parts::{Tag, View, Watched, around, begin, listen, tag},
    seam::{Said, Told, Wish, ask_offered, hear, say},
    texts::{Label, Spoken},
};

/// What one does with messages. A handle.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    /// What everything here belongs to.
    whole: StoredValue<Owner>,
    /// There is one, which goes to the message that it is for.
    bar: Watched<Option<Element>>,
    /// The emoji that are offered in it.
    quick: Watched<Vec<String>>,
    /// What lies beside a button, if something does.
    menu: StoredValue<Option<Owner>>,
    finger: Finger,
    /// How often it was said what came of something.
    told: Watched<u32>,
    t: Spoken<DeedTexts>,
    words: Spoken<AnnexTexts>,
}

/// So many emoji are offered beside a message.
const QUICK: usize = 3;
/// A message, on its way or there.
const MESSAGE: &str = "[data-room] .message";
/// For so long it is said what came of something.
const TOLD: Duration = Duration::from_secs(6);

impl Deeds {
    /// Nothing is done with messages until the page says that it may begin.
    pub(super) fn start() -> Self {
        let deeds = Self {
            whole: StoredValue::new(Owner::current().unwrap_or_default()),
            bar: Watched::new(None),
            quick: Watched::new(Vec::new()),
            menu: StoredValue::new(None),
            finger: Finger::default(),
            told: Watched::new(0),
            t: use_deed_texts(),
            words: use_annex_texts(),
        };
        hear(move |told| {
            if matches!(told, Told::Begin) {
                deeds.whole.with_value(|whole| whole.with(|| deeds.begin()));
            }
        });
        deeds
    }

    /// Listens to what is done in the lists of messages, of whatever room.
    fn begin(self) {
        if self.bar.with_untracked(Option::is_some) {
            return;
        }
        self.bar.set(Some(self.make_bar().element()));
        for event in ["mouseover", "focusin"] {
            listen(document(), event, move |event: Event| {
                // One that is still on its way gets it, too: it shows itself when the message is there, without another move.
                if let Some(message) = around(&event, MESSAGE) {
                    self.bring_bar(&message);
                }
            });
        }
        // Somebody points at one already, or has the focus in it.
        let at_hand = document().query_selector("[data-room] .message:is(:hover, :focus-within)");
        at_hand.ok().flatten().iter().for_each(|message| self.bring_bar(message));
        listen(document(), "click", move |event: MouseEvent| self.clicked(&event));
        self.hear_keys();
        self.hear_fingers();
    }

    /// Brings the bar to a message, unless something is open beside a button.
    fn bring_bar(self, message: &Element) {
        let Some(bar) = self.bar.get_untracked() else { return };
        let is_there = message.contains(Some(&bar));
        let is_busy = document().query_selector(":popover-open").is_ok_and(|open| open.is_some());
        if !is_there && !is_busy {
            // What left the document with its message the browser has closed without telling anybody.
            self.close();
            self.quick.bring_to(quick());
            let _ = message.append_child(&bar);
        }
    }

    fn clicked(self, event: &MouseEvent) {
        let Some(target) = target(event) else { return };
        if self.finger.was_held() {
            return event.prevent_default();
        }
        let Some(button) = closest(&target, "[data-deed]") else { return };
        let Some(Place { room, seq, .. }) = Place::of(&button) else { return };
        match button.get_attribute("data-deed").as_deref() {
            Some("react") => {
                if let Some(emoji) = button.get_attribute("data-emoji") {
                    self.react(room, seq, &Emoji::known(emoji));
                }
            }
            Some("pick") => self.pick(&button, room, seq),
            Some("reply") => say(&Said::Wish(room, seq, Wish::Answer)),
            Some("more") => self.open(&button, |close| offers(self, room, seq, close)),
            // The page knows the way to another message.
            _ => {}
        }
    }

    /// Lets one react to a message by any emoji.
    fn pick(self, beside: &Element, room: RoomId, seq: Seq) {
        self.pick_for(beside, Callback::new(move |emoji| self.react(room, seq, &emoji)));
    }

    /// Lets one choose among all emoji, beside a button.
    fn pick_for(self, beside: &Element, chosen: Callback<Emoji>) {
        self.open(beside, move |close| {
            let chosen = Callback::new(move |emoji| {
                close.run(());
                chosen.run(emoji);
            });
            picker(chosen)
        });
    }

    /// Reacts to a message by this emoji, or takes that back.
    fn react(self, room: RoomId, seq: Seq, emoji: &Emoji) {
        let Some(offered) = ask_offered(room, seq) else { return };
        let back = offered.reactions.iter().any(|(own, mine)| own == emoji && *mine);
        if !back {
            storage::keep_recent_emoji(emoji.as_str());
        }
        self.do_it(http::react(room, seq, emoji, back));
    }

    /// Shows something beside a button, in the place of what is shown there now, or closes that if it is beside the same. What is
    /// inside may close it.
    pub(super) fn open(self, button: &Element, inside: impl FnOnce(Callback<()>) -> View) {
        let was_here = popover::is_beside(button);
        self.close();
        if was_here {
            return;
        }
        let owner = self.whole.with_value(Owner::child);
        owner.with(|| {
            let menu = tag("div")
                .class("menu")
                .attr("role", "group")
                .attr("aria-label", self.t.say(|t| t.doing.more))
                .child(inside(Callback::new(move |()| self.close())));
            popover::show_beside(button, &menu.element(), move || self.close());
        });
        self.menu.set_value(Some(owner));
    }

    fn close(self) {
        if let Some(open) = self.menu.try_update_value(Option::take).flatten() {
            open.cleanup();
        }
    }

    /// Asks for something, and says for a while why it was not done.
    fn do_it(self, asked: Answer<()>) {
        begin(async move {
            match asked.await {
                Ok(()) => {}
                Err(Failure::Refused(why)) => self.tell((self.t.get().common.refusal)(why)),
                Err(Failure::Unreachable) => self.tell(self.t.get().common.unreachable.to_owned()),
            }
        });
    }

    /// Copies a text for elsewhere.
    fn copy(self, text: String) {
        begin(async move {
            let t = self.t.get();
            let said = if page::copy(&text).await { t.copied } else { t.not_copied };
            self.tell(said.to_owned());
        });
    }

    /// Says what came of something, for a while: the page has the place for that.
    fn tell(self, words: String) {
        let write = |words: &str| {
            if let Ok(Some(place)) = document().query_selector(".outcome") {
                place.set_text_content(Some(words));
            }
        };
        write(&words);
        let turn = self.told.get_untracked().wrapping_add(1);
        self.told.set(turn);
        let forget = move || {
            // Something else may be told by now.
            if self.told.get_untracked() == turn {
                write("");
            }
        };
        set_timeout(forget, TOLD);
    }

    /// The bar of a message.
    fn make_bar(self) -> Tag {
        let t = self.t;
        let deed = |what: &'static str| tag("button").attr("type", "button").attr("data-deed", what);
        let signed = |what, path, label: Label<DeedTexts>| {
            deed(what).attr("aria-label", t.say(label)).attr("title", t.say(label)).child(icon(path))
        };
        let bar =
            tag("div").class("message-bar").attr("role", "toolbar").attr("aria-label", t.say(|t| t.deeds));
        let bar = (0..QUICK).fold(bar, |bar, index| {
            let emoji = move || self.quick.with(|quick| quick.get(index).cloned()).unwrap_or_default();
            let label = t.tell(move |t| (t.react_by)(&emoji()));
            bar.child(deed("react").attr("data-emoji", emoji).attr("aria-label", label).text(emoji))
        });
        bar.child(signed("pick", SMILE, |t| t.react).attr("aria-expanded", "false"))
            .child(signed("reply", REPLY, |t| t.reply))
            .child(signed("more", DOTS, |t| t.doing.more).attr("aria-expanded", "false"))
    }
}

/// What one does with messages.
fn use_deeds() -> Deeds {
    given()
}

/// A message in the document.
struct Place {
    element: Element,
    room: RoomId,
    seq: Seq,
}

impl Place {
    /// The message that this is part of.
    fn of(part: &Element) -> Option<Self> {
        let element = closest(part, "article[data-seq]")?;
        let log = closest(&element, "[data-room]")?;
        let seq = element.get_attribute("data-seq")?.parse().ok()?;
        let room = log.get_attribute("data-room")?.parse().ok()?;
        Some(Self { element, room, seq: Seq(seq) })
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}
