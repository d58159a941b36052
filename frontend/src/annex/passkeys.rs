//! One's passkeys: making them, and taking them away.

use maru_shared::{
    api::Passkey,
    role::{Action, Ground, may},
};
use wasm_bindgen::JsCast;

use super::{
    account::{fold, listed},
    api,
    oneself::use_oneself,
    texts::{AnnexTexts, use_annex_texts},
};
use crate::{
    answer::{Answer, Failure},
    components::{
        button::button,
        form::{AskedIn, Kind, form},
        refusal::{attempt, refusal},
    },
    dom::{
        passkeys::{self, CANCELLED, KNOWN, Why},
        time,
    },
    ground::*,
    parts::{Tag, View, Watched, each, effect, part, part_when, tag},
    state::device,
    texts::{Label, use_language},
};

/// The part of the settings that is about passkeys; nothing for those who may have none.
pub fn passkeys() -> View {
    let oneself = use_oneself();
    let t = use_annex_texts();
    let may_keep = move || oneself.me.with(|me| may(me.standing.role, Action::KeepPasskeys, Ground::Maru));
    part_when(may_keep, move || tag("div").child(fold(t.say(|t| t.passkeys), inside)))
}

fn inside() -> View {
    let found = Watched::new(Vec::<Passkey>::new());
    let failure = Watched::new(None::<Failure>);
    let load = Callback::new(move |()| attempt(api::passkeys(), failure, move |list| found.set(list)));
    load.run(());
    let row = move |passkey| row(passkey, failure, load);
    let list = tag("ul").class("sessions").child(each(
        move || found.get(),
        |passkey| (0, *passkey.id.as_bytes()),
        row,
    ));
    let add = if passkeys::can_be_had() { adding(load) } else { hint(|t| t.passkeys_not_here).into() };
    [hint(|t| t.passkeys_hint).into(), list.into(), add, refusal(failure)].into()
}

fn hint(words: Label<AnnexTexts>) -> Tag {
    tag("p").class("hint").text(use_annex_texts().say(words))
}

/// The button by which one more is made, the password that is asked for then, and what the browser says of it.
fn adding(load: Callback<()>) -> View {
    let t = use_annex_texts();
    let said = Watched::new(None::<Label<AnnexTexts>>);
    let asked = Watched::new(false);
    // At first nothing took the focus with it.
    let was_asked = Watched::new(false);
    let ask = Callback::new(move |mut typed: Vec<String>| -> Answer<()> {
        let password = typed.pop().unwrap_or_default();
        Box::pin(async move {
            said.set(None);
            let no_passkey = made(password).await?;
            said.set(match no_passkey.as_deref() {
                None | Some(CANCELLED) => None,
                Some(KNOWN) => Some(|t| t.passkey_known),
                Some(_) => Some(|t| t.passkey_failed),
            });
            asked.set(false);
            load.try_run(());
            Ok(())
        })
    });
    let ways = move |is_asked: bool| -> View {
        if is_asked {
            let password = AskedIn::<AnnexTexts> {
                kind: Kind::OwnPassword,
                label: |t| t.current_password,
                hint: Some(|t| t.why_own_password),
            };
            return form(&[password], |t| t.add_passkey, ask);
        }
        let add = button("primary", t.say(|t| t.add_passkey), move || {
            was_asked.set(true);
            said.set(None);
            asked.set(true);
        });
        if was_asked.get_untracked() {
            let first = add.element();
            effect(move || {
                let _ = first.unchecked_ref::<web_sys::HtmlElement>().focus();
            });
        }
        add.into()
    };
    let words = move || said.get().map_or("", |words| words(t.get()));
    let note = move || tag("p").class("refusal").attr("role", "alert").text(words);
    [part(move || asked.get(), ways), part_when(move || said.with(Option::is_some), note)].into()
}

/// Has one made, and kept. Why there is none, where that is the browser's or the reader's doing.
fn made(password: String) -> Answer<Option<Why>> {
    Box::pin(async move {
        let asked = api::begin_passkey(password).await?;
        match passkeys::create(&asked).await {
            Ok(credential) => api::keep_passkey(credential).await.map(|_| None),
            Err(why) => Ok(Some(why)),
        }
    })
}

fn row(passkey: Passkey, failure: Watched<Option<Failure>>, load: Callback<()>) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let Passkey { id, device, at, used_at } = passkey;
    let times = t.tell(move |t| {
        let language = language.get();
        let used = (used_at != at).then(|| time::day_and_time(used_at, language));
        (t.passkey)(&time::day_and_time(at, language), used.as_deref())
    });
    let asked = Watched::new(false);
    let remove = move || attempt(api::remove_passkey(id), failure, move |()| _ = load.try_run(()));
    let ways = move |is_asked: bool| -> View {
        if !is_asked {
            return button("quiet", t.say(|t| t.remove_passkey), move || asked.set(true)).into();
        }
        let stay = button("quiet", t.say(|t| t.common.cancel), move || asked.set(false));
        // The button that asked is gone, and the focus with it.
        let first = stay.element();
        effect(move || {
            let _ = first.unchecked_ref::<web_sys::HtmlElement>().focus();
        });
        let remove = button("danger", t.say(|t| t.remove_passkey_surely), remove);
        tag("div").class("row-of-buttons").child(stay).child(remove).into()
    };
    listed(device::name(&device), times).child(part(move || asked.get(), ways))
}
