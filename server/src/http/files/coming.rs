//! Bytes that come, on their way to the disk: none are held longer than it takes to write them.

use std::{
    io::{Seek, SeekFrom},
    sync::Arc,
    time::Duration,
};

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use maru_shared::{Refusal, api::Upload};
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    time::{Instant, sleep_until, timeout},
};
use tracing::debug;

use crate::{
    app::App,
    entry::{Answer, By, Change},
    files::{Turn, failed},
};

/// After so many bytes what came is put on the disk and told to the store: so much at the most comes twice after a crash.
const KEPT_EVERY: u64 = 8 << 20;

/// So long one request may send. Whoever is slower goes on with the next.
const AT_MOST: Duration = Duration::from_secs(3_600);

/// What keeps a file from being gone on with.
enum End {
    /// All that was to come in this request has.
    Done,
    /// The line was lost, or nothing came on it for long, or somebody else wants the turn.
    Cut,
    /// More came than was announced.
    TooMuch,
}

/// Takes in what comes of a file, keeps it, and makes a content of it when it is whole: how far it is then.
///
/// # Errors
/// When the disk cannot, or what is ordered is refused: what had come is kept.
pub(super) async fn receive(
    app: Arc<App>,
    by: By,
    turn: Turn,
    upload: Upload,
    body: Body,
) -> Result<Upload, Refusal> {
    let coming = Coming::begin(&app, by, upload).await?;
    let (upload, end) = coming.take(&turn, body).await?;
    match end {
        End::TooMuch => Err(Refusal::FileTooLarge { max: upload.bytes }),
        End::Done if upload.offset == upload.bytes => {
            let ready = app.files.look(upload.file).await?;
            let finish = Change::FinishUpload { file: upload.file, content: Box::new(ready.content.clone()) };
            match app.files.keep(upload.file, ready, app.ask(by, finish)).await? {
                Answer::Whole(whole) => Ok(Upload { whole: Some(whole), ..upload }),
                _ => Err(Refusal::Malformed),
            }
        }
        End::Done | End::Cut => Ok(upload),
    }
}

/// A file that comes.
struct Coming<'a> {
    app: &'a App,
    by: By,
    upload: Upload,
    /// How many bytes the store knows of.
    kept: u64,
    file: File,
}

impl<'a> Coming<'a> {
    async fn begin(app: &'a App, by: By, upload: Upload) -> Result<Self, Refusal> {
        let Upload { file, offset, .. } = upload;
        let file = app
            .files
            .on_disk(move |folder| {
                let mut file = folder.go_on(file, offset)?;
                file.seek(SeekFrom::Start(offset))?;
                Ok(file)
            })
            .await?;
        Ok(Self { app, by, kept: offset, upload, file: File::from_std(file) })
    }

    async fn take(mut self, turn: &Turn, body: Body) -> Result<(Upload, End), Refusal> {
        let mut body = body.into_data_stream();
        let late = Instant::now() + AT_MOST;
        let end = loop {
            let next = tokio::select! {
                next = timeout(self.app.limits.handshake, body.next()) => next,
                () = turn.wanted() => break End::Cut,
                () = self.app.stopping.cancelled() => break End::Cut,
                () = sleep_until(late) => break End::Cut,
            };
            match next {
                Ok(Some(Ok(bytes))) if self.upload.offset + bytes.len() as u64 > self.upload.bytes => {
                    break End::TooMuch;
                }
                Ok(Some(Ok(bytes))) => {
                    if let Err(why) = self.write(&bytes).await {
                        // What was written before is not lost by that.
                        self.keep().await?;
                        return Err(why);
                    }
                }
                Ok(None) => break End::Done,
                Ok(Some(Err(cause))) => {
                    debug!(%cause, "a file was cut");
                    break End::Cut;
                }
                Err(_) => break End::Cut,
            }
        };
        self.keep().await?;
        Ok((self.upload, end))
    }

    async fn write(&mut self, bytes: &Bytes) -> Result<(), Refusal> {
        self.file.write_all(bytes).await.map_err(failed)?;
        self.upload.offset += bytes.len() as u64;
        if self.upload.offset - self.kept >= KEPT_EVERY {
            self.keep().await?;
        }
        Ok(())
    }

    /// Puts on the disk what has come, and then tells the store.
    async fn keep(&mut self) -> Result<(), Refusal> {
        self.file.flush().await.map_err(failed)?;
        if self.upload.offset != self.kept {
            let place = self.app.files.keeping.acquire().await;
            self.file.sync_data().await.map_err(failed)?;
            drop(place);
            let change = Change::KeepUpload { file: self.upload.file, offset: self.upload.offset };
            self.app.ask(self.by, change).await?;
            self.kept = self.upload.offset;
        }
        Ok(())
    }
}
