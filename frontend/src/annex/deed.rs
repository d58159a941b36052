//! What one says about something before it is done.

use super::{
    api, open,
    texts::{AnnexTexts, use_annex_texts},
    use_done,
};
use crate::{
    answer::Answer,
    components::form::{AskedIn, Kind, form_as, options, tick},
    ground::*,
    parts::{Text, View, Watched, tag},
    seam::{AnnexView, Deed, Return},
    texts::Label,
};

/// For so many minutes one is muted: each of `AnnexTexts::spans`.
const SPANS: [u32; 4] = [10, 60, 24 * 60, 7 * 24 * 60];

/// Has the page open the dialog in which one says something about a deed.
pub fn ask_of(deed: Deed, t: &'static AnnexTexts) {
    open(title(&deed)(t), &AnnexView::Deed(deed));
}

/// What such a dialog is called.
fn title(deed: &Deed) -> Label<AnnexTexts> {
    match deed {
        Deed::Rename(..) => |t| t.doing.rename,
        Deed::Describe(..) => |t| t.doing.describe,
        Deed::Archive(_) => |t| t.doing.archive,
        Deed::Restore(_) => |t| t.doing.restore,
        Deed::DeleteRoom(..) => |t| t.doing.delete_room,
        Deed::Leave(..) => |t| t.doing.leave,
        Deed::DeleteMessage(..) => |t| t.delete_message,
        Deed::Kick(..) => |t| t.doing.kick,
        Deed::Mute(_) => |t| t.doing.mute,
        Deed::Unmute(_) => |t| t.doing.unmute,
        Deed::Ban(_) => |t| t.doing.ban,
        Deed::Unban(_) => |t| t.doing.unban,
    }
}

/// What one says about this before it is done.
pub fn deed(deed: Deed) -> View {
    let done = use_done();
    let words = Words::of(&deed);
    let (span, also) = (Watched::new(1), Watched::new(false));
    let more = match deed {
        Deed::Mute(_) => spans(span),
        Deed::Ban(_) => tick::<AnnexTexts>(|t| t.ban_addresses, also),
        _ => View::nothing(),
    };
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let minutes = SPANS.get(span.get_untracked()).copied().unwrap_or_default();
        let asked = api::act(&deed, typed.pop().unwrap_or_default(), minutes, also.get_untracked());
        Box::pin(async move {
            asked.await?;
            done(None);
            Ok(())
        })
    });
    let Words { hint, field, begins, button, harms } = words;
    let class = if harms { "danger" } else { "primary" };
    [
        tag("p").class("hint").attr("dir", "auto").text(hint).into(),
        form_as(class, field.as_slice(), &begins, more, button, ask),
    ]
    .into()
}

fn spans(chosen: Watched<usize>) -> View {
    let labels: [Label<AnnexTexts>; 4] = [|t| t.spans[0], |t| t.spans[1], |t| t.spans[2], |t| t.spans[3]];
    options(|t| t.for_how_long, &labels.map(|label| (label, None)), chosen)
}

/// What is said there.
struct Words {
    hint: Text,
    field: Option<AskedIn<AnnexTexts>>,
    /// What is in the field at first.
    begins: String,
    button: Label<AnnexTexts>,
    harms: bool,
}

impl Words {
    fn of(deed: &Deed) -> Self {
        const REASON: AskedIn<AnnexTexts> = AskedIn { kind: Kind::Note, label: |t| t.reason, hint: None };
        let t = use_annex_texts();
        let said = |button: Label<AnnexTexts>, hint: Label<AnnexTexts>| Self {
            hint: t.say(hint).into(),
            field: None,
            begins: String::new(),
            button,
            harms: false,
        };
        let told =
            |button: Label<AnnexTexts>, hint: fn(&'static AnnexTexts) -> fn(&str) -> String, of: &str| {
                let of = of.to_owned();
                Self { hint: t.tell(move |t| hint(t)(&of)).into(), harms: true, ..said(button, |_| "") }
            };
        match deed {
            Deed::Rename(_, name) => Self {
                field: Some(AskedIn { kind: Kind::Name, label: |t| t.doing.room_name, hint: None }),
                begins: name.to_string(),
                ..said(|t| t.doing.save, |_| "")
            },
            Deed::Describe(_, topic) => Self {
                field: Some(AskedIn { kind: Kind::Note, label: |t| t.topic, hint: None }),
                begins: topic.as_str().to_owned(),
                ..said(|t| t.doing.save, |t| t.topic_hint)
            },
            Deed::Archive(_) => said(|t| t.doing.archive, |t| t.archive_hint),
            Deed::Restore(_) => said(|t| t.doing.restore, |t| t.restore_hint),
            Deed::DeleteRoom(_, name) => told(|t| t.doing.delete_room, |t| t.delete_room_hint, name.as_str()),
            Deed::Leave(_, back) => {
                let hint: Label<AnnexTexts> = match back {
                    Return::Joining => |t| t.leave_hint,
                    Return::LetIn => |t| t.leave_private_hint,
                    Return::Never => |t| t.leave_last_hint,
                };
                Self { harms: *back != Return::Joining, ..said(|t| t.doing.leave, hint) }
            }
            Deed::DeleteMessage(_, _, mine) => Self {
                field: (!mine).then_some(REASON),
                harms: true,
                ..said(|t| t.doing.delete, |t| t.delete_message_hint)
            },
            Deed::Kick(_, who) => {
                Self { field: Some(REASON), ..told(|t| t.doing.kick, |t| t.kick_hint, who.name.as_str()) }
            }
            Deed::Mute(who) => {
                Self { field: Some(REASON), ..told(|t| t.doing.mute, |t| t.mute_hint, who.name.as_str()) }
            }
            Deed::Unmute(_) => said(|t| t.doing.unmute, |t| t.unmute_hint),
            Deed::Ban(who) => {
                Self { field: Some(REASON), ..told(|t| t.doing.ban, |t| t.ban_hint, who.name.as_str()) }
            }
            Deed::Unban(_) => said(|t| t.doing.unban, |t| t.unban_hint),
        }
    }
}
