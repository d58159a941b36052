//! What is asked of the server, and what comes of it.

use maru_shared::Refusal;

use crate::parts::Task;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server will not do it.
    Refused(Refusal),
    /// The server was not reached, or did not answer as one of ours would. The same may be asked again.
    Unreachable,
}

/// What will be the answer. Boxed, so that whoever waits for one is as small as can be.
pub type Answer<T> = Task<Result<T, Failure>>;
