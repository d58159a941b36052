//! Coming in, being known, going out.

use std::net::IpAddr;

use maru_shared::{Member, MemberId, Name, Refusal, Role, RoomId, SessionId, api::Deed, role::Action};
use rusqlite::OptionalExtension;

use super::{ACTOR, Actor, Applying, Result, actor};
use crate::{
    entry::{Answer, By, Effect, NewSession, Outcome},
    secret::{PasswordHash, SecretHash},
};

/// For so long, in milliseconds, a sign-in whose answer was lost may be repeated by its draft: an hour.
const REPEATED_WITHIN: i64 = 3_600_000;

/// The most sessions of one member: with one more, the one that was used longest ago ends.
const MOST_SESSIONS: i64 = 64;

impl Applying<'_> {
    pub(super) fn sign_in(
        &self,
        name: &Name,
        draft: Option<&SecretHash>,
        session: Option<&NewSession>,
        from: IpAddr,
    ) -> Result<Outcome> {
        if let Some(draft) = draft
            && let Some(before) = self.came_in_before(draft, name)?
        {
            let ended = self.begin_session(&before, session)?;
            return Ok(Outcome::accepted(Answer::SignedIn(before.member), ended));
        }
        let actor = self.come_in(name, draft, Role::Guest, None, from)?;
        self.begin_session(&actor, session)?;
        self.join_lobby(actor)
    }

    pub(super) fn sign_in_again(&self, verified: &PasswordHash, session: &NewSession) -> Result<Outcome> {
        // Only who knows the password is told that the account is banned.
        let By::Member(member) = self.entry.by else { return Err(Refusal::Malformed.into()) };
        let actor = self.member(member)?.ok_or(Refusal::WrongPassword)?;
        if self.password_of(&actor)?.as_ref() != Some(verified) {
            return Err(Refusal::WrongPassword.into());
        }
        if actor.banned {
            return Err(Refusal::Banned.into());
        }
        let ended = self.begin_session(&actor, Some(session))?;
        Ok(Outcome::accepted(Answer::SignedIn(actor.member), ended))
    }

    pub(super) fn use_session(&self, session: &SecretHash) -> Result<Outcome> {
        let renewed = self.secret_before(session)?;
        self.prepare(
            "UPDATE sessions SET used_at = max(used_at, ?2), before_hash = NULL WHERE token_hash = ?1",
        )?
        .execute((session.as_bytes(), self.entry.at.0))?;
        Ok(Outcome::accepted(Answer::Done, renewed.into_iter().collect()))
    }

    pub(super) fn sign_out(&self, session: &SecretHash) -> Result<Outcome> {
        // The secret of the sign-in opens no new session after this one.
        self.prepare(
            "UPDATE members SET draft_hash = NULL WHERE number = (SELECT member FROM sessions WHERE token_hash = ?1)",
        )?
        .execute([session.as_bytes()])?;
        let ended = self.end_sessions("token_hash = ?1", [session.as_bytes()])?;
        Ok(Outcome::accepted(Answer::Done, ended))
    }

    pub(super) fn end_session(&self, session: SessionId) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        self.forget_draft(&actor)?;
        let ended = self.end_sessions("id = ?1 AND member = ?2", (session.as_bytes(), actor.number))?;
        Ok(Outcome::accepted(Answer::Done, ended))
    }

    pub(super) fn end_other_sessions(&self) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        self.forget_draft(&actor)?;
        Ok(Outcome::accepted(Answer::Done, self.end_other_sessions_of(&actor)?))
    }

    pub(super) fn set_password(
        &self,
        verified: Option<&PasswordHash>,
        password: &PasswordHash,
        forget_passkeys: bool,
        token: &SecretHash,
    ) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        if self.password_of(&actor)?.as_ref() != verified {
            return Err(Refusal::WrongPassword.into());
        }
        let role = actor.role.max(Role::Member);
        self.keep_password(&actor, password, role)?;
        if forget_passkeys {
            self.forget_passkeys(&actor)?;
        }
        let ended = self.end_other_sessions_of(&actor)?;
        let renewed = self.renew_session(token)?;
        let mut outcome = self.stands(Actor { role, has_password: true, ..actor });
        outcome.effects.extend(ended.into_iter().chain(renewed));
        Ok(outcome)
    }

    pub(super) fn change_name(&self, name: &Name) -> Result<Outcome> {
        let actor = self.acting(Action::ChangeName)?;
        // It is read by everybody, beside all that one ever wrote.
        actor.is_heard(self.entry.at)?;
        if actor.member.name == *name {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        if self.exists(
            "SELECT 1 FROM members WHERE name_key = ?1 AND number <> ?2",
            (name.key(), actor.number),
        )? {
            return Err(Refusal::NameTaken.into());
        }
        let number: i64 = self
            .prepare(
                "UPDATE members SET name = ?2, name_key = ?3, named = (SELECT ifnull(max(named), 0) + 1 FROM members) \
                 WHERE number = ?1 RETURNING named",
            )?
            .query_row((actor.number, name.as_str(), name.key()), |row| row.get(0))?;
        self.audit(&actor, &Deed::NameChanged { member: actor.member.clone(), name: name.clone() })?;
        let called = Member { id: actor.member.id, name: name.clone() };
        Ok(Outcome::accepted(Answer::Done, vec![Effect::Called(number.unsigned_abs(), called)]))
    }

    /// Somebody new, who is in the lobby then.
    pub(super) fn join_lobby(&self, actor: Actor) -> Result<Outcome> {
        let lobby = self.place(RoomId::LOBBY, &actor)?;
        let effects = self.enter_room(&lobby, &actor)?;
        Ok(Outcome::accepted(Answer::SignedIn(actor.member), effects))
    }

    /// Makes a member of somebody new, if the draft and the name are.
    pub(super) fn come_in(
        &self,
        name: &Name,
        draft: Option<&SecretHash>,
        role: Role,
        password: Option<&PasswordHash>,
        from: IpAddr,
    ) -> Result<Actor> {
        let By::Member(id) = self.entry.by else { return Err(Refusal::Malformed.into()) };
        if self.exists("SELECT 1 FROM banned_addresses WHERE address = ?1", [from.to_string()])? {
            return Err(Refusal::Banned.into());
        }
        if let Some(draft) = draft
            && self.exists("SELECT 1 FROM members WHERE draft_hash = ?1", [draft.as_bytes()])?
        {
            // One draft is one attempt: with another name it is another.
            return Err(Refusal::Malformed.into());
        }
        if self.exists("SELECT 1 FROM members WHERE name_key = ?1", [name.key()])? {
            return Err(Refusal::NameTaken.into());
        }
        self.prepare(
            "INSERT INTO members (id, name, name_key, draft_hash, role, password, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            id.as_bytes(),
            name.as_str(),
            name.key(),
            draft.map(SecretHash::as_bytes),
            role as u8,
            password.map(PasswordHash::as_str),
            self.entry.at.0,
        ))?;
        Ok(Actor {
            number: self.to.last_insert_rowid(),
            member: Member { id, name: name.clone() },
            role,
            has_password: password.is_some(),
            muted_until: None,
            banned: false,
        })
    }

    /// Begins a session, if there is to be one. Gives those that end for it.
    pub(super) fn begin_session(
        &self,
        actor: &Actor,
        session: Option<&NewSession>,
    ) -> rusqlite::Result<Vec<Effect>> {
        let Some(NewSession { token, id, device, from }) = session else { return Ok(Vec::new()) };
        let ended = self.end_sessions(
            "token_hash IN (SELECT token_hash FROM sessions WHERE member = ?1 \
             ORDER BY used_at DESC, id LIMIT -1 OFFSET ?2)",
            (actor.number, MOST_SESSIONS - 1),
        )?;
        self.prepare(
            "INSERT INTO sessions (token_hash, id, member, device, at, used_at, address) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
        )?
        .execute((
            token.as_bytes(),
            id.as_bytes(),
            actor.number,
            device,
            self.entry.at.0,
            from.to_string(),
        ))?;
        Ok(ended)
    }

    pub(super) fn keep_password(
        &self,
        actor: &Actor,
        password: &PasswordHash,
        role: Role,
    ) -> rusqlite::Result<()> {
        // The secret of the sign-in opens nothing any more: the password does.
        self.prepare("UPDATE members SET password = ?2, role = ?3, draft_hash = NULL WHERE number = ?1")?
            .execute((actor.number, password.as_str(), role as u8))?;
        // Another link for it, made before, is for a password that is no more.
        self.prepare("DELETE FROM links WHERE member = ?1")?.execute([actor.number])?;
        Ok(())
    }

    pub(super) fn password_of(&self, actor: &Actor) -> rusqlite::Result<Option<PasswordHash>> {
        self.prepare("SELECT password FROM members WHERE number = ?1")?
            .query_row([actor.number], |row| Ok(row.get::<_, Option<String>>(0)?.map(PasswordHash::from_phc)))
    }

    /// Gives the session in which this is asked another secret: who knew the one before, by whatever way, is not in as who
    /// the actor is now. What the session's sockets ask counts until its browser has the new one, and uses it; those that
    /// were opened by a secret before that are closed.
    pub(super) fn renew_session(&self, token: &SecretHash) -> rusqlite::Result<Option<Effect>> {
        let By::Session(session) = &self.entry.by else { return Ok(None) };
        let renewed = self.secret_before(session)?;
        self.prepare(
            "UPDATE sessions SET token_hash = ?2, before_hash = ?1, used_at = ?3 WHERE token_hash = ?1",
        )?
        .execute((session.as_bytes(), token.as_bytes(), self.entry.at.0))?;
        Ok(renewed)
    }

    /// The secret that a session had before, which is over.
    fn secret_before(&self, session: &SecretHash) -> rusqlite::Result<Option<Effect>> {
        self.prepare(
            "SELECT m.id, s.before_hash FROM sessions s JOIN members m ON m.number = s.member \
             WHERE s.token_hash = ?1 AND s.before_hash IS NOT NULL",
        )?
        .query_row([session.as_bytes()], |row| {
            Ok(Effect::Renewed(MemberId::from_bytes(row.get(0)?), SecretHash::from_bytes(row.get(1)?)))
        })
        .optional()
    }

    /// Ends all of the actor's sessions but the one in which they ask.
    pub(super) fn end_other_sessions_of(&self, actor: &Actor) -> rusqlite::Result<Vec<Effect>> {
        let keep = match &self.entry.by {
            By::Session(session) => session.as_bytes(),
            By::Member(_) | By::Operator => &[],
        };
        self.end_sessions("member = ?1 AND token_hash <> ?2 AND before_hash IS NOT ?2", (actor.number, keep))
    }

    /// Ends the sessions of which this is so.
    pub(super) fn end_sessions(
        &self,
        which: &str,
        parameters: impl rusqlite::Params,
    ) -> rusqlite::Result<Vec<Effect>> {
        self.prepare(&format!(
            "DELETE FROM sessions WHERE {which} \
                 RETURNING (SELECT id FROM members WHERE number = member), token_hash, before_hash"
        ))?
        .query_map(parameters, |row| {
            let member = MemberId::from_bytes(row.get(0)?);
            let before: Option<[u8; 32]> = row.get(2)?;
            let ended = [Some(row.get(1)?), before].into_iter().flatten();
            Ok(ended.map(|hash| Effect::Ended(member, SecretHash::from_bytes(hash))).collect::<Vec<_>>())
        })?
        .flat_map(|ended| {
            ended.map_or_else(|cause| vec![Err(cause)], |all| all.into_iter().map(Ok).collect())
        })
        .collect()
    }

    pub(super) fn forget_draft(&self, actor: &Actor) -> rusqlite::Result<()> {
        self.prepare("UPDATE members SET draft_hash = NULL WHERE number = ?1")?.execute([actor.number])?;
        Ok(())
    }

    /// Who came in by this draft under this name, not long ago.
    pub(super) fn came_in_before(&self, draft: &SecretHash, name: &Name) -> rusqlite::Result<Option<Actor>> {
        let recently = self.entry.at.0.saturating_sub(REPEATED_WITHIN);
        self.prepare(&format!("{ACTOR} WHERE m.draft_hash = ?1 AND m.name_key = ?2 AND m.at >= ?3"))?
            .query_row((draft.as_bytes(), name.key(), recently), actor)
            .optional()
    }
}
