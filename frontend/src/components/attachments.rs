//! What comes with a message: pictures, what is heard and seen, and any other file.

use maru_shared::{Attachment, FileId, message::Picture};

use super::{
    button::bare_button,
    icon::{DOWNLOAD, icon},
    sheet::{Sheet, use_sheets},
};
use crate::{
    parts::{Tag, View, tag},
    texts::{ending, size, use_texts},
};

/// A picture that comes alone is shown within so many pixels.
const ALONE: Picture = Picture { width: 400, height: 320 };

/// What comes with a message; its place is taken before any of it is loaded.
pub fn attachments(files: Vec<Attachment>) -> View {
    if files.is_empty() {
        return View::nothing();
    }
    let (pictures, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.picture.is_some());
    let mut all = tag("div").class("attachments");
    if !pictures.is_empty() {
        all = all.child(grid(&pictures));
    }
    others.iter().fold(all, |all, file| all.child(other(file))).into()
}

fn grid(pictures: &[Attachment]) -> Tag {
    let (t, sheets) = (use_texts(), use_sheets());
    let is_alone = pictures.len() == 1;
    let class = match pictures.len() {
        1 => "pictures alone",
        2 | 4 => "pictures two",
        _ => "pictures",
    };
    let shown = pictures.iter().enumerate().map(|(at, file)| {
        let (all, name) = (pictures.to_vec(), file.name.as_str().to_owned());
        bare_button()
            .class("picture")
            .attr("title", name.clone())
            .attr("aria-label", t.tell(move |t| (t.open_picture)(&name)))
            .click(move || sheets.open(Sheet::Pictures(all.clone(), at)))
            .child(small(file, is_alone))
            .into()
    });
    tag("div").class(class).child(shown.collect::<View>())
}

fn small(file: &Attachment, is_alone: bool) -> Tag {
    let whole = file.picture.unwrap_or(ALONE);
    let Picture { width, height } = if is_alone { within(whole, ALONE) } else { whole };
    tag("img")
        // Before the source: it is not to be fetched before it comes near.
        .attr("loading", "lazy")
        .attr("decoding", "async")
        .attr("width", width.to_string())
        .attr("height", height.to_string())
        .attr("alt", file.name.as_str().to_owned())
        .attr("src", format!("{}/thumbnail", address(file.file)))
}

fn other(file: &Attachment) -> Tag {
    let name = file.name.as_str();
    let link = tag("a")
        .class("file")
        .attr("href", address(file.file))
        .attr("download", name.to_owned())
        .child(tag("span").class("file-kind").attr("aria-hidden", "true").text(ending(name)))
        .child(
            tag("span")
                .class("file-what")
                .child(tag("span").class("visually-hidden").text(use_texts().say(|t| t.download)))
                .child(tag("span").class("file-name").attr("dir", "auto").text(name.to_owned()))
                .child(tag("span").class("file-size").text(size(file.bytes))),
        )
        .child(icon(DOWNLOAD));
    match file.kind.split('/').next() {
        Some("video") => tag("div").class("played").child(player(file, "video")).child(link),
        Some("audio") => tag("div").class("played").child(player(file, "audio")).child(link),
        _ => link,
    }
}

fn player(file: &Attachment, player: &'static str) -> Tag {
    tag(player)
        .attr("controls", "")
        .attr("preload", "metadata")
        .attr("aria-label", file.name.as_str().to_owned())
        .attr("src", address(file.file))
}

fn address(file: FileId) -> String {
    format!("/api/files/{file}")
}

/// How large a picture is shown where there is so much room: never larger than it is.
fn within(picture: Picture, room: Picture) -> Picture {
    let Picture { width, height } = picture;
    let (w, h) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (most_w, most_h) = (u64::from(room.width), u64::from(room.height));
    if w <= most_w && h <= most_h {
        return picture;
    }
    let fits = |length: u64| u32::try_from(length.max(1)).unwrap_or(1);
    if w * most_h >= h * most_w {
        Picture { width: room.width, height: fits(h * most_w / w) }
    } else {
        Picture { width: fits(w * most_h / h), height: room.height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_form_and_grows_never() {
        let shown = |width, height| {
            let shown = within(Picture { width, height }, ALONE);
            (shown.width, shown.height)
        };
        assert_eq!(shown(40, 30), (40, 30));
        assert_eq!(shown(4_000, 3_000), (400, 300));
        assert_eq!(shown(3_000, 4_000), (240, 320));
        assert_eq!(shown(u32::MAX, 1), (400, 1));
        assert_eq!(shown(0, u32::MAX), (1, 320));
    }
}
