//! English.

use maru_shared::{Role, api::LinkUse};

use super::{AnnexTexts, Doing};
use crate::texts::en::COMMON;

/// English: what one does.
pub static DOING: Doing = Doing {
    common: &COMMON,
    join: "Join",
    rename: "Rename the room",
    describe: "Change the topic",
    role: |role| match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Admin => "admin",
        Role::Owner => "owner",
    },
    room_name: "Room name",
    private_room: "Private",
    public_room: "Public",
    archive: "Archive the room",
    restore: "Bring the room back",
    delete_room: "Delete the room",
    delete: "Delete",
    leave: "Leave the room",
    kick: "Remove from the room",
    mute: "Mute",
    unmute: "Let write again",
    ban: "Ban",
    unban: "Lift the ban",
    talk_directly: "Send a message",
    more: "More",
    save: "Save",
    unpin: "Unpin",
};

/// English.
pub static TEXTS: AnnexTexts = AnnexTexts {
    common: &COMMON,
    doing: &DOING,

    name_hint: "This is the name that others see.",
    not_now: "Not now",
    link,
    open: "Open",
    no_such_room: "There is no such room",
    no_such_room_hint: "It may be gone, or the address is not quite right.",
    not_joined: "You have not joined this room",
    to_the_lobby: "To the lobby",
    new_password: "New password",
    password_hint: "8 characters or more. A long sentence is best.",
    set_password: "Set password",

    current_password: "Current password",
    language: "Language",
    by_browser: "Browser setting",
    appearance: "Appearance",
    system: "System",
    light: "Light",
    dark: "Dark",
    shows_seen: "Show when I was last here",
    shows_seen_hint: "While you are offline, others can see when you were last here.",
    notify: "Notifications",
    notify_all: "Everything",
    notify_mentions: "Mentions",
    notify_nothing: "Nothing",
    keys: "Keyboard shortcuts",
    keys_title: "Keyboard shortcuts",
    sign_out: "Sign out",
    sign_out_question: "Sign out?",
    sign_out_warning: |name| {
        format!("You are a guest: nobody, not even you, can come back as “{name}”. Your messages stay.")
    },
    sign_out_member: "You can come back at any time with your name and password.",
    become_member: "Become a member",
    why_password: "With a password you can come in under the same name on your other devices.",
    change_password: "Change password",
    forget_passkeys: "Remove my passkeys, too",
    why_own_password: "A passkey lets you in for good: we ask that it is you.",
    change_name: "Change name",
    new_name: "New name",
    new_name_hint: "Everyone sees it at once, also beside what you have written before.",
    name_is_changed: |name| format!("You are called “{name}” now."),
    password_is_set: "The password is set. Your other devices are signed out.",
    passkeys: "Passkeys",
    passkeys_hint: "Come in with your fingerprint, your face or the PIN of your device, without a password.",
    passkeys_not_here: "None can be added here: that takes a newer browser, or a Maru with a name and TLS.",
    add_passkey: "Add a passkey",
    passkey_known: "This device has a passkey of yours already.",
    passkey_failed: "Your browser could not make a passkey.",
    passkey: |made, used| match used {
        Some(used) => format!("Made {made} · last used {used}"),
        None => format!("Made {made}"),
    },
    remove_passkey: "Remove",
    remove_passkey_surely: "Remove passkey",
    sessions: "Signed-in devices",
    this_session: "This device",
    end_session: "Sign out",
    end_other_sessions: "Sign out all others",
    invitations: "Invitations",
    invitation_hint: |uses, days| format!("One link lets in up to {uses} people, for {days} days."),
    make_invitation: "Make an invitation link",
    invited_as: "They come in as",
    link_to_share: "Invitation link",
    password_link: "Link for a new password",
    qr_code: "QR code with this link",
    copy: "Copy",
    copied: "Copied",
    invitation: |by, role| match by {
        Some(by) => format!("From {by} · {role}"),
        None => format!("From the server · {role}"),
    },
    invitation_left: |uses, until| format!("{uses} left · until {until}"),
    revoke: "Take back",

    topic: "Topic",
    topic_hint: "What the room is about, in a line. May be empty.",
    archive_hint: "It can only be read from then on. You can bring it back at any time.",
    restore_hint: "Everybody in it can write again.",
    delete_room_hint: |room| {
        format!("“{room}” and all that was written in it are gone for everybody. Nobody can bring it back.")
    },
    leave_hint: "You can join it again at any time.",
    leave_private_hint: "You cannot find it again: somebody in it would have to invite you.",
    leave_last_hint: "You are the last one in it: the room and all that was written in it will be deleted.",
    find_by_name: "Find by name",
    nobody_found: "Nobody has that name.",
    show_more: "Show more",
    new_room_hint: "Anyone here can find it and join.",
    who_finds_it: "Who can find it",
    private_hint: "Only those who are invited know of it.",
    create: "Create",
    invite: "Invite",
    commands: "Commands",
    slash: [
        ("what you do", "Say what you are doing"),
        ("topic", "Change what the room is about"),
        ("name", "Let somebody into the room"),
        ("", "Leave the room"),
        ("words", "Shrug ¯\\_(ツ)_/¯"),
    ],
    no_such_command: "There is no such command here. Press Enter again to send it as it stands.",
    people: "People",
    find_emoji: "Find emoji",
    no_emoji: "There is no such emoji.",
    emoji_groups_label: "Kinds of emoji",
    emoji_groups: [
        "Recently used",
        "Smileys and feelings",
        "People",
        "Animals and nature",
        "Food and drink",
        "Travel and places",
        "Activities",
        "Objects",
        "Symbols",
        "Flags",
    ],
    skin_tone: |tone| match tone {
        1 => "Skin tone: light",
        2 => "Skin tone: medium light",
        3 => "Skin tone: medium",
        4 => "Skin tone: medium dark",
        5 => "Skin tone: dark",
        _ => "Skin tone: none",
    },
    change_tone: "Change the skin tone",
    version: |at| format!("Since {at}"),
    nothing_pinned: "Nothing is pinned here yet. What is to be found again can be pinned by its menu.",
    to_message: "Show in the conversation",
    files: "Files",
    delete_message: "Delete the message",
    delete_message_hint: "It is gone for everybody. Where it stood, a line says so.",
    reason: "Reason (optional)",
    kick_hint: |name| format!("{name} is no longer in this room. Everybody in it sees the reason."),
    mute_hint: |name| format!("{name} can read, but not write in any room."),
    for_how_long: "For how long",
    spans: ["10 minutes", "1 hour", "1 day", "1 week"],
    ban_hint: |name| format!("{name} is signed out everywhere and cannot come in again."),
    ban_addresses: "Let nobody new in from the same addresses",
    unmute_hint: "The mute ends at once.",
    unban_hint: "They can come in again, and so can others from their addresses.",
};

fn link(purpose: &LinkUse, me: Option<&str>) -> String {
    match (purpose, me) {
        (LinkUse::Own, None) => {
            "This Maru has no owner yet. Take a name and a password, and it is yours.".into()
        }
        (LinkUse::Own, Some(me)) => format!("{me}, this Maru will be yours."),
        (LinkUse::Invite { by: Some(by), .. }, None) => {
            format!("{by} invites you. Take a name and a password, and come in.")
        }
        (LinkUse::Invite { by: None, .. }, None) => {
            "You are invited. Take a name and a password, and come in.".into()
        }
        (LinkUse::Invite { .. }, Some(me)) => {
            format!("{me}, you are in already. With this invitation you become a member.")
        }
        (LinkUse::Reset { name }, _) => format!("Set a new password for {name}."),
    }
}
