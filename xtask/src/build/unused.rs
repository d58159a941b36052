//! Functions of the wasm that nobody can call. No tool knows that of those that stand in its table of functions, as they could
//! be called by their number: but what would make them is gone.

use std::{collections::BTreeSet, str};

use anyhow::{Context, Result, bail};

/// What is in the names of such functions: streams between the two languages, which Leptos has for its servers.
const UNUSED: [&str; 2] = ["future_to_promise", "wasm_streams"];

/// So many bytes are before the first section.
const HEAD: usize = 8;
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;
/// A function without variables that does nothing but stop.
const STOPS: &[u8] = &[0, 0x00, 0x0b];

/// The wasm in which each of them only stops, so that what only they call can be taken away.
pub(super) fn stopped(wasm: &[u8]) -> Result<Vec<u8>> {
    let (head, sections) = wasm.split_at_checked(HEAD).context("this is no wasm")?;
    let mut sections = Bytes(sections);
    let mut all = Vec::new();
    while !sections.0.is_empty() {
        all.push((sections.byte()?, sections.counted()?));
    }
    let imported = all.iter().find(|(kind, _)| *kind == IMPORTS);
    let imported = imported.map_or(Ok(0), |(_, imports)| functions_among(Bytes(imports)))?;
    let mut unused = BTreeSet::new();
    for (_, named) in all.iter().filter(|(kind, _)| *kind == CUSTOM) {
        unused.extend(unused_in(Bytes(named))?);
    }
    let mut lean = head.to_vec();
    for (kind, section) in all {
        lean.push(kind);
        if kind == CODE {
            let mut bodies = Bytes(section);
            let count = bodies.number()?;
            let mut code = Vec::new();
            put_number(&mut code, count);
            for place in 0..count {
                let body = bodies.counted()?;
                put(&mut code, if unused.contains(&(imported + place)) { STOPS } else { body });
            }
            put(&mut lean, &code);
        } else {
            put(&mut lean, section);
        }
    }
    Ok(lean)
}

/// How many of the imports are functions: they have the first numbers.
fn functions_among(mut imports: Bytes<'_>) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..imports.number()? {
        (imports.counted()?, imports.counted()?);
        match imports.byte()? {
            0 => {
                imports.number()?;
                functions += 1;
            }
            1 => {
                imports.byte()?;
                imports.limits()?;
            }
            2 => imports.limits()?,
            3 => _ = (imports.byte()?, imports.byte()?),
            kind => bail!("an import of kind {kind}"),
        }
    }
    Ok(functions)
}

/// The numbers of those that have such a name, where this section gives names to functions.
fn unused_in(mut section: Bytes<'_>) -> Result<BTreeSet<usize>> {
    let mut unused = BTreeSet::new();
    if section.counted()? != b"name" {
        return Ok(unused);
    }
    while !section.0.is_empty() {
        let of_functions = section.byte()? == 1;
        let mut names = Bytes(section.counted()?);
        if of_functions {
            for _ in 0..names.number()? {
                let (number, name) = (names.number()?, str::from_utf8(names.counted()?)?);
                if UNUSED.iter().any(|part| name.contains(part)) {
                    unused.insert(number);
                }
            }
        }
    }
    Ok(unused)
}

/// What is still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the wasm ends too soon")?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number without an end");
    }

    /// As many bytes as are said before them.
    fn counted(&mut self) -> Result<&'a [u8]> {
        let count = self.number()?;
        let (counted, rest) = self.0.split_at_checked(count).context("the wasm ends too soon")?;
        self.0 = rest;
        Ok(counted)
    }

    fn limits(&mut self) -> Result<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Ok(())
    }
}

fn put(into: &mut Vec<u8>, counted: &[u8]) {
    put_number(into, counted.len());
    into.extend(counted);
}

fn put_number(into: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, inside: &[u8]) -> Vec<u8> {
        let mut section = vec![kind];
        put(&mut section, inside);
        section
    }

    /// A function is imported, and each of the others has its name and its body.
    fn wasm(functions: &[(&str, &[u8])]) -> Vec<u8> {
        let mut names = vec![functions.len() as u8];
        let mut code = names.clone();
        for (place, (name, body)) in functions.iter().enumerate() {
            names.push(place as u8 + 1);
            put(&mut names, name.as_bytes());
            put(&mut code, body);
        }
        let mut named = b"\x04name".to_vec();
        named.extend(section(1, &names));
        let imports = b"\x02\x01m\x01t\x01\x70\x01\x01\x09\x01m\x01f\x00\x00";
        let sections = [section(IMPORTS, imports), section(CODE, &code), section(CUSTOM, &named)];
        [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
    }

    #[test]
    fn only_those_that_nobody_can_call_stop() {
        let (long, short): (Vec<u8>, &[u8]) = (vec![1; 300], &[0, 0x0b]);
        let streams = "core::ops::FnOnce<wasm_streams::Sink>";
        let before = wasm(&[
            ("page", &long),
            (streams, &long),
            ("future_to_promise::{{closure}}", short),
            ("at_end", short),
        ]);
        let after = wasm(&[
            ("page", &long),
            (streams, STOPS),
            ("future_to_promise::{{closure}}", STOPS),
            ("at_end", short),
        ]);
        assert_eq!(stopped(&before).unwrap(), after);
    }

    #[test]
    fn what_is_no_wasm_is_refused() {
        let whole = wasm(&[("page", &[0, 0x0b])]);
        assert!(stopped(b"wasm").is_err());
        assert!(stopped(&whole[..whole.len() - 1]).is_err());
    }
}
