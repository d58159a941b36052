//! Choosing a name by a few letters of it: by its beginning, by its initial consonants (`ㅎㅇ` is 회의), and while its last syllable is
//! still being composed (`횡` is on its way to 회의).
//!
//! Syllables of Hangul are taken apart by arithmetic (Unicode, 3.12): there are no tables, as the page has this too.

use std::ops::Range;

use crate::text::{nfc, nfkd};

/// What somebody has typed so far of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed(Vec<char>);

/// Where in a name something that was typed is: the earlier of these, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// It begins so.
    Beginning,
    /// A word in it begins so.
    Word,
    /// Somewhere else in it.
    Within,
}

/// Something that was typed, found in a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// Where, as far as it says how good that is.
    pub place: Place,
    /// Which characters (Unicode scalar values) of the name.
    pub chars: Range<usize>,
}

impl Typed {
    /// What somebody has typed so far. Spaces do not count.
    pub fn new(typed: &str) -> Self {
        let letters = folded(typed).into_iter().filter(|(letter, _)| !letter.is_whitespace());
        Self(letters.flat_map(|(letter, _)| two_initials(letter)).collect())
    }

    /// Whether nothing was typed: that is found at the beginning of every name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where this is in a name, at its best place.
    pub fn find(&self, name: &str) -> Option<Matched> {
        let name = folded(name);
        let mut best: Option<Matched> = None;
        for start in 0..name.len().max(1) {
            let place = match start.checked_sub(1).map(|before| name[before].0) {
                None => Place::Beginning,
                Some(before) if !before.is_alphanumeric() => Place::Word,
                Some(_) => Place::Within,
            };
            if best.as_ref().is_some_and(|best| best.place <= place) {
                continue;
            }
            if let Some(end) = self.ends(&name, start) {
                let first = name.get(start).map_or(0, |(_, at)| *at);
                let last = end.checked_sub(1).and_then(|last| name.get(last)).map_or(first, |(_, at)| at + 1);
                best = Some(Matched { place, chars: first..last.max(first) });
            }
        }
        best
    }

    /// Behind which letter of the name this ends that begins at `start`, if it is there.
    fn ends(&self, name: &[(char, usize)], start: usize) -> Option<usize> {
        let Some((last, before)) = self.0.split_last() else { return Some(start) };
        let mut at = start;
        for letter in before {
            at = next(name, at, at > start)?;
            if !is_meant(*letter, name[at].0) {
                return None;
            }
            at += 1;
        }
        at = next(name, at, at > start)?;
        if is_meant(*last, name[at].0) || is_begun(*last, name[at].0) {
            return Some(at + 1);
        }
        // The consonant below may be the next syllable's first.
        let (syllable, initial) = moved_on(*last)?;
        let behind = next(name, at + 1, true)?;
        (syllable == name[at].0 && is_meant(initial, name[behind].0)).then_some(behind + 1)
    }
}

const SYLLABLES: Range<u32> = 0xAC00..0xD7A4;
const MEDIALS: u32 = 21;
const FINALS: u32 = 28;

/// The initial consonants in the order in which syllables have them, as they are typed.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];

/// The final consonants in the order in which syllables have them, from the second on: the first is none.
const FINAL_LETTERS: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ',
    'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];

/// A syllable's initial, medial and final, as their numbers.
fn parts(letter: char) -> Option<(u32, u32, u32)> {
    let code = u32::from(letter);
    SYLLABLES.contains(&code).then(|| {
        let number = code - SYLLABLES.start;
        (number / (MEDIALS * FINALS), number / FINALS % MEDIALS, number % FINALS)
    })
}

fn syllable(initial: u32, medial: u32, last: u32) -> Option<char> {
    char::from_u32(SYLLABLES.start + (initial * MEDIALS + medial) * FINALS + last)
}

fn initial_of(letter: char) -> Option<char> {
    parts(letter).and_then(|(initial, ..)| INITIALS.get(initial as usize).copied())
}

/// Whether this letter of what was typed stands for that letter of a name.
fn is_meant(typed: char, letter: char) -> bool {
    typed == letter || initial_of(letter) == Some(typed)
}

