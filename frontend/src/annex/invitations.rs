//! Inviting: making links, and taking them back.

use leptos::prelude::*;
use maru_shared::{
    Role,
    api::{Invitation, MadeInvitation, NewInvitation},
    role::{Action, Ground, may},
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    account::{fold, listed},
    api,
    oneself::use_oneself,
    texts::use_annex_texts,
};
use crate::{
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::{page, time},
    parts::{Tag, View, Watched, begin, each, part, part_when, tag},
    texts::use_language,
};

/// For how long an invitation is good, in hours.
const HOURS: u32 = 7 * 24;

/// How many may come by one.
const USES: u32 = 10;

/// The part of the settings in which one invites; nothing for those who may not.
pub fn invitations() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let may_invite = move || oneself.me.with(|me| may(me.standing.role, Action::Invite, Ground::Maru));
    part_when(may_invite, move || tag("div").child(fold(t.say(|t| t.invitations), inside)))
}

fn inside() -> View {
    let t = use_annex_texts();
    let found = Watched::new(Vec::<Invitation>::new());
    let made = Watched::new(None::<String>);
    let failure = Watched::new(None::<Failure>);
    let load = Callback::new(move |()| attempt(api::invitations(), failure, move |list| found.set(list)));
    load.run(());
    let invite = move || {
        let asked = api::invite(&NewInvitation { role: Role::Member, hours: HOURS, uses: USES });
        attempt(asked, failure, move |MadeInvitation { secret, .. }| {
            made.set(Some(page::link(&secret)));
            load.try_run(());
        });
    };
    let row = move |invitation| row(invitation, failure, load);
    let link = move |link: Option<String>| link.map_or_else(View::nothing, |link| shown(&link));
    [
        tag("p").class("hint").text(t.tell(|t| (t.invitation_hint)(USES, HOURS / 24))).into(),
        button("primary", t.say(|t| t.make_invitation), invite).into(),
        part(move || made.get(), link),
        refusal(failure),
        tag("ul")
            .class("sessions")
            .child(each(
                move || found.get(),
                |one: &Invitation| (one.uses_left.to_le_bytes()[0], *one.id.as_bytes()),
                row,
            ))
            .into(),
    ]
    .into_iter()
    .collect()
}

/// A link to be given on.
fn shown(link: &str) -> View {
    let t = use_annex_texts();
    let copied = Watched::new(false);
    let input = tag("input")
        .attr("type", "text")
        .attr("readonly", "")
        .attr("aria-label", t.say(|t| t.link_to_share))
        .attr("value", link.to_owned())
        .on("focus", |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                input.select();
            }
        });
    let element: HtmlInputElement = input.element().unchecked_into();
    let copy = move || {
        // Where a page may not write to the clipboard, the link is selected to be copied by hand.
        element.select();
        let link = element.value();
        begin(async move {
            if page::copy(&link).await {
                copied.set(true);
            }
        });
    };
    let words = move || if copied.get() { t.get().copied } else { t.get().copy };
    tag("div").class("link-to-share").child(input).child(button("quiet", words, copy)).into()
}

fn row(invitation: Invitation, failure: Watched<Option<Failure>>, load: Callback<()>) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let Invitation { id, by, role, expires_at, uses_left, .. } = invitation;
    let by = by.map(|name| name.to_string());
    let head = t.tell(move |t| (t.invitation)(by.as_deref(), (t.common.role)(role)));
    let rest =
        t.tell(move |t| (t.invitation_left)(uses_left, &time::day_and_time(expires_at, language.get())));
    let revoke = move || attempt(api::revoke_invitation(id), failure, move |()| _ = load.try_run(()));
    listed(head, rest).child(button("quiet", t.say(|t| t.revoke), revoke))
}
