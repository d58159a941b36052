//! Whatever happens in whatever order: a client cut off at random ends with the state of one never cut off.

use std::collections::BTreeMap;

use hyper::Method;
use maru_shared::{
    Command, Event, Happening, RoomId, Seq,
    api::{NewName, NewText, NewTopic},
    command::Post,
};
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};
use tokio::runtime::Runtime;

use crate::support::{Client, Dial, Guest, TestServer, View, a_draft, client::say, view::draft_of};

const LOBBY: RoomId = RoomId::LOBBY;

/// What may happen, in any order. Members and rooms are picked by number, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    /// A member writes: on the socket that is cut now and then, or on the one that never is.
    Write {
        member: usize,
        room: usize,
        shaky: bool,
    },
    /// A member sends again what was answered long ago.
    Repeat {
        member: usize,
        which: usize,
    },
    Join {
        member: usize,
        room: usize,
    },
    MakeRoom {
        member: usize,
    },
    Leave {
        member: usize,
        room: usize,
    },
    /// A member deletes a message of their own.
    Delete {
        member: usize,
        which: usize,
    },
    /// A member edits a message of their own.
    Edit {
        member: usize,
        which: usize,
    },
    /// A member answers a message.
    Reply {
        member: usize,
        which: usize,
        shaky: bool,
    },
    /// A member reacts to a message, or takes that back.
    React {
        member: usize,
        which: usize,
        heart: bool,
        back: bool,
    },
    /// A message is pinned by whoever wrote the first one, or taken from what is pinned.
    Pin {
        member: usize,
        which: usize,
        pinned: bool,
    },
    /// A member says what they have read.
    Read {
        member: usize,
        room: usize,
    },
    /// A room is called and described anew by whoever made it, and archived and restored.
    Rename {
        room: usize,
    },
    /// A member is called otherwise.
    Call {
        member: usize,
    },
    /// A member reads what has come, at most so much.
    Glance {
        member: usize,
        most: usize,
    },
    /// A member's line is lost, and a new one begins with what is known.
    Cut {
        member: usize,
    },
    /// The same, and the new line is lost after so many notices already.
    CutAgain {
        member: usize,
        after: usize,
    },
    /// The line is lost before even the welcome came.
    CutOnHello {
        member: usize,
    },
    /// The server stops and starts.
    Restart,
}

fn a_step() -> impl Strategy<Value = Step> {
    let member = 0..MEMBERS;
    let room = 0..4_usize;
    prop_oneof![
        12 => (member.clone(), room.clone(), any::<bool>())
            .prop_map(|(member, room, shaky)| Step::Write { member, room, shaky }),
        2 => (member.clone(), any::<usize>()).prop_map(|(member, which)| Step::Repeat { member, which }),
        2 => (member.clone(), room.clone()).prop_map(|(member, room)| Step::Join { member, room }),
        1 => member.clone().prop_map(|member| Step::MakeRoom { member }),
        1 => (member.clone(), room.clone()).prop_map(|(member, room)| Step::Leave { member, room }),
        2 => (member.clone(), any::<usize>()).prop_map(|(member, which)| Step::Delete { member, which }),
        3 => (member.clone(), any::<usize>()).prop_map(|(member, which)| Step::Edit { member, which }),
        2 => (member.clone(), any::<usize>(), any::<bool>())
            .prop_map(|(member, which, shaky)| Step::Reply { member, which, shaky }),
        5 => (member.clone(), any::<usize>(), any::<bool>(), any::<bool>())
            .prop_map(|(member, which, heart, back)| Step::React { member, which, heart, back }),
        2 => (member.clone(), any::<usize>(), any::<bool>())
            .prop_map(|(member, which, pinned)| Step::Pin { member, which, pinned }),
        1 => (member.clone(), room.clone()).prop_map(|(member, room)| Step::Read { member, room }),
        1 => room.clone().prop_map(|room| Step::Rename { room }),
        1 => member.clone().prop_map(|member| Step::Call { member }),
        4 => (member.clone(), 0..20_usize).prop_map(|(member, most)| Step::Glance { member, most }),
        3 => member.clone().prop_map(|member| Step::Cut { member }),
        3 => (member.clone(), 0..6_usize).prop_map(|(member, after)| Step::CutAgain { member, after }),
        1 => member.prop_map(|member| Step::CutOnHello { member }),
        1 => Just(Step::Restart),
    ]
}

