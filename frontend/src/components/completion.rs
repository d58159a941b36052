//! What one may be about to write, above the field: members, emoji, commands.

use std::time::Duration;

use leptos::prelude::*;
use maru_shared::RoomId;
use web_sys::{Element, Event, KeyboardEvent};

use super::{avatar::avatar, slash::Sender};
use crate::{
    chat::{Chat, use_chat},
    dom::caret,
    parts::{Followed, Tag, View, Watched, begin, follow, listen, memo, part, tag},
    state::{
        completion::{Begun, Choice, Kind, MOST, members},
        emoji,
        slash::Slash,
    },
    texts::{Label, Language, use_language, use_texts},
};

/// The `id` of the list; its options have its name and their number.
const LIST: &str = "completion";

/// What can be completed in a field. A handle.
#[derive(Clone, Copy)]
pub struct Completion {
    chat: Chat,
    room: RoomId,
    field: Watched<Element>,
    begun: Watched<Option<Begun>>,
    choices: Followed<Vec<Choice>>,
    /// Which of them is chosen if one goes on.
    active: Watched<usize>,
    /// Where something begins that is not to be completed.
    closed: Watched<Option<u32>>,
    emoji: Watched<Vec<Vec<String>>>,
}

impl Completion {
    /// Watches a field, and hears its keys before anybody else who listens from now on.
    pub fn tie(field: &Tag, room: RoomId, sender: Sender) -> Self {
        let chat = use_chat();
        let (begun, emoji) = (Watched::new(None::<Begun>), Watched::new(Vec::<Vec<String>>::new()));
        let language = use_language();
        let t = use_texts();
        let choices = memo(move || {
            let Some(begun) = begun.get() else { return Vec::new() };
            match begun.kind {
                Kind::Member => chat
                    .with(|world| {
                        let all = world.room(room)?.members.as_deref()?;
                        Some(members(all, |id| world.is_here(id), world.me.id, &begun.typed))
                    })
                    .flatten()
                    .unwrap_or_default(),
                Kind::Emoji => emoji.with(|groups| {
                    let found = emoji::find(groups, &begun.typed, MOST).into_iter();
                    let is_korean = language.get() == Language::Korean;
                    let name = |one: &emoji::Listed<'_>| match one.code() {
                        Some(code) if !is_korean => format!(":{code}:"),
                        _ if is_korean => one.korean().to_owned(),
                        _ => one.english(),
                    };
                    found.map(|one| Choice::Emoji(one.emoji.to_owned(), name(&one))).collect()
                }),
                Kind::Slash => {
                    let what = |slash| t.get().slash[slash as usize].1;
                    let found = Slash::ALL.into_iter();
                    let found = found.filter(|slash| slash.is_found(&begun.typed, what(*slash)));
                    found.filter(|slash| sender.is_offered(*slash)).map(Choice::Slash).collect()
                }
            }
        });
        let completion = Self {
            chat,
            room,
            field: Watched::new(field.element()),
            begun,
            choices,
            active: Watched::new(0),
            closed: Watched::new(None),
            emoji,
        };
        completion.listen(&field.element());
        completion
    }

    /// What the field says about the list.
    pub fn told(self, field: Tag) -> Tag {
        let is_open = move || self.choices.with(|choices| !choices.is_empty());
        let active = move || is_open().then(|| format!("{LIST}-{}", self.active.get()));
        field
            .attr("aria-autocomplete", "list")
            .attr("aria-haspopup", "listbox")
            .attr("aria-controls", move || is_open().then_some(LIST))
            .attr("aria-activedescendant", active)
    }

    /// Takes what is chosen, where the list is open for this text. Whether it is: then nothing else is to be done with the text.
    pub fn takes(self, text: &str) -> bool {
        let active = self.active.get_untracked();
        let choices = self.choices.get_untracked();
        let (Some(choice), Some(begun)) = (choices.get(active), self.begun.get_untracked()) else {
            return false;
        };
        let now = caret::caret(&self.field.get_untracked());
        // The next syllable has begun already: what stands there is not what was chosen from.
        let is_newer = now.is_none_or(|(now, _)| now != text);
        // What is whole already is meant as it stands.
        let is_whole = matches!(choice, Choice::Slash(_)) && begun.completed(choice) == format!("/{}", begun.typed);
        if is_whole {
            return false;
        }
        if !is_newer {
            self.take(choice);
        }
        true
    }

    /// Closes the list, until something else is begun.
    pub fn close(self) {
        self.closed.set(self.begun.with_untracked(|begun| begun.as_ref().map(|begun| begun.start)));
        self.begun.set(None);
    }

    /// Writes into the field, in the place of what is selected there.
    pub fn insert(self, text: &str) {
        caret::replace(&self.field.get_untracked(), None, text);
    }

    /// The list.
    pub fn list(self) -> View {
        let t = use_texts();
        let list = move |choices: Vec<Choice>| {
            let label: Label = match choices.first() {
                None => return View::nothing(),
                Some(Choice::Member(..)) => |t| t.people,
                Some(Choice::Emoji(..)) => |t| t.emoji,
                Some(Choice::Slash(_)) => |t| t.commands,
            };
            let list = tag("ul")
                .attr("id", LIST)
                .class("completion")
                .attr("role", "listbox")
                .attr("aria-label", t.say(label))
                // Keeps the focus, and with it the keyboard on the screen, in the field.
                .on("mousedown", |event: Event| event.prevent_default());
            let options = choices.into_iter().enumerate().map(|(at, choice)| self.option(at, choice));
            options.fold(list, Tag::child).into()
        };
        part(move || self.choices.get(), list)
    }

    fn option(self, at: usize, choice: Choice) -> Tag {
        let t = use_texts();
        let option = tag("li")
            .attr("id", format!("{LIST}-{at}"))
            .class("completion-option")
            .attr("role", "option")
            .attr("aria-selected", move || (self.active.get() == at).to_string());
        let option = match &choice {
            Choice::Member(member, here) => option
                .attr("data-here", here.to_string())
                .child(avatar(member))
                .child(tag("span").attr("dir", "auto").text(member.name.to_string())),
            Choice::Emoji(emoji, name) => option
                .child(tag("span").class("completion-emoji").attr("aria-hidden", "true").text(emoji.clone()))
                .child(tag("span").text(name.clone())),
            Choice::Slash(slash) => {
                let slash = *slash;
                let more = move || t.get().slash[slash as usize].0;
                option
                    .child(tag("b").text(format!("/{}", slash.word())))
                    .child(tag("span").class("completion-more").text(more))
                    .child(tag("span").class("completion-hint").text(move || t.get().slash[slash as usize].1))
            }
        };
        option.click(move || self.take_when_composed(choice.clone()))
    }

    fn listen(self, field: &Element) {
        let area = field.clone();
        listen(area.clone(), "keydown", move |event: KeyboardEvent| self.key_down(&event));
        let look = move || self.look(&area);
        let moved = look.clone();
        listen(field.clone(), "input", move |_: Event| look());
        // Browsers tell the document, or the field and through it the document.
        listen(document(), "selectionchange", move |_: Event| {
            if document().active_element().is_some_and(|active| self.field.with_untracked(|field| *field == active)) {
                moved();
            }
        });
        follow(move || {
            self.choices.with(|_| ());
            self.active.set(0);
        });
    }

    fn look(self, area: &Element) {
        let begun = caret::caret(area).and_then(|(text, caret)| Begun::at(&text, caret));
        let start = begun.as_ref().map(|begun| begun.start);
        if self.closed.get_untracked() == start && start.is_some() {
            return self.begun.bring_to(None);
        }
        self.closed.set(None);
        match begun.as_ref().map(|begun| begun.kind) {
            Some(Kind::Member) => self.chat.load_members(self.room),
            Some(Kind::Emoji) if self.emoji.with_untracked(Vec::is_empty) => {
                let emoji = self.emoji;
                let chat = self.chat;
                begin(async move {
                    // Without them, names between colons are still emoji once they are sent.
                    if let Ok(groups) = chat.emoji().await {
                        let _ = emoji.try_update(|known| *known = groups);
                    }
                });
            }
            _ => {}
        }
        self.begun.bring_to(begun);
    }

    fn key_down(self, event: &KeyboardEvent) {
        let choices = self.choices.get_untracked();
        let count = choices.len();
        if count == 0 || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let is_composing = event.is_composing() || event.key_code() == 229;
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "Tab" => {
                choices.get(active).into_iter().for_each(|choice| self.take_when_composed(choice.clone()));
            }
            "ArrowDown" if !is_composing => self.active.set((active + 1) % count),
            "ArrowUp" if !is_composing => self.active.set((active + count - 1) % count),
            "Escape" if !is_composing => self.close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_immediate_propagation();
    }

    /// Takes a choice when the syllable is finished that may be in the middle of it.
    fn take_when_composed(self, choice: Choice) {
        caret::finish_composing(&self.field.get_untracked());
        // In a task of its own: some browsers put the last syllable back into a field that is written here.
        set_timeout(move || self.take(&choice), Duration::ZERO);
    }

    fn take(self, choice: &Choice) {
        let Some(begun) = self.begun.get_untracked() else { return };
        let text = begun.completed(choice);
        self.begun.set(None);
        caret::replace(&self.field.get_untracked(), Some((begun.start, begun.end)), &text);
    }
}
