//! `/api/session` and `/api/sessions`: coming in, being known, going out.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension, Json,
    extract::{FromRequestParts, OptionalFromRequestParts, Path, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use cookie::{Cookie, SameSite, time::Duration};
use futures_util::future::BoxFuture;
use maru_shared::{
    Member, Name, Password, Refusal,
    api::{Me, PasswordSignIn, Policy, Session, SignIn},
    event::Standing,
};

use super::{Body, Failure};
use crate::{
    app::App,
    caller::Caller,
    entry::{By, Change, NewSession},
    limiter::household,
    secret::{SecretHash, Token},
    store::Known,
};

const COOKIE: &str = "maru_session";

/// How long a browser keeps the cookie: browsers keep none longer than 400 days (RFC 6265bis, section 5.5).
const COOKIE_DAYS: i64 = 400;

/// How much of a `User-Agent` is kept.
const DEVICE_CHARS: usize = 200;

/// So late at the most a session's last use is kept, in milliseconds.
const USE_KEPT_EVERY: i64 = 10 * 60 * 1_000;

type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

/// The member in whose session a request comes.
pub struct SignedIn {
    /// Who.
    pub member: Member,
    /// What they are in this Maru.
    pub standing: Standing,
    /// By which session.
    pub session: SecretHash,
    /// Whether that has another secret by now.
    pub is_before: bool,
}

/// `GET /api/session`: who one is, if one is signed in.
pub async fn who(signed_in: Option<SignedIn>) -> Json<Option<Me>> {
    Json(signed_in.map(SignedIn::me))
}

/// `POST /api/session`: come in as a guest.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    Body(request): Body<SignIn>,
) -> Result<impl IntoResponse, Failure> {
    if app.house.settings().policy == Policy::Invite {
        return Err(Refusal::InviteOnly.into());
    }
    let name = Name::parse(&request.name).map_err(Refusal::BadName)?;
    app.sign_ins.take(&household(from.address))?;
    let (token, session) = new_session(&app, from.address, &headers);
    let draft = Some(SecretHash::of_draft(&request.draft));
    let change = Change::SignIn { name, draft, session: Some(session), from: household(from.address) };
    enter(&app, By::Member(app.stamps.member_id()), change, &token, from, &headers).await
}

/// `POST /api/session/password`: come in with an account.
pub async fn sign_in_by_password(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    headers: HeaderMap,
    Body(request): Body<PasswordSignIn>,
) -> Result<impl IntoResponse, Failure> {
    app.guesses.take(from.address)?;
    let account = match Name::parse(&request.name) {
        Ok(name) => {
            app.guesses.take_of_account(&name, from.address)?;
            app.reader.account(&name).await?
        }
        // What is no name is nobody's: the answer is the same, and takes as long.
        Err(_) => None,
    };
    let verified = account.as_ref().map(|(_, hash)| hash);
    if !app.passwords.verify(Password::parse(&request.password).ok(), verified).await? {
        return Err(Refusal::WrongPassword.into());
    }
    let Some((member, verified)) = account else { return Err(Refusal::WrongPassword.into()) };
    let (token, session) = new_session(&app, from.address, &headers);
    let change = Change::SignInAgain { verified, session };
    enter(&app, By::Member(member.id), change, &token, from, &headers).await
}

/// `DELETE /api/session`: go out.
pub async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    if let Some(SignedIn { session, .. }) = signed_in {
        app.ask(By::Session(session), Change::SignOut { session }).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookie(String::new(), Duration::ZERO, app.origins.is_secure(&headers, from))))
}

