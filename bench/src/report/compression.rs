//! What compression would gain, and what was decided.

use std::fmt::Write as _;

use super::table::{Table, micros, percent, whole};
use crate::{
    rows::compression::{Deflated, LEVELS},
    run::Results,
};

/// What permessage-deflate makes of events.
pub(super) fn write(page: &mut String, results: &Results) -> std::fmt::Result {
    if results.deflated.is_empty() {
        return Ok(());
    }
    let [low, usual] = LEVELS;
    writeln!(page, "## Compression, measured and decided\n")?;
    writeln!(
        page,
        "What permessage-deflate (RFC 7692) without context takeover makes of events as Maru sends them, with texts of a\n\
         conversation in Korean and English: bytes of a frame's text and CPU time a frame, which would be spent once for all\n\
         listeners, at level {low} and at level {usual}.\n"
    )?;
    let levels = LEVELS.map(|level| format!("level {level}"));
    let mut table = Table::new(&["what", "plain", &levels[0], "spared", "CPU", &levels[1], "spared", "CPU"]);
    for deflated in &results.deflated {
        let Deflated { what, plain, levels } = deflated;
        let mut cells = vec![(*what).to_owned(), whole(*plain)];
        for level in levels {
            let cpu = micros(level.cpu.as_secs_f64() * 1e6);
            cells.extend([whole(level.bytes), percent(deflated.spared(level)), cpu]);
        }
        table.row(cells);
    }
    writeln!(page, "{table}\n{DECIDED}")
}

const DECIDED: &str = "\
**Maru does not compress.** A write to a socket costs the kernel some 2.7 µs whether it has 128 bytes or 1,024, and an event is
one packet either way: what is spared is bytes on the wire alone, and only of such as fit into a packet anyway. For that the
one thread that delivers would spend on each event what several more writes cost, and every browser would have to
decompress each. Events become much smaller only together, as one message; but sixteen that come together are sixteen frames
in one write, and joining them would be another protocol for the sake of a burst. Who is far away and long gone, and gets much
at once, gets pages of history over HTTP. What comes from a client would have to be decompressed within bounds, too, and texts
of strangers beside secrets are not to be compressed together. The page itself is compressed, once, when it is built.
";
