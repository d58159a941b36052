//! English.

use super::{Filter, FindingTexts};
use crate::{annex::texts::en::DOING, texts::en::COMMON};

/// English.
pub(super) static TEXTS: FindingTexts = FindingTexts {
    common: &COMMON,
    doing: &DOING,

    goal: "Room or person",
    goal_hint: "Find by name",
    goal_keys: "↑ ↓ to choose · Enter to open · Esc to close",
    no_goal: "There is no room and nobody of that name.",
    archived: "Archived",
    not_joined: "Not joined",

    messages: "Messages found",
    sought: "What to look for",
    sought_hint: "What are you looking for?",
    order: "Order",
    best: "Best first",
    newest: "Newest first",
    narrow: "Ways to narrow it down",
    filters: [
        Filter { typed: "from:", example: "from:Minsu", what: "what this person wrote" },
        Filter { typed: "in:", example: "in:design", what: "messages of this room" },
        Filter { typed: "before:", example: "before:2026-11-01", what: "earlier than this day" },
        Filter { typed: "after:", example: "after:2026-11", what: "from this day or month on" },
        Filter { typed: "has:", example: "has:image", what: "file, image, link, reaction, pin" },
    ],
    this_room: "Only this room",
    in_room: "in:",
    quotes: "All words must be there. \"Words in quotes\" must stand just so.",
    seeking: "Searching…",
    found: |count, more| match (count, more) {
        (count, true) => format!("More than {count} found"),
        (1, false) => "1 message found".to_owned(),
        (count, false) => format!("{count} messages found"),
    },
    nothing: "No message says that",
    nothing_hint: "Try a shorter word or fewer filters. Only rooms that you are in are searched.",
    more: "Show more",
    further: "Look through older messages",
    edited: "edited",

    groups: ["Anywhere", "Between rooms", "While writing", "On a message", "In lists and dialogs"],
    go_to: "Go to a room or a person",
    search: "Search messages",
    all_keys: "Show these shortcuts",
    close: "Close what is open",
    step: "Room above or below",
    step_unread: "Unread room above or below",
    send: "Send",
    new_line: "New line",
    edit_last: "Edit your last message (in an empty field)",
    beside: "Message above or below",
    reply: "Reply",
    react: "React",
    edit: "Edit",
    choose: "Choose",
    or: "or",
};
