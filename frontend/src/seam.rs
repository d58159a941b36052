//! What the page has between itself and its annex, and itself and its reader of markup. They are programs in one document, with nothing in common but
//! that: they speak in events of the window, whose `detail` is JSON. What the annex says may come when its view is gone
//! already, and counts all the same.

use gloo_events::EventListener;
use js_sys::Array;
use maru_shared::{
    Attachment, Emoji, Member, MemberId, Name, Note, Notify, Room, RoomId, RoomKind, Seq, api::Me,
    room::RoomSummary,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element};

use crate::{
    ground::window,
    parts::{from_json, listen, to_json},
    state::uploads::Attached,
    texts::Language,
};

/// The `id` of the element in which the annex shows what is asked.
pub fn host(turn: u32) -> String {
    format!("annex-{turn}")
}

/// What the annex is asked to show, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What to show: an [`AnnexView`], as JSON. The page need not know what a view of the annex leads to.
    pub view: String,
    /// What the page knows; nothing when nobody is in.
    pub known: Option<Known>,
    /// In which place, of all that there ever were: what the view says of its end is said of that one.
    pub turn: u32,
}

/// What the page knows from its socket, as far as the annex shows any of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Who one is.
    pub me: Me,
    /// The rooms that one is in, and how many are in each, where that is known.
    pub rooms: Vec<(Room, Option<usize>)>,
    /// Public rooms that were made, or became public, since the page began.
    pub listed: Vec<RoomSummary>,
    /// Those of one's rooms of which one does not want to be told everything.
    pub quiet: Vec<(RoomId, Notify)>,
}

/// What the annex can show: most of it in a dialog, one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnexView {
    /// What one may wish for, one's account, and the way out.
    Settings,
    /// Members, invitations, rooms, the log and the policy, for those who keep order.
    Admin,
    /// Making a room.
    NewRoom,
    /// All public rooms.
    Browse,
    /// What a room is, and what one may do with it.
    About(RoomId),
    /// A room that one has not joined, or that there is not: in the place of its messages.
    Absent(Option<RoomId>),
    /// Where the link leads by which one came: not in a dialog, but in the place of the page.
    Link,
    /// Everybody, to choose some of them.
    People {
        /// The room into which they are to be let; none to talk to them.
        into: Option<RoomId>,
        /// Who is in that room already.
        members: Vec<MemberId>,
        /// Who has a connection now.
        here: Vec<MemberId>,
    },
    /// What one may do with somebody.
    Person {
        /// A room that they are in.
        room: RoomId,
        /// Who.
        member: Member,
        /// They have no connection.
        is_gone: bool,
    },
    /// What a message said before it was edited.
    Versions(RoomId, Seq),
    /// Who reacted to a message by each of these.
    Reactors(RoomId, Seq, Vec<Emoji>),
    /// What is pinned in a room.
    Pins {
        /// Which.
        room: RoomId,
        /// Whether one may take something from it.
        may_unpin: bool,
    },
    /// All emoji, to choose one.
    Emoji,
    /// What one may be about to write in a room, and what is meant by what is written: above the field.
    Writing(RoomId),
    /// Something that is done when one has said more about it.
    Deed(Deed),
    /// Rooms and people by name, to go there.
    GoTo {
        /// The rooms in which something is unread, and how much.
        unread: Vec<(RoomId, u64)>,
        /// The rooms that were shown, the last first.
        recent: Vec<RoomId>,
        /// Who has a connection now.
        here: Vec<MemberId>,
    },
    /// Messages by what they say; the room that is open, if one is.
    Search(Option<RoomId>),
    /// What keys do.
    Keys,
    /// The files that are to come with the next message into a room: where one writes.
    Tray(RoomId),
    /// The pictures of a message, beginning with one of them.
    Pictures(Vec<Attachment>, usize),
    /// What one can do with a message, where there is no room for its bar.
    Message(RoomId, Seq),
    /// A message that is written anew: in its place.
    Edit {
        /// Where.
        room: RoomId,
        /// Which.
        seq: Seq,
        /// What is written by now.
        text: String,
    },
}

