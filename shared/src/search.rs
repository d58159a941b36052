//! Searching what people wrote: what a search asks for, which texts answer it, and where in them.
//!
//! Texts are compared folded: neither case nor accents nor width (full or half) count, nor whether a syllable is written
//! whole or as its letters, nor Hiragana or Katakana. Scripts that put no spaces between words, and Hangul, whose words
//! carry particles, are found in parts: `울에` finds `서울에서`. Other words are found from their beginning: `caf` finds
//! `Café`.

use std::{fmt, ops::Range};

use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, is_combining_mark},
};
use unicode_script::{Script, UnicodeScript};

use crate::{Name, RoomId};

/// What a search asks for: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What the text says.
    pub terms: Vec<Term>,
    /// Who wrote it: one of these, where there are any.
    pub from: Vec<Name>,
    /// Where it was written: in one of these, where there are any.
    pub places: Vec<Sought>,
    /// It was written on this day or later.
    pub after: Option<Day>,
    /// It was written before this day.
    pub before: Option<Day>,
    /// What it has with it: all of these.
    pub has: Vec<Has>,
}

/// A room that a search asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// By its id.
    Id(RoomId),
    /// By what it is called.
    Named(Name),
}

/// Something that a message may have with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// A file, of whatever kind.
    File,
    /// A picture.
    Image,
    /// A link in its text.
    Link,
    /// Somebody's reaction.
    Reaction,
    /// A pin.
    Pin,
}

/// A day of the calendar, as the days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

/// Why a text is taken for no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// Nothing in it can be searched for.
    #[error("nothing in it can be searched for")]
    Empty,
    /// It has more than [`Search::MAX_CHARS`] characters or [`Search::MOST_TERMS`] words.
    #[error("a search has at most 200 characters and 16 words")]
    TooLong,
    /// Behind `from:`, `in:`, `before:`, `after:` or `has:` stands something that cannot stand there.
    #[error("a filter is asked for what there is not")]
    BadFilter,
}

/// A word that a text must have, or several that stand in it one behind the other.
#[derive(Clone, PartialEq, Eq)]
pub struct Term {
    runs: Vec<Run>,
    /// Whether the last word must be whole, and not only begin so.
    whole: bool,
}

/// What an index of words must have of a text for a [`Term`] to be in it. The reverse is not true.
#[derive(Clone, PartialEq, Eq)]
pub enum Need {
    /// This word.
    Word(String),
    /// A word that begins so.
    Beginning(String),
}

/// How well a text answers a search, and by what.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which of its characters (Unicode scalar values, not bytes) were sought, in their order; none overlaps another.
    pub marks: Vec<Range<u32>>,
    /// From 0, not at all, to 1: nothing else, and in whole words.
    pub closeness: f64,
}

impl Search {
    /// The most characters (Unicode scalar values) of a search.
    pub const MAX_CHARS: usize = 200;
    /// The most words of a search, those in quotes counted one by one.
    pub const MOST_TERMS: usize = 16;

    /// The search that somebody typed: words, words in quotes that stand one behind the other, and filters.
    ///
    /// # Errors
    /// When it asks for nothing, for too much, or a filter for what there is not.
    pub fn parse(typed: &str) -> Result<Self, SearchError> {
        if typed.len() > 4 * Self::MAX_CHARS || typed.chars().count() > Self::MAX_CHARS {
            return Err(SearchError::TooLong);
        }
        let mut search = Self::default();
        for Piece { text, quoted } in pieces(typed) {
            match if quoted { None } else { filter(&text) } {
                Some((filter, value)) => search.narrow(filter, value)?,
                None => search.terms.extend(Term::new(&text, quoted)),
            }
        }
        let words: usize = search.terms.iter().map(|term| term.runs.len()).sum();
        let filters = search.from.len() + search.places.len() + search.has.len();
        if words > Self::MOST_TERMS || filters > Self::MOST_TERMS {
            return Err(SearchError::TooLong);
        }
        let is_narrowed = filters > 0 || search.after.is_some() || search.before.is_some();
        if words == 0 && !is_narrowed { Err(SearchError::Empty) } else { Ok(search) }
    }

