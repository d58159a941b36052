//! Messages by what they say.

use std::time::Duration;

use js_sys::Date;
use maru_shared::{
    Event, Happening, Refusal, RoomId,
    api::{Found, Hit},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{
    field::field,
    texts::{Filter, FindingTexts, use_finding_texts},
};
use crate::{
    annex::{oneself::use_oneself, use_done},
    answer::{Answer, Failure},
    client::http::{Request, read},
    components::{avatar::avatar, button::button, refusal::refusal},
    dom::{ime::Field, page, time},
    ground::*,
    parts::{Key, Tag, View, Watched, around, begin, each, effect, part, part_when, tag},
    seam::{Said, say},
    state::excerpt::excerpt,
    texts::{Label, use_language},
};

/// So long nothing is to be typed before it is searched for, in milliseconds.
const PAUSE: u64 = 350;

/// How a search stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is sought.
    Idle,
    /// The server is looking.
    Seeking,
    /// What was found is shown.
    Found,
    /// What was typed is no search, or not yet.
    Unclear(Refusal),
}

/// A search. A handle.
#[derive(Clone, Copy)]
struct Searching {
    typed: Watched<String>,
    newest: Watched<bool>,
    hits: Watched<Vec<Hit>>,
    /// Where the next hits are to be asked for.
    next: Watched<Option<String>>,
    stage: Watched<Stage>,
    failure: Watched<Option<Failure>>,
    /// Which question was asked last: what is said to others is passed over.
    turn: Watched<u32>,
    /// A hit that is to have the focus when it is there, by its place.
    focus: Watched<Option<usize>>,
    done: Callback<Option<RoomId>>,
}

/// Messages by what they say, beginning in no room; `open` is the one that is open.
pub(in super::super) fn search(open: Option<RoomId>) -> View {
    let searching = Searching {
        typed: Watched::new(String::new()),
        newest: Watched::new(false),
        hits: Watched::new(Vec::new()),
        next: Watched::new(None),
        stage: Watched::new(Stage::Idle),
        failure: Watched::new(None),
        turn: Watched::new(0),
        focus: Watched::new(None),
        done: Callback::new(use_done()),
    };
    let t = use_finding_texts();
    let hits = tag("ol").class("hits").attr("aria-label", t.say(|t| t.messages));
    let list = hits.element();
    let first = list.clone();
    let (input, tied) = field(
        move |typed| searching.type_(typed),
        move |down| {
            if down {
                focus_hit(&first, 0);
            }
        },
        move |typed| {
            searching.typed.set(typed);
            searching.ask(None);
        },
    );
    let input = input
        .attr("role", "searchbox")
        .attr("aria-label", t.say(|t| t.sought))
        .attr("placeholder", t.say(|t| t.sought_hint))
        .attr("enterkeyhint", "search");
    let value: HtmlInputElement = input.element().unchecked_into();
    let back = tied.clone();
    let keys = move |event: KeyboardEvent| walk(&event, &back);
    let shown = hits.on("keydown", keys).child(each(
        move || searching.hits.get(),
        key,
        move |hit| searching.row(&hit),
    ));
    effect(move || {
        if let Some(place) = searching.focus.get() {
            searching.focus.set(None);
            focus_hit(&list, place);
        }
    });
    let is_idle = move || searching.stage.get() == Stage::Idle;
    let can_be_ordered = move || searching.hits.with(Vec::len) > 0;
    let help = tied.clone();
    let help_value = value.clone();
    let body = tag("div")
        .class("found")
        .child(refusal(searching.failure))
        .child(searching.said())
        .child(part_when(is_idle, move || self::help(&help, &help_value)))
        .child(shown)
        .child(part(move || searching.way_on(), move |label| searching.on(label)));
    [
        tag("div")
            .class("seek")
            .child(input)
            .child(filters(&tied, &value, open))
            .child(part_when(can_be_ordered, move || searching.order()))
            .into(),
        body.into(),
    ]
    .into()
}

