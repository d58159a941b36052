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
    /// Read, write and type in a room that one is in, delete one's own messages.
    Talk,
    /// Find and join public rooms, leave rooms.
    ComeAndGo,
    /// See who is in this Maru.
    SeeMembers,
    /// Make a public or a private room.
    MakeRoom,
    /// Begin a direct room.
    TalkDirectly,
    /// Set one's own password, which makes a guest a member; see and end one's own sessions.
    KeepAccount,
    /// Give oneself another name.
    ChangeName,
    /// Keep passkeys.
    KeepPasskeys,
    /// Let somebody into a room.
    LetIn,
    /// Give a room another name or topic.
    Describe,
    /// Make a room one that is only read, and undo that.
    Archive,
    /// Take somebody out of a room.
    Kick,
    /// Pin messages in a room, and take them from what is pinned.
    Pin,
    /// Delete somebody else's message.
    DeleteMessage,
    /// See what somebody else's message said before it was edited.
    SeeVersions,
    /// Delete a room and all that is in it.
    DeleteRoom,
    /// Keep somebody from posting for a while.
    Mute,
    /// Keep somebody out.
    Ban,
    /// Make an invitation for members, where members are let do so.
    InviteWhereLet,
    /// Make an invitation for members.
    Invite,
    /// See and revoke everybody's invitations.
    ManageInvitations,
    /// Make an invitation for moderators and admins.
    InviteStaff,
    /// Make the link by which a member who forgot the password sets another.
    ResetPassword,
    /// Give somebody another role, below one's own.
    SetRole,
    /// See and end somebody else's sessions.
    EndSessions,
    /// Say who is let in, and who may invite.
    SetPolicy,
    /// See what was done to keep order.
    ReadAudit,
}

/// Where something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// In this Maru as a whole.
    Maru,
    /// In a public or private room that one is in.
    Room {
        /// Whether one made it: whoever did is at least a moderator there.
        made_it: bool,
    },
    /// In a direct room that one is in.
    Direct,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 5] = [Self::Guest, Self::Member, Self::Moderator, Self::Admin, Self::Owner];

    /// What a member of this role is on this ground.
    #[must_use]
    pub const fn on(self, ground: Ground) -> Self {
        match (self, ground) {
            (Self::Guest | Self::Member, Ground::Room { made_it: true }) => Self::Moderator,
            _ => self,
        }
    }
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 27] = [
        Self::Talk,
        Self::ComeAndGo,
        Self::SeeMembers,
        Self::MakeRoom,
        Self::TalkDirectly,
        Self::KeepAccount,
        Self::ChangeName,
        Self::KeepPasskeys,
        Self::LetIn,
        Self::Describe,
        Self::Archive,
        Self::Kick,
        Self::Pin,
        Self::DeleteMessage,
        Self::SeeVersions,
        Self::DeleteRoom,
        Self::Mute,
        Self::Ban,
        Self::InviteWhereLet,
        Self::Invite,
        Self::ManageInvitations,
        Self::InviteStaff,
        Self::ResetPassword,
        Self::SetRole,
        Self::EndSessions,
        Self::SetPolicy,
        Self::ReadAudit,
    ];

    /// Whether it is done in a room, and not in this Maru as a whole.
    pub const fn is_in_room(self) -> bool {
        matches!(
            self,
            Self::Talk
                | Self::LetIn
                | Self::Describe
                | Self::Archive
                | Self::Kick
                | Self::Pin
                | Self::DeleteMessage
                | Self::SeeVersions
                | Self::DeleteRoom
        )
    }
}

/// Whether a role may do this on this ground: the table in `docs/operating.md`, as code.
///
/// What is done to somebody takes a role above theirs too, except to delete their message.
pub const fn may(role: Role, action: Action, ground: Ground) -> bool {
    match (ground, action.is_in_room()) {
        (Ground::Maru, false) => role as u8 >= least(action) as u8,
        (Ground::Room { .. }, true) => role.on(ground) as u8 >= least(action) as u8,
        // Nobody keeps order between those who talk directly.
        (Ground::Direct, true) => matches!(action, Action::Talk | Action::Pin),
        (Ground::Maru, true) | (Ground::Room { .. } | Ground::Direct, false) => false,
    }
}

const fn least(action: Action) -> Role {
    match action {
        Action::Talk
        | Action::ComeAndGo
        | Action::SeeMembers
        | Action::MakeRoom
        | Action::TalkDirectly
        | Action::KeepAccount
        | Action::ChangeName => Role::Guest,
        Action::KeepPasskeys | Action::LetIn | Action::Pin | Action::InviteWhereLet => Role::Member,
        Action::Describe
        | Action::Archive
        | Action::Kick
        | Action::DeleteMessage
        | Action::SeeVersions
        | Action::Mute
        | Action::Ban => Role::Moderator,
        Action::Invite
        | Action::ManageInvitations
        | Action::ResetPassword
        | Action::SetRole
        | Action::EndSessions
        | Action::SetPolicy
        | Action::ReadAudit => Role::Admin,
        Action::InviteStaff | Action::DeleteRoom => Role::Owner,
    }
}
