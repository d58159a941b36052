//! A message that another one answers.

use maru_shared::message::Quote;

use super::words::line;
use crate::{
    parts::{Tag, tag},
    texts::use_texts,
};

/// Who wrote it, and what it says, in one line: the stylesheet cuts it.
pub fn quote(Quote { by, text, .. }: &Quote) -> [Tag; 2] {
    let t = use_texts();
    let said = tag("span").class("quote-text").attr("dir", "auto");
    let said = match text {
        None => said.text(t.say(|t| t.deleted)),
        Some(text) if text.is_empty() => said.text(t.say(|t| t.files)),
        Some(text) => line(said, text),
    };
    [tag("span").class("quote-by").attr("dir", "auto").text(by.name.to_string()), said]
}