/// `GET /api/sessions`: where one is signed in.
pub async fn list(
    State(app): State<Arc<App>>,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Json<Vec<Session>>, Failure> {
    Ok(Json(app.reader.sessions(member.id, Some(session)).await?))
}

/// `DELETE /api/sessions/{session}`: end one of one's sessions. Its sockets close.
pub async fn end(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(session): Path<String>,
) -> Result<StatusCode, Failure> {
    // What is no id names no session, and what is no session is over.
    if let Ok(session) = session.parse() {
        app.changes.take(&signed_in.member.id)?;
        app.ask(signed_in.by(), Change::EndSession { session }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/sessions`: end all of one's sessions but this one.
pub async fn end_others(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<StatusCode, Failure> {
    app.changes.take(&signed_in.member.id)?;
    app.ask(signed_in.by(), Change::EndOtherSessions).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new session, and its secret for the browser alone.
pub fn new_session(app: &App, from: IpAddr, headers: &HeaderMap) -> (Token, Box<NewSession>) {
    let token = app.stamps.token();
    let device = device(headers);
    let session =
        NewSession { token: token.hash(), id: app.stamps.session_id(), device, from: household(from) };
    (token, Box::new(session))
}

/// What the browser says that it is.
pub fn device(headers: &HeaderMap) -> String {
    let device = headers.get(header::USER_AGENT).and_then(|device| device.to_str().ok()).unwrap_or_default();
    device.chars().take(DEVICE_CHARS).collect()
}

/// Asks for a change by which somebody comes in, and gives their browser the session's cookie.
pub async fn enter(
    app: &App,
    by: By,
    change: Change,
    token: &Token,
    from: Caller,
    headers: &HeaderMap,
) -> Result<impl IntoResponse + use<>, Failure> {
    app.ask(by, change).await?;
    // Ended already, when somebody was faster.
    let known = app.reader.session(token.hash(), app.stamps.now()).await?.ok_or(Refusal::SignedOut)?;
    let me = Me::new(known.member, known.standing);
    Ok((StatusCode::CREATED, session_cookie(app, token, from, headers), Json(me)))
}

/// The header that gives a browser the cookie of a session with this secret.
pub fn session_cookie(app: &App, token: &Token, from: Caller, headers: &HeaderMap) -> SetCookie {
    cookie(token.spell(), Duration::days(COOKIE_DAYS), app.origins.is_secure(headers, from))
}

impl SignedIn {
    /// Boxed, as nearly every handler has it: unboxed it would be in the program once for each.
    fn find<'a>(parts: &'a Parts, app: &'a Arc<App>) -> BoxFuture<'a, Result<Option<Self>, Failure>> {
        Box::pin(async move {
            let Some(session) = session_in(&parts.headers) else { return Ok(None) };
            let Some(known) = app.reader.session(session, app.stamps.now()).await? else { return Ok(None) };
            let Known { is_before, .. } = known;
            if is_before && parts.method != Method::GET {
                return Ok(None);
            }
            keep_use(app, session, &known);
            let Known { member, standing, .. } = known;
            Ok(Some(Self { member, standing, session, is_before }))
        })
    }

    /// Who asks, as the journal is told.
    pub fn by(&self) -> By {
        By::Session(self.session)
    }

    fn me(self) -> Me {
        Me::new(self.member, self.standing)
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        Self::find(parts, app).await?.ok_or_else(|| Refusal::SignedOut.into())
    }
}

impl OptionalFromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>, Failure> {
        Self::find(parts, app).await
    }
}

/// Keeps, now and then, that a session is used; and always when it is used by another secret than before. Nobody waits for it, and nothing is lost when it does not come to be.
fn keep_use(app: &Arc<App>, session: SecretHash, known: &Known) {
    let now = app.stamps.now();
    if known.is_renewed || !known.is_before && now.0.saturating_sub(known.used_at.0) >= USE_KEPT_EVERY {
        // While the disk is slow, few wait for it and the others are passed over.
        let Ok(place) = Arc::clone(&app.uses_kept).try_acquire_owned() else { return };
        let app = Arc::clone(app);
        tokio::spawn(async move {
            drop(app.ask(By::Session(session), Change::UseSession { session }).await);
            drop(place);
        });
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

fn cookie(token: String, max_age: Duration, is_secure: bool) -> SetCookie {
    let cookie = Cookie::build((COOKIE, token))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .path("/")
        .max_age(max_age)
        .build()
        .to_string();
    AppendHeaders([(header::SET_COOKIE, cookie)])
}
