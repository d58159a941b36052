//! What is seen. Components are functions that build a view, once, for as long as it is shown: what changes in it
//! follows signals. They read the chat and call its verbs; they know neither the socket nor the API.

pub mod annex;
pub mod attachments;
pub mod avatar;
pub mod banner;
pub mod button;
pub mod composer;
pub mod conversation;
pub mod dialog;
pub mod form;
pub mod icon;
pub mod link;
pub mod menu;
pub mod message;
pub mod message_list;
pub mod people;
pub mod refusal;
pub mod room_list;
pub mod sheet;
pub mod shell;
pub mod sign_in;
pub mod tray;
pub mod typing_line;
pub mod words;

use maru_shared::Room;

use crate::{chat::Chat, texts::Texts};

/// What a room is called in this language.
pub fn room_name(room: &Room, chat: Chat, texts: &Texts) -> String {
    texts.common.name_of(room, chat.with_now(|world| world.me.id))
}
