//! Who is writing, and when to say that one is.

use maru_shared::{Member, MemberId, RoomId};

/// Who is writing where, as far as it was heard. Instants are milliseconds since 1970 by the browser's clock.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    heard: Vec<(RoomId, Member, i64)>,
    said: Option<(RoomId, i64)>,
}

impl Typing {
    /// A notice holds for so many milliseconds.
    pub const HOLDS: i64 = 5_000;
    /// One says at most every so many milliseconds that one is writing.
    pub const PAUSE: i64 = 3_000;

    /// Somebody is writing.
    pub fn heard(&mut self, room: RoomId, by: Member, now: i64) {
        self.wrote(room, by.id);
        self.heard.push((room, by, now));
    }

    /// Their message came.
    pub fn wrote(&mut self, room: RoomId, by: MemberId) {
        self.heard.retain(|(at, member, _)| *at != room || member.id != by);
    }

    /// A member is called so from now on.
    pub fn call(&mut self, member: &Member) {
        self.heard.iter_mut().for_each(|(_, heard, _)| heard.call(member));
    }

    /// Forgets what has been silent for too long. Whether anything was forgotten.
    pub fn expire(&mut self, now: i64) -> bool {
        let before = self.heard.len();
        // A clock that was set back ends it too.
        self.heard.retain(|(_, _, at)| (0..Self::HOLDS).contains(&(now - at)));
        before != self.heard.len()
    }

    /// Who is writing in a room, the first first.
    pub fn in_room(&self, room: RoomId) -> impl Iterator<Item = &Member> {
        self.heard.iter().filter(move |(at, _, _)| *at == room).map(|(_, member, _)| member)
    }

    /// Whether to say now that one is writing in `room`; it counts as said.
    pub fn say(&mut self, room: RoomId, now: i64) -> bool {
        let lately =
            self.said.is_some_and(|(at, when)| at == room && (0..Self::PAUSE).contains(&(now - when)));
        if !lately {
            self.said = Some((room, now));
        }
        !lately
    }

    /// One's message went out: the next letter is news again.
    pub const fn sent(&mut self) {
        self.said = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::member;

    #[test]
    fn writing_is_forgotten_after_silence_or_with_the_message() {
        let mut typing = Typing::default();
        typing.heard(RoomId::LOBBY, member(2), 0);
        typing.heard(RoomId::LOBBY, member(3), 1_000);
        typing.heard(RoomId::LOBBY, member(2), 2_000);
        assert_eq!(typing.in_room(RoomId::LOBBY).count(), 2);
        typing.wrote(RoomId::LOBBY, member(2).id);
        assert_eq!(typing.in_room(RoomId::LOBBY).collect::<Vec<_>>(), [&member(3)]);
        assert!(!typing.expire(5_999));
        assert!(typing.expire(6_000) && typing.in_room(RoomId::LOBBY).next().is_none());
    }

    #[test]
    fn one_says_it_at_most_every_three_seconds_a_room() {
        let mut typing = Typing::default();
        assert!(typing.say(RoomId::LOBBY, 0));
        assert!(!typing.say(RoomId::LOBBY, 2_999));
        assert!(typing.say(RoomId::LOBBY, 3_000));
        assert!(typing.say(RoomId::from_u128(2), 3_001));
        typing.sent();
        assert!(typing.say(RoomId::from_u128(2), 3_002));
    }
}