impl Searching {
    fn type_(self, typed: String) {
        if self.typed.with_untracked(|before| *before == typed) {
            return;
        }
        self.typed.set(typed.clone());
        if typed.trim().is_empty() {
            return self.clear();
        }
        // The name of a filter, of which more is to come. Whoever means it as it stands presses Enter.
        if typed.trim_end().ends_with([':', '：']) {
            return;
        }
        let turn = self.turn.try_update_untracked(|turn| *turn);
        let ask = move || {
            // Something else may be typed by now, or this may be sought already; and the dialog may be gone.
            let waits = turn.is_some() && self.turn.try_update_untracked(|turn| *turn) == turn;
            if waits && self.typed.try_update_untracked(|now| *now == typed) == Some(true) {
                self.ask(None);
            }
        };
        set_timeout(ask, Duration::from_millis(PAUSE));
    }

    fn clear(self) {
        let _ = self.turn.try_update_untracked(|turn| *turn = turn.wrapping_add(1));
        self.stage.set(Stage::Idle);
        self.hits.set(Vec::new());
        self.next.set(None);
        self.failure.set(None);
    }

    /// Asks for what is typed now: from the beginning, or for the hits behind those that are there.
    fn ask(self, behind: Option<String>) {
        let typed = self.typed.get_untracked().trim().to_owned();
        if typed.is_empty() {
            return self.clear();
        }
        let turn = self.turn.try_update_untracked(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        self.stage.set(Stage::Seeking);
        let asked = find(&typed, self.newest.get_untracked(), behind.as_deref());
        begin(async move {
            let answer = asked.await;
            // Something else may be sought by now, and the dialog may be gone.
            if turn.is_some() && self.turn.try_update_untracked(|now| *now) == turn {
                self.take(answer, behind.is_some());
            }
        });
    }

    fn take(self, answer: Result<Found, Failure>, goes_on: bool) {
        self.failure.set(None);
        match answer {
            Ok(Found { hits, next }) => {
                let place = self.hits.with_untracked(Vec::len);
                if goes_on {
                    let came = !hits.is_empty();
                    let _ = self.hits.try_update(|all| {
                        for hit in hits {
                            if all.iter().all(|known| key(known) != key(&hit)) {
                                all.push(hit);
                            }
                        }
                    });
                    // The button that asked may be about to go. Behind the list, as it is to be there first.
                    self.focus.set(came.then_some(place));
                } else {
                    self.hits.set(hits);
                }
                self.next.set(next);
                self.stage.set(Stage::Found);
            }
            Err(Failure::Refused(why @ Refusal::BadSearch)) => {
                self.hits.set(Vec::new());
                self.next.set(None);
                self.stage.set(Stage::Unclear(why));
            }
            Err(why) => {
                self.failure.set(Some(why));
                self.stage.set(Stage::Found);
            }
        }
    }

    /// How the search stands, in words that are read aloud.
    fn said(self) -> Tag {
        let t = use_finding_texts();
        let words = t.tell(move |t| match self.stage.get() {
            Stage::Idle => String::new(),
            Stage::Seeking => t.seeking.to_owned(),
            Stage::Unclear(why) => (t.common.refusal)(why),
            Stage::Found if self.failure.with(Option::is_some) => String::new(),
            Stage::Found => match self.hits.with(Vec::len) {
                0 => t.nothing.to_owned(),
                count => (t.found)(count, self.next.with(Option::is_some)),
            },
        });
        let nothing = move || {
            self.stage.get() == Stage::Found
                && self.hits.with(Vec::is_empty)
                && self.failure.with(Option::is_none)
        };
        tag("div")
            .class("said")
            .attr("role", "status")
            .class_when("nothing", nothing)
            .child(tag("p").text(words))
            .child(part_when(nothing, move || tag("p").class("hint").text(t.say(|t| t.nothing_hint))))
    }

    /// How the button is called that asks for more, where there is more.
    fn way_on(self) -> Option<bool> {
        self.next.with(Option::is_some).then(|| self.hits.with(Vec::is_empty))
    }

    fn on(self, further: Option<bool>) -> View {
        let Some(further) = further else { return View::nothing() };
        let label: Label<FindingTexts> = if further { |t| t.further } else { |t| t.more };
        let ask = move || {
            // Asked once at a time.
            if self.stage.get_untracked() != Stage::Seeking {
                self.ask(self.next.get_untracked());
            }
        };
        let idle = move || (self.stage.get() == Stage::Seeking).then_some("true");
        button("quiet", use_finding_texts().say(label), ask).attr("aria-disabled", idle).into()
    }

    /// The best first, or the newest.
    fn order(self) -> View {
        let t = use_finding_texts();
        let one = |newest: bool, label: Label<FindingTexts>| {
            let choose = move |_: ev::Event| {
                self.newest.set(newest);
                self.ask(None);
            };
            let input = tag("input")
                .attr("type", "radio")
                .attr("name", "order")
                .following(move |input| {
                    input.unchecked_ref::<HtmlInputElement>().set_checked(self.newest.get() == newest);
                })
                .on("change", choose);
            tag("label").child(input).child(tag("span").text(t.say(label)))
        };
        tag("div")
            .class("choice seek-order")
            .attr("role", "radiogroup")
            .attr("aria-label", t.say(|t| t.order))
            .child(
                tag("div")
                    .class("choice-options")
                    .child(one(false, |t| t.best))
                    .child(one(true, |t| t.newest)),
            )
            .into()
    }

    fn row(self, Hit { event, marks }: &Hit) -> Tag {
        let oneself = use_oneself();
        let t = use_finding_texts();
        let language = use_language();
        let Event { room, seq, at, by, what } = event;
        let (room, seq, at) = (*room, *seq, *at);
        let me = oneself.me.with_untracked(|me| me.id);
        let place = t.tell(move |t| {
            let room = oneself.room(room).map(|(room, _)| room);
            room.map(|room| t.common.name_of(&room, Some(me))).unwrap_or_default()
        });
        let (text, files, is_edited) = match what {
            Happening::Posted(message) => {
                let files: Vec<_> = message.files.iter().map(|file| file.name.as_str()).collect();
                (message.text.as_str(), files.join(", "), message.edited.is_some())
            }
            _ => ("", String::new(), false),
        };
        let pieces = excerpt(text, marks).into_iter().map(|(piece, sought)| {
            if sought { tag("mark").text(piece).into() } else { piece.as_str().into() }
        });
        let pieces: View = pieces.collect();
        let files = if files.is_empty() {
            View::nothing()
        } else {
            tag("span").class("hit-files").attr("dir", "auto").text(files).into()
        };
        let edited = if is_edited {
            tag("span").class("hint").text(t.say(|t| t.edited)).into()
        } else {
            View::nothing()
        };
        let go = move |event: ev::MouseEvent| {
            // With a modifier key the browser opens it elsewhere.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                say(&Said::Show { room, seq: Some(seq) });
                self.done.run(None);
            }
        };
        let when = move || time::date_and_time(at, language.get());
        let head = tag("span")
            .class("hit-head")
            .child(tag("span").class("hit-by").attr("dir", "auto").text(by.name.to_string()))
            .child(tag("span").class("hit-room").attr("dir", "auto").text(place))
            .child(tag("time").class("hint").attr("datetime", time::iso(at)).text(when))
            .child(edited);
        let link = tag("a")
            .class("hit")
            .attr("href", page::address_of(room, seq))
            .on("click", go)
            .child(avatar(by))
            .child(head)
            .child(tag("span").class("hit-text").attr("dir", "auto").child(pieces).child(files));
        tag("li").child(link)
    }
}

