//! English.

use maru_shared::{
    Happening, Name, Note, Password, Refusal,
    text::{NameError, NoteError, PasswordError},
};

use super::{Common, Texts, size};

/// English: what all have in common.
pub static COMMON: Common = Common {
    your_name: "Your name",
    come_in: "Come in",
    direct: "Direct messages",
    lobby: "Lobby",
    notes_to_self: "Notes to self",
    loading: "Loading…",
    members: |count| if count == 1 { "1 member".into() } else { format!("{count} members") },
    invite_people: "Invite people into the room",
    close: "Close",
    cancel: "Cancel",
    emoji: "Emoji",
    unreachable: "The server did not answer. Try again.",
    last_here: |when| format!("Last here: {when}"),
    here: "active",
    away: "away",
    gone: "offline",
    unread: |count| if count == 1 { "1 unread message".into() } else { format!("{count} unread messages") },
    refusal,
};

/// English.
pub static TEXTS: Texts = Texts {
    common: &COMMON,

    tagline: "A place to talk, of your own.",
    sign_in_hint: "No account needed. Others will see this name.",
    signed_out_elsewhere: "You were signed out. What you had not sent is kept in this browser.",

    invite_only: "You come in here by invitation. If you have an account, come in.",
    with_account: "I have an account",
    with_passkey: "With a passkey",
    as_guest: "Come in as a guest",
    password: "Password",
    forgot_password: "Forgotten? An admin can give you a new link.",

    rooms: "Rooms",
    archived: "Archived rooms",
    private: "private",
    new_room: "New room",
    browse_rooms: "Browse rooms",
    mentions: |count| if count == 1 { "1 mention of you".into() } else { format!("{count} mentions of you") },
    quiet: "notifications off",
    read_by: |names| format!("Read up to here by {}", names.join(", ")),

    about_room: "About this room",
    left: |room| format!("You left “{room}”."),
    kicked: |room, reason| {
        if reason.is_empty() {
            format!("You were removed from “{room}”.")
        } else {
            format!("You were removed from “{room}”: {reason}")
        }
    },
    room_deleted: |room| format!("“{room}” was deleted."),
    no_longer_in: |room| format!("You are no longer in “{room}”."),
    half_written: " You had begun to write:\n",

    find_people: "People of this Maru",

    react: "Add a reaction",
    reacted: |emoji, count, names| {
        let unnamed = count.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
        match unnamed {
            0 => format!("{emoji} {count}: {}", names.join(", ")),
            _ => format!("{emoji} {count}: {} and {unnamed} more", names.join(", ")),
        }
    },
    reactors: "Who reacted",
    answering: |name| format!("Replying to {name}"),
    answer_nothing: "Do not reply",
    edited: "(edited)",
    pinned: "Pinned",
    pins: "Pinned messages",
    deleted: "This message was deleted",
    files: "Files",
    muted_until: |until| format!("You are muted: you can write again from {until}."),
    banned: "You are banned from this Maru. What you had not sent is kept in this browser.",

    messages: "Messages",
    empty_room: "Nothing has been said here yet",
    empty_room_hint: "Write the first message.",
    new_messages_line: "New messages",
    new_messages: |count| if count == 1 { "1 new message".into() } else { format!("{count} new messages") },
    to_the_newest: "To the newest",
    happened: |by, what| match what {
        Happening::Made { .. } => format!("{by} made this room"),
        Happening::Opened => format!("{by} began to talk here"),
        Happening::Joined => format!("{by} joined"),
        Happening::LetIn { member } => format!("{by} invited {}", member.name),
        Happening::Left => format!("{by} left"),
        Happening::Kicked { member, reason } if reason.is_empty() => format!("{by} removed {}", member.name),
        Happening::Kicked { member, reason } => {
            format!("{by} removed {}: {}", member.name, reason.as_str())
        }
        Happening::Renamed { name } => format!("{by} renamed the room to “{name}”"),
        Happening::Described { topic } if topic.is_empty() => format!("{by} cleared the topic"),
        Happening::Described { topic } => format!("{by} set the topic: {}", topic.as_str()),
        Happening::Archived => format!("{by} archived the room"),
        Happening::Restored => format!("{by} brought the room back"),
        Happening::Gone { .. } => "This message was deleted".to_owned(),
        Happening::Posted(_)
        | Happening::Deleted { .. }
        | Happening::Edited { .. }
        | Happening::Reacted { .. }
        | Happening::Unreacted { .. }
        | Happening::Unpinned { .. } => String::new(),
        Happening::Pinned { .. } => format!("{by} pinned a message"),
    },
    pending: "Waiting to be sent",
    refused: "Not sent",
    try_again: "Try again",
    edit: "Edit",
    discard: "Discard",

    attach: "Attach files",
    drop_here: "Drop to attach",
    sends_when_whole: "It will be sent when the files are up.",
    do_not_send_yet: "Don’t send yet",
    files_stopped: "Some files could not be uploaded. Retry or remove them to send.",
    pictures: "Pictures",
    open_picture: |name| format!("Enlarge picture: {name}"),
    download: "Download",

    message: "Message",
    placeholder: "Write a message",
    send: "Send",
    too_long_by: |chars, max| format!("{chars} of {max} characters: shorten it by {}", chars - max),
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} is writing…"),
        [one, two] => format!("{one} and {two} are writing…"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more are writing…", rest.len()),
    },

    connecting: "Connecting…",
    reconnecting: "The line is gone. Trying again; what you write is kept.",
    offline: "You are offline. What you write is kept and goes out later.",
    stopped: "This page and the server do not understand each other any more. Reload the page.",
    reload: "Reload",

    people: "People",
    you: "you",

    go_to: "Go to",
    search: "Search messages",
    keys: "Keyboard shortcuts",
    settings: "Settings",
    admin: "Administration",
    annex_failed: "This could not be loaded: your connection may be gone, or Maru is newer than this page. What you wrote is kept.",
    load_again: "Try again",
};

