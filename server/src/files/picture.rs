//! Pictures: how large they are, a small form of them, and the same picture without what a camera wrote beside it.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation,
};
use img_parts::{
    ImageEXIF,
    jpeg::{Jpeg, JpegSegment, markers},
    png::Png,
    riff::{RiffChunk, RiffContent},
    webp::{self as chunks, WebP},
};
use maru_shared::message::Picture;
use webp::Encoder;

/// The most bytes of a file that is looked at as a picture: it is held in memory for that, one at a time.
pub const MOST_BYTES: u64 = 64 << 20;

/// The most pixels of a picture on one side.
const MOST_ON_A_SIDE: u32 = 20_000;

/// The most bytes of a picture's pixels, decoded: 64 million of them in three colours of eight bits, as the largest that phones
/// take.
const MOST_DECODED: u64 = 192 << 20;

/// The small form fits into a square of so many pixels.
const BOX: u32 = 640;

/// A picture that fits into that square and has no more bytes than this needs no small form.
const SMALL_BYTES: usize = 64 << 10;

/// Of a hundred: the small form is looked at, not kept.
const QUALITY: f32 = 78.0;

/// What was found in a file that says that it is a picture.
pub struct Seen {
    /// How large it is, turned as it is to be shown.
    pub picture: Picture,
    /// A small form of it, as WebP, where it is not small itself.
    pub small: Option<Vec<u8>>,
}

/// Looks at a picture. None when it is none that can be decoded within the bounds: those are asked before anything is
/// decoded.
pub fn look(kind: &str, file: &[u8]) -> Option<Seen> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format(kind)?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_ON_A_SIDE);
    limits.max_image_height = Some(MOST_ON_A_SIDE);
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let is_bounded = width <= MOST_ON_A_SIDE && height <= MOST_ON_A_SIDE;
    if !is_bounded || width == 0 || height == 0 || decoder.total_bytes() > MOST_DECODED {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).ok()?;
    let is_small = width <= BOX && height <= BOX;
    let small = if is_small && file.len() <= SMALL_BYTES {
        None
    } else {
        let mut small = if is_small { decoded } else { decoded.thumbnail(BOX, BOX) };
        small.apply_orientation(orientation);
        Some(encode(&small)?)
    };
    let picture = if is_turned(orientation) {
        Picture { width: height, height: width }
    } else {
        Picture { width, height }
    };
    Some(Seen { picture, small })
}

/// The same picture without what was written beside it: where, when and with what it was taken, who took it, what lies behind
/// its end. How it is to be turned and what its colours mean stay. None when it is not built as such a picture is.
///
/// Its pixels are not touched. Of GIF there is nothing to take away that cameras write.
pub fn strip(kind: &str, file: &Bytes) -> Option<Bytes> {
    match kind {
        "image/jpeg" => strip_jpeg(file.clone()),
        "image/png" => strip_png(file.clone()),
        "image/webp" => strip_webp(file.clone()),
        "image/gif" => Some(file.clone()),
        _ => None,
    }
}

