//! Files: sent up in pieces, kept once, and given to those who may see the message with which they came.

use std::{collections::BTreeSet, fs, path::Path};

use hyper::Method;
use maru_shared::{
    Attachment, FileId, Message, Refusal, RoomId,
    api::Upload,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Guest, TestServer, a_draft, files::files_of, until};

const LOBBY: RoomId = RoomId::LOBBY;

/// Bytes that are no text and no picture, and that do not repeat.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::once(0).chain(std::iter::repeat_with(next)).take(length).collect()
}

/// Every content on the disk, by its path below the folder of files, the small forms of pictures among them.
fn contents(data: &Path) -> BTreeSet<String> {
    let folder = data.join("files");
    let mut found = BTreeSet::new();
    for shelf in fs::read_dir(&folder).unwrap() {
        let shelf = shelf.unwrap();
        if shelf.file_name() != "uploads" {
            for content in fs::read_dir(shelf.path()).unwrap() {
                let path = content.unwrap().path();
                found.insert(path.strip_prefix(&folder).unwrap().display().to_string());
            }
        }
    }
    found
}

/// What has come of files that are not whole.
fn uploads(data: &Path) -> usize {
    fs::read_dir(data.join("files/uploads")).unwrap().count()
}

#[tokio::test]
async fn a_file_goes_up_comes_with_a_message_and_is_had_by_all_in_the_room() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let (mut writer, mut reader) = (minsu.connect().await, jiyoung.connect().await);
    let text = "한 줄\n두 줄\n".as_bytes();
    let (note, other) =
        (minsu.send_file("/home/민수/메모 1.txt", text).await, minsu.send_file("x.bin", &noise(9_999, 1)).await);
    assert_eq!((note.name.as_str(), note.kind.as_str(), note.bytes), ("메모 1.txt", "text/plain", text.len() as u64));
    assert_eq!((other.kind.as_str(), other.picture), ("application/octet-stream", None));

    let event = writer.tell_files(LOBBY, "", &[other.file, note.file]).await;
    assert_eq!(files_of(&event), [other.clone(), note.clone()], "in the order in which they were named");
    reader.reach(LOBBY, event.seq).await;
    assert_eq!(files_of(reader.view.events(LOBBY).last().unwrap()), [other.clone(), note.clone()]);
    assert_eq!(files_of(jiyoung.history(LOBBY).await.last().unwrap()), [other.clone(), note.clone()]);

    let had = jiyoung.file(note.file).await;
    had.is(200);
    assert_eq!(&had.body[..], text);
    assert_eq!(had.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(had.header("content-length"), text.len().to_string());
    let disposition = had.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"__ 1.txt\"; filename*=UTF-8''%EB%A9%94"), "{disposition}");
    assert_eq!(had.header("x-content-type-options"), "nosniff");
    assert_eq!(had.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(had.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
    assert_eq!(had.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(jiyoung.file(other.file).await.body, noise(9_999, 1));
    jiyoung.thumbnail(note.file).await.why(404);
    server.site.get(&format!("/api/files/{}", note.file)).send().await.why(401);
}

#[tokio::test]
async fn a_message_takes_only_files_of_its_author_that_are_whole_and_came_with_no_other() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let mut writer = minsu.connect().await;
    let mine = minsu.send_file("a", b"a").await.file;
    let hers = jiyoung.send_file("b", b"b").await.file;
    let begun = minsu.begin_file("c", 3).await.file;
    let unknown = FileId::from_u128(1);
    for files in [&[hers][..], &[begun], &[unknown], &[mine, mine], &[mine, hers]] {
        let draft = writer.post_files(LOBBY, "파일", files).await;
        assert_eq!(writer.answer(draft).await, Err(Refusal::NoSuchFile), "{files:?}");
    }
    let mut many = Vec::new();
    for number in 0..=Message::MOST_FILES {
        many.push(minsu.send_file("n", format!("{number}").as_bytes()).await.file);
    }
    let draft = writer.post_files(LOBBY, "", &many).await;
    assert_eq!(writer.answer(draft).await, Err(Refusal::TooMany { max: Message::MOST_FILES as u32 }));
    // What was refused took nothing.
    writer.tell_files(LOBBY, "", &many[1..]).await;
    writer.tell_files(LOBBY, "", &[mine]).await;
    let draft = writer.post_files(LOBBY, "또", &[mine]).await;
    assert_eq!(writer.answer(draft).await, Err(Refusal::NoSuchFile));
    let draft = writer.post_files(LOBBY, " ", &[]).await;
    assert_eq!(writer.answer(draft).await, Err(Refusal::Empty));
}

/// Sends a file up over lines that are cut at these places, each so many bytes behind the one before, as a client does
/// that knows nothing of what came.
async fn send_cut(guest: &Guest, name: &str, bytes: &[u8], cuts: &[usize]) -> Attachment {
    let draft = a_draft();
    for cut in cuts {
        let begun: Upload = guest.begin_file_as(draft, name, bytes.len() as u64).await.read(201);
        let left = &bytes[begun.offset as usize..];
        cut_line(guest, begun.file, begun.offset, &left[..left.len().min(*cut)], left.len()).await;
    }
    let mut upload: Upload = guest.begin_file_as(draft, name, bytes.len() as u64).await.read(201);
    loop {
        let answer = guest.go_on(upload.file, upload.offset, &bytes[upload.offset as usize..]).await;
        match answer.status.as_u16() {
            // The server had not noticed yet how far the last line came.
            409 => upload = answer.read(409),
            _ => return answer.read::<Upload>(200).whole.expect("a whole file"),
        }
    }
}

/// Sends a part of what it says that it sends, and is gone.
async fn cut_line(guest: &Guest, file: FileId, offset: u64, part: &[u8], announced: usize) {
    let mut line = TcpStream::connect(guest.site.0).await.unwrap();
    let head = format!(
        "PATCH /api/files/{file} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nupload-offset: {offset}\r\n\
         content-length: {announced}\r\n\r\n",
        guest.site.0, guest.cookie
    );
    line.write_all(head.as_bytes()).await.unwrap();
    // It may be refused before all is written.
    let _ = line.write_all(part).await;
    let _ = line.shutdown().await;
    if part.len() < announced {
        // Until the server has seen the end of it, whatever it says.
        let _ = until("the end of a line", line.read_to_end(&mut Vec::new())).await;
    }
}

#[tokio::test]
async fn a_file_that_is_cut_at_random_goes_on_where_it_was_cut() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    for seed in 1..6 {
        let bytes = noise(3_000_000 + seed as usize, seed);
        let cuts: Vec<usize> =
            noise(8, seed).iter().map(|byte| usize::from(*byte) * 4_001 + usize::from(*byte % 3)).collect();
        let whole = send_cut(&minsu, "잘림", &bytes, &cuts).await;
        assert_eq!(minsu.file(whole.file).await.body, bytes, "seed {seed}");
    }
    assert_eq!(uploads(&server.data().join("data")), 0);
}

#[tokio::test]
async fn a_line_that_is_cut_loses_nothing_of_what_came() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let bytes = noise(1_000_000, 3);
    let begun = minsu.begin_file("a", bytes.len()).await;
    cut_line(&minsu, begun.file, 0, &bytes[..600_000], bytes.len()).await;
    // It has the turn, once the line before has ended.
    let upload: Upload = minsu.go_on(begun.file, 1, b"").await.read(409);
    assert_eq!((upload.offset, upload.bytes), (600_000, 1_000_000));
    let head = minsu.ask(Method::HEAD, &format!("/api/files/{}", begun.file)).send().await;
    head.is(204);
    assert_eq!((head.header("upload-offset"), head.header("upload-length")), ("600000", "1000000"));
    let whole: Upload = minsu.go_on(begun.file, 600_000, &bytes[600_000..]).await.read(200);
    assert_eq!(minsu.file(whole.file).await.body, bytes);
    // The last answer may have been lost: it comes again.
    let again: Upload = minsu.go_on(begun.file, 1_000_000, b"").await.read(200);
    assert_eq!(again.whole, whole.whole);
}
