//! What a message is: what it says, and what people did with it since.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{DraftId, FileId, Member, MemberId, Seq, Timestamp, markup::Mentioned};

/// A message as it stands now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What the author's client called it.
    pub draft: DraftId,
    /// What it says; empty only where it has files.
    pub text: String,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Quote>,
    /// Whom it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// What comes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// How people reacted to it, in the order in which each emoji came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Whether it is pinned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// The position up to which everything that happened to the message is in this, and is not to be applied to it again. Zero
    /// for a message that was just written.
    #[serde(default, skip_serializing_if = "Seq::is_zero")]
    pub upto: Seq,
}

/// What a message answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The position of the message that is answered.
    pub message: Seq,
    /// Who wrote that.
    pub by: Member,
    /// What it says, cut as [`Quote::cut`] does; nothing when it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Somebody whom a message names.
pub type Mention = Mentioned<MemberId>;

/// An emoji by which people reacted to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Which.
    pub emoji: Emoji,
    /// How many did.
    pub count: u32,
    /// Whether one did so oneself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// The first of them, at most [`Reaction::NAMED`].
    pub by: Vec<Member>,
}

/// Something that comes with a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// How it is asked for.
    pub file: FileId,
    /// What its author called it.
    pub name: FileName,
    /// Its media type (RFC 6838), as the server found it to be.
    pub kind: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How large it is, where it is a picture that can be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

/// How large a picture is, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Message {
    /// The most files of one message.
    pub const MOST_FILES: usize = 10;
    /// The most emoji by which people react to one message.
    pub const MOST_REACTIONS: usize = 20;

    /// A message that was just written and says only this.
    pub fn new(draft: DraftId, text: impl Into<String>) -> Self {
        Self {
            draft,
            text: text.into(),
            reply: None,
            mentions: Vec::new(),
            files: Vec::new(),
            edited: None,
            reactions: Vec::new(),
            pinned: false,
            upto: Seq::ZERO,
        }
    }

    /// Names a member as they are called by now.
    pub fn call(&mut self, member: &Member) {
        if let Some(quote) = &mut self.reply {
            quote.by.call(member);
        }
        for reaction in &mut self.reactions {
            reaction.by.iter_mut().for_each(|by| by.call(member));
        }
    }

    /// Somebody reacted by this emoji; whether that is oneself.
    pub fn react(&mut self, emoji: &Emoji, by: &Member, mine: bool) {
        match self.reactions.iter_mut().find(|reaction| reaction.emoji == *emoji) {
            Some(reaction) => {
                reaction.count = reaction.count.saturating_add(1);
                reaction.mine |= mine;
                if reaction.by.len() < Reaction::NAMED {
                    reaction.by.push(by.clone());
                }
            }
            None => {
                self.reactions.push(Reaction { emoji: emoji.clone(), count: 1, mine, by: vec![by.clone()] });
            }
        }
    }

    /// Somebody took their reaction back; whether that is oneself.
    pub fn unreact(&mut self, emoji: &Emoji, by: MemberId, mine: bool) {
        if let Some(reaction) = self.reactions.iter_mut().find(|reaction| reaction.emoji == *emoji) {
            reaction.count = reaction.count.saturating_sub(1);
            reaction.mine &= !mine;
            reaction.by.retain(|member| member.id != by);
        }
        self.reactions.retain(|reaction| reaction.count > 0);
    }
}

impl Reaction {
    /// So many of those who reacted are named; of the others only the number is told.
    pub const NAMED: usize = 10;
}

impl Quote {
    /// The most characters of what a quote says.
    pub const MOST_CHARS: usize = 200;

    /// So much of a text is quoted.
    pub fn cut(text: &str) -> String {
        let mut cut: String = text.chars().take(Self::MOST_CHARS).collect();
        if cut.len() < text.len() {
            cut.push('…');
        }
        cut
    }
}

/// Never the text itself: what people write does not get into a log by way of `{:?}`.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {} bytes, {} files", self.draft, self.text.len(), self.files.len())?;
        write!(f, ", mentions {:?}, reactions {:?}, upto {:?}", self.mentions, self.reactions, self.upto)?;
        write!(f, ", reply {:?}, edited {:?}, pinned {:?}", self.reply, self.edited, self.pinned)
    }
}

