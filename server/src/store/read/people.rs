//! Members, their sessions and passkeys, links, the audit log and the settings.

use maru_shared::{
    InvitationId, Member, MemberId, Name, PasskeyId, Person, Role, SessionId, Timestamp,
    api::{AuditEntry, Invitation, LinkUse, Passkey, Policy, Session},
    event::Standing,
};
use rusqlite::{OptionalExtension, Row, ToSql, types::Type};

use super::{NAMED, Reader, Result, list};
use crate::{
    secret::{PasskeyText, PasswordHash, SecretHash},
    store::row::{self, GOOD_LINK, INVITE, RESET},
};

/// For so long, in milliseconds, the secret that a session had before still reads, unless the other was used: until then the
/// answer with that one is on its way to the browser.
const BEFORE_HOLDS: i64 = 30_000;

/// What a person is read from.
const PERSON: &str = "id, name, role, password IS NOT NULL, muted_until, banned_at IS NOT NULL, \
    iif(shows_seen, (SELECT max(used_at) FROM sessions WHERE member = number), NULL)";

/// Whose session it is.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whose.
    pub member: Member,
    /// What they are in this Maru.
    pub standing: Standing,
    /// When the session was last used, as far as that is kept.
    pub used_at: Timestamp,
    /// Whether it has another secret than it had, and this is its first use.
    pub is_renewed: bool,
    /// Whether this is the secret that it had before: nothing is changed by it any more.
    pub is_before: bool,
}

/// What members are called, as far as that has changed.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// After the change of this number.
    pub begin: u64,
    /// Who was called otherwise since, each once, in the order of the last change of each.
    pub called: Vec<(u64, Member)>,
}

impl Reader {
    /// Whose session this is: of this secret, or of the one that it had until a moment ago.
    pub async fn session(&self, session: SecretHash, now: Timestamp) -> Result<Option<Known>> {
        self.ask(move |store| {
            store
                .prepare_cached(
                    "SELECT m.id, m.name, m.role, m.password IS NOT NULL, m.muted_until, s.used_at, \
                     s.before_hash IS NOT NULL, s.token_hash <> ?1 \
                     FROM sessions s JOIN members m ON m.number = s.member \
                     WHERE s.token_hash = ?1 OR (s.before_hash = ?1 AND s.used_at > ?2)",
                )?
                .query_row((session.as_bytes(), now.0.saturating_sub(BEFORE_HOLDS)), |row| {
                    let (is_renewed, is_before): (bool, bool) = (row.get(6)?, row.get(7)?);
                    Ok(Known {
                        member: row::member(row, 0)?,
                        standing: row::standing(row, 2, now)?,
                        used_at: Timestamp(row.get(5)?),
                        is_renewed: is_renewed && !is_before,
                        is_before,
                    })
                })
                .optional()
        })
        .await
    }

