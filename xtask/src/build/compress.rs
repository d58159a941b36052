//! The compressed forms of each file of the page, made once here instead of at each request.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// What a browser can be given instead of a file, by the ending of its name.
type Form = (&'static str, fn(&[u8]) -> Result<Vec<u8>>);

const FORMS: [Form; 2] = [("br", brotli), ("gz", gzip)];

/// Writes `x.br` and `x.gz` beside each file `x` that they are smaller than.
pub(crate) fn beside_each(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        let plain = fs::read(&file)?;
        for (ending, compress) in FORMS {
            let compressed =
                compress(&plain).with_context(|| format!("cannot compress {}", file.display()))?;
            let beside = with_ending(&file, ending);
            if compressed.len() < plain.len() {
                fs::write(beside, compressed)?;
            } else if beside.exists() {
                fs::remove_file(beside)?;
            }
        }
    }
    Ok(())
}

/// Every file in the folder and below that is not itself a compressed form, in the order of the names.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else if !FORMS.iter().any(|(ending, _)| path.extension().is_some_and(|own| own == *ending)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// `page.js` and `br` give `page.js.br`.
pub(crate) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shrinks_has_both_forms_beside_it_and_what_does_not_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        let text = "마루 ".repeat(500);
        fs::write(below.join("text.css"), &text).unwrap();
        fs::write(folder.path().join("tiny.js"), "1").unwrap();

        beside_each(folder.path()).unwrap();

        let mut unpacked = Vec::new();
        let packed = fs::read(below.join("text.css.br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        assert_eq!(fs::read(below.join("text.css.gz")).unwrap()[..2], [0x1f, 0x8b]);
        assert!(!folder.path().join("tiny.js.br").exists());
        assert!(!folder.path().join("tiny.js.gz").exists());
        assert_eq!(files(folder.path()).unwrap(), [below.join("text.css"), folder.path().join("tiny.js")]);
    }
}
