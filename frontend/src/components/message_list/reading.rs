//! Where somebody reads in a message list, and how that stays in its place.

use maru_shared::{RoomId, Seq};
use web_sys::Element;

use crate::{
    chat::Chat,
    dom::scroll::{self, Anchor},
    ground::*,
    parts::{Watched, begin},
    state::{room::RoomState, window::Window},
};

/// Where somebody reads. A handle.
#[derive(Clone, Copy)]
pub struct Reading {
    chat: Chat,
    room: RoomId,
    window: Watched<Window>,
    /// The end of the list is seen, and stays seen whatever comes.
    follows: Watched<bool>,
    last: StoredValue<Last, LocalStorage>,
}

/// What was so when it was looked at last.
struct Last {
    /// What scrolls, and the list in it.
    view: Element,
    list: Element,
    top: i32,
    placed: bool,
    /// What is read, and where on the screen it is to stay when things above it grow or shrink.
    anchor: Option<Anchor>,
    /// The position that is to be shown, once it is held.
    target: Option<Seq>,
}

/// So near to the end, in CSS pixels, is at the end.
const NEAR: i32 = 24;

impl Reading {
    /// Begins at the newest messages, or where reading stopped.
    pub fn new(chat: Chat, room: RoomId, view: Element, list: Element) -> Self {
        chat.opened(room);
        Self {
            chat,
            room,
            window: Watched::new(Window::Newest),
            follows: Watched::new(true),
            last: StoredValue::new_local(Last {
                view,
                list,
                top: 0,
                placed: false,
                anchor: None,
                target: None,
            }),
        }
    }

    /// What is in the document.
    pub fn window(self) -> Window {
        self.window.get()
    }

    /// Whether the newest message is seen.
    pub fn is_at_end(self) -> bool {
        self.follows.get()
    }

    /// Changes the lines, and keeps what is read where it was.
    pub fn around(self, change: impl FnOnce()) {
        let anchor = if self.follows.get_untracked() { None } else { self.anchor() };
        change();
        // The lines are in the document when the effects of the change have run, still before anything is drawn.
        begin(async move {
            tick().await;
            if let (Some(anchor), Some(view)) = (anchor, self.seen()) {
                anchor.restore(&view);
            }
            self.settle();
        });
    }

    /// Looks where one is, and does what follows from it.
    pub fn settle(self) {
        let Some(view) = self.seen() else { return };
        if !self.place_first(&view) || !self.place_target(&view) {
            return;
        }
        if self.follows.get_untracked() {
            scroll::to_end(&view);
            self.fill(&view);
        } else {
            self.reach(&view);
        }
        self.chat.watch(self.room, self.follows.get_untracked());
        self.last.update_value(|last| last.top = view.scroll_top());
        self.hold();
    }

    /// The view or the list has another size: nothing is drawn yet.
    pub fn resized(self) {
        let Some(view) = self.seen() else { return };
        if self.follows.get_untracked() {
            scroll::to_end(&view);
        } else if let Some(anchor) = self.last.try_with_value(|last| last.anchor.clone()).flatten() {
            anchor.restore(&view);
        }
    }

    /// Somebody or something has scrolled.
    pub fn scrolled(self) {
        let Some(view) = self.seen() else { return };
        let top = view.scroll_top();
        let scrolled = self.last.try_update_value(|last| {
            let up = top < std::mem::replace(&mut last.top, top);
            // Who scrolls up by hand does not wait to be placed.
            last.placed |= up;
            (up, last.placed)
        });
        let Some((up, true)) = scrolled else { return };
        let at_end = scroll::below(&view) < NEAR && self.ends();
        // Only who scrolls up leaves the end: it may also go away for a moment by itself, when things grow.
        if at_end {
            self.follow();
        } else if up && self.follows.get_untracked() {
            self.stand();
        }
        if !self.follows.get_untracked() {
            self.reach(&view);
        }
        self.hold();
    }

    /// Shows the event of this position, whatever its age, and lights it up.
    pub fn go_to(self, seq: Seq) {
        self.last.update_value(|last| (last.placed, last.target) = (true, Some(seq)));
        self.chat.reading(self.room, Some(seq));
        self.stand();
        self.settle();
    }

    /// Shows the newest message.
    pub fn go_to_newest(self) {
        self.last.update_value(|last| (last.placed, last.target) = (true, None));
        self.chat.hold_newest(self.room);
        self.follow();
        self.settle();
    }

    /// Nobody reads here any more.
    pub fn leave(self) {
        self.chat.reading(self.room, None);
        self.chat.watch(self.room, false);
    }

    fn follow(self) {
        self.chat.reading(self.room, None);
        self.follows.bring_to(true);
        self.window.bring_to(Window::Newest);
        self.chat.watch(self.room, true);
    }

    fn stand(self) {
        self.follows.set(false);
        self.chat.watch(self.room, false);
        if let Some(held) = self.with_room(|room| self.window.get_untracked().held(&room.timeline)) {
            self.window.set(held);
        }
    }

