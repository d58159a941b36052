//! The bodies of the HTTP API under `/api`.

use serde::{Deserialize, Serialize};

use crate::{DraftId, Event, Refusal, Seq};

/// `POST /api/session`: come in as a guest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// What the client calls this attempt: a secret of 128 random bits. A repeat gives the same member.
    pub draft: DraftId,
    /// What one wants to be called; checked as [`crate::Name`] is.
    pub name: String,
}

/// Never the draft, which is a secret.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn({:?})", self.name)
    }
}

/// `POST /api/rooms`: make a public room. Its maker has joined it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRoom {
    /// What the client calls this attempt. A repeat gives the same room.
    pub draft: DraftId,
    /// What the room is to be called; checked as [`crate::Name`] is.
    pub name: String,
}

/// `GET /api/rooms/{room}/events?before=SEQ` or `?after=SEQ`, with `&limit=N` (1 to 200, otherwise 50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The events, oldest first, without a gap.
    pub events: Vec<Event>,
    /// The position of the room's newest event when the page was read.
    pub head: Seq,
}

/// The body of every answer of the API that is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Why.
    pub why: Refusal,
}
