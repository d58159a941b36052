//! How commands and notices become text frames: one JSON value a frame.

use serde::{Serialize, de::DeserializeOwned};

/// A text that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("not a frame of maru.v1: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// The text frame that says this.
pub fn encode<T: Serialize>(value: &T) -> String {
    // Our types have string keys and no failing `Serialize`: the only ways in which this could fail.
    serde_json::to_string(value).unwrap_or_default()
}

/// What this text frame says.
///
/// # Errors
/// When it is not JSON, or not of this type. Unknown fields are passed over, so that a newer peer may say more.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    Ok(serde_json::from_str(text)?)
}
