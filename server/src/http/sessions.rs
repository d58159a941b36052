//! `/api/session`: coming in, being known, going out.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json,
    extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use cookie::{Cookie, SameSite, time::Duration};
use maru_shared::{Member, Name, Refusal, api::SignIn};

use super::{Body, Failure};
use crate::{
    app::App,
    entry::{Answer, Change, Entry},
    limiter::household,
    origin::Origins,
    secret::{SecretHash, Token},
};

const COOKIE: &str = "maru_session";

/// How long a browser keeps the cookie: browsers keep none longer than 400 days (RFC 6265bis, section 5.5).
const COOKIE_DAYS: i64 = 400;

/// The member in whose session a request comes.
pub struct SignedIn {
    /// Who.
    pub member: Member,
    /// By which session.
    pub session: SecretHash,
}

/// `GET /api/session`: who one is, if one is signed in.
pub async fn who(signed_in: Option<SignedIn>) -> Json<Option<Member>> {
    Json(signed_in.map(|signed_in| signed_in.member))
}

/// `POST /api/session`: come in as a guest.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(request): Body<SignIn>,
) -> Result<impl IntoResponse, Failure> {
    let name = Name::parse(&request.name).map_err(Refusal::BadName)?;
    app.sign_ins.take(&household(from.ip())).map_err(|retry_after_ms| Refusal::TooFast { retry_after_ms })?;
    let token = app.stamps.token();
    let change = Change::SignIn {
        name,
        draft: Some(SecretHash::of_draft(&request.draft)),
        session: Some(token.hash()),
    };
    let entry = Entry { at: app.stamps.now(), actor: app.stamps.member_id(), change };
    match app.engine.ask(entry).await? {
        Answer::SignedIn(member) => {
            let cookie = session_cookie(token.to_cookie(), Duration::days(COOKIE_DAYS), &headers);
            Ok((StatusCode::CREATED, AppendHeaders([(header::SET_COOKIE, cookie)]), Json(member)))
        }
        _ => Err(Refusal::Malformed.into()),
    }
}

/// `DELETE /api/session`: go out.
pub async fn sign_out(
    State(app): State<Arc<App>>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    if let Some(SignedIn { member, session }) = signed_in {
        let entry = Entry { at: app.stamps.now(), actor: member.id, change: Change::SignOut { session } };
        app.engine.ask(entry).await?;
    }
    let cookie = session_cookie(String::new(), Duration::ZERO, &headers);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}

impl SignedIn {
    async fn find(headers: &HeaderMap, app: &App) -> Result<Option<Self>, Failure> {
        let Some(session) = session_in(headers) else { return Ok(None) };
        let member = app.reader.member_of(session).await?;
        Ok(member.map(|member| Self { member, session }))
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        Self::find(&parts.headers, app).await?.ok_or_else(|| Refusal::SignedOut.into())
    }
}

impl OptionalFromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>, Failure> {
        Self::find(&parts.headers, app).await
    }
}

fn session_in(headers: &HeaderMap) -> Option<SecretHash> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == COOKIE)
        .find_map(|cookie| Token::parse(cookie.value()))
        .map(|token| token.hash())
}

fn session_cookie(token: String, max_age: Duration, headers: &HeaderMap) -> String {
    Cookie::build((COOKIE, token))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(Origins::is_secure(headers))
        .path("/")
        .max_age(max_age)
        .build()
        .to_string()
}
