//! Who one is, as the page says, and as it changes here.

use leptos::prelude::expect_context;
use maru_shared::{Role, api::Me};

use crate::{
    parts::Watched,
    seam::{Said, Told, hear, say},
};

/// Who one is. A handle.
#[derive(Clone, Copy)]
pub struct Oneself {
    /// As the page said last.
    pub me: Watched<Me>,
    /// How often signing out has failed.
    pub stayed: Watched<u32>,
}

impl Oneself {
    /// Who one is at first; what the page says from now on is heard.
    pub fn new(me: Me) -> Self {
        let oneself = Self { me: Watched::new(me), stayed: Watched::new(0) };
        hear(move |told| match told {
            Told::Me(me) => oneself.me.bring_to(me),
            Told::Stayed => _ = oneself.stayed.try_update(|times| *times += 1),
            Told::Show(_) | Told::End => {}
        });
        oneself
    }

    /// One has a password now, and is no guest any more. The page is told.
    pub fn became_member(self) {
        let became = self.me.try_update(|me| {
            me.standing.role = me.standing.role.max(Role::Member);
            me.standing.has_password = true;
            me.clone()
        });
        if let Some(me) = became {
            say(&Said::Me(me));
        }
    }
}

/// Who one is.
pub fn use_oneself() -> Oneself {
    expect_context()
}
