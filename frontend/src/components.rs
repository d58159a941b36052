//! What is seen. Components are functions that build a view, once, for as long as it is shown: what changes in it
//! follows signals. They read the chat and call its verbs; they know neither the socket nor the API.

pub mod annex;
pub mod answering;
pub mod attachments;
pub mod avatar;
pub mod banner;
pub mod button;
pub mod completing;
pub mod composer;
pub mod conversation;
pub mod dialog;
pub mod emoji_picker;
pub mod form;
pub mod icon;
pub mod link;
pub mod message;
pub mod message_list;
pub mod people;
pub mod quote;
pub mod readers;
pub mod refusal;
pub mod room_list;
pub mod sheet;
pub mod shell;
pub mod sign_in;
pub mod tray;
pub mod typing_line;
pub mod words;

use maru_shared::{Member, Room};

use crate::{chat::Chat, texts::Texts};

/// What tells something in a list from the others there, and from itself when one of these is called otherwise.
pub fn called_key(id: &[u8; 16], members: &[Member]) -> [u8; 16] {
    let mut key = u128::from_le_bytes(*id);
    for member in members {
        for byte in member.name.as_str().bytes() {
            key = key.rotate_left(9) ^ u128::from(byte);
        }
    }
    key.to_le_bytes()
}

/// What a room is called in this language.
pub fn room_name(room: &Room, chat: Chat, texts: &Texts) -> String {
    texts.common.name_of(room, chat.with_now(|world| world.me.id))
}
