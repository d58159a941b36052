//! `cargo xtask demo`: fills a data directory with a believable conversation, for trying Maru and for its pictures.
//!
//! What is there is made by entries, as everything is; only their times are given: the last days before now.

mod conversation;
mod pictures;

use std::{
    collections::HashMap,
    io::Write,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use argon2::{Argon2, PasswordHasher};
use maru_server::{
    entry::{Acceptance, Answer, By, Change, Effect, Entry, FileBounds, NewSession, NewUpload, Purpose},
    files::Files,
    secret::{PasswordHash, SecretHash},
    store::{self, Store},
};
use maru_shared::{
    DraftId, Emoji, Epoch, FileId, FileName, MemberId, MessageBody, Name, Note, Refusal, Role, RoomId, Seq,
    SessionId, Timestamp,
};

/// The password of everybody in the demo.
const PASSWORD: &str = "마루에서 만나요";

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).context("say which data directory to fill")?;
    if folder.join("maru.db").exists() {
        bail!("{} is not empty", folder.display());
    }
    let now = Timestamp(i64::try_from(
        std::time::SystemTime::UNIX_EPOCH.elapsed().context("the clock stands before 1970")?.as_millis(),
    )?);
    let (store, _reader) = store::open(&folder, Epoch::from_u128(rand(7)))?;
    let mut demo = Demo::new(store, Files::open(&folder)?, now);
    conversation::tell(&mut demo)?;
    println!(
        "{} has a conversation in it. Come in as 지영, who owns it, as 민수 or as Daniel;",
        folder.display()
    );
    println!("the password of each is: {PASSWORD}");
    Ok(())
}

/// A Maru that is being filled.
struct Demo {
    store: Store,
    files: Files,
    now: Timestamp,
    /// When the next thing happens.
    at: Timestamp,
    members: HashMap<&'static str, MemberId>,
    rooms: HashMap<&'static str, RoomId>,
    made: u128,
}

/// Something that was said.
#[derive(Clone, Copy)]
struct Said {
    room: RoomId,
    seq: Seq,
}

impl Demo {
    fn new(store: Store, files: Files, now: Timestamp) -> Self {
        let rooms = HashMap::from([("lobby", RoomId::LOBBY)]);
        Self { store, files, now, at: now, members: HashMap::new(), rooms, made: 0 }
    }

    /// So many days before today, at this hour and minute of the day, counted back from now.
    fn day(&mut self, days_ago: i64, hours_before_now: i64) {
        self.at = Timestamp(self.now.0 - days_ago * 86_400_000 - hours_before_now * 3_600_000);
    }

    /// So many minutes pass.
    fn pause(&mut self, minutes: i64) {
        self.at = Timestamp((self.at.0 + minutes * 60_000).min(self.now.0));
    }

    /// Somebody comes in for the first time, and has an account from then on.
    fn arrive(&mut self, name: &'static str, role: Role) -> Result<()> {
        let id = MemberId::from_u128(self.next());
        self.members.insert(name, id);
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let sign_in = Change::SignIn { name: Name::parse(name)?, draft: None, session: None, from };
        self.ask(By::Member(id), sign_in)?;
        if role == Role::Guest {
            return Ok(());
        }
        let password = password_of(self.next())?;
        if role == Role::Owner {
            let secret = SecretHash::of_draft(&DraftId::from_u128(self.next()));
            let expires_at = Timestamp(self.at.0 + 86_400_000);
            self.ask(By::Operator, Change::MakeLink { secret, purpose: Purpose::Own, expires_at, uses: 1 })?;
            let session = NewSession {
                token: SecretHash::of_draft(&DraftId::from_u128(self.next())),
                id: SessionId::from_u128(self.next()),
                device: "Mozilla/5.0".to_owned(),
                from,
            };
            let acceptance = Acceptance { secret, newcomer: None, password: Some(password), session };
            self.ask(By::Member(id), Change::AcceptLink(Box::new(acceptance)))?;
            return Ok(());
        }
        let token = SecretHash::of_draft(&DraftId::from_u128(self.next()));
        let change = Change::SetPassword { verified: None, password, forget_passkeys: false, token };
        self.ask(By::Member(id), change)?;
        if role > Role::Member {
            self.ask(By::Operator, Change::SetRole { member: id, role })?;
        }
        Ok(())
    }

