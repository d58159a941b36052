//! One's account: its password, and where one is signed in.

use leptos::prelude::*;
use maru_shared::api::Session;

use super::{
    api,
    oneself::use_oneself,
    passkeys::passkeys,
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::{Answer, Failure},
    components::{
        button::button,
        form::{AskedIn, Kind, form},
        refusal::{attempt, refusal},
    },
    dom::time,
    parts::{Tag, Text, View, Watched, each, part, part_when, tag},
    state::device,
    texts::use_language,
};

/// The parts of the settings that are about one's account.
pub fn account() -> View {
    [password(), passkeys(), sessions()].into_iter().collect()
}

fn password() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let done = Watched::new(false);
    let has_password = move || oneself.me.with(|me| me.standing.has_password);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let password = typed.pop().unwrap_or_default();
        let current = typed.pop();
        Box::pin(async move {
            api::set_password(current, password).await?;
            oneself.became_member();
            done.set(true);
            Ok(())
        })
    });
    type Asked = AskedIn<AnnexTexts>;
    let current = Asked { kind: Kind::Password, label: |t| t.current_password, hint: None };
    let new = Asked { kind: Kind::NewPassword, label: |t| t.new_password, hint: Some(|t| t.password_hint) };
    let fields = move |(done, has_password)| {
        if done {
            let note = tag("p").class("note").attr("role", "status");
            return View::from(note.text(t.say(|t| t.password_is_set)));
        }
        let fields: &[Asked] = if has_password { &[current, new] } else { &[new] };
        let why = (!has_password).then(|| tag("p").class("hint").text(t.say(|t| t.why_password)).into());
        why.into_iter().chain([form(fields, |t| t.set_password, ask)]).collect()
    };
    let words = move || if has_password() { t.get().change_password } else { t.get().become_member };
    fold(words, move || part(move || (done.get(), has_password()), fields))
}

fn sessions() -> View {
    let t = use_annex_texts();
    fold(t.say(|t| t.sessions), move || {
        let found = Watched::new(Vec::<Session>::new());
        let failure = Watched::new(None::<Failure>);
        let load = Callback::new(move |()| attempt(api::sessions(), failure, move |list| found.set(list)));
        load.run(());
        let others = move || found.with(|sessions| sessions.iter().any(|session| !session.current));
        let end_others = move || attempt(api::end_other_sessions(), failure, move |()| _ = load.try_run(()));
        let row = move |session: Session| row(session, failure, load);
        [
            refusal(failure),
            tag("ul")
                .class("sessions")
                .child(each(move || found.get(), |session| (0, *session.id.as_bytes()), row))
                .into(),
            part_when(others, move || button("quiet", t.say(|t| t.end_other_sessions), end_others)),
        ]
        .into_iter()
        .collect()
    })
}

fn row(session: Session, failure: Watched<Option<Failure>>, load: Callback<()>) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let Session { id, device, used_at, current, .. } = session;
    let device = device::name(&device);
    let used = move || {
        if current { t.get().this_session.to_owned() } else { time::day_and_time(used_at, language.get()) }
    };
    let end = move || attempt(api::end_session(id), failure, move |()| _ = load.try_run(()));
    let row = listed(device, used);
    if current { row } else { row.child(button("quiet", t.say(|t| t.end_session), end)) }
}

/// A row of a list: what it is, and what else there is to know.
pub fn listed(what: impl Into<Text>, hint: impl Into<Text>) -> Tag {
    let words = tag("div")
        .child(tag("span").class("session-device").text(what))
        .child(tag("span").class("hint").text(hint));
    tag("li").class("session").child(words)
}

/// Something that is unfolded when one wants to see it, and built only then.
pub fn fold(words: impl Fn() -> &'static str + 'static, inside: impl Fn() -> View + 'static) -> View {
    let open = Watched::new(false);
    let toggle = button("fold", words, move || open.set(!open.get_untracked()))
        .attr("aria-expanded", move || if open.get() { "true" } else { "false" });
    let inside = part(move || open.get(), move |open| if open { inside() } else { View::nothing() });
    tag("section").class("folded").child(toggle).child(inside).into()
}