/// A message, as far as that decides what one can do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// What it says.
    pub text: String,
    /// By what people reacted to it, and whether one did so oneself.
    pub reactions: Vec<(Emoji, bool)>,
    /// Something came with it.
    pub has_files: bool,
    /// It is pinned.
    pub pinned: bool,
    /// One wrote it oneself.
    pub mine: bool,
    /// One may react and answer, and edit what is one's own.
    pub open: bool,
    /// One may pin it, and take it from what is pinned.
    pub pin: bool,
    /// One may see what it said before.
    pub versions: bool,
    /// One may delete it.
    pub delete: bool,
}

/// What only the page can do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Let one answer it.
    Answer,
    /// Let one write it anew.
    Edit,
    /// Take it and what comes behind it as unread.
    Unread,
}

/// Something that is done to a room, to what is in it, or to a member, when one has said more about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Give the room, which is called so, another name.
    Rename(RoomId, Name),
    /// Say what the room is about; until now it is this.
    Describe(RoomId, Note),
    /// Make the room one that is only read.
    Archive(RoomId),
    /// Make the room one that is written again.
    Restore(RoomId),
    /// Delete the room, which is called so.
    DeleteRoom(RoomId, Name),
    /// Leave the room.
    Leave(RoomId, Return),
    /// Delete a message; whether one wrote it.
    DeleteMessage(RoomId, Seq, bool),
    /// Take somebody out of the room.
    Kick(RoomId, Member),
    /// Keep somebody from writing.
    Mute(Member),
    /// Let somebody write again.
    Unmute(Member),
    /// Keep somebody out.
    Ban(Member),
    /// Let somebody in again.
    Unban(Member),
}

/// How one comes back into a room that one leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Return {
    /// By joining it.
    Joining,
    /// When somebody in it lets one in.
    LetIn,
    /// Never: nobody is left in it.
    Never,
}

impl Return {
    /// How one comes back into this room, in which so many are, where that is known; nothing where one cannot leave, or cannot
    /// know.
    pub fn of(room: &Room, members: Option<usize>) -> Option<Self> {
        // Whoever talks directly does so for ever.
        room.title().filter(|_| room.id != RoomId::LOBBY)?;
        match (&room.kind, members) {
            // Of a private room it is to be known who is left.
            (RoomKind::Private(_), None) => None,
            (RoomKind::Private(_), Some(1)) => Some(Self::Never),
            (RoomKind::Private(_), _) => Some(Self::LetIn),
            _ => Some(Self::Joining),
        }
    }
}

/// What the page tells the annex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// What to show, in an element that is in the document already.
    Show(Asked),
    /// What to show over the page, beside the button that has the `id` of its place.
    Beside(Asked),
    /// What the page knows by now.
    Known(Known),
    /// Who is in the room of which that was asked, and who has a connection.
    Members {
        /// All who are in it.
        members: Vec<Member>,
        /// Everybody who has a connection, in the order of their ids.
        here: Vec<MemberId>,
    },
    /// Signing out failed.
    Stayed,
    /// Nobody is in any more.
    Left,
    /// The view of this turn is gone from the document.
    End(u32),
    /// The files of a room that are whole went with a message.
    Went(RoomId),
    /// These files, which the server has, are to come with the next message of this member into a room.
    TakenBack(MemberId, RoomId, Vec<Attachment>),
    /// What people do with messages is the annex's to see from now on.
    Begin,
}

