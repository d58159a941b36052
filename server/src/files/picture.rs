//! Pictures: how large they are, a small form of them, and the same picture without what a camera wrote beside it.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};
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
    // A decoder that falls over falls over this file alone, and would again whenever it is sent.
    std::panic::catch_unwind(|| decode(kind, file)).ok().flatten()
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

fn decode(kind: &str, file: &[u8]) -> Option<Seen> {
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

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage, codecs::gif::GifEncoder};

    use super::*;

    /// Says that the picture is to be turned by a quarter (6), and where it was taken: a latitude, behind a directory of its own.
    fn telling_exif() -> Bytes {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
        tiff.extend(b"\0\0\0\0\0\x01\0\x02\0\x05\0\0\0\x03\0\0\0\x40\0\0\0\0");
        tiff.extend(b"GPS:37.5665,126.9780");
        tiff.into()
    }

    fn drawn(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8]))
    }

    fn encoded(kind: &str, picture: impl Into<DynamicImage>) -> Bytes {
        let mut file = Cursor::new(Vec::new());
        picture.into().write_to(&mut file, format(kind).unwrap()).unwrap();
        file.into_inner().into()
    }

    /// The same file with what a camera writes beside the picture, and something behind its end.
    fn told(kind: &str, file: Bytes) -> Bytes {
        let told = match kind {
            "image/jpeg" => {
                let mut jpeg = Jpeg::from_bytes(file).unwrap();
                let beside =
                    |marker, text: &'static [u8]| JpegSegment::new_with_contents(marker, text.into());
                let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS</x:xmpmeta>";
                jpeg.segments_mut().insert(1, beside(markers::APP1, xmp));
                jpeg.segments_mut().insert(1, beside(markers::APP2, b"MPF\0GPS"));
                jpeg.segments_mut().insert(1, beside(markers::APP13, b"Photoshop 3.0\0GPS"));
                jpeg.segments_mut().insert(1, beside(markers::COM, b"GPS"));
                jpeg.set_exif(Some(telling_exif()));
                jpeg.encoder().bytes()
            }
            "image/png" => {
                let mut png = Png::from_bytes(file).unwrap();
                png.chunks_mut()
                    .insert(1, img_parts::png::PngChunk::new(*b"tEXt", b"Location\0GPS"[..].into()));
                png.set_exif(Some(telling_exif()));
                png.encoder().bytes()
            }
            _ => {
                let mut webp = WebP::from_bytes(file).unwrap();
                webp.set_exif(Some(telling_exif()));
                let xmp = RiffContent::Data(b"<x:xmpmeta>GPS</x:xmpmeta>"[..].into());
                webp.chunks_mut().push(RiffChunk::new(chunks::CHUNK_XMP, xmp));
                return webp.encoder().bytes();
            }
        };
        [&told[..], b"\xff\xd8\xff\xe1GPS behind the end"].concat().into()
    }

    fn pixels(kind: &str, file: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(file, format(kind).unwrap()).unwrap()
    }

    fn says_where(file: &[u8]) -> bool {
        file.windows(3).any(|bytes| bytes == b"GPS")
    }

    #[test]
    fn where_a_picture_was_taken_is_gone_and_the_picture_is_the_same() {
        for kind in ["image/jpeg", "image/png", "image/webp"] {
            let file = told(kind, encoded(kind, drawn(90, 60)));
            assert!(says_where(&file), "{kind}");
            let stripped = strip(kind, &file).unwrap();
            assert!(!says_where(&stripped), "{kind}");
            assert_eq!(pixels(kind, &stripped), pixels(kind, &file), "{kind}");
            // It stands as it stood.
            let picture = look(kind, &stripped).unwrap().picture;
            assert_eq!((picture.width, picture.height), (60, 90), "{kind}");
            assert_eq!(strip(kind, &stripped), Some(stripped), "{kind}");
        }
    }

    #[test]
    fn a_picture_with_nothing_beside_it_stays_as_it_is() {
        for kind in ["image/jpeg", "image/png", "image/webp", "image/gif"] {
            let file = encoded(kind, drawn(90, 60));
            assert_eq!(strip(kind, &file), Some(file), "{kind}");
        }
    }

    #[test]
    fn what_its_colours_mean_stays() {
        let mut jpeg = Jpeg::from_bytes(encoded("image/jpeg", drawn(9, 9))).unwrap();
        img_parts::ImageICC::set_icc_profile(&mut jpeg, Some(b"a profile"[..].into()));
        let stripped = strip("image/jpeg", &told("image/jpeg", jpeg.encoder().bytes())).unwrap();
        let stripped = Jpeg::from_bytes(stripped).unwrap();
        assert_eq!(img_parts::ImageICC::icc_profile(&stripped).as_deref(), Some(&b"a profile"[..]));
    }

    #[test]
    fn the_small_form_is_webp_in_a_square_and_stands_as_the_picture_is_shown() {
        for kind in ["image/jpeg", "image/png", "image/webp"] {
            let file = strip(kind, &told(kind, encoded(kind, drawn(960, 480)))).unwrap();
            let seen = look(kind, &file).unwrap();
            assert_eq!((seen.picture.width, seen.picture.height), (480, 960), "{kind}");
            let small = pixels("image/webp", &seen.small.unwrap());
            assert_eq!((small.width(), small.height()), (320, 640), "{kind}");
        }
        let seen = look("image/png", &encoded("image/png", drawn(90, 60))).unwrap();
        assert!(seen.small.is_none());
        let clear = RgbaImage::from_pixel(900, 10, Rgba([9, 9, 9, 0]));
        let small = look("image/png", &encoded("image/png", clear)).unwrap().small.unwrap();
        assert_eq!(
            pixels("image/webp", &small).to_rgba8().get_pixel(5, 5)[3],
            0,
            "what is clear stays clear"
        );
    }

    #[test]
    fn what_moves_goes_on_moving() {
        let mut file = Vec::new();
        let mut encoder = GifEncoder::new(&mut file);
        for shade in [0, 90, 255] {
            let frame = RgbaImage::from_pixel(20, 10, Rgba([shade, shade, shade, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
        drop(encoder);
        let file = Bytes::from(file);
        assert_eq!(strip("image/gif", &file), Some(file.clone()));
        let picture = look("image/gif", &file).unwrap().picture;
        assert_eq!((picture.width, picture.height), (20, 10));
    }

    /// A tiny PNG that says that it is this large.
    fn bomb(width: u32, height: u32) -> Bytes {
        let png = Png::from_bytes(encoded("image/png", drawn(1, 1))).unwrap();
        let mut head = png.chunks()[0].contents().to_vec();
        head[..4].copy_from_slice(&width.to_be_bytes());
        head[4..8].copy_from_slice(&height.to_be_bytes());
        let mut png = png;
        png.chunks_mut()[0] = img_parts::png::PngChunk::new(*b"IHDR", head.into());
        png.encoder().bytes()
    }

    #[test]
    fn a_picture_that_says_that_it_is_huge_is_not_decoded() {
        for (width, height) in [(50_000, 50_000), (19_999, 19_999), (1, 20_001), (0, 5)] {
            assert!(look("image/png", &bomb(width, height)).is_none(), "{width} x {height}");
        }
        assert!(look("image/png", &bomb(1, 1)).is_some());
    }

    #[test]
    fn what_is_broken_is_no_picture() {
        for kind in ["image/jpeg", "image/png", "image/webp", "image/gif"] {
            let file = told_or_plain(kind);
            for cut in [0, 3, 12, file.len() / 2] {
                let part = file.slice(..cut);
                if let Some(stripped) = strip(kind, &part) {
                    let _ = look(kind, &stripped);
                }
                let _ = look(kind, &part);
            }
            assert!(look(kind, b"nothing").is_none() && look(kind, b"").is_none());
        }
        assert!(look("image/svg+xml", b"<svg/>").is_none());
    }

    fn told_or_plain(kind: &str) -> Bytes {
        let file = encoded(kind, drawn(30, 20));
        if kind == "image/gif" { file } else { told(kind, file) }
    }
}
