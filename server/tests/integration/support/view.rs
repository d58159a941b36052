//! What a client knows, kept by the rules of `docs/protocol.md` and by them alone: this outlives its sockets.

use std::collections::{BTreeMap, BTreeSet};

use maru_shared::{
    DraftId, Epoch, Event, Happening, Mark, Member, MemberId, Notice, Refusal, RoomId, Seq,
    command::{Hello, Post},
};

/// What a client knows.
#[derive(Default)]
pub(crate) struct View {
    /// Whose it is.
    me: Option<MemberId>,
    pub(crate) epoch: Option<Epoch>,
    rooms: BTreeMap<RoomId, RoomView>,
    /// What was posted and not yet answered, in the order of posting.
    pending: Vec<Post>,
    /// What came of each post that was answered.
    answers: BTreeMap<DraftId, Result<Event, Refusal>>,
    /// Which drafts were sent more than once: only of these may an event come again.
    resent: BTreeSet<DraftId>,
    /// Who is here, as far as it was told.
    pub(crate) here: BTreeSet<MemberId>,
    /// What was read of each room, as far as it was told.
    pub(crate) marks: BTreeMap<RoomId, Mark>,
    /// The last change of a name that was told.
    pub(crate) names: Option<u64>,
    /// How many times each room began anew.
    pub(crate) resets: BTreeMap<RoomId, usize>,
}

/// An event as it was when it happened, whenever it was read.
pub(crate) fn as_told(mut event: Event) -> Event {
    if let Happening::Posted(message) = &mut event.what {
        message.upto = Seq::ZERO;
    }
    event
}

/// A room from the last reset on.
struct RoomView {
    /// Before the first event that is known.
    before: Seq,
    /// As they are by now, and as if each had been told when it happened.
    events: Vec<Event>,
    /// Up to which event each of them is what happened to it.
    upto: Vec<Seq>,
    /// Whether nothing is being caught up on now.
    caught_up: bool,
}

impl View {
    /// What a client with this view says first.
    pub(crate) fn hello(&self) -> Hello {
        let resume = self.rooms.iter().map(|(room, view)| (*room, view.last())).collect();
        Hello { epoch: self.epoch, resume, names: self.names }
    }

    /// Remembers a post until it is answered.
    pub(crate) fn posting(&mut self, post: &Post) {
        self.pending.push(post.clone());
    }

    /// Remembers a post that was answered before, and is sent again.
    pub(crate) fn posting_again(&mut self, post: &Post) {
        self.answers.remove(&post.draft);
        self.resent.insert(post.draft);
        self.posting(post);
    }

    /// What must be sent again on a new socket.
    pub(crate) fn unanswered(&mut self) -> Vec<Post> {
        self.resent.extend(self.pending.iter().map(|post| post.draft));
        self.pending.clone()
    }

    /// What came of a draft, as far as it is known.
    pub(crate) fn answer(&self, draft: DraftId) -> Option<&Result<Event, Refusal>> {
        self.answers.get(&draft)
    }

    /// The events of the posts that were accepted.
    pub(crate) fn accepted(&self) -> Vec<&Event> {
        self.answers.values().filter_map(|answer| answer.as_ref().ok()).collect()
    }

    /// How many posts were refused.
    pub(crate) fn refusals(&self) -> usize {
        self.answers.values().filter(|answer| answer.is_err()).count()
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) fn pending_count(&self) -> usize {
        self.pending.len()
    }

