//! Whether a name is meant by what is typed of it: Hangul by its first consonants, too, and while it is being composed.

use std::ops::Range;

/// The consonants with which a syllable begins, in the order of Unicode.
const LEADS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// Those with which it ends, where it does not end with its vowel.
const TAILS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
const VOWELS: u32 = 21;
/// With none, too.
const ENDS: u32 = 28;

/// How a name is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How well.
    pub how: How,
    /// Which of the name's characters (Unicode scalar values) are meant.
    pub part: Range<usize>,
}

/// How well a name is meant, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// All of it.
    Whole,
    /// It begins so.
    Beginning,
    /// A word in it begins so.
    Word,
    /// It has it somewhere.
    Inside,
}

/// How this name is meant by what was typed, if it is. Neither case nor spaces count. Where nothing was typed, nothing is meant.
pub fn meant(name: &str, typed: &str) -> Option<Match> {
    let sought: Vec<char> = letters(typed).map(|(_, letter)| letter).collect();
    let letters: Vec<(usize, char)> = letters(name).collect();
    let of = |start: usize| {
        let end = begins(&letters[start..], &sought)?;
        let (first, last) = (letters[start].0, letters[start + end - 1].0);
        let how = match start {
            0 if end == letters.len() => How::Whole,
            0 => How::Beginning,
            _ if letters[start - 1].0 + 1 < first => How::Word,
            _ => How::Inside,
        };
        Some(Match { how, part: first..last + 1 })
    };
    (0..letters.len()).filter_map(of).min_by_key(|meant| meant.how)
}

/// The letters of a text and where they are in it: without what stands between words, and none of them a capital.
fn letters(text: &str) -> impl Iterator<Item = (usize, char)> {
    let between =
        |letter: char| letter.is_whitespace() || matches!(letter, '-' | '_' | '.' | ',' | '#' | '@');
    let letters = text.chars().enumerate().filter(move |(_, letter)| !between(*letter));
    letters.flat_map(|(at, letter)| {
        apart(letter.to_lowercase().next().unwrap_or(letter)).map(move |letter| (at, letter))
    })
}

/// Two consonants that an input method put into one (ㄳ), as what they were typed as.
fn apart(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = pair(letter).map_or((letter, None), |(first, second)| (first, Some(second)));
    [Some(first), second].into_iter().flatten()
}

const fn pair(letter: char) -> Option<(char, char)> {
    Some(match letter {
        'ㄳ' => ('ㄱ', 'ㅅ'),
        'ㄵ' => ('ㄴ', 'ㅈ'),
        'ㄶ' => ('ㄴ', 'ㅎ'),
        'ㄺ' => ('ㄹ', 'ㄱ'),
        'ㄻ' => ('ㄹ', 'ㅁ'),
        'ㄼ' => ('ㄹ', 'ㅂ'),
        'ㄽ' => ('ㄹ', 'ㅅ'),
        'ㄾ' => ('ㄹ', 'ㅌ'),
        'ㄿ' => ('ㄹ', 'ㅍ'),
        'ㅀ' => ('ㄹ', 'ㅎ'),
        'ㅄ' => ('ㅂ', 'ㅅ'),
        _ => return None,
    })
}

/// How many of these letters are what was sought, from the first on.
fn begins(letters: &[(usize, char)], sought: &[char]) -> Option<usize> {
    let (last, before) = sought.split_last()?;
    let are = |(sought, (_, letter)): (&char, &(usize, char))| is(*letter, *sought);
    let rest = letters.get(before.len()..)?;
    if !before.iter().zip(letters).all(are) {
        return None;
    }
    let (&(_, letter), behind) = rest.split_first()?;
    if is(letter, *last) {
        return Some(sought.len());
    }
    let [typed, there] = [syllable(*last)?, syllable(letter)?];
    if typed.lead != there.lead {
        return None;
    }
    match typed.tail {
        // 고 on its way to 과, 회 to 획.
        None if is_vowel_of(typed.vowel, there.vowel) => Some(sought.len()),
        // 넉 on its way to 넋.
        tail if typed.vowel == there.vowel && tail.is_some_and(|tail| there.begins_to_end(tail)) => {
            Some(sought.len())
        }
        // 횡 on its way to 회의: the consonant is the next syllable's.
        Some(tail) if typed.vowel == there.vowel => {
            let (stays, goes) = pair(tail).map_or((None, tail), |(stays, goes)| (Some(stays), goes));
            let next = syllable(behind.first()?.1)?;
            (there.tail == stays && next.lead == goes).then_some(sought.len() + 1)
        }
        _ => None,
    }
}

/// Whether this letter is the one that is sought, or a syllable that begins with it.
fn is(letter: char, sought: char) -> bool {
    letter == sought || syllable(letter).is_some_and(|syllable| syllable.lead == sought)
}

/// Whether the one vowel is the other, or is on its way to it: by their places in the order of Unicode.
const fn is_vowel_of(typed: u32, there: u32) -> bool {
    // ㅗ ㅘ ㅙ ㅚ, ㅜ ㅝ ㅞ ㅟ, ㅡ ㅢ.
    typed == there || matches!((typed, there), (8, 9..=11) | (13, 14..=16) | (18, 19))
}

