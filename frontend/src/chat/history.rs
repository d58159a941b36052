//! Pages of the past, and who is in a room.

use gloo_timers::future::TimeoutFuture;
use maru_shared::{RoomId, Seq};

use super::{Chat, chance};
use crate::{
    client::http,
    ground::*,
    parts::{Task, begin},
    state::{pace::Backoff, room::RoomState},
};

/// How long nobody asks for a page after one did not come, in milliseconds.
const PAUSE: u32 = 2_000;

impl Chat {
    /// Gets a page of older events of a room, unless one is on its way.
    pub fn load_older(self, room: RoomId) {
        let Some(first) = self.with_now(|world| world.room(room).map(|room| room.timeline.first())).flatten()
        else {
            return;
        };
        self.fetch(
            room,
            Box::pin(async move {
                let Ok(page) = http::before(room, first).await else { return false };
                let came = !page.events.is_empty();
                let effects = self.change(|world| world.older(room, page));
                self.carry_out(effects.unwrap_or_default());
                came
            }),
        );
    }

    /// Gets a page of events behind those that are held, unless one is on its way.
    pub fn load_newer(self, room: RoomId) {
        let Some(last) = self.with_now(|world| world.room(room).map(|room| room.timeline.last())).flatten()
        else {
            return;
        };
        self.fetch(
            room,
            Box::pin(async move {
                let Ok(page) = http::after(room, last).await else { return false };
                let came = !page.events.is_empty();
                self.change(|world| world.newer(room, page));
                came
            }),
        );
    }

    /// Gets the page of events around a position of a room, unless a page is on its way.
    pub fn load_around(self, room: RoomId, seq: Seq) {
        self.fetch(
            room,
            Box::pin(async move {
                let Ok(page) = http::around(room, seq).await else { return false };
                let came = !page.events.is_empty();
                let effects = self.change(|world| world.show(room, page));
                self.carry_out(effects.unwrap_or_default());
                came
            }),
        );
    }

    /// Holds what happens in a room from now on, if what is held does not reach its newest events.
    pub fn hold_newest(self, room: RoomId) {
        self.change(|world| {
            if let Some(room) = world.room_mut(room) {
                room.timeline.attach();
            }
        });
    }

    /// Which position of a room its reader looks at, when it is not the newest.
    pub fn reading(self, room: RoomId, seq: Option<Seq>) {
        let _ = self.world.try_update_untracked(|world| {
            if let Some(room) = world.as_mut().and_then(|world| world.room_mut(room)) {
                room.reading = seq;
            }
        });
    }

    /// Gets who is in a room, unless that is on its way; again, with growing pauses, until it is known.
    pub fn load_members(self, room: RoomId) {
        let asks = self.world.try_update_untracked(|world| world.as_mut()?.room_mut(room)?.ask_members());
        if asks.flatten().is_none() {
            return;
        }
        begin(async move {
            let mut backoff = Backoff::default();
            while self.with_now(|world| world.room(room).is_some()) == Some(true) {
                if let Ok(members) = http::members(room).await {
                    self.change(|world| world.room_mut(room).map(|room| room.know(members)));
                    return;
                }
                TimeoutFuture::new(backoff.after_failure(chance())).await;
            }
        });
    }

    /// Gets who has read a room up to where, once: what comes of it later is told.
    pub fn load_readers(self, room: RoomId) {
        begin(async move {
            // Whoever is not answered sees those of whom it is told from now on.
            let told = http::readers(room).await.unwrap_or_default();
            self.change(|world| world.room_mut(room).map(|room| room.know_readers(told)));
        });
    }

    pub(super) fn caught_up(self, room: RoomId) {
        let knew_readers = self.with_now(|world| world.room(room).is_some_and(RoomState::knows_readers));
        if knew_readers == Some(true) && self.open_now() == Some(room) {
            self.load_readers(room);
        }
        // Elsewhere the server's mark tells how much is unread.
        let missing = self.with_now(|world| world.room(room).is_some_and(|room| room.misses_unread()));
        if missing == Some(true) && self.open_now() == Some(room) {
            self.load_older(room);
        }
    }

    /// Asks for a page, one at a time for a room. A moment after it came in vain one may ask again.
    fn fetch(self, room: RoomId, fetched: Task<bool>) {
        let already = self.own.try_update_value(|own| {
            let already = own.fetching.contains(&room);
            if !already {
                own.fetching.push(room);
            }
            already
        });
        if already == Some(false) {
            begin(async move {
                if !fetched.await {
                    TimeoutFuture::new(PAUSE).await;
                }
                let _ = self.own.try_update_value(|own| own.fetching.retain(|other| *other != room));
                // Whoever wants more asks again when told.
                self.change(|world| world.room_mut(room).map(|room| room.turns = room.turns.wrapping_add(1)));
            });
        }
    }
}
