//! What a room is, and what one may do with it.

use maru_shared::{
    Notify, Room, RoomId, RoomKind,
    api::Me,
    role::{Action, Ground, may},
};

use super::{
    api,
    deed::ask_of,
    oneself::use_oneself,
    settings::{choice, option},
    texts::{AnnexTexts, Doing, use_annex_texts},
    use_done,
};
use crate::{
    answer::Failure,
    components::{button::button, refusal::refusal},
    parts::{View, Watched, begin, effect, memo, part_when, tag},
    seam::{Deed, Return, Said, Wanted, say},
    texts::{Label, use_speech},
};

/// What a room is, and what one may do with it.
pub fn about(id: RoomId) -> View {
    let oneself = use_oneself();
    let t = use_speech::<Doing>();
    let done = use_done();
    let room = memo(move || oneself.room(id).map(|(room, _)| room));
    let me = oneself.me.with_untracked(|me| me.id);
    let name = t.tell(move |t| room.get().map(|room| t.common.name_of(&room, Some(me))).unwrap_or_default());
    let topic =
        move || room.with(|room| Some(room.as_ref()?.title()?.topic.as_str().to_owned())).unwrap_or_default();
    let kind = t.tell(move |t| {
        let kind = room.with(|room| match room.as_ref().map(|room| &room.kind) {
            Some(RoomKind::Public(_)) => t.public_room,
            Some(RoomKind::Private(_)) => t.private_room,
            _ => t.common.direct,
        });
        kind.to_owned()
    });
    effect(move || {
        if room.with(Option::is_none) {
            done(None);
        }
    });
    let deeds =
        OFFERED.iter().fold(tag("div").class("room-deeds"), |deeds, one| deeds.child(offered(id, *one)));
    [
        tag("p").class("about-name").attr("dir", "auto").text(name).into(),
        tag("p").class("hint").text(kind).into(),
        tag("p").class("about-topic").attr("dir", "auto").text(topic).into(),
        notify(id),
        deeds.into(),
    ]
    .into()
}

/// What of the room one wants to be told.
fn notify(room: RoomId) -> View {
    let oneself = use_oneself();
    let failure = Watched::new(None::<Failure>);
    let one = |notify: Notify, label: Label<AnnexTexts>| {
        let choose = move || {
            begin(async move {
                failure.set(api::set_notify(room, notify).await.err());
                // Where it is refused, it is chosen as it was.
                oneself.quiet.notify();
            });
        };
        option("notify", label, move || oneself.notify(room) == notify, choose)
    };
    let options = tag("div")
        .class("choice-options")
        .child(one(Notify::All, |t| t.notify_all))
        .child(one(Notify::Mentions, |t| t.notify_mentions))
        .child(one(Notify::Nothing, |t| t.notify_nothing));
    [choice(|t| t.notify, options).into(), refusal(failure)].into()
}

/// Where an offer leads.
enum Leads {
    /// To letting people in.
    LetIn(RoomId),
    /// To saying more about this.
    To(Deed),
}

/// What is offered, where one may do it.
type Offered = fn(&Me, &Room, Option<usize>) -> Option<Leads>;

const OFFERED: [(Label<Doing>, Offered); 7] = [
    (
        |t| t.common.invite_people,
        |me, room, _| may_do(me, Action::LetIn, room).then_some(Leads::LetIn(room.id)),
    ),
    (
        |t| t.rename,
        |me, room, _| {
            let title = room.title().filter(|_| may_do(me, Action::Describe, room))?;
            Some(Leads::To(Deed::Rename(room.id, title.name.clone())))
        },
    ),
    (
        |t| t.describe,
        |me, room, _| {
            let title = room.title().filter(|_| may_do(me, Action::Describe, room))?;
            Some(Leads::To(Deed::Describe(room.id, title.topic.clone())))
        },
    ),
    (
        |t| t.archive,
        |me, room, _| {
            (!room.archived && may_end(me, Action::Archive, room))
                .then_some(Leads::To(Deed::Archive(room.id)))
        },
    ),
    (
        |t| t.restore,
        |me, room, _| {
            (room.archived && may_end(me, Action::Archive, room)).then_some(Leads::To(Deed::Restore(room.id)))
        },
    ),
    (|t| t.leave, |_, room, members| Some(Leads::To(Deed::Leave(room.id, Return::of(room, members)?)))),
    (
        |t| t.delete_room,
        |me, room, _| {
            let title = room.title().filter(|_| may_end(me, Action::DeleteRoom, room))?;
            Some(Leads::To(Deed::DeleteRoom(room.id, title.name.clone())))
        },
    ),
];

/// Whether one may do this in a room that one is in.
pub fn may_do(me: &Me, action: Action, room: &Room) -> bool {
    let ground = match room.kind {
        RoomKind::Direct(_) => Ground::Direct,
        _ => Ground::Room { made_it: room.made_by == Some(me.id) },
    };
    may(me.standing.role, action, ground)
}

/// Who comes in is in the lobby first: it stays.
fn may_end(me: &Me, action: Action, room: &Room) -> bool {
    room.id != RoomId::LOBBY && may_do(me, action, room)
}

fn offered(id: RoomId, (label, leads): (Label<Doing>, Offered)) -> View {
    let oneself = use_oneself();
    let t = use_speech();
    let words = use_annex_texts();
    let now = move || {
        let (room, members) = oneself.room(id)?;
        oneself.me.with(|me| leads(me, &room, members))
    };
    part_when(
        move || now().is_some(),
        move || {
            button("plain", t.say(label), move || match now() {
                Some(Leads::LetIn(room)) => say(&Said::Open(Wanted::LetIn(room))),
                Some(Leads::To(deed)) => ask_of(deed, words.get()),
                None => {}
            })
        },
    )
}