/// A syllable of Hangul.
#[derive(Clone, Copy)]
struct Syllable {
    lead: char,
    vowel: u32,
    tail: Option<char>,
}

impl Syllable {
    /// Whether the first of the two consonants with which it ends is this.
    fn begins_to_end(self, with: char) -> bool {
        self.tail.and_then(pair).is_some_and(|(first, _)| first == with)
    }
}

fn syllable(letter: char) -> Option<Syllable> {
    let place = u32::from(letter).checked_sub(u32::from('가')).filter(|_| letter <= '힣')?;
    let nth = |of: &str, place: u32| of.chars().nth(usize::try_from(place).ok()?);
    Some(Syllable {
        lead: nth(LEADS, place / (VOWELS * ENDS))?,
        vowel: place / ENDS % VOWELS,
        tail: (place % ENDS).checked_sub(1).and_then(|place| nth(TAILS, place)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn how(name: &str, typed: &str) -> Option<How> {
        meant(name, typed).map(|meant| meant.how)
    }

    fn part(name: &str, typed: &str) -> String {
        let part = meant(name, typed).unwrap().part;
        name.chars().skip(part.start).take(part.len()).collect()
    }

    #[test]
    fn first_consonants_mean_a_name() {
        assert_eq!(how("회의", "ㅎㅇ"), Some(How::Whole));
        assert_eq!(how("회의실 예약", "ㅎㅇㅅ"), Some(How::Beginning));
        assert_eq!(how("회의실 예약", "ㅇㅇ"), Some(How::Word));
        assert_eq!(how("주간회의", "ㅎㅇ"), Some(How::Inside));
        assert_eq!(how("회의", "ㅎㅁ"), None);
        assert_eq!(how("회의", "ㅎㅇㅅ"), None);
        assert_eq!(how("쌍문동", "ㅆㅁ"), Some(How::Beginning));
        assert_eq!(how("상문동", "ㅆㅁ"), None);
        assert_eq!(how("가상 회의", "ㄳ"), Some(How::Beginning), "as it is composed");
        assert_eq!(how("회의", "회ㅇ"), Some(How::Whole), "one written whole");
        assert_eq!(part("주간 회의실", "ㅎㅇ"), "회의");
    }

    #[test]
    fn a_name_is_meant_at_every_key_on_the_way_to_it() {
        for (name, keys) in [
            ("회의", ["ㅎ", "호", "회", "횡", "회으", "회의"].as_slice()),
            ("과학", &["ㄱ", "고", "과", "괗", "과하", "과학"]),
            ("넋두리", &["ㄴ", "너", "넉", "넋", "넋ㄷ", "넋두"]),
            ("일곱", &["ㅇ", "이", "일", "읽", "일고", "일곱"]),
            ("달의 방", &["ㄷ", "다", "달", "달ㅇ", "달의", "달읩", "달의바", "달의 방"]),
        ] {
            for typed in keys {
                assert!(how(name, typed).is_some(), "{name} by {typed}");
            }
        }
        assert_eq!(part("회의실", "횡"), "회의");
        assert_eq!(how("회사", "횡"), None);
        assert_eq!(how("횡단", "횡"), Some(How::Beginning));
        assert_eq!(how("호수", "회"), None, "what is written further is no way back");
        assert_eq!(how("회의", "횡의"), None, "only the last syllable is being composed");
    }

    #[test]
    fn case_and_spaces_do_not_count() {
        assert_eq!(how("Design Team", "design t"), Some(How::Beginning));
        assert_eq!(how("Design Team", "TEAM"), Some(How::Word));
        assert_eq!(how("design-team", "team"), Some(How::Word));
        assert_eq!(how("Design Team", "sign"), Some(How::Inside));
        assert_eq!(how("회의 실", "회의실"), Some(How::Whole));
        assert_eq!(how("Straße", "straße"), Some(How::Whole));
        assert_eq!(part("민수, Jiyoung", "ji"), "Ji");
    }

    #[test]
    fn nothing_means_nothing() {
        assert_eq!(meant("회의", ""), None);
        assert_eq!(meant("회의", "  "), None);
        assert_eq!(meant("", "ㅎ"), None);
    }

    proptest! {
        #[test]
        fn a_name_is_meant_by_each_beginning_of_it_and_what_is_meant_is_in_it(name in "[가-힣a-zA-Z ㄱ-ㅎ]{1,12}", typed in "[가-힣a-z ㄱ-ㅎ]{0,4}") {
            for (end, _) in name.char_indices().skip(1).filter(|(end, _)| !name[..*end].trim().is_empty()) {
                prop_assert!(meant(&name, &name[..end]).is_some());
            }
            if let Some(Match { part, .. }) = meant(&name, &typed) {
                prop_assert!(part.start < part.end && part.end <= name.chars().count());
            }
        }
    }
}
