//! Files on their way to the server: whose turn it is, how far each came, and when to try again.

use maru_shared::{Attachment, DraftId, FileId, Refusal, RoomId, api, message::Message};
use serde::{Deserialize, Serialize};

use super::pace::Backoff;

/// A file that is to come with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// By what the server knows it until it has a name of its own, however often it is announced.
    pub draft: DraftId,
    /// In which room the message will be.
    pub room: RoomId,
    /// What its author's machine calls it.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many of them the server has, as far as is known.
    pub offset: u64,
    /// How it is with it.
    pub stage: Stage,
    /// What the server calls it, once it said so.
    file: Option<FileId>,
    /// Nothing was lost since the server said how far it came.
    sure: bool,
    /// How many bytes are sent at once.
    piece: u64,
    failures: u32,
}

/// How it is with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Others are before it.
    Waiting,
    /// It is being sent.
    Going,
    /// The line was lost, or the server wants it to wait: it goes on by itself.
    Resting,
    /// The server has it.
    Whole(Attachment),
    /// It does not go on by itself.
    Stopped(Why),
}

/// Why a file does not go on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server will not have it.
    Refused(Refusal),
    /// The browser cannot read it: it is a folder, or is not there any more, or is another one by now.
    Unreadable,
    /// The page was loaded anew since, and has no file any more: it goes on when it is chosen again.
    Left,
}

/// What is to be done next for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Announce it, and learn how far it came.
    Announce(api::NewFile),
    /// Send these of its bytes.
    Send {
        /// Of which file.
        file: FileId,
        /// From which byte on.
        from: u64,
        /// Up to before which.
        upto: u64,
    },
}

/// What of a file outlives the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    draft: DraftId,
    name: String,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole: Option<Attachment>,
}

/// How it is with the files of a room, as far as whoever writes the message has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Those that can come with a message, in their order.
    pub whole: Vec<Attachment>,
    /// How many are on their way.
    pub coming: usize,
    /// How many do not go on by themselves.
    pub stopped: usize,
}

impl Attached {
    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.coming == 0 && self.stopped == 0
    }

    /// Whether all of them are whole.
    pub const fn is_whole(&self) -> bool {
        self.coming == 0 && self.stopped == 0
    }
}

/// Files on their way, in the order in which they were chosen.
#[derive(Clone, Debug, Default)]
pub struct Uploads {
    list: Vec<Upload>,
}

impl Uploads {
    /// So many are sent at once: the server takes four of a member, one of which is left to another tab.
    pub const AT_ONCE: usize = 3;
    /// So many bytes are sent at first.
    const FIRST_PIECE: u64 = 256 << 10;
    /// Fewer are not sent at once, unless fewer are left.
    const LEAST_PIECE: u64 = 64 << 10;
    /// More are not sent at once.
    const MOST_PIECE: u64 = 16 << 20;
    /// A piece that took less, in milliseconds, is followed by a larger one: few requests.
    const SHORT: i64 = 500;
    /// A piece that took more, in milliseconds, is followed by a smaller one: the reader sees how it goes on.
    const LONG: i64 = 2_000;

    /// Takes a file in, unless there are as many in its room as come with one message. One that was left when the page was loaded
    /// anew goes on in its place. Gives by what it is known, for which `draft` is there.
    pub fn add(&mut self, room: RoomId, draft: DraftId, name: String, bytes: u64) -> Option<DraftId> {
        let is_this = |upload: &&mut Upload| {
            let is_left = upload.stage == Stage::Stopped(Why::Left);
            upload.room == room && is_left && upload.name == name && upload.bytes == bytes
        };
        if let Some(left) = self.list.iter_mut().find(is_this) {
            left.stage = Stage::Waiting;
            return Some(left.draft);
        }
        if self.of_room(room).count() >= Message::MOST_FILES {
            return None;
        }
        self.list.push(Upload::new(room, draft, name, bytes, Stage::Waiting));
        Some(draft)
    }

    /// Takes in what was kept of a room when the page was loaded anew.
    pub fn restore(&mut self, room: RoomId, kept: Vec<Kept>) {
        for Kept { draft, name, bytes, whole } in kept {
            if self.get(draft).is_none() {
                let stage = whole.map_or(Stage::Stopped(Why::Left), Stage::Whole);
                self.list.push(Upload::new(room, draft, name, bytes, stage));
            }
        }
    }

