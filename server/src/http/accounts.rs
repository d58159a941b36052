//! `/api/account`: what is one's own.

use std::sync::Arc;

use axum::{Extension, Json, extract::State, http::StatusCode};
use maru_shared::{
    Password, Refusal,
    api::{NewPassword, ShowsSeen},
};

use super::{Asker, Body, Failure, SignedIn, rooms::done};
use crate::{
    app::App,
    caller::Caller,
    entry::{By, Change},
};

/// `PUT /api/account/password`: set one's password. All other sessions end.
pub async fn set_password(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    SignedIn { member, session, .. }: SignedIn,
    Body(request): Body<NewPassword>,
) -> Result<StatusCode, Failure> {
    let password = Password::parse(&request.password).map_err(Refusal::BadPassword)?;
    app.guesses.take(from.address)?;
    let verified = match app.reader.account_of(member.id).await? {
        None => None,
        Some((_, verified)) => {
            app.guesses.take_of_account(&member.name, from.address)?;
            let current = request.current.and_then(|typed| Password::parse(&typed).ok());
            if !app.passwords.verify(current, Some(&verified)).await? {
                return Err(Refusal::WrongPassword.into());
            }
            Some(verified)
        }
    };
    let password = app.passwords.hash(password, member.name, app.stamps.salt()).await?;
    app.ask(By::Session(session), Change::SetPassword { verified, password }).await?;
    Ok(StatusCode::NO_CONTENT)
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
