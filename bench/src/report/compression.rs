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
**Maru does not compress.** Half of an event are ids, which are random, and the rest is too short to repeat itself: without
context takeover some fifth of its bytes is spared, in long texts hardly more, and what is spared of a usual one is less than
what TCP and IP put before it. The server would gain nothing: a write costs the kernel some 2.7 µs whether it has 128
bytes or 1,024, and compressing costs as much as two or three of them, which in a large room is little, once for all, and in a
small one more than all its deliveries. Sixteen events that come together are sixteen frames in one write, and each of them
is compressed by itself; that they would be small as one message would be gained by another form of them, and not by this. With
context takeover, which spares the most, each connection would have a window of its own: of 32 KiB, where an idle one is to
have 2. The page, which is what weighs, is compressed once, when it is built.
";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rows::compression::Level;

    #[test]
    fn what_is_spared_is_a_share_of_the_plain_bytes() {
        let level = |bytes, micros| Level { bytes, cpu: Duration::from_micros(micros) };
        let levels = [level(150.0, 6), level(100.0, 7)];
        let deflated = vec![Deflated { what: "an event", plain: 200.0, levels }];
        let mut page = String::new();
        write(&mut page, &Results { deflated, ..Results::default() }).unwrap();
        let told = page.lines().find(|line| line.starts_with("| an event")).unwrap();
        let cells: Vec<&str> = told.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells, ["an event", "200", "150", "25 %", "6.00 µs", "100", "50 %", "7.00 µs"]);
    }
}