    /// How this text answers, as far as its words go; nothing when one of them is missing.
    pub fn answered_by(&self, text: &str) -> Option<Answer> {
        if self.terms.is_empty() {
            return Some(Answer { marks: Vec::new(), closeness: 0.0 });
        }
        let folded = Folded::new(text);
        let mut found = Vec::new();
        let mut closeness = 0.0;
        for term in &self.terms {
            let before = found.len();
            let mut best: f64 = 0.0;
            term.find(&folded, |range| {
                best = best.max(folded.closeness(&range));
                if found.len() < MOST_MARKS {
                    found.push(folded.source(&range));
                }
            });
            if best == 0.0 {
                return None;
            }
            debug_assert!(found.len() > before || found.len() == MOST_MARKS);
            closeness += best;
        }
        let marks = joined(found);
        let marked: u32 = marks.iter().map(|range| range.end - range.start).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few words")]
        let words = closeness / self.terms.len() as f64;
        let share =
            f64::from(marked) / f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX).max(1));
        Some(Answer { marks, closeness: words * (0.7 + 0.3 * share.min(1.0)) })
    }

    fn narrow(&mut self, filter: Filter, value: &str) -> Result<(), SearchError> {
        let bad = SearchError::BadFilter;
        match filter {
            Filter::From => self.from.push(Name::parse(value.trim_start_matches('@')).map_err(|_| bad)?),
            Filter::In => {
                let value = value.trim_start_matches('#');
                self.places.push(match value.parse() {
                    Ok(id) => Sought::Id(id),
                    Err(_) => Sought::Named(Name::parse(value).map_err(|_| bad)?),
                });
            }
            Filter::Before => {
                let (first, _) = days(value).ok_or(bad)?;
                self.before = Some(self.before.map_or(first, |before| before.min(first)));
            }
            Filter::After => {
                let (first, _) = days(value).ok_or(bad)?;
                self.after = Some(self.after.map_or(first, |after| after.max(first)));
            }
            Filter::On => {
                let (first, behind) = days(value).ok_or(bad)?;
                self.after = Some(self.after.map_or(first, |after| after.max(first)));
                self.before = Some(self.before.map_or(behind, |before| before.min(behind)));
            }
            Filter::Has => self.has.push(has(value).ok_or(bad)?),
        }
        Ok(())
    }
}

/// The words of a text as an index keeps them, behind each other with spaces between: nothing in them but letters, digits,
/// marks and symbols, none of them ASCII other than small letters and digits. Of what is found in parts, they are the pairs
/// of neighbours, and the last by itself: so each begins a word.
pub fn index_words(text: &str) -> String {
    let folded = Folded::new(text);
    let mut words = String::with_capacity(text.len() * 2);
    for run in &folded.runs {
        let letters = &folded.letters[run.range.clone()];
        if run.in_parts {
            for pair in letters.windows(2) {
                words.extend([pair[0], pair[1], ' ']);
            }
            words.extend(letters.last());
        } else {
            words.extend(letters.iter().take(LONGEST_WORD));
        }
        words.push(' ');
    }
    words
}

impl Term {
    fn new(text: &str, quoted: bool) -> Option<Self> {
        let Folded { letters, runs, .. } = Folded::new(text);
        let runs: Vec<Run> = runs
            .into_iter()
            .map(|run| Run { letters: letters[run.range].to_vec(), in_parts: run.in_parts })
            .collect();
        (!runs.is_empty()).then_some(Self { runs, whole: quoted })
    }

