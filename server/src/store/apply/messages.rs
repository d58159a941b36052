//! Writing, and deleting what was written.

use maru_shared::{
    DraftId, Event, Happening, MessageBody, Note, Refusal, RoomId, Seq,
    api::Deed,
    role::{Action, may},
};
use rusqlite::OptionalExtension;

use super::{ACTOR, Actor, Applying, Place, Result, actor};
use crate::{
    entry::{Answer, By, Outcome},
    store::row::{self, EVENTS, POSTED, PUBLIC},
};

/// All that decides about a post in one question, as this is the way that every message takes: the member, the room and
/// its head, whether the one is in the other, and whether the draft is known. To be followed by who the member is.
macro_rules! before_post {
    ($who:literal) => {
        concat!(
            "SELECT m.number, m.id, m.name, m.role, m.password IS NOT NULL, m.muted_until, m.banned_at IS NOT NULL, ",
            "r.number, r.kind, r.made_by, r.archived_at IS NOT NULL, ",
            "(SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number), s.seq IS NOT NULL, e.seq IS NOT NULL ",
            "FROM members m LEFT JOIN rooms r ON r.id = ?2 AND r.deleted_at IS NULL ",
            "LEFT JOIN memberships s ON s.member = m.number AND s.room = r.number ",
            "LEFT JOIN events e ON e.draft = ?3 AND e.actor = m.number WHERE ",
            $who
        )
    };
}

const BEFORE_POST_BY_SESSION: &str =
    before_post!("m.number = (SELECT member FROM sessions WHERE token_hash = ?1)");
const BEFORE_POST_BY_MEMBER: &str = before_post!("m.id = ?1 AND m.number > 0");

impl Applying<'_> {
    pub(super) fn post(&self, room: RoomId, draft: DraftId, body: &MessageBody) -> Result<Outcome> {
        let (question, who) = match &self.entry.by {
            By::Session(session) => (BEFORE_POST_BY_SESSION, session.as_bytes()),
            By::Member(member) => (BEFORE_POST_BY_MEMBER, &member.as_bytes()[..]),
            By::Operator => return Err(Refusal::NotAllowed.into()),
        };
        let found = self
            .prepare(question)?
            .query_row((who, room.as_bytes(), draft.as_bytes()), |row| {
                let place = match row.get(7)? {
                    None => None,
                    Some(number) => Some(Place {
                        number,
                        id: room,
                        kind: row.get(8)?,
                        made_by: row.get(9)?,
                        archived: row.get(10)?,
                        head: row::seq(row, 11)?,
                        joined: row.get(12)?,
                    }),
                };
                Ok((actor(row)?, place, row.get::<_, bool>(13)?))
            })
            .optional()?;
        let Some((actor, place, posted_before)) = found else { return Err(Refusal::SignedOut.into()) };
        if actor.banned {
            return Err(Refusal::Banned.into());
        }
        if posted_before {
            let before = self.posted_before(&actor, draft)?.ok_or(Refusal::NoSuchRoom)?;
            return Ok(Outcome::unchanged(Answer::PostedBefore(before)));
        }
        let place = place.filter(|place| place.kind == PUBLIC || place.joined).ok_or(Refusal::NoSuchRoom)?;
        if !place.joined {
            return Err(Refusal::NotJoined.into());
        }
        if !may(actor.role, Action::Talk, place.ground(&actor)) {
            return Err(Refusal::NotAllowed.into());
        }
        if place.archived {
            return Err(Refusal::Archived.into());
        }
        actor.is_heard(self.entry.at)?;
        let what = Happening::Posted { draft, text: body.as_str().to_owned() };
        Ok(Outcome::accepted(Answer::Posted, vec![self.append(&place, &actor, what)?]))
    }

    pub(super) fn delete_message(&self, room: RoomId, message: Seq, reason: &Note) -> Result<Outcome> {
        let (actor, place) = self.acting_in(room, Action::Talk)?;
        let found = self
            .prepare(&format!(
                "{ACTOR} JOIN events e ON e.actor = m.number WHERE e.room = ?1 AND e.seq = ?2 AND e.kind = ?3 \
                 AND e.gone IS NULL"
            ))?
            .query_row((place.number, row::number(message), POSTED), super::actor)
            .optional()?;
        let Some(author) = found else { return Err(Refusal::NoSuchMessage.into()) };
        if author.number != actor.number {
            if !may(actor.role, Action::DeleteMessage, place.ground(&actor)) {
                return Err(Refusal::NotAllowed.into());
            }
            let room = self.audited(&place)?;
            // How much is said in a private room is nobody else's business.
            let message = if place.kind == PUBLIC { message } else { Seq::ZERO };
            let deed = Deed::MessageDeleted { member: author.member, room, message, reason: reason.clone() };
            self.audit(&actor, &deed)?;
        }
        let deleted = self.append(&place, &actor, Happening::Deleted { message })?;
        self.prepare("UPDATE events SET gone = ?3 WHERE room = ?1 AND seq = ?2")?.execute((
            place.number,
            row::number(message),
            row::number(place.head.next()),
        ))?;
        self.detach(&place, message)?;
        Ok(Outcome::accepted(Answer::Done, vec![deleted]))
    }

    /// What became of a draft, where its author can still see that.
    fn posted_before(&self, actor: &Actor, draft: DraftId) -> rusqlite::Result<Option<Event>> {
        let room = self
            .prepare(
                "SELECT r.id FROM events e JOIN rooms r ON r.number = e.room WHERE e.actor = ?1 AND e.draft = ?2 \
                 AND r.deleted_at IS NULL AND (r.kind = ?3 OR EXISTS \
                 (SELECT 1 FROM memberships s WHERE s.member = ?1 AND s.room = r.number))",
            )?
            .query_row((actor.number, draft.as_bytes(), PUBLIC), |row| Ok(RoomId::from_bytes(row.get(0)?)))
            .optional()?;
        let Some(room) = room else { return Ok(None) };
        self.prepare(&format!("{EVENTS} WHERE e.actor = ?1 AND e.draft = ?2"))?
            .query_row((actor.number, draft.as_bytes()), |row| row::event(room, row))
            .optional()
    }
}
