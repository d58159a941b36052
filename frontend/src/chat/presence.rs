//! Whether somebody is at this browser.

use std::time::Duration;

use maru_shared::Command;

use super::{Chat, Line};
use crate::{
    dom::{online, time},
    ground::*,
    state::idle::Idle,
};

impl Chat {
    /// Tells the server when nobody has been here for a while, and when somebody is back.
    pub(super) fn watch_presence(self) {
        self.own.update_value(|own| own.idle = Some(Idle::new(time::now())));
        online::on_input(move || {
            if self.with_idle(|idle| idle.touched(time::now())) == Some(true) {
                self.say_presence(false);
                self.look_for_somebody();
            }
        });
        self.look_for_somebody();
    }

    /// A new connection is of somebody who is here, until it says otherwise.
    pub(super) fn say_if_away(self) {
        if self.with_idle(|idle| idle.is_away()) == Some(true) {
            self.say_presence(true);
        }
    }

    fn look_for_somebody(self) {
        match self.with_idle(|idle| idle.look(time::now())) {
            Some(Ok(true)) => self.say_presence(true),
            Some(Err(left)) => {
                set_timeout(move || self.look_for_somebody(), Duration::from_millis(left.unsigned_abs()));
            }
            _ => {}
        }
    }

    fn say_presence(self, away: bool) {
        if self.line.get_untracked() == Line::Connected {
            self.say(Command::Away(away));
        }
    }

    fn with_idle<T>(self, look: impl FnOnce(&mut Idle) -> T) -> Option<T> {
        self.own.try_update_value(|own| own.idle.as_mut().map(look)).flatten()
    }
}
