//! What becomes of a text that one sends: a message, or what a command says.

use maru_shared::{RoomId, role::Action};

use super::{
    refusal::attempt,
    sheet::{Sheet, Sheets, use_sheets},
};
use crate::{
    chat::{Chat, Failure, use_chat},
    parts::{Watched, effect},
    seam::{Deed, Return},
    state::slash::{Meant, Slash, shrugged},
    texts::Texts,
};

/// Takes what is written in a room. A handle.
#[derive(Clone, Copy)]
pub struct Sender {
    chat: Chat,
    room: RoomId,
    sheets: Sheets,
    failure: Watched<Option<Failure>>,
    /// What was not sent, and why: as long as it stands in the field.
    kept: Watched<Option<(String, Why)>>,
    /// What the server is being asked to do.
    asking: Watched<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// There is no such command here.
    Unknown,
    /// There is more to be said.
    Unfinished(Slash),
    Failed(Failure),
}

impl Sender {
    /// For a room, into whose field `written` writes.
    pub fn new(room: RoomId, written: Watched<Option<String>>) -> Self {
        let sender = Self {
            chat: use_chat(),
            room,
            sheets: use_sheets(),
            failure: Watched::new(None),
            kept: Watched::new(None),
            asking: Watched::new(String::new()),
        };
        effect(move || {
            if let Some(why) = sender.failure.get() {
                sender.failure.set(None);
                let asked = sender.asking.get_untracked();
                sender.kept.set(Some((asked.clone(), Why::Failed(why))));
                written.set(Some(asked));
            }
        });
        sender
    }

    /// Takes this text, as a message or a command. Whether the field is to be emptied then.
    pub fn take(self, text: &str) -> bool {
        match Meant::by(text) {
            Meant::Slash(slash, said) if self.is_offered(slash) => self.obey(slash, said, text),
            Meant::Text => self.post(text),
            // Whoever means it says so twice.
            _ => self.is_kept(text, Why::Unknown) && self.post(text),
        }
    }

    /// Why this text, which stands in the field, was not taken; nothing if it was not tried.
    pub fn why_kept(self, text: &str, t: &Texts) -> Option<String> {
        let kept = self.kept.get();
        let (_, why) = kept.filter(|(kept, _)| kept == text)?;
        Some(match why {
            Why::Unknown => t.no_such_command.to_owned(),
            Why::Unfinished(slash) => format!("/{} {}", slash.word(), t.slash[slash as usize].0),
            Why::Failed(Failure::Refused(why)) => (t.common.refusal)(why),
            Why::Failed(Failure::Unreachable) => t.common.unreachable.to_owned(),
        })
    }

    /// Whether one can do that in this room.
    pub fn is_offered(self, slash: Slash) -> bool {
        let offered = self.chat.with_now(|world| match slash {
            Slash::Me | Slash::Shrug => true,
            Slash::Topic => world.may(Action::Describe, Some(self.room)),
            Slash::Invite => world.may(Action::LetIn, Some(self.room)),
            Slash::Leave => self.way_back().is_some(),
        });
        offered == Some(true)
    }

    fn obey(self, slash: Slash, said: String, text: &str) -> bool {
        match (slash, said.as_str()) {
            (Slash::Me, "") => {
                self.is_kept(text, Why::Unfinished(slash));
                return false;
            }
            (Slash::Me, _) => return self.post(text),
            (Slash::Shrug, _) => return self.post(&shrugged(&said)),
            (Slash::Leave, _) => {
                let leave = self.way_back().map(|back| Deed::Leave(self.room, back));
                leave.into_iter().for_each(|leave| self.sheets.open(Sheet::Deed(leave)));
            }
            (Slash::Invite, "") => self.sheets.open(Sheet::People(Some(self.room))),
            (Slash::Topic, "") => {
                let title = self.chat.with_now(|world| world.room(self.room)?.room.title().cloned()).flatten();
                let describe = title.map(|title| Deed::Describe(self.room, title.topic));
                describe.into_iter().for_each(|describe| self.sheets.open(Sheet::Deed(describe)));
            }
            (Slash::Topic | Slash::Invite, _) => {
                self.asking.set(text.to_owned());
                let asked = match slash {
                    Slash::Topic => self.chat.describe(self.room, said),
                    _ => self.chat.let_in(self.room, said.trim_start_matches('@')),
                };
                attempt(asked, self.failure, |()| {});
            }
        }
        true
    }

    fn way_back(self) -> Option<Return> {
        let way = self.chat.with_now(|world| {
            let room = world.room(self.room)?;
            Return::of(&room.room, room.members.as_ref().map(Vec::len))
        });
        way.flatten()
    }

    fn post(self, text: &str) -> bool {
        self.chat.post(self.room, text).is_ok()
    }

    /// Whether this text was kept for that before; it is from now on.
    fn is_kept(self, text: &str, why: Why) -> bool {
        let kept = Some((text.to_owned(), why));
        let was = self.kept.with_untracked(|before| *before == kept);
        self.kept.set(kept);
        was
    }
}