    pub(crate) fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.keys().copied()
    }

    /// The seq up to which everything of the room is known.
    pub(crate) fn last(&self, room: RoomId) -> Seq {
        self.rooms.get(&room).map_or(Seq::ZERO, RoomView::last)
    }

    pub(crate) fn is_caught_up(&self, room: RoomId) -> bool {
        self.rooms.get(&room).is_some_and(|view| view.caught_up)
    }

    /// The room's events since it last began anew.
    pub(crate) fn events(&self, room: RoomId) -> &[Event] {
        self.rooms.get(&room).map_or(&[], |view| &view.events)
    }

    /// What was written in the room, in its order.
    pub(crate) fn texts(&self, room: RoomId) -> Vec<&str> {
        texts(self.events(room))
    }

    /// A new socket was opened: every known room has to be caught up on.
    pub(crate) fn opened(&mut self) {
        for view in self.rooms.values_mut() {
            view.caught_up = false;
        }
    }

    /// Takes in what the server says.
    ///
    /// # Panics
    /// When it says what a server must never say: a hole, a double that nobody asked for, an event that is not
    /// the one known under its seq, an end of catching up before everything was told.
    pub(crate) fn take(&mut self, notice: &Notice) {
        match notice {
            Notice::Welcome(welcome) => {
                if self.epoch.replace(welcome.epoch).is_some_and(|known| known != welcome.epoch) {
                    self.rooms.clear();
                }
                self.me = Some(welcome.you.id);
                self.names = Some(welcome.names);
                self.rooms.retain(|id, _| welcome.rooms.iter().any(|joined| joined.room.id == *id));
                self.here = welcome.here.iter().map(|member| member.id).collect();
            }
            Notice::Reset(reset) => {
                let view =
                    RoomView { before: reset.after, events: Vec::new(), upto: Vec::new(), caught_up: false };
                self.rooms.insert(reset.room.id, view);
                *self.resets.entry(reset.room.id).or_default() += 1;
            }
            Notice::CaughtUp { room, head } => {
                let view = self.rooms.get_mut(room).expect("caught up in a room that never began");
                assert_eq!(view.last(), *head, "caught up, but not with everything");
                view.caught_up = true;
            }
            Notice::Event(event) => self.happened(event),
            Notice::Refused(refused) => {
                if let Some(draft) = refused.draft {
                    self.pending.retain(|post| post.draft != draft);
                    self.answers.insert(draft, Err(refused.why));
                }
            }
            Notice::Presence { here, gone, .. } => {
                self.here.extend(here.iter().map(|member| member.id));
                self.here.retain(|member| !gone.contains(member));
            }
            Notice::Marked { room, mark } => drop(self.marks.insert(*room, *mark)),
            Notice::RoomGone { room } => drop(self.rooms.remove(room)),
            Notice::Called { number, member } => self.called(*number, member),
            Notice::Typing { .. }
            | Notice::ReadBy { .. }
            | Notice::Listed(_)
            | Notice::You(_)
            | Notice::Pong => {}
        }
    }

    /// Wherever a member is named, they are called so from now on. A change that is older than what is known is none.
    fn called(&mut self, number: u64, member: &Member) {
        if self.names.is_some_and(|known| known >= number) {
            return;
        }
        self.names = Some(number);
        self.rooms.values_mut().flat_map(|room| &mut room.events).for_each(|event| event.call(member));
    }

    fn happened(&mut self, event: &Event) {
        self.answered(event);
        let asked_again = event.what.draft().is_some_and(|draft| self.resent.contains(&draft));
        let Some(view) = self.rooms.get_mut(&event.room) else {
            assert!(asked_again, "an event of a room that never began");
            return;
        };
        let last = view.last();
        if event.seq == last.next() {
            view.take(event, self.me.expect("an event before the welcome"));
            match &event.what {
                // Before it is caught up on, that is of a time before one came back.
                _ if !view.caught_up => {}
                Happening::Left if Some(event.by.id) == self.me => drop(self.rooms.remove(&event.room)),
                Happening::Kicked { member, .. } if Some(member.id) == self.me => {
                    drop(self.rooms.remove(&event.room));
                }
                _ => {}
            }
            return;
        }
        assert!(event.seq < last.next(), "a hole: {} after {last} in {:?}", event.seq, event.room);
        assert!(asked_again, "a double that nobody asked for: {event:?} after {last}");
        if event.seq > view.before {
            let known = (event.seq.0 - view.before.0 - 1) as usize;
            assert_eq!(
                view.events[known].what.draft(),
                event.what.draft(),
                "another event under the same seq"
            );
        }
    }

    fn answered(&mut self, event: &Event) {
        let Some(draft) = draft_of(event) else { return };
        if let Some(at) = self.pending.iter().position(|post| post.draft == draft) {
            self.pending.remove(at);
            self.answers.insert(draft, Ok(as_told(event.clone())));
        }
    }
}

impl RoomView {
    /// Takes the next event, and does to those before it what it did.
    fn take(&mut self, event: &Event, me: MemberId) {
        let held = self.events.iter_mut().zip(&mut self.upto);
        for (earlier, upto) in held.filter(|_| event.what.about().is_some()) {
            if let Happening::Posted(message) = &mut earlier.what {
                message.upto = *upto;
                event.happen_to(earlier, me);
            }
            if let Happening::Posted(message) = &mut earlier.what {
                *upto = std::mem::take(&mut message.upto);
            }
        }
        self.upto.push(match &event.what {
            Happening::Posted(message) => message.upto,
            _ => Seq::ZERO,
        });
        self.events.push(as_told(event.clone()));
    }

    fn last(&self) -> Seq {
        Seq(self.before.0 + self.events.len() as u64)
    }
}

/// The draft that became this event.
pub(crate) fn draft_of(event: &Event) -> Option<DraftId> {
    event.what.draft()
}

/// What is written in these events.
pub(crate) fn texts(events: &[Event]) -> Vec<&str> {
    let mut texts = Vec::new();
    for event in events {
        if let Happening::Posted(message) = &event.what {
            texts.push(message.text.as_str());
        }
    }
    texts
}
