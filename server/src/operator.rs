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

use axum::{Extension, Json, routing::get};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;

use crate::{
    app::App,
    http::{FromOperator, unknown},
    routes,
};

/// The socket's name in the data directory.
pub const SOCKET: &str = "maru.sock";

/// Where this Maru is found: links begin so.
#[derive(Serialize, Deserialize)]
pub struct Base {
    /// As `https://chat.example.org`.
    pub base: String,
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
        let routes = routes::order()
            .route("/base", get(async move || Json(Base { base: base.to_string() })))
            .fallback(unknown)
            .layer(Extension(FromOperator))
            .with_state(app);
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
