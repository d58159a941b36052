//! What keys do wherever one is: the shortcuts of the page.

/// A key that was pressed, as the browser tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press<'a> {
    /// What it writes, in the layout that is chosen: `ㅏ` where the key K writes Hangul.
    pub key: &'a str,
    /// Where it is on a keyboard of the United States.
    pub code: &'a str,
    /// The key of commands is held: Cmd on a Mac, else Ctrl.
    pub command: bool,
    /// Alt, or Option, is held.
    pub alt: bool,
    /// Shift is held.
    pub shift: bool,
    /// An input method has the key.
    pub composing: bool,
    /// It is pressed in a field in which one writes.
    pub writing: bool,
}

/// What a key does wherever one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Go to a room or a person by name.
    GoTo,
    /// Search messages.
    Search,
    /// Show all shortcuts.
    Keys,
    /// Go to another room.
    Step(Step),
}

/// From one room to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Down the list, and not up.
    pub down: bool,
    /// To one in which something is unread, passing over the others.
    pub unread: bool,
}

impl Press<'_> {
    /// What it does wherever one is, if anything.
    pub fn shortcut(self) -> Option<Shortcut> {
        if self.composing {
            return None;
        }
        let Self { key, command, alt, shift, writing, .. } = self;
        match (command, alt) {
            (true, false) if self.is('k') && !shift => Some(Shortcut::GoTo),
            (true, false) if self.is('f') && shift => Some(Shortcut::Search),
            (false, true) if key == "ArrowUp" => Some(Shortcut::Step(Step { down: false, unread: shift })),
            (false, true) if key == "ArrowDown" => Some(Shortcut::Step(Step { down: true, unread: shift })),
            (false, false) if key == "/" && !writing => Some(Shortcut::Search),
            (false, false) if key == "?" && !writing => Some(Shortcut::Keys),
            _ => None,
        }
    }

    /// Whether it is the key of this letter: by what it writes where that is a Latin letter, else by where it is.
    fn is(self, letter: char) -> bool {
        let mut written = self.key.chars();
        match (written.next(), written.next()) {
            (Some(only), None) if only.is_ascii_alphabetic() => only.eq_ignore_ascii_case(&letter),
            _ => self.code.strip_prefix("Key").is_some_and(|of| of.chars().eq([letter.to_ascii_uppercase()])),
        }
    }
}

/// To which room a step leads from the one that is open: around from the last to the first. Of each room in the list it is
/// told whether something is unread in it.
pub fn next_room<R: Copy + PartialEq>(rooms: &[(R, bool)], open: Option<R>, step: Step) -> Option<R> {
    let count = rooms.len();
    let place = rooms.iter().position(|(room, _)| Some(*room) == open);
    // From outside of the list it leads to its nearer end.
    let from = place.unwrap_or(if step.down { count.saturating_sub(1) } else { 0 });
    let mut others = (1..=count).map(|far| if step.down { from + far } else { from + count - far });
    let leads = |(room, unread): &(R, bool)| Some(*room) != open && (*unread || !step.unread);
    others.find_map(|place| rooms.get(place % count).filter(|room| leads(room))).map(|(room, _)| *room)
}

#[cfg(test)]
mod tests {
    use super::*;

    const K: Press<'_> = Press {
        key: "k",
        code: "KeyK",
        command: true,
        alt: false,
        shift: false,
        composing: false,
        writing: true,
    };
    const SLASH: Press<'_> = Press { key: "/", code: "Slash", command: false, writing: false, ..K };
    const UP: Press<'_> = Press { key: "ArrowUp", code: "ArrowUp", command: false, alt: true, ..K };

    #[test]
    fn a_letter_is_known_in_every_layout() {
        assert_eq!(K.shortcut(), Some(Shortcut::GoTo));
        assert_eq!(Press { key: "ㅏ", ..K }.shortcut(), Some(Shortcut::GoTo), "Hangul");
        assert_eq!(Press { key: "K", ..K }.shortcut(), Some(Shortcut::GoTo), "caps lock");
        assert_eq!(Press { code: "KeyV", ..K }.shortcut(), Some(Shortcut::GoTo), "Dvorak");
        assert_eq!(Press { key: "t", ..K }.shortcut(), None, "what is there in Dvorak");
        assert_eq!(Press { key: "л", ..K }.shortcut(), Some(Shortcut::GoTo), "Cyrillic");
        let f = Press { key: "F", code: "KeyF", shift: true, ..K };
        assert_eq!(f.shortcut(), Some(Shortcut::Search));
        assert_eq!(Press { key: "ㄹ", ..f }.shortcut(), Some(Shortcut::Search));
    }

    #[test]
    fn what_is_held_besides_makes_another_key_of_it() {
        for other in [
            Press { command: false, ..K },
            Press { shift: true, ..K },
            Press { alt: true, ..K },
            Press { key: "f", code: "KeyF", ..K },
            Press { alt: false, ..UP },
            Press { command: true, ..UP },
        ] {
            assert_eq!(other.shortcut(), None, "{other:?}");
        }
    }

    #[test]
    fn nothing_is_taken_from_an_input_method_or_from_what_is_written() {
        for press in [K, SLASH, UP] {
            assert_eq!(Press { composing: true, ..press }.shortcut(), None);
        }
        assert_eq!(SLASH.shortcut(), Some(Shortcut::Search));
        assert_eq!(Press { writing: true, ..SLASH }.shortcut(), None);
        let question = Press { key: "?", shift: true, ..SLASH };
        assert_eq!(question.shortcut(), Some(Shortcut::Keys));
        assert_eq!(Press { code: "Minus", ..question }.shortcut(), Some(Shortcut::Keys), "as in Germany");
        assert_eq!(Press { writing: true, ..question }.shortcut(), None);
    }

    #[test]
    fn steps_go_around_and_pass_over_what_is_read() {
        let rooms = [('a', false), ('b', true), ('c', false), ('d', true)];
        let go = |open, down, unread| next_room(&rooms, open, Step { down, unread });
        assert_eq!(go(Some('a'), true, false), Some('b'));
        assert_eq!(go(Some('a'), false, false), Some('d'));
        assert_eq!(go(Some('d'), true, false), Some('a'));
        assert_eq!(go(Some('b'), true, true), Some('d'));
        assert_eq!(go(Some('d'), true, true), Some('b'));
        assert_eq!(go(Some('c'), false, true), Some('b'));
        assert_eq!(go(None, true, false), Some('a'), "from no room of the list");
        assert_eq!(go(Some('x'), false, false), Some('d'));
        assert_eq!(go(None, false, true), Some('d'));
    }

    #[test]
    fn where_there_is_no_other_room_no_step_leads() {
        let go = |rooms: &[(char, bool)], unread| next_room(rooms, Some('a'), Step { down: true, unread });
        assert_eq!(go(&[], false), None);
        assert_eq!(go(&[('a', true)], false), None);
        assert_eq!(go(&[('a', true)], true), None);
        assert_eq!(go(&[('a', true), ('b', false)], true), None);
    }
}