/// What the annex tells the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Another language is spoken from now on, by its tag.
    Speaks(String),
    /// One has become more.
    Me(Me),
    /// One has come in, as this member.
    In(Me),
    /// One wants to sign out.
    SignOut,
    /// Somebody in this room is about to be mentioned: who is in it?
    Mentions(RoomId),
    /// This emoji was chosen.
    Picked(Emoji),
    /// This is to be shown in the place of the view, in a dialog of its own.
    Open(Wanted),
    /// A room is to be shown, whether one is in it or not; at this message, if one is named.
    Show {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Option<Seq>,
    },
    /// Something is to be done with a message.
    Wish(RoomId, Seq, Wish),
    /// So much of the message that is written anew is written now.
    Rewritten(String),
    /// How it is with the files that are to come with the next message into a room.
    Attached(RoomId, Attached),
    /// The view has done its work.
    Done {
        /// In which place.
        turn: u32,
        /// A room that came of it, which is to be shown.
        room: Option<RoomId>,
    },
}

/// A dialog that a view leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Letting people into a room.
    LetIn(RoomId),
    /// Another view of the annex.
    View(Titled),
}

/// A view of the annex in a dialog of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titled {
    /// What the dialog is called.
    pub title: String,
    /// The view, as in [`Asked`].
    pub view: String,
}

/// Something that one of the two says to the other.
pub trait Word: Serialize + DeserializeOwned + 'static {
    /// The event by which it is said.
    const EVENT: &'static str;
}

impl Word for Told {
    const EVENT: &'static str = "maru-told";
}

impl Word for Said {
    const EVENT: &'static str = "maru-said";
}

/// Says something to the other.
pub fn say<W: Word>(word: &W) {
    dispatch(W::EVENT, &JsValue::from_str(&to_json(word)));
}

/// Hears what the other says, for as long as the owner lives.
pub fn hear<W: Word>(heard: impl Fn(W) + 'static) {
    boxed_hear(Box::new(heard));
}

fn boxed_hear<W: Word>(heard: Box<dyn Fn(W)>) {
    listen(window(), W::EVENT, move |event: CustomEvent| {
        if let Some(word) = event.detail().as_string().and_then(|word| from_json(&word)) {
            heard(word);
        }
    });
}

/// The event by which a text is offered before it is sent, at its field. Its `detail` is the text.
const OFFERED: &str = "maru-offered";

/// Offers a text of this field, before it is sent. Whether somebody took it: then it is not to be sent.
pub fn offer(field: &Element, text: &str) -> bool {
    let options = CustomEventInit::new();
    options.set_detail(&JsValue::from_str(text));
    options.set_cancelable(true);
    let offered = CustomEvent::new_with_event_init_dict(OFFERED, &options);
    offered.is_ok_and(|event| field.dispatch_event(&event) == Ok(false))
}

/// Hears of the texts of this field that are offered, for as long as the owner lives. `take` says whether it takes one.
pub fn hear_offered(field: &Element, take: impl Fn(&str) -> bool + 'static) {
    listen(field.clone(), OFFERED, move |event: CustomEvent| {
        if event.detail().as_string().is_some_and(|text| take(&text)) {
            event.prevent_default();
        }
    });
}

/// The event by which it is asked what one can do with a message. Its `detail` is the room, the position in it, and behind
/// them the answer, which is there when whoever asked goes on.
const ASKED: &str = "maru-asked";

/// Asks what one can do with a message; nothing where it is not held.
pub fn ask_offered(room: RoomId, seq: Seq) -> Option<Offered> {
    let asked = Array::of2(&room.to_string().into(), &seq.to_string().into());
    dispatch(ASKED, &asked);
    from_json(&asked.get(2).as_string()?)
}

/// Answers, for as long as the owner lives, what one can do with a message.
pub fn answer_offered(answer: impl Fn(RoomId, Seq) -> Option<Offered> + 'static) {
    listen(window(), ASKED, move |event: CustomEvent| {
        let asked: Array = event.detail().unchecked_into();
        let room = asked.get(0).as_string().and_then(|room| room.parse().ok());
        let seq = asked.get(1).as_string().and_then(|seq| seq.parse().ok());
        if let (Some(room), Some(seq)) = (room, seq)
            && let Some(offered) = answer(room, Seq(seq))
        {
            asked.set(2, to_json(&offered).into());
        }
    });
}