const MEMBERS: usize = 3;

proptest! {
    #![proptest_config(Cases { cases: 100, max_shrink_time: 120_000, ..Cases::default() })]

    #[test]
    fn a_client_cut_at_random_ends_with_the_state_of_one_never_cut_off(steps in vec(a_step(), 1..60)) {
        Runtime::new().unwrap().block_on(async {
            let mut table = Table::lay().await;
            for step in steps {
                table.take(step).await;
            }
            table.settle().await;
        });
    }
}

/// Members, each with a steady socket and a shaky one, at one server.
struct Table {
    server: TestServer,
    seats: Vec<Seat>,
    rooms: Vec<RoomId>,
    /// Who made each of them but the lobby.
    makers: Vec<usize>,
    written: usize,
    named: usize,
}

struct Seat {
    guest: Guest,
    steady: Client,
    /// Taken out only while it is cut and comes back.
    shaky: Option<Client>,
    /// What the shaky one knows while there is no server.
    torn: Option<View>,
}

impl Table {
    async fn lay() -> Self {
        let server = TestServer::start().await;
        let mut seats = Vec::new();
        for number in 0..MEMBERS {
            let guest = server.guest(&format!("member {number}")).await;
            let (steady, shaky) = (guest.connect().await, Some(guest.connect().await));
            seats.push(Seat { guest, steady, shaky, torn: None });
        }
        Self { server, seats, rooms: vec![LOBBY], makers: Vec::new(), written: 0, named: 0 }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Write { member, room, shaky } => {
                let room = self.rooms[room % self.rooms.len()];
                let text = format!("message {}", self.written);
                self.written += 1;
                let seat = &mut self.seats[member];
                let client = if shaky { seat.shaky.as_mut().unwrap() } else { &mut seat.steady };
                client.post(room, &text).await;
            }
            Step::Repeat { member, which } => self.seats[member].repeat(which).await,
            Step::Join { member, room } => {
                self.seats[member].guest.join(self.rooms[room % self.rooms.len()]).await;
            }
            Step::MakeRoom { member } => {
                let name = format!("room {}", self.rooms.len());
                self.rooms.push(self.seats[member].guest.make_room(&name).await.id);
                self.makers.push(member);
            }
            Step::Leave { member, room } => {
                let room = self.rooms[room % self.rooms.len()];
                let seat = &mut self.seats[member];
                if seat.guest.is_in(room).await {
                    // Whoever leaves while catching up is told to come back (4429), which is tried in `private_rooms`.
                    let head = seat.guest.history(room).await.last().map(|event| event.seq);
                    for client in [Some(&mut seat.steady), seat.shaky.as_mut()].into_iter().flatten() {
                        let is_there = |view: &View| view.is_caught_up(room) && Some(view.last(room)) >= head;
                        client.wait("to be caught up", is_there).await;
                    }
                }
                // Out of a room in which one is not one cannot go, and need not.
                seat.guest.leave(room).await.is(204);
            }
            Step::Delete { member, which } => {
                let seat = &self.seats[member];
                let written: Vec<_> = seat.steady.view.accepted();
                if !written.is_empty() {
                    let event = written[which % written.len()];
                    // Refused when it is deleted already, or the room was left.
                    seat.guest.delete_message(event.room, event.seq).await;
                }
            }
            Step::Edit { member, which } => {
                let seat = &self.seats[member];
                if let Some(event) = one_of(&seat.steady.view.accepted(), which) {
                    self.written += 1;
                    // Some name somebody. Refused when it is deleted, or the room was left.
                    let text = NewText { text: format!("edited {} @member {}", self.written, which % 5) };
                    let path = format!("/rooms/{}/messages/{}", event.room, event.seq);
                    seat.guest.change(Method::PUT, &path, &text).await;
                    self.written -= 1;
                }
            }
            Step::Reply { member, which, shaky } => {
                let Some((room, message)) = self.message(which) else { return };
                let text = format!("answer {}", self.written);
                self.written += 1;
                let seat = &mut self.seats[member];
                let client = if shaky { seat.shaky.as_mut().unwrap() } else { &mut seat.steady };
                client.post_as(Post { reply: Some(message), ..Post::new(room, a_draft(), text) }).await;
            }
            Step::React { member, which, heart, back } => {
                let Some((room, message)) = self.message(which) else { return };
                let emoji = if heart { "%E2%9D%A4" } else { "%F0%9F%91%8D" };
                let path = format!("/api/rooms/{room}/messages/{message}/reactions/{emoji}");
                let method = if back { Method::DELETE } else { Method::PUT };
                self.seats[member].guest.ask(method, &path).send().await;
            }
            Step::Pin { member, which, pinned } => {
                let Some((room, message)) = self.message(which) else { return };
                let path = format!("/api/rooms/{room}/messages/{message}/pin");
                let method = if pinned { Method::PUT } else { Method::DELETE };
                // Guests may not, but in rooms that they made.
                self.seats[member].guest.ask(method, &path).send().await;
            }
            Step::Read { member, room } => {
                let room = self.rooms[room % self.rooms.len()];
                let seat = &mut self.seats[member];
                let seq = seat.steady.view.last(room);
                seat.steady.say(&Command::Read { room, seq }).await;
            }
            Step::Rename { room } => self.rename(room % self.rooms.len()).await,
            Step::Call { member } => {
                self.named += 1;
                // Refused when it is done too often.
                self.seats[member].guest.change_name(&format!("called {}", self.named)).await;
            }
            Step::Glance { member, most } => self.seats[member].shaky.as_mut().unwrap().glance(most),
            Step::Cut { member } => self.seats[member].come_back().await,
            Step::CutAgain { member, after } => {
                let seat = &mut self.seats[member];
                seat.come_back().await;
                for _ in 0..after {
                    let client = seat.shaky.as_mut().unwrap();
                    if client.welcome.rooms.iter().all(|joined| client.view.is_caught_up(joined.room.id)) {
                        break;
                    }
                    client.next().await;
                }
                seat.come_back().await;
            }
            Step::CutOnHello { member } => {
                let seat = &mut self.seats[member];
                let mut view = seat.shaky.take().unwrap().cut();
                let mut socket = Dial::typed(&seat.guest).open().await;
                say(&mut socket, &Command::Hello(view.hello())).await;
                for post in view.unanswered() {
                    say(&mut socket, &Command::Post(post)).await;
                }
                drop(socket);
                seat.begin(view).await;
            }
            Step::Restart => self.restart().await,
        }
    }

    /// One of the messages that somebody knows, with its room.
    fn message(&self, which: usize) -> Option<(RoomId, Seq)> {
        let known: Vec<_> = self.seats.iter().flat_map(|seat| seat.steady.view.accepted()).collect();
        one_of(&known, which).map(|event| (event.room, event.seq))
    }

    async fn rename(&mut self, number: usize) {
        let Some(maker) = number.checked_sub(1).map(|number| self.makers[number]) else { return };
        let (guest, room) = (&self.seats[maker].guest, self.rooms[number]);
        self.written += 1;
        let name = NewName { name: format!("renamed {}", self.written) };
        // Refused when its maker has left it.
        if guest.change(Method::PUT, &format!("/rooms/{room}/name"), &name).await.status == 204 {
            let topic = NewTopic { topic: format!("about {}", self.written) };
            guest.change(Method::PUT, &format!("/rooms/{room}/topic"), &topic).await.is(204);
        }
        self.written -= 1;
    }

    async fn restart(&mut self) {
        // Swapped for one that is thrown away, as the old one is taken.
        let old = std::mem::replace(&mut self.server, TestServer::start().await);
        let stopping = old.stop();
        for seat in &mut self.seats {
            // The steady one reads to the end, which says to come back; the shaky one is cut off.
            assert_eq!(seat.steady.end().await, Some(1001));
            let view = seat.shaky.take().unwrap().cut();
            seat.torn = Some(view);
        }
        self.server = stopping.start().await;
        for seat in &mut self.seats {
            seat.guest = seat.guest.at(self.server.site);
            let view = std::mem::take(&mut seat.steady.view);
            seat.steady = seat.guest.resume(view).await;
            let view = seat.torn.take().unwrap();
            seat.begin(view).await;
        }
    }

    /// Waits until all is told to all, and compares.
    async fn settle(mut self) {
        for seat in &mut self.seats {
            seat.steady.all_answered().await;
            seat.shaky.as_mut().unwrap().all_answered().await;
        }
        let mut posted = 0;
        let mut drafts = BTreeMap::new();
        let reader = self.server.guest("reader").await;
        let names = Some(reader.connect().await.welcome.names);
        for seat in &mut self.seats {
            seat.steady.wait("every name", |view| view.names >= names).await;
            seat.shaky.as_mut().unwrap().wait("every name", |view| view.names >= names).await;
        }
        for room in &self.rooms {
            reader.join(*room).await;
            let history = reader.history(*room).await;
            for seat in &mut self.seats {
                if !seat.guest.is_in(*room).await {
                    let is_out = |view: &View| view.events(*room).is_empty();
                    seat.steady.wait("to be out of the room", is_out).await;
                    seat.shaky.as_mut().unwrap().wait("to be out of the room", is_out).await;
                    continue;
                }
                let shaky = seat.shaky.as_mut().unwrap();
                let head = history.last().unwrap().seq;
                seat.steady.reach(*room, head).await;
                shaky.reach(*room, head).await;
                let steady = plain(seat.steady.view.events(*room), true);
                assert_eq!(plain(shaky.view.events(*room), true), steady);
                let steady = plain(seat.steady.view.events(*room), false);
                assert!(plain(&history, false).ends_with(&steady));
            }
            for event in history {
                if let Some(draft) = draft_of(&event) {
                    posted += 1;
                    assert!(drafts.insert((event.by.id, draft), event).is_none(), "a double");
                }
            }
        }
        let refused: usize = self.seats.iter().map(Seat::refusals).sum();
        assert_eq!(posted + refused, self.written, "each draft is one message or one refusal");
    }
}

