//! What people search for.

use std::str;

use maru_shared::search::{Need, Search, Term, index_words};

/// The first line is what somebody searches for, the rest is a text: what is taken is within its bounds, the marks are in the
/// text, and an index of words has all that a text must have which answers.
pub fn searches(bytes: &[u8]) {
    let Ok(all) = str::from_utf8(bytes) else { return };
    let (typed, text) = all.split_once('\n').unwrap_or((all, all));
    let words = index_words(text);
    assert!(words.chars().all(|c| !c.is_ascii() || matches!(c, ' ' | 'a'..='z' | '0'..='9')), "{words:?}");
    let Ok(search) = Search::parse(typed) else { return };
    assert!(typed.chars().count() <= Search::MAX_CHARS);
    assert!(search.terms.len() + search.from.len() + search.places.len() <= 2 * Search::MOST_TERMS);
    assert!(!format!("{:?}", search.terms).contains(char::is_control));
    let Some(answer) = search.answered_by(text) else { return };
    assert!((0.0..=1.0).contains(&answer.closeness), "{answer:?}");
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let mut end = 0;
    for mark in &answer.marks {
        assert!(mark.start >= end && mark.start < mark.end && mark.end <= chars, "{answer:?} of {text:?}");
        end = mark.end;
    }
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    for need in search.terms.iter().flat_map(Term::needs) {
        let is_there = match &need {
            Need::Word(word) => words.contains(&word.as_str()),
            Need::Beginning(begin) => words.iter().any(|word| word.starts_with(begin)),
        };
        assert!(is_there, "{text:?} answers {typed:?}, and no index knows");
    }
}
