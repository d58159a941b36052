//! The files that are to come with a message: sends them up, a few at once, each from where the server says that it is, and goes
//! on with those of a room while another one is open.

pub mod pictures;
mod texts;
pub mod tray;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use maru_shared::{DraftId, FileId, MemberId, RoomId, api::Upload};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, File};

use super::api;
use crate::{
    answer::{Answer, Failure},
    client::random_draft,
    dom::{online, storage, time},
    ground::*,
    parts::{Watched, begin, from_json, to_json},
    seam::{Said, Told, hear, hear_chosen, say},
    state::uploads::{Attached, Step, Uploads},
};

/// A piece that was not sent within so many milliseconds is given up: its line may be dead, which browsers find out late.
const PATIENCE: u32 = 60_000;

/// The files that are on their way. A handle; there is one, as long as the document.
#[derive(Clone, Copy)]
pub struct Uploading {
    uploads: Watched<Uploads>,
    /// More were chosen than can come with a message.
    too_many: Watched<Option<RoomId>>,
    own: StoredValue<Own, LocalStorage>,
}

#[derive(Default)]
struct Own {
    /// Whose files these are.
    me: Option<MemberId>,
    /// The files, as far as the browser has them.
    files: Vec<(DraftId, File)>,
    /// What is being sent now, and how it is given up.
    sending: Vec<(DraftId, AbortController)>,
    /// Who rests, and is woken when this is dropped.
    resting: Vec<oneshot::Sender<()>>,
    /// What the page was told of each room.
    told: Vec<(RoomId, Attached)>,
}

impl Uploading {
    /// Waits for files.
    pub fn start() -> Self {
        let uploading = Self {
            uploads: Watched::new(Uploads::default()),
            too_many: Watched::new(None),
            own: StoredValue::new_local(Own::default()),
        };
        hear_chosen(move |me, room, files| uploading.add(me, room, &files));
        hear(move |told| match told {
            Told::TakenBack(me, room, files) => {
                uploading.belong_to(me, room);
                let files = files.into_iter().map(|file| (random_draft(), file)).collect();
                uploading.change(|uploads| uploads.take_back(room, files));
                uploading.tell_anew(room);
            }
            Told::Went(room) => {
                uploading.change(|uploads| uploads.went(room));
                // A browser keeps what was pasted for as long as anybody holds it.
                uploading.own.update_value(|own| {
                    own.files.retain(|(draft, _)| {
                        uploading.uploads.with_untracked(|uploads| uploads.get(*draft).is_some())
                    });
                });
                uploading.tell(room);
            }
            // What is on its way would come from nobody.
            Told::Left => uploading.give_up(None),
            Told::Show(_)
            | Told::Beside(_)
            | Told::Known(_)
            | Told::Members { .. }
            | Told::Stayed
            | Told::End(_)
            | Told::Begin => {}
        });
        online::on_network(move |there| {
            if there {
                let _ = uploading.own.try_update_value(|own| own.resting.clear());
            }
        });
        uploading
    }

    /// Takes up what was kept of a room when the page was loaded anew. What somebody else left is given up.
    fn belong_to(self, me: MemberId, room: RoomId) {
        if self.own.with_value(|own| own.me != Some(me)) {
            self.give_up(Some(me));
        }
        if self.own.with_value(|own| own.told.iter().any(|(known, _)| *known == room)) {
            return;
        }
        let kept = storage::files(me, room).and_then(|kept| from_json(&kept)).unwrap_or_default();
        self.change(|uploads| uploads.restore(room, kept));
    }

    /// Sends nothing more of what is there; what comes from now on is this member's.
    fn give_up(self, me: Option<MemberId>) {
        self.own.update_value(|own| {
            own.sending.iter().for_each(|(_, sending)| sending.abort());
            *own = Own { me, ..Own::default() };
        });
        self.uploads.set(Uploads::default());
    }

    /// Shows the files for a room of this member: the page learns of them anew.
    fn show(self, me: MemberId, room: RoomId) {
        self.belong_to(me, room);
        self.tell_anew(room);
        self.begin_next();
    }

    fn add(self, me: MemberId, room: RoomId, files: &Array) {
        self.belong_to(me, room);
        let mut too_many = false;
        for file in files.iter() {
            let file: File = file.unchecked_into();
            // A browser counts in floating point, exactly up to 2^53.
            let bytes = file.size() as u64;
            let added = self
                .uploads
                .try_update_untracked(|uploads| uploads.add(room, random_draft(), file.name(), bytes));
            match added.flatten() {
                Some(draft) => self.own.update_value(|own| {
                    own.files.retain(|(known, _)| *known != draft);
                    own.files.push((draft, file));
                }),
                None => too_many = true,
            }
        }
        self.too_many.set(too_many.then_some(room));
        self.uploads.notify();
        // The page counts those that were not taken, too.
        self.tell_anew(room);
        self.begin_next();
    }

    /// Tries one again that stopped.
    fn retry(self, draft: DraftId) {
        let room = self.uploads.with_untracked(|uploads| uploads.get(draft).map(|upload| upload.room));
        self.change(|uploads| uploads.retry(draft));
        room.into_iter().for_each(|room| self.tell(room));
        self.begin_next();
    }

    /// Takes one out, whatever became of it. The server is told.
    fn remove(self, draft: DraftId) {
        let room = self.uploads.with_untracked(|uploads| uploads.get(draft).map(|upload| upload.room));
        let known = self.change(|uploads| uploads.remove(draft));
        self.own.update_value(|own| {
            own.files.retain(|(known, _)| *known != draft);
            own.sending.retain(|(sent, sending)| {
                if *sent == draft {
                    sending.abort();
                }
                *sent != draft
            });
        });
        self.too_many.set(None);
        known.flatten().into_iter().for_each(forget);
        room.into_iter().for_each(|room| self.tell(room));
        self.begin_next();
    }

