//! A long list, of which one page after another is asked for.

/// What is listed so far, and which page is awaited.
#[derive(Clone, Debug)]
pub struct Pages<T> {
    listed: Vec<T>,
    most: usize,
    has_more: bool,
    awaited: Option<Asked>,
    /// The first page was asked for, and did not come yet.
    begins: bool,
    asked: u32,
    begun: u8,
}

/// A page that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    number: u32,
    anew: bool,
}

impl Asked {
    /// Whether it is a first page.
    pub const fn is_first(self) -> bool {
        self.anew
    }
}

impl<T> Pages<T> {
    /// Nothing is listed yet. A page of `most` things may be followed by another.
    pub const fn new(most: usize) -> Self {
        Self { listed: Vec::new(), most, has_more: false, awaited: None, begins: false, asked: 0, begun: 0 }
    }

    /// Asks for the first page, whatever is awaited. What is listed stays until it comes.
    pub const fn anew(&mut self) -> Asked {
        self.ask(true)
    }

    /// Asks for the next page: the first one, as long as that did not come. Not while one is awaited, nor when there is
    /// none.
    pub const fn next(&mut self) -> Option<Asked> {
        if (self.begins || self.has_more) && self.awaited.is_none() {
            Some(self.ask(self.begins))
        } else {
            None
        }
    }

    /// Takes a page. One that is awaited no more is passed over.
    pub fn take(&mut self, asked: Asked, page: Vec<T>) {
        if !self.answered(asked) {
            return;
        }
        if asked.anew {
            self.begins = false;
            self.listed.clear();
            self.begun = self.begun.wrapping_add(1);
        }
        self.has_more = page.len() >= self.most;
        self.listed.extend(page);
    }

    /// There was no answer: the same page may be asked for again. Whether it was awaited still.
    pub fn answered(&mut self, asked: Asked) -> bool {
        let is_awaited = self.awaited == Some(asked);
        if is_awaited {
            self.awaited = None;
        }
        is_awaited
    }

    /// What is listed.
    pub fn listed(&self) -> &[T] {
        &self.listed
    }

    /// Whether another page may be asked for.
    pub const fn has_more(&self) -> bool {
        self.has_more
    }

    /// Whether an answer came, and nothing was in it.
    pub const fn is_empty(&self) -> bool {
        self.begun > 0 && self.listed.is_empty()
    }

    /// Which list it is: another one after each first page.
    pub const fn begun(&self) -> u8 {
        self.begun
    }

    const fn ask(&mut self, anew: bool) -> Asked {
        self.asked += 1;
        self.begins = anew;
        let asked = Asked { number: self.asked, anew };
        self.awaited = Some(asked);
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_until_one_is_not_full() {
        let mut pages = Pages::new(2);
        assert_eq!(pages.next(), None, "nothing was asked for yet");
        assert!(!pages.is_empty());
        let first = pages.anew();
        pages.take(first, vec![9, 8]);
        let next = pages.next().unwrap();
        assert_eq!(pages.next(), None, "one is awaited");
        pages.take(next, vec![7]);
        assert_eq!(pages.listed(), [9, 8, 7]);
        assert!(!pages.has_more());
        assert_eq!(pages.next(), None);
    }

    #[test]
    fn a_late_answer_to_an_earlier_question_is_passed_over() {
        let mut pages = Pages::new(2);
        let early = pages.anew();
        let late = pages.anew();
        pages.take(late, vec![1]);
        pages.take(early, vec![2, 3]);
        assert_eq!(pages.listed(), [1]);
        assert!(!pages.has_more());
    }

    #[test]
    fn a_first_page_replaces_what_was_listed_and_is_told_apart() {
        let mut pages = Pages::new(1);
        let first = pages.anew();
        pages.take(first, vec![1]);
        let begun = pages.begun();
        let next = pages.next().unwrap();
        let anew = pages.anew();
        pages.take(next, vec![2]);
        assert_eq!(pages.listed(), [1], "until the answer comes");
        pages.take(anew, Vec::new());
        assert!(pages.is_empty());
        assert_ne!(pages.begun(), begun);
    }

    #[test]
    fn a_first_page_that_got_no_answer_is_asked_for_before_any_other() {
        let mut pages = Pages::new(1);
        let first = pages.anew();
        pages.take(first, vec![1]);
        let other = pages.anew();
        assert!(pages.answered(other));
        assert_eq!(pages.listed(), [1], "what was found before");
        let again = pages.next().unwrap();
        assert!(again.is_first(), "and not what follows on that");
        pages.take(again, vec![5]);
        assert_eq!(pages.listed(), [5]);
        assert!(!pages.next().unwrap().is_first());
    }

    #[test]
    fn what_got_no_answer_may_be_asked_again() {
        let mut pages = Pages::new(1);
        let first = pages.anew();
        pages.take(first, vec![1]);
        let next = pages.next().unwrap();
        assert!(pages.answered(next));
        let again = pages.next().unwrap();
        pages.take(again, vec![2]);
        assert_eq!(pages.listed(), [1, 2]);
    }
}