/// Whether that syllable begins as this one, which is still being composed.
fn is_begun(typed: char, letter: char) -> bool {
    let (Some((initial, medial, last)), Some((of, its_medial, its_last))) = (parts(typed), parts(letter))
    else {
        return false;
    };
    if initial != of {
        return false;
    }
    if last == 0 {
        return medial == its_medial || goes_on_to(medial, its_medial);
    }
    medial == its_medial && two_finals(its_last).is_some_and(|(first, _)| first == last)
}

/// Whether a vowel becomes that one when another is typed behind it: ㅗ ㅘ ㅙ ㅚ, ㅜ ㅝ ㅞ ㅟ, ㅡ ㅢ.
fn goes_on_to(medial: u32, to: u32) -> bool {
    matches!((medial, to), (8, 9..=11) | (13, 14..=16) | (18, 19) | (9, 10) | (14, 15))
}

/// The syllable without the consonant below that was typed last, and that consonant.
fn moved_on(typed: char) -> Option<(char, char)> {
    let (initial, medial, last) = parts(typed)?;
    let letter = |last: u32| FINAL_LETTERS.get(last.checked_sub(1)? as usize).copied();
    let (stays, goes) = two_finals(last).map_or((0, letter(last)), |(stays, goes)| (stays, letter(goes)));
    Some((syllable(initial, medial, stays)?, goes?))
}

/// The two consonants of a final that has two.
fn two_finals(last: u32) -> Option<(u32, u32)> {
    // ㄱㅅ, ㄴㅈ, ㄴㅎ, ㄹㄱ, ㄹㅁ, ㄹㅂ, ㄹㅅ, ㄹㅌ, ㄹㅍ, ㄹㅎ, ㅂㅅ
    Some(match last {
        3 => (1, 19),
        5 => (4, 22),
        6 => (4, 27),
        9 => (8, 1),
        10 => (8, 16),
        11 => (8, 17),
        12 => (8, 19),
        13 => (8, 25),
        14 => (8, 26),
        15 => (8, 27),
        18 => (17, 19),
        _ => return None,
    })
}

/// Two consonants that were typed behind each other are shown as one (ㄱㅅ as ㄳ), which begins no syllable.
fn two_initials(letter: char) -> impl Iterator<Item = char> {
    let number =
        FINAL_LETTERS.iter().position(|last| *last == letter).and_then(|at| u32::try_from(at + 1).ok());
    let two = number.and_then(two_finals).map(|(first, second)| {
        [first, second].map(|last| FINAL_LETTERS.get(last as usize - 1).copied().unwrap_or(letter))
    });
    let (first, second) = two.map_or((letter, None), |[first, second]| (first, Some(second)));
    std::iter::once(first).chain(second)
}

/// The next letter of a name; behind the first, spaces are passed over.
fn next(name: &[(char, usize)], from: usize, skips: bool) -> Option<usize> {
    (from..name.len()).find(|at| !skips || !name[*at].0.is_whitespace())
}