    /// What of the files of a room is to outlive the page.
    pub fn kept(&self, room: RoomId) -> Vec<Kept> {
        let kept = self.of_room(room).map(|upload| Kept {
            draft: upload.draft,
            name: upload.name.clone(),
            bytes: upload.bytes,
            whole: upload.whole().cloned(),
        });
        kept.collect()
    }

    /// Takes files in that the server has already.
    pub fn take_back(&mut self, room: RoomId, files: Vec<(DraftId, Attachment)>) {
        for (draft, file) in files {
            let is_here =
                self.list.iter().any(|upload| upload.whole().is_some_and(|own| own.file == file.file));
            if !is_here {
                let (name, bytes) = (file.name.as_str().to_owned(), file.bytes);
                self.list.push(Upload::new(room, draft, name, bytes, Stage::Whole(file)));
            }
        }
    }

    /// The next whose turn it is, once.
    pub fn next_turn(&mut self) -> Option<DraftId> {
        let under_way =
            self.list.iter().filter(|upload| matches!(upload.stage, Stage::Going | Stage::Resting)).count();
        if under_way >= Self::AT_ONCE {
            return None;
        }
        let next = self.list.iter_mut().find(|upload| upload.stage == Stage::Waiting)?;
        (next.stage, next.sure, next.failures) = (Stage::Going, false, 0);
        Some(next.draft)
    }

    /// What is to be done next for a file whose turn it is; nothing when it is whole, or does not go on.
    pub fn step(&self, draft: DraftId) -> Option<Step> {
        let upload = self.get(draft).filter(|upload| upload.stage == Stage::Going)?;
        Some(match upload.file {
            Some(file) if upload.sure => {
                let upto = upload.offset.saturating_add(upload.piece).min(upload.bytes);
                Step::Send { file, from: upload.offset, upto }
            }
            _ => Step::Announce(api::NewFile { draft, name: upload.name.clone(), bytes: upload.bytes }),
        })
    }

    /// The server said how far it came, so many milliseconds after it was asked. Gives how long it rests, when it did not go on.
    pub fn came(&mut self, draft: DraftId, now: api::Upload, took: i64, chance: f64) -> Option<u32> {
        let upload = self.going(draft)?;
        let was_sent = upload.sure;
        let went_on = now.offset > upload.offset || !was_sent;
        (upload.file, upload.offset, upload.sure) = (Some(now.file), now.offset, true);
        if let Some(whole) = now.whole {
            upload.offset = upload.bytes;
            upload.stage = Stage::Whole(whole);
            return None;
        }
        if !went_on {
            return Some(upload.rest(chance));
        }
        if was_sent {
            upload.failures = 0;
            upload.piece = match took {
                ..Self::SHORT => (upload.piece * 2).min(Self::MOST_PIECE),
                Self::LONG.. => (upload.piece / 2).max(Self::LEAST_PIECE),
                _ => upload.piece,
            };
        }
        None
    }

    /// The line was lost. Gives how long it rests, in milliseconds; `chance` is from 0 to 1.
    pub fn lost(&mut self, draft: DraftId, chance: f64) -> Option<u32> {
        let upload = self.going(draft)?;
        upload.piece = (upload.piece / 2).max(Self::LEAST_PIECE);
        Some(upload.rest(chance))
    }

    /// The server will not have it, now or ever. Gives how long it rests, in milliseconds, when it is only for now.
    pub fn refused(&mut self, draft: DraftId, why: Refusal) -> Option<u32> {
        let upload = self.going(draft)?;
        upload.sure = false;
        upload.stage = match why.retry_after_ms() {
            Some(_) => Stage::Resting,
            None => Stage::Stopped(Why::Refused(why)),
        };
        why.retry_after_ms()
    }

    /// It has rested.
    pub fn rested(&mut self, draft: DraftId) {
        if let Some(upload) = self.get_mut(draft).filter(|upload| upload.stage == Stage::Resting) {
            upload.stage = Stage::Going;
        }
    }

    /// The browser cannot read it.
    pub fn unreadable(&mut self, draft: DraftId) {
        if let Some(upload) = self.going(draft) {
            upload.stage = Stage::Stopped(Why::Unreadable);
        }
    }

