//! A face for a name: its first letter on a colour of its own.

use leptos::prelude::*;
use maru_shared::Member;

/// How many colours there are: `.avatar[data-hue="0"]` and on.
const HUES: u8 = 10;

/// A face for a member.
#[component]
pub fn Avatar(
    /// Whose.
    member: Member,
) -> impl IntoView {
    let hue =
        member.id.as_bytes().iter().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % HUES;
    let name = member.name.as_str();
    let initial: String = name.chars().take(1).collect();
    view! { <span class="avatar" data-hue=hue.to_string() aria-hidden="true">{initial}</span> }
}
