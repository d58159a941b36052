//! Files: sent up in pieces, kept once, and given to those who may see the message with which they came.

use std::{collections::BTreeSet, fs, path::Path};

use hyper::Method;
use maru_shared::{Attachment, FileId, Message, Refusal, RoomId, api::Upload};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Guest, Process, TestServer, a_draft, files::files_of, until};

const LOBBY: RoomId = RoomId::LOBBY;

/// Bytes that are no text and no picture, and that do not repeat.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = 2 * seed + 1;
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
    let (note, other) = (
        minsu.send_file("/home/민수/메모 1.txt", text).await,
        minsu.send_file("x.bin", &noise(9_999, 1)).await,
    );
    assert_eq!(
        (note.name.as_str(), note.kind.as_str(), note.bytes),
        ("메모 1.txt", "text/plain", text.len() as u64)
    );
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
    assert!(
        disposition.starts_with("attachment; filename=\"__ 1.txt\"; filename*=UTF-8''%EB%A9%94"),
        "{disposition}"
    );
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
        guest.site.0,
        guest.cookie()
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

#[tokio::test]
async fn what_is_sent_to_the_wrong_place_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let begun = minsu.begin_file("a.txt", 6).await;
    let path = format!("/api/files/{}", begun.file);
    for offset in [1, 6, 7, u64::MAX] {
        let answer = minsu.go_on(begun.file, offset, b"abc").await;
        assert_eq!(answer.read::<Upload>(409).offset, 0, "{offset}");
        assert_eq!(answer.header("upload-offset"), "0");
    }
    for offset in ["", "-1", "0x0", "1.5", "99999999999999999999999"] {
        let ask = minsu.ask(Method::PATCH, &path).header("upload-offset", offset).body("abc");
        assert_eq!(ask.send().await.why(400), Refusal::Malformed, "{offset}");
    }
    minsu.ask(Method::PATCH, &path).body("abc").send().await.why(400);
    assert_eq!(minsu.go_on(begun.file, 0, b"more than 6").await.why(413), Refusal::FileTooLarge { max: 6 });
    assert_eq!(jiyoung.go_on(begun.file, 0, b"abcdef").await.why(404), Refusal::NoSuchFile);
    assert_eq!(jiyoung.cancel_file(begun.file).await.why(404), Refusal::NoSuchFile);
    jiyoung.ask(Method::HEAD, &path).send().await.is(404);
    minsu.get("/api/files/nothing").await.why(404);
    let foreign = minsu.ask(Method::PATCH, &path).header("origin", "https://evil.example");
    assert_eq!(
        foreign.header("upload-offset", "0").body("abc").send().await.why(403),
        Refusal::ForeignOrigin
    );
    // Before it is whole nobody has it, its author neither.
    minsu.file(begun.file).await.why(404);

    assert_eq!(minsu.go_on(begun.file, 0, b"abc").await.read::<Upload>(200).offset, 3);
    let whole: Upload = minsu.go_on(begun.file, 3, b"def").await.read(200);
    assert_eq!(&minsu.file(whole.file).await.body[..], b"abcdef");
    assert_eq!(minsu.go_on(begun.file, 6, b"g").await.why(413), Refusal::FileTooLarge { max: 6 });
    let nothing = minsu.begin_file("nothing", 0).await;
    let whole: Upload = minsu.go_on(nothing.file, 0, b"").await.read(200);
    assert_eq!(whole.whole.unwrap().bytes, 0);
    assert!(minsu.file(nothing.file).await.body.is_empty());
}

