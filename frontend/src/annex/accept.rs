//! Where a link leads: to own this Maru, to come in, to set another password.

use maru_shared::{DraftId, api::LinkUse};

use super::{
    api,
    oneself::use_anybody,
    texts::{AnnexTexts, use_annex_texts},
    use_done,
};
use crate::{
    answer::{Answer, Failure},
    client::random_draft,
    components::{
        button::button,
        form::{AskedIn, Kind, form},
        refusal::{attempt, reason},
    },
    dom::page,
    ground::*,
    parts::{View, Watched, part, tag},
    seam::{Said, say},
};

/// What the link is for, and the way to do it.
pub fn accept() -> View {
    let t = use_annex_texts();
    let purpose = Watched::new(None::<LinkUse>);
    let failure = Watched::new(None::<Failure>);
    attempt(api::look(page::link_secret().unwrap_or_default()), failure, move |found| {
        purpose.set(Some(found));
    });
    let inside = move |(purpose, failure)| match (purpose, failure) {
        (_, Some(why)) => {
            let refusal = tag("p").class("refusal").attr("role", "alert").text(reason(why));
            [refusal.into(), decline()].into()
        }
        (None, None) => {
            tag("p").class("note").attr("role", "status").text(t.say(|t| t.common.loading)).into()
        }
        (Some(purpose), None) => good(purpose),
    };
    part(move || (purpose.get(), failure.get()), inside)
}

fn good(purpose: LinkUse) -> View {
    let t = use_annex_texts();
    let known = use_anybody()
        .map(|oneself| oneself.me.with_untracked(|me| (me.name.to_string(), me.standing.has_password)));
    let is_reset = matches!(purpose, LinkUse::Reset { .. });
    let said = {
        let known = known.clone();
        t.tell(move |t| (t.link)(&purpose, known.as_ref().map(|(name, _)| name.as_str())))
    };
    let name = AskedIn::<AnnexTexts> {
        kind: Kind::Account,
        label: |t| t.common.your_name,
        hint: Some(|t| t.name_hint),
    };
    let password = AskedIn::<AnnexTexts> {
        kind: Kind::NewPassword,
        label: |t| t.new_password,
        hint: Some(|t| t.password_hint),
    };
    let fields: &[AskedIn<AnnexTexts>] = match &known {
        _ if is_reset => &[password],
        None => &[name, password],
        Some((_, false)) => &[password],
        Some((_, true)) => &[],
    };
    let asks_name = fields.len() == 2;
    // The same asked for again, because the answer was lost, is the same member.
    let unanswered = StoredValue::new(None::<(Option<String>, DraftId)>);
    let ask = Callback::new(move |typed: Vec<String>| -> Answer<()> {
        let mut typed = typed.into_iter();
        let name = if asks_name { typed.next() } else { None };
        let before = unanswered.get_value().filter(|(asked, _)| *asked == name);
        let draft = before.map_or_else(random_draft, |(_, draft)| draft);
        unanswered.set_value(Some((name.clone(), draft)));
        let asked = api::accept(page::link_secret().unwrap_or_default(), draft, name, typed.next());
        Box::pin(async move {
            let answer = asked.await;
            if !matches!(answer, Err(Failure::Unreachable)) {
                // Where the page went elsewhere meanwhile, there is nothing to forget any more.
                let _ = unanswered.try_set_value(None);
            }
            say(&Said::In(answer?));
            Ok(())
        })
    });
    let form = form(fields, if is_reset { |t| t.set_password } else { |t| t.common.come_in }, ask);
    let way_out = if known.is_some() { decline() } else { View::nothing() };
    [tag("p").class("note").text(said).into(), form, way_out].into()
}

fn decline() -> View {
    let done = use_done();
    button("quiet", use_annex_texts().say(|t| t.not_now), move || done(None)).into()
}
