//! What a message says. Most of it is only text; what may mean more is read by a module of its own, which is loaded as soon
//! as the page is there, and until then shown as it was typed.

use gloo_timers::future::TimeoutFuture;
use maru_shared::MemberId;

use crate::{
    chat::use_chat,
    dom::modules,
    ground::{give, given},
    parts::{Tag, Watched, begin, tag},
    seam::{Written, show_written},
    state::text::may_be_markup,
    texts::use_language,
};

/// The module that reads markup. A handle.
#[derive(Clone, Copy)]
pub struct MarkupReader {
    is_there: Watched<bool>,
    is_coming: Watched<bool>,
}

/// So many milliseconds the page has for itself before the module is loaded, where no message wants it.
const REST: u32 = 1_000;
/// So many milliseconds are between two attempts to load it at the most.
const LONGEST_PAUSE: u32 = 60_000;

impl MarkupReader {
    /// Loads the module soon, or when the first message wants it.
    pub fn provide() {
        let reader = Self { is_there: Watched::new(false), is_coming: Watched::new(false) };
        give(reader);
        begin(async move {
            TimeoutFuture::new(REST).await;
            reader.come();
        });
    }

    fn come(self) {
        if self.is_coming.get_untracked() {
            return;
        }
        self.is_coming.set(true);
        begin(async move {
            let mut pause = REST;
            while !modules::load("markup").await {
                TimeoutFuture::new(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            self.is_there.set(true);
        });
    }
}

/// What a message says, in which these are mentioned by these names; `by` says who wrote it, where it may say what they do.
pub fn words(text: &str, mentions: Vec<(MemberId, String)>, by: Option<String>) -> Tag {
    let words = tag("div").class("message-text").attr("dir", "auto").child(text);
    let reader = use_chat().with_now(|world| world.me.id);
    meant(words, Written { text: text.to_owned(), mentions, reader, is_line: false, by })
}

/// What a message says, in one line of this.
pub fn line(said: Tag, text: &str) -> Tag {
    let (text, mentions) = (text.to_owned(), Vec::new());
    meant(said.text(text.clone()), Written { text, mentions, reader: None, is_line: true, by: None })
}

fn meant(words: Tag, written: Written) -> Tag {
    if written.mentions.is_empty() && !may_be_markup(&written.text) {
        return words;
    }
    let reader: MarkupReader = given();
    let language = use_language();
    reader.come();
    words.following(move |element| {
        let language = language.get();
        if reader.is_there.get() {
            show_written(element, &written, language);
        }
    })
}