#[tokio::test]
async fn more_than_was_announced_is_not_taken_even_where_nothing_was_said_of_it() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let begun = minsu.begin_file("a.txt", 6).await;
    let mut line = TcpStream::connect(minsu.site.0).await.unwrap();
    let head = format!(
        "PATCH /api/files/{} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nupload-offset: 0\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n",
        begun.file,
        minsu.site.0,
        minsu.cookie()
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    until("the answer", line.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    minsu.file(begun.file).await.why(404);
}

#[tokio::test]
async fn there_is_room_for_so_much_and_no_more_until_something_goes() {
    let server = TestServer::with(|config| {
        config.limits.file_bytes = 1_000;
        config.limits.member_files_bytes = 2_500;
        config.limits.files_bytes = 4_000;
    })
    .await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let begin = async |guest: &Guest, bytes| guest.begin_file_as(a_draft(), "a", bytes).await;
    assert_eq!(begin(&minsu, 1_001).await.why(413), Refusal::FileTooLarge { max: 1_000 });
    assert_eq!(begin(&minsu, u64::MAX).await.why(413), Refusal::FileTooLarge { max: 1_000 });
    let first = minsu.send_file("a", &noise(1_000, 1)).await;
    let second: Upload = begin(&minsu, 1_000).await.read(201);
    assert_eq!(begin(&minsu, 501).await.why(507), Refusal::NoRoomForFiles);
    begin(&minsu, 500).await.is(201);
    begin(&jiyoung, 1_000).await.is(201);
    assert_eq!(begin(&jiyoung, 501).await.why(507), Refusal::NoRoomForFiles, "of all there are 3,500");

    minsu.cancel_file(second.file).await.is(204);
    begin(&minsu, 1_000).await.is(201);
    minsu.cancel_file(first.file).await.is(204);
    minsu.file(first.file).await.why(404);
    assert_eq!(minsu.cancel_file(first.file).await.why(404), Refusal::NoSuchFile);
    // A member has room again at once, and all together when the content is off the disk.
    assert_eq!(begin(&jiyoung, 1_000).await.why(507), Refusal::NoRoomForFiles);
}

#[tokio::test]
async fn a_member_has_so_many_files_that_came_with_no_message() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let draft = a_draft();
    let first: Upload = minsu.begin_file_as(draft, "a", 5).await.read(201);
    for _ in 1..100 {
        minsu.begin_file("a", 0).await;
    }
    assert_eq!(minsu.begin_file_as(a_draft(), "a", 0).await.why(409), Refusal::TooMany { max: 100 });
    // What was begun goes on.
    assert_eq!(minsu.begin_file_as(draft, "a", 5).await.read::<Upload>(201), first);
    minsu.cancel_file(first.file).await.is(204);
    minsu.begin_file("a", 0).await;
}

#[tokio::test]
async fn who_is_muted_sends_no_files() {
    let server = TestServer::start().await;
    let (owner, minsu) = (server.owner("주인").await, server.guest("민수").await);
    owner.mute(&minsu, 5).await.is(204);
    assert!(matches!(minsu.begin_file_as(a_draft(), "a", 5).await.why(403), Refusal::Muted { .. }));
}

#[tokio::test]
async fn what_holds_the_same_is_kept_once() {
    let server = TestServer::start().await;
    let (minsu, jiyoung) = (server.guest("민수").await, server.guest("지영").await);
    let data = server.data().join("data");
    let mut client = minsu.connect().await;
    let one = minsu.send_file("하나.bin", &noise(5_000, 1)).await;
    let two = jiyoung.send_file("둘.bin", &noise(5_000, 1)).await;
    assert_eq!(contents(&data).len(), 1);
    assert_eq!((one.name.as_str(), two.name.as_str()), ("하나.bin", "둘.bin"));
    let event = client.tell_files(LOBBY, "", &[one.file]).await;
    minsu.delete_message(LOBBY, event.seq).await.is(204);
    minsu.file(one.file).await.why(404);
    assert_eq!(jiyoung.file(two.file).await.body, noise(5_000, 1), "one of them is still there");
    drop(client);
    let server = server.restart().await;
    assert_eq!(jiyoung.at(server.site).file(two.file).await.body, noise(5_000, 1));
}

