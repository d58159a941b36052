//! Where a link leads: to own this Maru, to come in, to set another password.

use leptos::prelude::*;
use maru_shared::api::LinkUse;

use super::{
    button::button,
    form::{Asked, Kind, form},
    refusal::reason,
    sign_in::{card, door, note},
};
use crate::{
    chat::{Link, use_chat},
    parts::{View, tag},
    texts::use_texts,
};

/// The page of a link.
pub fn link(link: Link) -> View {
    let t = use_texts();
    let purpose = match link {
        Link::Looking => return door(card().child(note(|t| t.loading))),
        Link::Bad(why) => {
            let refusal = tag("p").class("refusal").attr("role", "alert").text(reason(why));
            return door(card().child(refusal).child(decline()));
        }
        Link::Good(purpose) => purpose,
    };
    let chat = use_chat();
    let known = chat.with_now(|world| (world.me.name.to_string(), world.standing.has_password));
    let is_reset = matches!(purpose, LinkUse::Reset { .. });
    let said = {
        let (purpose, known) = (purpose, known.clone());
        t.tell(move |t| (t.link)(&purpose, known.as_ref().map(|(name, _)| name.as_str())))
    };
    let card = card().child(tag("p").class("note").text(said));
    let name = Asked { kind: Kind::Account, label: |t| t.your_name, hint: Some(|t| t.name_hint) };
    let password = Asked {
        kind: Kind::NewPassword,
        label: |t| t.common.new_password,
        hint: Some(|t| t.common.password_hint),
    };
    let fields: &[Asked] = match &known {
        _ if is_reset => &[password],
        None => &[name, password],
        Some((_, false)) => &[password],
        Some((_, true)) => &[],
    };
    let asks_name = fields.len() == 2;
    let ask = Callback::new(move |typed: Vec<String>| {
        let mut typed = typed.into_iter();
        let name = if asks_name { typed.next() } else { None };
        chat.accept_link(name, typed.next())
    });
    let card =
        card.child(form(fields, if is_reset { |t| t.common.set_password } else { |t| t.come_in }, ask));
    door(if known.is_some() { card.child(decline()) } else { card })
}

fn decline() -> View {
    let chat = use_chat();
    button("quiet", use_texts().say(|t| t.not_now), move || chat.leave_link()).into()
}
