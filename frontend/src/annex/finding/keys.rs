//! What keys do.

use super::texts::{FindingTexts, use_finding_texts};
use crate::{
    dom::page,
    parts::{Tag, View, tag},
    texts::Label,
};

/// Keys that are pressed together.
type Chord = &'static [&'static str];

/// Keys of which each does the same.
type Ways = &'static [Chord];

/// What keys do, in groups.
const GROUPS: [&[(Ways, Label<FindingTexts>)]; 5] = [
    &[
        (&[&["Mod", "K"]], |t| t.go_to),
        (&[&["Mod", "Shift", "F"], &["/"]], |t| t.search),
        (&[&["?"]], |t| t.all_keys),
    ],
    &[
        (&[&["Alt", "↑"], &["Alt", "↓"]], |t| t.step),
        (&[&["Alt", "Shift", "↑"], &["Alt", "Shift", "↓"]], |t| t.step_unread),
    ],
    &[(&[&["Enter"]], |t| t.send), (&[&["Shift", "Enter"]], |t| t.new_line), (&[&["↑"]], |t| t.edit_last)],
    &[
        (&[&["↑"], &["↓"]], |t| t.beside),
        (&[&["R"]], |t| t.reply),
        (&[&["+"]], |t| t.react),
        (&[&["E"]], |t| t.edit),
        (&[&["Delete"]], |t| t.doing.delete),
    ],
    &[(&[&["Esc"]], |t| t.close), (&[&["↑"], &["↓"]], |t| t.choose)],
];

/// What keys do.
pub(in super::super) fn keys() -> View {
    let t = use_finding_texts();
    let group = |(place, keys): (usize, &&[(Ways, Label<FindingTexts>)])| {
        let title = tag("h3").text(move || t.get().groups[place]);
        let list = keys.iter().fold(tag("dl"), |list, (ways, label)| {
            list.child(tag("div").child(tag("dt").text(t.say(*label))).child(all(ways)))
        });
        View::from(tag("section").child(title).child(list))
    };
    tag("div").class("keys").child(GROUPS.iter().enumerate().map(group).collect::<View>()).into()
}

/// The ways to do one thing.
fn all(ways: Ways) -> Tag {
    let t = use_finding_texts();
    let mut keys = tag("dd");
    for (place, chord) in ways.iter().enumerate() {
        if place > 0 {
            keys = keys.text(" ").child(tag("span").class("hint").text(t.say(|t| t.or))).text(" ");
        }
        keys = keys.child(
            chord
                .iter()
                .fold(tag("span").class("chord"), |keys, key| keys.child(tag("kbd").text(named(key)))),
        );
    }
    keys
}

/// What stands on the key.
fn named(key: &'static str) -> &'static str {
    match (key, page::is_mac()) {
        ("Mod", true) => "⌘",
        ("Mod", false) => "Ctrl",
        ("Alt", true) => "⌥",
        ("Shift", true) => "⇧",
        ("Enter", true) => "↩",
        ("Esc", true) => "esc",
        _ => key,
    }
}