/// What somebody wrote, to be shown as it is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Who is mentioned in it, and their name as it was written.
    pub mentions: Vec<(MemberId, String)>,
    /// Who reads it.
    pub reader: Option<MemberId>,
    /// Whether it is to be in one line, without its markup.
    pub is_line: bool,
    /// Who wrote it, where it may say what they do.
    pub by: Option<String>,
}

/// The event by which a text is given to whatever reads markup. Its `detail` is the element that the text is to be shown in,
/// the text, and the tag of the language that the page speaks.
const WRITTEN: &str = "maru-written";

/// Shows a text in an element as it is meant, before this returns: the element need not be in the document. Where nothing
/// that reads markup is there yet, nothing happens.
pub fn show_written(element: &Element, written: &Written, language: Language) {
    let text = to_json(written);
    dispatch(WRITTEN, &Array::of3(element, &text.into(), &language.tag().into()));
}

/// Hears for ever of texts that are to be shown.
pub fn hear_written(show: impl Fn(&Element, Written, Language) + 'static) {
    let heard = move |event: &web_sys::Event| {
        let event: &CustomEvent = event.unchecked_ref();
        let said: Array = event.detail().unchecked_into();
        let written = said.get(1).as_string().and_then(|text| from_json(&text));
        let language = said.get(2).as_string().and_then(|tag| Language::of_tag(&tag));
        if let (Some(written), Some(language)) = (written, language) {
            show(said.get(0).unchecked_ref(), written, language);
        }
    };
    EventListener::new(&window(), WRITTEN, heard).forget();
}

/// The event by which files are given to the annex. Its `detail` is the ids of whose they are and of the room, and the files.
const CHOSEN: &str = "maru-chosen";

/// Gives the annex files of the browser that are to come with the next message of a member into a room. Where it is not there
/// yet, nothing happens.
pub fn give_chosen(member: MemberId, room: RoomId, files: &Array) {
    dispatch(CHOSEN, &Array::of3(&member.to_string().into(), &room.to_string().into(), files));
}

/// Hears for ever of files that were chosen.
pub fn hear_chosen(take: impl Fn(MemberId, RoomId, Array) + 'static) {
    let heard = move |event: &web_sys::Event| {
        let event: &CustomEvent = event.unchecked_ref();
        let said: Array = event.detail().unchecked_into();
        let member = said.get(0).as_string().and_then(|id| id.parse().ok());
        let room = said.get(1).as_string().and_then(|id| id.parse().ok());
        if let (Some(member), Some(room)) = (member, room) {
            take(member, room, said.get(2).unchecked_into());
        }
    };
    EventListener::new(&window(), CHOSEN, heard).forget();
}

