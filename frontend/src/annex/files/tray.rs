//! The files that are to come with the next message, each on a card: how far it is, and what one can do about it.

use maru_shared::{DraftId, Refusal, RoomId};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, Element, File, HtmlCanvasElement, HtmlInputElement, ImageBitmap};

use super::{Uploading, texts::FilesTexts, use_uploading};
use crate::{
    annex::oneself::use_anybody,
    components::{
        button::icon_button,
        icon::{AGAIN, CROSS},
    },
    ground::*,
    parts::{Followed, Tag, View, Watched, begin, each, follow, memo, part, part_when, tag},
    state::uploads::{Stage, Upload, Why},
    texts::{Spoken, ending, size, use_speech},
};

/// A preview has so many pixels on a side: twice what is seen, for screens that show two where others show one.
const PREVIEW: f64 = 96.0;

/// The files for the next message into a room.
pub(crate) fn tray(room: RoomId) -> View {
    let Some(oneself) = use_anybody() else { return View::nothing() };
    let uploading = use_uploading();
    let t = use_speech::<FilesTexts>();
    uploading.show(oneself.me.with_untracked(|me| me.id), room);
    let listed = move || {
        uploading.uploads.with(|uploads| uploads.of_room(room).map(|upload| upload.draft).collect::<Vec<_>>())
    };
    let said = Watched::new(String::new());
    let cards =
        each(listed, |draft| (0, *draft.as_bytes()), move |draft| Card { uploading, draft, t, said }.show());
    let too_many = move || uploading.too_many.get() == Some(room);
    View::from([
        tag("p").class("visually-hidden").attr("role", "status").text(move || said.get()).into(),
        part_when(too_many, move || {
            tag("p").class("tray-refusal").attr("role", "alert").text(t.tell(|t| (t.too_many)()))
        }),
        tag("ul").class("tray").attr("aria-label", t.say(|t| t.files)).child(cards).into(),
    ])
}

/// One file. A handle.
#[derive(Clone, Copy)]
struct Card {
    uploading: Uploading,
    draft: DraftId,
    t: Spoken<FilesTexts>,
    /// What is said aloud of any of them.
    said: Watched<String>,
}

/// How a card looks, apart from how far the file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Waiting,
    Going,
    Resting,
    Whole,
    Stopped(Why),
}

impl Look {
    const fn of(upload: &Upload) -> Self {
        match upload.stage {
            Stage::Waiting => Self::Waiting,
            Stage::Going => Self::Going,
            Stage::Resting => Self::Resting,
            Stage::Whole(_) => Self::Whole,
            Stage::Stopped(why) => Self::Stopped(why),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Going => "going",
            Self::Resting => "resting",
            Self::Whole => "whole",
            Self::Stopped(_) => "stopped",
        }
    }
}

impl Card {
    fn show(self) -> Tag {
        let Self { t, .. } = self;
        let begun = self.with(|upload| (upload.name.clone(), upload.bytes));
        let (name, bytes) = begun.unwrap_or_default();
        let look = memo(move || self.with(Look::of).unwrap_or(Look::Whole));
        self.tell(look, name.clone());
        let own = name.clone();
        let progress = move |is_on_its_way| match is_on_its_way {
            true => self.progress(&own, bytes).into(),
            false => View::nothing(),
        };
        let is_on_its_way =
            move || look.with(|look| matches!(look, Look::Waiting | Look::Going | Look::Resting));
        let what = tag("span")
            .class("file-what")
            .child(
                tag("span")
                    .class("file-name")
                    .attr("dir", "auto")
                    .attr("title", name.clone())
                    .text(name.clone()),
            )
            .child(tag("span").class("file-size").text(t.tell(move |t| says(t, look.get(), bytes))))
            .child(part(is_on_its_way, progress));
        let again = {
            let name = name.clone();
            move |look| self.again(look, &name)
        };
        let remove = move || self.uploading.remove(self.draft);
        let label = t.tell(move |t| if is_on_its_way() { (t.cancel)(&name) } else { (t.remove)(&name) });
        tag("li")
            .class("upload")
            .attr("data-stage", move || look.with(|look| look.name()))
            .child(self.preview())
            .child(what)
            .child(part(move || look.get(), again))
            .child(icon_button("icon-button", CROSS, label, remove))
    }

    fn with<T>(self, read: impl FnOnce(&Upload) -> T) -> Option<T> {
        self.uploading.uploads.with(|uploads| uploads.get(self.draft).map(read))
    }

