//! Writing, and editing and deleting what was written.

use maru_shared::{
    DraftId, Event, FileId, Happening, MemberId, Message, MessageBody, Name, Note, Refusal, RoomId, Seq,
    api::Deed,
    markup::{Mentioned, mentioned},
    message::{Mention, Quote},
    role::{Action, may},
};
use rusqlite::OptionalExtension;

use super::{Actor, Applying, Place, Result, actor};
use crate::{
    entry::{Answer, By, Outcome},
    store::{
        happened::{self, At, FILES, MENTIONS},
        row::{self, POSTED, PUBLIC},
        words::reword,
    },
};

/// All that decides about a post in one question, as this is the way that every message takes: the member, the room and
/// its head, whether the one is in the other, and whether the draft is known. To be followed by who the member is.
macro_rules! before_post {
    ($who:literal) => {
        concat!(
            "SELECT ",
            actor_columns!(),
            ", r.number, r.kind, r.made_by, r.archived_at IS NOT NULL, ",
            "(SELECT ifnull(max(seq), 0) FROM events WHERE room = r.number), s.seq IS NOT NULL, e.seq IS NOT NULL ",
            "FROM members m LEFT JOIN rooms r ON r.id = ?2 AND r.deleted_at IS NULL ",
            "LEFT JOIN memberships s ON s.member = m.number AND s.room = r.number ",
            "LEFT JOIN events e ON e.draft = ?3 AND e.actor = m.number WHERE ",
            $who
        )
    };
}

const BEFORE_POST_BY_SESSION: &str = before_post!(
    "m.number = ifnull((SELECT member FROM sessions WHERE token_hash = ?1), (SELECT member FROM sessions WHERE before_hash = ?1))"
);
const BEFORE_POST_BY_MEMBER: &str = before_post!("m.id = ?1 AND m.number > 0");

/// That question, by whatever says who asks.
#[cfg(test)]
pub(in crate::store) const BEFORE_POST: [&str; 2] = [BEFORE_POST_BY_SESSION, BEFORE_POST_BY_MEMBER];

/// What of a message decides about what is done with it: to be followed by where it is looked for, with `m` its author.
const MESSAGE: &str = concat!("SELECT ", actor_columns!(), ", e.text, e.extras FROM events e");

/// So often is one message edited at the most, as what it said before is kept.
const MOST_VERSIONS: u32 = 100;

/// A message that is there.
pub(super) struct Written {
    pub(super) author: Actor,
    text: String,
    /// What there is of it in other tables.
    pub(super) extras: i64,
}