fn dispatch(event: &str, detail: &JsValue) {
    let options = CustomEventInit::new();
    options.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, &options) {
        // Fails only for an event that is on its way already.
        let _ = window().dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use maru_shared::{FileId, FileName, MemberId, Name, Role, event::Standing, message::Picture};

    use super::*;

    fn me() -> Me {
        Me {
            id: MemberId::from_random_bytes([7; 16]),
            name: Name::parse("지영").unwrap(),
            standing: Standing { role: Role::Member, has_password: true, muted_until: None },
        }
    }

    fn picture() -> Attachment {
        Attachment {
            file: FileId::from_u128(5),
            name: FileName::nearest("사진.png"),
            kind: "image/png".into(),
            bytes: 7,
            picture: Some(Picture { width: 3, height: 4 }),
        }
    }

    fn comes_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(word: &T) {
        let text = to_json(word);
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *word, "{text}");
    }

    #[test]
    fn whatever_one_says_the_other_understands() {
        let room = RoomId::LOBBY;
        let deeds = [
            Deed::Rename(room, Name::parse("산책").unwrap()),
            Deed::Describe(room, Note::parse("일곱 시").unwrap()),
            Deed::Leave(room, Return::LetIn),
            Deed::DeleteMessage(room, Seq(3), true),
            Deed::Ban(me().member()),
        ];
        let people = AnnexView::People { into: Some(room), members: vec![me().id], here: vec![] };
        let views = [
            AnnexView::Settings,
            AnnexView::Admin,
            AnnexView::NewRoom,
            AnnexView::Browse,
            AnnexView::About(room),
            AnnexView::Absent(None),
            AnnexView::Link,
            AnnexView::Versions(room, Seq(3)),
            AnnexView::Reactors(room, Seq(3), vec![Emoji::known("👍")]),
            AnnexView::Pins { room, may_unpin: true },
            AnnexView::Emoji,
            AnnexView::Writing(room),
            people,
            AnnexView::GoTo { unread: vec![(room, 3)], recent: vec![room], here: vec![me().id] },
            AnnexView::Search(Some(room)),
            AnnexView::Keys,
            AnnexView::Person { room, member: me().member(), is_gone: true },
            AnnexView::Tray(room),
            AnnexView::Pictures(vec![picture()], 1),
            AnnexView::Message(room, Seq(3)),
            AnnexView::Edit { room, seq: Seq(3), text: "내일".into() },
        ];
        let lobby = Room::public(room, Name::parse("lobby").unwrap());
        let summary = RoomSummary { room: lobby.clone(), members: 2, joined: true, head: Seq(7) };
        let quiet = vec![(room, Notify::Mentions)];
        let known = Known { me: me(), rooms: vec![(lobby, Some(2))], listed: vec![summary], quiet };
        for view in views.into_iter().chain(deeds.map(AnnexView::Deed)) {
            comes_back(&view);
            let asked = Asked { view: to_json(&view), known: Some(known.clone()), turn: 3 };
            comes_back(&Told::Show(asked.clone()));
            comes_back(&Told::Beside(asked));
        }
        let asked = Asked { view: to_json(&AnnexView::Link), known: None, turn: 4 };
        comes_back(&Told::Show(asked));
        let offered = Offered {
            text: "내일".into(),
            reactions: vec![(Emoji::known("👍"), true)],
            has_files: true,
            pinned: true,
            mine: true,
            open: true,
            pin: true,
            versions: true,
            delete: true,
        };
        let back = Told::TakenBack(me().id, room, vec![picture()]);
        for told in [
            Told::Known(known),
            Told::Members { members: vec![me().member()], here: vec![me().id] },
            Told::Stayed,
            Told::Left,
            Told::End(3),
            Told::Went(room),
            back,
            Told::Begin,
        ] {
            comes_back(&told);
        }
        let titled = Titled { title: "단축키".into(), view: to_json(&AnnexView::Keys) };
        for wanted in [Wanted::LetIn(room), Wanted::View(titled)] {
            comes_back(&Said::Open(wanted));
        }
        for said in [
            Said::Speaks("ko".into()),
            Said::Me(me()),
            Said::In(me()),
            Said::SignOut,
            Said::Show { room, seq: Some(Seq(7)) },
            Said::Mentions(room),
            Said::Picked(Emoji::known("🎉")),
            Said::Wish(room, Seq(3), Wish::Answer),
            Said::Rewritten("모레".into()),
            Said::Attached(room, Attached { whole: vec![picture()], coming: 1, stopped: 2 }),
            Said::Done { turn: 3, room: Some(room) },
        ] {
            comes_back(&said);
        }
        let mentions = vec![(me().id, "지영".to_owned())];
        comes_back(&offered);
        comes_back(&Written {
            text: "@지영이 **왔다**".to_owned(),
            mentions,
            reader: Some(me().id),
            is_line: false,
            by: Some("민수".into()),
        });
    }
}
