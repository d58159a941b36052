//! Text that people write, parsed at the edge: whoever holds one of these types holds valid text.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize, Serializer};
#[cfg(not(target_arch = "wasm32"))]
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The name of a member or a room: 1 to 32 characters in normalization form C, trimmed, each run of white
/// space one space, with nothing in it that cannot be seen or that turns the text around it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

/// Why a text is no [`Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameError {
    /// Nothing that could be seen is in it.
    #[error("a name needs at least one visible character")]
    Empty,
    /// It has more than [`Name::MAX_CHARS`] characters.
    #[error("a name has at most 32 characters")]
    TooLong,
    /// It has a character that cannot be seen or that turns the text around it.
    #[error("a name cannot have invisible or direction-changing characters")]
    Forbidden,
}

impl Name {
    /// The most characters (Unicode scalar values, after normalization) that a name may have.
    pub const MAX_CHARS: usize = 32;

    /// The name that somebody typed.
    ///
    /// # Errors
    /// When it is empty, too long, or has a character that a name must not have.
    pub fn parse(typed: &str) -> Result<Self, NameError> {
        // Longer than any name even if every character were made of four: no need to normalize it.
        if typed.len() > 4 * 4 * Self::MAX_CHARS + 1024 {
            return Err(NameError::TooLong);
        }
        let name = nfc(one_line(typed));
        if name.chars().any(is_forbidden_in_name) {
            return Err(NameError::Forbidden);
        }
        if name.chars().all(|c| c.is_whitespace() || is_joiner(c)) {
            return Err(NameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong);
        }
        Ok(Self(name))
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names share when people would take one for the other: neither case nor width (full or
    /// half) nor spaces nor invisible joiners count, nor whether a small letter that looks like a Latin one is.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn key(&self) -> String {
        // Decomposed, as the iota below a Greek letter is a letter of its own in capitals; and before widths fall together, as
        // a mark that is wide comes before it then, and behind it in capitals (Unicode, D146).
        let spelled = in_one_case(&self.0.nfd().collect::<String>());
        let folded: String = spelled.nfkd().filter(|c| !is_joiner(*c) && !c.is_whitespace()).collect();
        in_one_case(&folded).chars().map(look_alike).nfkc().collect()
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// One line that somebody writes about something, a topic or a reason: at most 200 characters in normalization form C,
/// trimmed, each run of white space one space, with nothing in it that cannot be seen or that turns the text around it.
/// It may be empty.
#[derive(Clone, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Note(String);

/// Why a text is no [`Note`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteError {
    /// It has more than [`Note::MAX_CHARS`] characters.
    #[error("at most 200 characters")]
    TooLong,
    /// It has a character that cannot be seen or that turns the text around it.
    #[error("no invisible or direction-changing characters")]
    Forbidden,
}

impl Note {
    /// The most characters (Unicode scalar values, after normalization) of a note.
    pub const MAX_CHARS: usize = 200;

    /// The note that somebody typed.
    ///
    /// # Errors
    /// When it is too long, or has a character that it must not have.
    pub fn parse(typed: &str) -> Result<Self, NoteError> {
        if typed.len() > 4 * 4 * Self::MAX_CHARS + 1024 {
            return Err(NoteError::TooLong);
        }
        let note = nfc(one_line(typed));
        if note.chars().any(is_forbidden_in_name) {
            return Err(NoteError::Forbidden);
        }
        if note.chars().count() > Self::MAX_CHARS {
            return Err(NoteError::TooLong);
        }
        Ok(Self(note))
    }

    /// The note as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Note {
    type Error = NoteError;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed)
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} bytes)", self.0.len())
    }
}

/// The password of an account: 8 to 128 characters in normalization form C, so that it does not matter on which keyboard
/// it is typed (NIST SP 800-63B, section 3.1.1.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text is taken for no [`Password`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordError {
    /// It has less than [`Password::MIN_CHARS`] characters.
    #[error("a password needs at least 8 characters")]
    TooShort,
    /// It has more than [`Password::MAX_CHARS`] characters.
    #[error("a password has at most 128 characters")]
    TooLong,
    /// It is among those that are tried first.
    #[error("this password is easily guessed")]
    Weak,
}

impl Password {
    /// The fewest characters of a password (OWASP ASVS 5.0, 6.2.1).
    pub const MIN_CHARS: usize = 8;
    /// The most: a bound, so that hashing one costs no more than another.
    pub const MAX_CHARS: usize = 128;

    /// The password that somebody typed. Nothing of it is trimmed.
    ///
    /// # Errors
    /// When it is too short or too long. Whether it is easily guessed is the server's to say.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        if typed.len() > 4 * 4 * Self::MAX_CHARS {
            return Err(PasswordError::TooLong);
        }
        let password = nfc(typed);
        match password.chars().count() {
            chars if chars < Self::MIN_CHARS => Err(PasswordError::TooShort),
            chars if chars > Self::MAX_CHARS => Err(PasswordError::TooLong),
            _ => Ok(Self(password)),
        }
    }

    /// The password, to be hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never the password itself.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What a message says: at least one visible character, at most as many as the server allows, without
