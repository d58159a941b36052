//! What one may be about to write, above the field: members, emoji, commands.

use std::time::Duration;

use maru_shared::{Member, MemberId, RoomId};
use web_sys::{Element, Event, KeyboardEvent};

use super::{
    arrows::ArrowKeys,
    oneself::use_oneself,
    slash::Sender,
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::Failure,
    client::http,
    components::{avatar::avatar, refusal::attempt},
    dom::caret,
    ground::*,
    parts::{Followed, Tag, View, Watched, around, at_end, follow, listen, listen_first, memo, part, tag},
    seam::{Said, Told, hear, hear_offered, say},
    state::{
        completion::{Begun, Choice, Kind, MOST, members},
        emoji,
        slash::Slash,
    },
    texts::{Label, Language, use_language},
};

/// What one may be about to write in the field of a room, and why a command was not obeyed. From now on it is asked before
/// anything is sent.
pub fn writing(room: RoomId) -> View {
    let Ok(Some(field)) = document().query_selector(".composer textarea") else { return View::nothing() };
    let sender = Sender::new(room, &field);
    let completion = Completion::tie(&field, room, sender);
    hear_offered(&field, move |text| completion.takes(text) || sender.takes(text));
    [completion.list(), sender.line().into()].into()
}

/// The `id` of the list; its options have its name and their number.
const LIST: &str = "completion";

/// What can be completed in a field. A handle.
#[derive(Clone, Copy)]
struct Completion {
    room: RoomId,
    field: Watched<Element>,
    begun: Watched<Option<Begun>>,
    choices: Followed<Vec<Choice>>,
    /// Which of them is chosen if one goes on.
    active: Watched<usize>,
    /// Where something begins that is not to be completed.
    closed: Watched<Option<u32>>,
    emoji: Watched<Vec<Vec<String>>>,
    failure: Watched<Option<Failure>>,
}