    fn file(self, draft: DraftId) -> Option<File> {
        self.own.with_value(|own| {
            own.files.iter().find(|(known, _)| *known == draft).map(|(_, file)| file.clone())
        })
    }

    fn begin_next(self) {
        while let Some(Some(draft)) = self.change(Uploads::next_turn) {
            begin(self.bring(draft));
        }
    }

    /// Brings one to the server, from where it is, until it is there or does not go on.
    async fn bring(self, draft: DraftId) {
        let Some(room) = self.uploads.with_untracked(|uploads| uploads.get(draft).map(|upload| upload.room))
        else {
            return;
        };
        while let Some(Some(step)) = self.uploads.try_update_untracked(|uploads| uploads.step(draft)) {
            let asked_at = time::now();
            let answer = self.take(draft, step).await;
            let took = time::now() - asked_at;
            let pause = match answer {
                Ok(upload) => self.came(draft, upload, took),
                Err(Failure::Refused(why)) => self.change(|uploads| uploads.refused(draft, why)).flatten(),
                Err(Failure::Unreachable) if self.is_readable(draft).await => {
                    self.change(|uploads| uploads.lost(draft, chance())).flatten()
                }
                Err(Failure::Unreachable) => {
                    self.change(|uploads| uploads.unreadable(draft));
                    None
                }
            };
            self.tell(room);
            if let Some(pause) = pause {
                self.rest(pause).await;
                self.change(|uploads| uploads.rested(draft));
            }
        }
        self.begin_next();
    }

    fn came(self, draft: DraftId, upload: Upload, took: i64) -> Option<u32> {
        if self.uploads.with_untracked(|uploads| uploads.get(draft).is_none()) {
            // It was taken out before the server had said what it calls it.
            forget(upload.file);
            return None;
        }
        self.change(|uploads| uploads.came(draft, upload, took, chance())).flatten()
    }

    fn take(self, draft: DraftId, step: Step) -> Answer<Upload> {
        match step {
            Step::Announce(new) => api::announce(&new),
            Step::Send { file, from, upto } => Box::pin(async move {
                let Some(whole) = self.file(draft) else { return Err(Failure::Unreachable) };
                let piece = piece(&whole, from, upto).ok_or(Failure::Unreachable)?;
                let until = AbortController::new().map_err(|_| Failure::Unreachable)?;
                self.own.update_value(|own| own.sending.push((draft, until.clone())));
                let sent = api::send_piece(file, from, &piece, &until.signal());
                let sent = match select(sent, TimeoutFuture::new(PATIENCE)).await {
                    Either::Left((sent, _)) => sent,
                    Either::Right(_) => {
                        until.abort();
                        Err(Failure::Unreachable)
                    }
                };
                self.own.update_value(|own| own.sending.retain(|(sent, _)| *sent != draft));
                sent
            }),
        }
    }

    /// Whether the browser still has the file, and can read it: of one that it cannot, it says no more than that the line is lost.
    async fn is_readable(self, draft: DraftId) -> bool {
        let Some(file) = self.file(draft) else { return false };
        let Some(first) = piece(&file, 0, 1) else { return false };
        JsFuture::from(first.array_buffer()).await.is_ok()
    }

    /// Waits, or until the network is there again.
    async fn rest(self, pause: u32) {
        let (wake, woken) = oneshot::channel();
        self.own.update_value(|own| {
            own.resting.retain(|rests| !rests.is_canceled());
            own.resting.push(wake);
        });
        select(woken, TimeoutFuture::new(pause)).await;
    }

    fn change<T>(self, change: impl FnOnce(&mut Uploads) -> T) -> Option<T> {
        self.uploads.try_update(change)
    }

    fn tell_anew(self, room: RoomId) {
        self.own.update_value(|own| own.told.retain(|(known, _)| *known != room));
        self.tell(room);
    }

    /// Tells the page how it is with the files of a room, when that differs, and keeps what is to outlive the page.
    fn tell(self, room: RoomId) {
        let (now, kept) = self.uploads.with_untracked(|uploads| (uploads.attached(room), uploads.kept(room)));
        let is_news = self.own.try_update_value(|own| {
            let told = own.told.iter_mut().find(|(known, _)| *known == room);
            match told {
                Some((_, told)) if *told == now => false,
                Some((_, told)) => {
                    *told = now.clone();
                    true
                }
                None => {
                    own.told.push((room, now.clone()));
                    true
                }
            }
        });
        if is_news != Some(true) {
            return;
        }
        if let Some(me) = self.own.with_value(|own| own.me) {
            let kept = Some(to_json(&kept)).filter(|_| !kept.is_empty());
            storage::keep_files(me, room, kept.as_deref());
        }
        // The page may be in the middle of telling of something itself.
        begin(async move { say(&Said::Attached(room, now)) });
    }
}

fn use_uploading() -> Uploading {
    given()
}

/// Some bytes of a file: the browser reads them when they are sent.
fn piece(file: &File, from: u64, upto: u64) -> Option<Blob> {
    file.slice_with_f64_and_f64(from as f64, upto as f64).ok()
}

/// Tells the server that a file is wanted no more. Of one that it is not told of, it finds out within a day.
fn forget(file: FileId) {
    begin(async move {
        let _ = api::forget(file).await;
    });
}

fn chance() -> f64 {
    js_sys::Math::random()
}
