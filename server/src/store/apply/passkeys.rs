//! Passkeys: kept, used, and taken away.

use maru_shared::{PasskeyId, Refusal, role::Action};
use rusqlite::OptionalExtension;

use super::{ACTOR, Actor, Applying, Result, actor};
use crate::{
    entry::{Answer, NewPasskey, NewSession, Outcome},
    secret::PasskeyText,
};

/// The most passkeys of one member.
const MOST: i64 = 20;

impl Applying<'_> {
    pub(super) fn add_passkey(&self, passkey: &NewPasskey) -> Result<Outcome> {
        let NewPasskey { id, credential, text, device } = passkey;
        let actor = self.acting(Action::KeepPasskeys)?;
        let kept: i64 = self
            .prepare("SELECT count(*) FROM passkeys WHERE member = ?1")?
            .query_row([actor.number], |row| row.get(0))?;
        let is_known = self.exists("SELECT 1 FROM passkeys WHERE credential = ?1", [credential])?;
        if is_known || kept >= MOST {
            return Err(Refusal::BadPasskey.into());
        }
        self.prepare(
            "INSERT INTO passkeys (credential, id, member, key, device, at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .execute((credential, id.as_bytes(), actor.number, text.as_str(), device, self.entry.at.0))?;
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn remove_passkey(&self, passkey: PasskeyId) -> Result<Outcome> {
        let actor = self.acting(Action::KeepPasskeys)?;
        self.prepare("DELETE FROM passkeys WHERE id = ?1 AND member = ?2")?
            .execute((passkey.as_bytes(), actor.number))?;
        Ok(Outcome::unchanged(Answer::Done))
    }

    /// None of the actor's passkeys is good any more.
    pub(super) fn forget_passkeys(&self, actor: &Actor) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM passkeys WHERE member = ?1")?.execute([actor.number])?;
        Ok(())
    }

    pub(super) fn sign_in_by_passkey(
        &self,
        credential: &[u8],
        verified: &PasskeyText,
        next: &PasskeyText,
        session: &NewSession,
    ) -> Result<Outcome> {
        let actor = self
            .prepare(&format!(
                "{ACTOR} JOIN passkeys p ON p.member = m.number WHERE p.credential = ?1 AND p.key = ?2"
            ))?
            .query_row((credential, verified.as_str()), actor)
            .optional()?
            .ok_or(Refusal::BadPasskey)?;
        if actor.banned {
            return Err(Refusal::Banned.into());
        }
        self.prepare("UPDATE passkeys SET key = ?2, used_at = ?3 WHERE credential = ?1")?.execute((
            credential,
            next.as_str(),
            self.entry.at.0,
        ))?;
        let ended = self.begin_session(&actor, Some(session))?;
        Ok(Outcome::accepted(Answer::SignedIn(actor.member), ended))
    }
}
