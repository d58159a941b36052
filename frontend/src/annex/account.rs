//! One's account: its password, and where one is signed in.

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
        form::{AskedIn, Kind, form, form_as, tick},
        refusal::{attempt, refusal},
    },
    dom::time,
    ground::*,
    parts::{Tag, Text, View, Watched, each, part, part_when, tag},
    state::device,
    texts::use_language,
};

/// The parts of the settings that are about one's account.
pub fn account() -> View {
    [name(), password(), passkeys(), sessions()].into_iter().collect()
}

fn name() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let done = Watched::new(None::<String>);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let name = typed.pop().unwrap_or_default();
        Box::pin(async move {
            api::change_name(name.clone()).await?;
            done.set(Some(name.trim().to_owned()));
            Ok(())
        })
    });
    let fields = move |done: Option<String>| {
        if let Some(name) = done {
            let note = tag("p").class("note").attr("role", "status").attr("dir", "auto");
            return View::from(note.text(t.tell(move |t| (t.name_is_changed)(&name))));
        }
        let name = AskedIn::<AnnexTexts> {
            kind: Kind::Name,
            label: |t| t.new_name,
            hint: Some(|t| t.new_name_hint),
        };
        let begins = oneself.me.with_untracked(|me| me.name.to_string());
        form_as("primary", &[name], &begins, View::nothing(), |t| t.change_name, ask)
    };
    fold(t.say(|t| t.change_name), move || {
        done.set(None);
        part(move || done.get(), fields)
    })
}

fn password() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let done = Watched::new(false);
    let has_password = move || oneself.me.with(|me| me.standing.has_password);
    let forget_passkeys = Watched::new(false);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let password = typed.pop().unwrap_or_default();
        let current = typed.pop();
        Box::pin(async move {
            api::set_password(current, password, forget_passkeys.get_untracked()).await?;
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
        if has_password {
            // They are as good as the password: whoever wants to be rid of somebody does away with both.
            let passkeys = tick::<AnnexTexts>(|t| t.forget_passkeys, forget_passkeys);
            return form_as("primary", &[current, new], "", passkeys, |t| t.set_password, ask);
        }
        let why = tag("p").class("hint").text(t.say(|t| t.why_password)).into();
        View::from([why, form(&[new], |t| t.set_password, ask)])
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
