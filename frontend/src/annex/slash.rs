//! What becomes of a text that begins as a command does, before it is sent.

use std::time::Duration;

use maru_shared::{Member, Note, Refusal, Room, RoomId, role::Action};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::{
    about::may_do,
    api,
    deed::ask_of,
    oneself::{Oneself, use_oneself},
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::{Answer, Failure},
    client::http,
    components::refusal::attempt,
    dom::caret,
    ground::*,
    parts::{Tag, Watched, effect, listen, tag},
    seam::{Deed, Return, Said, Wanted, say},
    state::slash::{Meant, Slash, shrugged},
    texts::Spoken,
};

/// Obeys what is written in a room's field. A handle.
#[derive(Clone, Copy)]
pub struct Sender {
    room: RoomId,
    oneself: Oneself,
    field: Watched<Element>,
    /// What stands in the field.
    text: Watched<String>,
    /// What was not sent, and why: for as long as it stands in the field.
    kept: Watched<Option<(String, Why)>>,
    /// What the server is being asked to do, as it was written, and why it did not.
    asked: Watched<String>,
    failure: Watched<Option<Failure>>,
    /// What the server did not do, and why, where something else stood in the field by then: until that is sent.
    missed: Watched<Option<(String, Failure)>>,
    t: Spoken<AnnexTexts>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// There is no such command here.
    Unknown,
    /// There is more to be said.
    Unfinished(Slash),
    /// The server did not do it.
    Failed(Failure),
    /// It is sent as it stands.
    Meant,
}

impl Sender {
    /// For this field of a room.
    pub fn new(room: RoomId, field: &Element) -> Self {
        let sender = Self {
            room,
            oneself: use_oneself(),
            field: Watched::new(field.clone()),
            text: Watched::new(caret::text(field)),
            kept: Watched::new(None),
            asked: Watched::new(String::new()),
            failure: Watched::new(None),
            missed: Watched::new(None),
            t: use_annex_texts(),
        };
        let own = field.clone();
        listen(field.clone(), "input", move |_: Event| sender.text.set(caret::text(&own)));
        effect(move || {
            if let Some(why) = sender.failure.get() {
                sender.failure.set(None);
                let asked = sender.asked.get_untracked();
                // What was written meanwhile is not written over.
                if caret::text(&sender.field.get_untracked()).is_empty() {
                    sender.kept.set(Some((asked.clone(), Why::Failed(why))));
                    sender.write(&asked);
                } else {
                    sender.missed.set(Some((asked, why)));
                }
            }
        });
        sender
    }

    /// Obeys this text, if it is a command. Whether it is: then it is not to be sent.
    pub fn takes(self, text: &str) -> bool {
        self.missed.set(None);
        if self
            .kept
            .with_untracked(|kept| kept.as_ref().is_some_and(|kept| *kept == (text.to_owned(), Why::Meant)))
        {
            return false;
        }
        match Meant::by(text) {
            Meant::Text => false,
            Meant::Slash(slash, said) if self.is_offered(slash) => self.obeys(slash, said, text),
            // Whoever means it says so twice.
            _ => !self.keep(text, Why::Unknown),
        }
    }

    /// Whether one can do that in this room.
    pub fn is_offered(self, slash: Slash) -> bool {
        let Some((room, members)) = self.oneself.room(self.room) else { return false };
        let may = |action| self.oneself.me.with(|me| may_do(me, action, &room));
        match slash {
            Slash::Me | Slash::Shrug => true,
            Slash::Topic => room.title().is_some() && may(Action::Describe),
            Slash::Invite => may(Action::LetIn),
            Slash::Leave => Return::of(&room, members).is_some(),
        }
    }

    /// Says why what stands in the field was not sent.
    pub fn line(self) -> Tag {
        let t = use_annex_texts();
        let why = move || {
            if let Some((asked, why)) = self.missed.get() {
                return in_words(Why::Failed(why), t.get()).map(|why| format!("{asked}: {why}"));
            }
            let (_, why) = self.kept.get().filter(|(kept, _)| self.text.with(|text| text == kept))?;
            in_words(why, t.get())
        };
        tag("p").class("not-sent").attr("role", "status").text(why)
    }

    fn obeys(self, slash: Slash, said: String, text: &str) -> bool {
        let ask = |deed| ask_of(deed, self.t.get());
        let Some((room, members)) = self.oneself.room(self.room) else { return false };
        match (slash, said.as_str()) {
            (Slash::Me, "") => {
                self.keep(text, Why::Unfinished(slash));
                return true;
            }
            (Slash::Me, _) => return false,
            (Slash::Shrug, _) => {
                self.send(shrugged(&said));
                return true;
            }
            (Slash::Leave, _) => {
                Return::of(&room, members).into_iter().for_each(|back| ask(Deed::Leave(room.id, back)));
            }
            (Slash::Invite, "") => say(&Said::Open(Wanted::LetIn(room.id))),
            (Slash::Topic, "") => describe(&room).into_iter().for_each(ask),
            (Slash::Topic | Slash::Invite, _) => {
                self.asked.set(text.to_owned());
                let asked = match (slash, describe(&room)) {
                    (Slash::Topic, Some(deed)) => api::act(&deed, said, 0, false),
                    _ => invite(room.id, said.trim_start_matches('@').to_owned()),
                };
                attempt(asked, self.failure, |()| {});
            }
        }
        self.write("");
        true
    }

    /// Sends another text in the place of the one that stands in the field.
    fn send(self, text: String) {
        // When what asks now is done.
        let send = move || {
            self.kept.set(Some((text.clone(), Why::Meant)));
            self.write(&text);
            let form = self.field.get_untracked().closest("form").ok().flatten();
            let button = form.and_then(|form| form.query_selector(".send").ok().flatten());
            if let Some(button) = button {
                button.unchecked_ref::<HtmlElement>().click();
            }
        };
        set_timeout(send, Duration::ZERO);
    }

    fn write(self, text: &str) {
        let field = self.field.get_untracked();
        let all = u32::try_from(caret::text(&field).encode_utf16().count()).unwrap_or(u32::MAX);
        caret::replace(&field, Some((0, all)), text);
    }

    /// Keeps this text in the field. Whether it was kept for that before.
    fn keep(self, text: &str, why: Why) -> bool {
        let kept = Some((text.to_owned(), why));
        let was = self.kept.with_untracked(|before| *before == kept);
        self.kept.set(kept);
        was
    }
}

fn in_words(why: Why, t: &AnnexTexts) -> Option<String> {
    Some(match why {
        Why::Unknown => t.no_such_command.to_owned(),
        Why::Unfinished(slash) => format!("/{} {}", slash.word(), t.slash[slash as usize].0),
        Why::Failed(Failure::Refused(why)) => (t.common.refusal)(why),
        Why::Failed(Failure::Unreachable) => t.common.unreachable.to_owned(),
        Why::Meant => return None,
    })
}

fn describe(room: &Room) -> Option<Deed> {
    Some(Deed::Describe(room.id, Note::clone(&room.title()?.topic)))
}

/// Lets whoever is called so into the room.
fn invite(room: RoomId, name: String) -> Answer<()> {
    let found = http::people(&name, "");
    Box::pin(async move {
        let called = |member: &Member| member.name.as_str().eq_ignore_ascii_case(&name);
        let found = found.await?.into_iter().find(|person| called(&person.member));
        let who = found.ok_or(Failure::Refused(Refusal::NoSuchMember))?.member.id;
        api::let_in(room, who).await
    })
}
