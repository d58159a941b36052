//! The bodies of requests and answers.

use std::str;

use maru_shared::{
    Member, Person, Room,
    api::{
        AcceptLink, Access, ApiError, AuditEntry, Challenge, Credential, Found, LinkSecret, LinkUse,
        MadeInvitation, MadeLink, Me, NewBan, NewDirect, NewInvitation, NewMute, NewName, NewPassword,
        NewRole, NewRoom, NewTopic, OwnPassword, Page, Passkey, PasswordSignIn, Reason, Session, Settings,
        SignIn,
    },
    room::RoomSummary,
};

use crate::comes_back;

/// JSON is read as each body there is: what can be read comes back from being written, and no secret is shown by `Debug`.
pub fn bodies(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    comes_back::<SignIn>(text);
    comes_back::<PasswordSignIn>(text);
    if let Some(new) = comes_back::<NewPassword>(text) {
        assert_eq!(format!("{new:?}"), "NewPassword");
    }
    if let Some(own) = comes_back::<OwnPassword>(text) {
        assert_eq!(format!("{own:?}"), "OwnPassword");
    }
    if let Some(secret) = comes_back::<LinkSecret>(text) {
        assert_eq!(format!("{secret:?}"), "LinkSecret");
    }
    if let Some(accept) = comes_back::<AcceptLink>(text) {
        assert_eq!(format!("{accept:?}"), format!("AcceptLink({:?})", accept.name));
    }
    if let Some(credential) = comes_back::<Credential>(text) {
        assert_eq!(format!("{credential:?}"), "Credential");
    }
    comes_back::<NewInvitation>(text);
    comes_back::<NewRoom>(text);
    comes_back::<NewDirect>(text);
    order(text);
    answers(text);
}

/// What keeps order.
fn order(text: &str) {
    comes_back::<NewName>(text);
    comes_back::<NewTopic>(text);
    comes_back::<Reason>(text);
    comes_back::<NewMute>(text);
    comes_back::<NewBan>(text);
    comes_back::<NewRole>(text);
    comes_back::<Settings>(text);
}

/// What the server answers is read by the page as anything else is.
fn answers(text: &str) {
    comes_back::<Me>(text);
    comes_back::<Access>(text);
    comes_back::<LinkUse>(text);
    if let Some(challenge) = comes_back::<Challenge>(text) {
        assert_eq!(format!("{challenge:?}"), "Challenge");
    }
    comes_back::<Vec<Passkey>>(text);
    comes_back::<Vec<Session>>(text);
    comes_back::<Vec<Member>>(text);
    comes_back::<Vec<RoomSummary>>(text);
    comes_back::<Vec<Person>>(text);
    comes_back::<Vec<AuditEntry>>(text);
    comes_back::<MadeInvitation>(text);
    comes_back::<MadeLink>(text);
    comes_back::<Room>(text);
    comes_back::<Page>(text);
    comes_back::<Found>(text);
    comes_back::<ApiError>(text);
}