    /// Says aloud that it is up, or that it is not.
    fn tell(self, look: Followed<Look>, name: String) {
        let before = look.get_untracked();
        follow(move || {
            let t = self.t.get();
            match look.get() {
                now if now == before => {}
                Look::Whole => self.said.set((t.is_up)(&name)),
                Look::Stopped(why) => self.said.set(format!("{}. {}", (t.is_not_up)(&name), reason(t, why))),
                _ => {}
            }
        });
    }

    fn progress(self, name: &str, bytes: u64) -> Tag {
        let name = name.to_owned();
        let come = move || self.with(|upload| upload.offset).unwrap_or_default();
        tag("progress")
            .attr("max", bytes.max(1).to_string())
            .attr("value", move || come().to_string())
            .attr("aria-label", self.t.tell(move |t| (t.progress)(&name)))
    }

    /// What sets a file going again that stopped.
    fn again(self, look: Look, name: &str) -> View {
        let (t, name) = (self.t, name.to_owned());
        match look {
            Look::Stopped(Why::Left) => {
                let choose = move || choose_again();
                icon_button("icon-button", AGAIN, t.tell(move |t| (t.choose_again)(&name)), choose).into()
            }
            Look::Stopped(Why::Refused(Refusal::FileTooLarge { .. })) => View::nothing(),
            Look::Stopped(_) => {
                let retry = move || self.uploading.retry(self.draft);
                icon_button("icon-button", AGAIN, t.tell(move |t| (t.retry)(&name)), retry).into()
            }
            _ => View::nothing(),
        }
    }

    /// A small form of a picture that the browser has, drawn here, or of one that only the server has; otherwise what its name
    /// says that it is.
    fn preview(self) -> Tag {
        let preview = tag("span").class("file-kind").attr("aria-hidden", "true");
        let kept = self
            .with(|upload| upload.whole().filter(|whole| whole.picture.is_some()).map(|whole| whole.file));
        let file = self.uploading.file(self.draft);
        match (file, kept.flatten()) {
            (Some(file), _) if is_picture(&file) => {
                let place = preview.element();
                begin(async move {
                    if let Some(drawn) = draw(&file).await {
                        place.replace_children_with_node_1(&drawn);
                    }
                });
                preview
            }
            (None, Some(file)) => {
                let address = format!("/api/files/{file}/thumbnail");
                preview.child(tag("img").attr("alt", "").attr("decoding", "async").attr("src", address))
            }
            _ => preview.text(self.with(|upload| ending(&upload.name)).unwrap_or_default()),
        }
    }
}

fn says(t: &FilesTexts, look: Look, bytes: u64) -> String {
    match look {
        Look::Waiting => t.waiting.to_owned(),
        Look::Resting => t.resting.to_owned(),
        Look::Going | Look::Whole => size(bytes),
        Look::Stopped(why) => reason(t, why),
    }
}

fn reason(t: &FilesTexts, why: Why) -> String {
    match why {
        Why::Refused(why) => (t.common.refusal)(why),
        Why::Unreadable => t.unreadable.to_owned(),
        Why::Left => t.left.to_owned(),
    }
}

/// Opens the choice of files of the field in which one writes: the page's own.
fn choose_again() {
    let input = document().query_selector(".composer input[type=file]").ok().flatten();
    if let Some(input) = input {
        input.unchecked_ref::<HtmlInputElement>().click();
    }
}

fn is_picture(file: &File) -> bool {
    matches!(file.type_().as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// Draws a picture so small that it costs nothing. It is decoded by the browser and gets no address, so that the page's policy
/// need not allow for any.
async fn draw(file: &File) -> Option<Element> {
    let decoded = window().create_image_bitmap_with_blob(file).ok()?;
    let picture: ImageBitmap = JsFuture::from(decoded).await.ok()?.unchecked_into();
    let canvas = tag("canvas").element();
    let drawn: &HtmlCanvasElement = canvas.unchecked_ref();
    drawn.set_width(PREVIEW as u32);
    drawn.set_height(PREVIEW as u32);
    let on: CanvasRenderingContext2d = drawn.get_context("2d").ok()??.unchecked_into();
    // The middle of it, as large a square as there is.
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let side = width.min(height);
    on.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        &picture,
        (width - side) / 2.0,
        (height - side) / 2.0,
        side,
        side,
        0.0,
        0.0,
        PREVIEW,
        PREVIEW,
    )
    .ok()?;
    picture.close();
    Some(canvas)
}
