//! Who and where.

use serde::{Deserialize, Serialize};

use crate::{MemberId, Name, RoomId, Seq};

/// A person (or bot) in this Maru, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Who it is, whatever the name.
    pub id: MemberId,
    /// What they are called now.
    pub name: Name,
}

/// Where messages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Which room it is, whatever its name.
    pub id: RoomId,
    /// What it is called now.
    pub name: Name,
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
