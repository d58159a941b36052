//! What keeps order: roles, mutes, bans, and how this Maru is run.

use maru_shared::{
    MemberId, Note, Refusal, Role, Timestamp,
    api::{Deed, Policy, Settings},
    role::Action,
};

use super::{Actor, Applying, Result};
use crate::entry::{Answer, Effect, Outcome};

impl Applying<'_> {
    pub(super) fn set_role(&self, member: MemberId, role: Role) -> Result<Outcome> {
        let actor = self.acting(Action::SetRole)?;
        let member = self.below(member, &actor)?;
        // A guest is whoever has no password, whatever anybody says.
        let fits = member.has_password && role > Role::Guest;
        if !fits || (role >= actor.role && !actor.is_operator()) {
            return Err(Refusal::NotAllowed.into());
        }
        if member.role == role {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare("UPDATE members SET role = ?2 WHERE number = ?1")?
            .execute((member.number, role as u8))?;
        if role < member.role {
            // What they could give is not theirs to give any more.
            self.revoke_links_of(&member)?;
        }
        self.audit(&actor, &Deed::RoleSet { member: member.member.clone(), role })?;
        Ok(self.stands(Actor { role, ..member }))
    }

    pub(super) fn mute(&self, member: MemberId, until: Timestamp, reason: &Note) -> Result<Outcome> {
        let actor = self.acting(Action::Mute)?;
        let member = self.below(member, &actor)?;
        self.prepare("UPDATE members SET muted_until = ?2 WHERE number = ?1")?
            .execute((member.number, until.0))?;
        let deed = Deed::Muted { member: member.member.clone(), until, reason: reason.clone() };
        self.audit(&actor, &deed)?;
        Ok(self.stands(Actor { muted_until: Some(until.0), ..member }))
    }

    pub(super) fn unmute(&self, member: MemberId) -> Result<Outcome> {
        let actor = self.acting(Action::Mute)?;
        let member = self.below(member, &actor)?;
        if member.standing(self.entry.at).muted_until.is_none() {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare("UPDATE members SET muted_until = NULL WHERE number = ?1")?.execute([member.number])?;
        self.audit(&actor, &Deed::Unmuted { member: member.member.clone() })?;
        Ok(self.stands(Actor { muted_until: None, ..member }))
    }

    pub(super) fn ban(&self, member: MemberId, reason: &Note, addresses: bool) -> Result<Outcome> {
        let actor = self.acting(Action::Ban)?;
        let member = self.below(member, &actor)?;
        let addresses = if addresses {
            self.prepare(
                "INSERT OR IGNORE INTO banned_addresses (address, member) \
                 SELECT DISTINCT address, member FROM sessions WHERE member = ?1 AND address <> ''",
            )?
            .execute([member.number])?
        } else {
            0
        };
        if member.banned && addresses == 0 {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare("UPDATE members SET banned_at = ?2, draft_hash = NULL WHERE number = ?1")?
            .execute((member.number, self.entry.at.0))?;
        self.revoke_links_of(&member)?;
        let mut effects = vec![Effect::Banned(member.member.id)];
        effects.extend(self.end_sessions("member = ?1", [member.number])?);
        let addresses = u32::try_from(addresses).unwrap_or(u32::MAX);
        self.audit(&actor, &Deed::Banned { member: member.member, reason: reason.clone(), addresses })?;
        Ok(Outcome::accepted(Answer::Done, effects))
    }

    pub(super) fn unban(&self, member: MemberId) -> Result<Outcome> {
        let actor = self.acting(Action::Ban)?;
        let member = self.below(member, &actor)?;
        if !member.banned {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        self.prepare("UPDATE members SET banned_at = NULL WHERE number = ?1")?.execute([member.number])?;
        self.prepare("DELETE FROM banned_addresses WHERE member = ?1")?.execute([member.number])?;
        self.audit(&actor, &Deed::Unbanned { member: member.member })?;
        Ok(Outcome::unchanged(Answer::Done))
    }

    pub(super) fn end_sessions_of(&self, member: MemberId) -> Result<Outcome> {
        let actor = self.acting(Action::EndSessions)?;
        let member = self.below(member, &actor)?;
        self.forget_draft(&member)?;
        let ended = self.end_sessions("member = ?1", [member.number])?;
        if !ended.is_empty() {
            self.audit(&actor, &Deed::SessionsEnded { member: member.member })?;
        }
        Ok(Outcome::accepted(Answer::Done, ended))
    }

    pub(super) fn set_settings(&self, settings: &Settings, says_policy: bool) -> Result<Outcome> {
        let actor = self.acting(Action::SetPolicy)?;
        let open = settings.policy == Policy::Open;
        let mut keep = self.prepare(
            "INSERT INTO facts (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = ?2 WHERE value <> ?2",
        )?;
        // Who is let in by default is not said by whoever says something else.
        if says_policy {
            keep.execute(("open", [u8::from(open)]))?;
        }
        let invites_changed = keep.execute(("members_invite", [u8::from(settings.members_invite)]))? > 0;
        if !says_policy && !invites_changed {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        if !settings.members_invite {
            // What members could give is not theirs to give any more.
            self.prepare(
                "DELETE FROM links WHERE made_by IN (SELECT number FROM members WHERE role < ?1) AND id IS NOT NULL",
            )?
            .execute([Role::Admin as u8])?;
        }
        self.audit(&actor, &Deed::SettingsChanged(*settings))?;
        Ok(Outcome::accepted(Answer::Done, vec![Effect::Run(*settings)]))
    }

    /// Whether every member may invite.
    pub(super) fn members_invite(&self) -> rusqlite::Result<bool> {
        self.exists("SELECT 1 FROM facts WHERE name = 'members_invite' AND value = x'01'", [])
    }

    /// Tells a member what they are now.
    pub(super) fn stands(&self, member: Actor) -> Outcome {
        let standing = member.standing(self.entry.at);
        Outcome::accepted(Answer::Done, vec![Effect::Stands(member.member.id, standing)])
    }

    fn revoke_links_of(&self, member: &Actor) -> rusqlite::Result<()> {
        self.prepare("DELETE FROM links WHERE made_by = ?1 OR member = ?1")?.execute([member.number])?;
        Ok(())
    }
}