    /// Tries one again that does not go on by itself.
    pub fn retry(&mut self, draft: DraftId) {
        let upload = self.get_mut(draft);
        if let Some(upload) = upload.filter(|upload| matches!(upload.stage, Stage::Stopped(_))) {
            upload.stage = Stage::Waiting;
        }
    }

    /// Takes one out. Gives what the server calls it, if it knows of it.
    pub fn remove(&mut self, draft: DraftId) -> Option<FileId> {
        let place = self.list.iter().position(|upload| upload.draft == draft)?;
        let upload = self.list.remove(place);
        upload.whole().map(|whole| whole.file).or(upload.file)
    }

    /// Those of a room went with a message.
    pub fn went(&mut self, room: RoomId) {
        self.list.retain(|upload| upload.room != room || upload.whole().is_none());
    }

    /// How it is with those of a room.
    pub fn attached(&self, room: RoomId) -> Attached {
        let mut attached = Attached::default();
        for upload in self.of_room(room) {
            match &upload.stage {
                Stage::Waiting | Stage::Going | Stage::Resting => attached.coming += 1,
                Stage::Whole(whole) => attached.whole.push(whole.clone()),
                Stage::Stopped(_) => attached.stopped += 1,
            }
        }
        attached
    }

    /// The file of this draft.
    pub fn get(&self, draft: DraftId) -> Option<&Upload> {
        self.list.iter().find(|upload| upload.draft == draft)
    }

    /// Those of a room, in the order in which they were chosen.
    pub fn of_room(&self, room: RoomId) -> impl Iterator<Item = &Upload> {
        self.list.iter().filter(move |upload| upload.room == room)
    }

    /// All that are there.
    pub fn all(&self) -> impl Iterator<Item = &Upload> {
        self.list.iter()
    }

    fn get_mut(&mut self, draft: DraftId) -> Option<&mut Upload> {
        self.list.iter_mut().find(|upload| upload.draft == draft)
    }

    fn going(&mut self, draft: DraftId) -> Option<&mut Upload> {
        self.get_mut(draft).filter(|upload| upload.stage == Stage::Going)
    }
}

impl Upload {
    fn new(room: RoomId, draft: DraftId, name: String, bytes: u64, stage: Stage) -> Self {
        Self {
            draft,
            room,
            name,
            bytes,
            offset: if matches!(stage, Stage::Whole(_)) { bytes } else { 0 },
            stage,
            file: None,
            sure: false,
            piece: Uploads::FIRST_PIECE,
            failures: 0,
        }
    }

    /// What the server found it to be, when it is whole.
    pub const fn whole(&self) -> Option<&Attachment> {
        match &self.stage {
            Stage::Whole(whole) => Some(whole),
            _ => None,
        }
    }

    fn rest(&mut self, chance: f64) -> u32 {
        (self.stage, self.sure) = (Stage::Resting, false);
        let pause = Backoff::after(self.failures, chance);
        self.failures = self.failures.saturating_add(1);
        pause
    }
}

#[cfg(test)]
mod tests {
    use maru_shared::FileName;
    use proptest::prelude::*;

    use super::*;

    const ROOM: RoomId = RoomId::LOBBY;

    fn draft(n: u128) -> DraftId {
        DraftId::from_u128(n)
    }

    fn attachment(n: u128, bytes: u64) -> Attachment {
        let name = FileName::nearest(&format!("{n}.txt"));
        Attachment { file: FileId::from_u128(n), name, kind: "text/plain".into(), bytes, picture: None }
    }

    fn add(uploads: &mut Uploads, n: u128, bytes: u64) {
        assert_eq!(uploads.add(ROOM, draft(n), format!("{n}.txt"), bytes), Some(draft(n)));
    }

    /// A server that has one file.
    struct Server {
        bytes: u64,
        has: u64,
    }

    impl Server {
        fn answer(&self) -> api::Upload {
            let whole = (self.has == self.bytes).then(|| attachment(1, self.bytes));
            api::Upload { file: FileId::from_u128(1), offset: self.has, bytes: self.bytes, whole }
        }

        fn take(&mut self, step: &Step) -> api::Upload {
            if let Step::Send { from, upto, .. } = step
                && *from == self.has
            {
                self.has = *upto;
            }
            self.answer()
        }
    }

