//! Asking the server that runs on a data directory, over its socket.

use std::path::{Path, PathBuf};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use maru_shared::{Name, Person, Refusal, Room, api::ApiError, room::RoomSummary};
use serde::{Serialize, de::DeserializeOwned};
use tokio::net::UnixStream;

use super::{Base, SOCKET};

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
    /// More than one room is called so.
    #[error("several rooms are called so: give the id, as `maru room list` tells it")]
    Ambiguous,
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

    /// What is found at this path of the API.
    ///
    /// # Errors
    /// When no server answers, or it refuses.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, AskError> {
        self.read(Method::GET, path, &()).await
    }

    /// What is made at this path of the API.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn make<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, AskError> {
        self.read(Method::POST, path, body).await
    }

    /// Asks for something of which nothing is to be told but that it is done.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn done(&self, method: Method, path: &str, body: &impl Serialize) -> Result<(), AskError> {
        self.ask(method, path, body).await.map(drop)
    }

    /// The whole link of this secret.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn link(&self, secret: &str) -> Result<String, AskError> {
        let Base { base } = self.get("/base").await?;
        Ok(format!("{base}/join#{secret}"))
    }

    /// The member of this name, however it is spelled.
    ///
    /// # Errors
    /// As [`Self::get`]; and when there is none.
    pub async fn member(&self, name: &str) -> Result<Person, AskError> {
        let name = Name::parse(name).map_err(|error| AskError::Refused(Refusal::BadName(error)))?;
        let named: Vec<Person> = self.get(&format!("/members?{}", query("named", name.as_str()))).await?;
        named.into_iter().next().ok_or(AskError::Refused(Refusal::NoSuchMember))
    }

    /// The room of this name or id.
    ///
    /// # Errors
    /// As [`Self::get`]; and when there is none, or more than one private room of this name.
    pub async fn room(&self, called: &str) -> Result<Room, AskError> {
        let rooms: Vec<RoomSummary> = self.get("/rooms").await?;
        let key = Name::parse(called).ok().map(|name| name.key());
        let is_called = |room: &Room| {
            let named = room.title().map(|title| title.name.key()).filter(|name| Some(name) == key.as_ref());
            named.is_some() || room.id.to_string() == called
        };
        let mut found = rooms.into_iter().map(|summary| summary.room).filter(is_called);
        match (found.next(), found.next()) {
            (Some(room), None) => Ok(room),
            (None, _) => Err(AskError::Refused(Refusal::NoSuchRoom)),
            (Some(_), Some(_)) => Err(AskError::Ambiguous),
        }
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

/// One field of a query.
pub fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

fn parse<T: DeserializeOwned>(answer: &[u8]) -> Result<T, AskError> {
    // As a text, as everything else is read: from bytes, each `T` would be in the program once more.
    serde_json::from_str(str::from_utf8(answer).map_err(lost)?).map_err(lost)
}

fn lost(cause: impl std::fmt::Display) -> AskError {
    AskError::Lost(cause.to_string())
}
