//! Everything that the page knows, as a function of what the server said.

use maru_shared::{
    Command, DraftId, Epoch, Happening, Mark, Member, MemberId, MessageBody, Note, Notice, Role, Room,
    RoomId, RoomKind, Seq,
    api::{Me, Page},
    command::Hello,
    event::{Limits, Refused as RefusedNotice, Standing, Welcome},
    role::{Action, Ground, may},
    room::RoomSummary,
};

use super::{
    keys::{Step, next_room},
    outbox::{Draft, Outbox, Refused},
    room::RoomState,
    timeline::Applied,
    typing::Typing,
    unread::Untold,
};

/// Everything that the page knows about one member's Maru.
#[derive(Clone, Debug)]
pub struct World {
    /// Who one is.
    pub me: Member,
    /// What one is in this Maru.
    pub standing: Standing,
    /// The joined rooms, in the order of their joining; the lobby first.
    pub rooms: Vec<RoomState>,
    /// What waits to become a message.
    pub outbox: Outbox,
    /// Who has a connection now, in the order of their ids.
    here: Vec<MemberId>,
    /// Of whom nobody has been at any of their clients for a while, in the order of their ids.
    away: Vec<MemberId>,
    /// Who is writing.
    pub typing: Typing,
    /// What the server takes.
    pub limits: Limits,
    /// By how many milliseconds the server's clock is ahead of the browser's.
    pub clock_ahead: i64,
    /// Public rooms that were made or became another since the page was opened.
    pub listed: Vec<RoomSummary>,
    epoch: Option<Epoch>,
    /// The number of the last change of a name that is known.
    names: u64,
    /// What the server may not know yet of what was read, when the page was opened.
    untold: Vec<(RoomId, Untold)>,
    /// The room that is shown.
    open: Option<RoomId>,
    /// The rooms that were shown, the last first.
    recent: Vec<RoomId>,
    /// Behind which event of which room something was missing when it was last so.
    gap: Option<(RoomId, Seq)>,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Somebody is at one of their clients.
    Active,
    /// Nobody has been for a while.
    Away,
    /// They have no connection.
    Gone,
}

/// Where a room stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Among the rooms.
    Rooms,
    /// Among those in which one talks directly.
    Direct,
    /// Among those that are only read.
    Archived,
}

impl Section {
    /// Where this one does.
    pub const fn of(room: &Room) -> Self {
        match (room.archived, &room.kind) {
            (true, _) => Self::Archived,
            (_, RoomKind::Direct(_)) => Self::Direct,
            _ => Self::Rooms,
        }
    }
}

/// What a notice asks of the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The draft is a message now: it need not be kept any more.
    Retired(DraftId),
    /// The draft was refused for good: keep it so.
    Keep(DraftId),
    /// Try the outbox again when so many milliseconds have passed.
    TryAgainAfter(u32),
    /// The server knows what is read of the room: it need not be kept any more.
    KnowsRead(RoomId),
    /// Ask the server something.
    Say(Command),
    /// A room has told everything up to now.
    CaughtUp(RoomId),
    /// One is no longer in a room.
    Parted(Room, Parting),
    /// Something is missing: connect again.
    Reconnect,
    /// Something is missing again, though everything was told: the server says what this page does not know.
    Outdated,
}

/// Why one is no longer in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parting {
    /// One left it.
    Left,
    /// One was taken out of it, for this reason.
    Kicked(Note),
    /// It was deleted.
    Deleted,
    /// It was so when the line was up again.
    Unseen,
}

impl World {
    /// So many rooms are remembered to have been shown.
    const RECENT: usize = 20;

    /// What is known before the server has said anything: what was kept.
    pub fn new(me: Me, kept: Vec<Draft>, untold: Vec<(RoomId, Untold)>) -> Self {
        let mut outbox = Outbox::default();
        outbox.restore(kept);
        Self {
            me: me.member(),
            standing: me.standing,
            rooms: Vec::new(),
            outbox,
            here: Vec::new(),
            away: Vec::new(),
            typing: Typing::default(),
            limits: Limits { message_chars: MessageBody::DEFAULT_MAX_CHARS as u32 },
            clock_ahead: 0,
            listed: Vec::new(),
            epoch: None,
            names: 0,
            untold,
            open: None,
            recent: Vec::new(),
            gap: None,
        }
    }

    /// A room is shown, whether it is known already or not: the line "new messages" is where reading stopped.
    pub fn opened(&mut self, id: RoomId) {
        self.open = Some(id);
        self.recent.retain(|room| *room != id);
        self.recent.truncate(Self::RECENT - 1);
        self.recent.insert(0, id);
        if let Some(room) = self.room_mut(id) {
            room.opened();
        }
    }