#[tokio::test]
async fn a_range_of_a_file_is_had_by_itself() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let bytes = noise(10_000, 1);
    let file = minsu.send_file("a", &bytes).await.file;
    let path = format!("/api/files/{file}");
    let tag = minsu.file(file).await.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
    for (range, had) in [
        ("bytes=0-0", Some(0..1)),
        ("bytes=100-199", Some(100..200)),
        ("bytes=9000-", Some(9_000..10_000)),
        ("bytes=-10", Some(9_990..10_000)),
        ("bytes=9990-20000", Some(9_990..10_000)),
        ("bytes=10000-", None),
    ] {
        let answer = minsu.ask(Method::GET, &path).header("range", range).send().await;
        match had {
            Some(had) => {
                answer.is(206);
                let said = format!("bytes {}-{}/10000", had.start, had.end - 1);
                assert_eq!(answer.header("content-range"), said, "{range}");
                assert_eq!(answer.body, bytes[had], "{range}");
            }
            None => {
                answer.is(416);
                assert_eq!(answer.header("content-range"), "bytes */10000");
            }
        }
    }
    // Several at once are not told apart: all of it comes.
    let several = minsu.ask(Method::GET, &path).header("range", "bytes=0-1,5-6").send().await;
    assert_eq!((several.status.as_u16(), several.body.len()), (200, 10_000));
    for (sent, status) in [(tag.as_str(), 206), ("\"another\"", 200), ("Wed, 25 Nov 2026 15:00:00 GMT", 200)]
    {
        let ask = minsu.ask(Method::GET, &path).header("range", "bytes=0-9").header("if-range", sent);
        ask.send().await.is(status);
    }
    for (sent, status) in [
        (tag.clone(), 304),
        (format!("\"x\", W/{tag}"), 304),
        ("*".to_owned(), 304),
        ("\"x\"".to_owned(), 200),
    ] {
        let answer = minsu.ask(Method::GET, &path).header("if-none-match", &sent).send().await;
        answer.is(status);
        assert_eq!(answer.body.is_empty(), status == 304, "{sent}");
    }
    let head = minsu.ask(Method::HEAD, &path).send().await;
    head.is(200);
    assert_eq!((head.header("content-length"), head.body.len()), ("10000", 0));
    assert_eq!((head.header("accept-ranges"), head.header("etag")), ("bytes", tag.as_str()));
}

#[tokio::test]
async fn nothing_that_may_hold_a_script_is_shown_whatever_it_is_called() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    // It begins as a GIF does, and is a script as well.
    let both = b"GIF89a/*\0\0\0*/=1;alert(1)//<script>alert(1)</script>";
    let jpeg = b"\xff\xd8\xff\xe0<html><script>alert(1)</script>";
    for (name, bytes) in [
        ("a.png", svg.as_bytes()),
        ("b.svg", svg.as_bytes()),
        ("c.jpg", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("d.mp4", b"<html><body onload=alert(1)></body></html>"),
        ("e.gif", both),
        ("f.jpg", jpeg),
        ("g.pdf", b"%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>"),
        ("h.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("i.png", b"\x89PNG\r\n\x1a\n<html>"),
        ("j\r\nContent-Type: text/html\r\n\r\n<script>.txt", b"hello"),
        ("\u{202e}gnp.exe\";filename=x.html", b"hello"),
    ] {
        let file = minsu.send_file(name, bytes).await;
        assert_eq!(file.picture, None, "{name}");
        let had = minsu.file(file.file).await;
        had.is(200);
        assert_eq!(&had.body[..], bytes, "{name}: {}", file.kind);
        assert!(had.header("content-disposition").starts_with("attachment; filename=\""), "{name}");
        let kind = had.header("content-type");
        assert!(
            !["text/html", "text/xml", "image/svg", "application/xhtml"]
                .iter()
                .any(|bad| kind.starts_with(bad)),
            "{kind}"
        );
        assert_eq!(had.headers.get_all("content-type").iter().count(), 1);
        assert_eq!(
            had.header("content-security-policy"),
            "sandbox; default-src 'none'; frame-ancestors 'none'"
        );
        minsu.thumbnail(file.file).await.why(404);
    }
}

/// A picture in a format of the crate that encodes it here.
fn picture(format: image::ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let drawn = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, (x ^ y) as u8]));
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::from(drawn).write_to(&mut file, format).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn a_picture_is_shown_and_has_a_small_form() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    for (format, kind) in [
        (image::ImageFormat::Png, "image/png"),
        (image::ImageFormat::Jpeg, "image/jpeg"),
        (image::ImageFormat::WebP, "image/webp"),
    ] {
        let bytes = picture(format, 800, 400);
        let file = minsu.send_file("그림", &bytes).await;
        assert_eq!(file.kind, kind);
        let size = file.picture.unwrap();
        assert_eq!((size.width, size.height), (800, 400));
        let had = minsu.file(file.file).await;
        assert_eq!(had.body, bytes, "{kind}: nothing was to be taken away");
        assert_eq!(had.header("content-type"), kind);
        assert!(had.header("content-disposition").starts_with("inline; "));
        let small = minsu.thumbnail(file.file).await;
        small.is(200);
        assert_eq!(small.header("content-type"), "image/webp");
        assert_ne!(small.header("etag"), had.header("etag"));
        let small = image::load_from_memory_with_format(&small.body, image::ImageFormat::WebP).unwrap();
        assert_eq!((small.width(), small.height()), (640, 320));
    }
    // What is small itself is its own small form.
    let bytes = picture(image::ImageFormat::Png, 20, 10);
    let file = minsu.send_file("작은 그림", &bytes).await.file;
    assert_eq!(minsu.thumbnail(file).await.body, bytes);
}

