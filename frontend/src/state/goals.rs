//! Where one can go by name: in which order it is offered.

use maru_shared::{
    Member, MemberId, Room, RoomId, RoomKind,
    matching::{Place, Typed},
    room::RoomSummary,
};

/// So much is offered at once.
pub const MOST: usize = 50;

/// Where one can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What it is.
    pub what: What,
    /// What it is called, in the language that is spoken.
    pub name: String,
    /// How much of it is unread.
    pub unread: u64,
}

/// What a goal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A room that one is in.
    Room(Room),
    /// A room that one may join.
    Open(Room),
    /// Somebody.
    Person(Member),
}

/// What the page knows when it is asked where to go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// The rooms in which something is unread, and how much.
    pub unread: Vec<(RoomId, u64)>,
    /// The rooms that were open, the one that is open now first.
    pub recent: Vec<RoomId>,
}

/// Everything where one can go: the rooms that one is in (`name` says what they are called), public rooms, people. Whoever
/// one talks to alone is not there a second time.
pub fn goals(
    rooms: &[Room],
    public: &[RoomSummary],
    people: &[Member],
    me: MemberId,
    ways: &Ways,
    name: impl Fn(&Room) -> String,
) -> Vec<Goal> {
    let unread = |id| ways.unread.iter().find(|(room, _)| *room == id).map_or(0, |(_, count)| *count);
    let is_in = |id| rooms.iter().any(|room| room.id == id);
    let talks_with = |id: MemberId| {
        let is_with = |members: &Vec<Member>| match members.as_slice() {
            [alone] => alone.id == id,
            [one, other] => [one.id, other.id].contains(&id) && id != me,
            _ => false,
        };
        rooms.iter().any(|room| matches!(&room.kind, RoomKind::Direct(members) if is_with(members)))
    };
    let own = rooms.iter().map(|room| Goal {
        what: What::Room(room.clone()),
        name: name(room),
        unread: unread(room.id),
    });
    let others = public.iter().map(|summary| &summary.room).filter(|room| !is_in(room.id));
    let others = others.map(|room| Goal { what: What::Open(room.clone()), name: name(room), unread: 0 });
    let people = people.iter().filter(|person| person.id != me && !talks_with(person.id));
    let people = people.map(|person| Goal {
        what: What::Person(person.clone()),
        name: person.name.to_string(),
        unread: 0,
    });
    own.chain(others).chain(people).collect()
}

/// Those of the goals that are meant by what was typed, the best first: at most [`MOST`]. Where nothing was typed, the rooms
/// that were open before, then those in which something is unread, then the others.
pub fn offered(goals: &[Goal], typed: &str, recent: &[RoomId]) -> Vec<Goal> {
    let typed = Typed::new(typed);
    // The room that is open now comes behind those that one may want to go to.
    let recency = |goal: &Goal| {
        let place = recent.iter().position(|room| goal.room() == Some(*room));
        place.map_or(usize::MAX, |place| if place == 0 { usize::MAX - 1 } else { place })
    };
    let ranked = goals.iter().enumerate().filter_map(|(place, goal)| {
        let how = if typed.is_empty() {
            goal.is_joined().then_some((Place::Beginning, false))
        } else {
            how(goal, &typed)
        };
        let archived = matches!(&goal.what, What::Room(room) if room.archived);
        how.map(|how| ((how, archived, recency(goal), goal.unread == 0, kind(goal), place), goal))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(MOST).map(|(_, goal)| goal.clone()).collect()
}

impl Goal {
    /// The room that it is.
    pub const fn room(&self) -> Option<RoomId> {
        match &self.what {
            What::Room(room) | What::Open(room) => Some(room.id),
            What::Person(_) => None,
        }
    }

    const fn is_joined(&self) -> bool {
        matches!(self.what, What::Room(_))
    }
}

/// How well it is meant: the less, the better.
fn how(goal: &Goal, typed: &Typed) -> Option<(Place, bool)> {
    let found = typed.find(&goal.name)?;
    Some((found.place, found.chars.len() < goal.name.chars().count()))
}

const fn kind(goal: &Goal) -> u8 {
    match goal.what {
        What::Room(_) => 0,
        What::Person(_) => 1,
        What::Open(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use maru_shared::{Name, Seq};

    use super::{
        super::samples::{self, member},
        *,
    };

    fn called(n: u128, name: &str) -> Room {
        Room::public(RoomId::from_u128(n), Name::parse(name).unwrap())
    }

    fn direct(n: u128, with: &[u128]) -> Room {
        let members = with.iter().map(|n| member(*n)).collect();
        Room { kind: RoomKind::Direct(members), ..samples::room(RoomId::from_u128(n)) }
    }

    fn name(room: &Room) -> String {
        room.title().map_or_else(|| "direct".to_owned(), |title| title.name.to_string())
    }

    fn names(goals: &[Goal]) -> Vec<&str> {
        goals.iter().map(|goal| goal.name.as_str()).collect()
    }

    fn some() -> (Vec<Goal>, Ways) {
        let rooms = [
            called(1, "로비"),
            called(2, "회의"),
            called(3, "회의실"),
            called(4, "산책"),
            called(5, "옛 회의"),
        ];
        let rooms = rooms.map(|room| Room { archived: room.id == RoomId::from_u128(5), ..room });
        let ways = Ways {
            unread: vec![(RoomId::from_u128(4), 3)],
            recent: vec![RoomId::from_u128(3), RoomId::from_u128(2)],
        };
        let open = RoomSummary { room: called(9, "하와이"), members: 2, joined: false, head: Seq(1) };
        let twice = RoomSummary { room: rooms[0].clone(), members: 2, joined: true, head: Seq(1) };
        let goals = goals(&rooms, &[twice, open], &[member(1), member(2)], member(1).id, &ways, name);
        (goals, ways)
    }

    #[test]
    fn where_nothing_is_typed_recent_rooms_come_first_and_the_open_one_behind_what_is_unread() {
        let (goals, ways) = some();
        assert_eq!(names(&offered(&goals, " ", &ways.recent)), ["회의", "회의실", "산책", "로비", "옛 회의"]);
        assert_eq!(names(&offered(&goals, "", &[])), ["산책", "로비", "회의", "회의실", "옛 회의"]);
    }

    #[test]
    fn what_is_typed_decides_before_what_was_open() {
        let (goals, ways) = some();
        let offered = |typed| offered(&goals, typed, &ways.recent);
        assert_eq!(names(&offered("ㅎㅇ")), ["회의", "회의실", "하와이", "옛 회의"]);
        assert_eq!(names(&offered("회의실")), ["회의실"]);
        assert_eq!(names(&offered("mem")), ["member 2"], "not oneself");
        assert_eq!(names(&offered("없는 방")), [""; 0]);
    }

    #[test]
    fn whom_one_talks_to_alone_is_there_once() {
        let rooms = [direct(1, &[1, 2]), direct(2, &[1, 2, 3])];
        let people = [member(1), member(2), member(3)];
        let goals = goals(&rooms, &[], &people, member(1).id, &Ways::default(), name);
        assert_eq!(names(&goals), ["direct", "direct", "member 3"]);
    }

    #[test]
    fn not_everything_is_offered_at_once() {
        let rooms: Vec<_> = (0..200).map(|n| called(n, "방")).collect();
        let goals = goals(&rooms, &[], &[], member(1).id, &Ways::default(), name);
        assert_eq!(offered(&goals, "", &[]).len(), MOST);
    }
}