    /// Somebody makes a room, and these are in it.
    fn room(
        &mut self,
        by: &str,
        name: &'static str,
        private: bool,
        topic: &str,
        others: &[&str],
    ) -> Result<()> {
        let (room, draft) = (RoomId::from_u128(self.next()), DraftId::from_u128(self.next()));
        let maker = self.member(by)?;
        self.rooms.insert(name, room);
        self.ask(By::Member(maker), Change::MakeRoom { room, draft, name: Name::parse(name)?, private })?;
        self.ask(By::Member(maker), Change::Describe { room, topic: Note::parse(topic)? })?;
        for other in others {
            let member = self.member(other)?;
            if private {
                self.ask(By::Member(maker), Change::LetIn { room, member })?;
            } else {
                self.ask(By::Member(member), Change::Join { room })?;
            }
        }
        Ok(())
    }

    /// Somebody begins to talk directly.
    fn direct(&mut self, by: &str, called: &'static str, with: &[&str]) -> Result<()> {
        let room = RoomId::from_u128(self.next());
        let with = with.iter().map(|name| self.member(name)).collect::<Result<_>>()?;
        self.rooms.insert(called, room);
        let by = self.member(by)?;
        self.ask(By::Member(by), Change::OpenDirect { room, with })
    }

    /// Somebody writes, a minute or two after what was written before.
    fn say(&mut self, room: &str, by: &str, text: &str) -> Result<Said> {
        self.write(room, by, text, None, Vec::new())
    }

    /// Somebody answers a message.
    fn answer(&mut self, to: Said, room: &str, by: &str, text: &str) -> Result<Said> {
        self.write(room, by, text, Some(to.seq), Vec::new())
    }

    /// Somebody shows files, with or without a text.
    fn show(&mut self, room: &str, by: &str, text: &str, files: &[(&str, Vec<u8>)]) -> Result<Said> {
        let files = files.iter().map(|(name, bytes)| self.bring(by, name, bytes)).collect::<Result<_>>()?;
        self.write(room, by, text, None, files)
    }

