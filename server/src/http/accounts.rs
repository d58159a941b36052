//! `/api/account`: what is one's own.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use maru_shared::{
    Name, Password, Refusal,
    api::{NewName, NewPassword, ShowsSeen},
};

use super::{Asker, Body, Failure, SignedIn, rooms::done, sessions::session_cookie};
use crate::{
    app::App,
    caller::Caller,
    entry::{By, Change},
    secret::PasswordHash,
};

/// `PUT /api/account/name`: be called otherwise.
pub async fn change_name(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(request): Body<NewName>,
) -> Result<StatusCode, Failure> {
    let name = Name::parse(&request.name).map_err(Refusal::BadName)?;
    app.new_names.take(&signed_in.member.id)?;
    done(&app, &Asker::Member(signed_in), Change::ChangeName { name }).await
}

/// `PUT /api/account/password`: set one's password. All other sessions end, and this one gets another secret.
pub async fn set_password(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Body(request): Body<NewPassword>,
) -> Result<impl IntoResponse, Failure> {
    let NewPassword { current, password, forget_passkeys } = request;
    let password = Password::parse(&password).map_err(Refusal::BadPassword)?;
    app.guesses.take(from.address)?;
    let verified = verified(&app, &signed_in, from, current).await?;
    let SignedIn { member, session, .. } = signed_in;
    let password = app.passwords.hash(password, member.name, app.stamps.salt()).await?;
    let token = app.stamps.token();
    let change = Change::SetPassword { verified, password, forget_passkeys, token: token.hash() };
    app.ask(By::Session(session), change).await?;
    Ok((StatusCode::NO_CONTENT, session_cookie(&app, &token, from, &headers)))
}

/// What the password of who asks is compared with, if they have one and know it.
///
/// # Errors
/// When they have one, and it is another.
pub async fn verified(
    app: &App,
    SignedIn { member, .. }: &SignedIn,
    from: Caller,
    typed: Option<String>,
) -> Result<Option<PasswordHash>, Failure> {
    let Some((_, verified)) = app.reader.account_of(member.id).await? else { return Ok(None) };
    app.guesses.take_of_account(&member.name, from.address)?;
    let typed = typed.and_then(|typed| Password::parse(&typed).ok());
    if app.passwords.verify(typed, Some(&verified)).await? {
        Ok(Some(verified))
    } else {
        Err(Refusal::WrongPassword.into())
    }
}

/// `GET /api/account/seen`: whether others are told when one was last here.
pub async fn shows_seen(
    State(app): State<Arc<App>>,
    SignedIn { member, .. }: SignedIn,
) -> Result<Json<ShowsSeen>, Failure> {
    Ok(Json(ShowsSeen { shows: app.reader.shows_seen(member.id).await? }))
}

/// `PUT /api/account/seen`: say so.
pub async fn show_seen(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Body(ShowsSeen { shows }): Body<ShowsSeen>,
) -> Result<StatusCode, Failure> {
    done(&app, &Asker::Member(signed_in), Change::ShowSeen { shows }).await
}
