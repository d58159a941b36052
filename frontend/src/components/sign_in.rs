//! The door.

use maru_shared::api::Policy;

use super::{
    button::button,
    form::{Asked, Kind, form},
};
use crate::{
    chat::{ThrownOut, use_chat},
    dom::passkeys,
    ground::*,
    parts::{Tag, View, Watched, part, tag},
    texts::{Label, Texts, use_texts},
};

/// The door: a name, and one is in; or a name and a password. `thrown_out` says why the session ended without
/// one's doing.
pub fn sign_in(thrown_out: Option<ThrownOut>) -> View {
    let chat = use_chat();
    let mut card = card();
    if let Some(why) = thrown_out {
        card = card.child(note(match why {
            ThrownOut::Elsewhere => |t| t.signed_out_elsewhere,
            ThrownOut::Banned => |t| t.banned,
        }));
    }
    let ways = |policy| match policy {
        Policy::Open => either_way(),
        Policy::Invite => [note(|t| t.invite_only).into(), by_password()].into(),
    };
    card = card.child(part(move || chat.policy(), ways));
    door(if passkeys::can_be_had() { card.child(by_passkey()) } else { card })
}

fn either_way() -> View {
    let t = use_texts();
    let with_account = Watched::new(false);
    let other = button(
        "quiet",
        move || if with_account.get() { t.get().as_guest } else { t.get().with_account },
        move || with_account.set(!with_account.get_untracked()),
    );
    let way = part(
        move || with_account.get(),
        |with_account| if with_account { by_password() } else { as_guest() },
    );
    [way, other.into()].into()
}

/// Nothing is typed for it: what is typed elsewhere at the door stays.
fn by_passkey() -> View {
    let chat = use_chat();
    form::<Texts>(&[], |t| t.with_passkey, Callback::new(move |_| chat.sign_in_by_passkey()))
}

/// What stands in the middle of a page with one thing on it.
pub fn card() -> Tag {
    let t = use_texts();
    tag("div")
        .class("door-card")
        .child(tag("h1").text("Maru"))
        .child(tag("p").class("tagline").text(t.say(|t| t.tagline)))
}

/// A page with one thing on it.
pub fn door(card: Tag) -> View {
    tag("main").class("door").child(card).into()
}

/// Something to know first.
pub fn note(text: Label) -> Tag {
    tag("p").class("note").attr("role", "status").text(use_texts().say(text))
}

fn as_guest() -> View {
    let chat = use_chat();
    let ask = Callback::new(move |mut typed: Vec<String>| chat.sign_in(typed.pop().unwrap_or_default()));
    let name = Asked { kind: Kind::Name, label: |t| t.common.your_name, hint: Some(|t| t.sign_in_hint) };
    form(&[name], |t| t.common.come_in, ask)
}

fn by_password() -> View {
    let chat = use_chat();
    let ask = Callback::new(move |typed: Vec<String>| {
        let [name, password] = typed.try_into().unwrap_or_default();
        chat.sign_in_by_password(name, password)
    });
    let name = Asked { kind: Kind::Account, label: |t| t.common.your_name, hint: None };
    let password = Asked { kind: Kind::Password, label: |t| t.password, hint: Some(|t| t.forgot_password) };
    form(&[name, password], |t| t.common.come_in, ask)
}
