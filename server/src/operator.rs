//! What is asked on the machine itself: a socket in the data directory, which only its own user may open.
//!
//! A local socket rather than a token in a file: the system checks who asks, and there is no secret that could leak. All
//! of it goes the way of every other change, through the journal of the server that runs.

pub mod client;

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Json, Router,
    extract::{self, State},
    http::StatusCode,
    response::IntoResponse,
    routing::{delete, get, post},
};
use maru_shared::{
    Name, Refusal, Timestamp,
    api::{Invitation, NewInvitation},
};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;

use crate::{
    app::App,
    entry::{Change, Entry, OPERATOR},
    http::{Body, Failure, links},
};

/// The socket's name in the data directory.
pub const SOCKET: &str = "maru.sock";

/// A link for somebody, as the operator is told it.
#[derive(Serialize, Deserialize)]
pub struct GivenLink {
    /// The whole link.
    pub link: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Whose password is to be set anew.
#[derive(Debug, Serialize, Deserialize)]
pub struct ResetOf {
    /// What they are called.
    pub name: String,
}

/// The operator's socket. It is taken away when this is dropped.
pub struct Socket {
    listener: UnixListener,
    path: Taken,
}

/// A file that goes with its holder.
struct Taken(PathBuf);

impl Socket {
    /// Opens the socket in this data directory, which this process holds alone: one that is there already is a dead
    /// process's.
    ///
    /// # Errors
    /// When it cannot be made there.
    pub fn open(directory: &Path) -> io::Result<Self> {
        let path = directory.join(SOCKET);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        let path = Taken(path);
        fs::set_permissions(&path.0, fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    /// Answers, until this is dropped. `base` is where links lead, as `https://chat.example.org`.
    pub async fn answer(self, app: Arc<App>, base: Arc<str>) {
        let Self { listener, path } = self;
        let routes = Router::new()
            .route("/invitations", get(invitations).post(invite))
            .route("/invitations/{invitation}", delete(revoke))
            .route("/reset", post(reset))
            .with_state(Operated { app, base });
        // Accepts for ever: what goes wrong with one connection is not told to the others.
        let _ = axum::serve(listener, routes).await;
        drop(path);
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        // Where that fails, the next start does it.
        let _ = fs::remove_file(&self.0);
    }
}

#[derive(Clone)]
struct Operated {
    app: Arc<App>,
    base: Arc<str>,
}

impl Operated {
    fn link(&self, secret: &str, expires_at: Timestamp) -> Json<GivenLink> {
        Json(GivenLink { link: format!("{}/join#{secret}", self.base), expires_at })
    }
}

async fn invite(
    State(operated): State<Operated>,
    Body(request): Body<NewInvitation>,
) -> Result<impl IntoResponse, Failure> {
    let made = links::make_invitation(&operated.app, OPERATOR, None, &request).await?;
    Ok((StatusCode::CREATED, operated.link(&made.secret, made.invitation.expires_at)))
}

async fn invitations(State(Operated { app, .. }): State<Operated>) -> Result<Json<Vec<Invitation>>, Failure> {
    Ok(Json(app.reader.invitations(None, app.stamps.now()).await?))
}

async fn revoke(
    State(Operated { app, .. }): State<Operated>,
    extract::Path(invitation): extract::Path<String>,
) -> Result<StatusCode, Failure> {
    let invitation = invitation.parse().map_err(|_| Refusal::BadLink)?;
    let change = Change::RevokeInvitation { invitation };
    app.engine.ask(Entry { at: app.stamps.now(), actor: OPERATOR, change }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(
    State(operated): State<Operated>,
    Body(ResetOf { name }): Body<ResetOf>,
) -> Result<impl IntoResponse, Failure> {
    let name = Name::parse(&name).map_err(Refusal::BadName)?;
    let member = operated.app.reader.member_named(&name).await?.ok_or(Refusal::NoSuchMember)?;
    let made = links::make_reset(&operated.app, OPERATOR, member.id).await?;
    Ok((StatusCode::CREATED, operated.link(&made.secret, made.expires_at)))
}