#[tokio::test]
async fn where_a_picture_was_taken_is_told_to_nobody() {
    use img_parts::{ImageEXIF, jpeg::Jpeg};
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let plain = picture(image::ImageFormat::Jpeg, 90, 60);
    // To be turned by a quarter, and taken at a place.
    let exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 37.5665 N 126.9780 E";
    let mut jpeg = Jpeg::from_bytes(plain.clone().into()).unwrap();
    jpeg.set_exif(Some(exif[..].into()));
    let sent = jpeg.encoder().bytes();
    let file = minsu.send_file("사진.jpg", &sent).await;
    let size = file.picture.unwrap();
    assert_eq!((size.width, size.height), (60, 90), "as it is shown");
    let had = minsu.file(file.file).await.body;
    assert_eq!(file.bytes, had.len() as u64);
    assert!(sent.windows(3).any(|bytes| bytes == b"GPS") && !had.windows(3).any(|bytes| bytes == b"GPS"));
    let kept = Jpeg::from_bytes(had.clone()).unwrap().exif().unwrap();
    assert_eq!(
        image::metadata::Orientation::from_exif_chunk(&kept),
        Some(image::metadata::Orientation::Rotate90)
    );
    assert_eq!(image::load_from_memory(&had).unwrap(), image::load_from_memory(&plain).unwrap());
}

#[tokio::test]
async fn only_who_may_see_the_message_has_its_files() {
    let server = TestServer::start().await;
    let (owner, minsu) = (server.owner("주인").await, server.guest("민수").await);
    let (jiyoung, outside) = (server.guest("지영").await, server.guest("바깥").await);
    let room = owner.make_private("방").await.id;
    owner.let_in(room, &minsu).await.is(204);
    owner.let_in(room, &jiyoung).await.is(204);
    let mut client = minsu.connect().await;
    let file = minsu.send_file("그림", &picture(image::ImageFormat::Png, 700, 10)).await.file;
    let sees = async |guest: &Guest| {
        let (file, small) = (guest.file(file).await, guest.thumbnail(file).await);
        assert_eq!(file.status, small.status);
        if file.status == 200 { Ok(()) } else { Err(file.why(file.status.as_u16())) }
    };
    assert_eq!(sees(&minsu).await, Ok(()), "its author, before it came with a message");
    assert_eq!(sees(&jiyoung).await, Err(Refusal::NoSuchFile));
    let event = client.tell_files(room, "보세요", &[file]).await;
    assert_eq!((sees(&minsu).await, sees(&jiyoung).await), (Ok(()), Ok(())));
    assert_eq!(sees(&outside).await, Err(Refusal::NoSuchFile));
    assert_eq!(minsu.cancel_file(file).await.why(404), Refusal::NoSuchFile, "it belongs to the message");

    owner.kick(room, &jiyoung).await.is(204);
    assert_eq!(sees(&jiyoung).await, Err(Refusal::NoSuchFile));
    owner.kick(room, &minsu).await.is(204);
    assert_eq!(sees(&minsu).await, Err(Refusal::NoSuchFile), "what one gave away is not one's own any more");
    assert_eq!(sees(&owner).await, Ok(()));
    owner.delete_message(room, event.seq).await.is(204);
    assert_eq!(sees(&owner).await, Err(Refusal::NoSuchFile));
    assert!(owner.history(room).await.iter().all(|event| files_of(event).is_empty()));

    let public = owner.make_room("공개").await.id;
    minsu.join(public).await;
    let file = minsu.send_file("a", b"a").await.file;
    minsu.connect().await.tell_files(public, "", &[file]).await;
    assert_eq!(outside.file(file).await.why(403), Refusal::NotJoined);
    outside.join(public).await;
    outside.file(file).await.is(200);
    owner.ask(Method::DELETE, &format!("/api/rooms/{public}")).send().await.is(204);
    assert_eq!(outside.file(file).await.why(404), Refusal::NoSuchFile);
    assert_eq!(minsu.file(file).await.why(404), Refusal::NoSuchFile);
}