    /// What an index of words must have of a text for this to be in it.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        let last = self.runs.len() - 1;
        for (place, Run { letters, in_parts }) in self.runs.iter().enumerate() {
            let word = |letters: &[char]| letters.iter().collect::<String>();
            match letters.as_slice() {
                // The first of several ends its word.
                [only] if *in_parts && place == 0 && last > 0 => needs.push(Need::Word(only.to_string())),
                [only] if *in_parts => needs.push(Need::Beginning(only.to_string())),
                several if *in_parts => needs.extend(several.windows(2).map(|pair| Need::Word(word(pair)))),
                letters if letters.len() > LONGEST_WORD => {
                    needs.push(Need::Word(word(&letters[..LONGEST_WORD])));
                }
                letters if place < last || self.whole => needs.push(Need::Word(word(letters))),
                letters => needs.push(Need::Beginning(word(letters))),
            }
        }
        needs
    }

    /// Tells each place in the text where this is.
    fn find(&self, folded: &Folded, mut tell: impl FnMut(Range<usize>)) {
        let [first, rest @ ..] = self.runs.as_slice() else { return };
        if rest.is_empty() {
            for run in folded.runs.iter().filter(|run| run.in_parts == first.in_parts) {
                let letters = &folded.letters[run.range.clone()];
                if first.in_parts {
                    let mut at = 0;
                    while at + first.letters.len() <= letters.len() {
                        if letters[at..].starts_with(&first.letters) {
                            tell(run.range.start + at..run.range.start + at + first.letters.len());
                            at += first.letters.len();
                        } else {
                            at += 1;
                        }
                    }
                } else if self.begins(first, letters) {
                    tell(run.range.start..run.range.start + first.letters.len());
                }
            }
            return;
        }
        for runs in folded.runs.windows(self.runs.len()) {
            let letters = |at: usize| &folded.letters[runs[at].range.clone()];
            let alike = runs.iter().zip(&self.runs).all(|(one, other)| one.in_parts == other.in_parts);
            let last = rest.len();
            let begins = if first.in_parts {
                letters(0).ends_with(&first.letters)
            } else {
                letters(0) == first.letters
            };
            let goes_on = (1..last).all(|at| letters(at) == self.runs[at].letters);
            if alike && begins && goes_on && self.begins(&self.runs[last], letters(last)) {
                let from = runs[0].range.end - first.letters.len();
                tell(from..runs[last].range.start + self.runs[last].letters.len());
            }
        }
    }

    /// Whether these letters begin as this run does, which is the last; or are it, where it must be whole.
    fn begins(&self, last: &Run, letters: &[char]) -> bool {
        if self.whole && !last.in_parts {
            letters == last.letters
        } else {
            letters.starts_with(&last.letters)
        }
    }
}

/// Longer words are kept and asked for by their beginning.
const LONGEST_WORD: usize = 40;

/// So many places are marked in one text at most.
const MOST_MARKS: usize = 100;

/// Letters of one kind without anything between them.
#[derive(Clone, PartialEq, Eq)]
struct Run {
    letters: Vec<char>,
    in_parts: bool,
}

/// A text as it is compared: its letters, folded, and from which characters each comes.
struct Folded {
    letters: Vec<char>,
    from: Vec<Range<u32>>,
    runs: Vec<FoldedRun>,
}

struct FoldedRun {
    range: Range<usize>,
    in_parts: bool,
}

