//! Asking the server that runs on a data directory, over its socket.

use std::path::{Path, PathBuf};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use maru_shared::{
    InvitationId, Refusal,
    api::{ApiError, Invitation, NewInvitation},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::net::UnixStream;

use super::{GivenLink, ResetOf, SOCKET};

/// The most bytes of an answer.
const ANSWER_BYTES: usize = 4 << 20;

/// Why a server did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// None runs there.
    #[error("no Maru answers at {path} ({source}): start it, and name its data directory with --data")]
    Absent {
        /// Its socket.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It will not do it.
    #[error("{0}")]
    Refused(Refusal),
    /// It went away, or is another version.
    #[error("the server did not answer as it should: {0}")]
    Lost(String),
}

/// The server that runs on a data directory.
pub struct Operator<'a> {
    data: &'a Path,
}

impl<'a> Operator<'a> {
    /// The server that runs on this data directory.
    pub fn of(data: &'a Path) -> Self {
        Self { data }
    }

    /// Invites.
    ///
    /// # Errors
    /// When no server answers, or it refuses.
    pub async fn invite(&self, invitation: &NewInvitation) -> Result<GivenLink, AskError> {
        self.read(Method::POST, "/invitations", invitation).await
    }

    /// The invitations that are good.
    ///
    /// # Errors
    /// As [`Self::invite`].
    pub async fn invitations(&self) -> Result<Vec<Invitation>, AskError> {
        self.read(Method::GET, "/invitations", &()).await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// As [`Self::invite`].
    pub async fn revoke(&self, invitation: InvitationId) -> Result<(), AskError> {
        self.ask(Method::DELETE, &format!("/invitations/{invitation}"), &()).await.map(drop)
    }

    /// A link by which the member of this name sets another password.
    ///
    /// # Errors
    /// As [`Self::invite`].
    pub async fn reset(&self, name: String) -> Result<GivenLink, AskError> {
        self.read(Method::POST, "/reset", &ResetOf { name }).await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, AskError> {
        parse(&self.ask(method, path, body).await?)
    }

    async fn ask(&self, method: Method, path: &str, body: &impl Serialize) -> Result<Bytes, AskError> {
        let socket = self.data.join(SOCKET);
        let stream = UnixStream::connect(&socket)
            .await
            .map_err(|source| AskError::Absent { path: socket.clone(), source })?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
        let connection = tokio::spawn(connection);
        let body = serde_json::to_vec(body).map_err(lost)?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(lost)?;
        let response = sender.send_request(request).await.map_err(lost)?;
        let status = response.status();
        let answer =
            Limited::new(response.into_body(), ANSWER_BYTES).collect().await.map_err(lost)?.to_bytes();
        connection.abort();
        match status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(answer),
            _ => Err(AskError::Refused(parse::<ApiError>(&answer)?.why)),
        }
    }
}

fn parse<T: DeserializeOwned>(answer: &[u8]) -> Result<T, AskError> {
    serde_json::from_slice(answer).map_err(lost)
}

fn lost(cause: impl std::fmt::Display) -> AskError {
    AskError::Lost(cause.to_string())
}
