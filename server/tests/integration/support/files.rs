//! Files that a guest sends up and gets.

use hyper::Method;
use maru_shared::{
    Attachment, Command, DraftId, Event, FileId, Happening, RoomId,
    api::{NewFile, Upload},
    command::Post,
};

use super::{Answer, Client, Guest, a_draft};

impl Guest {
    pub(crate) async fn begin_file_as(&self, draft: DraftId, name: &str, bytes: u64) -> Answer {
        let new = NewFile { draft, name: name.to_owned(), bytes };
        self.change(Method::POST, "/files", &new).await
    }

    pub(crate) async fn begin_file(&self, name: &str, bytes: usize) -> Upload {
        self.begin_file_as(a_draft(), name, bytes as u64).await.read(201)
    }

    /// Sends these bytes of a file, which come behind so many.
    pub(crate) async fn go_on(&self, file: FileId, offset: u64, bytes: &[u8]) -> Answer {
        self.ask(Method::PATCH, &format!("/api/files/{file}"))
            .header("upload-offset", &offset.to_string())
            .body(bytes.to_vec())
            .send()
            .await
    }

    /// Sends a whole file up.
    pub(crate) async fn send_file(&self, name: &str, bytes: &[u8]) -> Attachment {
        let begun = self.begin_file(name, bytes.len()).await;
        let upload: Upload = self.go_on(begun.file, 0, bytes).await.read(200);
        assert_eq!((upload.file, upload.offset), (begun.file, bytes.len() as u64));
        upload.whole.expect("a whole file")
    }

    pub(crate) async fn file(&self, file: FileId) -> Answer {
        self.get(&format!("/api/files/{file}")).await
    }

    pub(crate) async fn thumbnail(&self, file: FileId) -> Answer {
        self.get(&format!("/api/files/{file}/thumbnail")).await
    }

    pub(crate) async fn cancel_file(&self, file: FileId) -> Answer {
        self.ask(Method::DELETE, &format!("/api/files/{file}")).send().await
    }
}

impl Client {
    /// Posts a message with these files, without waiting for what comes of it.
    pub(crate) async fn post_files(&mut self, room: RoomId, text: &str, files: &[FileId]) -> DraftId {
        let (draft, text) = (a_draft(), text.to_owned());
        let post = Post { room, draft, text, reply: None, files: files.to_vec() };
        self.view.posting(&post);
        self.say(&Command::Post(post)).await;
        draft
    }

    /// Posts a message with these files: its event.
    pub(crate) async fn tell_files(&mut self, room: RoomId, text: &str, files: &[FileId]) -> Event {
        let draft = self.post_files(room, text, files).await;
        self.answer(draft).await.expect("a message that is taken")
    }
}

/// The files of an event's message.
pub(crate) fn files_of(event: &Event) -> &[Attachment] {
    match &event.what {
        Happening::Posted(message) => &message.files,
        _ => &[],
    }
}
