//! What is done to keep order with one member: role, mute, ban, password, sessions.

mod away;
mod sessions;

use maru_shared::{
    MemberId, Person, Role, Timestamp,
    api::MadeLink,
    role::{Action, Ground, may},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use self::{away::keep_away, sessions::sessions};
use super::{
    api,
    texts::{AdminTexts, use_admin_texts},
};
use crate::{
    annex::{choice::choice, link::link_to_share, oneself::use_oneself},
    answer::{Answer, Failure},
    components::{
        button::button,
        refusal::{attempt, refusal},
    },
    dom::{page, time},
    parts::{Tag, Text, View, Watched, part, part_when, tag},
    texts::{Label, use_language},
};

/// A member to whom something is done, and what came of it.
#[derive(Clone)]
pub struct Touched {
    person: Watched<Person>,
    failure: Watched<Option<Failure>>,
    done: Watched<Option<Label<AdminTexts>>>,
    row: Element,
}

impl Touched {
    /// A member, and the row in which they are shown.
    pub fn new(person: Watched<Person>, row: Element) -> Self {
        Self { person, failure: Watched::new(None), done: Watched::new(None), row }
    }

    fn id(&self) -> MemberId {
        self.person.with_untracked(|person| person.member.id)
    }

    fn name(&self) -> String {
        self.person.with_untracked(|person| person.member.name.to_string())
    }

    /// Does something to them, and says so when it is done.
    fn attempt(
        &self,
        asked: Answer<()>,
        said: Option<Label<AdminTexts>>,
        change: impl FnOnce(&mut Person) + 'static,
    ) {
        let Self { person, failure, done, row } = self.clone();
        failure.set(None);
        done.set(None);
        attempt(asked, failure, move |()| {
            let _ = person.try_update(change);
            done.set(said);
            // What was pressed may be gone now, and the focus with it.
            if let Some(head) = row.query_selector(".fold").ok().flatten() {
                let _ = head.unchecked_ref::<HtmlElement>().focus();
            }
        });
    }
}

/// What is shown of one subject.
type Part = fn(&Touched) -> View;

/// All that one may do with them.
pub fn order(touched: &Touched) -> Tag {
    let oneself = use_oneself();
    let t = use_admin_texts();
    let Touched { failure, done, .. } = *touched;
    // Those who may mute may ban, too: both are for one reason.
    let parts: [(Action, Part); 4] = [
        (Action::SetRole, role),
        (Action::Mute, keep_away),
        (Action::ResetPassword, password),
        (Action::EndSessions, sessions),
    ];
    let said = move || done.get().map(|said| said(t.get()));
    let mut all = tag("div").class("order");
    for (action, show) in parts {
        let touched = touched.clone();
        let is_allowed = move || oneself.me.with(|me| may(me.standing.role, action, Ground::Maru));
        all = all.child(part_when(is_allowed, move || tag("section").child(show(&touched))));
    }
    all.child(refusal(failure)).child(tag("p").class("done").attr("role", "status").text(said))
}

fn role(touched: &Touched) -> View {
    let t = use_admin_texts();
    let oneself = use_oneself();
    let person = touched.person;
    let touched = touched.clone();
    let show = move |is_guest| {
        if is_guest {
            return tag("p").class("hint").text(t.say(|t| t.guest_hint));
        }
        let own = oneself.me.with_untracked(|me| me.standing.role);
        let roles: Vec<Role> =
            Role::ALL.into_iter().filter(|role| (Role::Member..own).contains(role)).collect();
        let words = roles.iter().map(|role| {
            Text::from({
                let role = *role;
                move || (t.get().doing.role)(role)
            })
        });
        let now = person.with_untracked(|person| person.role);
        let at = roles.iter().position(|role| *role == now).unwrap_or_default();
        let (list, chosen) = choice("admin-role", |t: &AdminTexts| t.role_label, words, at);
        let (roles, touched) = (roles.clone(), touched.clone());
        let change = move || {
            let Some(role) = roles.get(chosen()).copied() else { return };
            let set = move |person: &mut Person| person.role = role;
            touched.attempt(api::set_role(touched.id(), role), Some(|t| t.role_changed), set);
        };
        list.child(button("quiet", t.say(|t| t.change_role), change))
    };
    part(move || person.with(|person| person.role == Role::Guest), show)
}

/// A link by which they set another password, for who has an account.
fn password(touched: &Touched) -> View {
    let t = use_admin_texts();
    let language = use_language();
    let Touched { person, failure, .. } = *touched;
    let id = touched.id();
    let made = Watched::new(None::<(String, Timestamp)>);
    let make = move || {
        failure.set(None);
        attempt(api::password_link(id), failure, move |MadeLink { secret, expires_at }| {
            made.set(Some((page::link(&secret), expires_at)));
        });
    };
    let link = move |made: Option<(String, Timestamp)>| {
        made.map_or_else(View::nothing, |(link, until)| {
            let words = t.tell(move |t| (t.good_until)(&time::day_and_time(until, language.get())));
            [
                link_to_share(&link, |t| t.password_link),
                tag("p").class("hint").attr("role", "status").text(words).into(),
            ]
            .into()
        })
    };
    let show = move || {
        tag("div")
            .child(tag("h3").text(t.say(|t| t.password)))
            .child(tag("p").class("hint").text(t.say(|t| t.password_hint)))
            .child(button("quiet", t.say(|t| t.make_password_link), make))
            .child(part(move || made.get(), link))
    };
    part_when(move || person.with(|person| person.role > Role::Guest), show)
}