    /// The account of this name, if it is one: whose it is, and what its password is compared with.
    pub async fn account(&self, name: &Name) -> Result<Option<(Member, PasswordHash)>> {
        let name = name.clone();
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT id, name, password FROM members WHERE {NAMED}"))?
                .query_row((name.as_str(), name.key()), |row| {
                    let password: Option<String> = row.get(2)?;
                    Ok(password.map(|text| (row::member(row, 0), PasswordHash::from_phc(text))))
                })
                .optional()?
                .flatten()
                .map(|(member, hash)| Ok((member?, hash)))
                .transpose()
        })
        .await
    }

    /// The member of this name, however it is spelled.
    pub async fn person_named(&self, name: &Name, now: Timestamp) -> Result<Option<Person>> {
        let name = name.clone();
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT {PERSON} FROM members WHERE {NAMED}"))?
                .query_row((name.as_str(), name.key()), |row| person(row, now))
                .optional()
        })
        .await
    }

    /// What a member is in this Maru.
    pub async fn role_of(&self, member: MemberId) -> Result<Option<Role>> {
        self.ask(move |store| {
            store
                .prepare_cached("SELECT role FROM members WHERE id = ?1 AND number > 0")?
                .query_row([member.as_bytes()], |row| row::role(row, 0))
                .optional()
        })
        .await
    }

    /// What this member's password is compared with, if there is one.
    pub async fn account_of(&self, member: MemberId) -> Result<Option<(Member, PasswordHash)>> {
        self.ask_one(
            "SELECT id, name, password FROM members WHERE id = ?1 AND password IS NOT NULL",
            *member.as_bytes(),
        )
        .await
    }

    /// A member's sessions, the last used first. `current` is the one of the asker, if it is one of them.
    pub async fn sessions(&self, member: MemberId, current: Option<SecretHash>) -> Result<Vec<Session>> {
        self.ask(move |store| {
            let query = "SELECT s.id, s.device, s.at, s.used_at, s.token_hash = ?2, s.address FROM sessions s \
                     JOIN members m ON m.number = s.member WHERE m.id = ?1 ORDER BY s.used_at DESC, s.at DESC, s.id";
            list(store, query, (member.as_bytes(), current.as_ref().map_or(&[][..], |hash| hash.as_bytes())), |row| {
                    Ok(Session {
                        id: SessionId::from_bytes(row.get(0)?),
                        device: row.get(1)?,
                        at: Timestamp(row.get(2)?),
                        used_at: Timestamp(row.get(3)?),
                        current: row.get(4)?,
                        address: row.get(5)?,
                    })
            })
        })
        .await
    }

    /// A member's passkeys, the newest first.
    pub async fn passkeys(&self, member: MemberId) -> Result<Vec<Passkey>> {
        self.ask(move |store| {
            let query = "SELECT p.id, p.device, p.at, p.used_at FROM passkeys p JOIN members m ON m.number = p.member \
                 WHERE m.id = ?1 ORDER BY p.at DESC, p.id";
            list(store, query, [member.as_bytes()], |row| {
                Ok(Passkey {
                    id: PasskeyId::from_bytes(row.get(0)?),
                    device: row.get(1)?,
                    at: Timestamp(row.get(2)?),
                    used_at: Timestamp(row.get(3)?),
                })
            })
        })
        .await
    }

    /// What a member's passkeys are compared with.
    pub async fn passkey_texts(&self, member: MemberId) -> Result<Vec<PasskeyText>> {
        self.ask(move |store| {
            let query = "SELECT p.key FROM passkeys p JOIN members m ON m.number = p.member WHERE m.id = ?1";
            list(store, query, [member.as_bytes()], |row| row.get(0).map(PasskeyText::from_json))
        })
        .await
    }

    /// Whose passkey this is, as its authenticator calls it, and what it is compared with.
    pub async fn passkey(&self, credential: Vec<u8>) -> Result<Option<(MemberId, PasskeyText)>> {
        self.ask(move |store| {
            store
                .prepare_cached(
                    "SELECT m.id, p.key FROM passkeys p JOIN members m ON m.number = p.member \
                     WHERE p.credential = ?1",
                )?
                .query_row([credential], |row| {
                    Ok((MemberId::from_bytes(row.get(0)?), PasskeyText::from_json(row.get(1)?)))
                })
                .optional()
        })
        .await
    }

    /// What a link is for, if it is good now.
    pub async fn link(&self, secret: SecretHash, now: Timestamp) -> Result<Option<LinkUse>> {
        self.ask(move |store| {
            store
                .prepare_cached(&format!("SELECT l.kind, l.role, b.name, f.name {GOOD_LINK}"))?
                .query_row((secret.as_bytes(), now.0), |row| {
                    Ok(match row.get(0)? {
                        INVITE => LinkUse::Invite { by: row::name_if_any(row, 2)?, role: row::role(row, 1)? },
                        RESET => LinkUse::Reset { name: row::name(row, 3)? },
                        _ => LinkUse::Own,
                    })
                })
                .optional()
        })
        .await
    }

    /// The invitations that are good now, the newest first: everybody's, or those that one member made.
    pub async fn invitations(&self, by: Option<MemberId>, now: Timestamp) -> Result<Vec<Invitation>> {
        self.ask(move |store| {
            let query = "SELECT l.id, m.name, l.role, l.at, l.expires_at, l.uses_left FROM links l \
                     LEFT JOIN members m ON m.number = l.made_by \
                     WHERE l.id IS NOT NULL AND l.expires_at > ?2 AND (?1 IS NULL OR m.id = ?1) \
                     ORDER BY l.at DESC, l.id LIMIT 1000";
            list(store, query, (by.as_ref().map(MemberId::as_bytes), now.0), |row| {
                Ok(Invitation {
                    id: InvitationId::from_bytes(row.get(0)?),
                    by: row::name_if_any(row, 1)?,
                    role: row::role(row, 2)?,
                    at: Timestamp(row.get(3)?),
                    expires_at: Timestamp(row.get(4)?),
                    uses_left: row.get(5)?,
                })
            })
        })
        .await
    }

    /// Whether this Maru has an owner.
    pub async fn has_owner(&self) -> Result<bool> {
        self.ask(|store| {
            store.prepare_cached("SELECT 1 FROM members WHERE role = ?1")?.exists([Role::Owner as u8])
        })
        .await
    }

    /// Members whose name has this in it, in the order of their names, at most `limit` behind the member called `after`.
    pub async fn people(
        &self,
        like: String,
        after: Option<Name>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Person>> {
        self.ask(move |store| {
            let query = format!(
                "SELECT {PERSON} FROM members \
                 WHERE number > 0 AND name_key > ifnull((SELECT name_key FROM members WHERE name = ?4), ?1) \
                 AND instr(name_key, ?2) ORDER BY name_key LIMIT ?3"
            );
            let key = after.as_ref().map(Name::key).unwrap_or_default();
            let after = after.as_ref().map(Name::as_str);
            list(store, &query, (key, like, limit, after), |row| person(row, now))
        })
        .await
    }

    /// What was done to keep order, the newest first: at most `limit` before this place in the log.
    pub async fn audit(&self, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.ask(move |store| {
            let query = "SELECT a.number, a.at, m.name, a.deed, a.actor FROM audit a JOIN members m ON m.number = a.actor \
                 WHERE a.number < ?1 ORDER BY a.number DESC LIMIT ?2";
            list(store, query, (i64::try_from(before).unwrap_or(i64::MAX), limit), |row| {
                let deed: String = row.get(3)?;
                let deed = serde_json::from_str(&deed)
                    .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, Box::new(error)))?;
                Ok(AuditEntry {
                    number: row.get::<_, i64>(0)?.unsigned_abs(),
                    at: Timestamp(row.get(1)?),
                    by: if row.get::<_, i64>(4)? == 0 { None } else { Some(row::name(row, 2)?) },
                    deed,
                })
            })
        })
        .await
    }

    /// Who was called otherwise after the change of this number, or only which the newest one is. None when there is no such
    /// change, or there are more than `most` behind it.
    pub async fn names(&self, after: Option<u64>, most: u32) -> Result<Option<Names>> {
        self.ask(move |store| {
            let newest: i64 = store
                .prepare_cached("SELECT ifnull(max(named), 0) FROM members")?
                .query_row([], |row| row.get(0))?;
            let newest = newest.unsigned_abs();
            let Some(begin) = after else { return Ok(Some(Names { begin: newest, called: Vec::new() })) };
            if begin > newest {
                return Ok(None);
            }
            let query = "SELECT named, id, name FROM members WHERE named > ?1 ORDER BY named LIMIT ?2";
            let after = i64::try_from(begin).unwrap_or(i64::MAX);
            let called = list(store, query, (after, i64::from(most) + 1), |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row::member(row, 1)?))
            })?;
            let few = u32::try_from(called.len()).is_ok_and(|count| count <= most);
            Ok(few.then_some(Names { begin, called }))
        })
        .await
    }

    /// Who was said to be let in, if anybody said so, and whether every member may invite.
    pub async fn settings(&self) -> Result<(Option<Policy>, bool)> {
        self.ask(|store| {
            let fact = |name: &str| {
                store
                    .prepare_cached("SELECT value = x'01' FROM facts WHERE name = ?1")?
                    .query_row([name], |row| row.get::<_, bool>(0))
                    .optional()
            };
            let policy = fact("open")?.map(|open| if open { Policy::Open } else { Policy::Invite });
            Ok((policy, fact("members_invite")?.unwrap_or(false)))
        })
        .await
    }

    /// Whether others are told when a member was last here.
    pub async fn shows_seen(&self, member: MemberId) -> Result<bool> {
        self.ask(move |store| {
            store
                .prepare_cached("SELECT shows_seen FROM members WHERE id = ?1")?
                .query_row([member.as_bytes()], |row| row.get(0))
                .optional()
        })
        .await
        .map(Option::unwrap_or_default)
    }

    async fn ask_one(
        &self,
        question: &'static str,
        key: impl ToSql + Send + 'static,
    ) -> Result<Option<(Member, PasswordHash)>> {
        self.ask(move |store| {
            store
                .prepare_cached(question)?
                .query_row([key], |row| Ok((row::member(row, 0)?, PasswordHash::from_phc(row.get(2)?))))
                .optional()
        })
        .await
    }
}

fn person(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Person> {
    let standing = row::standing(row, 2, now)?;
    Ok(Person {
        member: row::member(row, 0)?,
        role: standing.role,
        muted_until: standing.muted_until,
        banned: row.get(5)?,
        seen_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}
