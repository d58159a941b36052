//! What is read, here and in one's other browsers.

use std::time::Duration;

use maru_shared::{RoomId, Seq};

use super::{Chat, Line};
use crate::{
    dom::{online, storage, time},
    ground::*,
    state::{pace::Turn, unread::Untold, world::World},
};

impl Chat {
    /// A room is shown: the line "new messages" is where reading stopped.
    pub fn opened(self, room: RoomId) {
        let _ = self.world.try_update_untracked(|world| {
            if let Some(world) = world {
                world.opened(room);
            }
        });
        self.find_files(room);
    }

    /// The newest message of this room is in sight, or no more. It is read if anybody looks at the page.
    pub fn watch(self, room: RoomId, newest_in_sight: bool) {
        let watched = newest_in_sight && online::is_watched();
        let read = self.world.try_update_untracked(|world| {
            let world = world.as_mut()?;
            let state = world.room_mut(room)?;
            state.watch(watched);
            Some(watched && state.mark_read())
        });
        if read.flatten() == Some(true) {
            self.keep_read(room);
            self.changed();
            self.tell_read(false);
        }
    }

    /// Keeps what the server may not know yet of what is read: soon, as in a busy room that is another position each frame, and
    /// one's other tabs hear of each.
    fn keep_read(self, room: RoomId) {
        let turn = self.own.try_update_value(|own| {
            if !own.unkept.contains(&room) {
                own.unkept.push(room);
            }
            own.keeping.ask(time::now())
        });
        match turn {
            Some(Turn::Now) => self.keep_read_now(),
            Some(Turn::In(pause)) => {
                set_timeout(move || self.keep_read_now(), Duration::from_millis(pause.into()));
            }
            Some(Turn::Given) | None => {}
        }
    }

    pub(super) fn keep_read_now(self) {
        let unkept = self.own.try_update_value(|own| {
            own.keeping.done(time::now());
            std::mem::take(&mut own.unkept)
        });
        self.with_now(|world| {
            let rooms = unkept.into_iter().flatten().filter_map(|room| world.room(room));
            rooms.for_each(|room| storage::keep_untold(world.me.id, room.room.id, room.untold()));
        });
    }

    /// From this message on the room is not read, though it was: here, and in one's other browsers.
    pub fn unread_from(self, room: RoomId, seq: Seq) {
        self.change(|world| {
            let me = world.me.id;
            let state = world.room_mut(room)?;
            state.unread_from(seq, me);
            storage::keep_untold(me, room, state.untold());
            Some(())
        });
        self.tell_read(true);
    }

    /// Another tab says what the server may not know yet of what is read.
    pub(super) fn read_elsewhere(self, room: RoomId, untold: Untold) {
        self.change(|world| {
            let me = world.me.id;
            if let Some(room) = world.room_mut(room) {
                room.read_elsewhere(untold, time::now(), me);
            }
        });
        self.tell_read(false);
    }

    /// Tells the server what is read, when it is time, or at once: as soon as the line is up.
    pub(super) fn tell_read(self, urgent: bool) {
        if self.line.get_untracked() != Line::Connected {
            return;
        }
        let said = self.world.try_update_untracked(|world| {
            world.as_mut().map(|world| World::say_read(world, time::now(), urgent))
        });
        let Some((commands, pause)) = said.flatten() else { return };
        commands.into_iter().for_each(|command| self.say(command));
        let Some(at) = pause.map(|pause| time::now().saturating_add(pause)) else { return };
        let sooner = self.own.try_with_value(|own| at < own.looks_at_read.get().unwrap_or(i64::MAX));
        if sooner == Some(true) {
            let _ = self.own.try_with_value(|own| own.looks_at_read.set(Some(at)));
            let look = move || {
                let is_due = self.own.try_with_value(|own| own.looks_at_read.get() == Some(at));
                if is_due == Some(true) {
                    let _ = self.own.try_with_value(|own| own.looks_at_read.set(None));
                    self.tell_read(false);
                }
            };
            set_timeout(look, Duration::from_millis(pause.unwrap_or_default().unsigned_abs()));
        }
    }
}
