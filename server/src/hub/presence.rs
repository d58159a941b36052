//! Who is here, and what everybody was told of it.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use maru_shared::{Member, MemberId, Notice};

use super::Connection;
use crate::{frame::Frame, outbox::Item};

/// How many members at the most are told to be here: with more, nobody reads the list, and telling everybody
/// about everybody would cost the square of their number.
pub const PRESENCE_TOLD_OF: usize = 200;

/// How many who came, and how many who left, are told of at once: everybody gets these frames, so they are small.
pub const PRESENCE_AT_ONCE: usize = 24;

/// The members with a connection, and whom all of these know to be here.
#[derive(Default)]
pub(super) struct Presence {
    members: HashMap<MemberId, Present>,
    told: HashMap<MemberId, Known>,
}

/// Somebody whom everybody knows to be here.
struct Known {
    member: Member,
    away: bool,
}

/// Whom everybody knows to be here.
pub struct Told {
    /// Who.
    pub here: Vec<Member>,
    /// Those of them of whom nobody has been at any of their connections for a while.
    pub away: Vec<MemberId>,
}

struct Present {
    member: Member,
    connections: Vec<Arc<Connection>>,
}

impl Presence {
    /// Takes in a member's connection.
    pub(super) fn come(&mut self, member: &Member, connection: Arc<Connection>) {
        self.members
            .entry(member.id)
            .or_insert_with(|| Present { member: member.clone(), connections: Vec::with_capacity(1) })
            .connections
            .push(connection);
    }

    /// Whom everybody knows to be here now, the member first.
    pub(super) fn told(&self, member: &Member) -> Told {
        let others = || self.told.values().filter(|known| known.member.id != member.id);
        Told {
            here: [member].into_iter().chain(others().map(|known| &known.member)).cloned().collect(),
            away: others().filter(|known| known.away).map(|known| known.member.id).collect(),
        }
    }

    /// Forgets a member's connection.
    pub(super) fn leave(&mut self, member: MemberId, connection: &Connection) {
        if let Some(present) = self.members.get_mut(&member) {
            present.connections.retain(|other| other.id != connection.id);
            if present.connections.is_empty() {
                self.members.remove(&member);
            }
        }
    }

    /// The connections of a member.
    pub(super) fn connections_of(&self, member: MemberId) -> &[Arc<Connection>] {
        self.members.get(&member).map_or(&[], |present| &present.connections)
    }

    /// A member with a connection, as they are called.
    pub(super) fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(&id).map(|present| &present.member)
    }

    /// A member is called so from now on, and everybody is told.
    pub(super) fn call(&mut self, member: &Member) {
        if let Some(present) = self.members.get_mut(&member.id) {
            present.member = member.clone();
        }
        if let Some(known) = self.told.get_mut(&member.id) {
            known.member = member.clone();
        }
    }

    /// A member is called so; whoever was told otherwise is told again that they are here.
    pub(super) fn correct(&mut self, member: &Member) {
        if let Some(present) = self.members.get_mut(&member.id)
            && present.member != *member
        {
            present.member = member.clone();
            self.told.remove(&member.id);
        }
    }

    /// All connections.
    pub(super) fn connections(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.members.values().flat_map(|present| &present.connections)
    }

    /// Puts a frame into everybody's outbox.
    pub(super) fn tell(&self, frame: &Frame) {
        for connection in self.connections() {
            connection.outbox.push(Item::Frame(frame.clone()));
        }
    }

    /// Who came and who left since this was last asked, of each so many at the most: the others when it is asked next.
    pub(super) fn news(&mut self) -> Option<Notice> {
        let gone: Vec<MemberId> = self
            .told
            .keys()
            .filter(|id| !self.members.contains_key(id))
            .take(PRESENCE_AT_ONCE)
            .copied()
            .collect();
        for id in &gone {
            self.told.remove(id);
        }
        let room = PRESENCE_TOLD_OF.saturating_sub(self.told.len());
        let came = self.members.values().filter(|present| !self.told.contains_key(&present.member.id));
        let mut here: Vec<Member> =
            came.take(room.min(PRESENCE_AT_ONCE)).map(|present| present.member.clone()).collect();
        // Who comes is taken to be there; if they are not, that is told next.
        self.told
            .extend(here.iter().map(|member| (member.id, Known { member: member.clone(), away: false })));
        let mut away = Vec::new();
        let came = here.len();
        for (id, known) in &mut self.told {
            let Some(present) = self.members.get(id) else { continue };
            let is_new = here[..came].iter().any(|member| member.id == *id);
            if is_new || known.away == present.is_away() || here.len().max(away.len()) >= PRESENCE_AT_ONCE {
                continue;
            }
            known.away = !known.away;
            if known.away { away.push(*id) } else { here.push(known.member.clone()) }
        }
        if here.is_empty() && gone.is_empty() && away.is_empty() {
            return None;
        }
        Some(Notice::Presence { here, gone, away })
    }
}

impl Present {
    fn is_away(&self) -> bool {
        self.connections.iter().all(|connection| connection.away.load(Ordering::Relaxed))
    }
}