    /// The rooms that were shown since the page began, the last first.
    pub fn recent(&self) -> &[RoomId] {
        &self.recent
    }

    /// The room to which a step leads from the one that is open, along the list of rooms: archived ones are passed over.
    pub fn next_room(&self, open: Option<RoomId>, step: Step) -> Option<RoomId> {
        let listed =
            [Section::Rooms, Section::Direct].into_iter().flat_map(|section| self.listed_in(section));
        let rooms: Vec<_> = listed.map(|room| (room.room.id, room.counted() + room.mentions() > 0)).collect();
        next_room(&rooms, open, step)
    }

    /// The rooms of one section of the list, in their order there.
    pub fn listed_in(&self, section: Section) -> impl Iterator<Item = &RoomState> {
        self.rooms.iter().filter(move |room| Section::of(&room.room) == section)
    }

    /// What to say first on a new connection.
    pub fn hello(&self) -> Hello {
        let mut hello = Hello { epoch: self.epoch, names: Some(self.names), ..Hello::default() };
        for room in self.rooms.iter().filter(|room| room.timeline.head() > Seq::ZERO) {
            hello.resume.insert(room.room.id, room.timeline.head());
        }
        hello
    }

    /// Takes what the server said at `now`, in milliseconds since 1970 by the browser's clock.
    pub fn apply(&mut self, notice: Notice, now: i64) -> Vec<Effect> {
        match notice {
            Notice::Welcome(welcome) => return self.welcome(welcome, now),
            Notice::Reset(reset) => match self.room_mut(reset.room.id) {
                Some(room) => room.begin(reset.room, reset.after),
                None => {
                    let mut room = self.new_room(reset.room, None);
                    room.timeline.begin(reset.after);
                    self.rooms.push(room);
                }
            },
            Notice::CaughtUp { room: id, .. } => {
                let me = self.me.id;
                let ask = self.room_mut(id).and_then(|room| {
                    room.caught_up(me);
                    room.ask_unread()
                });
                return ask.map(Effect::Say).into_iter().chain([Effect::CaughtUp(id)]).collect();
            }
            Notice::Event(event) => return self.event(event),
            Notice::Refused(refused) => return self.refused(&refused),
            Notice::Typing { room, by } => self.typing.heard(room, by, now),
            Notice::Presence { here, gone, away } => {
                here.iter().map(|member| &member.id).chain(&gone).for_each(|id| take(&mut self.away, *id));
                gone.iter().for_each(|id| take(&mut self.here, *id));
                self.came(here);
                away.iter().for_each(|id| put(&mut self.away, *id));
            }
            Notice::Listed(summary) => {
                self.listed.retain(|known| known.room.id != summary.room.id);
                self.listed.push(summary);
            }
            Notice::RoomGone { room } => {
                self.listed.retain(|known| known.room.id != room);
                return self.part(room, Parting::Deleted);
            }
            // One that is older than what is known changes nothing.
            Notice::Called { number, member } if number > self.names => {
                self.names = number;
                self.me.call(&member);
                self.typing.call(&member);
                self.rooms.iter_mut().for_each(|room| room.call(&member));
            }
            Notice::You(standing) => self.standing = standing,
            Notice::Marked { room: id, mark } => return self.marked(id, mark).into_iter().collect(),
            Notice::ReadBy { room, member, seq } => {
                self.room_mut(room).into_iter().for_each(|room| room.read_by(member, seq));
            }
            Notice::Called { .. } | Notice::Pong => {}
        }
        Vec::new()
    }

    /// Takes a page of older events of a room.
    pub fn older(&mut self, id: RoomId, page: Page) -> Vec<Effect> {
        let me = self.me.id;
        let own = self.own_drafts(&page);
        if let Some(room) = self.room_mut(id) {
            room.timeline.prepend(page.events, me);
            room.count(me);
            room.trim();
        }
        self.retire(own)
    }

    /// Takes a page of the events around one that is to be seen.
    pub fn show(&mut self, id: RoomId, page: Page) -> Vec<Effect> {
        let me = self.me.id;
        let own = self.own_drafts(&page);
        if let Some(room) = self.room_mut(id) {
            room.timeline.show(page.events, me);
            room.count(me);
            room.trim();
        }
        self.retire(own)
    }