/// What one may narrow a search by, as buttons that write it.
fn filters(field: &Field, value: &HtmlInputElement, open: Option<RoomId>) -> Tag {
    let oneself = use_oneself();
    let t = use_finding_texts();
    let mut row = tag("div").class("filters").attr("role", "group").attr("aria-label", t.say(|t| t.narrow));
    let title = open.and_then(|open| oneself.room(open)?.0.title().map(|title| title.name.to_string()));
    if let Some(title) = title {
        let (field, value) = (field.clone(), value.clone());
        let write = move || add(&field, &value, &format!("{}{} ", t.get().in_room, quoted(&title)));
        row = row.child(button("chip", t.say(|t| t.this_room), write));
    }
    for place in 0..t.get().filters.len() {
        let filter = move || -> &'static Filter { &t.get().filters[place] };
        let (field, value) = (field.clone(), value.clone());
        let write = move || add(&field, &value, filter().typed);
        let chip = button("chip", move || filter().typed, write);
        row = row.child(chip.attr("title", move || filter().what));
    }
    row
}

/// What there is to be known, while nothing is sought.
fn help(field: &Field, value: &HtmlInputElement) -> View {
    let t = use_finding_texts();
    let mut list = tag("ul").class("filter-help");
    for place in 0..t.get().filters.len() {
        let filter = move || -> &'static Filter { &t.get().filters[place] };
        let (field, value) = (field.clone(), value.clone());
        let write = move || add(&field, &value, filter().typed);
        let example = button("plain", move || filter().example, write);
        let what = tag("span").class("hint").text(move || filter().what);
        list = list.child(tag("li").child(example).child(what));
    }
    [
        tag("p").class("hint").text(t.say(|t| t.quotes)).into(),
        tag("h3").class("hint").text(t.say(|t| t.narrow)).into(),
        list.into(),
    ]
    .into()
}