fn format(kind: &str) -> Option<ImageFormat> {
    match kind {
        "image/gif" => Some(ImageFormat::Gif),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn encode(picture: &DynamicImage) -> Option<Vec<u8>> {
    let (width, height) = (picture.width(), picture.height());
    if picture.color().has_alpha() {
        let pixels = picture.to_rgba8();
        let encoder = Encoder::from_rgba(&pixels, width, height);
        encoder.encode_simple(false, QUALITY).ok().map(|webp| webp.to_vec())
    } else {
        let pixels = picture.to_rgb8();
        let encoder = Encoder::from_rgb(&pixels, width, height);
        encoder.encode_simple(false, QUALITY).ok().map(|webp| webp.to_vec())
    }
}

/// Marks the segment that says what the colours mean.
const ICC: &[u8] = b"ICC_PROFILE\0";

fn strip_jpeg(file: Bytes) -> Option<Bytes> {
    let mut jpeg = Jpeg::from_bytes(file).ok()?;
    let exif = orientation(jpeg.exif());
    jpeg.segments_mut().retain(|segment| match segment.marker() {
        // What the program that wrote it says of the pixels: without it their colours are others.
        markers::APP0 | markers::APP14 => true,
        markers::APP2 => segment.contents().starts_with(ICC),
        markers::APP1..=markers::APP15 | markers::COM => false,
        _ => true,
    });
    let last = jpeg.segments_mut().pop().filter(JpegSegment::has_entropy)?;
    let rest = last.encoder().bytes();
    let head = 2 + usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
    let pixels = rest.slice(head..head + end_of_scans(rest.get(head..)?)?);
    let contents = rest.slice(4..head);
    jpeg.segments_mut().push(JpegSegment::new_with_entropy(markers::SOS, contents, pixels));
    jpeg.set_exif(exif);
    Some(jpeg.encoder().bytes())
}

/// Where a JPEG ends, behind the header of its first scan. Phones put films and further pictures behind that. None when it has
/// no end, or something beside the picture between its scans.
fn end_of_scans(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == markers::P)?;
        match *bytes.get(at + 1)? {
            markers::EOI => return Some(at + 2),
            // A byte of the pixels, a mark among them, a filler.
            markers::Z | markers::RST0..=markers::RST7 => at += 2,
            markers::P => at += 1,
            markers::APP0..=markers::APP15 | markers::COM => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?])),
        }
    }
}

fn strip_png(file: Bytes) -> Option<Bytes> {
    /// What is drawn, what its colours mean, how large its pixels are, how it moves.
    const KEPT: [&[u8; 4]; 16] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
        b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut png = Png::from_bytes(file).ok()?;
    let exif = orientation(png.exif());
    png.chunks_mut().retain(|chunk| KEPT.contains(&&chunk.kind()));
    if png.chunks().first()?.kind() != *b"IHDR" || png.chunks().last()?.kind() != *b"IEND" {
        return None;
    }
    png.set_exif(exif);
    Some(png.encoder().bytes())
}

fn strip_webp(file: Bytes) -> Option<Bytes> {
    /// Says in `VP8X` that there is Exif, and that there is XMP.
    const SAYS: u8 = 0b1100;
    let mut picture = WebP::from_bytes(file).ok()?;
    let exif = orientation(picture.exif());
    picture.chunks_mut().retain(|chunk| {
        [
            chunks::CHUNK_ALPH,
            chunks::CHUNK_ANIM,
            chunks::CHUNK_ANMF,
            chunks::CHUNK_ICCP,
            chunks::CHUNK_VP8,
            chunks::CHUNK_VP8L,
            chunks::CHUNK_VP8X,
        ]
        .contains(&chunk.id())
    });
    for chunk in picture.chunks_mut().iter_mut().filter(|chunk| chunk.id() == chunks::CHUNK_VP8X) {
        let RiffContent::Data(said) = chunk.content() else { return None };
        let mut said = said.to_vec();
        *said.first_mut()? &= !SAYS;
        *chunk = RiffChunk::new(chunks::CHUNK_VP8X, RiffContent::Data(said.into()));
    }
    if exif.is_some() {
        picture.set_exif(exif);
    }
    Some(picture.encoder().bytes())
}

/// Exif that says how the picture is to be turned, and nothing else; none when it is not to be.
fn orientation(exif: Option<Bytes>) -> Option<Bytes> {
    let exif = exif?;
    let orientation = Orientation::from_exif_chunk(&exif)?;
    if orientation == Orientation::NoTransforms {
        return None;
    }
    // TIFF, its bytes in the order of the machines that make most of them: one directory at byte 8, with one entry: tag 0x112
    // (orientation) of type 3 (short), one of them; and no directory behind it.
    let mut tiff = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    Some(tiff.into())
}