    /// Takes a page of events behind those that are held, where the newest are not.
    pub fn newer(&mut self, id: RoomId, page: Page) {
        let me = self.me.id;
        if let Some(room) = self.room_mut(id) {
            room.timeline.extend(page.events, me);
            room.trim();
        }
    }

    /// The room of this id, when it is joined.
    pub fn room(&self, id: RoomId) -> Option<&RoomState> {
        self.rooms.iter().find(|room| room.room.id == id)
    }

    /// The room of this id, when it is joined.
    pub fn room_mut(&mut self, id: RoomId) -> Option<&mut RoomState> {
        self.rooms.iter_mut().find(|room| room.room.id == id)
    }

    /// Whether a member is there.
    pub fn presence(&self, member: MemberId) -> Presence {
        let among = |ids: &[MemberId]| ids.binary_search(&member).is_ok();
        match (among(&self.here), among(&self.away)) {
            (false, _) => Presence::Gone,
            (_, true) => Presence::Away,
            _ => Presence::Active,
        }
    }

    /// With whom one talks directly in a room, where that is one.
    pub fn other_in(&self, room: RoomId) -> Option<&Member> {
        let RoomKind::Direct(members) = &self.room(room)?.room.kind else { return None };
        let mut others = members.iter().filter(|member| member.id != self.me.id);
        others.next().filter(|_| others.next().is_none())
    }

    /// Who has a connection now, as far as that was told.
    pub fn here(&self) -> &[MemberId] {
        &self.here
    }

    /// Another number after each change of a name.
    pub const fn names(&self) -> u64 {
        self.names
    }

    /// Whether one may do this: in a room that one is in, or in this Maru as a whole.
    pub fn may(&self, action: Action, room: Option<RoomId>) -> bool {
        self.ground(room).is_some_and(|ground| may(self.standing.role, action, ground))
    }

    /// Whether what is not for equals may be done to somebody of this role: in a room, or in this Maru as a whole.
    pub fn is_above(&self, role: Role, room: Option<RoomId>) -> bool {
        self.ground(room).is_some_and(|ground| self.standing.role.on(ground) > role)
    }

    /// Until when one cannot write, in milliseconds since 1970 by the browser's clock, if that is later than `now`.
    pub fn muted_until(&self, now: i64) -> Option<i64> {
        let until = self.standing.muted_until?.0.saturating_sub(self.clock_ahead);
        (until > now).then_some(until)
    }

    /// The most characters that a message may have.
    pub fn message_chars(&self) -> usize {
        usize::try_from(self.limits.message_chars).unwrap_or(MessageBody::DEFAULT_MAX_CHARS)
    }

    /// The unread messages of all rooms, as far as one wants to be told of them.
    pub fn news(&self) -> u64 {
        self.rooms.iter().map(RoomState::news).sum()
    }

    /// What is to be said at `now` of what is read, and in how many milliseconds one is to look again. What is urgent does not
    /// wait.
    pub fn say_read(&mut self, now: i64, urgent: bool) -> (Vec<Command>, Option<i64>) {
        let said: Vec<_> = self.rooms.iter_mut().map(|room| room.say_read(now, urgent)).collect();
        let pause = said.iter().filter_map(|(_, pause)| *pause).min();
        (said.into_iter().flat_map(|(commands, _)| commands).collect(), pause)
    }

    fn ground(&self, room: Option<RoomId>) -> Option<Ground> {
        let Some(room) = room else { return Some(Ground::Maru) };
        let room = &self.room(room)?.room;
        let made_it = room.made_by == Some(self.me.id);
        Some(if matches!(room.kind, RoomKind::Direct(_)) { Ground::Direct } else { Ground::Room { made_it } })
    }

    fn part(&mut self, id: RoomId, why: Parting) -> Vec<Effect> {
        let Some(place) = self.rooms.iter().position(|room| room.room.id == id) else { return Vec::new() };
        vec![Effect::Parted(self.rooms.remove(place).room, why)]
    }

    fn welcome(&mut self, welcome: Welcome, now: i64) -> Vec<Effect> {
        if self.epoch.is_some_and(|epoch| epoch != welcome.epoch) {
            self.rooms.clear();
        }
        self.epoch = Some(welcome.epoch);
        self.me = welcome.you;
        self.standing = welcome.standing;
        self.names = welcome.names;
        self.limits = welcome.limits;
        self.clock_ahead = welcome.now.0.saturating_sub(now);
        self.here.clear();
        self.came(welcome.here);
        self.away.clear();
        welcome.away.iter().for_each(|id| put(&mut self.away, *id));
        let me = self.me.id;
        let mut known = std::mem::take(&mut self.rooms);
        let mut effects = Vec::new();
        for joined in welcome.rooms {
            let place = known.iter().position(|room| room.room.id == joined.room.id);
            let mut room = match place {
                Some(index) => known.swap_remove(index),
                None => self.new_room(joined.room.clone(), Some(joined.mark)),
            };
            room.room = joined.room;
            if room.marked(joined.mark, me) {
                effects.push(Effect::KnowsRead(room.room.id));
            }
            self.rooms.push(room);
        }
        effects.extend(known.into_iter().map(|gone| Effect::Parted(gone.room, Parting::Unseen)));
        effects
    }

