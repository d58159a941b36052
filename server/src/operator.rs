//! What is asked on the machine itself: a socket in the data directory, which only its own user may open.
//!
//! A local socket rather than a token in a file: the system checks who asks, and there is no secret that could leak. All
//! of it goes the way of every other change, through the journal of the server that runs.

pub mod client;

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
};

use axum::{Extension, Json, http::StatusCode, routing::get};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;
use tower_http::timeout::TimeoutLayer;

use crate::{
    app::App,
    http::{FromOperator, unknown},
    routes,
    serve::{self, Lines},
};

/// The socket's name in the data directory.
pub const SOCKET: &str = "maru.sock";

/// Where this Maru is found: links begin so.
#[derive(Serialize, Deserialize)]
pub struct Base {
    /// As `https://chat.example.org`.
    pub base: String,
}

/// Where the socket is made. With what is in it, the name is no longer than [`SOCKET`]: the system bounds a socket's path.
const CRADLE: &str = ".made";

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
        // Nobody else reaches it before it is its own user's alone, whoever may look into the data directory.
        let cradle = directory.join(CRADLE);
        if_there(fs::remove_dir_all(&cradle))?;
        fs::DirBuilder::new().mode(0o700).create(&cradle)?;
        let born = cradle.join("s");
        let listener = UnixListener::bind(&born)?;
        fs::set_permissions(&born, fs::Permissions::from_mode(0o600))?;
        let path = Taken(directory.join(SOCKET));
        fs::rename(&born, &path.0)?;
        fs::remove_dir(&cradle)?;
        Ok(Self { listener, path })
    }

    /// Answers until `stop`, and then finishes what is under way. `base` is where links lead, as
    /// `https://chat.example.org`.
    pub async fn answer(self, app: Arc<App>, base: Arc<str>, lines: Lines, stop: impl Future<Output = ()>) {
        let Self { listener, path } = self;
        let within = app.limits.handshake;
        let routes = routes::order()
            .route("/base", get(async move || Json(Base { base: base.to_string() })))
            .fallback(unknown)
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, within))
            .layer(Extension(FromOperator))
            .with_state(app);
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => lines.serve(stream, routes.clone(), |_| {}, "the operator", None),
                    Err(cause) => serve::after_failure(&cause).await,
                },
                () = &mut stop => break,
            }
        }
        drop(path);
        lines.finish().await;
    }
}

/// What is not there need not be taken away.
fn if_there(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

impl Drop for Taken {
    fn drop(&mut self) {
        // Where that fails, the next start does it.
        let _ = fs::remove_file(&self.0);
    }
}
