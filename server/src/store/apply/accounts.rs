//! Coming in, being known, going out.

use maru_shared::{Member, MemberId, Name, Refusal, Role, RoomId, SessionId, role::Action};
use rusqlite::OptionalExtension;

use super::{Actor, Applying, Ended, Result, actor};
use crate::{
    entry::{Answer, NewSession, Outcome},
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
    ) -> Result<Outcome> {
        if let Some(draft) = draft
            && let Some(before) = self.came_in_before(draft, name)?
        {
            let ended = self.begin_session(&before, session)?;
            return Ok(Outcome::unchanged(Answer::SignedIn(before.member)).ending(ended));
        }
        let actor = self.come_in(name, draft, Role::Guest, None)?;
        self.begin_session(&actor, session)?;
        self.join_lobby(actor)
    }

    pub(super) fn sign_in_again(&self, verified: &PasswordHash, session: &NewSession) -> Result<Outcome> {
        let actor = self.member(self.entry.actor)?.ok_or(Refusal::WrongPassword)?;
        if self.password_of(&actor)?.as_ref() != Some(verified) {
            return Err(Refusal::WrongPassword.into());
        }
        let ended = self.begin_session(&actor, Some(session))?;
        Ok(Outcome::unchanged(Answer::SignedIn(actor.member)).ending(ended))
    }

    pub(super) fn use_session(&self, session: &SecretHash) -> Result<Outcome> {
        self.prepare("UPDATE sessions SET used_at = max(used_at, ?2) WHERE token_hash = ?1")?
            .execute((session.as_bytes(), self.entry.at.0))?;
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn sign_out(&self, session: &SecretHash) -> Result<Outcome> {
        // The secret of the sign-in opens no new session after this one.
        self.prepare(
            "UPDATE members SET draft_hash = NULL WHERE number = (SELECT member FROM sessions WHERE token_hash = ?1)",
        )?
        .execute([session.as_bytes()])?;
        let ended = self.end_sessions("token_hash = ?1", [session.as_bytes()])?;
        Ok(Outcome::unchanged(Answer::Done).ending(ended))
    }

    pub(super) fn end_session(&self, session: SessionId) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        self.forget_draft(&actor)?;
        let ended = self.end_sessions("id = ?1 AND member = ?2", (session.as_bytes(), actor.number))?;
        Ok(Outcome::unchanged(Answer::Done).ending(ended))
    }

    pub(super) fn end_other_sessions(&self, keep: &SecretHash) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        self.forget_draft(&actor)?;
        Ok(Outcome::unchanged(Answer::Done).ending(self.end_sessions_but(&actor, keep)?))
    }

    pub(super) fn set_password(
        &self,
        verified: Option<&PasswordHash>,
        password: &PasswordHash,
        keep: &SecretHash,
    ) -> Result<Outcome> {
        let actor = self.acting(Action::KeepAccount)?;
        if self.password_of(&actor)?.as_ref() != verified {
            return Err(Refusal::WrongPassword.into());
        }
        self.keep_password(&actor, password, actor.role.max(Role::Member))?;
        Ok(Outcome::unchanged(Answer::Done).ending(self.end_sessions_but(&actor, keep)?))
    }

    /// Somebody new, who is in the lobby then.
    pub(super) fn join_lobby(&self, actor: Actor) -> Result<Outcome> {
        let Some((lobby, _)) = self.room(RoomId::LOBBY)? else {
            return Ok(Outcome::unchanged(Answer::SignedIn(actor.member)));
        };
        let joined = self.add_to(&lobby, &actor)?;
        Ok(Outcome::accepted(Answer::SignedIn(actor.member), joined))
    }

    /// Makes a member of somebody new, if the draft and the name are.
    pub(super) fn come_in(
        &self,
        name: &Name,
        draft: Option<&SecretHash>,
        role: Role,
        password: Option<&PasswordHash>,
    ) -> Result<Actor> {
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
            self.entry.actor.as_bytes(),
            name.as_str(),
            name.key(),
            draft.map(SecretHash::as_bytes),
            role as u8,
            password.map(PasswordHash::as_str),
            self.entry.at.0,
        ))?;
        let member = Member { id: self.entry.actor, name: name.clone() };
        Ok(Actor { number: self.to.last_insert_rowid(), member, role })
    }

    /// Begins a session, if there is to be one. Gives those that end for it.
    pub(super) fn begin_session(
        &self,
        actor: &Actor,
        session: Option<&NewSession>,
    ) -> rusqlite::Result<Ended> {
        let Some(NewSession { token, id, device }) = session else { return Ok(Vec::new()) };
        let ended = self.end_sessions(
            "token_hash IN (SELECT token_hash FROM sessions WHERE member = ?1 \
             ORDER BY used_at DESC, id LIMIT -1 OFFSET ?2)",
            (actor.number, MOST_SESSIONS - 1),
        )?;
        self.prepare(
            "INSERT INTO sessions (token_hash, id, member, device, at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute((token.as_bytes(), id.as_bytes(), actor.number, device, self.entry.at.0))?;
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

    /// Ends all of a member's sessions but one.
    pub(super) fn end_sessions_but(&self, actor: &Actor, keep: &SecretHash) -> rusqlite::Result<Ended> {
        self.end_sessions("member = ?1 AND token_hash <> ?2", (actor.number, keep.as_bytes()))
    }

    /// Ends the sessions of which this is so.
    pub(super) fn end_sessions(
        &self,
        which: &str,
        parameters: impl rusqlite::Params,
    ) -> rusqlite::Result<Ended> {
        self.prepare(&format!(
            "DELETE FROM sessions WHERE {which} \
                 RETURNING (SELECT id FROM members WHERE number = member), token_hash"
        ))?
        .query_map(parameters, |row| {
            Ok((MemberId::from_bytes(row.get(0)?), SecretHash::from_bytes(row.get(1)?)))
        })?
        .collect()
    }

    fn forget_draft(&self, actor: &Actor) -> rusqlite::Result<()> {
        self.prepare("UPDATE members SET draft_hash = NULL WHERE number = ?1")?.execute([actor.number])?;
        Ok(())
    }

    /// Who came in by this draft under this name, not long ago.
    pub(super) fn came_in_before(&self, draft: &SecretHash, name: &Name) -> rusqlite::Result<Option<Actor>> {
        let recently = self.entry.at.0.saturating_sub(REPEATED_WITHIN);
        self.prepare(
            "SELECT number, id, name, role FROM members WHERE draft_hash = ?1 AND name_key = ?2 AND at >= ?3",
        )?
        .query_row((draft.as_bytes(), name.key(), recently), actor)
        .optional()
    }
}
