//! Why a socket is closed, and what the client should do then.

/// Why the server closes a socket: the code of the close frame (RFC 6455, section 7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The server stops, or starts anew.
    GoingAway = 1001,
    /// A frame was not what RFC 6455 says.
    Broken = 1002,
    /// A frame was not text.
    Binary = 1003,
    /// A text was not UTF-8.
    NotUtf8 = 1007,
    /// A frame or a plain message was larger than the server takes.
    TooBig = 1009,
    /// The server cannot go on with this socket: its store cannot be read now.
    Failed = 1011,
    /// A command could not be read, or came before `hello`.
    Malformed = 4400,
    /// There is no such session (any more).
    SignedOut = 4401,
    /// The member is kept out.
    Banned = 4403,
    /// The server does not speak the client's version of the protocol.
    WrongVersion = 4406,
    /// Nothing was heard from the client for too long.
    Silent = 4408,
    /// The session has another secret, which the browser knows.
    Renewed = 4410,
    /// The client reads slower than its rooms are written.
    Slow = 4429,
    /// This address has as many sockets as it may have.
    Crowded = 4430,
}

/// What a client should do after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Connect again, at the earliest after so many milliseconds, and resume.
    Retry(u32),
    /// Do not connect again by oneself: the same would happen.
    Stop,
}

impl CloseCode {
    /// Every code that the server sends.
    pub const ALL: [Self; 14] = [
        Self::GoingAway,
        Self::Broken,
        Self::Binary,
        Self::NotUtf8,
        Self::TooBig,
        Self::Failed,
        Self::Malformed,
        Self::SignedOut,
        Self::Banned,
        Self::WrongVersion,
        Self::Silent,
        Self::Renewed,
        Self::Slow,
        Self::Crowded,
    ];

    /// The code that stands for this number, if it is one of ours.
    pub fn from_u16(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known as u16 == code)
    }

    /// What the client should do. A close without a code of ours (1006, a lost line) means `Retry(0)`.
    pub const fn after(self) -> After {
        match self {
            Self::GoingAway | Self::Silent | Self::Renewed | Self::Slow => After::Retry(0),
            Self::Failed => After::Retry(1_000),
            Self::Crowded => After::Retry(10_000),
            Self::Broken
            | Self::Binary
            | Self::NotUtf8
            | Self::TooBig
            | Self::Malformed
            | Self::SignedOut
            | Self::Banned
            | Self::WrongVersion => After::Stop,
        }
    }

    /// Whether it does not wait until what was written has gone out.
    pub const fn is_at_once(&self) -> bool {
        matches!(self, Self::Slow | Self::SignedOut | Self::Banned | Self::Renewed)
    }

    /// The reason in the close frame, for whoever reads a log: at most 123 bytes.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "the server restarts: come back",
            Self::Broken => "a frame breaks RFC 6455",
            Self::Binary => "only text frames are taken",
            Self::NotUtf8 => "a text frame must be UTF-8",
            Self::TooBig => "the message is too large",
            Self::Failed => "the server cannot read its store now: come back",
            Self::Malformed => "the command cannot be read: see docs/protocol.md",
            Self::SignedOut => "sign in again",
            Self::Banned => "you are banned from this Maru",
            Self::WrongVersion => "this server speaks maru.v1",
            Self::Silent => "nothing heard for too long: come back",
            Self::Renewed => "the session has another secret: come back",
            Self::Slow => "reading too slowly: come back and resume",
            Self::Crowded => "too many sockets from this address: come back later",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_number_and_fits_a_close_frame() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_u16(code as u16), Some(code));
            assert!(code.reason().len() <= 123);
        }
        assert_eq!(CloseCode::from_u16(1006), None);
    }
}
