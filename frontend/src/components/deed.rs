//! The dialogs in which one says more about something before it is done.

use leptos::prelude::*;
use maru_shared::RoomKind;

use super::{
    dialog::dialog,
    form::{Asked, Kind, form_as, options, tick},
    room_name,
    sheet::Deed,
};
use crate::{
    chat::{Act, Answer, Chat, use_chat},
    parts::{Text, View, Watched, tag},
    texts::{Label, Texts, use_texts},
};

/// For so many minutes one is muted: each of `Texts::spans`.
const SPANS: [u32; 4] = [10, 60, 24 * 60, 7 * 24 * 60];

/// The dialog in which one says more about this. `close` is called when it is closed.
pub fn deed(deed: Deed, close: Callback<()>) -> View {
    let chat = use_chat();
    let t = use_texts();
    let words = Words::of(&deed, chat);
    let (span, also) = (Watched::new(1), Watched::new(false));
    let about = deed.clone();
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let typed = typed.pop().unwrap_or_default();
        let asked = chat.act(act(&about, typed, span.get_untracked(), also.get_untracked()));
        Box::pin(async move {
            asked.await?;
            let _ = close.try_run(());
            Ok(())
        })
    });
    let more = match deed {
        Deed::Mute(_) => spans(span),
        Deed::Ban(_) => tick::<Texts>(|t| t.ban_addresses, also),
        _ => View::nothing(),
    };
    let Words { title, hint, fields, begins, button, harms } = words;
    let inside = move || {
        View::from([
            tag("p").class("hint").attr("dir", "auto").text(hint).into(),
            form_as(if harms { "danger" } else { "primary" }, &fields, &begins, more, button, ask),
        ])
    };
    dialog(t.say(title), close, inside)
}

fn spans(chosen: Watched<usize>) -> View {
    let labels: [Label; 4] = [|t| t.spans[0], |t| t.spans[1], |t| t.spans[2], |t| t.spans[3]];
    options(|t| t.for_how_long, &labels.map(|label| (label, None)), chosen)
}

/// What such a dialog says.
struct Words {
    title: Label,
    hint: Text,
    fields: Vec<Asked>,
    /// What is in the field at first.
    begins: String,
    button: Label,
    harms: bool,
}

impl Words {
    fn of(deed: &Deed, chat: Chat) -> Self {
        const REASON: Asked = Asked { kind: Kind::Note, label: |t| t.reason, hint: None };
        let t = use_texts();
        let said = |title: Label, hint: Label| Self {
            title,
            hint: t.say(hint).into(),
            fields: Vec::new(),
            begins: String::new(),
            button: title,
            harms: false,
        };
        let told = |title: Label, hint: fn(&'static Texts) -> fn(&str) -> String, of: String| Self {
            hint: t.tell(move |t| hint(t)(&of)).into(),
            harms: true,
            ..said(title, title)
        };
        let room = |id| chat.with_now(|world| world.room(id).map(|room| room.room.clone())).flatten();
        let title = |id| room(id).and_then(|room| room.title().cloned());
        match deed {
            Deed::Rename(id) => Self {
                fields: vec![Asked { kind: Kind::Name, label: |t| t.room_name, hint: None }],
                begins: title(*id).map(|title| title.name.to_string()).unwrap_or_default(),
                button: |t| t.save,
                ..said(|t| t.rename, |_| "")
            },
            Deed::Describe(id) => Self {
                fields: vec![Asked { kind: Kind::Note, label: |t| t.topic, hint: None }],
                begins: title(*id).map(|title| title.topic.as_str().to_owned()).unwrap_or_default(),
                button: |t| t.save,
                ..said(|t| t.describe, |t| t.topic_hint)
            },
            Deed::Archive(_, true) => said(|t| t.archive, |t| t.archive_hint),
            Deed::Archive(_, false) => said(|t| t.restore, |t| t.restore_hint),
            Deed::DeleteRoom(id) => {
                let name = room(*id).map(|room| room_name(&room, chat, t.get())).unwrap_or_default();
                told(|t| t.delete_room, |t| t.delete_room_hint, name)
            }
            Deed::Leave(id) => {
                let is_private = room(*id).is_some_and(|room| matches!(room.kind, RoomKind::Private(_)));
                let is_last = chat.with_now(|world| {
                    world
                        .room(*id)
                        .and_then(|room| room.members.as_ref())
                        .is_some_and(|members| members.len() == 1)
                }) == Some(true);
                let hint: Label = match (is_private, is_last) {
                    (false, _) => |t| t.leave_hint,
                    (true, false) => |t| t.leave_private_hint,
                    (true, true) => |t| t.leave_last_hint,
                };
                Self { harms: is_private, ..said(|t| t.leave, hint) }
            }
            Deed::DeleteMessage(_, _, mine) => Self {
                fields: if *mine { Vec::new() } else { vec![REASON] },
                harms: true,
                button: |t| t.delete,
                ..said(|t| t.delete_message, |t| t.delete_message_hint)
            },
            Deed::Kick(_, member) => {
                Self { fields: vec![REASON], ..told(|t| t.kick, |t| t.kick_hint, member.name.to_string()) }
            }
            Deed::Mute(member) => {
                Self { fields: vec![REASON], ..told(|t| t.mute, |t| t.mute_hint, member.name.to_string()) }
            }
            Deed::Ban(member) => {
                Self { fields: vec![REASON], ..told(|t| t.ban, |t| t.ban_hint, member.name.to_string()) }
            }
        }
    }
}

fn act(deed: &Deed, typed: String, span: usize, also: bool) -> Act {
    match deed {
        Deed::Rename(room) => Act::Rename(*room, typed),
        Deed::Describe(room) => Act::Describe(*room, typed),
        Deed::Archive(room, true) => Act::Archive(*room),
        Deed::Archive(room, false) => Act::Restore(*room),
        Deed::DeleteRoom(room) => Act::DeleteRoom(*room),
        Deed::Leave(room) => Act::Leave(*room),
        Deed::DeleteMessage(room, message, _) => Act::DeleteMessage(*room, *message, typed),
        Deed::Kick(room, member) => Act::Kick(*room, member.id, typed),
        Deed::Mute(member) => Act::Mute(member.id, SPANS.get(span).copied().unwrap_or_default(), typed),
        Deed::Ban(member) => Act::Ban(member.id, typed, also),
    }
}
