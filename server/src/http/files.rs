//! `/api/files`: sending files up, and getting them.

mod coming;
mod going;

use std::sync::Arc;

use axum::{
    Json,
    body::Body as Raw,
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use maru_shared::{
    FileId, FileName, Refusal,
    api::{NewFile, Upload},
};

use self::{coming::receive, going::Serving};
use super::{Body, Failure, SignedIn};
use crate::{
    app::App,
    entry::{Answer, Change, FileBounds, NewUpload},
    files::is_shown,
};

/// How many bytes of a file are there, in requests and answers: as tus calls it (<https://tus.io/protocols/resumable-upload>).
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// How many bytes a file has.
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// The file that a path names. What is no id names no file.
pub struct OfFile(FileId);

impl<S: Send + Sync> FromRequestParts<S> for OfFile {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let file = Path::<String>::from_request_parts(parts, state).await.ok();
        let file = file.and_then(|Path(file)| file.parse().ok());
        file.map(Self).ok_or_else(|| Refusal::NoSuchFile.into())
    }
}

/// `POST /api/files`: a file is to be sent up; or how far it came, when it is asked again.
pub async fn begin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(new): Body<NewFile>,
) -> Result<Response, Failure> {
    app.files_pace.take(&signed_in.member.id)?;
    let limits = &app.limits;
    let bounds = FileBounds {
        of_file: limits.file_bytes,
        of_member: limits.member_files_bytes,
        of_maru: limits.files_bytes,
    };
    let name = FileName::nearest(&new.name);
    let upload = NewUpload { file: app.stamps.file_id(), draft: new.draft, name, bytes: new.bytes, bounds };
    let Answer::Upload(upload) = app.ask(signed_in.by(), Change::BeginUpload(Box::new(upload))).await? else {
        return Err(Refusal::Malformed.into());
    };
    let upload = reached(&app, upload).await?;
    let place = HeaderValue::from_str(&format!("/api/files/{}", upload.file)).ok();
    let mut response = (StatusCode::CREATED, came(upload)).into_response();
    response.headers_mut().extend(place.map(|place| (header::LOCATION, place)));
    Ok(response)
}

/// `PATCH /api/files/{file}`: the bytes from `Upload-Offset` on. What came of them before the line was lost is kept.
pub async fn go_on(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    OfFile(file): OfFile,
    headers: HeaderMap,
    body: Raw,
) -> Result<Response, Failure> {
    let offset = number(&headers, &UPLOAD_OFFSET).ok_or(Refusal::Malformed)?;
    app.files_pace.take(&signed_in.member.id)?;
    let own = app.reader.upload(file, signed_in.member.id).await?;
    own.ok_or(Refusal::NoSuchFile)?;
    let announced = number(&headers, &header::CONTENT_LENGTH).unwrap_or(0);
    let turn = app.files.turns.take(file, signed_in.member.id).await?;
    // It may have come further since, by the request whose turn it was.
    let upload = app.reader.upload(file, signed_in.member.id).await?.ok_or(Refusal::NoSuchFile)?;
    let upload = reached(&app, upload).await?;
    if upload.offset != offset {
        return Ok((StatusCode::CONFLICT, came(upload)).into_response());
    }
    if announced > upload.bytes - upload.offset {
        return Err(Refusal::FileTooLarge { max: upload.bytes }.into());
    }
    if upload.whole.is_some() {
        return Ok(came(upload).into_response());
    }
    // Whoever asks may be gone at any time; what came is to be kept all the same.
    let coming = receive(Arc::clone(&app), signed_in.by(), turn, upload, body);
    let upload = app.files.tasks.spawn(coming).await.map_err(|_| Refusal::Malformed)??;
    Ok(came(upload).into_response())
}

/// `HEAD /api/files/{file}`: how far a file of one's own came, while it is coming; otherwise what `GET` says of it.
pub async fn look(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    OfFile(file): OfFile,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    match app.reader.upload(file, signed_in.member.id).await? {
        Some(upload) if upload.whole.is_none() => {
            let upload = reached(&app, upload).await?;
            Ok((StatusCode::NO_CONTENT, so_far(&upload)).into_response())
        }
        _ => get(State(app), signed_in, OfFile(file), Method::HEAD, headers).await,
    }
}

/// `GET /api/files/{file}`: the file.
pub async fn get(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    OfFile(file): OfFile,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let kept = app.reader.file(file, member.id).await??;
    let serving = Serving {
        path: app.files.folder.content(&kept.hash),
        tag: going::tag(&kept.hash, false),
        kind: crate::files::served_as(&kept.kind),
        name: &kept.name,
        is_shown: is_shown(&kept.kind, kept.is_picture),
    };
    serving.answer(method, &headers).await
}

/// `GET /api/files/{file}/thumbnail`: the small form of a picture; the picture, where it is small itself.
pub async fn thumbnail(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
    OfFile(file): OfFile,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let kept = app.reader.file(file, member.id).await??;
    if !kept.is_picture {
        return Err(Refusal::NoSuchFile.into());
    }
    let (path, kind) = if kept.has_small {
        (app.files.folder.small(&kept.hash), "image/webp")
    } else {
        (app.files.folder.content(&kept.hash), crate::files::served_as(&kept.kind))
    };
    let tag = going::tag(&kept.hash, kept.has_small);
    Serving { path, tag, kind, name: &kept.name, is_shown: true }.answer(method, &headers).await
}

/// `DELETE /api/files/{file}`: a file that came with no message is wanted no more.
pub async fn cancel(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    OfFile(file): OfFile,
) -> Result<StatusCode, Failure> {
    app.files_pace.take(&signed_in.member.id)?;
    if app.reader.upload(file, signed_in.member.id).await?.is_some() {
        // What is on its way is done with first: it would come to the disk, and nobody would count it.
        app.files.turns.end(file).await;
    }
    app.ask(signed_in.by(), Change::CancelUpload { file }).await?;
    app.files.forget(file).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The same upload, as far as the disk has it.
async fn reached(app: &App, upload: Upload) -> Result<Upload, Refusal> {
    if upload.whole.is_some() {
        return Ok(upload);
    }
    let Upload { file, offset, .. } = upload;
    let offset = app.files.on_disk(move |folder| folder.reached(file, offset)).await?;
    Ok(Upload { offset, ..upload })
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn came(upload: Upload) -> impl IntoResponse {
    (so_far(&upload), Json(upload))
}

fn so_far(upload: &Upload) -> [(HeaderName, HeaderValue); 3] {
    [
        (UPLOAD_OFFSET, upload.offset.into()),
        (UPLOAD_LENGTH, upload.bytes.into()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}