    fn marked(&mut self, id: RoomId, mark: Mark) -> Option<Effect> {
        let me = self.me.id;
        self.room_mut(id)?.marked(mark, me).then_some(Effect::KnowsRead(id))
    }

    fn new_room(&mut self, room: Room, mark: Option<Mark>) -> RoomState {
        let place = self.untold.iter().position(|(id, _)| *id == room.id);
        let untold = place.map(|index| self.untold.swap_remove(index).1);
        let is_open = self.open == Some(room.id);
        let mut state = RoomState::new(room, mark, untold);
        if is_open {
            state.opened();
        }
        state
    }

    fn came(&mut self, members: Vec<Member>) {
        members.iter().for_each(|member| put(&mut self.here, member.id));
    }

    fn event(&mut self, event: maru_shared::Event) -> Vec<Effect> {
        let me = self.me.id;
        let (id, by) = (event.room, event.by.id);
        let draft = event.what.draft();
        let out = match &event.what {
            Happening::Left if by == me => Some(Parting::Left),
            Happening::Kicked { member, reason } if member.id == me => Some(Parting::Kicked(reason.clone())),
            _ => None,
        };
        let applied = self.room_mut(id).map_or(Applied::Known, |room| room.apply(event, me));
        if draft.is_some() {
            self.typing.wrote(id, by);
        }
        // Before the room is caught up on, it is of a time before one came back.
        if let Some(why) = out
            && applied == Applied::New
            && self.room(id).is_some_and(RoomState::is_live)
        {
            return self.part(id, why);
        }
        if applied == Applied::Gap {
            let gap = Some((id, self.room(id).map_or(Seq::ZERO, |room| room.timeline.head())));
            let again = std::mem::replace(&mut self.gap, gap) == gap;
            return vec![if again { Effect::Outdated } else { Effect::Reconnect }];
        }
        // Known events count too: the answer to a draft that is sent again is the event of the first time.
        let mut effects = self.retire(draft.filter(|_| by == me).into_iter().collect());
        let ask = self.room_mut(id).and_then(RoomState::ask_unread);
        effects.extend(ask.map(Effect::Say));
        effects
    }

    fn refused(&mut self, refused: &RefusedNotice) -> Vec<Effect> {
        let Some(draft) = refused.draft else { return Vec::new() };
        match self.outbox.refused(draft, refused.why) {
            Refused::Later(pause) => vec![Effect::TryAgainAfter(pause)],
            Refused::ForGood => vec![Effect::Keep(draft)],
            Refused::Unknown => Vec::new(),
        }
    }

    fn own_drafts(&self, page: &Page) -> Vec<DraftId> {
        let own = page.events.iter().filter(|event| event.by.id == self.me.id);
        own.filter_map(|event| event.what.draft()).collect()
    }

    fn retire(&mut self, drafts: Vec<DraftId>) -> Vec<Effect> {
        let retired = drafts.into_iter().filter_map(|id| self.outbox.answered(id));
        retired.map(|draft| Effect::Retired(draft.id)).collect()
    }
}

fn put(ids: &mut Vec<MemberId>, id: MemberId) {
    if let Err(place) = ids.binary_search(&id) {
        ids.insert(place, id);
    }
}