/// control characters other than the line break and the tab, without white space at its end or blank
/// lines at its start.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct MessageBody(String);

/// Why a text is no [`MessageBody`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing that could be seen is in it.
    #[error("a message needs at least one visible character")]
    Empty,
    /// It has more characters than a message may have.
    #[error("a message has at most {max} characters, this one has {chars}")]
    TooLong {
        /// How many characters it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
}

impl MessageBody {
    /// The most characters (Unicode scalar values) of a message unless the server is told otherwise.
    pub const DEFAULT_MAX_CHARS: usize = 4000;

    /// The body that somebody typed, of at most `max` characters. Line breaks of every system become `\n`;
    /// other control characters are left out. What is a body already is taken as it is.
    ///
    /// # Errors
    /// When nothing visible is left, or more than `max` characters.
    pub fn parse(typed: impl AsRef<str> + Into<String>, max: usize) -> Result<Self, BodyError> {
        let clean = without_controls(typed.as_ref());
        let text = without_blank_first_lines(clean.trim_end());
        if text.chars().all(|c| c.is_whitespace() || is_joiner(c) || is_forbidden_in_name(c)) {
            return Err(BodyError::Empty);
        }
        let chars = text.chars().count();
        if chars > max {
            return Err(BodyError::TooLong { chars, max });
        }
        let is_as_typed = matches!(clean, Cow::Borrowed(_)) && text.len() == typed.as_ref().len();
        Ok(Self(if is_as_typed { typed.into() } else { text.to_owned() }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl fmt::Debug for MessageBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageBody({} bytes)", self.0.len())
    }
}

/// The text with line breaks of one kind, and no other control characters but tabs.
fn without_controls(typed: &str) -> Cow<'_, str> {
    let is_clean = |c: char| matches!(c, '\n' | '\t') || !c.is_control();
    if typed.chars().all(is_clean) {
        return Cow::Borrowed(typed);
    }
    let mut before = '\0';
    let unix = typed.chars().filter_map(|c| match (std::mem::replace(&mut before, c), c) {
        ('\r', '\n') => None,
        (_, '\r') => Some('\n'),
        (_, c) => Some(c),
    });
    unix.filter(|c| is_clean(*c)).collect()
}

/// The words of a text, with a space between each two.
fn one_line(typed: &str) -> String {
    let mut line = String::with_capacity(typed.len());
    for word in typed.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

fn without_blank_first_lines(mut text: &str) -> &str {
    while let Some((line, rest)) = text.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        text = rest;
    }
    text
}

/// The text in normalization form C (UAX #15).
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn nfc(text: impl AsRef<str> + Into<String>) -> String {
    // Almost every text is so already.
    if is_nfc(text.as_ref()) { text.into() } else { text.as_ref().nfc().collect() }
}

/// The text in normalization form C (UAX #15), by the browser.
#[cfg(target_arch = "wasm32")]
pub(crate) fn nfc(text: impl AsRef<str>) -> String {
    js_sys::JsString::from(text.as_ref()).normalize("NFC").into()
}

/// The text in normalization form KD (UAX #15).
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn nfkd(text: &str) -> String {
    text.nfkd().collect()
}

/// The text in normalization form KD (UAX #15), by the browser.
#[cfg(target_arch = "wasm32")]
pub(crate) fn nfkd(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKD").into()
}

/// Through capitals, so that letters with two lower cases (ß and ss, σ and ς) fall together; from small ones, as ẞ is a capital
/// of its own.
#[cfg(not(target_arch = "wasm32"))]
fn in_one_case(text: &str) -> String {
    text.to_lowercase().to_uppercase().to_lowercase()
}

/// The Latin letter or digit that another script's letter is taken for (UTS #39, section 4), else the letter itself. Hangul
/// is made of letters that are nobody's.
#[cfg(not(target_arch = "wasm32"))]
fn look_alike(letter: char) -> char {
    // At the end of a word a sigma has another form, and where words end is another question once letters were put in place.
    let letter = if letter == 'ς' { 'σ' } else { letter };
    if letter.is_ascii() || matches!(letter, '\u{1100}'..='\u{11FF}') {
        return letter;
    }
    let mut utf8 = [0; 4];
    let mut skeleton = unicode_security::skeleton(letter.encode_utf8(&mut utf8));
    match (skeleton.next(), skeleton.next()) {
        (Some(latin), None) if latin.is_ascii_alphanumeric() => latin.to_ascii_lowercase(),
        _ => letter,
    }
}

/// Joiners and variation selectors: invisible, but emoji and some scripts need them inside a word.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

/// Controls, bidirectional marks, embeddings, overrides and isolates (UAX #9), other invisible characters
/// (Default_Ignorable_Code_Point, less the joiners), among them the Hangul fillers that make a name empty
/// to the eye, and what is no character at all.
pub(crate) fn is_forbidden_in_name(c: char) -> bool {
    c.is_control() || !c.is_ascii() && is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_normalized_and_trimmed() {
        let decomposed = "\u{1106}\u{1175}\u{11AB}\u{1109}\u{116E}";
        assert_eq!(Name::parse(&format!("  {decomposed}\t 씨 ")).unwrap().as_str(), "민수 씨");
    }

    #[test]
    fn names_that_look_alike_share_a_key() {
        let key = |name: &str| Name::parse(name).unwrap().key();
        assert_eq!(key("Maru"), key("ＭＡＲＵ"));
        assert_eq!(key("마루"), key("마루\u{200D}"));
        assert_eq!(key("ガナ"), key("ｶﾞﾅ"));
        assert_eq!(key("김 민수"), key("김민수"));
        assert_eq!(key("Straße"), key("STRASSE"));
        assert_eq!(key("STRAẞE"), key("STRASSE"));
        assert_eq!(
            key("\u{1FBA}\u{307}\u{345}"),
            key("\u{1FB2}\u{307}"),
            "an iota below, written in two ways"
        );
        assert_eq!(key("I\u{345}\u{FF9E}"), key("IΙ\u{FF9E}"), "and a wide mark behind it");
        assert_eq!(key("раураl"), key("paypal"), "with letters of Cyrillic");
        assert_eq!(key("οwner"), key("Owner"), "with one of Greek");
        assert_eq!(
            key("ＥΣ ￨"),
            key(&key("ＥΣ ￨")),
            "a sigma that ends a word, until what follows is a letter"
        );
        assert_ne!(key("민수"), key("민주"));
        assert_eq!(key("민수"), "민수");
    }

    #[test]
    fn what_is_no_name_says_why() {
        assert_eq!(Name::parse(" \n "), Err(NameError::Empty));
        assert_eq!(Name::parse("\u{200D}"), Err(NameError::Empty));
        assert_eq!(Name::parse("\u{3164}"), Err(NameError::Forbidden), "the Hangul filler");
        assert_eq!(Name::parse("a\u{202E}b"), Err(NameError::Forbidden));
        assert_eq!(Name::parse("a\u{0}b"), Err(NameError::Forbidden));
        assert_eq!(Name::parse(&"가".repeat(33)), Err(NameError::TooLong));
        assert!(Name::parse(&"가".repeat(32)).is_ok());
        assert!(Name::parse("👩‍💻").is_ok());
    }

    #[test]
    fn a_password_is_counted_in_characters_and_kept_whole() {
        assert_eq!(Password::parse("여덟글자아님"), Err(PasswordError::TooShort));
        assert_eq!(Password::parse(" 여덟 글자다 ").unwrap().as_str(), " 여덟 글자다 ");
        assert_eq!(Password::parse(&"가".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(Password::parse("\u{1112}\u{1161}\u{11AB} 12345").err(), Some(PasswordError::TooShort));
    }

    #[test]
    fn a_body_keeps_what_was_typed_but_for_controls_and_the_ends() {
        let body = |typed| MessageBody::parse(typed, 4000).map(MessageBody::into_string);
        assert_eq!(body("\r\n  code\r\n\tmore \u{7}\u{1b}[0m\n\n").unwrap(), "  code\n\tmore [0m");
        assert_eq!(body("a\rb").unwrap(), "a\nb", "as long as what was typed, and not the same");
        assert_eq!(body(" \n\t\r\n\u{200B}"), Err(BodyError::Empty));
    }

    #[test]
    fn a_body_has_a_bound_in_characters() {
        assert!(MessageBody::parse("한".repeat(10), 10).is_ok());
        assert_eq!(MessageBody::parse("한".repeat(11), 10), Err(BodyError::TooLong { chars: 11, max: 10 }));
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(typed in "[\\PC\r\n\t\u{7}]{0,40}") {
            if let Ok(name) = Name::parse(&typed) {
                prop_assert_eq!(Name::parse(name.as_str()).unwrap(), name);
            }
            if let Ok(body) = MessageBody::parse(&typed, 4000) {
                prop_assert!(!body.as_str().contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
                prop_assert_eq!(MessageBody::parse(body.as_str(), 4000).unwrap(), body);
            }
        }

        #[test]
        fn a_key_is_its_own_key(typed in "\\PC{1,32}") {
            if let Ok(name) = Name::parse(&typed)
                && let Ok(again) = Name::parse(&name.key())
            {
                prop_assert_eq!(again.key(), name.key());
            }
        }
    }
}
