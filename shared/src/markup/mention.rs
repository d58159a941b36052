//! Who is mentioned: `@` and a name, with whatever Korean puts right behind a name.

use serde::{Deserialize, Serialize};

use super::{Block, Inline, Markup};
use crate::text::Name;

/// The most different names that a message mentions. Whoever comes behind them is not mentioned.
pub const MENTIONS_MAX: usize = 20;

/// So often is it asked whose a name is, a message: some twenty readings of each mention.
const ASKED_MAX: usize = 400;

/// Somebody whom a message mentions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mentioned<T> {
    /// Who.
    pub who: T,
    /// Their name as it was written, without the `@`.
    pub name: String,
}

/// Who is mentioned in a message: for each `@` at the beginning of a word that is not in code, or in a link, the longest name
/// behind it, in the order in which they are first written. `is_name` says whose a name is, and is asked a bounded number of
/// times whatever the text.
pub fn mentioned<T>(text: &str, mut is_name: impl FnMut(&str) -> Option<T>) -> Vec<Mentioned<T>> {
    let mut found: Vec<Mentioned<T>> = Vec::new();
    if !text.contains('@') {
        return found;
    }
    let mut asked = 0;
    let mut read = |text: &str| {
        let mut rest = text;
        let mut before = None;
        while let Some(at) = rest.find('@') {
            before = rest[..at].chars().next_back().or(before);
            rest = &rest[at + 1..];
            if !begins_word(before.replace('@')) {
                continue;
            }
            for end in ends(rest) {
                if asked == ASKED_MAX || found.len() == MENTIONS_MAX {
                    return;
                }
                let name = &rest[..end];
                let is_known = found.iter().any(|known| known.name == name);
                if !is_known {
                    asked += 1;
                    let Some(who) = is_name(name) else { continue };
                    found.push(Mentioned { who, name: name.to_owned() });
                }
                rest = &rest[end..];
                before = name.chars().next_back();
                break;
            }
        }
    };
    read_texts(&Markup::of(text, &[]).blocks, &mut read);
    found
}

/// The known name that a text begins with: the longest that ends there.
pub(super) fn known<'k, T>(text: &str, known: &'k [Mentioned<T>]) -> Option<&'k Mentioned<T>> {
    let ends_here = |one: &&Mentioned<T>| {
        !one.name.is_empty()
            && text.strip_prefix(one.name.as_str()).is_some_and(|rest| is_end(&one.name, rest))
    };
    known.iter().filter(ends_here).max_by_key(|one| one.name.len())
}

/// Whether a mention may begin behind this character.
pub(super) fn begins_word(before: Option<char>) -> bool {
    !before.is_some_and(char::is_alphanumeric)
}

fn read_texts(blocks: &[Block], read: &mut impl FnMut(&str)) {
    for block in blocks {
        match block {
            Block::Paragraph(inside) | Block::Heading(inside) => read_lines(inside, read),
            Block::Quote(blocks) => read_texts(blocks, read),
            Block::List { items, .. } => items.iter().for_each(|item| read_texts(item, read)),
            Block::Code { .. } => {}
        }
    }
}

fn read_lines(inside: &[Inline], read: &mut impl FnMut(&str)) {
    for inline in inside {
        match inline {
            Inline::Text(text) => read(text),
            Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Strike(inside) => {
                read_lines(inside, read);
            }
            _ => {}
        }
    }
}

/// Where a name at the beginning of this text may end, in bytes: the farthest first.
fn ends(text: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    for (at, c) in text.char_indices().take(Name::MAX_CHARS) {
        if c == '\n' || (at == 0 && c.is_whitespace()) {
            break;
        }
        let end = at + c.len_utf8();
        if !c.is_whitespace() && is_end(&text[..end], &text[end..]) {
            ends.push(end);
        }
    }
    ends.reverse();
    ends
}

/// Whether a name may end between these two.
fn is_end(name: &str, rest: &str) -> bool {
    let inside = name.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
    !inside || is_suffix(word(rest))
}

/// What is left of the word, and no more of it than a suffix could have.
fn word(rest: &str) -> &str {
    let mut ends = rest.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
    let bound = rest.char_indices().nth(SUFFIX_MAX + 1).map_or(rest.len(), |(at, _)| at);
    &rest[..ends.next().unwrap_or(rest.len()).min(bound)]
}

/// The most letters of a suffix.
const SUFFIX_MAX: usize = 10;

/// What Korean puts behind a name, each part there or not, in this order: how one speaks of somebody; that there are more;
/// what part they have in the sentence; what else is to be said of that.
const SUFFIX: [&str; 4] = [
    "님 씨 군 양 쌤 이",
    "들 네",
    "가 이 께서 을 를 의 에 에게 에게서 에서 께 한테 한테서 더러 보고 와 과 랑 이랑 하고 로 으로 로서 으로서 처럼 같이 만큼 보다 \
     부터 까지 마다 밖에 야 아 여 이여 나 이나 든 이든 라고 이라고 라는 이라는 인데 이다 이야 입니다 예요 이에요 대로 뿐",
    "은 는 도 만 만은 만이 만의 의 조차 마저 라도 이라도 요 이요",
];

