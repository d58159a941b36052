//! `/api/access`, `/api/links` and `/api/invitations`: how one comes in, and who lets one in.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use maru_shared::{
    Name, Password, Refusal, Timestamp,
    api::{AcceptLink, Access, Invitation, LinkSecret, LinkUse, MadeInvitation, MadeLink, NewInvitation},
    role::Action,
};

use super::{
    Asker, Body, Failure, OfMember, SignedIn,
    sessions::{enter, new_session},
};
use crate::{
    app::App,
    caller::Caller,
    entry::{Acceptance, By, Change, Newcomer, Purpose},
    limiter::household,
    secret::{SecretHash, Token},
};

/// For how many hours an invitation may be good.
const HOURS: std::ops::RangeInclusive<u32> = 1..=8_760;

/// How often it may be used.
const USES: std::ops::RangeInclusive<u32> = 1..=1_000;

/// For how long a link for another password is good.
const RESET_HOURS: u32 = 24;

/// `GET /api/access`: how one comes in.
pub async fn access(State(app): State<Arc<App>>) -> Json<Access> {
    Json(Access { policy: app.house.settings().policy })
}

/// `POST /api/links/look`: what a link is for.
pub async fn look(
    State(app): State<Arc<App>>,
    Body(request): Body<LinkSecret>,
) -> Result<Json<LinkUse>, Failure> {
    let secret = parse(&request.secret)?;
    let purpose = app.reader.link(secret, app.stamps.now()).await?;
    Ok(Json(purpose.ok_or(Refusal::BadLink)?))
}

/// `POST /api/links/accept`: do what it is for.
pub async fn accept(
    State(app): State<Arc<App>>,
    Extension(from): Extension<Caller>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
    Body(request): Body<AcceptLink>,
) -> Result<impl IntoResponse, Failure> {
    let secret = parse(&request.secret)?;
    let purpose = app.reader.link(secret, app.stamps.now()).await?;
    app.sign_ins.take(&household(from.address))?;
    let own = signed_in.map(|signed_in| (signed_in.member, signed_in.session));
    let is_reset = matches!(purpose, Some(LinkUse::Reset { .. }));
    let newcomer = match (&own, is_reset, request.name) {
        (None, false, Some(name)) => {
            let name = Name::parse(&name).map_err(Refusal::BadName)?;
            Some(Newcomer { name, draft: SecretHash::of_draft(&request.draft) })
        }
        _ => None,
    };
    let called = match (&purpose, &newcomer, &own) {
        (Some(LinkUse::Reset { name }), ..) => name.clone(),
        (_, Some(newcomer), _) => newcomer.name.clone(),
        (Some(_), None, Some((member, _))) => member.name.clone(),
        (None, ..) => return Err(Refusal::BadLink.into()),
        _ => return Err(Refusal::SignedOut.into()),
    };
    let password = match request.password {
        // What is for nothing is not worth a hash: only a repeat comes to anything, and needs none.
        Some(_) if purpose.is_none() => None,
        Some(typed) => {
            app.guesses.take(from.address)?;
            let password = Password::parse(&typed).map_err(Refusal::BadPassword)?;
            Some(app.passwords.hash(password, called, app.stamps.salt()).await?)
        }
        None => None,
    };
    let (token, session) = new_session(&app, from.address, &headers);
    let change = Change::AcceptLink(Box::new(Acceptance { secret, newcomer, password, session: *session }));
    let by = match own {
        // Who they are stays, and so does the session, with another secret.
        Some((_, session)) if !is_reset => By::Session(session),
        _ => By::Member(app.stamps.member_id()),
    };
    enter(&app, by, change, &token, from, &headers).await
}

/// `GET /api/invitations`: everybody's for those who manage them, one's own for others.
pub async fn list(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<Vec<Invitation>>, Failure> {
    let by = if asker.may(Action::ManageInvitations) { None } else { asker.member() };
    Ok(Json(app.reader.invitations(by, app.stamps.now()).await?))
}

/// `POST /api/invitations`: invite.
pub async fn invite(
    State(app): State<Arc<App>>,
    asker: Asker,
    Body(request): Body<NewInvitation>,
) -> Result<impl IntoResponse, Failure> {
    let NewInvitation { role, hours, uses } = request;
    if !HOURS.contains(&hours) || !USES.contains(&uses) {
        return Err(Refusal::Malformed.into());
    }
    let id = app.stamps.invitation_id();
    let (at, expires_at, token) = make(&app, &asker, Purpose::Invite { id, role }, hours, uses).await?;
    let invitation = Invitation { id, by: asker.name(), role, at, expires_at, uses_left: uses };
    Ok((StatusCode::CREATED, Json(MadeInvitation { invitation, secret: token.spell() })))
}

/// `DELETE /api/invitations/{invitation}`: it is good no more.
pub async fn revoke(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(invitation): Path<String>,
) -> Result<StatusCode, Failure> {
    if let Ok(invitation) = invitation.parse() {
        asker.ask(&app, Change::RevokeInvitation { invitation }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/members/{member}/reset`: a link by which a member sets another password.
pub async fn reset(
    State(app): State<Arc<App>>,
    asker: Asker,
    OfMember(member): OfMember,
) -> Result<impl IntoResponse, Failure> {
    let (_, expires_at, token) = make(&app, &asker, Purpose::Reset { member }, RESET_HOURS, 1).await?;
    Ok((StatusCode::CREATED, Json(MadeLink { secret: token.spell(), expires_at })))
}

/// Makes a link that is good for so many hours and so many uses. Gives when it was made, until when it is good, and its
/// secret.
async fn make(
    app: &App,
    asker: &Asker,
    purpose: Purpose,
    hours: u32,
    uses: u32,
) -> Result<(Timestamp, Timestamp, Token), Failure> {
    let (at, token) = (app.stamps.now(), app.stamps.token());
    let expires_at = Timestamp(at.0.saturating_add(i64::from(hours) * 3_600_000));
    let change = Change::MakeLink { secret: token.hash(), purpose, expires_at, uses };
    asker.ask_at(app, at, change).await?;
    Ok((at, expires_at, token))
}

fn parse(secret: &str) -> Result<SecretHash, Refusal> {
    Token::parse(secret).map(|token| token.hash()).ok_or(Refusal::BadLink)
}
