//! What has been written and not yet become a message.

use maru_shared::{
    DraftId, Refusal, RoomId,
    command::Post,
    message::{Attachment, Quote},
};
use serde::{Deserialize, Serialize};

/// Something that a member has sent off and that is not a message yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What the server will know it by, for ever.
    pub id: DraftId,
    /// Where it goes.
    pub room: RoomId,
    /// What it says.
    pub text: String,
    /// When it was written, in milliseconds since 1970 by the browser's clock; grows from draft to draft.
    pub at: i64,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Quote>,
    /// What comes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// Why it was refused for good, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
}

/// The drafts of one member in the order in which they were written. They go out one at a time: the next
/// one when the one before is answered, so that their order holds whatever the network does.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    drafts: Vec<Draft>,
    sent: Option<DraftId>,
    /// The server asked to wait, and the time has not passed yet.
    waits: bool,
}

/// What a refusal means for a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It goes out again when so many milliseconds have passed, and [`Outbox::waited`] says so.
    Later(u32),
    /// It will never be taken as it is: it stays, with the reason.
    ForGood,
    /// No such draft is here.
    Unknown,
}

impl Outbox {
    /// Takes in drafts that were kept, by this tab or another. Those that are here already stay as they are.
    pub fn restore(&mut self, kept: Vec<Draft>) {
        for draft in kept {
            if self.get(draft.id).is_none() {
                let place = self.drafts.partition_point(|other| (other.at, other.id) < (draft.at, draft.id));
                self.drafts.insert(place, draft);
            }
        }
    }

    /// Puts a new draft behind all others. Its instant is moved up behind theirs when the clock went back.
    pub fn write(&mut self, mut draft: Draft) -> Draft {
        let behind = self.drafts.last().map_or(i64::MIN, |last| last.at.saturating_add(1));
        draft.at = draft.at.max(behind);
        self.drafts.push(draft.clone());
        draft
    }

    /// The post to send now, once; none while one is unanswered or while the server asked to wait.
    pub fn next_post(&mut self) -> Option<Post> {
        if self.sent.is_some() || self.waits {
            return None;
        }
        let draft = self.drafts.iter().find(|draft| draft.refused.is_none())?;
        self.sent = Some(draft.id);
        Some(Post {
            room: draft.room,
            draft: draft.id,
            text: draft.text.clone(),
            reply: draft.reply.as_ref().map(|quote| quote.message),
            files: draft.files.iter().map(|attachment| attachment.file).collect(),
        })
    }

    /// The line was lost: what was sent may have arrived or not, and is sent again.
    pub const fn line_lost(&mut self) {
        self.sent = None;
    }

    /// The time for which the server asked to wait has passed.
    pub const fn waited(&mut self) {
        self.waits = false;
    }

    /// The draft is a message now. Gives the draft back if it was here.
    pub fn answered(&mut self, id: DraftId) -> Option<Draft> {
        if self.sent == Some(id) {
            self.sent = None;
        }
        self.take(id)
    }

