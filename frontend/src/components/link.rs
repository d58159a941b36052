//! Where a link leads.

use super::{
    annex::place,
    sign_in::{card, door},
};
use crate::{chat::use_chat, ground::*, parts::View, seam::AnnexView};

/// The page of the link by which one came.
pub fn link() -> View {
    let chat = use_chat();
    door(card().child(place(&AnnexView::Link, Callback::new(move |()| chat.leave_link()))))
}
