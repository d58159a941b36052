//! Pictures in their full size, one at a time.

use maru_shared::{Attachment, message::Picture};

use super::texts::FilesTexts;
use crate::{
    components::{
        button::icon_button,
        icon::{BACK, DOWNLOAD, FORTH, icon},
    },
    ground::*,
    parts::{Tag, View, Watched, listen, part, tag},
    texts::{size, use_speech},
};

/// The pictures of a message, beginning with the one at this place.
pub(crate) fn pictures(files: Vec<Attachment>, at: usize) -> View {
    let t = use_speech::<FilesTexts>();
    let all = files.len();
    let at = Watched::new(at.min(all.saturating_sub(1)));
    let turn = move |by: isize| {
        let next = at.get_untracked().saturating_add_signed(by);
        if next < all {
            at.bring_to(next);
        }
    };
    listen(document(), "keydown", move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        turn(by);
    });
    let label = move |at| t.tell(move |t| (t.place)(at + 1, all));
    let shown = move |at: usize| match files.get(at) {
        Some(file) => picture(file, label(at)),
        None => tag("figure"),
    };
    let side = |class, path, label: fn(&'static FilesTexts) -> &'static str, by: isize| {
        let is_end = move || at.get().checked_add_signed(by).is_none_or(|next| next >= all);
        icon_button(class, path, t.say(label), move || turn(by))
            .attr("aria-disabled", move || is_end().then_some("true"))
    };
    let sides = (all > 1).then(|| {
        [
            side("icon-button back", BACK, |t| t.previous, -1).into(),
            side("icon-button forth", FORTH, |t| t.next, 1).into(),
        ]
        .into()
    });
    tag("div")
        .class("lightbox")
        .child(tag("div").attr("aria-live", "polite").child(part(move || at.get(), shown)))
        .child(sides.unwrap_or_else(View::nothing))
        .into()
}

fn picture(file: &Attachment, place: impl Fn() -> String + 'static) -> Tag {
    let t = use_speech::<FilesTexts>();
    let address = format!("/api/files/{}", file.file);
    let Picture { width, height } = file.picture.unwrap_or(Picture { width: 1, height: 1 });
    let (width, height) = (width.to_string(), height.to_string());
    let of = |address: String, alt: String| {
        tag("img")
            .attr("width", width.clone())
            .attr("height", height.clone())
            .attr("decoding", "async")
            .attr("alt", alt)
            .attr("src", address)
    };
    let name = file.name.as_str().to_owned();
    let download = tag("a")
        .class("quiet")
        .attr("href", address.clone())
        .attr("download", name.clone())
        .child(icon(DOWNLOAD))
        .text(t.say(|t| t.download));
    // The small form is there already, until the picture is.
    let small = of(format!("{address}/thumbnail"), String::new());
    let in_its_place = small.element();
    let whole = of(address, name.clone()).on("load", move |_: ev::Event| in_its_place.remove());
    let both = tag("div").class("lightbox-picture").child(small).child(whole);
    let caption = tag("figcaption")
        .child(tag("span").class("file-name").attr("dir", "auto").text(name))
        .child(tag("span").class("file-size").text(size(file.bytes)))
        .child(tag("span").class("file-size").text(place))
        .child(download);
    tag("figure").child(both).child(caption)
}
