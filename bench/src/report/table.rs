//! Tables and numbers, as people read them.

use std::fmt;

/// A Markdown table, its columns aligned so that the page reads well unrendered too.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        Self { rows: vec![columns.iter().map(|&column| column.to_owned()).collect()] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if number == 0 {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
                writeln!(f, "|{}|", lines.join("|"))?;
            }
        }
        Ok(())
    }
}

/// Microseconds.
pub(super) fn micros(micros: f64) -> String {
    format!("{micros:.2} µs")
}

/// Milliseconds, from seconds.
pub(super) fn millis(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

/// The lowest and the highest.
pub(super) fn range(values: impl Iterator<Item = f64> + Clone) -> String {
    let low = values.clone().fold(f64::INFINITY, f64::min);
    format!("{low:.2} to {:.2}", values.fold(f64::NEG_INFINITY, f64::max))
}

/// How many times as much, when there was something to compare with.
pub(super) fn times(ratio: f64) -> String {
    if ratio.is_nan() { "-".to_owned() } else { format!("{ratio:.2}") }
}

/// A share of one.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// KiB, from bytes.
pub(super) fn kib(bytes: f64) -> String {
    format!("{:.1} KiB", bytes / 1024.0)
}

/// MiB, from bytes.
pub(super) fn mib(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / 1024.0 / 1024.0)
}

/// Kilobytes of 1,000, from bytes.
pub(super) fn kilobytes(bytes: u64) -> String {
    format!("{} KB", whole(bytes as f64 / 1000.0))
}

/// A whole number with a comma between the thousands.
pub(super) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!(
            ["1", "999", "1,000", "1,234,567"],
            [1.0, 999.4, 999.6, 1_234_567.0].map(whole).as_slice()
        );
    }

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(&["server", "µs"]);
        table.row(vec!["a".to_owned(), "12.5".to_owned()]);
        assert_eq!(table.to_string(), "| server | µs   |\n|--------|------|\n| a      | 12.5 |\n");
    }

    #[test]
    fn numbers_have_their_units() {
        assert_eq!(
            [micros(0.456), millis(0.0123), percent(0.5), kib(2048.0), kilobytes(149_600), times(1.5)],
            ["0.46 µs", "12.3 ms", "50 %", "2.0 KiB", "150 KB", "1.50"]
        );
        assert_eq!(mib(300 << 20), "300 MiB");
        assert_eq!(range([2.0, 1.0, 3.0].into_iter()), "1.00 to 3.00");
    }
}
