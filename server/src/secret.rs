//! Secrets that clients hold and the store keeps only as hashes.

use data_encoding::BASE64URL_NOPAD;
use maru_shared::DraftId;
use sha2::{Digest, Sha256};

/// The secret of a session or a link: 256 random bits, known to its holder alone.
pub struct Token([u8; 32]);

/// What the store keeps of a password: Argon2id in the PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// What the store keeps of a secret: its SHA-256. The secrets are random bits, so that a slow hash would
/// add nothing (OWASP Session Management: an id of at least 64 bits of entropy).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl Token {
    /// The token of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The token that a cookie or a link spells, if it does.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// How a cookie or a link spells it.
    pub fn spell(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }
}

impl SecretHash {
    /// The hash of these bytes, as they were stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is stored of a draft whose holder may sign in by it once more.
    pub fn of_draft(draft: &DraftId) -> Self {
        Self(Sha256::digest(draft.as_bytes()).into())
    }

    /// As it is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PasswordHash {
    /// The hash that this PHC string tells.
    pub fn from_phc(text: String) -> Self {
        Self(text)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a passkey is compared with: no secret, but nobody's business.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyText(String);

impl PasskeyText {
    /// The passkey that this JSON tells.
    pub fn from_json(text: String) -> Self {
        Self(text)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasskeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasskeyText")
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash")
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash")
    }
}
