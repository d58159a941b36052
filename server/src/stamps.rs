//! The clock and the dice: the only place where the server asks what time it is or draws a random number.
//! An entry is stamped here before it is ordered, so that applying it needs neither.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use maru_shared::{FileId, InvitationId, MemberId, Name, PasskeyId, RoomId, SessionId, Timestamp};

use crate::secret::Token;

/// Where time and chance come from.
pub trait Source: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// Fills the bytes so that nobody can guess them.
    fn fill(&self, bytes: &mut [u8]);
}

/// Stamps entries with times, ids and secrets.
#[derive(Clone)]
pub struct Stamps(Arc<dyn Source>);

impl Stamps {
    /// Stamps by the system's clock and the system's randomness.
    pub fn system() -> Self {
        Self::by(System)
    }

    /// Stamps by another source: in a test, one that repeats itself.
    pub fn by(source: impl Source + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// A new member's id.
    pub fn member_id(&self) -> MemberId {
        MemberId::from_time_and_random_bytes(self.now(), self.bytes())
    }

    /// A new room's id.
    pub fn room_id(&self) -> RoomId {
        RoomId::from_time_and_random_bytes(self.now(), self.bytes())
    }

    /// An id of another kind, of 122 random bits.
    pub fn random_id<T>(&self, make: fn([u8; 16]) -> T) -> T {
        make(self.bytes())
    }

    /// A new session's id.
    pub fn session_id(&self) -> SessionId {
        SessionId::from_random_bytes(self.bytes())
    }

    /// A new invitation's id.
    pub fn invitation_id(&self) -> InvitationId {
        InvitationId::from_random_bytes(self.bytes())
    }

    /// A new passkey's id.
    pub fn passkey_id(&self) -> PasskeyId {
        PasskeyId::from_random_bytes(self.bytes())
    }

    /// A new file's id.
    pub fn file_id(&self) -> FileId {
        FileId::from_random_bytes(self.bytes())
    }

    /// The salt of a new password.
    pub fn salt(&self) -> [u8; 16] {
        self.bytes()
    }

    /// A new session's or link's secret.
    pub fn token(&self) -> Token {
        Token::from_bytes(self.bytes())
    }

    /// A name for a guest who has none, as `guest-k3xq`: one of a million.
    pub fn guest_name(&self) -> Option<Name> {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let tail: String =
            self.bytes::<4>().iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect();
        Name::parse(&format!("guest-{tail}")).ok()
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

struct System;

#[expect(clippy::disallowed_methods, reason = "this is the place that the rule points to")]
impl Source for System {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Only a kernel without randomness fails here, and with such a one no session would be safe.
        getrandom::fill(bytes).expect("the system gives random bytes");
    }
}