fn one_of<'a>(events: &[&'a Event], which: usize) -> Option<&'a Event> {
    which.checked_rem(events.len()).map(|which| events[which])
}

/// Events without what depends on when they were read, and, unless they are one `own`'s, on who reads them.
fn plain(events: &[Event], own: bool) -> Vec<Event> {
    let plain = |event: &Event| {
        let mut event = event.clone();
        match &mut event.what {
            Happening::Posted(message) => {
                message.upto = Seq::ZERO;
                message.reactions.iter_mut().for_each(|reaction| reaction.mine &= own);
            }
            // What an edit said that was edited over is not told later.
            Happening::Edited { text, mentions, .. } => (*text, *mentions) = (None, Vec::new()),
            _ => {}
        }
        event
    };
    events.iter().map(plain).collect()
}

impl Seat {
    /// The shaky line is lost, and a new one begins.
    async fn come_back(&mut self) {
        let view = self.shaky.take().unwrap().cut();
        self.begin(view).await;
    }

    /// Sends a message of the shaky line again; what comes of it is the message's first event.
    async fn repeat(&mut self, which: usize) {
        let client = self.shaky.as_mut().unwrap();
        let answered = client.view.accepted();
        if answered.is_empty() {
            return;
        }
        let first = answered[which % answered.len()].clone();
        let (draft, text) = (draft_of(&first).unwrap(), "something else".to_owned());
        let post = Post::new(first.room, draft, text);
        client.view.posting_again(&post);
        client.say(&Command::Post(post)).await;
        let again = client.answer(draft).await.unwrap();
        assert_eq!(
            (again.room, again.seq, again.at, again.by.id),
            (first.room, first.seq, first.at, first.by.id)
        );
        assert_eq!(again.what.draft(), Some(draft), "the first one, as it is now");
    }

    async fn begin(&mut self, view: View) {
        self.shaky = Some(Client::begin(Dial::typed(&self.guest).open().await, view).await);
    }

    /// How many posts were refused, as this member had not joined the room then.
    fn refusals(&self) -> usize {
        self.steady.view.refusals() + self.shaky.as_ref().unwrap().view.refusals()
    }
}
