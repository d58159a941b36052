//! How commands and notices become text frames: one JSON value a frame.

use serde::{Serialize, de::DeserializeOwned};

/// A text that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("not a frame of maru.v1: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// Room for the event of a message of the usual length: a text that grows while it is written is moved each time.
const USUAL_BYTES: usize = 512;

/// The text frame that says this.
pub fn encode<T: Serialize>(value: &T) -> String {
    let mut text = Vec::with_capacity(USUAL_BYTES);
    // Our types have string keys and no failing `Serialize`: the only ways in which this could fail.
    serde_json::to_writer(&mut text, value).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

/// What this text frame says.
///
/// # Errors
/// When it is not JSON, or not of this type. Unknown fields are passed over, so that a newer peer may say more.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    Ok(serde_json::from_str(text)?)
}
