//! What the messages say: who sent it, as which of theirs, and letters up to a natural length.

use anyhow::{Context, Result};

/// The letters that follow the numbers; the longest message has all of them.
const LETTERS: &[u8] = b" and the quick brown fox jumps over the lazy dog, then it sits on the open floor \
and waits till all the others have read it, too.";

/// Which message a text is: its sender, and its number among the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) sender: usize,
    pub(crate) number: u32,
}

/// The text of a message: 64 to 128 bytes, all lengths as often.
pub(crate) fn write(mark: Mark, out: &mut String) {
    use std::fmt::Write as _;

    out.clear();
    // Writing to a string cannot fail.
    let _ = write!(out, "{:04} {:08}", mark.sender, mark.number);
    let length = 64 + (mark.number as usize * 29) % 65;
    let letters = LETTERS.iter().take(length - out.len()).map(|letter| char::from(*letter));
    out.extend(letters);
}

/// Reads the mark that a text begins with.
pub(crate) fn read(text: &[u8]) -> Result<Mark> {
    let digits = |range| text.get(range).and_then(number);
    let mark = digits(0..4).zip(digits(5..13));
    let (sender, number) =
        mark.with_context(|| format!("a message nobody sent: {}", String::from_utf8_lossy(text)))?;
    Ok(Mark { sender: usize::try_from(sender)?, number: u32::try_from(number)? })
}

/// The number that these digits spell.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_64_to_128_bytes_and_tells_its_mark() {
        let mut text = String::new();
        let lengths: std::collections::BTreeSet<usize> = (0..65)
            .map(|number| {
                let mark = Mark { sender: 63, number };
                write(mark, &mut text);
                assert_eq!(read(text.as_bytes()).unwrap(), mark);
                text.len()
            })
            .collect();
        assert_eq!(lengths, (64..=128).collect());
    }

    #[test]
    fn the_letters_are_enough_for_the_longest_text() {
        assert!(LETTERS.len() >= 128 - "0000 00000000".len());
    }

    #[test]
    fn a_text_without_a_mark_is_an_error() {
        assert!(read(b"hello").is_err());
        assert!(read(b"0001 0000000x").is_err());
    }

    #[test]
    fn digits_are_a_number_until_they_overflow() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b""), None);
    }
}
