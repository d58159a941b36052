//! Inviting: making links, and taking them back.

use super::{
    account::{fold, listed},
    api,
    choice::choice,
    link::link_to_share,
    oneself::use_oneself,
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::Failure,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::{page, time},
    ground::*,
    parts::{Tag, Text, View, Watched, begin, each, follow, part, part_when, tag},
    texts::use_language,
};
use maru_shared::{
    Role,
    api::{Invitation, MadeInvitation, NewInvitation},
    role::{Action, Ground, may},
};

/// For how long an invitation is good, in hours.
const HOURS: u32 = 7 * 24;

/// How many may come by one.
const USES: u32 = 10;

/// What those may be who come in by one.
const STAFF: [Role; 3] = [Role::Member, Role::Moderator, Role::Admin];

/// The part of the settings in which one invites; nothing for those who may not.
pub fn invitations() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let may_do = move |action| oneself.me.with(|me| may(me.standing.role, action, Ground::Maru));
    let is_let = Watched::new(false);
    follow(move || {
        if may_do(Action::InviteWhereLet) && !may_do(Action::Invite) {
            let settings = api::settings();
            begin(async move {
                // Without an answer there is nothing that one could invite with either.
                is_let.set(settings.await.is_ok_and(|settings| settings.members_invite));
            });
        }
    });
    let may_invite = move || may_do(Action::Invite) || (is_let.get() && may_do(Action::InviteWhereLet));
    part_when(may_invite, move || tag("div").child(fold(t.say(|t| t.invitations), inviting)))
}

/// Making links, and taking back those that one may see.
pub fn inviting() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let (roles, chosen) = choice("invited-role", |t: &AnnexTexts| t.invited_as, STAFF.map(in_words), 0);
    let found = Watched::new(Vec::<Invitation>::new());
    let made = Watched::new(None::<String>);
    let failure = Watched::new(None::<Failure>);
    let load = Callback::new(move |()| attempt(api::invitations(), failure, move |list| found.set(list)));
    load.run(());
    let invite = move || {
        let role = STAFF.get(chosen()).copied().unwrap_or(Role::Member);
        let asked = api::invite(&NewInvitation { role, hours: HOURS, uses: USES });
        attempt(asked, failure, move |MadeInvitation { secret, .. }| {
            made.set(Some(page::link(&secret)));
            load.try_run(());
        });
    };
    let row = move |invitation| row(invitation, failure, load);
    let link = move |link: Option<String>| {
        link.map_or_else(View::nothing, |link| link_to_share(&link, |t| t.link_to_share))
    };
    let may_invite_staff =
        move || oneself.me.with(|me| may(me.standing.role, Action::InviteStaff, Ground::Maru));
    [
        tag("p").class("hint").text(t.tell(|t| (t.invitation_hint)(USES, HOURS / 24))).into(),
        roles.attr("hidden", move || (!may_invite_staff()).then_some("")).into(),
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

fn in_words(role: Role) -> Text {
    let t = use_annex_texts();
    Text::from(move || (t.get().doing.role)(role))
}

fn row(invitation: Invitation, failure: Watched<Option<Failure>>, load: Callback<()>) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let Invitation { id, by, role, expires_at, uses_left, .. } = invitation;
    let by = by.map(|name| name.to_string());
    let head = t.tell(move |t| (t.invitation)(by.as_deref(), (t.doing.role)(role)));
    let rest =
        t.tell(move |t| (t.invitation_left)(uses_left, &time::day_and_time(expires_at, language.get())));
    let revoke = move || attempt(api::revoke_invitation(id), failure, move |()| _ = load.try_run(()));
    listed(head, rest).child(button("quiet", t.say(|t| t.revoke), revoke))
}
