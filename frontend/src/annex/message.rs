//! About messages: what one said before, who reacted, and what is pinned in a room.

use maru_shared::{Emoji, Event, Happening, Member, RoomId, Seq, api::Version, message::Mention};

use super::{api, oneself::use_oneself, texts::use_annex_texts, use_done};
use crate::{
    answer::{Answer, Failure},
    client::http,
    components::{
        avatar::avatar,
        button::button,
        refusal::{attempt, refusal},
    },
    dom::time,
    parts::{Tag, View, Watched, each, part, part_when, tag},
    seam::{Said, Written, say, show_written},
    texts::{Common, use_language, use_speech},
};

/// What a message said before it was edited, the last first. What it says now is the newest of what the server tells.
pub fn versions(room: RoomId, seq: Seq) -> View {
    asked(api::versions(room, seq), |versions| {
        versions.into_iter().rev().skip(1).map(|one| version(one).into()).collect()
    })
}

fn version(Version { at, text }: Version) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let when = t.tell(move |t| (t.version)(&time::day_and_time(at, language.get())));
    tag("section")
        .class("version")
        .child(tag("h3").class("hint").text(when))
        .child(tag("p").class("message-text").attr("dir", "auto").text(text))
}

/// Who reacted to a message by each of these.
pub fn reactors(room: RoomId, seq: Seq, emoji: Vec<Emoji>) -> View {
    let by = |emoji: Emoji| {
        let who = asked(api::reactors(room, seq, &emoji), |who: Vec<Member>| {
            tag("ul").child(who.iter().map(|who| View::from(member(who))).collect::<View>()).into()
        });
        let head = tag("h3").text(emoji.to_string());
        View::from(tag("section").class("reactors").child(head).child(who))
    };
    emoji.into_iter().map(by).collect()
}

fn member(who: &Member) -> Tag {
    let name = tag("span").attr("dir", "auto").text(who.name.to_string());
    tag("li").class("person").child(avatar(who)).child(name)
}

/// What is pinned in a room, the last first.
pub fn pins(room: RoomId, may_unpin: bool) -> View {
    let t = use_annex_texts();
    let failure = Watched::new(None::<Failure>);
    let pinned = move |pinned: Vec<Event>| {
        let pinned = Watched::new(pinned);
        let unpin = move |seq: Seq| {
            attempt(http::pin(room, seq, false), failure, move |()| {
                let _ = pinned.try_update(|pinned| pinned.retain(|event| event.seq != seq));
            });
        };
        let key = |event: &Event| (0, u128::from(event.seq.0).to_be_bytes());
        let listed =
            each(move || pinned.get(), key, move |event| pin(room, event, may_unpin.then_some(unpin)));
        let none = move || tag("p").class("hint").text(t.say(|t| t.nothing_pinned));
        let is_none = move || pinned.with(Vec::is_empty);
        [tag("ul").class("pins").child(listed).into(), part_when(is_none, none), refusal(failure)].into()
    };
    asked(api::pins(room), pinned)
}

fn pin(room: RoomId, event: Event, unpin: Option<impl Fn(Seq) + Copy + 'static>) -> Tag {
    let t = use_annex_texts();
    let language = use_language();
    let done = use_done();
    let (seq, at) = (event.seq, event.at);
    let (text, mentions) = match event.what {
        Happening::Posted(message) => (message.text, message.mentions),
        _ => (String::new(), Vec::new()),
    };
    let said = tag("div").class("message-text").attr("dir", "auto");
    let said = if text.is_empty() {
        said.text(t.say(|t| t.files))
    } else {
        let mentions = mentions.into_iter().map(|Mention { who, name }| (who, name)).collect();
        let reader = Some(use_oneself().me.with_untracked(|me| me.id));
        let written = Written {
            text: text.clone(),
            mentions,
            reader,
            is_line: false,
            by: Some(event.by.name.to_string()),
        };
        // As it was typed, should what reads markup not be there yet.
        said.text(text).following(move |said| show_written(said, &written, language.get()))
    };
    let show = move || {
        say(&Said::Show { room, seq: Some(seq) });
        done(None);
    };
    let buttons = tag("div").class("row-of-buttons");
    let buttons = match unpin {
        Some(unpin) => buttons.child(button("quiet", t.say(|t| t.doing.unpin), move || unpin(seq))),
        None => buttons,
    };
    let head = tag("header")
        .class("message-head")
        .child(tag("span").class("message-author").attr("dir", "auto").text(event.by.name.to_string()))
        .child(tag("time").class("message-time").text(move || time::day_and_time(at, language.get())));
    tag("li").class("pin").child(head).child(said).child(buttons.child(button(
        "primary",
        t.say(|t| t.to_message),
        show,
    )))
}

/// What is asked of the server: that one waits for it, what came, or why nothing did.
fn asked<T: Clone + PartialEq + Send + Sync + 'static>(
    asked: Answer<T>,
    show: impl Fn(T) -> View + 'static,
) -> View {
    let t = use_speech::<Common>();
    let found = Watched::new(None::<T>);
    let failure = Watched::new(None::<Failure>);
    attempt(asked, failure, move |came| found.set(Some(came)));
    let waiting = move || found.with(Option::is_none) && failure.with(Option::is_none);
    [
        part_when(waiting, move || tag("p").class("hint").attr("role", "status").text(t.say(|t| t.loading))),
        refusal(failure),
        part(move || found.get(), move |found| found.map_or_else(View::nothing, &show)),
    ]
    .into()
}
