//! All that one can do with a message, and the emoji that are at hand.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use maru_shared::{Emoji, RoomId, Seq};
use wasm_bindgen::JsCast;
use web_sys::Event;

use super::{Deeds, texts::DeedTexts, use_deeds};
use crate::{
    annex::{deed::ask_of, emoji::quick, open as show, use_done},
    client::http,
    components::{
        button::button,
        icon::{SMILE, icon},
    },
    dom::page,
    ground::*,
    parts::{Tag, View, begin, tag},
    seam::{AnnexView, Deed, Offered, Said, Wish, ask_offered, say},
    texts::Label,
};

/// All that one can do with a message; `close` is called before it is done.
pub(super) fn offers(deeds: Deeds, room: RoomId, seq: Seq, close: Callback<()>) -> View {
    let Some(Offered { text, reactions, pinned, mine, open, pin, versions, delete, .. }) =
        ask_offered(room, seq)
    else {
        return View::nothing();
    };
    let offer = |label: Label<DeedTexts>, harms: bool, act: Box<dyn Fn()>| {
        let class = if harms { "plain harms" } else { "plain" };
        let act: Rc<dyn Fn()> = act.into();
        let act = move || {
            close.run(());
            let act = Rc::clone(&act);
            // What is closed gives the focus back first, be it the page's.
            begin(async move {
                TimeoutFuture::new(0).await;
                act();
            });
        };
        View::from(button(class, deeds.t.say(label), act))
    };
    let wish = |wish: Wish| -> Box<dyn Fn()> { Box::new(move || say(&Said::Wish(room, seq, wish))) };
    let opens = |title: Label<DeedTexts>, view: AnnexView| -> Box<dyn Fn()> {
        Box::new(move || show(title(deeds.t.get()), &view))
    };
    let mut offers: Vec<View> = Vec::new();
    if open {
        offers.push(offer(|t| t.reply, false, wish(Wish::Answer)));
    }
    if open && mine {
        offers.push(offer(|t| t.edit, false, wish(Wish::Edit)));
    }
    if !text.is_empty() {
        offers.push(offer(|t| t.copy_text, false, Box::new(move || deeds.copy(text.clone()))));
    }
    let copy_link = move || deeds.copy(page::permalink(room, seq));
    offers.push(offer(|t| t.copy_link, false, Box::new(copy_link)));
    if pin {
        let label: Label<DeedTexts> = if pinned { |t| t.doing.unpin } else { |t| t.pin };
        offers.push(offer(label, false, Box::new(move || deeds.do_it(http::pin(room, seq, !pinned)))));
    }
    offers.push(offer(|t| t.unread_from, false, wish(Wish::Unread)));
    let emoji: Vec<Emoji> = reactions.into_iter().map(|(emoji, _)| emoji).collect();
    if !emoji.is_empty() {
        offers.push(offer(
            |t| t.reactors,
            false,
            opens(|t| t.reactors, AnnexView::Reactors(room, seq, emoji)),
        ));
    }
    if versions {
        offers.push(offer(|t| t.versions, false, opens(|t| t.versions, AnnexView::Versions(room, seq))));
    }
    if delete {
        let delete = move || ask_of(Deed::DeleteMessage(room, seq, mine), deeds.words.get());
        offers.push(offer(|t| t.doing.delete, true, Box::new(delete)));
    }
    offers.into_iter().collect()
}

/// What one can do with a message, where there is no room for its bar: in a dialog of the page.
pub(in crate::annex) fn sheet(room: RoomId, seq: Seq) -> View {
    let deeds = use_deeds();
    let done = use_done();
    let close = Callback::new(move |()| done(None));
    let choose = Callback::new(move |emoji: Emoji| {
        close.run(());
        deeds.react(room, seq, &emoji);
    });
    let open = ask_offered(room, seq).is_some_and(|offered| offered.open);
    let emoji = if open { quick_row(deeds, choose) } else { View::nothing() };
    tag("div").class("message-sheet").child(emoji).child(offers(deeds, room, seq, close)).into()
}

/// The emoji that are at hand, in a row, and the way to all of them.
fn quick_row(deeds: Deeds, chosen: Callback<Emoji>) -> View {
    let one = move |emoji: String| {
        let (label, one) = (emoji.clone(), Emoji::known(emoji.clone()));
        let label = deeds.t.tell(move |t| (t.react_by)(&label));
        View::from(button("icon-button", emoji, move || chosen.run(one.clone())).attr("aria-label", label))
    };
    let quick = quick().into_iter().map(one).collect::<View>();
    tag("div").class("quick-emoji").child(quick).child(all(deeds, chosen)).into()
}

fn all(deeds: Deeds, chosen: Callback<Emoji>) -> Tag {
    tag("button")
        .attr("type", "button")
        .class("icon-button")
        .attr("aria-label", deeds.t.say(|t| t.common.emoji))
        .attr("title", deeds.t.say(|t| t.common.emoji))
        .attr("aria-expanded", "false")
        .child(icon(SMILE))
        .on("click", move |event: Event| {
            let button = event.current_target().and_then(|button| button.dyn_into().ok());
            button.iter().for_each(|button| deeds.pick_for(button, chosen));
        })
}
