//! All emoji, to choose one: by group, by what it is called, or by having chosen it before.

use maru_shared::Emoji;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::{arrows::ArrowKeys, texts::use_annex_texts};
use crate::{
    answer::Failure,
    client::http,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::{ime::Field, page, storage},
    ground::*,
    parts::{Followed, Tag, View, Watched, effect, memo, part, part_when, tag},
    state::emoji::{Listed, TONED, find, toned},
    texts::{Language, use_language},
};

/// So many stand in a row.
const COLUMNS: usize = 8;
/// So many are found at once: more than anybody looks through.
const FOUND: usize = 120;
/// The groups by one of each: those that were chosen before, and then as `emoji.json` has them.
const GROUPS: [&str; 10] = ["🕘", "😀", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "🔣", "🏁"];
/// The group of those that were chosen before.
const RECENT: usize = 0;
/// On this the colour of skin is shown.
const HAND: &str = "✋";

/// Those that are offered where few were chosen yet.
const OFTEN: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

/// The emoji that are at hand: those that were chosen last, and then those that are chosen often.
pub fn quick() -> Vec<String> {
    let mut quick = storage::recent_emoji();
    for often in OFTEN {
        if quick.iter().all(|emoji| emoji != often) {
            quick.push(often.to_owned());
        }
    }
    quick.truncate(OFTEN.len());
    quick
}

/// An emoji, and what it is called.
type Cell = (String, String);

/// What is known and what is looked for. A handle.
#[derive(Clone, Copy)]
struct Picker {
    groups: Watched<Option<Vec<Vec<String>>>>,
    group: Watched<usize>,
    sought: Watched<String>,
    tone: Watched<usize>,
    failure: Watched<Option<Failure>>,
    language: Followed<Language>,
}

/// All emoji, to choose one, as what lies beside a button.
pub fn picker(chosen: Callback<Emoji>) -> View {
    tag("div")
        .class("emoji-picker")
        .attr("role", "group")
        .attr("aria-label", use_annex_texts().say(|t| t.common.emoji))
        .child(emoji(chosen))
        .into()
}

/// All emoji, to choose one; `chosen` is told which.
fn emoji(chosen: Callback<Emoji>) -> View {
    let t = use_annex_texts();
    let recent = storage::recent_emoji();
    let picker = Picker {
        groups: Watched::new(None),
        group: Watched::new(if recent.is_empty() { RECENT + 1 } else { RECENT }),
        sought: Watched::new(String::new()),
        tone: Watched::new(storage::tone()),
        failure: Watched::new(None),
        language: use_language(),
    };
    attempt(http::emoji(), picker.failure, move |groups| picker.groups.set(Some(groups)));
    let (hides_recent, kept) = (recent.is_empty(), recent);
    let shown = memo(move || picker.cells(&kept));
    let is_known = move || picker.groups.with(Option::is_some);
    let grid = roving(tag("div"), COLUMNS)
        .class("emoji-grid")
        .attr("role", "grid")
        .attr("aria-label", t.say(|t| t.common.emoji))
        .child(part(move || shown.get(), |cells| rows(&cells)))
        .on("click", move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let cell = target.filter(|target| target.has_attribute("data-at"));
            cell.and_then(|cell| cell.text_content()).iter().for_each(|emoji| choose(emoji, chosen));
        });
    let nothing = move || is_known() && shown.with(Vec::is_empty);
    let head =
        tag("div").class("emoji-head").child(picker.search(shown, &grid, chosen)).child(picker.tones());
    [
        head.into(),
        picker.group_buttons(hides_recent).into(),
        refusal(picker.failure),
        part_when(
            move || !is_known() && picker.failure.with(Option::is_none),
            move || tag("p").class("hint").attr("role", "status").text(t.say(|t| t.common.loading)),
        ),
        part_when(nothing, move || tag("p").class("hint").attr("role", "status").text(t.say(|t| t.no_emoji))),
        grid.into(),
    ]
    .into()
}

impl Picker {
    fn search(self, shown: Followed<Vec<Cell>>, grid: &Tag, chosen: Callback<Emoji>) -> Tag {
        let t = use_annex_texts();
        let field = tag("input")
            .attr("type", "search")
            .class("search")
            .attr("autocomplete", "off")
            .attr("enterkeyhint", "done")
            .attr("aria-label", t.say(|t| t.find_emoji))
            .attr("placeholder", t.say(|t| t.find_emoji))
            .on("input", move |event: Event| self.sought.set(event_target_value(&event)));
        // Enter takes the first of those that are found.
        Field::tie(&field.element(), move |_| {
            shown.get_untracked().first().into_iter().for_each(|(emoji, _)| choose(emoji, chosen));
            false
        });
        let (input, grid) = (field.element(), grid.element());
        effect(move || {
            if page::has_keyboard() {
                focus(&input);
            }
        });
        let arrows = ArrowKeys::of(&field.element());
        field.on("keydown", move |event: KeyboardEvent| {
            arrows.take(&event, |down| {
                if let (true, Ok(Some(first))) = (down, grid.query_selector("[tabindex='0']")) {
                    focus(&first);
                }
            });
        })
    }

