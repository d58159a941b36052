//! Links: to own this Maru, to come into it, to set another password.

use maru_shared::{
    InvitationId, Refusal, Role, Timestamp,
    api::Deed,
    role::{Action, Ground, may},
};
use rusqlite::OptionalExtension;

use super::{ACTOR, Actor, Applying, Result, actor};
use crate::{
    entry::{Acceptance, Answer, Newcomer, Outcome, Purpose},
    secret::SecretHash,
    store::row::{self, GOOD_LINK, INVITE, OWN, RESET},
};

/// The most links of one maker that are good at one time: a bound on what can be asked for.
const MOST: i64 = 200;

impl Applying<'_> {
    pub(super) fn make_link(
        &self,
        secret: &SecretHash,
        purpose: Purpose,
        expires_at: Timestamp,
        uses: u32,
    ) -> Result<Outcome> {
        let actor = self.maker(purpose)?;
        let good: i64 = self
            .prepare("SELECT count(*) FROM links WHERE expires_at > ?1 AND made_by = ?2")?
            .query_row((self.entry.at.0, actor.number), |row| row.get(0))?;
        if good >= MOST && !actor.is_operator() {
            return Err(Refusal::TooFast { retry_after_ms: 60_000 }.into());
        }
        let (kind, id, role, member) = match purpose {
            Purpose::Own if self.has_owner()? => return Err(Refusal::NotAllowed.into()),
            Purpose::Own => (OWN, None, None, None),
            Purpose::Invite { id, role } => (INVITE, Some(id), Some(role as u8), None),
            Purpose::Reset { member } => {
                let member = self.below(member, &actor)?;
                // A guest has no password that could be forgotten.
                if !member.has_password || member.banned {
                    return Err(Refusal::NoSuchMember.into());
                }
                let number = member.number;
                self.audit(&actor, &Deed::PasswordLinkMade { member: member.member })?;
                (RESET, None, None, Some(number))
            }
        };
        // Of the links to own this Maru only the newest is good.
        self.prepare("DELETE FROM links WHERE expires_at <= ?1 OR (kind = ?2 AND ?3 = ?2)")?.execute((
            self.entry.at.0,
            OWN,
            kind,
        ))?;
        self.prepare(
            "INSERT INTO links (secret_hash, kind, id, role, member, made_by, at, expires_at, uses_left) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            secret.as_bytes(),
            kind,
            id.as_ref().map(InvitationId::as_bytes),
            role,
            member,
            Some(actor.number).filter(|_| !actor.is_operator()),
            self.entry.at.0,
            expires_at.0,
            uses.max(1),
        ))?;
        if let Purpose::Invite { role, .. } = purpose {
            self.audit(&actor, &Deed::Invited { role, uses })?;
        }
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn revoke_invitation(&self, invitation: InvitationId) -> Result<Outcome> {
        let actor = self.actor()?;
        let everybodys = may(actor.role, Action::ManageInvitations, Ground::Maru);
        let revoked = self.prepare("DELETE FROM links WHERE id = ?1 AND (?2 OR made_by = ?3)")?.execute((
            invitation.as_bytes(),
            everybodys,
            actor.number,
        ))?;
        if revoked > 0 {
            self.audit(&actor, &Deed::InvitationRevoked)?;
        }
        // Whether there was such an invitation is not for everybody to know.
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn accept_link(&self, acceptance: &Acceptance) -> Result<Outcome> {
        let Acceptance { secret, newcomer, session, .. } = acceptance;
        if let Some(Newcomer { name, draft }) = newcomer
            && let Some(before) = self.came_in_before(draft, name)?
        {
            let ended = self.begin_session(&before, Some(session))?;
            return Ok(Outcome::accepted(Answer::SignedIn(before.member), ended));
        }
        let found = self
            .prepare(&format!("SELECT l.kind, l.role, l.member {GOOD_LINK}"))?
            .query_row((secret.as_bytes(), self.entry.at.0), |row| {
                let kind: i64 = row.get(0)?;
                let role = if kind == INVITE { row::role(row, 1)? } else { Role::Owner };
                Ok((kind, role, row.get::<_, Option<i64>>(2)?))
            })
            .optional()?;
        match found {
            Some((RESET, _, Some(member))) => self.reset(acceptance, member),
            Some((OWN | INVITE, role, _)) => self.enter(acceptance, role),
            _ => Err(Refusal::BadLink.into()),
        }
    }

    /// Comes in, or becomes more than one was.
    fn enter(&self, acceptance: &Acceptance, role: Role) -> Result<Outcome> {
        let Acceptance { secret, newcomer, password, session, .. } = acceptance;
        let password = password.as_ref();
        let Some(Newcomer { name, draft }) = newcomer else { return self.rise(acceptance, role) };
        if password.is_none() {
            return Err(Refusal::WrongPassword.into());
        }
        // Who has an account is a member at the least.
        let role = role.max(Role::Member);
        let actor = self.come_in(name, Some(draft), role, password, session.from)?;
        self.spend(secret)?;
        self.begin_session(&actor, Some(session))?;
        self.join_lobby(actor)
    }

    fn rise(&self, acceptance: &Acceptance, role: Role) -> Result<Outcome> {
        let Acceptance { secret, password, session, .. } = acceptance;
        let actor = self.actor()?;
        if actor.has_password && role <= actor.role {
            let renewed = self.renew_session(&session.token)?;
            return Ok(Outcome::accepted(Answer::SignedIn(actor.member), renewed.into_iter().collect()));
        }
        let role = actor.role.max(role).max(Role::Member);
        match password {
            // Who has one changes it where the one until now is asked for.
            Some(password) if !actor.has_password => self.keep_password(&actor, password, role)?,
            None if actor.has_password => {
                self.prepare("UPDATE members SET role = ?2 WHERE number = ?1")?
                    .execute((actor.number, role as u8))?;
            }
            _ => return Err(Refusal::WrongPassword.into()),
        }
        self.spend(secret)?;
        // Whoever else is in as this member would have become as much.
        let ended = self.end_other_sessions_of(&actor)?;
        let renewed = self.renew_session(&session.token)?;
        let member = actor.member.clone();
        let Outcome { mut effects, .. } = self.stands(Actor { role, has_password: true, ..actor });
        effects.extend(ended.into_iter().chain(renewed));
        Ok(Outcome::accepted(Answer::SignedIn(member), effects))
    }

    fn reset(&self, acceptance: &Acceptance, member: i64) -> Result<Outcome> {
        let Acceptance { secret, password, session, .. } = acceptance;
        let Some(password) = password else { return Err(Refusal::WrongPassword.into()) };
        let actor = self.prepare(&format!("{ACTOR} WHERE m.number = ?1"))?.query_row([member], actor)?;
        self.spend(secret)?;
        self.keep_password(&actor, password, actor.role.max(Role::Member))?;
        // Whoever lost what opened the account begins anew.
        self.forget_passkeys(&actor)?;
        let ended = self.end_sessions("member = ?1", [actor.number])?;
        self.begin_session(&actor, Some(session))?;
        Ok(Outcome::accepted(Answer::SignedIn(actor.member), ended))
    }

    fn spend(&self, secret: &SecretHash) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM links WHERE secret_hash = ?1 AND uses_left = 1")?
            .execute([secret.as_bytes()])?;
        self.prepare("UPDATE links SET uses_left = uses_left - 1 WHERE secret_hash = ?1")?
            .execute([secret.as_bytes()])?;
        Ok(())
    }

    /// Who makes a link for this, if they may.
    fn maker(&self, purpose: Purpose) -> Result<Actor> {
        let action = match purpose {
            Purpose::Own => {
                let actor = self.actor()?;
                return if actor.is_operator() { Ok(actor) } else { Err(Refusal::NotAllowed.into()) };
            }
            Purpose::Invite { role: Role::Guest | Role::Member, .. } if self.members_invite()? => {
                Action::InviteWhereLet
            }
            Purpose::Invite { role: Role::Guest | Role::Member, .. } => Action::Invite,
            Purpose::Invite { role: Role::Owner, .. } => return Err(Refusal::NotAllowed.into()),
            Purpose::Invite { .. } => Action::InviteStaff,
            Purpose::Reset { .. } => Action::ResetPassword,
        };
        self.acting(action)
    }

    fn has_owner(&self) -> rusqlite::Result<bool> {
        self.exists("SELECT 1 FROM members WHERE role = ?1", [Role::Owner as u8])
    }
}
