//! The lines of the message list.

use leptos::prelude::*;
use maru_shared::{DraftId, Member, Refusal, RoomId, Timestamp};

use super::avatar::Avatar;
use crate::{
    chat::use_chat,
    dom::time,
    parts::{memo, part, part_when},
    state::{
        rows::{MessageRow, Row},
        text::{Piece, pieces},
    },
    texts::{use_language, use_texts},
};

/// One line, for as long as its key is shown.
#[component]
pub fn Line(
    /// What it shows now. Which kind of line it is never changes.
    row: ArcRwSignal<Row>,
    /// In which room.
    room: RoomId,
    /// Takes the text of a refused draft back into the composer.
    edit: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    match row.get_untracked() {
        Row::Day(at) => view! { <Day at/> }.into_any(),
        Row::Unread => view! {
            <div class="unread-line" data-testid="unread-line"><span>{t.say(|t| t.new_messages_line)}</span></div>
        }
        .into_any(),
        Row::Made(by) => notice(t.tell(move |t| (t.made)(by.name.as_str()))),
        Row::Joined(by) => notice(t.tell(move |t| (t.joined)(by.name.as_str()))),
        Row::Message(message) => view! { <Message first=message row room edit/> }.into_any(),
    }
}

fn notice(text: Signal<String>) -> AnyView {
    view! { <p class="notice-line" dir="auto">{text}</p> }.into_any()
}

#[component]
fn Day(at: Timestamp) -> impl IntoView {
    let language = use_language();
    view! { <div class="day" data-testid="day"><span>{Signal::derive(move || time::day(at, language.get()))}</span></div> }
}

/// What of a message changes while it is shown.
#[derive(Clone, PartialEq, Eq)]
struct Changing {
    leads: bool,
    seq: Option<u64>,
    at: Timestamp,
    refused: Option<Refusal>,
}

impl Changing {
    fn of(message: &MessageRow) -> Self {
        Self {
            leads: message.leads,
            seq: message.seq.map(|seq| seq.0),
            at: message.at,
            refused: message.refused,
        }
    }

    const fn state(&self) -> &'static str {
        match (self.seq, self.refused) {
            (Some(_), _) => "sent",
            (None, Some(_)) => "refused",
            (None, None) => "pending",
        }
    }
}

#[component]
fn Message(first: MessageRow, row: ArcRwSignal<Row>, room: RoomId, edit: Callback<String>) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let MessageRow { draft, mine, by, ref text, .. } = first.clone();
    let words = view! { <p class="message-text" dir="auto">{body(text)}</p> };
    let changing = memo(move || {
        row.with(|row| match row {
            Row::Message(message) => Changing::of(message),
            _ => Changing::of(&first),
        })
    });
    let leads = memo(move || changing.with(|now| now.leads));
    let refused = memo(move || changing.with(|now| now.refused));
    let at = Signal::derive(move || changing.with(|now| now.at));
    let name = by.name.to_string();
    let label = Signal::derive(move || {
        let now = changing.get();
        match now.state() {
            "pending" => format!("{name}, {}", t.get().pending),
            "refused" => format!("{name}, {}", t.get().refused),
            _ => format!("{name}, {}", time::day_and_time(now.at, language.get())),
        }
    });
    let side = move || match leads.get() {
        true => view! { <Head by=by.clone() at/> }.into_any(),
        false => view! { <Time at class="message-time beside"/> }.into_any(),
    };
    let refusal = move || view! { <Refused why=refused draft room edit/> }.into_any();
    view! {
        <article
            class="message"
            class:leads=leads
            class:mine=mine
            data-seq=Signal::derive(move || changing.with(|now| now.seq.map(|seq| seq.to_string())))
            data-draft=draft.to_string()
            data-state=Signal::derive(move || changing.with(Changing::state))
            aria-label=label
        >
            {part(side)}
            {words}
            {part_when(memo(move || refused.get().is_some()), refusal)}
        </article>
    }
}

/// The author and the time, at the head of a group.
#[component]
fn Head(by: Member, at: Signal<Timestamp>) -> impl IntoView {
    let name = by.name.to_string();
    view! {
        <Avatar member=by/>
        <header class="message-head">
            <span class="message-author" dir="auto">{name}</span>
            <Time at class="message-time"/>
        </header>
    }
}

#[component]
fn Time(at: Signal<Timestamp>, class: &'static str) -> impl IntoView {
    let language = use_language();
    view! {
        <time
            class=class
            datetime=Signal::derive(move || time::iso(at.get()))
            title=Signal::derive(move || time::day_and_time(at.get(), language.get()))
        >
            {Signal::derive(move || time::time_of_day(at.get(), language.get()))}
        </time>
    }
}

/// Why a draft will not become a message, and what one can do.
#[component]
fn Refused(
    why: Memo<Option<Refusal>>,
    draft: DraftId,
    room: RoomId,
    edit: Callback<String>,
) -> impl IntoView {
    let chat = use_chat();
    let t = use_texts();
    let reason = t.tell(move |t| why.get().map(|why| (t.refusal)(why)).unwrap_or_default());
    let take_back = move |_| {
        if let Some(text) = chat.discard(draft) {
            let half_written = chat.half_written(room);
            let both = if half_written.is_empty() { text } else { format!("{half_written}\n{text}") };
            edit.run(both);
        }
    };
    view! {
        <div class="refused">
            <p role="alert"><strong>{t.say(|t| t.refused)}</strong> " " {reason}</p>
            <div class="row-of-buttons">
                <button class="quiet" on:click=move |_| chat.retry(draft)>{t.say(|t| t.try_again)}</button>
                <button class="quiet" on:click=take_back>{t.say(|t| t.edit)}</button>
                <button class="quiet" on:click=move |_| { chat.discard(draft); }>
                    {t.say(|t| t.discard)}
                </button>
            </div>
        </div>
    }
}

/// The text, with its links as links. Built of nodes: nothing in it can become markup.
fn body(text: &str) -> Vec<AnyView> {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Link(address) => view! {
            <a href=address.to_owned() target="_blank" rel="noopener noreferrer">{address.to_owned()}</a>
        }
        .into_any(),
    };
    pieces(text).into_iter().map(piece).collect()
}
