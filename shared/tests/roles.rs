//! The table of `docs/operating.md` and the code say the same, cell by cell.

use std::{fs, path::Path};

use maru_shared::{
    Role,
    role::{Action, may},
};

/// The row of the table that tells of an action.
const fn row(action: Action) -> &'static str {
    match action {
        Action::Talk => "read and write in rooms that one has joined, join public rooms",
        Action::MakeRoom => "make a public room",
        Action::KeepAccount => "set one's own password, see and end one's own sessions",
        Action::Invite => "invite guests and members",
        Action::ManageInvitations => "see and revoke everybody's invitations",
        Action::InviteStaff => "invite moderators and admins",
        Action::ResetPassword => "make a link for the password of somebody with a lesser role",
    }
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
            assert_eq!(*cell == "yes", may(role, action), "{role:?} {action:?}");
        }
    }
}
