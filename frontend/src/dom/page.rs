//! The page around the app: its address, title, language, appearance.

use maru_shared::{RoomId, Seq};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, KeyboardEvent};

use crate::{
    ground::*,
    parts::{around, listen},
    state::keys::{Press, Shortcut},
    texts::Language,
};

/// Takes away what `index.html` shows until the app is there.
pub fn end_of_loading() {
    if let Some(shell) = document().get_element_by_id("loading") {
        shell.remove();
    }
}

/// The room that the address names: the lobby for `/`, `None` for what is no room's address.
pub fn room() -> Option<RoomId> {
    place().map(|(room, _)| room)
}

/// The room that the address names, and the position in it, where it names one.
pub fn place() -> Option<(RoomId, Option<Seq>)> {
    place_of(&window().location().pathname().unwrap_or_default())
}

/// The message that a link leads to, where that is one of this Maru's.
pub fn place_behind(link: &Element) -> Option<(RoomId, Seq)> {
    let link: &HtmlAnchorElement = link.dyn_ref()?;
    let own = window().location().origin().is_ok_and(|own| own == link.origin());
    let (room, seq) = place_of(&link.pathname()).filter(|_| own)?;
    Some((room, seq?))
}

fn place_of(path: &str) -> Option<(RoomId, Option<Seq>)> {
    let Some(place) = path.strip_prefix("/r/") else { return Some((RoomId::LOBBY, None)) };
    let (room, seq) = place.split_once('/').unwrap_or((place, ""));
    Some((room.parse().ok()?, seq.parse().ok().map(Seq)))
}

/// Where links lead.
const LINKS: &str = "/join";

/// The address of a room.
pub fn address(room: RoomId) -> String {
    if room == RoomId::LOBBY { "/".to_owned() } else { format!("/r/{room}") }
}

/// The address of a message.
pub fn address_of(room: RoomId, seq: Seq) -> String {
    format!("/r/{room}/{seq}")
}

/// The whole address of a message, for elsewhere.
pub fn permalink(room: RoomId, seq: Seq) -> String {
    window().location().origin().unwrap_or_default() + &address_of(room, seq)
}

/// Shows the address of a room, or of a message in it, as a step that one can go back from.
pub fn show_address(room: RoomId, seq: Option<Seq>) {
    let Ok(history) = window().history() else { return };
    let address = seq.map_or_else(|| address(room), |seq| address_of(room, seq));
    // Fails only when a page does it hundreds of times in a few seconds: then the address stays behind.
    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
}

/// Shows the address of a room in the place of the one that is shown.
pub fn replace_address(room: RoomId) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address(room)));
    }
}

/// The secret of the link that led here, if one did: no server sees what stands behind the `#`.
pub fn link_secret() -> Option<String> {
    let location = window().location();
    let is_link = location.pathname().is_ok_and(|path| path == LINKS);
    let secret = location.hash().ok()?.strip_prefix('#')?.to_owned();
    is_link.then_some(secret)
}

/// The link with this secret.
pub fn link(secret: &str) -> String {
    format!("{}{LINKS}#{secret}", window().location().origin().unwrap_or_default())
}

/// Copies a text for elsewhere. Whether that was done: a page that came without TLS may not.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Calls back when the reader went back or forth.
pub fn on_address(told: impl Fn() + 'static) {
    listen(window(), "popstate", move |_: web_sys::Event| told());
}

/// Where the socket is.
pub fn socket_url() -> String {
    let location = window().location();
    let secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
    let scheme = if secure { "wss" } else { "ws" };
    format!("{scheme}://{}/ws", location.host().unwrap_or_default())
}

/// Loads the page anew.
pub fn reload() {
    // Fails only where the browser forbids it; the reader can still do it by hand.
    let _ = window().location().reload();
}

/// Sets the title.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// The first of the browser's languages that is one of ours; English when none is.
pub fn browsers_language() -> Language {
    let wished = window().navigator().languages();
    let tags = wished.iter().filter_map(|tag| tag.as_string());
    tags.filter_map(|tag| Language::of_tag(&tag)).next().unwrap_or(Language::English)
}

/// Tells the document which language it speaks.
pub fn set_language(language: Language) {
    if let Some(root) = document().document_element() {
        // Setting a well-formed attribute cannot fail.
        let _ = root.set_attribute("lang", language.tag());
    }
}

/// Tells the document which appearance was chosen; `None` for the system's.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // Setting a well-formed attribute cannot fail.
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// The first element in the document for which the selector holds.
#[inline(never)]
pub fn first(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

/// Whether a dialog is open.
pub fn has_dialog() -> bool {
    first("dialog[open], :popover-open").is_some()
}

/// Whether the reader has a pointer that hovers, and so a keyboard: then taking the focus raises no keyboard
/// on the screen.
pub fn has_keyboard() -> bool {
    window().match_media("(hover: hover)").ok().flatten().is_some_and(|query| query.matches())
}

/// What a key does wherever one is, if anything.
pub fn shortcut(event: &KeyboardEvent) -> Option<Shortcut> {
    let writing = around(event, "input,textarea,select").is_some();
    let (key, code) = (event.key(), event.code());
    let press = Press {
        key: &key,
        code: &code,
        command: if is_mac() { event.meta_key() } else { event.ctrl_key() },
        alt: event.alt_key(),
        shift: event.shift_key(),
        composing: event.is_composing() || event.key_code() == 229,
        writing,
    };
    press.shortcut()
}

/// Whether the keys are those of Apple.
pub fn is_mac() -> bool {
    window()
        .navigator()
        .platform()
        .is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// Puts the focus on the first element that this selector names, where there is one.
pub fn focus(selector: &str) {
    if let Some(element) = first(selector) {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}
