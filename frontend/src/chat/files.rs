//! The files that are to come with the next message into a room. The annex sends them up; what the page knows of them is here.

use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use maru_shared::{Attachment, DraftId, MemberId, RoomId};

use super::Chat;
use crate::{
    dom::{modules, storage},
    parts::begin,
    seam::{Told, give_chosen, say},
    state::uploads::Attached,
};

/// So many milliseconds are between two attempts to load what sends files up.
const PAUSE: u32 = 2_000;

/// The files that are to come with the next message into a room.
#[derive(Clone, Debug)]
pub(super) struct Tray {
    room: RoomId,
    now: Attached,
    /// The message is to be sent as soon as they are whole.
    sends: bool,
    /// They are whole, and so it is to be sent now.
    due: bool,
}

impl Chat {
    /// Adds files of the browser to those that are to come with the next message into a room.
    pub fn attach(self, room: RoomId, files: Array) {
        let count = usize::try_from(files.length()).unwrap_or_default();
        if count > 0 {
            self.in_tray(room, |tray| tray.now.coming += count);
            self.once_loaded(move |me| give_chosen(me, room, &files));
        }
    }

    /// Puts the files of a refused draft back to where it was written.
    pub fn take_files_back(self, draft: DraftId) {
        let found =
            self.with_now(|world| world.outbox.get(draft).map(|draft| (draft.room, draft.files.clone())));
        if let Some((room, files)) = found.flatten().filter(|(_, files)| !files.is_empty()) {
            self.in_tray(room, |tray| tray.now.whole.extend(files.iter().cloned()));
            self.once_loaded(move |me| say(&Told::TakenBack(me, room, files)));
        }
    }

    /// Whether there are files for the next message into a room.
    pub fn is_attaching(self, room: RoomId) -> bool {
        self.tray(room, |_| true)
    }

    /// Whether the message into a room is to be sent as soon as its files are whole.
    pub fn sends_when_whole(self, room: RoomId) -> bool {
        self.tray(room, |tray| tray.sends)
    }

    /// Whether files for the next message into a room do not go on by themselves.
    pub fn has_stopped_files(self, room: RoomId) -> bool {
        self.tray(room, |tray| tray.now.stopped > 0)
    }

    /// Whether a message into a room is to be sent now, as its files are whole.
    pub fn is_due(self, room: RoomId) -> bool {
        self.tray(room, |tray| tray.due)
    }

    /// Whether a message into a room may be sent; whether its text is empty.
    pub fn may_post(self, room: RoomId, is_empty: bool) -> bool {
        if self.is_attaching(room) { !self.has_stopped_files(room) } else { !is_empty }
    }

    /// The message into a room is not to be sent by itself.
    pub fn keep_from_sending(self, room: RoomId) {
        if self
            .trays
            .with_untracked(|trays| trays.iter().any(|tray| tray.room == room && (tray.sends || tray.due)))
        {
            self.in_tray(room, |tray| (tray.sends, tray.due) = (false, false));
        }
    }

    /// The files for the message into a room, when all are whole; otherwise it is sent when they are.
    pub(super) fn files_for(self, room: RoomId) -> Option<Vec<Attachment>> {
        let now = self
            .trays
            .with_untracked(|trays| trays.iter().find(|tray| tray.room == room).map(|tray| tray.now.clone()));
        let Some(now) = now else { return Some(Vec::new()) };
        if now.is_whole() {
            return Some(now.whole);
        }
        if now.stopped == 0 {
            self.in_tray(room, |tray| tray.sends = true);
        }
        None
    }

    /// The files for a room went with a message.
    pub(super) fn files_went(self, room: RoomId) {
        let _ = self.trays.try_update(|trays| trays.retain(|tray| tray.room != room));
        say(&Told::Went(room));
    }

    /// What was kept when the page was loaded anew is shown again.
    pub(super) fn find_files(self, room: RoomId) {
        let kept = self.with_now(|world| storage::files(world.me.id, room).is_some());
        if kept == Some(true)
            && !self.trays.with_untracked(|trays| trays.iter().any(|tray| tray.room == room))
        {
            // What it is, the annex says when it is there.
            self.in_tray(room, |tray| tray.now.coming = 1);
        }
    }

    /// What the annex says of the files for a room.
    pub(super) fn attached_now(self, room: RoomId, now: Attached) {
        if now.is_empty() {
            let _ = self.trays.try_update(|trays| trays.retain(|tray| tray.room != room));
            return;
        }
        let is_open = self.open_now() == Some(room);
        let due = self.in_tray(room, |tray| {
            let due = tray.sends && now.is_whole();
            // Whoever waits for what does not come is told, and asked again.
            tray.sends &= now.coming > 0 && now.stopped == 0;
            tray.due = due && is_open;
            tray.now = now;
            due
        });
        if due == Some(true) && !is_open {
            let text = self.half_written(room);
            // What cannot be sent stays where it was written.
            let _ = self.post(room, &text);
        }
    }

    fn tray(self, room: RoomId, is: impl Fn(&Tray) -> bool) -> bool {
        self.trays.with(|trays| trays.iter().any(|tray| tray.room == room && is(tray)))
    }

    fn in_tray<T>(self, room: RoomId, change: impl FnOnce(&mut Tray) -> T) -> Option<T> {
        let changed = self.trays.try_update(|trays| {
            let place = trays.iter().position(|tray| tray.room == room).unwrap_or_else(|| {
                trays.push(Tray { room, now: Attached::default(), sends: false, due: false });
                trays.len() - 1
            });
            trays.get_mut(place).map(change)
        });
        changed.flatten()
    }

    /// Does something as soon as the annex is there, unless somebody else is in by then.
    fn once_loaded(self, act: impl FnOnce(MemberId) + 'static) {
        let Some(me) = self.with_now(|world| world.me.id) else { return };
        begin(async move {
            while !modules::load("annex").await {
                TimeoutFuture::new(PAUSE).await;
            }
            if self.with_now(|world| world.me.id) == Some(me) {
                act(me);
            }
        });
    }
}
