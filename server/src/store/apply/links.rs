//! Links: to own this Maru, to come into it, to set another password.

use maru_shared::{InvitationId, MemberId, Refusal, Role, Timestamp, role::Action};
use rusqlite::OptionalExtension;

use super::{Actor, Applying, Result, actor};
use crate::{
    entry::{Acceptance, Answer, NewSession, Newcomer, OPERATOR, Outcome, Purpose},
    secret::{PasswordHash, SecretHash},
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
        let maker = match self.maker(purpose)? {
            Ok(maker) => maker,
            Err(why) => return Ok(Outcome::refused(why)),
        };
        let good: i64 = self
            .prepare("SELECT count(*) FROM links WHERE expires_at > ?1")?
            .query_row([self.entry.at.0], |row| row.get(0))?;
        if good >= MOST && maker.is_some() {
            return Ok(Outcome::refused(Refusal::TooFast { retry_after_ms: 60_000 }));
        }
        let (kind, id, role, member) = match purpose {
            Purpose::Own if self.has_owner()? => return Ok(Outcome::refused(Refusal::NotAllowed)),
            Purpose::Own => (OWN, None, None, None),
            Purpose::Invite { id, role } => (INVITE, Some(id), Some(role as u8), None),
            Purpose::Reset { member } => match self.member_below(member, maker.as_ref())? {
                Ok(number) => (RESET, None, None, Some(number)),
                Err(why) => return Ok(Outcome::refused(why)),
            },
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
        let everybodys = match self.power(Action::ManageInvitations)? {
            Ok(_) => true,
            Err(Refusal::NotAllowed) => false,
            Err(why) => return Ok(Outcome::refused(why)),
        };
        self.prepare(
            "DELETE FROM links WHERE id = ?1 AND (?2 OR made_by = (SELECT number FROM members WHERE id = ?3))",
        )?
        .execute((invitation.as_bytes(), everybodys, self.entry.actor.as_bytes()))?;
        // Whether there was such an invitation is not for everybody to know.
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn accept_link(&self, acceptance: &Acceptance) -> Result<Outcome> {
        let Acceptance { secret, newcomer, password, session, .. } = acceptance;
        let (newcomer, password) = (newcomer.as_ref(), password.as_ref());
        if let Some(newcomer) = newcomer
            && let Some(before) = self.newcomer_before(newcomer)?
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
            Some((RESET, _, Some(member))) => self.reset(secret, member, password, session),
            Some((OWN, ..)) if self.has_owner()? => Ok(Outcome::refused(Refusal::BadLink)),
            Some((OWN | INVITE, role, _)) => self.enter(acceptance, role),
            _ => Ok(Outcome::refused(Refusal::BadLink)),
        }
    }

    /// Comes in, or becomes more than one was.
    fn enter(&self, acceptance: &Acceptance, role: Role) -> Result<Outcome> {
        let Acceptance { secret, newcomer, password, session, .. } = acceptance;
        let password = password.as_ref();
        let Some(Newcomer { name, draft }) = newcomer else { return self.rise(acceptance, role) };
        if password.is_none() {
            return Ok(Outcome::refused(Refusal::WrongPassword));
        }
        let actor = match self.come_in(name, Some(draft), role, password)? {
            Ok(actor) => actor,
            Err(why) => return Ok(Outcome::refused(why)),
        };
        self.spend(secret)?;
        self.begin_session(&actor, Some(session))?;
        self.join_lobby(actor)
    }

    fn rise(&self, acceptance: &Acceptance, role: Role) -> Result<Outcome> {
        let Acceptance { secret, password, keep, .. } = acceptance;
        let password = password.as_ref();
        let Some(actor) = self.actor()? else { return Ok(Outcome::refused(Refusal::SignedOut)) };
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
            _ => return Ok(Outcome::refused(Refusal::WrongPassword)),
        }
        self.spend(secret)?;
        // Whoever else is in as this member would have become as much.
        let ended = match keep {
            Some(keep) => {
                self.end_sessions("member = ?1 AND token_hash <> ?2", (actor.number, keep.as_bytes()))?.ended
            }
            None => Vec::new(),
        };
        Ok(Outcome::unchanged(Answer::SignedIn(actor.member)).ending(ended))
    }

    fn reset(
        &self,
        secret: &SecretHash,
        member: i64,
        password: Option<&PasswordHash>,
        session: &NewSession,
    ) -> Result<Outcome> {
        let Some(password) = password else { return Ok(Outcome::refused(Refusal::WrongPassword)) };
        let actor = self
            .prepare("SELECT number, id, name, role FROM members WHERE number = ?1")?
            .query_row([member], actor)?;
        self.spend(secret)?;
        self.keep_password(&actor, password, actor.role.max(Role::Member))?;
        let ended = self.end_sessions("member = ?1", [actor.number])?.ended;
        self.begin_session(&actor, Some(session))?;
        Ok(Outcome::unchanged(Answer::SignedIn(actor.member)).ending(ended))
    }

    fn spend(&self, secret: &SecretHash) -> Result<()> {
        self.prepare("DELETE FROM links WHERE secret_hash = ?1 AND uses_left = 1")?
            .execute([secret.as_bytes()])?;
        self.prepare("UPDATE links SET uses_left = uses_left - 1 WHERE secret_hash = ?1")?
            .execute([secret.as_bytes()])?;
        Ok(())
    }

    /// Who makes a link for this, if they may; nobody, when it is the operator.
    fn maker(&self, purpose: Purpose) -> Result<std::result::Result<Option<Actor>, Refusal>> {
        let action = match purpose {
            Purpose::Own if self.entry.actor == OPERATOR => return Ok(Ok(None)),
            Purpose::Own => return Ok(Err(Refusal::NotAllowed)),
            Purpose::Invite { role: Role::Guest | Role::Member, .. } => Action::Invite,
            Purpose::Invite { role: Role::Owner, .. } => return Ok(Err(Refusal::NotAllowed)),
            Purpose::Invite { .. } => Action::InviteStaff,
            Purpose::Reset { .. } => Action::ResetPassword,
        };
        self.power(action)
    }

    /// Who asks, if they may do this; nobody, when it is the operator, who may do everything.
    fn power(&self, action: Action) -> Result<std::result::Result<Option<Actor>, Refusal>> {
        if self.entry.actor == OPERATOR {
            return Ok(Ok(None));
        }
        Ok(self.acting(action)?.map(Some))
    }

    /// The number of a member with an account, whose role is less than the maker's.
    fn member_below(
        &self,
        member: MemberId,
        maker: Option<&Actor>,
    ) -> Result<std::result::Result<i64, Refusal>> {
        let found = self
            .prepare("SELECT number, id, name, role FROM members WHERE id = ?1")?
            .query_row([member.as_bytes()], actor)
            .optional()?;
        Ok(match (found, maker) {
            (None, _) => Err(Refusal::NoSuchMember),
            (Some(member), Some(maker)) if member.role >= maker.role => Err(Refusal::NotAllowed),
            // A guest has no password that could be forgotten.
            (Some(member), _) if self.password_of(&member)?.is_none() => Err(Refusal::NoSuchMember),
            (Some(member), _) => Ok(member.number),
        })
    }

    fn has_owner(&self) -> Result<bool> {
        self.exists("SELECT 1 FROM members WHERE role = ?1", [Role::Owner as u8])
    }
}