    /// Puts a file where files are, as if it had been sent.
    fn bring(&mut self, by: &str, name: &str, content: &[u8]) -> Result<FileId> {
        let by = By::Member(self.member(by)?);
        let (file, draft) = (FileId::from_u128(self.next()), DraftId::from_u128(self.next()));
        let bytes = u64::try_from(content.len())?;
        let bounds = FileBounds { of_file: u64::MAX, of_member: u64::MAX, of_maru: u64::MAX };
        let upload = NewUpload { file, draft, name: FileName::nearest(name), bytes, bounds };
        self.ask(by, Change::BeginUpload(Box::new(upload)))?;
        self.files.folder.go_on(file, 0)?.write_all(content)?;
        self.ask(by, Change::KeepUpload { file, offset: bytes })?;
        let (at, store, files) = (self.at, &mut self.store, &self.files);
        tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
            let ready = files.look(file).await?;
            let change = Change::FinishUpload { file, content: Box::new(ready.content.clone()) };
            let finish = async {
                let entry = Entry { at, by, change };
                let failed = Refusal::Unavailable { retry_after_ms: 0 };
                let outcome = store.apply([&entry]).map_err(|_| failed)?.pop();
                outcome.map_or(Err(failed), |outcome| outcome.answer.map(drop))
            };
            files.keep(file, ready, finish).await
        })?;
        Ok(file)
    }

    fn write(
        &mut self,
        room: &str,
        by: &str,
        text: &str,
        reply: Option<Seq>,
        files: Vec<FileId>,
    ) -> Result<Said> {
        let room = *self.rooms.get(room).context("no such room")?;
        let draft = DraftId::from_u128(self.next());
        let body = match text {
            "" => None,
            text => Some(MessageBody::parse(text, MessageBody::DEFAULT_MAX_CHARS)?),
        };
        let by = self.member(by)?;
        let seconds = 20 + i64::try_from(text.len() % 70)?;
        self.at = Timestamp((self.at.0 + seconds * 1_000).min(self.now.0));
        let seq = self.happen(By::Member(by), Change::Post { room, draft, body, reply, files })?;
        Ok(Said { room, seq: seq.context("a message is an event")? })
    }

    /// These react to a message.
    fn react(&mut self, to: Said, emoji: &str, by: &[&str]) -> Result<()> {
        for name in by {
            let member = self.member(name)?;
            let emoji = Emoji::parse(emoji)?;
            let change = Change::React { room: to.room, message: to.seq, emoji, back: false };
            self.ask(By::Member(member), change)?;
        }
        Ok(())
    }

    /// Its author writes a message anew.
    fn edit(&mut self, what: Said, by: &str, text: &str) -> Result<()> {
        let body = Some(MessageBody::parse(text, MessageBody::DEFAULT_MAX_CHARS)?);
        let by = self.member(by)?;
        self.ask(By::Member(by), Change::EditMessage { room: what.room, message: what.seq, body })
    }

    fn delete(&mut self, what: Said, by: &str) -> Result<()> {
        let by = self.member(by)?;
        let (room, message) = (what.room, what.seq);
        self.ask(By::Member(by), Change::DeleteMessage { room, message, reason: Note::default() })
    }

    fn pin(&mut self, what: Said, by: &str) -> Result<()> {
        let by = self.member(by)?;
        self.ask(By::Member(by), Change::Pin { room: what.room, message: what.seq, pinned: true })
    }

    /// Somebody has read a room up to here.
    fn read(&mut self, what: Said, by: &[&str]) -> Result<()> {
        for name in by {
            let member = self.member(name)?;
            self.ask(By::Member(member), Change::Read { room: what.room, seq: what.seq })?;
        }
        Ok(())
    }

    fn archive(&mut self, room: &str, by: &str) -> Result<()> {
        let (room, by) = (*self.rooms.get(room).context("no such room")?, self.member(by)?);
        self.ask(By::Member(by), Change::Archive { room, archived: true })
    }

    fn member(&self, name: &str) -> Result<MemberId> {
        self.members.get(name).copied().with_context(|| format!("nobody is called {name}"))
    }

    fn ask(&mut self, by: By, change: Change) -> Result<()> {
        self.happen(by, change).map(drop)
    }

    /// Has it done, and gives the position of the event that it was.
    fn happen(&mut self, by: By, change: Change) -> Result<Option<Seq>> {
        let entry = Entry { at: self.at, by, change };
        let outcome = self.store.apply([&entry])?.pop().context("an entry has an outcome")?;
        let _: Answer = outcome.answer.with_context(|| format!("{:?}", entry.change))?;
        let event = outcome.effects.iter().find_map(|effect| match effect {
            Effect::Happened(event) => Some(event.seq),
            _ => None,
        });
        Ok(event)
    }

    /// The bits of a new id: the same in every demo.
    fn next(&mut self) -> u128 {
        self.made += 1;
        rand(self.made)
    }
}

/// Bits that look like chance, and are always the same.
fn rand(number: u128) -> u128 {
    let mut random = fastrand::Rng::with_seed(u64::try_from(number).unwrap_or(u64::MAX));
    let id = DraftId::from_random_bytes(random.u128(..).to_be_bytes());
    u128::from_be_bytes(*id.as_bytes())
}

fn password_of(salt: u128) -> Result<PasswordHash> {
    let hash = Argon2::default().hash_password_with_salt(PASSWORD.as_bytes(), &salt.to_be_bytes());
    Ok(PasswordHash::from_phc(hash.map_err(|error| anyhow::anyhow!("{error}"))?.to_string()))
}