fn take(ids: &mut Vec<MemberId>, id: MemberId) {
    if let Ok(place) = ids.binary_search(&id) {
        ids.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use maru_shared::{
        Message, Name, Note, Notify, Refusal, Timestamp,
        event::{JoinedRoom, Reset},
        room::Title,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::state::samples::{draft, event, member, posted_by, room};

    fn world() -> World {
        let mut world = World::new(me(), vec![draft(1)], Vec::new());
        world.apply(Notice::Welcome(welcome(1)), 0);
        world
    }

    fn me() -> Me {
        Me::new(member(1), Standing::default())
    }

    fn welcome(epoch: u128) -> Welcome {
        Welcome {
            you: member(1),
            standing: Standing::default(),
            epoch: Epoch::from_u128(epoch),
            now: Timestamp(500),
            rooms: vec![JoinedRoom { room: lobby(), head: Seq(0), mark: Mark::default() }],
            here: vec![member(1)],
            away: Vec::new(),
            names: 3,
            limits: Limits { message_chars: 10 },
        }
    }

    fn lobby() -> Room {
        room(RoomId::LOBBY)
    }

    fn own(seq: u64) -> maru_shared::Event {
        event(seq, 1, Happening::Posted(Message::new(draft(1).id, "1")))
    }

    #[test]
    fn an_own_event_retires_its_draft_from_wherever_it_comes() {
        let mut live = world();
        live.outbox.next_post();
        assert_eq!(live.apply(Notice::Event(own(1)), 0), [Effect::Retired(draft(1).id)]);

        let mut paged = world();
        paged.apply(Notice::Reset(Reset { room: lobby(), after: Seq(9) }), 0);
        let page = Page { events: vec![own(9)], head: Seq(9) };
        assert_eq!(paged.older(RoomId::LOBBY, page), [Effect::Retired(draft(1).id)]);

        let mut known = world();
        known.apply(Notice::Event(own(1)), 0);
        known.outbox.restore(vec![draft(1)]);
        assert_eq!(known.apply(Notice::Event(own(1)), 0), [Effect::Retired(draft(1).id)]);
    }

    #[test]
    fn another_members_event_with_ones_own_draft_id_retires_nothing() {
        let mut world = world();
        let mut theirs = own(1);
        theirs.by = member(2);
        assert_eq!(world.apply(Notice::Event(theirs), 0), []);
        assert!(world.outbox.get(draft(1).id).is_some());
    }

    #[test]
    fn who_went_out_of_a_room_does_not_have_it_and_who_came_back_does() {
        let left = event(2, 1, Happening::Left);
        let kicked = event(2, 2, Happening::Kicked { member: member(1), reason: Note::default() });
        for out in [left, kicked] {
            let told = [Notice::Event(posted_by(1, 2)), Notice::Event(out)];
            let caught_up = |seq| Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(seq) };
            let mut gone = world();
            gone.apply(caught_up(0), 0);
            told.iter().for_each(|notice| drop(gone.apply(notice.clone(), 0)));
            assert!(gone.room(RoomId::LOBBY).is_none());

            let mut back = world();
            told.iter().for_each(|notice| drop(back.apply(notice.clone(), 0)));
            back.apply(Notice::Event(event(3, 1, Happening::Joined)), 0);
            back.apply(caught_up(3), 0);
            assert!(back.room(RoomId::LOBBY).is_some());
        }
    }

    #[test]
    fn another_member_who_goes_takes_no_room_away() {
        let mut world = world();
        world.apply(Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(0) }, 0);
        world.apply(Notice::Event(event(1, 2, Happening::Left)), 0);
        assert!(world.room(RoomId::LOBBY).is_some());
        world.apply(Notice::RoomGone { room: RoomId::LOBBY }, 0);
        assert!(world.room(RoomId::LOBBY).is_none());
    }

    #[test]
    fn a_room_is_as_its_last_event_says() {
        let mut world = world();
        let (name, topic) = (Name::parse("산책").unwrap(), Note::parse("일곱 시").unwrap());
        for (seq, what) in [
            (1, Happening::Renamed { name: name.clone() }),
            (2, Happening::Described { topic: topic.clone() }),
            (3, Happening::Archived),
        ] {
            world.apply(Notice::Event(event(seq, 2, what)), 0);
        }
        let room = &world.room(RoomId::LOBBY).unwrap().room;
        assert_eq!((room.title(), room.archived), (Some(&Title { name, topic }), true));
        world.apply(Notice::Event(event(4, 2, Happening::Restored)), 0);
        assert!(!world.room(RoomId::LOBBY).unwrap().room.archived);
    }

    #[test]
    fn what_a_deleted_message_said_is_forgotten_live_and_on_a_page_that_was_read_before() {
        let texts = |world: &World| {
            let events = world.room(RoomId::LOBBY).unwrap().timeline.events().clone();
            events.into_iter().filter(|event| matches!(event.what, Happening::Posted(_))).count()
        };
        let mut live = world();
        for seq in 1..=2 {
            live.apply(Notice::Event(posted_by(seq, 2)), 0);
        }
        live.apply(Notice::Event(event(3, 2, Happening::Deleted { message: Seq(1) })), 0);
        assert_eq!(texts(&live), 1);

        let mut paged = world();
        paged.apply(Notice::Reset(Reset { room: lobby(), after: Seq(2) }), 0);
        paged.apply(Notice::Event(event(3, 2, Happening::Deleted { message: Seq(1) })), 0);
        paged.older(RoomId::LOBBY, Page { events: vec![posted_by(1, 2), posted_by(2, 2)], head: Seq(2) });
        assert_eq!(texts(&paged), 1);
    }

    #[test]
    fn another_epoch_voids_what_was_held_but_not_what_was_written() {
        let mut world = world();
        world.apply(Notice::Event(posted_by(1, 2)), 0);
        assert_eq!(world.hello().resume.get(&RoomId::LOBBY), Some(&Seq(1)));
        world.apply(Notice::Welcome(welcome(2)), 0);
        assert_eq!(world.hello().resume.len(), 0);
        assert!(world.outbox.get(draft(1).id).is_some());
    }

    #[test]
    fn who_is_away_is_here_and_who_is_back_is_not_away() {
        let mut world = world();
        let told = |here: &[u128], gone: &[u128], away: &[u128]| Notice::Presence {
            here: here.iter().map(|n| member(*n)).collect(),
            gone: gone.iter().map(|n| member(*n).id).collect(),
            away: away.iter().map(|n| member(*n).id).collect(),
        };
        let presence = |world: &World| world.presence(member(2).id);
        for (notice, now) in [
            (told(&[3, 2], &[], &[]), Presence::Active),
            (told(&[], &[], &[2]), Presence::Away),
            (told(&[2], &[], &[]), Presence::Active),
            (told(&[], &[], &[2]), Presence::Away),
            (told(&[], &[2], &[]), Presence::Gone),
            (told(&[2], &[], &[]), Presence::Active),
        ] {
            world.apply(notice, 0);
            assert_eq!(presence(&world), now);
        }
        let both = Welcome { here: vec![member(1), member(2)], away: vec![member(2).id], ..welcome(1) };
        world.apply(Notice::Welcome(both), 0);
        assert_eq!((presence(&world), world.presence(member(3).id)), (Presence::Away, Presence::Gone));
    }

    #[test]
    fn the_title_counts_what_one_wants_to_be_told() {
        let mut world = world();
        for (notify, news) in [(Notify::All, 5), (Notify::Mentions, 2), (Notify::Nothing, 0)] {
            let mark = Mark { upto: Seq(9), unread: 5, mentions: 2, notify, ..Mark::default() };
            world.apply(Notice::Marked { room: RoomId::LOBBY, mark }, 0);
            assert_eq!(world.news(), news, "{notify:?}");
        }
    }

    #[test]
    fn what_was_read_before_the_page_was_loaded_is_told_and_then_forgotten() {
        let untold = Untold { upto: Seq(3), exactly: false };
        let with = |read| {
            let mut world = World::new(me(), Vec::new(), vec![(RoomId::LOBBY, untold)]);
            let mut welcome = welcome(1);
            welcome.rooms[0].mark = Mark { read: Seq(read), upto: Seq(5), unread: 5, ..Mark::default() };
            let effects = world.apply(Notice::Welcome(welcome), 0);
            (effects, world.say_read(0, true).0)
        };
        let command = Command::Read { room: RoomId::LOBBY, seq: Seq(3) };
        assert_eq!(with(1), (Vec::new(), vec![command]));
        assert_eq!(with(4), (vec![Effect::KnowsRead(RoomId::LOBBY)], Vec::new()));
    }

    #[test]
    fn what_comes_before_the_open_room_is_drawn_has_no_line() {
        let mut world = World::new(me(), Vec::new(), Vec::new());
        world.opened(RoomId::LOBBY);
        world.apply(Notice::Welcome(welcome(1)), 0);
        world.apply(Notice::CaughtUp { room: RoomId::LOBBY, head: Seq(0) }, 0);
        world.apply(Notice::Event(posted_by(1, 2)), 0);
        world.opened(RoomId::LOBBY);
        let lobby = world.room(RoomId::LOBBY).unwrap();
        assert_eq!((lobby.unread(), lobby.divider()), (1, None));
    }

    #[test]
    fn a_step_leads_along_the_list_and_past_what_is_archived() {
        let mut world = world();
        let id = RoomId::from_u128;
        let direct = Room { kind: RoomKind::Direct(vec![member(1), member(2)]), ..room(id(7)) };
        let archived = Room { archived: true, ..room(id(8)) };
        for room in [direct, archived, room(id(9))] {
            world.apply(Notice::Reset(Reset { room, after: Seq(0) }), 0);
        }
        let go = |open, down| world.next_room(Some(open), Step { down, unread: false });
        assert_eq!(go(RoomId::LOBBY, true), Some(id(9)), "the rooms first");
        assert_eq!(go(id(9), true), Some(id(7)));
        assert_eq!(go(id(7), true), Some(RoomId::LOBBY));
        assert_eq!(go(id(8), false), Some(id(7)));
        let unread = Step { down: true, unread: true };
        assert_eq!(world.next_room(Some(id(9)), unread), None);
        let hears = |world: &mut World, notify| {
            let mark = Mark { upto: Seq(9), unread: 5, notify, ..Mark::default() };
            world.apply(Notice::Marked { room: RoomId::LOBBY, mark }, 0);
            world.next_room(Some(id(9)), unread)
        };
        assert_eq!(hears(&mut world, Notify::Nothing), None, "one wants to hear nothing of it");
        assert_eq!(hears(&mut world, Notify::Mentions), Some(RoomId::LOBBY));
    }

    #[test]
    fn what_was_shown_is_remembered_once_and_not_for_ever() {
        let mut world = world();
        for n in (0..30).chain([25]) {
            world.opened(RoomId::from_u128(n));
        }
        let recent: Vec<_> = world.recent().to_vec();
        assert_eq!(recent.len(), World::RECENT);
        assert_eq!(recent[..3], [25, 29, 28].map(RoomId::from_u128));
        assert_eq!(recent.iter().filter(|room| **room == RoomId::from_u128(25)).count(), 1);
    }

    #[test]
    fn a_hole_asks_for_a_new_connection() {
        let mut world = world();
        assert_eq!(world.apply(Notice::Event(posted_by(2, 2)), 0), [Effect::Reconnect]);
        world.apply(Notice::Event(posted_by(1, 2)), 0);
        assert_eq!(world.apply(Notice::Event(posted_by(3, 2)), 0), [Effect::Reconnect], "another one");
        assert_eq!(world.apply(Notice::Event(posted_by(3, 2)), 0), [Effect::Outdated], "the same again");
    }

    #[test]
    fn whoever_made_a_room_keeps_order_there_and_nowhere_else() {
        let mut world = world();
        let mut own = room(RoomId::from_u128(7));
        own.made_by = Some(world.me.id);
        let direct =
            Room { kind: RoomKind::Direct(vec![member(1), member(2)]), ..room(RoomId::from_u128(8)) };
        for room in [own, direct] {
            world.apply(Notice::Reset(Reset { room, after: Seq(0) }), 0);
        }
        let kicks = |room| (world.may(Action::Kick, room), world.is_above(Role::Member, room));
        assert_eq!(kicks(Some(RoomId::from_u128(7))), (true, true));
        assert_eq!(kicks(Some(RoomId::from_u128(8))), (false, false), "between two");
        assert_eq!(kicks(Some(RoomId::LOBBY)), (false, false), "where one is a guest");
        assert_eq!(kicks(None), (false, false), "in this Maru");
        assert_eq!(kicks(Some(RoomId::from_u128(9))), (false, false), "where one is not");
        assert!(!world.is_above(Role::Moderator, Some(RoomId::from_u128(7))), "none is above their like");
    }

    #[test]
    fn a_mute_ends_at_its_time_by_the_browsers_clock() {
        let mut world = world();
        world.apply(Notice::You(Standing { muted_until: Some(Timestamp(2_000)), ..Standing::default() }), 0);
        assert_eq!(world.muted_until(0), Some(1_500), "the server's clock is 500 ms ahead");
        assert_eq!(world.muted_until(1_500), None);
    }

    #[test]
    fn why_one_is_no_longer_in_a_room_is_told_once() {
        let away = room(RoomId::from_u128(7));
        let gone = |why| vec![Effect::Parted(room(RoomId::from_u128(7)), why)];
        let with_it = || {
            let mut world = world();
            world.apply(Notice::Reset(Reset { room: away.clone(), after: Seq(0) }), 0);
            world.apply(Notice::CaughtUp { room: away.id, head: Seq(0) }, 0);
            world
        };
        let there = |by, what| maru_shared::Event { room: away.id, ..event(1, by, what) };
        let reason = Note::parse("loud").unwrap();
        let kicked = Happening::Kicked { member: member(1), reason: reason.clone() };
        assert_eq!(with_it().apply(Notice::Event(there(2, kicked)), 0), gone(Parting::Kicked(reason)));
        assert_eq!(with_it().apply(Notice::Event(there(1, Happening::Left)), 0), gone(Parting::Left));
        assert_eq!(with_it().apply(Notice::Event(there(2, Happening::Left)), 0), [], "another");
        assert_eq!(with_it().apply(Notice::Welcome(welcome(1)), 0), gone(Parting::Unseen));
        let mut deleted = with_it();
        assert_eq!(deleted.apply(Notice::RoomGone { room: away.id }, 0), gone(Parting::Deleted));
        assert_eq!(deleted.apply(Notice::RoomGone { room: away.id }, 0), []);
    }

    #[test]
    fn who_is_called_otherwise_is_so_wherever_they_are_named() {
        let mut world = world();
        let direct =
            Room { kind: RoomKind::Direct(vec![member(1), member(2)]), ..room(RoomId::from_u128(8)) };
        world.apply(Notice::Reset(Reset { room: direct, after: Seq(0) }), 0);
        world.apply(Notice::Event(posted_by(1, 2)), 0);
        world.apply(Notice::Event(event(2, 1, Happening::LetIn { member: member(2) })), 0);
        world.apply(Notice::Typing { room: RoomId::LOBBY, by: member(2) }, 0);
        world.room_mut(RoomId::LOBBY).unwrap().know(vec![member(1), member(2)]);
        let names = |world: &World| {
            let lobby = world.room(RoomId::LOBBY).unwrap();
            let events = lobby.timeline.events();
            let RoomKind::Direct(people) = &world.room(RoomId::from_u128(8)).unwrap().room.kind else {
                panic!("no direct room")
            };
            let Happening::LetIn { member: let_in } = &events[1].what else { panic!("nobody let in") };
            let typing = world.typing.in_room(RoomId::LOBBY).next().unwrap();
            let known = &lobby.members.as_ref().unwrap()[1];
            [&events[0].by, let_in, typing, known, &people[1]].map(|member| member.name.to_string())
        };
        let called = |number, name: &str, who| {
            let member = Member { name: Name::parse(name).unwrap(), ..member(who) };
            Notice::Called { number, member }
        };
        world.apply(called(5, "지영", 2), 0);
        assert_eq!(names(&world), ["지영"; 5]);
        world.apply(called(4, "older", 2), 0);
        assert_eq!(names(&world), ["지영"; 5], "what came before that");
        assert_eq!((world.me.name.as_str(), world.hello().names), ("member 1", Some(5)));
        world.apply(called(6, "민수", 1), 0);
        assert_eq!(world.me.name.as_str(), "민수");
        world.apply(Notice::Welcome(welcome(1)), 0);
        assert_eq!(world.hello().names, Some(3), "those after it follow");
    }

    #[test]
    fn a_refusal_is_kept_or_waits() {
        let mut world = world();
        world.outbox.next_post();
        let id = Some(draft(1).id);
        let refused = |why| Notice::Refused(RefusedNotice { draft: id, why });
        let fast = refused(Refusal::TooFast { retry_after_ms: 5 });
        assert_eq!(world.apply(fast, 10), [Effect::TryAgainAfter(5)]);
        assert_eq!(world.apply(refused(Refusal::NotJoined), 20), [Effect::Keep(draft(1).id)]);
    }

    proptest! {
        /// Cut off anywhere and resumed, repeated or reset: the same history in the end.
        #[test]
        fn a_line_that_breaks_anywhere_ends_with_the_same_history(cuts in prop::collection::vec((1..9u64, 0..4u8), 0..30)) {
            let mut world = world();
            let mut told = 0;
            for (more, how) in cuts {
                let from = match how {
                    0 => told.max(3) - 3,
                    1 => {
                        world.apply(Notice::Welcome(welcome(1)), 0);
                        world.hello().resume.get(&RoomId::LOBBY).map_or(0, |seq| seq.0)
                    }
                    2 => {
                        world.apply(Notice::Reset(Reset { room: lobby(), after: Seq(told / 2) }), 0);
                        told / 2
                    }
                    _ => told,
                };
                told += more;
                for seq in from + 1..=told {
                    let effects = world.apply(Notice::Event(posted_by(seq, 2)), 0);
                    prop_assert!(!effects.contains(&Effect::Reconnect));
                }
            }
            if let Some(room) = world.room(RoomId::LOBBY) {
                let seqs: Vec<_> = room.timeline.events().iter().map(|event| event.seq.0).collect();
                prop_assert_eq!(seqs, (room.timeline.first().0..=told).collect::<Vec<_>>());
            }
        }
    }
}
