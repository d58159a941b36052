//! Who and where.

use serde::{Deserialize, Serialize};

use crate::{MemberId, Name, Note, Role, RoomId, Seq, Timestamp};

/// A person (or bot) in this Maru, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Who it is, whatever the name.
    pub id: MemberId,
    /// What they are called now.
    pub name: Name,
}

impl Member {
    /// Takes the name that this member has by now, if it is the same member.
    pub fn call(&mut self, now: &Self) {
        if self.id == now.id {
            self.name.clone_from(&now.name);
        }
    }
}

/// A member, as the list of all members tells of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub member: Member,
    /// What they are in this Maru.
    pub role: Role,
    /// Until when they cannot post; told to those who may mute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
    /// Whether they are banned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
    /// When they were last here, where they let others know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
}

/// Where messages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Which room it is, whatever its name.
    pub id: RoomId,
    /// What kind of room, and what one of this kind has.
    pub kind: RoomKind,
    /// Who made it; nobody made the lobby.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MemberId>,
    /// Whether it is only read any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// What kind of room, and what one of this kind has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Anybody may find and join it.
    Public(Title),
    /// Nobody outside it knows of it.
    Private(Title),
    /// Between these, for ever, in the order of their ids: one room for each set of people.
    Direct(Vec<Member>),
}

/// What a room is called, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// What it is called now.
    pub name: Name,
    /// What it is about; may be empty.
    #[serde(default, skip_serializing_if = "Note::is_empty")]
    pub topic: Note,
}

impl Room {
    /// A public room of this name, about nothing in particular.
    pub fn public(id: RoomId, name: Name) -> Self {
        let kind = RoomKind::Public(Title { name, topic: Note::default() });
        Self { id, kind, made_by: None, archived: false }
    }

    /// What it is called and what it is about; a direct room has neither.
    pub fn title(&self) -> Option<&Title> {
        match &self.kind {
            RoomKind::Public(title) | RoomKind::Private(title) => Some(title),
            RoomKind::Direct(_) => None,
        }
    }

    /// What it is called and what it is about; a direct room has neither.
    pub fn title_mut(&mut self) -> Option<&mut Title> {
        match &mut self.kind {
            RoomKind::Public(title) | RoomKind::Private(title) => Some(title),
            RoomKind::Direct(_) => None,
        }
    }
}

/// What one has read of a room that one is in, and what of it one wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The position up to which one has read.
    pub read: Seq,
    /// The position up to which the following were counted: what happens behind it is to be added.
    pub upto: Seq,
    /// How many messages of others lie in `(read, upto]`, at most [`Mark::MOST`].
    #[serde(default)]
    pub unread: u32,
    /// How many of them name one, at most [`Mark::MOST`].
    #[serde(default)]
    pub mentions: u32,
    /// What one wants to be told.
    #[serde(default)]
    pub notify: Notify,
}

impl Mark {
    /// Beyond so many unread messages nobody counts.
    pub const MOST: u32 = 1_000;
}

/// What of a room one wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Messages that name one.
    Mentions,
    /// Nothing.
    Nothing,
}

/// A public room as the list of rooms tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSummary {
    /// The room.
    pub room: Room,
    /// How many members have joined it.
    pub members: u64,
    /// Whether the one who asks is among them.
    pub joined: bool,
    /// The position of its newest event.
    pub head: Seq,
}
