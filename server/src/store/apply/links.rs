//! Links: to own this Maru, to come into it, to set another password.

use maru_shared::{InvitationId, MemberId, Refusal, Role, Timestamp, role::Action};
use rusqlite::OptionalExtension;

use super::{Actor, Applying, Result, Undone, actor};
use crate::{
    entry::{Acceptance, Answer, Newcomer, OPERATOR, Outcome, Purpose},
    secret::SecretHash,
    store::row::{self, INVITE, OWN, RESET},
};

/// The most links that are good at one time: a bound on what can be asked for.
const MOST: i64 = 10_000;

impl Applying<'_> {
    pub(super) fn make_link(
        &self,
        secret: &SecretHash,
        purpose: Purpose,
        expires_at: Timestamp,
        uses: u32,
    ) -> Result<Outcome> {
        let maker = self.maker(purpose)?;
        let good: i64 = self
            .prepare("SELECT count(*) FROM links WHERE expires_at > ?1")?
            .query_row([self.entry.at.0], |row| row.get(0))?;
        if good >= MOST && maker.is_some() {
            return Err(Refusal::TooFast { retry_after_ms: 60_000 }.into());
        }
        let (kind, id, role, member) = match purpose {
            Purpose::Own if self.has_owner()? => return Err(Refusal::NotAllowed.into()),
            Purpose::Own => (OWN, None, None, None),
            Purpose::Invite { id, role } => (INVITE, Some(id), Some(role as u8), None),
            Purpose::Reset { member } => {
                (RESET, None, None, Some(self.member_below(member, maker.as_ref())?))
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
            maker.map(|maker| maker.number),
            self.entry.at.0,
            expires_at.0,
            uses.max(1),
        ))?;
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn revoke_invitation(&self, invitation: InvitationId) -> Result<Outcome> {
        let everybodys = match self.power(Action::ManageInvitations) {
            Ok(_) => true,
            Err(Undone::Refused(Refusal::NotAllowed)) => false,
            Err(other) => return Err(other),
        };
        self.prepare(
            "DELETE FROM links WHERE id = ?1 AND (?2 OR made_by = (SELECT number FROM members WHERE id = ?3))",
        )?
        .execute((invitation.as_bytes(), everybodys, self.entry.actor.as_bytes()))?;
        // Whether there was such an invitation is not for everybody to know.
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn accept_link(&self, acceptance: &Acceptance) -> Result<Outcome> {
        let Acceptance { secret, newcomer, session, .. } = acceptance;
        if let Some(Newcomer { name, draft }) = newcomer
            && let Some(before) = self.came_in_before(draft, name)?
        {
            let ended = self.begin_session(&before, Some(session))?;
            return Ok(Outcome::unchanged(Answer::SignedIn(before.member)).ending(ended));
        }
        let found = self
            // Who may set another's password may do so no more once the other has as much of a role.
            .prepare(
                "SELECT l.kind, l.role, l.member FROM links l LEFT JOIN members b ON b.number = l.made_by \
                 LEFT JOIN members f ON f.number = l.member WHERE l.secret_hash = ?1 AND l.expires_at > ?2 \
                 AND (l.kind <> 3 OR l.made_by IS NULL OR b.role > f.role)",
            )?
            .query_row((secret.as_bytes(), self.entry.at.0), |row| {
                let kind: i64 = row.get(0)?;
                let role = if kind == INVITE { row::role(row, 1)? } else { Role::Owner };
                Ok((kind, role, row.get::<_, Option<i64>>(2)?))
            })
            .optional()?;
        match found {
            Some((RESET, _, Some(member))) => self.reset(acceptance, member),
            Some((OWN, ..)) if self.has_owner()? => Err(Refusal::BadLink.into()),
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
        let actor = self.come_in(name, Some(draft), role, password)?;
        self.spend(secret)?;
        self.begin_session(&actor, Some(session))?;
        self.join_lobby(actor)
    }

    fn rise(&self, acceptance: &Acceptance, role: Role) -> Result<Outcome> {
        let Acceptance { secret, password, keep, .. } = acceptance;
        let password = password.as_ref();
        let actor = self.member(self.entry.actor)?.ok_or(Refusal::SignedOut)?;
        let has_password = self.password_of(&actor)?.is_some();
        if has_password && role <= actor.role {
            return Ok(Outcome::unchanged(Answer::SignedIn(actor.member)));
        }
        let role = actor.role.max(role);
        match password {
            // Who has one changes it where the one until now is asked for.
            Some(password) if !has_password => self.keep_password(&actor, password, role)?,
            None if has_password => {
                self.prepare("UPDATE members SET role = ?2 WHERE number = ?1")?
                    .execute((actor.number, role as u8))?;
            }
            _ => return Err(Refusal::WrongPassword.into()),
        }
        self.spend(secret)?;
        // Whoever else is in as this member would have become as much.
        let ended = match keep {
            Some(keep) => self.end_sessions_but(&actor, keep)?,
            None => Vec::new(),
        };
        Ok(Outcome::unchanged(Answer::SignedIn(actor.member)).ending(ended))
    }

    fn reset(&self, acceptance: &Acceptance, member: i64) -> Result<Outcome> {
        let Acceptance { secret, password, session, .. } = acceptance;
        let Some(password) = password else { return Err(Refusal::WrongPassword.into()) };
        let actor = self
            .prepare("SELECT number, id, name, role FROM members WHERE number = ?1")?
            .query_row([member], actor)?;
        self.spend(secret)?;
        self.keep_password(&actor, password, actor.role.max(Role::Member))?;
        let ended = self.end_sessions("member = ?1", [actor.number])?;
        self.begin_session(&actor, Some(session))?;
        Ok(Outcome::unchanged(Answer::SignedIn(actor.member)).ending(ended))
    }

    fn spend(&self, secret: &SecretHash) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM links WHERE secret_hash = ?1 AND uses_left = 1")?
            .execute([secret.as_bytes()])?;
        self.prepare("UPDATE links SET uses_left = uses_left - 1 WHERE secret_hash = ?1")?
            .execute([secret.as_bytes()])?;
        Ok(())
    }

    /// Who makes a link for this, if they may; nobody, when it is the operator.
    fn maker(&self, purpose: Purpose) -> Result<Option<Actor>> {
        let action = match purpose {
            Purpose::Own if self.entry.actor == OPERATOR => return Ok(None),
            Purpose::Own => return Err(Refusal::NotAllowed.into()),
            Purpose::Invite { role: Role::Guest | Role::Member, .. } => Action::Invite,
            Purpose::Invite { role: Role::Owner, .. } => return Err(Refusal::NotAllowed.into()),
            Purpose::Invite { .. } => Action::InviteStaff,
            Purpose::Reset { .. } => Action::ResetPassword,
        };
        self.power(action)
    }

    /// Who asks, if they may do this; nobody, when it is the operator, who may do everything.
    fn power(&self, action: Action) -> Result<Option<Actor>> {
        if self.entry.actor == OPERATOR { Ok(None) } else { self.acting(action).map(Some) }
    }

    /// The number of a member with an account, whose role is less than the maker's.
    fn member_below(&self, member: MemberId, maker: Option<&Actor>) -> Result<i64> {
        let member = self.member(member)?.ok_or(Refusal::NoSuchMember)?;
        if maker.is_some_and(|maker| member.role >= maker.role) {
            return Err(Refusal::NotAllowed.into());
        }
        // A guest has no password that could be forgotten.
        self.password_of(&member)?.ok_or(Refusal::NoSuchMember)?;
        Ok(member.number)
    }

    fn has_owner(&self) -> rusqlite::Result<bool> {
        self.exists("SELECT 1 FROM members WHERE role = ?1", [Role::Owner as u8])
    }
}