/// Never the text itself.
impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.text.as_ref().map(String::len);
        write!(f, "Quote({:?} by {:?}, {bytes:?} bytes)", self.message, self.by)
    }
}

/// Never the name: it is what somebody wrote.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment({:?}, {}, {} bytes, {:?})", self.file, self.kind, self.bytes, self.picture)
    }
}

/// One emoji of Unicode, in its fully qualified form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Emoji(String);

/// A text that is no emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no emoji")]
pub struct NoEmoji;

impl Emoji {
    /// The emoji that somebody chose.
    ///
    /// # Errors
    /// When it is none that Unicode knows, or several.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn parse(chosen: &str) -> Result<Self, NoEmoji> {
        crate::markup::emoji::in_full(chosen).map(Self).ok_or(NoEmoji)
    }

    /// The emoji that this is known to be: from a list of emoji, or from the store.
    pub fn known(emoji: impl Into<String>) -> Self {
        Self(emoji.into())
    }

    /// The emoji as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a file is called: 1 to 120 characters in one line, without a folder, with nothing in it that cannot be seen or that
/// turns the text around it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// The most characters (Unicode scalar values) of a file's name.
    pub const MAX_CHARS: usize = 120;

    /// The nearest name to what its author's machine calls it: of a path the last part, of a long name the beginning and its ending.
    pub fn nearest(called: &str) -> Self {
        let last = called.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last.chars().filter(|c| !crate::text::is_forbidden_in_name(*c)).collect();
        let name = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name.trim_matches('.');
        if name.is_empty() {
            return Self("file".to_owned());
        }
        let chars = name.chars().count();
        if chars <= Self::MAX_CHARS {
            return Self(name.to_owned());
        }
        let ending =
            name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 12);
        let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
        let begin: String = name.chars().take(Self::MAX_CHARS - 1 - ending.chars().count()).collect();
        Self(format!("{begin}…{ending}"))
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never the name: it is what somebody wrote.
impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileName({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Name;

    fn member(number: u128) -> Member {
        let id = MemberId::from_u128(number);
        Member { id, name: Name::parse(&format!("member {number}")).unwrap() }
    }

    #[test]
    fn an_emoji_is_one_that_unicode_knows_in_its_full_form() {
        assert_eq!(Emoji::parse("👍🏽").unwrap().as_str(), "👍🏽");
        assert_eq!(Emoji::parse("❤").unwrap().as_str(), "❤\u{FE0F}");
        for none in ["", "a", "1", "👍👍", "<b>", "가", "\u{FE0F}"] {
            assert_eq!(Emoji::parse(none), Err(NoEmoji), "{none}");
        }
    }

    #[test]
    fn a_reaction_is_counted_and_goes_with_the_last_who_reacted() {
        let mut message = Message::new(DraftId::from_u128(1), "안녕");
        let (thumb, heart) = (Emoji::known("👍"), Emoji::known("❤️"));
        message.react(&thumb, &member(1), true);
        message.react(&heart, &member(2), false);
        message.react(&thumb, &member(2), false);
        message.unreact(&thumb, member(1).id, true);
        let now = &message.reactions[0];
        assert_eq!((&now.emoji, now.count, now.mine, &now.by), (&thumb, 1, false, &vec![member(2)]));
        message.unreact(&thumb, member(2).id, false);
        assert_eq!(message.reactions.len(), 1);
        assert_eq!(message.reactions[0].emoji, heart);
    }

    #[test]
    fn a_quote_is_cut_between_characters() {
        assert_eq!(Quote::cut("가나다"), "가나다");
        assert_eq!(Quote::cut(&"가".repeat(201)), format!("{}…", "가".repeat(200)));
    }

    #[test]
    fn a_file_is_called_as_near_as_can_be_to_what_it_was_called() {
        let nearest = |called| FileName::nearest(called).as_str().to_owned();
        assert_eq!(nearest("/home/me/사진 1.png"), "사진 1.png");
        assert_eq!(nearest("C:\\x\\a\u{202E}gnp.exe"), "agnp.exe");
        assert_eq!(nearest(" .. "), "file");
        assert_eq!(nearest("a\r\nb.txt"), "ab.txt");
        let long = nearest(&format!("{}.jpeg", "가".repeat(300)));
        assert_eq!(long.chars().count(), FileName::MAX_CHARS);
        assert!(long.ends_with("….jpeg"));
    }
}
