//! A link to be given on: to be copied, or read by a camera.

use qrcodegen::{QrCode, QrCodeEcc};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::texts::{AnnexTexts, use_annex_texts};
use crate::{
    components::button::button,
    dom::page,
    parts::{View, Watched, begin, drawing, tag},
    texts::Label,
};

/// How many modules around the code are to be light: what ISO/IEC 18004 asks for.
const QUIET: i32 = 4;

/// A link to be given on, and its QR code.
pub fn link_to_share(link: &str, label: Label<AnnexTexts>) -> View {
    let t = use_annex_texts();
    let copied = Watched::new(false);
    let input = tag("input")
        .attr("type", "text")
        .attr("readonly", "")
        .attr("aria-label", t.say(label))
        .attr("value", link.to_owned())
        .on("focus", |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                input.select();
            }
        });
    let element: HtmlInputElement = input.element().unchecked_into();
    let copy = move || {
        // Where a page may not write to the clipboard, the link is selected to be copied by hand.
        element.select();
        let link = element.value();
        begin(async move {
            if page::copy(&link).await {
                copied.set(true);
            }
        });
    };
    let words = move || if copied.get() { t.get().copied } else { t.get().copy };
    let row = tag("div").class("link-to-share").child(input).child(button("quiet", words, copy));
    [row.into(), code(link)].into()
}

/// The QR code of a link, dark on light whatever the page looks like: not every camera reads it otherwise.
fn code(link: &str) -> View {
    // Fails only for what is longer than any link of ours.
    let Ok(code) = QrCode::encode_text(link, QrCodeEcc::Medium) else { return View::nothing() };
    let size = code.size();
    let whole = size + 2 * QUIET;
    let path = dark(size, |x, y| code.get_module(x, y));
    let paper = drawing("rect").attr("width", "100%").attr("height", "100%");
    drawing("svg")
        .class("qr")
        .attr("role", "img")
        .attr("aria-label", use_annex_texts().say(|t| t.qr_code))
        .attr("viewBox", format!("{} {} {whole} {whole}", -QUIET, -QUIET))
        .attr("shape-rendering", "crispEdges")
        .child(paper.attr("x", (-QUIET).to_string()).attr("y", (-QUIET).to_string()))
        .child(drawing("path").attr("d", path))
        .into()
}

/// The dark modules of a square as a path: each run of a row is a rectangle.
fn dark(size: i32, is_dark: impl Fn(i32, i32) -> bool) -> String {
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|&x| is_dark(x, y)).count();
            if run > 0 {
                path += &format!("M{x} {y}h{run}v1h-{run}z");
            }
            x += i32::try_from(run).unwrap_or(size) + 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_of_dark_modules_is_a_rectangle_once() {
        let square = ["##.", "..#", "#.#"];
        let path = dark(3, |x, y| square[y as usize].as_bytes()[x as usize] == b'#');
        assert_eq!(path, "M0 0h2v1h-2zM2 1h1v1h-1zM0 2h1v1h-1zM2 2h1v1h-1z");
    }

    #[test]
    fn a_link_of_ours_has_a_code() {
        let link = format!("https://a-rather-long-name.of.a.machine.example.org/join#{}", "x".repeat(43));
        assert!(QrCode::encode_text(&link, QrCodeEcc::Medium).unwrap().size() <= 45);
    }
}
