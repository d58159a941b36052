//! Keeping order: members, invitations, rooms, the log of what was done, and how this Maru is run. What one may not do is
//! not shown.

mod api;
mod audit;
mod confirm;
mod member;
mod members;
mod paged;
mod policy;
mod rooms;
mod texts;

use maru_shared::{
    Role,
    role::{Action, Ground, may},
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use self::{
    audit::audit,
    members::members,
    policy::policy,
    rooms::rooms,
    texts::{AdminTexts, use_admin_texts},
};
use super::{invitations::inviting, oneself::use_oneself};
use crate::{
    ground::*,
    parts::{Tag, View, Watched, each, memo, part, tag},
    texts::Label,
};

/// The element in which the chosen tab is shown.
const PANEL: &str = "admin-panel";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Members,
    Invitations,
    Rooms,
    Audit,
    Policy,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Members, Self::Invitations, Self::Rooms, Self::Audit, Self::Policy];

    const fn is_for(self, role: Role) -> bool {
        match self {
            Self::Members => may(role, Action::Mute, Ground::Maru),
            Self::Invitations => may(role, Action::ManageInvitations, Ground::Maru),
            Self::Rooms => may(role, Action::Archive, Ground::Room { made_it: false }),
            Self::Audit => may(role, Action::ReadAudit, Ground::Maru),
            Self::Policy => may(role, Action::SetPolicy, Ground::Maru),
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Members => "admin-members",
            Self::Invitations => "admin-invitations",
            Self::Rooms => "admin-rooms",
            Self::Audit => "admin-audit",
            Self::Policy => "admin-policy",
        }
    }

    const fn label(self) -> Label<AdminTexts> {
        match self {
            Self::Members => |t| t.members,
            Self::Invitations => |t| t.invitations,
            Self::Rooms => |t| t.rooms,
            Self::Audit => |t| t.audit,
            Self::Policy => |t| t.policy,
        }
    }

    fn show(self) -> View {
        match self {
            Self::Members => members(),
            Self::Invitations => inviting(),
            Self::Rooms => rooms(),
            Self::Audit => audit(),
            Self::Policy => policy(),
        }
    }
}

/// All of it, a tab each.
pub fn admin() -> View {
    let oneself = use_oneself();
    let t = use_admin_texts();
    let wanted = Watched::new(Tab::Members);
    let tabs = memo(move || {
        let role = oneself.me.with(|me| me.standing.role);
        Tab::ALL.into_iter().filter(|tab| tab.is_for(role)).collect::<Vec<_>>()
    });
    // One may be less than one was.
    let shown = memo(move || {
        let wanted = wanted.get();
        tabs.with(|tabs| tabs.iter().find(|tab| **tab == wanted).or(tabs.first()).copied())
    });
    let one = move |tab: Tab| {
        let is_shown = move || shown.get() == Some(tab);
        tag("button")
            .attr("type", "button")
            .attr("role", "tab")
            .attr("id", tab.id())
            .attr("aria-controls", PANEL)
            .attr("aria-selected", move || if is_shown() { "true" } else { "false" })
            .attr("tabindex", move || if is_shown() { "0" } else { "-1" })
            .text(t.say(tab.label()))
            .click(move || wanted.set(tab))
    };
    let turn = move |event: KeyboardEvent| {
        let tabs = tabs.get_untracked();
        let Some(at) = tabs.iter().position(|tab| Some(*tab) == shown.get_untracked()) else { return };
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % tabs.len(),
            "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        event.prevent_default();
        wanted.set(tabs[to]);
        focus_tab(tabs[to]);
    };
    let list = tag("div")
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", t.say(|t| t.sections))
        .on("keydown", turn)
        .child(each(move || tabs.get(), |tab| (*tab as u8, [0; 16]), one));
    tag("div").class("admin").child(list).child(panel(move || shown.get())).into()
}

fn panel(shown: impl Fn() -> Option<Tab> + Clone + Send + Sync + 'static) -> Tag {
    let t = use_admin_texts();
    let labelled = shown.clone();
    tag("div")
        .class("tab-panel")
        .attr("id", PANEL)
        .attr("role", "tabpanel")
        .attr("tabindex", "0")
        .attr("aria-labelledby", move || labelled().map(Tab::id))
        .child(part(shown, move |tab| match tab {
            Some(tab) => tab.show(),
            None => tag("p").class("hint").text(t.say(|t| t.nothing_here)).into(),
        }))
}

fn focus_tab(tab: Tab) {
    if let Some(tab) = document().get_element_by_id(tab.id()) {
        let _ = tab.unchecked_ref::<HtmlElement>().focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_sees_what_it_may_do() {
        let seen = |role| Tab::ALL.into_iter().filter(|tab| tab.is_for(role)).count();
        assert_eq!(Role::ALL.map(seen), [0, 0, 2, 5, 5]);
    }
}
