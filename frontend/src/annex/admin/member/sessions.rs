//! Where somebody is signed in.

use maru_shared::api::Session;

use super::Touched;
use crate::{
    annex::{
        account::{fold, listed},
        admin::{api, confirm::confirmed, texts::use_admin_texts},
    },
    components::refusal::attempt,
    dom::time,
    parts::{Tag, View, Watched, each, part_when, tag},
    state::device,
    texts::use_language,
};

/// Where they are signed in, and the end of that.
pub fn sessions(touched: &Touched) -> View {
    let t = use_admin_texts();
    let touched = touched.clone();
    fold(t.say(|t| t.sessions), move || {
        let found = Watched::new(None::<Vec<Session>>);
        let failure = touched.failure;
        attempt(api::sessions(touched.id()), failure, move |list| found.set(Some(list)));
        let is_somewhere = move || found.with(|found| found.as_ref().is_some_and(|list| !list.is_empty()));
        let is_nowhere = move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
        let list = tag("ul").class("sessions").child(each(
            move || found.get().unwrap_or_default(),
            |session: &Session| (0, *session.id.as_bytes()),
            session,
        ));
        let touched = touched.clone();
        let end = move || {
            let touched = touched.clone();
            let name = touched.name();
            let question = move || {
                let name = name.clone();
                t.tell(move |t| (t.end_sessions_question)(&name))
            };
            let end = move || {
                touched.attempt(api::end_sessions(touched.id()), Some(|t| t.sessions_ended), move |_| {
                    found.set(Some(Vec::new()));
                });
            };
            tag("div").child(confirmed(|t| t.end_sessions, question, end))
        };
        [
            list.into(),
            part_when(is_nowhere, move || tag("p").class("hint").text(t.say(|t| t.no_sessions))),
            part_when(is_somewhere, end),
        ]
        .into()
    })
}

fn session(Session { device, used_at, address, .. }: Session) -> Tag {
    let language = use_language();
    let used = move || {
        let used = time::day_and_time(used_at, language.get());
        if address.is_empty() { used } else { format!("{used} · {address}") }
    };
    listed(device::name(&device), used)
}
