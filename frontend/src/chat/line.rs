//! The line to the server: when it comes, goes, and is looked after.

use std::time::Duration;

use maru_shared::{Command, close::CloseCode};

use super::{Chat, Line, Stage, ThrownOut, chance};
use crate::{
    client::socket::{Report, Socket, Surroundings},
    dom::{modules, online, page, storage, time},
    ground::*,
    parts::listen,
    state::{room::RoomState, typing::Typing, world::World},
};

impl Chat {
    pub(super) fn connect(self) {
        let socket = Socket::open(Surroundings {
            url: page::socket_url(),
            now: time::now,
            chance,
            online: online::is_online,
            hello: Box::new(move || self.with_now(World::hello).unwrap_or_default()),
            tell: Box::new(move |report| self.told(report)),
        });
        self.own.update_value(|own| own.socket = Some(socket));
    }

    pub(super) fn renew(self) {
        self.with_socket(Socket::renew);
    }

    pub(super) fn say(self, command: Command) {
        self.with_socket(|socket| socket.say(&command));
    }

    /// Sends the next draft, when the line is up and the one before is answered.
    pub(super) fn send_next(self) {
        if self.line.get_untracked() != Line::Connected {
            return;
        }
        let post = self.world.try_update_untracked(|world| world.as_mut()?.outbox.next_post());
        if let Some(post) = post.flatten() {
            self.say(Command::Post(post));
        }
    }

    pub(super) fn welcomed(self) {
        // What is known is told first: otherwise rooms would be shown as not joined for a moment.
        self.world.notify();
        self.line.set(Line::Connected);
        modules::load_when_idle();
        // Drafts that another tab left behind when it was closed go out from here.
        let _ = self.world.try_update_untracked(|world| {
            if let Some(world) = world {
                world.outbox.restore(storage::drafts(world.me.id));
            }
        });
        self.tell_read(true);
        self.say_if_away();
    }

    pub(super) fn forget_writing_later(self) {
        let forget = move || {
            let forgotten = self.world.try_update_untracked(|world| {
                world.as_mut().is_some_and(|world| world.typing.expire(time::now()))
            });
            if forgotten == Some(true) {
                self.changed();
            }
        };
        set_timeout(forget, Duration::from_millis(Typing::HOLDS.unsigned_abs() + 50));
    }

    pub(super) fn watch_surroundings(self) {
        online::on_network(move |there| {
            if there {
                self.with_socket(Socket::wake);
            } else if self.line.get_untracked() == Line::Connected {
                self.renew();
            }
            self.show_line_down();
        });
        online::on_watched(move || {
            self.with_socket(Socket::wake);
            // A frame that was asked for may never have come in the background.
            let _ = self.own.try_with_value(|own| own.scheduled.set(false));
            self.world.notify();
        });
        online::on_hidden(move || {
            self.keep_read_now();
            self.tell_read(true);
        });
        listen(window(), "storage", move |event: web_sys::StorageEvent| {
            if let Some(key) = event.key() {
                self.kept_elsewhere(&key, event.new_value());
            }
        });
    }

    fn told(self, report: Report) {
        match report {
            Report::Said(notice) => self.hear(*notice),
            Report::Lost => {
                let _ = self.world.try_update_untracked(|world| {
                    if let Some(world) = world {
                        world.outbox.line_lost();
                        world.rooms.iter_mut().for_each(RoomState::line_lost);
                    }
                });
                if self.line.get_untracked() != Line::Connecting || !online::is_online() {
                    self.line.set(Line::Reconnecting);
                }
                self.show_line_down();
            }
            Report::Stopped(CloseCode::SignedOut) => {
                let by_oneself = self.own.try_with_value(|own| own.signing_out) == Some(true);
                self.leave((!by_oneself).then_some(ThrownOut::Elsewhere));
            }
            Report::Stopped(CloseCode::Banned) => self.leave(Some(ThrownOut::Banned)),
            Report::Stopped(_) => self.line.set(Line::Stopped),
        }
    }

    fn show_line_down(self) {
        let down = matches!(self.line.get_untracked(), Line::Reconnecting | Line::Offline);
        if down {
            self.line.set(if online::is_online() { Line::Reconnecting } else { Line::Offline });
        }
    }

    /// Another tab of this browser has kept something.
    fn kept_elsewhere(self, key: &str, value: Option<String>) {
        if self.stage.get_untracked() != Stage::In {
            return;
        }
        let Some(me) = self.with_now(|world| world.me.id) else { return };
        let untold = value.as_ref().and_then(|value| storage::untold_elsewhere(me, key, value));
        if let Some((room, untold)) = untold {
            return self.read_elsewhere(room, untold);
        }
        self.change(|world| {
            if value.is_none()
                && let Some(draft) = storage::draft_key_id(me, key)
                && world.outbox.get(draft).is_some_and(|draft| draft.refused.is_some())
            {
                world.outbox.take(draft);
            }
        });
    }

    fn with_socket(self, act: impl FnOnce(&Socket)) {
        let _ = self.own.try_with_value(|own| own.socket.as_ref().map(act));
    }
}
