//! Now, and how an instant reads in the reader's zone and language.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use maru_shared::Timestamp;
use wasm_bindgen::JsValue;

use crate::texts::Language;

/// Milliseconds since 1970, by the browser's clock.
pub fn now() -> i64 {
    Date::now() as i64
}

/// The number of the day in the reader's zone: grows by one at each midnight.
pub fn day_of(at: Timestamp) -> i64 {
    let millis = at.0 as f64;
    let minutes_behind = Date::new(&JsValue::from_f64(millis)).get_timezone_offset();
    ((millis - minutes_behind * 60_000.0) / 86_400_000.0).floor() as i64
}

/// The time of day, short.
pub fn time_of_day(at: Timestamp, language: Language) -> String {
    format(at, language, Style::Time)
}

/// The day, in full.
pub fn day(at: Timestamp, language: Language) -> String {
    format(at, language, Style::Day)
}

/// The day and the time, short.
pub fn date_and_time(at: Timestamp, language: Language) -> String {
    format(at, language, Style::Short)
}

/// The day and the time, in full.
pub fn day_and_time(at: Timestamp, language: Language) -> String {
    format(at, language, Style::Both)
}

/// The instant as machines read it (ISO 8601).
pub fn iso(at: Timestamp) -> String {
    Date::new(&JsValue::from_f64(at.0 as f64)).to_iso_string().into()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Time,
    Day,
    Both,
    Short,
}

thread_local! {
    /// Making a formatter costs a thousand times what using it does.
    static FORMATTERS: RefCell<Vec<(Language, Style, Function)>> = const { RefCell::new(Vec::new()) };
}

fn format(at: Timestamp, language: Language, style: Style) -> String {
    FORMATTERS.with_borrow_mut(|formatters| {
        let known = formatters.iter().position(|(of, how, _)| *of == language && *how == style);
        let index = known.unwrap_or_else(|| {
            formatters.push((language, style, formatter(language, style)));
            formatters.len() - 1
        });
        let text = formatters[index].2.call1(&JsValue::NULL, &JsValue::from_f64(at.0 as f64));
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn formatter(language: Language, style: Style) -> Function {
    let options = Object::new();
    let set = |key: &str, value: &str| {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value.into());
    };
    if style != Style::Time {
        set("dateStyle", if style == Style::Short { "medium" } else { "full" });
    }
    if style != Style::Day {
        set("timeStyle", "short");
    }
    Intl::DateTimeFormat::new(&Array::of1(&language.tag().into()), &options).format()
}
