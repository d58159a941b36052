//! Names for things: ids, positions and instants.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that these 128 bits spell.
            pub const fn from_u128(bits: u128) -> Self {
                Self(Uuid::from_u128(bits))
            }

            /// The id as 16 bytes, most significant first: how it is stored.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id that these 16 bytes spell.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// A version 4 UUID (RFC 9562, section 5.4) from 16 random bytes.
            pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// A version 7 UUID (RFC 9562, section 5.7), which sorts by its time, from 10 random bytes.
            pub fn from_time_and_random_bytes(at: Timestamp, bytes: [u8; 10]) -> Self {
                let millis = u64::try_from(at.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                spelled(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Spelled).map(Self)
            }
        }
    };
}

id! {
    /// Who writes.
    MemberId
}

id! {
    /// Where messages are.
    RoomId
}

id! {
    /// What a client calls something that it asks for, before the server has accepted it. Minted by the
    /// client, never used twice by one member: a repeat is answered with what came of the first.
    DraftId
}

id! {
    /// Which history a store holds. A store restored from a backup gets another epoch, and a client that
    /// knows another epoch than the server's forgets what it had.
    Epoch
}

id! {
    /// A session, as its member's list of sessions names it. It opens nothing: the cookie's secret does.
    SessionId
}

id! {
    /// A passkey, as its member's list of passkeys names it. It opens nothing: the authenticator does.
    PasskeyId
}

id! {
    /// An invitation, as the list of invitations names it. It opens nothing: the link's secret does.
    InvitationId
}

id! {
    /// A file that was sent up. It opens nothing by itself: who may see the message with which it came may see it.
    FileId
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 hexadecimal digits, in groups of 8, 4, 4, 4 and 12 with hyphens between them")]
pub struct NoId;

struct Spelled;

impl de::Visitor<'_> for Spelled {
    type Value = Uuid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&NoId, f)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        spelled(text).map_err(E::custom)
    }
}

/// There is one way to spell an id (RFC 9562, section 4). The crate `uuid` knows three more, and says in words what is wrong:
/// that would be a hundredth of the page.
fn spelled(text: &str) -> Result<Uuid, NoId> {
    let text: &[u8; 36] = text.as_bytes().try_into().map_err(|_| NoId)?;
    let mut bits = 0;
    for (place, byte) in text.iter().enumerate() {
        match (place, char::from(*byte).to_digit(16)) {
            (8 | 13 | 18 | 23, _) if *byte == b'-' => {}
            (8 | 13 | 18 | 23, _) | (_, None) => return Err(NoId),
            (_, Some(digit)) => bits = bits << 4 | u128::from(digit),
        }
    }
    Ok(Uuid::from_u128(bits))
}

impl RoomId {
    /// The room that every Maru has from the start.
    pub const LOBBY: Self = Self::from_u128(1);
}

/// The position of an event in its room: 1, 2, 3 ... without a gap. Zero is before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first event.
    pub const ZERO: Self = Self(0);

    /// Whether it is before the first event.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// The position behind this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// How many events lie in `(earlier, self]`; none when `earlier` is not earlier.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant: milliseconds since 1970-01-01 UTC, by the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_spelled_in_one_way() {
        let spelled = "936da01f-9abd-4d9d-80c7-02af85c822a8";
        let id = RoomId::from_u128(0x936d_a01f_9abd_4d9d_80c7_02af_85c8_22a8);
        assert_eq!(spelled.parse(), Ok(id));
        assert_eq!(serde_json::from_str::<RoomId>(&format!("\"{spelled}\"")).unwrap(), id);
        for other in [
            "",
            "-",
            "936da01f9abd4d9d80c702af85c822a8",
            "936da01f-9abd-4d9d-80c7-02af85c822a",
            "936da01f-9abd-4d9d-80c7-02af85c822a80",
            "936da01f-9abd-4d9d-80c70-2af85c822a8",
            "936da01f-9abd-4d9d-80c7-02af85c822ag",
            "936da01f-9abd-4d9d-80c7-02af85c822\u{e9}",
            "{936da01f-9abd-4d9d-80c7-02af85c822a8}",
            "urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822a8",
        ] {
            assert_eq!(other.parse::<RoomId>(), Err(NoId), "{other}");
            assert!(serde_json::from_str::<RoomId>(&format!("\"{other}\"")).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_spelled_is_read(bits: u128) {
            let id = FileId::from_u128(bits);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