fn refusal(why: Refusal) -> String {
    match why {
        Refusal::Empty => "A message needs something to read.".into(),
        Refusal::TooLong { max } => format!("It is too long: at most {max} characters."),
        Refusal::TooFast { .. } => "That was too fast. Try again in a moment.".into(),
        Refusal::NoSuchRoom => "There is no such room any more.".into(),
        Refusal::NoSuchMessage => "This message was deleted already.".into(),
        Refusal::NoSuchFile => "This file is not there any more. Add it again.".into(),
        Refusal::BadEmoji => "This is no emoji.".into(),
        Refusal::TooMany { max } => format!("There are {max} already, and no more are taken."),
        Refusal::FileTooLarge { max } => format!("The file is too large: at most {}.", size(max)),
        Refusal::NoRoomForFiles => "There is no room left for files here.".into(),
        Refusal::BadSearch => "This cannot be searched for. Try other words.".into(),
        Refusal::Archived => "This room is archived: it can only be read.".into(),
        Refusal::Muted { .. } => "You are muted for now. You can write again later.".into(),
        Refusal::Banned => "You are banned from this Maru.".into(),
        Refusal::BadNote(NoteError::TooLong) => format!("At most {} characters.", Note::MAX_CHARS),
        Refusal::BadNote(NoteError::Forbidden) => {
            "There are invisible characters in this. Take them out.".into()
        }
        Refusal::NotJoined => "You have not joined this room.".into(),
        Refusal::NameTaken => "This name is taken, or looks like one that is. Take another.".into(),
        Refusal::BadName(NameError::Empty) => "A name needs at least one visible character.".into(),
        Refusal::BadName(NameError::TooLong) => {
            format!("A name has at most {} characters.", Name::MAX_CHARS)
        }
        Refusal::BadName(NameError::Forbidden) => {
            "There are invisible characters in this name. Take them out.".into()
        }
        Refusal::SignedOut => "You are signed out. Sign in again.".into(),
        Refusal::NoSuchMember => "There is nobody like that.".into(),
        Refusal::InviteOnly => {
            "You need an invitation. If you have an account, come in with your password.".into()
        }
        Refusal::WrongPassword => "The name or the password is wrong.".into(),
        Refusal::BadPassword(PasswordError::TooShort) => {
            format!("A password needs at least {} characters.", Password::MIN_CHARS)
        }
        Refusal::BadPassword(PasswordError::TooLong) => {
            format!("A password has at most {} characters.", Password::MAX_CHARS)
        }
        Refusal::BadPassword(PasswordError::Weak) => "This password is too easy to guess.".into(),
        Refusal::BadPasskey => "This passkey is not known here.".into(),
        Refusal::BadLink => "This link is no longer good. Ask for a new one.".into(),
        Refusal::NotAllowed => "You may not do that.".into(),
        Refusal::Malformed => "The server could not read this. Reload the page.".into(),
        Refusal::ForeignOrigin => "The server does not take requests from this address.".into(),
        Refusal::Unavailable { .. } => "The server cannot store anything now. Try again in a moment.".into(),
    }
}
