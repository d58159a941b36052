//! Pictures for the demo, painted here: autumn, in a few hundred dots.

use std::io::Cursor;

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 800;

/// A ginkgo in yellow leaves, before a clear sky (PNG).
pub(crate) fn ginkgo() -> Result<Vec<u8>> {
    let mut dice = fastrand::Rng::with_seed(11);
    let mut canvas = sky([122, 170, 214], [236, 226, 200]);
    dot(&mut canvas, 600.0, 1_280.0, 640.0, [150, 140, 84]);
    for step in 0..60 {
        dot(&mut canvas, 600.0 + f64::from(step % 3), 780.0 - f64::from(step) * 7.0, 22.0, [92, 68, 48]);
    }
    for _ in 0..900 {
        let (angle, far) = (dice.f64() * std::f64::consts::TAU, dice.f64().sqrt());
        let (x, y) = (600.0 + angle.cos() * far * 330.0, 310.0 + angle.sin() * far * 230.0);
        let light = dice.u8(0..50);
        dot(&mut canvas, x, y, 10.0 + dice.f64() * 18.0, [205 + light, 160 + light, 28 + light / 2]);
    }
    for _ in 0..260 {
        let (x, y) = (dice.f64() * f64::from(WIDTH), 690.0 + dice.f64() * 110.0);
        dot(&mut canvas, x, y, 5.0 + dice.f64() * 6.0, [226, 184, 52]);
    }
    png(&canvas)
}

/// A river in the evening, with a bridge (PNG).
pub(crate) fn river() -> Result<Vec<u8>> {
    let mut dice = fastrand::Rng::with_seed(12);
    let mut canvas = sky([92, 84, 140], [250, 176, 120]);
    dot(&mut canvas, 860.0, 430.0, 70.0, [255, 226, 170]);
    for x in 0..WIDTH {
        let hill = 420.0 + (f64::from(x) / 170.0).sin() * 34.0 + (f64::from(x) / 61.0).sin() * 12.0;
        for y in hill as u32..HEIGHT {
            let color =
                if y < 500 { [70, 62, 96] } else { shade([116, 100, 140], [60, 66, 110], y - 500, 300) };
            canvas.put_pixel(x, y, Rgb(color));
        }
    }
    for x in 0..WIDTH {
        let arch = 380.0 + ((f64::from(x) - 600.0) / 600.0).powi(2) * 90.0;
        dot(&mut canvas, f64::from(x), arch, 5.0, [52, 44, 66]);
        if x % 60 == 0 {
            for y in arch as u32..520 {
                dot(&mut canvas, f64::from(x), f64::from(y), 2.0, [52, 44, 66]);
            }
        }
    }
    for _ in 0..420 {
        let y = 520.0 + dice.f64() * 270.0;
        let x = 860.0 + (dice.f64() - 0.5) * (y - 440.0) * 1.6;
        dot(&mut canvas, x, y, 2.0 + dice.f64() * 3.0, [255, 206, 150]);
    }
    png(&canvas)
}

fn sky(above: [u8; 3], below: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |_, y| Rgb(shade(above, below, y, HEIGHT)))
}

/// Between two colours, so far of the whole way.
fn shade(from: [u8; 3], to: [u8; 3], far: u32, whole: u32) -> [u8; 3] {
    let far = f64::from(far.min(whole)) / f64::from(whole);
    let mut color = from;
    for (channel, to) in color.iter_mut().zip(to) {
        *channel = (f64::from(*channel) * (1.0 - far) + f64::from(to) * far) as u8;
    }
    color
}

fn dot(canvas: &mut RgbImage, x: f64, y: f64, radius: f64, color: [u8; 3]) {
    let within = |at: f64, most: u32| at.clamp(0.0, f64::from(most)) as u32;
    for row in within(y - radius, HEIGHT)..within(y + radius, HEIGHT) {
        for column in within(x - radius, WIDTH)..within(x + radius, WIDTH) {
            if (f64::from(column) - x).hypot(f64::from(row) - y) <= radius {
                canvas.put_pixel(column, row, Rgb(color));
            }
        }
    }
}

fn png(canvas: &RgbImage) -> Result<Vec<u8>> {
    let mut written = Cursor::new(Vec::new());
    canvas.write_to(&mut written, ImageFormat::Png)?;
    Ok(written.into_inner())
}
