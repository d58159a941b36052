//! The part of a long text in which something was found.

/// A piece of an excerpt, and whether it is what was sought.
pub type Piece = (String, bool);

/// So many characters of a text are shown before what was found first, and so many in all.
const BEFORE: usize = 40;
const IN_ALL: usize = 220;

/// The text in one line, from a little before the first of the marks: pieces that were sought and pieces between them. `marks`
/// are characters (Unicode scalar values), in their order, each up to before its end; none overlaps another.
pub fn excerpt(text: &str, marks: &[(u32, u32)]) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let first = marks.first().map_or(0, |(start, _)| place(*start));
    let start = if first > BEFORE { word_before(&letters, first) } else { 0 };
    let end = letters.len().min(start + IN_ALL);
    let mut pieces: Vec<Piece> = Vec::new();
    if start > 0 {
        pieces.push(("…".to_owned(), false));
    }
    let mut marks = marks.iter().map(|(start, end)| place(*start)..place(*end)).peekable();
    for (at, letter) in letters.iter().enumerate().take(end).skip(start) {
        while marks.next_if(|mark| mark.end <= at).is_some() {}
        let sought = marks.peek().is_some_and(|mark| mark.contains(&at));
        if pieces.last().is_none_or(|(_, was)| *was != sought) {
            pieces.push((String::new(), sought));
        }
        if let Some((piece, _)) = pieces.last_mut() {
            push(piece, *letter);
        }
    }
    if end < letters.len() {
        pieces.push(("…".to_owned(), false));
    }
    pieces
}

/// Lines become one, and what stands between words one space.
fn push(piece: &mut String, letter: char) {
    if !letter.is_whitespace() {
        piece.push(letter);
    } else if !piece.ends_with(' ') {
        piece.push(' ');
    }
}

/// Where the first word begins that is not too far before `first`.
fn word_before(letters: &[char], first: usize) -> usize {
    let from = first - BEFORE;
    let space =
        letters.get(from..first).and_then(|near| near.iter().position(|letter| letter.is_whitespace()));
    space.map_or(from, |space| from + space + 1)
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What was sought stands in brackets.
    fn shown(text: &str, marks: &[(u32, u32)]) -> String {
        let pieces = excerpt(text, marks).into_iter();
        pieces.map(|(piece, sought)| if sought { format!("[{piece}]") } else { piece }).collect()
    }

    #[test]
    fn what_was_sought_is_marked_where_it_is() {
        assert_eq!(shown("서울에서 만나요", &[(0, 2)]), "[서울]에서 만나요");
        assert_eq!(shown("café 👍 서울", &[(0, 4), (7, 9)]), "[café] 👍 [서울]");
        assert_eq!(shown("없음", &[]), "없음");
        assert_eq!(shown("", &[]), "");
        assert_eq!(shown("가나", &[(1, 9)]), "가[나]", "whatever the server says");
    }

    #[test]
    fn lines_become_one() {
        assert_eq!(shown("하나\n\n  둘\t셋", &[(6, 7)]), "하나 [둘] 셋");
    }

    #[test]
    fn of_a_long_text_the_part_is_shown_in_which_it_was_found() {
        let long = format!("{}여기 {}", "낱말 ".repeat(100), "낱말 ".repeat(100));
        let shown = shown(&long, &[(300, 302)]);
        assert!(shown.starts_with("…낱말 "), "{shown}");
        assert!(shown.contains(" [여기] 낱말"), "{shown}");
        assert!(shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() <= IN_ALL + 4, "{shown}");
    }

    proptest! {
        #[test]
        fn no_marks_break_it(text in "\\PC{0,300}", at in 0..400u32, far in 0..400u32) {
            let pieces = excerpt(&text, &[(at, at.saturating_add(far))]);
            let count: usize = pieces.iter().map(|(piece, _)| piece.chars().count()).sum();
            prop_assert!(count <= IN_ALL + 2);
        }
    }
}
