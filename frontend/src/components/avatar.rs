//! A face for a name: its first letter on a colour of its own.

use maru_shared::Member;

use crate::parts::{Tag, tag};

/// How many colours there are: `.avatar[data-hue="0"]` and on.
const HUES: u8 = 10;

/// A face for a member.
pub fn avatar(member: &Member) -> Tag {
    let hue =
        member.id.as_bytes().iter().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % HUES;
    let initial: String = member.name.as_str().chars().take(1).collect();
    tag("span").class("avatar").attr("data-hue", hue.to_string()).attr("aria-hidden", "true").text(initial)
}