/// Writes something behind what is typed.
fn add(field: &Field, value: &HtmlInputElement, more: &str) {
    let typed = value.value();
    let typed = typed.trim_end();
    let between = if typed.is_empty() { "" } else { " " };
    field.write(&format!("{typed}{between}{more}"));
    field.focus();
}

/// A name as a filter takes it.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

/// Arrows lead from hit to hit, and from the first back to the field.
fn walk(event: &KeyboardEvent, field: &Field) {
    let Some(row) = around(event, "li") else { return };
    let to = match event.key().as_str() {
        "ArrowDown" => row.next_element_sibling(),
        "ArrowUp" => row.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    match to.and_then(|row| row.first_element_child()) {
        Some(link) => _ = link.unchecked_ref::<HtmlElement>().focus(),
        None if event.key() == "ArrowUp" => field.focus(),
        None => {}
    }
}

fn focus_hit(list: &Element, place: usize) {
    let row = u32::try_from(place).ok().and_then(|place| list.children().item(place));
    if let Some(link) = row.and_then(|row| row.first_element_child()) {
        let _ = link.unchecked_ref::<HtmlElement>().focus();
    }
}

/// A message is told from others by its room and its place there, and from itself in another search by what is marked in it.
fn key(hit: &Hit) -> Key {
    let mut id = *hit.event.room.as_bytes();
    for (byte, of_seq) in id.iter_mut().rev().zip(hit.event.seq.0.to_le_bytes()) {
        *byte ^= of_seq;
    }
    for (at, (start, end)) in hit.marks.iter().enumerate() {
        let [from, to] = [start, end].map(|place| place.to_le_bytes()[0]);
        id[at % 8] = id[at % 8].rotate_left(3) ^ from ^ to.rotate_left(4);
    }
    (0, id)
}

/// Messages that answer a search.
///
/// # Errors
/// When it is no search, or the server does not answer.
fn find(typed: &str, newest: bool, behind: Option<&str>) -> Answer<Found> {
    let escaped = |text: &str| String::from(js_sys::encode_uri_component(text));
    let sort = if newest { "newest" } else { "best" };
    let behind = behind.map(|behind| format!("&before={}", escaped(behind))).unwrap_or_default();
    // The browser tells by how much its days begin after those of UTC.
    let zone = -Date::new_0().get_timezone_offset();
    read(Request::get(&format!("/api/search?q={}&sort={sort}&zone={zone}{behind}", escaped(typed))))
}