#[tokio::test]
async fn an_edited_message_keeps_its_files_and_may_say_nothing_then() {
    let server = TestServer::start().await;
    let minsu = server.guest("민수").await;
    let mut client = minsu.connect().await;
    let file = minsu.send_file("a", b"a").await;
    let event = client.tell_files(LOBBY, "하나", &[file.file]).await;
    let path = format!("/rooms/{LOBBY}/messages/{}", event.seq);
    minsu.change(Method::PUT, &path, &serde_json::json!({ "text": "" })).await.is(204);
    let history = minsu.history(LOBBY).await;
    let message = history.iter().find(|other| other.seq == event.seq).unwrap();
    assert_eq!(files_of(message), [file]);
}

#[tokio::test]
async fn a_kill_loses_nothing_of_a_file_that_is_there_and_what_was_coming_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let minsu = process.site.guest("민수").await;
    let mut client = minsu.connect().await;
    let bytes = noise(20_000_000, 9);
    let whole = minsu.send_file("a", &bytes[..3_000_000]).await.file;
    client.tell_files(LOBBY, "", &[whole]).await;
    let draft = a_draft();
    let begun: Upload = minsu.begin_file_as(draft, "b", bytes.len() as u64).await.read(201);
    let part: Upload = minsu.go_on(begun.file, 0, &bytes[..5_000_000]).await.read(200);
    // Killed while more of it is coming.
    let mut line = TcpStream::connect(minsu.site.0).await.unwrap();
    let head = format!(
        "PATCH /api/files/{} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nupload-offset: {}\r\ncontent-length: 15000000\r\n\r\n",
        begun.file,
        minsu.site.0,
        minsu.cookie(),
        part.offset
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&bytes[5_000_000..15_000_000]).await.unwrap();
    process.kill().await;
    drop((client, line));

    let process = Process::start(folder.path()).await;
    let minsu = minsu.at(process.site);
    assert_eq!(minsu.file(whole).await.body, &bytes[..3_000_000]);
    let again: Upload = minsu.begin_file_as(draft, "b", bytes.len() as u64).await.read(201);
    assert!(again.file == begun.file && (5_000_000..15_000_001).contains(&again.offset), "{again:?}");
    let rest = &bytes[again.offset as usize..];
    let file = minsu.go_on(again.file, again.offset, rest).await.read::<Upload>(200).file;
    assert_eq!(minsu.file(file).await.body, bytes);
    process.stop().await;
}