impl Completion {
    /// Watches a field, and hears its keys before anybody else.
    fn tie(field: &Element, room: RoomId, sender: Sender) -> Self {
        let (begun, emoji) = (Watched::new(None::<Begun>), Watched::new(Vec::<Vec<String>>::new()));
        let people = Watched::new((Vec::<Member>::new(), Vec::<MemberId>::new()));
        hear(move |told| {
            if let Told::Members { members, here } = told {
                people.set((members, here));
            }
        });
        let me = use_oneself().me;
        let language = use_language();
        let t = use_annex_texts();
        let choices = memo(move || {
            let Some(begun) = begun.get() else { return Vec::new() };
            match begun.kind {
                Kind::Member => people.with(|(all, here)| {
                    let me = me.with(|me| me.id);
                    members(all, |id| here.binary_search(&id).is_ok(), me, &begun.typed)
                }),
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
            room,
            field: Watched::new(field.clone()),
            begun,
            choices,
            active: Watched::new(0),
            closed: Watched::new(None),
            emoji,
            failure: Watched::new(None),
        };
        completion.listen();
        completion.tell_field();
        completion.look();
        completion
    }

    /// Takes what is chosen, where the list is open for this text. Whether it is: then nothing else is to be done with the text.
    fn takes(self, text: &str) -> bool {
        let active = self.active.get_untracked();
        let choices = self.choices.get_untracked();
        let (Some(choice), Some(begun)) = (choices.get(active), self.begun.get_untracked()) else {
            return false;
        };
        // What is whole already is meant as it stands.
        let is_whole =
            matches!(choice, Choice::Slash(_)) && begun.completed(choice) == format!("/{}", begun.typed);
        if is_whole {
            return false;
        }
        // Where the next syllable has begun already, something else stands there than what was chosen from.
        if caret::text(&self.field.get_untracked()) == text {
            self.take(choice);
        }
        true
    }

    /// Closes the list, until something else is begun.
    fn close(self) {
        self.closed.set(self.begun.with_untracked(|begun| begun.as_ref().map(|begun| begun.start)));
        self.begun.set(None);
    }

    /// The list.
    fn list(self) -> View {
        let t = use_annex_texts();
        let list = move |choices: Vec<Choice>| {
            let label: Label<AnnexTexts> = match choices.first() {
                None => return View::nothing(),
                Some(Choice::Member(..)) => |t| t.people,
                Some(Choice::Emoji(..)) => |t| t.common.emoji,
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
        let t = use_annex_texts();
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

    fn listen(self) {
        let field = self.field.get_untracked();
        let arrows = ArrowKeys::of(&field);
        listen_first(field.clone(), "keydown", move |event: KeyboardEvent| self.key_down(&event, &arrows));
        listen(field, "input", move |_: Event| self.look());
        // Browsers tell the document, or the field and through it the document.
        listen(document(), "selectionchange", move |_: Event| {
            let active = document().active_element();
            if active.is_some_and(|active| self.field.with_untracked(|field| *field == active)) {
                self.look();
            }
        });
        // Whoever presses the button means what stands there.
        listen(document(), "pointerdown", move |event: Event| {
            if around(&event, ".send").is_some() {
                self.close();
            }
        });
        follow(move || {
            self.choices.with(|_| ());
            self.active.set(0);
        });
    }

    /// Has the field say which list is its, and which option Enter takes.
    fn tell_field(self) {
        const TOLD: [&str; 4] =
            ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"];
        let field = self.field.get_untracked();
        follow(move || {
            let active = self.choices.with(|choices| !choices.is_empty()).then(|| self.active.get());
            for name in TOLD {
                let value = match (name, active) {
                    ("aria-autocomplete", _) => "list".to_owned(),
                    ("aria-haspopup", _) => "listbox".to_owned(),
                    ("aria-controls", Some(_)) => LIST.to_owned(),
                    ("aria-activedescendant", Some(active)) => format!("{LIST}-{active}"),
                    _ => {
                        let _ = field.remove_attribute(name);
                        continue;
                    }
                };
                // Setting a well-formed attribute cannot fail.
                let _ = field.set_attribute(name, &value);
            }
        });
        let field = self.field.get_untracked();
        at_end(move || {
            for name in TOLD {
                let _ = field.remove_attribute(name);
            }
        });
    }

    fn look(self) {
        let begun = caret::caret(&self.field.get_untracked());
        let begun = begun.and_then(|(text, caret)| Begun::at(&text, caret));
        let start = begun.as_ref().map(|begun| begun.start);
        if self.closed.get_untracked() == start && start.is_some() {
            return self.begun.bring_to(None);
        }
        self.closed.set(None);
        let was = self.begun.with_untracked(|begun| begun.as_ref().map(|begun| (begun.kind, begun.start)));
        match begun.as_ref().map(|begun| (begun.kind, begun.start)) {
            // Who is in the room, and who is here, is asked each time that somebody is about to be mentioned.
            now @ Some((Kind::Member, _)) if now != was => say(&Said::Mentions(self.room)),
            // Without them, names between colons are still emoji once they are sent.
            Some((Kind::Emoji, _)) if self.emoji.with_untracked(Vec::is_empty) => {
                attempt(http::emoji(), self.failure, move |groups| self.emoji.set(groups));
            }
            _ => {}
        }
        self.begun.bring_to(begun);
    }

    fn key_down(self, event: &KeyboardEvent, arrows: &ArrowKeys) {
        let choices = self.choices.get_untracked();
        let count = choices.len();
        if count == 0 || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let is_composing = event.is_composing() || event.key_code() == 229;
        let active = self.active.get_untracked();
        let moved = |down| self.active.set((active + if down { 1 } else { count - 1 }) % count);
        if arrows.take(event, moved) {
            return event.stop_immediate_propagation();
        }
        match event.key().as_str() {
            "Tab" => {
                choices.get(active).into_iter().for_each(|choice| self.take_when_composed(choice.clone()));
            }
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
