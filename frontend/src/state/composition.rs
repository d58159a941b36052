//! What Enter means while a syllable is being composed.
//!
//! Browsers disagree on the order of `compositionend` and the Enter that ends it, and some tell of that Enter
//! twice. These rules make one message of it on all of them: see the tests for the sequences.

/// What a key, as the browser tells it, is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Enter, of either kind, by `key` or `code`: while something is composed `key` may read `Process`.
    pub enter: bool,
    /// Shift is held.
    pub shift: bool,
    /// The key is held and repeats.
    pub repeat: bool,
    /// `isComposing`.
    pub composing: bool,
    /// `keyCode` is 229: an input method has the key.
    pub taken: bool,
}

/// What to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: the browser goes on.
    Pass,
    /// Keep the browser from acting on it.
    Swallow,
    /// Keep the browser from acting on it, and send what is written.
    Send,
}

/// What is going on in one text field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Composition {
    composing: bool,
    hangul: bool,
    /// The end of the composition sends.
    sends: bool,
    /// The Enter that ended a composition is still down: what it says beyond that is passed over.
    swallows: bool,
    /// A composition without Hangul has just ended, and no key came since.
    just_confirmed: bool,
}

impl Composition {
    /// `compositionstart`.
    pub const fn start(&mut self) {
        *self = Self { composing: true, hangul: false, sends: false, swallows: false, just_confirmed: false };
    }

    /// `compositionupdate`, with what is composed now.
    pub fn update(&mut self, text: &str) {
        // Some input methods empty the text just before they commit it: what it was counts.
        if !text.is_empty() {
            self.hangul = text.chars().any(is_hangul);
        }
    }

    /// `compositionend`, with what became of it. Whether to send what is written now.
    pub fn end(&mut self, text: &str) -> bool {
        self.update(text);
        self.composing = false;
        self.just_confirmed = !self.hangul;
        std::mem::take(&mut self.sends)
    }

    /// `keydown`.
    pub fn key_down(&mut self, key: Key) -> Verdict {
        if !key.enter {
            self.swallows = false;
            self.just_confirmed = false;
            return Verdict::Pass;
        }
        if self.composing || key.composing {
            return self.enter_while_composing(key);
        }
        // Safari ends the composition first and then tells of the Enter that did it, as taken.
        let confirmed = std::mem::take(&mut self.just_confirmed) && key.taken;
        if self.swallows || confirmed || key.repeat {
            self.swallows = true;
            return Verdict::Swallow;
        }
        if key.shift {
            return Verdict::Pass;
        }
        self.swallows = true;
        Verdict::Send
    }

    /// `keyup`.
    pub const fn key_up(&mut self, enter: bool) {
        if enter {
            self.swallows = false;
            self.just_confirmed = false;
        }
    }

    /// `beforeinput` of a line break. Whether to keep the browser from it.
    pub const fn line_break(&self) -> bool {
        self.swallows
    }

    /// The send button was pressed. Whether to send now; otherwise the end of the composition sends.
    pub const fn press(&mut self) -> bool {
        self.sends = self.composing;
        !self.composing
    }

    /// Whether something is being composed: the field's value must not be written now.
    pub const fn is_composing(&self) -> bool {
        self.composing
    }

    const fn enter_while_composing(&mut self, key: Key) -> Verdict {
        if !self.hangul {
            // The input method picks a candidate with it. Should the browser tell of it again, it is not ours.
            self.swallows = true;
            return Verdict::Pass;
        }
        if key.shift {
            return Verdict::Pass;
        }
        self.sends = true;
        self.swallows = true;
        // Not kept from the browser: the input method needs it to finish the syllable.
        Verdict::Pass
    }
}

/// What an arrow up or down means in a field above a list, while a syllable is being composed there: of Hangul it ends the
/// syllable and moves in the list, of kana and Han it moves among what the input method offers. Some browsers then tell of the
/// key a second time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrows {
    composing: bool,
    hangul: bool,
    /// The arrow that ended a syllable is still down.
    told: bool,
}

impl Arrows {
    /// `compositionstart`, or `compositionupdate`, with what is composed now.
    pub fn compose(&mut self, text: &str) {
        self.composing = true;
        if !text.is_empty() {
            self.hangul = text.chars().any(is_hangul);
        }
    }

    /// `compositionend`.
    pub const fn end(&mut self) {
        self.composing = false;
    }

    /// `keydown` of an arrow up or down. Whether it moves in the list.
    pub const fn key_down(&mut self, repeat: bool) -> bool {
        if self.composing {
            self.told = self.hangul;
            return self.hangul;
        }
        !self.told || repeat
    }

    /// `keyup` of any key.
    pub const fn key_up(&mut self) {
        self.told = false;
    }
}