impl Applying<'_> {
    pub(super) fn post(
        &self,
        room: RoomId,
        draft: DraftId,
        body: Option<&MessageBody>,
        reply: Option<Seq>,
        files: &[FileId],
    ) -> Result<Outcome> {
        let (at_hand, question, who) = match &self.entry.by {
            By::Session(session) => {
                (&self.at_hand.before_post_by_session, BEFORE_POST_BY_SESSION, session.as_bytes())
            }
            By::Member(member) => {
                (&self.at_hand.before_post_by_member, BEFORE_POST_BY_MEMBER, &member.as_bytes()[..])
            }
            By::Operator => return Err(Refusal::NotAllowed.into()),
        };
        let mut question = self.at_hand(at_hand, question)?;
        let found = question
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
        at_hand.set(Some(question));
        let Some((actor, place, posted_before)) = found else { return Err(Refusal::SignedOut.into()) };
        if actor.banned {
            return Err(Refusal::Banned.into());
        }
        if posted_before {
            let before = self.posted_before(&actor, draft)?.ok_or(Refusal::NoSuchRoom)?;
            return Ok(Outcome::unchanged(Answer::PostedBefore(Box::new(before))));
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
        let mut message = Message::new(draft, body.map_or("", MessageBody::as_str));
        if let Some(reply) = reply {
            message.reply = Some(self.quote(&place, reply)?);
        }
        message.files = self.attach(&place, &actor, files)?;
        let at = At { room: place.number, message: place.head.next() };
        message.mentions = self.name(at, &message.text)?;
        let by = (actor.number, actor.member);
        let posted = self.append_by(&place, by, Happening::Posted(message), None)?;
        Ok(Outcome::accepted(Answer::Posted, vec![posted]))
    }

    pub(super) fn edit_message(
        &self,
        room: RoomId,
        message: Seq,
        body: Option<&MessageBody>,
    ) -> Result<Outcome> {
        let (actor, place, written) = self.written(room, message, Action::Talk)?;
        if written.author.number != actor.number {
            return Err(Refusal::NotAllowed.into());
        }
        actor.is_heard(self.entry.at)?;
        let text = body.map_or("", MessageBody::as_str);
        if text.is_empty() && written.extras & FILES == 0 {
            return Err(Refusal::Empty.into());
        }
        if text == written.text {
            return Ok(Outcome::unchanged(Answer::Done));
        }
        let at = At { room: place.number, message };
        let versions: u32 = self
            .prepare("SELECT ifnull(max(number) + 1, 0) FROM versions WHERE room = ?1 AND message = ?2")?
            .query_row((at.room, row::number(message)), |row| row.get(0))?;
        if versions >= MOST_VERSIONS {
            return Err(Refusal::TooMany { max: MOST_VERSIONS }.into());
        }
        self.prepare(
            "INSERT INTO versions (room, message, number, at, text) SELECT room, seq, \
             ?3, ifnull((SELECT at FROM events l WHERE l.room = e.room AND l.seq = e.edited), at), text \
             FROM events e WHERE room = ?1 AND seq = ?2",
        )?
        .execute((at.room, row::number(message), versions))?;
        self.prepare("DELETE FROM mentions WHERE room = ?1 AND message = ?2")?
            .execute((at.room, row::number(message)))?;
        let mentions = self.name(at, text)?;
        let extras = written.extras & !MENTIONS | if mentions.is_empty() { 0 } else { MENTIONS };
        self.prepare("UPDATE events SET text = ?3, edited = ?4, extras = ?5 WHERE room = ?1 AND seq = ?2")?
            .execute((at.room, row::number(message), text, row::number(place.head.next()), extras))?;
        reword(self.to, at, &written.text, text)?;
        let what = Happening::Edited { message, text: Some(text.to_owned()), mentions };
        Ok(Outcome::accepted(Answer::Done, vec![self.append(&place, &actor, what)?]))
    }

    pub(super) fn delete_message(&self, room: RoomId, message: Seq, reason: &Note) -> Result<Outcome> {
        let (actor, place) = self.acting_in(room, Action::Talk)?;
        let written = self.message_at(&place, message)?;
        if written.author.number != actor.number {
            if !may(actor.role, Action::DeleteMessage, place.ground(&actor)) {
                return Err(Refusal::NotAllowed.into());
            }
            let room = self.audited(&place)?;
            let member = written.author.member.clone();
            // How much is said in a private room is nobody else's business.
            let message = if place.kind == PUBLIC { message } else { Seq::ZERO };
            let deed = Deed::MessageDeleted { member, room, message, reason: reason.clone() };
            self.audit(&actor, &deed)?;
        }
        let deleted = self.append(&place, &actor, Happening::Deleted { message })?;
        self.prepare("UPDATE events SET gone = ?3, extras = 0 WHERE room = ?1 AND seq = ?2")?.execute((
            place.number,
            row::number(message),
            row::number(place.head.next()),
        ))?;
        self.detach(&place, message)?;
        reword(self.to, At { room: place.number, message }, &written.text, "")?;
        for table in ["mentions", "reactions", "pins"] {
            self.prepare(&format!("DELETE FROM {table} WHERE room = ?1 AND message = ?2"))?
                .execute((place.number, row::number(message)))?;
        }
        Ok(Outcome::accepted(Answer::Done, vec![deleted]))
    }

    /// A message in a room that is written in, of which the actor may do this.
    pub(super) fn written(
        &self,
        room: RoomId,
        message: Seq,
        action: Action,
    ) -> Result<(Actor, Place, Written)> {
        let (actor, place) = self.acting_in(room, action)?;
        if place.archived {
            return Err(Refusal::Archived.into());
        }
        let written = self.message_at(&place, message)?;
        Ok((actor, place, written))
    }

    /// A message that is there.
    fn message_at(&self, place: &Place, message: Seq) -> Result<Written> {
        let found = self
            .prepare(&format!(
                "{MESSAGE} JOIN members m ON m.number = e.actor WHERE e.room = ?1 AND e.seq = ?2 AND e.kind = ?3 \
                 AND e.gone IS NULL"
            ))?
            .query_row((place.number, row::number(message), POSTED), |row| {
                Ok(Written { author: super::actor(row)?, text: row.get(7)?, extras: row.get(8)? })
            })
            .optional()?;
        found.ok_or_else(|| Refusal::NoSuchMessage.into())
    }

    /// What is said of the message that another one answers. It may have been deleted while that was written.
    fn quote(&self, place: &Place, message: Seq) -> Result<Quote> {
        let found = self
            .prepare(
                "SELECT m.id, m.name, e.text, e.gone IS NOT NULL FROM events e JOIN members m ON m.number = e.actor \
                 WHERE e.room = ?1 AND e.seq = ?2 AND e.kind = ?3",
            )?
            .query_row((place.number, row::number(message), POSTED), |row| {
                let text = if row.get(3)? { None } else { Some(Quote::cut(row.get_ref(2)?.as_str()?)) };
                Ok(Quote { message, by: row::member(row, 0)?, text })
            })
            .optional()?;
        found.ok_or_else(|| Refusal::NoSuchMessage.into())
    }

    /// Keeps whom a text names, of those in the room.
    fn name(&self, at: At, text: &str) -> Result<Vec<Mention>> {
        if !text.contains('@') {
            return Ok(Vec::new());
        }
        let mut failed = None;
        let found = mentioned(text, |name| {
            let member = self.named_in(at.room, name);
            member.map_err(|cause| failed = Some(cause)).ok().flatten()
        });
        if let Some(cause) = failed {
            return Err(cause.into());
        }
        let mut mentions = Vec::with_capacity(found.len());
        for (place, Mentioned { who: (number, who), name }) in found.into_iter().enumerate() {
            self.prepare(
                "INSERT INTO mentions (room, message, place, member, name) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((at.room, row::number(at.message), row::position(place), number, &name))?;
            mentions.push(Mention { who, name });
        }
        Ok(mentions)
    }

    /// The member of a room who is called so, however it is spelled.
    fn named_in(&self, room: i64, name: &str) -> rusqlite::Result<Option<(i64, MemberId)>> {
        let Ok(name) = Name::parse(name) else { return Ok(None) };
        self.prepare(
            "SELECT m.number, m.id FROM members m JOIN memberships s ON s.member = m.number AND s.room = ?1 \
             WHERE m.name_key = ?2",
        )?
        .query_row((room, name.key()), |row| Ok((row.get(0)?, MemberId::from_bytes(row.get(1)?))))
        .optional()
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
        let condition = "WHERE e.actor = ?1 AND e.draft = ?2";
        let found = (actor.number, draft.as_bytes());
        Ok(happened::events(self.to, room, actor.member.id, condition, found)?.pop())
    }
}
