//! The emoji that are at hand.

use maru_shared::Emoji;

use super::{button::button, emoji_picker};
use crate::{
    dom::storage,
    ground::*,
    parts::{Tag, View, tag},
    texts::use_texts,
};

/// Those that are offered where few were chosen yet.
const OFTEN: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

/// The emoji that are at hand: those that were chosen last, and then those that are chosen often.
pub fn quick_emoji() -> Vec<String> {
    let mut quick = storage::recent_emoji();
    for often in OFTEN {
        if quick.iter().all(|emoji| emoji != often) {
            quick.push(often.to_owned());
        }
    }
    quick.truncate(OFTEN.len());
    quick
}

/// The emoji that are at hand, in a row, and the way to all of them.
pub fn quick_row(chosen: Callback<Emoji>) -> View {
    let one = move |emoji: String| View::from(emoji_button(emoji, chosen));
    let quick = quick_emoji().into_iter().map(one).collect::<View>();
    tag("div").class("quick-emoji").child(quick).child(emoji_picker::emoji_button(chosen)).into()
}

fn emoji_button(emoji: String, chosen: Callback<Emoji>) -> Tag {
    let t = use_texts();
    let (label, one) = (emoji.clone(), Emoji::known(emoji.clone()));
    button("icon-button", emoji, move || chosen.run(one.clone()))
        .attr("aria-label", t.tell(move |t| (t.react_by)(&label)))
}