/// Hangul syllables, and jamo of every block.
const fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7FF}' | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}'
        | '\u{A960}'..='\u{A97F}' | '\u{FFA0}'..='\u{FFDC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTER: Key = Key { enter: true, shift: false, repeat: false, composing: false, taken: false };
    const LETTER: Key = Key { enter: false, ..ENTER };
    const COMPOSING: Key = Key { composing: true, taken: true, ..ENTER };
    const TAKEN: Key = Key { taken: true, ..ENTER };
    const SHIFTED: Key = Key { shift: true, ..ENTER };

    enum Seen {
        Start,
        Update(&'static str),
        End(&'static str),
        Down(Key),
        Up,
        Break,
    }
    use Seen::*;

    /// How many messages were sent, and how many line breaks got through.
    fn outcome(seen: &[Seen]) -> (u32, u32) {
        let mut field = Composition::default();
        let (mut sent, mut breaks) = (0, 0);
        for event in seen {
            match event {
                Start => field.start(),
                Update(text) => field.update(text),
                End(text) => sent += u32::from(field.end(text)),
                Down(key) => match field.key_down(*key) {
                    Verdict::Send => sent += 1,
                    // Only what no input method has taken breaks the line by itself.
                    Verdict::Pass => breaks += u32::from(key.enter && !key.taken),
                    Verdict::Swallow => {}
                },
                Up => field.key_up(true),
                Break => breaks += u32::from(!field.line_break()),
            }
        }
        (sent, breaks)
    }

    #[test]
    fn chrome_on_a_mac_tells_of_the_enter_twice() {
        let once = [Start, Update("ㄴ"), Update("녕"), Down(COMPOSING), End("녕"), Down(ENTER), Up];
        assert_eq!(outcome(&once), (1, 0));
    }

    #[test]
    fn chrome_on_windows_tells_once_and_may_break_the_line_by_itself() {
        assert_eq!(outcome(&[Start, Update("녕"), Down(COMPOSING), End("녕"), Break, Up]), (1, 0));
        assert_eq!(outcome(&[Start, Update("녕"), Down(COMPOSING), Update(""), End("녕"), Up]), (1, 0));
    }

    #[test]
    fn safari_ends_the_composition_before_the_enter() {
        assert_eq!(outcome(&[Start, Update("녕"), End("녕"), Down(TAKEN), Up]), (1, 0));
        assert_eq!(outcome(&[Start, Update("にほん"), End("日本"), Down(TAKEN), Up]), (0, 0));
        let then_enter = [Start, Update("にほん"), End("日本"), Down(TAKEN), Up, Down(ENTER), Up];
        assert_eq!(outcome(&then_enter), (1, 0));
    }

    #[test]
    fn firefox_on_linux_commits_and_passes_the_enter_on() {
        assert_eq!(outcome(&[Start, Update("녕"), End("녕"), Down(ENTER), Up]), (1, 0));
    }

    #[test]
    fn kana_and_han_only_confirm() {
        let chrome = [Start, Update("に"), Update("日本"), Down(COMPOSING), End("日本"), Up];
        assert_eq!(outcome(&chrome), (0, 0));
        assert_eq!(
            outcome(&[Start, Update("ni hao"), Down(COMPOSING), End("ni hao"), Down(ENTER), Up]),
            (0, 0)
        );
        let chosen_by_space = [Start, Update("日本"), End("日本"), Down(LETTER), Down(ENTER), Up];
        assert_eq!(outcome(&chosen_by_space), (1, 0));
    }

    #[test]
    fn android_takes_every_key_and_composes_nothing() {
        let letter = Key { taken: true, ..LETTER };
        assert_eq!(outcome(&[Down(letter), Down(letter), Down(TAKEN), Up]), (1, 0));
        assert_eq!(outcome(&[Down(letter), Down(ENTER), Up]), (1, 0));
    }

    #[test]
    fn shift_and_enter_break_the_line_and_end_no_message() {
        assert_eq!(outcome(&[Down(SHIFTED), Up]), (0, 1));
        let composing = Key { shift: true, ..COMPOSING };
        assert_eq!(outcome(&[Start, Update("녕"), Down(composing), End("녕"), Break, Up]), (0, 1));
    }

    #[test]
    fn a_held_enter_sends_once_and_the_next_press_sends_again() {
        let repeat = Key { repeat: true, ..ENTER };
        assert_eq!(outcome(&[Down(ENTER), Down(repeat), Down(repeat), Up, Down(ENTER), Up]), (2, 0));
    }

    #[test]
    fn a_syllable_after_a_sent_one_is_a_new_message() {
        let twice = [
            Start,
            Update("가"),
            Down(COMPOSING),
            End("가"),
            Up,
            Start,
            Update("나"),
            Down(COMPOSING),
            End("나"),
            Down(ENTER),
            Up,
        ];
        assert_eq!(outcome(&twice), (2, 0));
    }

    #[test]
    fn an_arrow_that_ends_a_syllable_moves_once() {
        let mut field = Arrows::default();
        field.compose("");
        field.compose("ㅎ");
        assert!(field.key_down(false), "Windows");
        field.end();
        field.key_up();
        assert!(field.key_down(false));
        field.compose("ㅇ");
        assert!(field.key_down(false), "a Mac");
        field.end();
        assert!(!field.key_down(false), "the same once more");
        assert!(field.key_down(true), "held");
        field.key_up();
        assert!(field.key_down(false));
    }

    #[test]
    fn an_arrow_among_what_is_offered_does_not_move() {
        let mut field = Arrows::default();
        field.compose("に");
        assert!(!field.key_down(false));
        field.compose("");
        assert!(!field.key_down(false));
        field.end();
        assert!(field.key_down(false));
    }

    #[test]
    fn the_button_waits_for_the_syllable() {
        let mut field = Composition::default();
        assert!(field.press());
        field.start();
        field.update("녕");
        assert!(!field.press());
        assert!(field.end("녕"));
        assert!(!field.is_composing());
    }
}
