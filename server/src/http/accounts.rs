//! `/api/account`: what is one's own.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode};
use maru_shared::{Password, Refusal, api::NewPassword};

use super::{Body, Failure, SignedIn};
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