    /// The colour of skin, which goes round.
    fn tones(self) -> Tag {
        let t = use_annex_texts();
        let next = move || {
            let tone = (self.tone.get_untracked() + 1) % TONED;
            self.tone.set(tone);
            storage::keep_tone(tone);
        };
        let label = move || (t.get().skin_tone)(self.tone.get());
        button("icon-button", move || toned(HAND, self.tone.get()), next)
            .attr("title", t.say(|t| t.change_tone))
            .attr("aria-label", label)
    }

    fn group_buttons(self, hides_recent: bool) -> Tag {
        let t = use_annex_texts();
        let bar = roving(tag("div"), GROUPS.len())
            .class("emoji-groups")
            .attr("role", "toolbar")
            .attr("aria-label", t.say(|t| t.emoji_groups_label));
        let first = usize::from(hides_recent);
        GROUPS.iter().enumerate().skip(first).fold(bar, |bar, (group, sign)| {
            let is_open =
                move || self.group.get() == group && self.sought.with(|sought| sought.trim().is_empty());
            let label = move || t.get().emoji_groups[group];
            let one = button("emoji-group", *sign, move || self.group.set(group))
                .attr("data-at", (group - first).to_string())
                .attr("tabindex", if group == first { "0" } else { "-1" })
                .attr("title", label)
                .attr("aria-label", label)
                .attr("aria-pressed", move || is_open().to_string());
            bar.child(one)
        })
    }

    /// What is shown now.
    fn cells(self, recent: &[String]) -> Vec<Cell> {
        let name = |listed: &Listed<'_>| match self.language.get() {
            Language::Korean => listed.korean().to_owned(),
            Language::English => listed.english(),
        };
        let tone = self.tone.get();
        let cell = |listed: Listed<'_>| {
            let emoji = if listed.has_tones { toned(listed.emoji, tone) } else { listed.emoji.to_owned() };
            (emoji, name(&listed))
        };
        let (sought, group) = (self.sought.get(), self.group.get());
        self.groups.with(|groups| {
            let Some(groups) = groups else { return Vec::new() };
            if !sought.trim().is_empty() {
                return find(groups, &sought, FOUND).into_iter().map(cell).collect();
            }
            let Some(group) = group.checked_sub(RECENT + 1) else {
                let all = || groups.iter().flatten().map(|line| Listed::of(line));
                let named = |emoji: &String| {
                    let is_it =
                        |listed: &Listed<'_>| (0..TONED).any(|tone| toned(listed.emoji, tone) == *emoji);
                    (emoji.clone(), all().find(is_it).map_or_else(|| emoji.clone(), |listed| name(&listed)))
                };
                return recent.iter().map(named).collect();
            };
            let lines = groups.get(group).map(Vec::as_slice).unwrap_or_default();
            lines.iter().map(|line| cell(Listed::of(line))).collect()
        })
    }
}

fn rows(cells: &[Cell]) -> View {
    let row = |(row, cells): (usize, &[Cell])| {
        let line = tag("div").class("emoji-row").attr("role", "row");
        let line = cells.iter().enumerate().fold(line, |line, (column, (emoji, name))| {
            let at = row * COLUMNS + column;
            let cell = tag("button")
                .attr("type", "button")
                .attr("role", "gridcell")
                .attr("data-at", at.to_string())
                .attr("tabindex", if at == 0 { "0" } else { "-1" })
                .attr("aria-label", name.clone())
                .attr("title", name.clone());
            line.child(cell.text(emoji.clone()))
        });
        View::from(line)
    };
    cells.chunks(COLUMNS).enumerate().map(row).collect()
}

fn choose(emoji: &str, chosen: Callback<Emoji>) {
    storage::keep_recent_emoji(emoji);
    chosen.run(Emoji::known(emoji));
}

/// Lets the arrow keys lead through what is in this, so many in a row, of which one at a time is reached by Tab.
fn roving(whole: Tag, columns: usize) -> Tag {
    let all = whole.element();
    whole.on("keydown", move |event: KeyboardEvent| {
        let Some(from) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let Some(at) = from.get_attribute("data-at").and_then(|at| at.parse::<usize>().ok()) else { return };
        let find = |at: usize| all.query_selector(&format!("[data-at='{at}']")).ok().flatten();
        let row = at - at % columns;
        let to = match event.key().as_str() {
            "ArrowRight" => find(at + 1),
            "ArrowLeft" => at.checked_sub(1).and_then(find),
            "ArrowDown" => find(at + columns),
            "ArrowUp" => at.checked_sub(columns).and_then(find),
            "Home" => find(row),
            "End" => (row..row + columns).rev().find_map(find),
            _ => return,
        };
        event.prevent_default();
        if let Some(to) = to {
            // Setting well-formed attributes cannot fail.
            let _ = from.set_attribute("tabindex", "-1");
            let _ = to.set_attribute("tabindex", "0");
            focus(&to);
        }
    })
}

fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}