#[tokio::test]
async fn what_nobody_refers_to_goes_off_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let minsu = process.site.guest("민수").await;
    let mut client = minsu.connect().await;
    let kept = minsu.send_file("kept", &noise(1_000, 1)).await.file;
    let waits = minsu.send_file("waits", &noise(1_000, 2)).await.file;
    let deleted = minsu.send_file("deleted", &picture(image::ImageFormat::Png, 700, 10)).await.file;
    let in_room = minsu.send_file("in a room", &noise(1_000, 3)).await.file;
    let forgotten = minsu.send_file("forgotten", &noise(1_000, 4)).await.file;
    let unfinished = minsu.begin_file("unfinished", 1_000).await.file;
    minsu.go_on(unfinished, 0, &noise(10, 5)).await.is(200);
    client.tell_files(LOBBY, "", &[kept]).await;
    let event = client.tell_files(LOBBY, "", &[deleted]).await;
    let room = minsu.make_private("방").await.id;
    client.reach(room, maru_shared::Seq(1)).await;
    client.tell_files(room, "", &[in_room]).await;
    assert_eq!((contents(folder.path()).len(), uploads(folder.path())), (6, 1));
    drop(client);
    minsu.delete_message(LOBBY, event.seq).await.is(204);
    process.kill().await;

    // A day later, and the room is gone; a crash left something that the store never knew.
    let store = rusqlite::Connection::open(folder.path().join("maru.db")).unwrap();
    let aged = "UPDATE files SET used_at = 0 WHERE id IN (?1, ?2)";
    store.execute(aged, (forgotten.as_bytes(), unfinished.as_bytes())).unwrap();
    let left = "DELETE FROM memberships WHERE room = (SELECT number FROM rooms WHERE id = ?1)";
    store.execute(left, [room.as_bytes()]).unwrap();
    store.execute("UPDATE rooms SET deleted_at = 1 WHERE id = ?1", [room.as_bytes()]).unwrap();
    drop(store);
    let lost = folder.path().join("files/ab").join("cd".repeat(31));
    fs::create_dir_all(lost.parent().unwrap()).unwrap();
    fs::write(&lost, "lost").unwrap();
    fs::write(folder.path().join("files/uploads").join(a_draft().to_string()), "lost").unwrap();
    let others = folder.path().join("files/uploads/README");
    fs::write(&others, "not Maru's").unwrap();

    let process = Process::start(folder.path()).await;
    process.logged("nothing refers to").await;
    process.logged("knows nothing of").await;
    process.stop().await;
    // The room's files may have been forgotten behind the first look.
    let process = Process::start(folder.path()).await;
    let minsu = minsu.at(process.site);
    let wanted = |contents: &BTreeSet<String>| contents.len() == 2;
    until("the rest", async {
        while !wanted(&contents(folder.path())) {
            minsu.me().await.unwrap();
        }
    })
    .await;
    assert_eq!(uploads(folder.path()), 1, "what is not Maru's stays");
    assert!(others.exists() && !lost.exists());
    assert_eq!(minsu.file(kept).await.body, noise(1_000, 1));
    assert_eq!(minsu.file(waits).await.body, noise(1_000, 2));
    for gone in [deleted, in_room, forgotten, unfinished] {
        minsu.file(gone).await.why(404);
    }
    process.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_refuses_a_file_for_now_and_keeps_what_came() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let minsu = process.site.guest("민수").await;
    let bytes = noise(3_000_000, 1);
    let begun = minsu.begin_file("a", bytes.len()).await;
    let part: Upload = minsu.go_on(begun.file, 0, &bytes[..500_000]).await.read(200);
    assert_eq!(part.offset, 500_000);
    process.bound_files(Some(1_000_000));
    let full = minsu.go_on(begun.file, 500_000, &bytes[500_000..900_000]).await;
    full.is(200);
    let full = minsu.go_on(begun.file, 900_000, &bytes[900_000..1_200_000]).await;
    assert!(matches!(full.why(503), Refusal::Unavailable { .. }));
    process.bound_files(None);
    let again: Upload = minsu.go_on(begun.file, 0, b"").await.read(409);
    assert!((900_000..=1_000_000).contains(&again.offset), "{again:?}");
    let left = &bytes[again.offset as usize..];
    let whole = minsu.go_on(begun.file, again.offset, left).await.read::<Upload>(200).whole.unwrap();
    assert_eq!(minsu.file(whole.file).await.body, bytes);
    process.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_megabytes_on_their_way_cost_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let minsu = process.site.guest("민수").await;
    minsu.send_file("warm", &noise(100_000, 1)).await;
    let bytes = noise(100_000_000, 2);
    let before = process.peak_memory();
    let file = minsu.send_file("a", &bytes).await.file;
    assert_eq!(minsu.file(file).await.body, bytes);
    let grown = process.peak_memory().saturating_sub(before);
    assert!(grown < 24 << 20, "{grown} bytes of memory for a file of {}", bytes.len());
    process.stop().await;
}
