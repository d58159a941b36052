//! English.

use maru_shared::{
    Note,
    api::{AuditEntry, AuditedRoom, Deed, Policy, Settings},
};

use super::{AdminTexts, When};
use crate::annex::texts::en::DOING;

/// English.
pub static TEXTS: AdminTexts = AdminTexts {
    doing: &DOING,

    sections: "Administration",
    members: "Members",
    invitations: "Invitations",
    rooms: "Rooms",
    audit: "Log",
    policy: "Access",
    nothing_here: "There is nothing for you to do here any more.",
    again: "Try again",

    search_members: "Search by name",
    nobody: "Nobody is called that.",
    more_members: "Show more",
    oneself: "you",
    muted: "muted",
    muted_until: |until| format!("Muted until {until}."),
    banned: "banned",
    change_role: "Change role",
    role_label: "Role",
    role_changed: "The role is changed.",
    guest_hint: "A guest has no role yet: whoever sets a password becomes a member.",
    reason: "Reason",
    reason_hint: "Not required. Admins can read it in the log.",
    mute_for: "Mute for",
    minutes,
    unmuted: "They can write again.",
    ban_question: |name| format!("Ban {name}? They are signed out everywhere, and cannot come back."),
    ban_addresses: "Ban their addresses, too",
    ban_addresses_hint: "Nobody new comes in from there, which may be a whole household or school.",
    unbanned: "They may come in again.",
    password: "Password",
    password_hint: "For who forgot the password. Whoever has the link can set another, so hand it on with care.",
    make_password_link: "Make a link",
    good_until: |until| format!("Good once, until {until}."),
    sessions: "Signed-in devices",
    no_sessions: "Signed in nowhere.",
    end_sessions: "Sign out everywhere",
    end_sessions_question: |name| format!("Sign {name} out on all devices?"),
    sessions_ended: "They are signed out everywhere.",

    lobby: "Lobby",
    public_only: "Private and direct rooms are not listed: only those who are in them know of them.",
    members_of: |count| if count == 1 { "1 member".into() } else { format!("{count} members") },
    archived: "archived",
    join: "Join",
    join_first: "Join the room to change something in it.",
    rename: "Rename",
    renamed: "The room is renamed.",
    archive_hint: "An archived room can only be read.",
    was_archived: "The room is archived.",
    was_restored: "The room can be written in again.",
    delete_question: |name| {
        format!("Delete “{name}” and everything that was said there? Nobody can bring it back.")
    },

    nothing_done: "Nothing was done yet.",
    older: "Older",
    deed,

    who_comes_in: "Who may come in",
    open: "Anyone",
    open_hint: "Whoever reaches the address comes in as a guest, with nothing but a name.",
    by_invitation: "By invitation",
    by_invitation_hint: "Only those with an account or an invitation. Guests who are here stay.",
    open_warning: "Anyone who reaches this address will be able to read and write in every public room. If the address is reached from the internet, that is everybody.",
    members_invite: "Members may invite",
    members_invite_hint: "If not, only admins invite, and invitations that members made are taken back.",
    saved: "Saved.",
};

fn minutes(minutes: u32) -> String {
    let (count, unit) = match minutes {
        0..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn deed(AuditEntry { by, deed, .. }: &AuditEntry, when: When<'_>) -> String {
    let by = by.as_ref().map_or("The server’s operator", |by| by.as_str());
    let role = DOING.role;
    match deed {
        Deed::RoleSet { member, role: new } => format!("{by} made {} {}", member.name, a(role(*new))),
        Deed::Muted { member, until, reason } => {
            format!("{by} muted {} until {}{}", member.name, when(*until), why(reason))
        }
        Deed::Unmuted { member } => format!("{by} unmuted {}", member.name),
        Deed::Banned { member, reason, addresses } => {
            let addresses = match addresses {
                0 => String::new(),
                1 => " and 1 address".to_owned(),
                count => format!(" and {count} addresses"),
            };
            format!("{by} banned {}{addresses}{}", member.name, why(reason))
        }
        Deed::Unbanned { member } => format!("{by} lifted the ban of {}", member.name),
        Deed::Kicked { member, room, reason } => {
            format!("{by} removed {} from {}{}", member.name, self::room(room), why(reason))
        }
        Deed::MessageDeleted { member, room, reason, .. } => {
            format!("{by} deleted a message of {} in {}{}", member.name, self::room(room), why(reason))
        }
        Deed::RoomArchived { room } => format!("{by} archived {}", self::room(room)),
        Deed::RoomRestored { room } => format!("{by} brought back {}", self::room(room)),
        Deed::RoomDeleted { room } => format!("{by} deleted {}", self::room(room)),
        Deed::Invited { role: new, uses } => {
            let people = if *uses == 1 { "1 person".to_owned() } else { format!("up to {uses} people") };
            format!("{by} made an invitation for {people}, as {}", role(*new))
        }
        Deed::InvitationRevoked => format!("{by} took an invitation back"),
        Deed::PasswordLinkMade { member } => {
            format!("{by} made a link by which {} sets another password", member.name)
        }
        Deed::SessionsEnded { member } => format!("{by} signed {} out everywhere", member.name),
        Deed::NameChanged { member, name } => {
            format!("{by} took the name “{name}” in place of “{}”", member.name)
        }
        Deed::SettingsChanged(Settings { policy, members_invite }) => {
            let policy = match policy {
                Policy::Open => "anyone may come in",
                Policy::Invite => "people come in by invitation",
            };
            let invite = if *members_invite { "members may invite" } else { "only admins invite" };
            format!("{by} changed the access: {policy}, {invite}")
        }
    }
}

fn room(room: &AuditedRoom) -> String {
    super::room(room, TEXTS.lobby)
        .map_or_else(|| "a private room".to_owned(), |name| format!("the room “{name}”"))
}

fn why(reason: &Note) -> String {
    if reason.is_empty() { String::new() } else { format!(": {}", reason.as_str()) }
}

fn a(role: &str) -> String {
    let article = if role.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {role}")
}
