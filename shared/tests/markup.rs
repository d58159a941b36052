//! The markup of messages: the examples of CommonMark's specification, hostile texts, and what holds of any text.

use std::{collections::BTreeMap, fs, process::Command};

use maru_shared::markup::{Block, Inline, Markup, excerpt, mentioned};
use proptest::prelude::*;

/// Whatever is written in a message, in its order.
#[derive(Default)]
struct Seen {
    text: String,
    links: Vec<String>,
}

impl Seen {
    fn of(markup: &Markup) -> Self {
        let mut seen = Self::default();
        markup.blocks.iter().for_each(|block| seen.block(block));
        seen
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inside) | Block::Heading(inside) => self.inside(inside),
            Block::Quote(blocks) => blocks.iter().for_each(|block| self.block(block)),
            Block::List { items, .. } => items.iter().flatten().for_each(|block| self.block(block)),
            Block::Code { language, text } => {
                self.text += language;
                self.text += text;
            }
        }
    }

    fn inside(&mut self, inside: &[Inline]) {
        let is_text = |inline: &Inline| matches!(inline, Inline::Text(_));
        assert!(!inside.windows(2).any(|two| two.iter().all(is_text)), "two texts in a row: {inside:?}");
        for inline in inside {
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.text += text,
                Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Strike(inside) => {
                    self.inside(inside);
                }
                Inline::Link { to, inside } => {
                    assert!(!inside.is_empty());
                    self.links.push(to.clone());
                    self.inside(inside);
                }
                Inline::Mention { name, .. } => self.text += name,
                Inline::Emoji { code, .. } => self.text += code,
                Inline::LineBreak => {}
            }
        }
    }
}

/// Letters and digits of any script, small, and how often there is each.
fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut letters = BTreeMap::new();
    let small = text.to_lowercase();
    small.chars().filter(|c| c.is_alphanumeric()).for_each(|c| *letters.entry(c).or_default() += 1);
    letters
}

/// Every letter that was typed is shown or is in where a link leads, and none that was not typed. What may be missing is
/// the number of something listed, and what a link is called beside its text.
fn conserves(text: &str) {
    let markup = Markup::of(text, &[]);
    let seen = Seen::of(&markup);
    let (typed, shown) = (letters(text), letters(&seen.text));
    let led = letters(&seen.links.concat().replace("mailto:", ""));
    let times =
        |letters: &BTreeMap<char, usize>, letter: &char| letters.get(letter).copied().unwrap_or_default();
    for (letter, count) in &shown {
        let is_made_up = *count > times(&typed, letter) + times(&led, letter);
        assert!(!is_made_up, "{letter:?} was made up: {text:?} is {markup:?}");
    }
    for (letter, count) in &typed {
        let may_be_lost = letter.is_ascii_digit() || !seen.links.is_empty() || markup.is_action;
        let is_lost = times(&shown, letter) < *count && !may_be_lost;
        assert!(!is_lost, "{letter:?} was lost: {text:?} is {markup:?}");
    }
    assert!(seen.links.iter().all(|link| is_safe(link)), "{:?}", seen.links);
}

fn is_safe(link: &str) -> bool {
    let small = link.to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| small.starts_with(scheme))
}

/// The examples of CommonMark's specification, as the parser's own tests have them.
fn examples() -> Vec<String> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let packages = told["packages"].as_array().unwrap();
    let parser = packages.iter().find(|package| package["name"] == "pulldown-cmark").unwrap();
    let manifest = std::path::Path::new(parser["manifest_path"].as_str().unwrap());
    let tests = fs::read_to_string(manifest.with_file_name("tests").join("suite").join("spec.rs")).unwrap();
    let examples =
        tests.split("let original = r##\"").skip(1).map(|rest| rest.split("\"##;").next().unwrap());
    examples.map(str::to_owned).collect()
}

#[test]
fn the_examples_of_commonmark_are_read_and_nothing_in_them_is_lost() {
    let examples = examples();
    assert!(examples.len() > 600, "{} examples", examples.len());
    for example in &examples {
        conserves(example);
        mentioned(example, |_| Some(()));
        assert!(excerpt(example, 80).chars().count() <= 80);
    }
}

/// Each class of what is tried to get a script, a style or an unsafe address into a page.
const HOSTILE: [&str; 40] = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"javascript:alert(1)\">",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<style>*{background:url(//evil.test)}</style>",
    "<div style=\"position:fixed;inset:0\">",
    "<link rel=stylesheet href=//evil.test>",
    "<base href=//evil.test/>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<a href=javascript:alert(1)>a</a>",
    "<details open ontoggle=alert(1)>",
    "<!--><img src onerror=alert(1)>-->",
    "<![CDATA[<img src onerror=alert(1)>]]>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](\\javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a]( javascript:alert(1))",
    "[a](\u{1}javascript:alert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](file:///etc/passwd)",
    "[a](//evil.test)",
    "[a](https:javascript:alert(1))",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "![a](javascript:alert(1))",
    "![a](x \"onerror=alert(1)\")",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[![a](javascript:a)](javascript:b)",
    "```<script>\n</script><script>alert(1)</script>\n```",
];

#[test]
fn no_hostile_text_leads_anywhere_and_all_of_it_is_shown() {
    for text in HOSTILE {
        let seen = Seen::of(&Markup::of(text, &[]));
        assert_eq!(seen.links, [""; 0], "{text:?}");
        conserves(text);
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_shown(text in "([a-z가-힣A<>&;#*_~`\\[\\]()!\"'\\\\:@/. \n\t=|{}+-]|https://a.test|> |- |1. |\\*\\*|\n\n|    ){0,60}") {
        conserves(&text);
    }

    #[test]
    fn any_text_at_all_is_read(text in any::<String>()) {
        let markup = Markup::of(&text, &[]);
        Seen::of(&markup);
        mentioned(&text, |_| Some(()));
        excerpt(&text, 40);
    }
}
