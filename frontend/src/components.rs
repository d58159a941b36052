//! What is seen. Components are functions that build a view, once, for as long as it is shown: what changes in it
//! follows signals. They read the chat and call its verbs; they know neither the socket nor the API.

pub mod account;
pub mod avatar;
pub mod banner;
pub mod browse;
pub mod button;
pub mod composer;
pub mod conversation;
pub mod dialog;
pub mod form;
pub mod icon;
pub mod invitations;
pub mod link;
pub mod message;
pub mod message_list;
pub mod new_room;
pub mod people;
pub mod refusal;
pub mod room_list;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod typing_line;

use maru_shared::{Room, RoomId};

use crate::texts::Texts;

/// What a room is called in this language: the lobby has a name in each.
pub fn room_name(room: &Room, texts: &Texts) -> String {
    if room.id == RoomId::LOBBY { texts.lobby.to_owned() } else { room.name.to_string() }
}
