//! What people write: names, notes, messages, passwords.

use std::str;

use maru_shared::{
    MessageBody, Name, Password,
    text::{BodyError, Note},
};
use unicode_normalization::UnicodeNormalization;

/// Characters that no name may have: they cannot be seen, or turn what stands around them.
const HIDDEN: [char; 18] = [
    '\0', '\u{7F}', '\u{AD}', '\u{115F}', '\u{1160}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{202A}',
    '\u{202B}', '\u{202D}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{3164}', '\u{FEFF}',
    '\u{FFA0}',
];

/// A text is read as a name, a note, a message and a password: what is taken is within its bounds, and reading it again
/// changes nothing.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    name(text);
    note(text);
    body(text);
    password(text);
}

/// What must hold of a message.
pub(crate) fn body(typed: &str) {
    for max in [0, 1, 20, MessageBody::DEFAULT_MAX_CHARS] {
        match MessageBody::parse(typed, max) {
            Ok(body) => {
                let text = body.as_str();
                assert!((1..=max).contains(&text.chars().count()), "{text:?}");
                assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{text:?}");
                assert_eq!(text, text.trim_end());
                assert!(!text.lines().next().unwrap_or_default().trim().is_empty(), "{text:?}");
                assert_eq!(MessageBody::parse(text, max).as_ref(), Ok(&body));
            }
            Err(BodyError::TooLong { chars, max: told }) => assert!(chars > max && told == max),
            Err(BodyError::Empty) => assert!(!typed.contains(|c: char| c.is_ascii_graphic()), "{typed:?}"),
        }
    }
}

fn name(typed: &str) {
    let Ok(name) = Name::parse(typed) else { return };
    let text = name.as_str();
    assert!((1..=Name::MAX_CHARS).contains(&text.chars().count()), "{text:?}");
    assert!(!text.contains(HIDDEN) && !text.contains(char::is_control), "{text:?}");
    assert!(text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace)), "{text:?}");
    assert_eq!(Name::parse(text).as_ref(), Ok(&name));
    key(&name);
}

fn note(typed: &str) {
    let Ok(note) = Note::parse(typed) else { return };
    let text = note.as_str();
    assert!(text.chars().count() <= Note::MAX_CHARS, "{text:?}");
    assert!(!text.contains(HIDDEN) && !text.contains(char::is_control), "{text:?}");
    assert_eq!(text, text.trim());
    assert_eq!(Note::parse(text).as_ref(), Ok(&note));
}

/// Names with one key are one name: so a key is never empty, and neither case nor a second reading makes another.
fn key(name: &Name) {
    let key = name.key();
    assert!(!key.is_empty(), "{name:?}");
    let again = |variant: &str| {
        if let Ok(variant) = Name::parse(variant) {
            assert_eq!(variant.key(), key, "of {variant:?} and of {name:?}");
        }
    };
    again(&key);
    // Decomposed, as Unicode has it (D145): an iota below a letter is a letter of its own in capitals, behind all marks.
    let decomposed: String = name.as_str().nfd().collect();
    again(&decomposed.to_uppercase());
    again(&decomposed.to_lowercase());
}

fn password(typed: &str) {
    let Ok(password) = Password::parse(typed) else { return };
    let chars = password.as_str().chars().count();
    assert!((Password::MIN_CHARS..=Password::MAX_CHARS).contains(&chars));
    assert_eq!(Password::parse(password.as_str()).as_ref(), Ok(&password));
    assert_eq!(format!("{password:?}"), "Password");
}