/// What a folded letter is for searching.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Between words.
    Apart,
    /// Of a word that is found from its beginning.
    Whole,
    /// Of a run that is found in parts.
    InParts,
    /// Of whatever is before it.
    Mark,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Self {
            letters: Vec::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
            runs: Vec::new(),
        };
        let mut open = false;
        for (at, letter) in (0..).zip(text.chars()) {
            match letter {
                'a'..='z' | '0'..='9' => folded.push(letter, at, Kind::Whole, &mut open),
                'A'..='Z' => folded.push(letter.to_ascii_lowercase(), at, Kind::Whole, &mut open),
                '\0'..='\x7f' => open = false,
                // Hangul syllables, letters of Hangul that stand by themselves (ㅋㅋ), and the common ideographs.
                '\u{AC00}'..='\u{D7A3}' | '\u{3131}'..='\u{318E}' | '\u{4E00}'..='\u{9FFF}' => {
                    folded.push(letter, at, Kind::InParts, &mut open);
                }
                _ => {
                    for part in std::iter::once(letter).nfkd() {
                        if is_left_out(part) {
                            folded.lengthen(at, open);
                            continue;
                        }
                        if folded.compose(part, at, open) {
                            continue;
                        }
                        for lower in lower(part) {
                            let letter = hiragana(lower);
                            folded.push(letter, at, kind(letter), &mut open);
                        }
                    }
                }
            }
        }
        folded
    }

    /// What is left out belongs to the letter before it.
    fn lengthen(&mut self, at: u32, open: bool) {
        if let (true, Some(from)) = (open, self.from.last_mut()) {
            from.end = at + 1;
        }
    }

    /// Joins a mark or a letter of a syllable to the letter before it, if the two are one.
    fn compose(&mut self, part: char, at: u32, open: bool) -> bool {
        let (true, Some(last), Some(from)) = (open, self.letters.last_mut(), self.from.last_mut()) else {
            return false;
        };
        match compose(*last, part) {
            Some(whole) => {
                (*last, from.end) = (hiragana(whole), at + 1);
                true
            }
            None => false,
        }
    }

    fn push(&mut self, letter: char, at: u32, kind: Kind, open: &mut bool) {
        let place = self.letters.len();
        let in_parts = kind == Kind::InParts;
        match kind {
            Kind::Apart => {
                *open = false;
                return;
            }
            Kind::Mark if !*open => return,
            Kind::Mark => {}
            Kind::Whole | Kind::InParts
                if *open && self.runs.last().is_some_and(|run| run.in_parts == in_parts) => {}
            Kind::Whole | Kind::InParts => self.runs.push(FoldedRun { range: place..place, in_parts }),
        }
        *open = true;
        self.letters.push(letter);
        self.from.push(at..at + 1);
        if let Some(run) = self.runs.last_mut() {
            run.range.end = place + 1;
        }
    }

    /// From which characters these letters come.
    fn source(&self, letters: &Range<usize>) -> Range<u32> {
        let end = self.from[letters.clone()].iter().map(|from| from.end).max();
        let start = self.from[letters.start].start;
        start..end.unwrap_or(start)
    }

    /// How close these letters are to words of their own: whole words, beginnings, parts.
    fn closeness(&self, letters: &Range<usize>) -> f64 {
        // They are in their order, and a text may have thousands.
        let begins = self.runs.binary_search_by_key(&letters.start, |run| run.range.start).is_ok();
        let ends = self.runs.binary_search_by_key(&letters.end, |run| run.range.end).is_ok();
        match (begins, ends) {
            (true, true) => 1.0,
            (true, false) => 0.8,
            (false, true) => 0.6,
            (false, false) => 0.5,
        }
    }
}

fn kind(letter: char) -> Kind {
    match letter {
        // The mark of a long vowel belongs to no script.
        '\u{30FC}' => return Kind::InParts,
        // Arrows, symbols, dingbats and emoji are sought as well.
        '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' => return Kind::InParts,
        _ => {}
    }
    if is_combining_mark(letter) {
        return Kind::Mark;
    }
    if !letter.is_alphanumeric() {
        return Kind::Apart;
    }
    match letter.script() {
        Script::Han
        | Script::Hangul
        | Script::Hiragana
        | Script::Katakana
        | Script::Bopomofo
        | Script::Yi => Kind::InParts,
        Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar | Script::Tibetan | Script::Javanese => {
            Kind::InParts
        }
        _ => Kind::Whole,
    }
}

/// Accents and vowel points that may as well be missing, and what cannot be seen.
fn is_left_out(part: char) -> bool {
    matches!(part,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{640}')
        || crate::text::is_joiner(part)
        || crate::text::is_forbidden_in_name(part) && !part.is_whitespace()
}

/// Through capitals, so that letters with two lower cases (ß and ss, σ and ς) fall together.
fn lower(letter: char) -> impl Iterator<Item = char> {
    letter
        .to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|part| !is_left_out(*part))
}

fn hiragana(letter: char) -> char {
    match letter {
        '\u{30A1}'..='\u{30F6}' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        other => other,
    }
}

