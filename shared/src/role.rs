//! Who may do what.

use serde::{Deserialize, Serialize};

/// What a member is in this Maru. Each may do whatever those before it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Came in with nothing but a name.
    #[default]
    Guest,
    /// Has an account.
    Member,
    /// Keeps order.
    Moderator,
    /// Runs this Maru for its owner.
    Admin,
    /// Whose Maru it is.
    Owner,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read, write and type in a room that one has joined; join public rooms.
    Talk,
    /// Make a public room.
    MakeRoom,
    /// Set one's own password, which makes a guest a member; see and end one's own sessions.
    KeepAccount,
    /// Make an invitation for members.
    Invite,
    /// See and revoke everybody's invitations.
    ManageInvitations,
    /// Make an invitation for moderators and admins.
    InviteStaff,
    /// Make the link by which a member who forgot the password sets another.
    ResetPassword,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 5] = [Self::Guest, Self::Member, Self::Moderator, Self::Admin, Self::Owner];
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Talk,
        Self::MakeRoom,
        Self::KeepAccount,
        Self::Invite,
        Self::ManageInvitations,
        Self::InviteStaff,
        Self::ResetPassword,
    ];
}

/// Whether a role may do this: the table in `docs/operating.md`, as code.
pub const fn may(role: Role, action: Action) -> bool {
    let least = match action {
        Action::Talk | Action::MakeRoom | Action::KeepAccount => Role::Guest,
        Action::Invite | Action::ManageInvitations | Action::ResetPassword => Role::Admin,
        Action::InviteStaff => Role::Owner,
    };
    role as u8 >= least as u8
}
