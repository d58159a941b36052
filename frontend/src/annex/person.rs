//! What one may do with somebody, beside the button of who is in a room.

use maru_shared::{
    Member, Person, RoomId, RoomKind, Timestamp,
    role::{Action, Ground, may},
};

use super::{
    deed::ask_of,
    oneself::use_oneself,
    texts::{Doing, use_annex_texts},
    use_done,
};
use crate::{
    answer::Failure,
    client::http,
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::time,
    parts::{Tag, View, Watched, part, tag},
    seam::Deed,
    texts::{Common, Label, use_language, use_speech},
};

/// What one may do with somebody who is in this room: what keeps order, when it is known what they are.
pub fn person(room: RoomId, member: Member, is_gone: bool) -> View {
    let oneself = use_oneself();
    let t = use_speech::<Doing>();
    let words = use_annex_texts();
    let done = use_done();
    let me = oneself.me.get_untracked();
    let id = member.id;
    let is_me = me.id == id;
    let failure = Watched::new(None::<Failure>);
    // The menu stays until it is done: why it is not is said there.
    let talk = move || attempt(http::direct(vec![id]), failure, move |room| done(Some(room.id)));
    let label: Label<Doing> = if is_me { |t| t.common.notes_to_self } else { |t| t.talk_directly };
    let ground = oneself.room(room).map(|(room, _)| match room.kind {
        RoomKind::Direct(_) => Ground::Direct,
        _ => Ground::Room { made_it: room.made_by == Some(me.id) },
    });
    let role = me.standing.role;
    let grounds =
        [(Action::Kick, ground), (Action::Mute, Some(Ground::Maru)), (Action::Ban, Some(Ground::Maru))];
    let may_on = move |ground: Option<Ground>, action| ground.is_some_and(|ground| may(role, action, ground));
    let keeps_order = grounds.into_iter().any(|(action, ground)| may_on(ground, action));
    let found = Watched::new(None::<Person>);
    if (keeps_order || is_gone) && !is_me {
        attempt(http::people(member.name.as_str(), ""), failure, move |people| {
            found.set(people.into_iter().find(|person| person.member.id == id));
        });
    }
    let order = move |person: Option<Person>| {
        let Some(person) = person else { return View::nothing() };
        let mut offers = Vec::new();
        let may = |action, ground: Option<Ground>| {
            may_on(ground, action) && ground.is_some_and(|ground| role.on(ground) > person.role)
        };
        let mut offer = |label: Label<Doing>, deed: Deed| {
            offers.push(View::from(button("plain harms", t.say(label), move || {
                done(None);
                ask_of(deed.clone(), words.get());
            })));
        };
        let member = || person.member.clone();
        for (action, ground) in grounds {
            match action {
                _ if !may(action, ground) => {}
                Action::Kick => offer(|t| t.kick, Deed::Kick(room, member())),
                Action::Mute => {
                    offer(|t| t.mute, Deed::Mute(member()));
                    if person.muted_until.is_some() {
                        offer(|t| t.unmute, Deed::Unmute(member()));
                    }
                }
                _ if person.banned => offer(|t| t.unban, Deed::Unban(member())),
                _ => offer(|t| t.ban, Deed::Ban(member())),
            }
        }
        offers.into_iter().collect()
    };
    let seen = move || found.with(|person| person.as_ref()?.seen_at.filter(|_| is_gone));
    [
        part(seen, |seen| seen.map_or_else(View::nothing, |seen| last_here(seen).into())),
        button("plain", t.say(label), talk).into(),
        part(move || found.get(), order),
        refusal(failure),
    ]
    .into()
}

/// When somebody was last here.
fn last_here(seen: Timestamp) -> Tag {
    let language = use_language();
    let when = move || time::day_and_time(seen, language.get());
    tag("p").class("last-here").text(use_speech::<Common>().tell(move |t| (t.last_here)(&when())))
}