/// Ranges in their order, those that touch made one.
fn joined(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// What stands between spaces, quotes taken away.
struct Piece {
    text: String,
    /// Whether all of it stood in quotes.
    quoted: bool,
}

fn pieces(typed: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut quoted = false;
    let mut inside = false;
    for letter in typed.chars() {
        match letter {
            '"' | '“' | '”' | '„' | '＂' => {
                // A quote within a word is where a filter's name begins (`from:"..."`); else it begins a piece of its own.
                if inside || !ends_in_filter(&text) {
                    push_piece(&mut pieces, &mut text, quoted || inside);
                    quoted = !inside;
                }
                inside = !inside;
            }
            _ if letter.is_whitespace() && !inside => {
                push_piece(&mut pieces, &mut text, quoted);
                quoted = false;
            }
            _ => text.push(letter),
        }
    }
    push_piece(&mut pieces, &mut text, quoted);
    pieces
}

fn push_piece(pieces: &mut Vec<Piece>, text: &mut String, quoted: bool) {
    let text = std::mem::take(text);
    if !text.trim().is_empty() {
        // What follows the name of a filter is its value, though it stood in quotes.
        let quoted = quoted && filter(&text).is_none();
        pieces.push(Piece { text, quoted });
    }
}

fn ends_in_filter(text: &str) -> bool {
    matches!(filter(text), Some((_, "")))
}

/// By what a search is narrowed.
#[derive(Clone, Copy)]
enum Filter {
    From,
    In,
    Before,
    After,
    On,
    Has,
}

/// The filter of a piece, and what it is asked for.
fn filter(piece: &str) -> Option<(Filter, &str)> {
    let (name, value) = piece.split_once([':', '：'])?;
    let filter = match name.to_lowercase().as_str() {
        "from" | "보낸이" | "보낸사람" | "작성자" => Filter::From,
        "in" | "방" => Filter::In,
        "before" | "이전" | "전" => Filter::Before,
        "after" | "이후" | "후" => Filter::After,
        "on" | "날짜" => Filter::On,
        "has" | "포함" => Filter::Has,
        _ => return None,
    };
    Some((filter, value.trim()))
}

fn has(value: &str) -> Option<Has> {
    Some(match value.to_lowercase().as_str() {
        "file" | "files" | "파일" => Has::File,
        "image" | "images" | "picture" | "사진" | "이미지" | "그림" => Has::Image,
        "link" | "links" | "링크" | "주소" => Has::Link,
        "reaction" | "reactions" | "반응" => Has::Reaction,
        "pin" | "pins" | "pinned" | "고정" => Has::Pin,
        _ => return None,
    })
}

/// The first of the days that this names, and the one behind the last: a day (`2026-11-01`), a month or a year.
fn days(value: &str) -> Option<(Day, Day)> {
    let value = value.trim_end_matches('.');
    let mut parts = value.split(['-', '.', '/']);
    let number = |part: &str| {
        let is_number = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i64>().ok()).flatten()
    };
    let year = parts.next().filter(|part| part.len() == 4).and_then(number)?;
    let Some(month) = parts.next() else { return Some((day(year, 1, 1)?, day(year + 1, 1, 1)?)) };
    let month = number(month).filter(|month| (1..=12).contains(month))?;
    let next_month = if month == 12 { day(year + 1, 1, 1)? } else { day(year, month + 1, 1)? };
    let first = day(year, month, 1)?;
    let Some(of_month) = parts.next() else { return Some((first, next_month)) };
    let of_month = number(of_month).filter(|day| *day >= 1 && first.0 + day - 1 < next_month.0)?;
    let found = Day(first.0 + of_month - 1);
    parts.next().is_none().then_some((found, Day(found.0 + 1)))
}

/// The day of a date of the Gregorian calendar (days since 1970-01-01; years begin in March, so that the leap day is last).
fn day(year: i64, month: i64, of_month: i64) -> Option<Day> {
    if !(1..=9999 + 1).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + of_month - 1;
    Some(Day(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468))
}

/// Never the text itself: what people look for does not get into a log by way of `{:?}`.
impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Term({} words)", self.runs.len())
    }
}