/// The letters of a text without case, width and accents, and from which character each comes.
fn folded(text: &str) -> Vec<(char, usize)> {
    let mut letters = Vec::with_capacity(text.len());
    for (at, letter) in nfc(text).chars().enumerate() {
        match letter {
            '\0'..='\x7f' => letters.push((letter.to_ascii_lowercase(), at)),
            '\u{AC00}'..='\u{D7A3}' | '\u{3131}'..='\u{318E}' => letters.push((letter, at)),
            _ => {
                let mut utf8 = [0; 4];
                let plain = nfkd(letter.encode_utf8(&mut utf8));
                let is_accent = |part: &char| matches!(part, '\u{300}'..='\u{36F}');
                letters.extend(
                    plain
                        .chars()
                        .filter(|part| !is_accent(part))
                        .flat_map(char::to_lowercase)
                        .map(|part| (part, at)),
                );
            }
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_found_by_a_few_letters_of_it() {
        use Place::{Beginning, Within, Word};
        let table = [
            // Initial consonants.
            ("ㅎㅇ", "회의", Some(Beginning)),
            ("ㅎㅇ", "전체 회의", Some(Word)),
            ("ㅎㅇ", "주간회의", Some(Within)),
            ("ㅎㅇ", "회사 이야기", None),
            ("ㅎㅅㅇ", "회사 이야기", Some(Beginning)),
            ("ㅈㅊㅎㅇ", "전체 회의", Some(Beginning)),
            ("ㄱㅅ", "감사", Some(Beginning)),
            ("ㄳ", "감사", Some(Beginning)),
            ("ㅃ", "빵집", Some(Beginning)),
            ("ㅂ", "빵집", None),
            ("회ㅇ", "회의", Some(Beginning)),
            ("ㅎ의", "회의", Some(Beginning)),
            // While it is composed.
            ("호", "회의", Some(Beginning)),
            ("회", "회의", Some(Beginning)),
            ("횡", "회의", Some(Beginning)),
            ("회으", "회의", Some(Beginning)),
            ("회의", "회의", Some(Beginning)),
            ("휘", "회의", None),
            ("후", "휘파람", Some(Beginning)),
            ("달", "닭", Some(Beginning)),
            ("몫", "목소리", Some(Beginning)),
            ("목소", "몫소", None),
            ("횡", "횡단", Some(Beginning)),
            ("횡다", "회의다", None),
            ("검새", "검색", Some(Beginning)),
            ("검수", "검색", None),
            ("검ㅅ", "검색", Some(Beginning)),
            ("ㅏ", "아", None),
            // Latin, by and large.
            ("ma", "Maru", Some(Beginning)),
            ("MA", "the maru", Some(Word)),
            ("ar", "Maru", Some(Within)),
            ("cafe", "Café", Some(Beginning)),
            ("É", "cafe e", Some(Word)),
            ("ｍａ", "maru", Some(Beginning)),
            ("maru", "ＭＡＲＵ", Some(Beginning)),
            ("dev", "team-dev", Some(Word)),
            ("mr", "Maru", None),
            ("東", "新東京", Some(Within)),
            ("", "무엇이든", Some(Beginning)),
            ("가", "", None),
            ("\u{1112}\u{116C}", "회의", Some(Beginning)),
            ("전체회의", "전체 회의", Some(Beginning)),
            ("전체 회의", "전체회의", Some(Beginning)),
        ];
        for (typed, name, place) in table {
            let found = Typed::new(typed).find(name).map(|found| found.place);
            assert_eq!(found, place, "{typed} in {name}");
        }
    }

    #[test]
    fn what_was_typed_is_marked() {
        let marked = |typed: &str, name: &str| Typed::new(typed).find(name).map(|found| found.chars);
        assert_eq!(marked("ㅎㅇ", "전체 회의"), Some(3..5));
        assert_eq!(marked("횡", "회의"), Some(0..2));
        assert_eq!(marked("ㅊㅎ", "전체 회의"), Some(1..4));
        assert_eq!(marked("", "회의"), Some(0..0));
        assert_eq!(marked("ßen", "Straßen"), Some(4..7));
    }

    proptest! {
        #[test]
        fn every_name_is_found_by_its_beginnings_and_by_all_that_is_typed_on_the_way(name in "[가-힣]{1,6}") {
            let letters: Vec<char> = name.chars().collect();
            for end in 1..=letters.len() {
                let (last, before) = letters[..end].split_last().unwrap();
                let (initial, medial, _) = parts(*last).unwrap();
                let before: String = before.iter().collect();
                let open = syllable(initial, medial, 0).unwrap();
                for typed in [INITIALS[initial as usize], open, *last] {
                    let found = Typed::new(&format!("{before}{typed}")).find(&name);
                    prop_assert_eq!(found.map(|found| found.place), Some(Place::Beginning), "{}{}", before, typed);
                }
            }
            let initials: String = letters.iter().filter_map(|letter| initial_of(*letter)).collect();
            prop_assert!(Typed::new(&initials).find(&name).is_some());
        }

        #[test]
        fn what_is_found_is_in_the_name(typed in "\\PC{0,6}", name in "\\PC{0,12}") {
            if let Some(Matched { chars, .. }) = Typed::new(&typed).find(&name) {
                prop_assert!(chars.start <= chars.end && chars.end <= nfc(&name).chars().count());
            }
        }
    }
}