fn is_suffix(word: &str) -> bool {
    fn fits(rest: &str, parts: &[&str]) -> bool {
        let Some((part, later)) = parts.split_first() else { return rest.is_empty() };
        let mut all = part.split_ascii_whitespace().filter_map(|one| rest.strip_prefix(one));
        fits(rest, later) || all.any(|rest| fits(rest, later))
    }
    word.starts_with(|c| matches!(c, '가'..='힣')) && fits(word, &SUFFIX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::MemberId;

    const NAMES: [&str; 7] = ["민수", "민수정", "김 민수", "Jiyoung", "R2-D2", "아이", "J."];

    fn names(text: &str) -> Vec<String> {
        let found = mentioned(text, |name| NAMES.iter().position(|known| *known == name));
        assert!(found.iter().all(|one| NAMES[one.who] == one.name));
        found.into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn a_name_is_mentioned_with_whatever_particle() {
        let suffixes = "이 가 은 는 을 를 의 에 에게 께 한테 와 과 랑 이랑 도 만 야 아 님 씨 요 로 으로 부터 까지 보다 처럼 마다 \
                        조차 밖에 님이 님은 님께 님께서 님께서는 씨가 씨는 씨한테 에게는 에게도 한테는 한테도 한테서 이는 이가 하고 \
                        까지도 만이 님들 님들께 네 님만 씨도 로부터 님이랑 보다는 께서도 입니다 님입니다 이에요 예요";
        for suffix in suffixes.split_whitespace().filter(|suffix| *suffix != "로부터") {
            let text = format!("안녕 @민수{suffix} 그리고");
            assert_eq!(names(&text), ["민수"], "{text}");
            let text = format!("@Jiyoung{suffix}");
            assert_eq!(names(&text), ["Jiyoung"], "{text}");
        }
    }

    #[test]
    fn another_word_that_begins_like_a_name_mentions_nobody() {
        for text in [
            "@민수르",
            "@민수진",
            "@민수가나",
            "@Jiyoungs",
            "@민수2",
            "@민수가abc",
            "@민",
            "@",
            "@ 민수",
            "@민\n수",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
        assert_eq!(names("@민수정"), ["민수정"], "and not 민수");
        assert_eq!(names("@민수정이"), ["민수정"]);
        assert_eq!(names("@아이"), ["아이"]);
        assert_eq!(names("@아이가"), ["아이"]);
    }

    #[test]
    fn names_may_have_spaces_and_points_and_end_before_points() {
        assert_eq!(
            names("@김 민수랑 @김 민수, (@민수) @R2-D2는 @J. @J.!"),
            ["김 민수", "민수", "R2-D2", "J."]
        );
        assert_eq!(names("@Jiyoung's @@민수"), ["Jiyoung", "민수"]);
        assert_eq!(
            names("**@민수** ~~@Jiyoung~~ > @민수정\n> @김 민수"),
            ["민수", "Jiyoung", "민수정", "김 민수"]
        );
        assert_eq!(names("- @민수\n- @민수정"), ["민수", "민수정"]);
    }

    #[test]
    fn nobody_is_mentioned_in_code_links_and_addresses() {
        for text in [
            "`@민수`",
            "```\n@민수\n```",
            "a@민수",
            "mail@Jiyoung",
            "https://maru.test/@Jiyoung",
            "[@민수](https://maru.test)",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn at_most_twenty_are_mentioned_and_it_is_not_asked_for_ever() {
        let all: String = (0..30).map(|n| format!("@a{n} ")).collect();
        assert_eq!(mentioned(&all, |name| (!name.contains(' ')).then_some(())).len(), MENTIONS_MAX);
        for hostile in [
            "@".repeat(4000),
            "@.".repeat(2000),
            "@a ".repeat(1333),
            "@민수가".repeat(1000),
            "@- - - -".repeat(500),
        ] {
            let mut asked = 0;
            let found = mentioned(&hostile, |_| {
                asked += 1;
                None::<()>
            });
            assert!(found.is_empty());
            assert!(asked <= ASKED_MAX, "{asked}");
        }
    }

    proptest! {
        #[test]
        fn what_is_mentioned_is_shown_as_a_mention(text in "([@가민수정이님는 .a*`>]|@민수|@김 민수){0,40}") {
            let who = MemberId::from_random_bytes([1; 16]);
            let found = mentioned(&text, |name| NAMES.contains(&name).then_some(who));
            let shown = format!("{:?}", Markup::of(&text, &found));
            for one in &found {
                let is_shown = shown.contains(&format!("Mention {{ who: {who:?}, name: {:?} }}", one.name));
                prop_assert!(is_shown, "{one:?} of {shown}");
            }
        }
    }

    #[test]
    fn a_name_is_shown_as_it_was_written_and_only_where_it_ends() {
        let who = MemberId::from_random_bytes([1; 16]);
        let known = [Mentioned { who, name: "민수".to_owned() }];
        let blocks = Markup::of("@민수야 @민수진 `@민수`", &known).blocks;
        let text = |text: &str| Inline::Text(text.to_owned());
        let mention = Inline::Mention { who, name: "민수".to_owned() };
        let code = Inline::Code("@민수".to_owned());
        assert_eq!(blocks, [Block::Paragraph(vec![mention, text("야 @민수진 "), code])]);
    }

    #[test]
    fn no_more_of_a_word_is_read_than_a_suffix_could_have() {
        assert_eq!(word(&"가".repeat(4000)).chars().count(), SUFFIX_MAX + 1);
        let longest = |parts: &str| parts.split_whitespace().map(|part| part.chars().count()).max().unwrap();
        assert!(SUFFIX.iter().map(|parts| longest(parts)).sum::<usize>() <= SUFFIX_MAX);
    }
}