    /// Asks for older lines when those that are there do not fill the view: it cannot be scrolled to ask for them.
    fn fill(self, view: &Element) {
        let height = view.client_height();
        let wants_more = |room: &RoomState| {
            room.caught_up && room.timeline.has_older() && Window::Newest.shows_first(&room.timeline)
        };
        if height > 0 && view.scroll_height() <= height && self.with_room(wants_more) == Some(true) {
            self.chat.load_older(self.room);
        }
    }

    /// Brings more lines into the document when the edge of those that are there is near.
    fn reach(self, view: &Element) {
        if let Some(seq) = self.anchor().and_then(|anchor| anchor.seq()) {
            self.chat.reading(self.room, Some(Seq(seq)));
        }
        let window = self.window.get_untracked();
        let near = view.client_height();
        let above = view.scroll_top() < near;
        let below = scroll::below(view) < near;
        let moved = self.with_room(|room| {
            let timeline = &room.timeline;
            if above && !window.shows_first(timeline) {
                window.older(timeline)
            } else if below && !above && !window.shows_last(timeline) {
                window.newer(timeline)
            } else {
                window
            }
        });
        if let Some(moved) = moved.filter(|moved| *moved != window) {
            self.window.set(moved);
            return;
        }
        let fetch = self.with_room(|room| {
            let timeline = &room.timeline;
            let older = above && window.shows_first(timeline) && timeline.has_older();
            let newer = below && window.shows_last(timeline) && !timeline.is_attached();
            (older, newer)
        });
        match fetch {
            Some((true, _)) => self.chat.load_older(self.room),
            Some((_, true)) => self.chat.load_newer(self.room),
            _ => {}
        }
    }

    /// Where one begins: at the line "new messages" where there is one, once it is held; at the oldest that is held
    /// when that is too long ago. Whether that is done.
    fn place_first(self, view: &Element) -> bool {
        match self.last.try_with_value(|last| last.placed) {
            None => return false,
            Some(true) => return true,
            Some(false) => {}
        }
        if self.with_room(|room| room.caught_up) != Some(true) {
            return false;
        }
        if self.with_room(RoomState::seeks_unread) == Some(true) {
            self.chat.load_older(self.room);
            return false;
        }
        let newest = self.window.get_untracked() == Window::Newest;
        let around = self.with_room(|room| Window::around(room.divider()?.next(), &room.timeline));
        if let Some(around) = around.flatten().filter(|_| newest) {
            self.window.set(around);
            return false;
        }
        self.last.update_value(|last| last.placed = true);
        scroll::to_end(view);
        if let Ok(Some(line)) = view.query_selector(".unread-line") {
            let all_seen = line.get_bounding_client_rect().top() >= view.get_bounding_client_rect().top();
            if !(all_seen && newest) {
                scroll::to_line(view, &line);
                self.stand();
            }
        } else if self.with_room(RoomState::misses_unread) == Some(true) {
            view.set_scroll_top(0);
            self.stand();
        }
        true
    }

    /// Shows the position that one was led to, once it is held. Whether that is done, or there is none.
    fn place_target(self, view: &Element) -> bool {
        let Some(target) = self.last.try_with_value(|last| last.target).flatten() else { return true };
        let held = self.with_room(|room| {
            let target = target.min(room.timeline.head()).max(Seq::ZERO.next());
            room.caught_up.then(|| (target, room.timeline.shows(target)))
        });
        let Some((target, held)) = held.flatten() else { return false };
        if !held {
            self.chat.load_around(self.room, target);
            return false;
        }
        let window = self.window.get_untracked();
        let with = self.with_room(|room| window.with(target, &room.timeline)).unwrap_or(window);
        if with != window {
            self.window.set(with);
            begin(async move {
                tick().await;
                self.settle();
            });
            return false;
        }
        self.last.update_value(|last| last.target = None);
        let line = self.last.try_with_value(|last| scroll::line_at(&last.list, target.0)).flatten();
        if let Some(line) = line {
            scroll::to_line(view, &line);
            scroll::light_up(&line);
        }
        if scroll::below(view) < NEAR && self.ends() {
            self.follow();
        }
        true
    }

    fn ends(self) -> bool {
        let window = self.window.get_untracked();
        self.with_room(|room| window.shows_last(&room.timeline) && room.timeline.is_attached()) == Some(true)
    }

    fn hold(self) {
        let anchor = self.anchor();
        let _ = self.last.try_update_value(|last| last.anchor = anchor);
    }

    fn anchor(self) -> Option<Anchor> {
        self.last.try_with_value(|last| Anchor::of(&last.view, &last.list)).flatten()
    }

    fn seen(self) -> Option<Element> {
        self.last.try_with_value(|last| last.view.clone())
    }

    fn with_room<T>(self, read: impl FnOnce(&RoomState) -> T) -> Option<T> {
        self.chat.with_now(|world| world.room(self.room).map(read)).flatten()
    }
}
