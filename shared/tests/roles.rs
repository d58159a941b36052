//! The table of `docs/operating.md` and the code say the same, cell by cell.

use std::{fs, path::Path};

use maru_shared::{
    Role,
    role::{Action, Ground, may},
};

/// The row of the table that tells of an action.
const fn row(action: Action) -> &'static str {
    match action {
        Action::Talk => "read, write and react in a room that one is in, edit and delete one's own messages",
        Action::ComeAndGo => "find and join public rooms, leave rooms",
        Action::SeeMembers => "see who is in this Maru",
        Action::MakeRoom => "make a public or a private room",
        Action::TalkDirectly => "begin a direct room",
        Action::KeepAccount => "set one's own password, see and end one's own sessions",
        Action::ChangeName => "give oneself another name",
        Action::KeepPasskeys => "keep passkeys",
        Action::LetIn => "let somebody into a room",
        Action::Describe => "give a room another name or topic",
        Action::Archive => "archive a room, and undo that",
        Action::Kick => "take somebody out of a room",
        Action::DeleteMessage => "delete somebody else's message",
        Action::Pin => "pin messages in a room",
        Action::SeeVersions => "see what somebody else's message said before it was edited",
        Action::DeleteRoom => "delete a room and all that is in it",
        Action::Mute => "keep somebody from posting for a while",
        Action::Ban => "keep somebody out",
        Action::InviteWhereLet => "invite guests and members, where members are let do so",
        Action::Invite => "invite guests and members",
        Action::ManageInvitations => "see and revoke everybody's invitations",
        Action::InviteStaff => "invite moderators and admins",
        Action::ResetPassword => "make a link for somebody's password",
        Action::SetRole => "give somebody another role, below one's own",
        Action::EndSessions => "see and end somebody's sessions",
        Action::SetPolicy => "say who is let in, and who may invite",
        Action::ReadAudit => "read the audit log",
    }
}

/// Where an action is done by somebody who has not made the room.
const fn ground(action: Action) -> Ground {
    if action.is_in_room() { Ground::Room { made_it: false } } else { Ground::Maru }
}

#[test]
fn the_guides_table_is_the_code() {
    let guide =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operating.md")).unwrap();
    let head = "| what | guest | member | moderator | admin | owner |";
    let table: Vec<Vec<&str>> = guide
        .lines()
        .skip_while(|line| *line != head)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(table.len(), Action::ALL.len(), "a row for each action");
    for action in Action::ALL {
        let cells =
            table.iter().find(|cells| cells[0] == row(action)).unwrap_or_else(|| panic!("{action:?}"));
        for (role, cell) in Role::ALL.into_iter().zip(&cells[1..]) {
            assert_eq!(*cell == "yes", may(role, action, ground(action)), "{role:?} {action:?}");
        }
    }
}

#[test]
fn who_made_a_room_is_at_least_a_moderator_there() {
    let made = Ground::Room { made_it: true };
    for action in Action::ALL.into_iter().filter(|action| action.is_in_room()) {
        for role in Role::ALL {
            let there = may(role.max(Role::Moderator), action, Ground::Room { made_it: false });
            assert_eq!(may(role, action, made), there, "{role:?} {action:?}");
        }
    }
}

#[test]
fn between_those_who_talk_directly_nobody_keeps_order() {
    for action in Action::ALL {
        for role in Role::ALL {
            let among_equals = matches!(action, Action::Talk | Action::Pin);
            assert_eq!(may(role, action, Ground::Direct), among_equals, "{role:?} {action:?}");
        }
    }
}

#[test]
fn what_is_done_in_a_room_is_not_done_elsewhere_nor_the_other_way_round() {
    for action in Action::ALL {
        let elsewhere = if action.is_in_room() { Ground::Maru } else { Ground::Room { made_it: true } };
        assert!(!may(Role::Owner, action, elsewhere), "{action:?}");
    }
}