/// Never the text itself.
impl fmt::Debug for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Need")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn search(typed: &str) -> Search {
        Search::parse(typed).unwrap()
    }

    fn finds(typed: &str, text: &str) -> bool {
        search(typed).answered_by(text).is_some()
    }

    fn marked(typed: &str, text: &str) -> Vec<String> {
        let marks = search(typed).answered_by(text).unwrap().marks;
        let part = |mark: Range<u32>| {
            text.chars().skip(mark.start as usize).take((mark.end - mark.start) as usize).collect()
        };
        marks.into_iter().map(part).collect()
    }

    #[test]
    fn each_finds_what_it_must_and_nothing_else() {
        // What is sought, in what it is found, in what it is not.
        let table: &[(&str, &[&str], &[&str])] = &[
            (
                "서울",
                &["서울에서 만나요", "우리는서울로", "\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF}에서"],
                &["서로 울다", "서 울"],
            ),
            ("울에", &["서울에서"], &["울산에"]),
            ("검색", &["검색기능", "재검색"], &["검사 색깔"]),
            ("안녕", &["안녕하세요", "여러분안녕"], &["안 녕"]),
            ("서", &["서울", "여기서", "서"], &["소울"]),
            ("데이터베이스", &["새 데이터베이스를"], &["데이터 베이스", "데이터베이터이스"]),
            ("上海", &["我在上海工作", "上海"], &["海上"]),
            ("東京", &["東京タワー", "新東京"], &["東の京"]),
            ("らーめん", &["ラーメン食べたい", "ﾗｰﾒﾝ"], &["らめん"]),
            ("ガ", &["ｶﾞｽ", "がす"], &["カス"]),
            ("café", &["Cafe", "CAFÉ au lait", "cafe\u{301}s"], &["caf", "decafe"]),
            ("cafe", &["Café"], &["ca fe"]),
            ("ＭＡＲＵ", &["maru", "Maru's"], &["amaru"]),
            ("maru", &["ｍａｒｕ", "github.com/maru/x", "a_maru_b"], &["tamaru"]),
            ("strasse", &["Straße", "STRASSEN"], &["strase"]),
            ("ёлка", &["елка", "ЁЛКА"], &["полка"]),
            ("API서버", &["API서버가", "API 서버"], &["API 새서버", "서버 API"]),
            ("API 서버", &["서버 API", "API 새서버"], &["API"]),
            ("3.14", &["π는 3.14159"], &["3,1 4", "31 4"]),
            ("\"서울 날씨\"", &["오늘 서울 날씨가 좋다", "서울  날씨"], &["서울의 날씨", "날씨 서울"]),
            ("\"deploy now\"", &["Deploy now!"], &["deploy nowhere", "redeploy now"]),
            ("\"deploy\"", &["deploy."], &["deployed"]),
            ("l'été", &["l’ete"], &["ete l"]),
            ("été", &["l'été"], &["lete"]),
            ("ㅠㅠ", &["ㅋㅋㅠㅠ"], &["ㅠ ㅠ"]),
            ("👍", &["좋아요👍🏽", "👍"], &["👎"]),
            ("กรุง", &["ไปกรุงเทพ"], &["ไป"]),
            ("हिन्दी", &["यह हिन्दी है"], &["हिन्दू"]),
            ("\"line\"", &["line\u{2028}next", "line\u{85}next", "li\u{200B}ne"], &["line\u{200B}next"]),
        ];
        for (typed, found, not_found) in table {
            for text in *found {
                assert!(finds(typed, text), "{typed} is to be found in {text}");
            }
            for text in *not_found {
                assert!(!finds(typed, text), "{typed} is not to be found in {text}");
            }
        }
    }

    #[test]
    fn what_was_sought_is_marked_in_the_text_as_it_is_written() {
        assert_eq!(marked("서울", "서울과 서울에서"), ["서울", "서울"]);
        assert_eq!(marked("cafe", "Le Cafe\u{301} Café"), ["Cafe\u{301}", "Café"]);
        assert_eq!(marked("\"서울 날씨\"", "오늘 서울 날씨가"), ["서울 날씨"]);
        assert_eq!(marked("ss", "a Ss ß"), ["Ss", "ß"]);
        assert_eq!(
            marked("한국", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}어"),
            ["\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"]
        );
        assert_eq!(marked("가 나", "가나"), ["가나"], "those that touch are one");
        assert_eq!(marked("나나", "나나나나나"), ["나나나나"]);
    }

    #[test]
    fn closer_texts_are_told_apart() {
        let closeness = |text| search("서울").answered_by(text).unwrap().closeness;
        assert!(closeness("서울") > closeness("서울은"));
        assert!(closeness("서울은") > closeness("남서울은"));
        assert!(closeness("서울 가자") > closeness("내일은 다 같이 서울 가자"));
    }

    #[test]
    fn filters_are_read_in_both_languages() {
        let asked = search(
            "회의 from:민수 from:\"Kim Minsu\" 방:#일반 has:file 포함:사진 before:2026-11-01 이후:2026-10",
        );
        assert_eq!(asked.terms, search("회의").terms);
        let name = |name| Name::parse(name).unwrap();
        assert_eq!(asked.from, [name("민수"), name("Kim Minsu")]);
        assert_eq!(asked.places, [Sought::Named(name("일반"))]);
        assert_eq!(asked.has, [Has::File, Has::Image]);
        assert_eq!((asked.after, asked.before), (Some(Day(20_727)), Some(Day(20_758))));
        assert_eq!(search("in:00000000-0000-0000-0000-000000000001").places, [Sought::Id(RoomId::LOBBY)]);
        assert_eq!(search("on:2024-02-29").before, Some(Day(19_783)));
        assert_eq!(search("from:\"민수\" 회의").terms.len(), 1);
    }

    #[test]
    fn what_only_looks_like_a_filter_is_sought_as_it_stands() {
        assert!(finds("https://maru.chat", "see https://maru.chat/x"));
        assert!(finds("\"from:me\"", "it says from: me"));
        assert!(finds("note:this", "Note: this"));
        assert!(finds("\"half", "half a quote"));
        assert!(finds("a\"b c\"", "b c a"));
    }

    #[test]
    fn a_bad_search_says_why() {
        let why = |typed: &str| Search::parse(typed).unwrap_err();
        for empty in ["", "  ", "!?", "\"\"", "\"", "AND ()"] {
            let parsed = Search::parse(empty);
            assert!(empty.contains('A') || parsed == Err(SearchError::Empty), "{empty}");
        }
        for bad in [
            "from:",
            "has:nothing",
            "before:soon",
            "after:2026-02-30",
            "before:2026-13",
            "in:\u{3164}",
            "on:2026-1-1-1",
        ] {
            assert_eq!(why(bad), SearchError::BadFilter, "{bad}");
        }
        assert_eq!(why(&"가".repeat(201)), SearchError::TooLong);
        assert_eq!(why(&"가 ".repeat(17)), SearchError::TooLong);
    }

    /// Whether an index that keeps these words has all that a search needs.
    fn has_all(words: &str, search: &Search) -> bool {
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        search.terms.iter().flat_map(Term::needs).all(|need| match need {
            Need::Word(word) => words.contains(&word.as_str()),
            Need::Beginning(begin) => words.iter().any(|word| word.starts_with(&begin)),
        })
    }

    proptest! {
        #[test]
        fn an_index_of_words_loses_nothing(
            text in "[가나다ㅋ東京らラaAé1\u{301}\u{1100}\u{1161}.' 👍]{0,24}",
            typed in "[가나다ㅋ東京らaé1.' \"]{1,8}",
        ) {
            if let Ok(search) = Search::parse(&typed)
                && search.answered_by(&text).is_some()
            {
                prop_assert!(has_all(&index_words(&text), &search), "{}", index_words(&text));
            }
        }

        #[test]
        fn every_text_is_found_by_each_of_its_words(text in "\\PC{1,40}") {
            for word in text.split_whitespace() {
                if let Ok(search) = Search::parse(&format!("\"{word}\"")) {
                    prop_assert!(search.answered_by(&text).is_some(), "{word:?}");
                }
            }
        }

        #[test]
        fn marks_are_in_their_order_and_in_the_text(text in "\\PC{0,40}", typed in "\\PC{1,6}") {
            if let Ok(search) = Search::parse(&typed)
                && let Some(answer) = search.answered_by(&text)
            {
                let mut at = 0;
                for mark in answer.marks {
                    prop_assert!((at == 0 || mark.start > at) && mark.start < mark.end);
                    at = mark.end;
                }
                prop_assert!(at as usize <= text.chars().count());
                prop_assert!((0.0..=1.0).contains(&answer.closeness));
            }
        }

        #[test]
        fn words_of_an_index_are_small_letters_and_nothing_else_of_ascii(text in "\\PC{0,40}") {
            prop_assert!(index_words(&text).chars().all(|c| !c.is_ascii() || matches!(c, ' ' | 'a'..='z' | '0'..='9')));
        }
    }
}
