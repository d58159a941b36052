//! `/api/account/passkeys` and `/api/session/passkey`: keeping passkeys, and coming in by one.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use maru_shared::{
    Refusal,
    api::{Challenge, Credential, OwnPassword, Passkey},
    role::{Action, Ground, may},
};

use super::{
    Asker, Body, Failure, SignedIn,
    accounts::verified,
    sessions::{enter, new_session},
};
use crate::{
    app::App,
    caller::Caller,
    entry::{By, Change, NewPasskey},
    origin::Origins,
};

/// `POST /api/account/passkeys/begin`: what an authenticator is to be asked, to make one.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Body(OwnPassword { password }): Body<OwnPassword>,
) -> Result<Json<Challenge>, Failure> {
    if !may(signed_in.standing.role, Action::KeepPasskeys, Ground::Maru) {
        return Err(Refusal::NotAllowed.into());
    }
    app.changes.take(&signed_in.member.id)?;
    let origin = Origins::page(&headers).ok_or(Refusal::Malformed)?;
    app.guesses.take(from.address)?;
    // By a passkey one comes in for ever: who only found a session open makes none.
    verified(&app, &signed_in, from, Some(password)).await?;
    let SignedIn { member, .. } = signed_in;
    let kept = app.reader.passkey_texts(member.id).await?;
    let (token, now) = (app.stamps.token(), app.stamps.now());
    Ok(Json(app.passkeys.begin_making(origin, member.id, &member.name, &kept, &token, now)?))
}

/// `POST /api/account/passkeys`: keep it.
pub async fn keep(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Body(Credential { attempt, credential }): Body<Credential>,
) -> Result<StatusCode, Failure> {
    let made = app.passkeys.finish_making(&attempt, &credential, signed_in.member.id, app.stamps.now())?;
    let id = app.stamps.passkey_id();
    let device = super::sessions::device(&headers);
    let passkey = NewPasskey { id, credential: made.credential, text: made.text, device };
    Asker::Member(signed_in).ask(&app, Change::AddPasskey(passkey)).await?;
    Ok(StatusCode::CREATED)
}

/// `GET /api/account/passkeys`: those that one has.
pub async fn list(
    State(app): State<Arc<App>>,
    SignedIn { member, standing, .. }: SignedIn,
) -> Result<Json<Vec<Passkey>>, Failure> {
    if !may(standing.role, Action::KeepPasskeys, Ground::Maru) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(Json(app.reader.passkeys(member.id).await?))
}

/// `DELETE /api/account/passkeys/{passkey}`: it is good no more.
pub async fn remove(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(passkey): Path<String>,
) -> Result<StatusCode, Failure> {
    // What is no id names none of one's own.
    if let Ok(passkey) = passkey.parse() {
        Asker::Member(signed_in).ask(&app, Change::RemovePasskey { passkey }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/passkey/begin`: what an authenticator is to be asked, to come in.
pub async fn begin_sign_in(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Challenge>, Failure> {
    app.guesses.take(from.address)?;
    let origin = Origins::page(&headers).ok_or(Refusal::Malformed)?;
    Ok(Json(app.passkeys.begin_coming_in(origin, &app.stamps.token(), app.stamps.now())?))
}

/// `POST /api/session/passkey`: come in.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    Body(Credential { attempt, credential }): Body<Credential>,
) -> Result<impl IntoResponse, Failure> {
    app.guesses.take(from.address)?;
    let coming = app.passkeys.coming_in(&attempt, &credential, app.stamps.now())?;
    let credential = coming.credential().to_vec();
    let (member, verified) = app.reader.passkey(credential.clone()).await?.ok_or(Refusal::BadPasskey)?;
    let next = coming.verify(member, &verified)?;
    let (token, session) = new_session(&app, from.address, &headers);
    let change = Change::SignInByPasskey { credential, verified, next, session };
    enter(&app, By::Member(member), change, &token, from, &headers).await
}