    #[test]
    fn few_go_at_once_in_the_order_of_choosing() {
        let mut uploads = Uploads::default();
        (1..=5).for_each(|n| add(&mut uploads, n, 10));
        let turns: Vec<_> = std::iter::from_fn(|| uploads.next_turn()).collect();
        assert_eq!(turns, [draft(1), draft(2), draft(3)]);
        uploads.remove(draft(2));
        assert_eq!(uploads.next_turn(), Some(draft(4)));
        assert_eq!(uploads.next_turn(), None);
        uploads.lost(draft(1), 0.5);
        assert_eq!(uploads.next_turn(), None, "who rests keeps the place");
    }

    #[test]
    fn as_many_as_come_with_a_message_and_no_more() {
        let mut uploads = Uploads::default();
        (0..10).for_each(|n| add(&mut uploads, n, 10));
        assert_eq!(uploads.add(ROOM, draft(10), "more".into(), 10), None);
        let elsewhere = RoomId::from_u128(9);
        assert_eq!(uploads.add(elsewhere, draft(10), "more".into(), 10), Some(draft(10)));
    }

    #[test]
    fn it_goes_on_where_the_server_says_that_it_is() {
        let mut uploads = Uploads::default();
        add(&mut uploads, 1, 1 << 20);
        uploads.next_turn();
        assert!(matches!(uploads.step(draft(1)), Some(Step::Announce(_))));
        let mut server = Server { bytes: 1 << 20, has: 1_000 };
        uploads.came(draft(1), server.answer(), 10, 0.5);
        let step = uploads.step(draft(1)).unwrap();
        assert!(matches!(step, Step::Send { from: 1_000, upto: 263_144, .. }), "{step:?}");
        // It arrived, but its answer did not; the server was cut off, and lost some of it.
        server.take(&step);
        assert!(uploads.lost(draft(1), 0.0).is_some());
        assert_eq!(uploads.step(draft(1)), None);
        server.has = 500;
        uploads.rested(draft(1));
        assert!(matches!(uploads.step(draft(1)), Some(Step::Announce(_))));
        uploads.came(draft(1), server.answer(), 10, 0.5);
        assert!(matches!(uploads.step(draft(1)), Some(Step::Send { from: 500, .. })));
    }

    #[test]
    fn pieces_grow_on_a_good_line_and_shrink_on_a_bad_one() {
        let mut uploads = Uploads::default();
        let bytes = 1 << 30;
        add(&mut uploads, 1, bytes);
        uploads.next_turn();
        let mut server = Server { bytes, has: 0 };
        uploads.came(draft(1), server.answer(), 9_000, 0.5);
        let mut sent = |uploads: &mut Uploads, took| {
            let step = uploads.step(draft(1)).unwrap();
            uploads.came(draft(1), server.take(&step), took, 0.5);
            let Step::Send { from, upto, .. } = step else { panic!("{step:?}") };
            upto - from
        };
        let fast: Vec<u64> = (0..8).map(|_| sent(&mut uploads, 10) >> 10).collect();
        assert_eq!(fast, [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 16_384]);
        let slow: Vec<u64> = (0..10).map(|_| sent(&mut uploads, 5_000) >> 10).collect();
        assert_eq!(slow, [16_384, 8_192, 4_096, 2_048, 1_024, 512, 256, 128, 64, 64]);
    }

    #[test]
    fn a_server_that_takes_nothing_is_not_asked_without_a_pause() {
        let mut uploads = Uploads::default();
        add(&mut uploads, 1, 100);
        uploads.next_turn();
        let server = Server { bytes: 100, has: 0 };
        assert_eq!(uploads.came(draft(1), server.answer(), 1, 0.0), None);
        assert_eq!(uploads.came(draft(1), server.answer(), 1, 0.0), Some(100));
        uploads.rested(draft(1));
        assert_eq!(uploads.came(draft(1), server.answer(), 1, 1.0), None, "announced again");
        assert_eq!(uploads.came(draft(1), server.answer(), 1, 1.0), Some(200), "longer each time");
    }