    /// The server does not take the draft, now or ever.
    pub fn refused(&mut self, id: DraftId, why: Refusal) -> Refused {
        let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == id) else {
            return Refused::Unknown;
        };
        if self.sent == Some(id) {
            self.sent = None;
        }
        if let Some(pause) = why.retry_after_ms() {
            self.waits = true;
            return Refused::Later(pause);
        }
        draft.refused = Some(why);
        Refused::ForGood
    }

    /// Sends a refused draft once more, behind all others. Gives it as it is now.
    pub fn retry(&mut self, id: DraftId, now: i64) -> Option<Draft> {
        let mut draft = self.take(id)?;
        draft.refused = None;
        draft.at = now;
        Some(self.write(draft))
    }

    /// Takes a draft out.
    pub fn take(&mut self, id: DraftId) -> Option<Draft> {
        let index = self.drafts.iter().position(|draft| draft.id == id)?;
        Some(self.drafts.remove(index))
    }

    /// The draft of this id.
    pub fn get(&self, id: DraftId) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.id == id)
    }

    /// The drafts for one room, oldest first.
    pub fn for_room(&self, room: RoomId) -> impl Iterator<Item = &Draft> {
        self.drafts.iter().filter(move |draft| draft.room == room)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::state::samples::draft;

    #[test]
    fn one_goes_out_at_a_time_and_the_next_when_it_is_answered() {
        let mut outbox = Outbox::default();
        outbox.write(draft(1));
        outbox.write(draft(2));
        assert_eq!(outbox.next_post().unwrap().draft, draft(1).id);
        assert_eq!(outbox.next_post(), None);
        assert_eq!(outbox.answered(draft(1).id).unwrap().id, draft(1).id);
        assert_eq!(outbox.next_post().unwrap().draft, draft(2).id);
    }

    #[test]
    fn after_a_lost_line_the_same_draft_goes_out_again() {
        let mut outbox = Outbox::default();
        outbox.write(draft(1));
        let first = outbox.next_post().unwrap();
        outbox.line_lost();
        assert_eq!(outbox.next_post().unwrap(), first);
    }

    #[test]
    fn too_fast_waits_and_sends_the_same_again_before_any_other() {
        let mut outbox = Outbox::default();
        outbox.write(draft(1));
        outbox.write(draft(2));
        let first = outbox.next_post().unwrap();
        let later = outbox.refused(first.draft, Refusal::TooFast { retry_after_ms: 240 });
        assert_eq!(later, Refused::Later(240));
        assert_eq!(outbox.next_post(), None);
        outbox.waited();
        assert_eq!(outbox.next_post().unwrap(), first);
    }

    #[test]
    fn a_draft_refused_for_good_stays_and_lets_the_others_pass() {
        let mut outbox = Outbox::default();
        outbox.write(draft(1));
        outbox.write(draft(2));
        outbox.next_post();
        assert_eq!(outbox.refused(draft(1).id, Refusal::NotJoined), Refused::ForGood);
        assert_eq!(outbox.next_post().unwrap().draft, draft(2).id);
        assert_eq!(outbox.get(draft(1).id).unwrap().refused, Some(Refusal::NotJoined));
        outbox.retry(draft(1).id, 9);
        outbox.answered(draft(2).id);
        assert_eq!(outbox.next_post().unwrap().draft, draft(1).id);
    }

    #[test]
    fn what_was_kept_comes_back_in_its_order_and_not_twice() {
        let mut outbox = Outbox::default();
        outbox.restore(vec![draft(3), draft(1)]);
        outbox.restore(vec![draft(2), draft(3)]);
        let texts: Vec<_> = outbox.drafts.iter().map(|draft| draft.text.as_str()).collect();
        assert_eq!(texts, ["1", "2", "3"]);
        assert!(outbox.write(draft(1)).at > draft(3).at, "the clock went back; the order did not");
    }

    proptest! {
        /// A server that takes, refuses, loses lines and forgets to answer: every draft ends as a message,
        /// once, in the order of writing.
        #[test]
        fn nothing_is_forgotten_and_nothing_overtakes(fates in prop::collection::vec(0..5u8, 1..80)) {
            let mut outbox = Outbox::default();
            let mut written = 0u128;
            let mut messages: Vec<DraftId> = Vec::new();
            for fate in fates.into_iter().chain(std::iter::repeat_n(1, 200)) {
                if fate == 0 && written < 40 {
                    written += 1;
                    outbox.write(draft(written));
                }
                let Some(post) = outbox.next_post() else {
                    outbox.waited();
                    continue;
                };
                prop_assert!(outbox.next_post().is_none(), "one at a time");
                let mut arrive = || if !messages.contains(&post.draft) { messages.push(post.draft) };
                match fate {
                    0 | 1 => { arrive(); outbox.answered(post.draft); }
                    2 => { outbox.refused(post.draft, Refusal::TooFast { retry_after_ms: 150 }); }
                    3 => { arrive(); outbox.line_lost(); }
                    _ => outbox.line_lost(),
                }
            }
            prop_assert_eq!(messages, (1..=written).map(|n| draft(n).id).collect::<Vec<_>>());
        }
    }
}