    #[test]
    fn refused_for_now_rests_and_refused_for_good_stops_until_it_is_tried_again() {
        let mut uploads = Uploads::default();
        add(&mut uploads, 1, 100);
        uploads.next_turn();
        assert_eq!(uploads.refused(draft(1), Refusal::TooFast { retry_after_ms: 70 }), Some(70));
        uploads.rested(draft(1));
        let why = Refusal::FileTooLarge { max: 10 };
        assert_eq!(uploads.refused(draft(1), why), None);
        assert_eq!(uploads.get(draft(1)).unwrap().stage, Stage::Stopped(Why::Refused(why)));
        assert_eq!(uploads.attached(ROOM), Attached { stopped: 1, ..Attached::default() });
        assert_eq!(uploads.next_turn(), None);
        uploads.retry(draft(1));
        assert_eq!(uploads.next_turn(), Some(draft(1)));
    }

    #[test]
    fn what_was_removed_meanwhile_does_not_come_back() {
        let mut uploads = Uploads::default();
        add(&mut uploads, 1, 100);
        uploads.next_turn();
        let server = Server { bytes: 100, has: 0 };
        uploads.came(draft(1), server.answer(), 1, 0.0);
        assert_eq!(uploads.remove(draft(1)), Some(FileId::from_u128(1)));
        assert_eq!(uploads.came(draft(1), server.answer(), 1, 0.0), None);
        assert_eq!(uploads.lost(draft(1), 0.0), None);
        assert_eq!(uploads.step(draft(1)), None);
        assert!(uploads.attached(ROOM).is_empty());
    }

    #[test]
    fn after_a_reload_what_is_whole_is_there_and_the_rest_goes_on_when_it_is_chosen_again() {
        let mut before = Uploads::default();
        add(&mut before, 1, 100);
        add(&mut before, 2, 200);
        before.next_turn();
        before.came(draft(1), Server { bytes: 100, has: 100 }.answer(), 1, 0.0);
        let kept = serde_json::to_string(&before.kept(ROOM)).unwrap();
        let mut after = Uploads::default();
        after.restore(ROOM, serde_json::from_str(&kept).unwrap());
        after.restore(ROOM, serde_json::from_str(&kept).unwrap());
        let attached = Attached { whole: vec![attachment(1, 100)], coming: 0, stopped: 1 };
        assert_eq!(after.attached(ROOM), attached);
        assert_eq!(after.next_turn(), None);
        assert_eq!(after.add(ROOM, draft(3), "2.txt".into(), 201), Some(draft(3)), "another file");
        assert_eq!(after.add(ROOM, draft(4), "2.txt".into(), 200), Some(draft(2)));
        assert_eq!(after.next_turn(), Some(draft(2)));
    }

    #[test]
    fn those_that_went_are_gone_and_come_back_once() {
        let mut uploads = Uploads::default();
        uploads.take_back(ROOM, vec![(draft(7), attachment(7, 5))]);
        uploads.take_back(ROOM, vec![(draft(8), attachment(7, 5))]);
        assert_eq!(uploads.attached(ROOM).whole, [attachment(7, 5)]);
        add(&mut uploads, 1, 100);
        uploads.went(ROOM);
        assert_eq!(uploads.attached(ROOM), Attached { coming: 1, ..Attached::default() });
    }

    proptest! {
        /// Whatever is lost, and how often: in the end the server has every byte, once, in its order.
        #[test]
        fn it_arrives_whole(bytes in 0..3_000_000u64, fates in prop::collection::vec(0..4u8, 0..60)) {
            let mut uploads = Uploads::default();
            add(&mut uploads, 1, bytes);
            uploads.next_turn();
            let mut server = Server { bytes, has: 0 };
            for fate in fates.into_iter().chain(std::iter::repeat_n(3, 200)) {
                uploads.rested(draft(1));
                let Some(step) = uploads.step(draft(1)) else { break };
                match fate {
                    0 => { uploads.lost(draft(1), 0.5); }
                    1 => { server.take(&step); uploads.lost(draft(1), 0.5); }
                    2 => { server.has -= server.has / 3; uploads.lost(draft(1), 0.5); }
                    _ => { uploads.came(draft(1), server.take(&step), 1_000, 0.5); }
                }
            }
            prop_assert_eq!(server.has, bytes);
            prop_assert!(uploads.attached(ROOM).is_whole());
        }
    }
}
