//! The operating guide tells every setting that the server has, and no other.

use std::fs;

use anyhow::{Result, bail};

use crate::{place, program::Program};

const GUIDE: &str = "docs/operating.md";

/// Compares the tables of the guide with what the built server's `--help` says.
pub(crate) fn check() -> Result<()> {
    let help = Program::new(place::server()?).words("--help").read()?;
    let guide = fs::read_to_string(place::root().join(GUIDE))?;
    let complaints = complaints(&help, &guide);
    for complaint in &complaints {
        println!("{complaint}");
    }
    if !complaints.is_empty() {
        bail!("{GUIDE} does not tell what `maru --help` does");
    }
    println!("{GUIDE} tells every setting, with its default");
    Ok(())
}

fn complaints(help: &str, guide: &str) -> Vec<String> {
    let settings = settings(help);
    let rows: Vec<_> = guide.lines().filter_map(row).collect();
    let mut complaints = Vec::new();
    for Setting { flag, environment, default } in &settings {
        let Some((_, row)) = rows.iter().find(|(named, _)| named == flag) else {
            complaints.push(format!("{GUIDE}: {flag} has no row"));
            continue;
        };
        for said in [environment, default].into_iter().flatten() {
            if !row.contains(said.as_str()) {
                complaints.push(format!("{GUIDE}: the row of {flag} does not say {said}"));
            }
        }
    }
    let gone = rows.iter().filter(|(named, _)| settings.iter().all(|setting| setting.flag != *named));
    complaints.extend(gone.map(|(named, _)| format!("{GUIDE}: there is no {named}")));
    complaints
}

struct Setting {
    flag: String,
    environment: Option<String>,
    default: Option<String>,
}

fn settings(help: &str) -> Vec<Setting> {
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let between = |text: &str, from: &str, to: &str| {
        text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(found, _)| found.to_owned())
    };
    // A flag is followed by what it takes; where the prose names one, it is not.
    let starts: Vec<_> = help
        .match_indices(" --")
        .filter(|(at, _)| help[at + 1..].split(' ').nth(1).is_some_and(|next| next.starts_with('<')))
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([help.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let block = &help[start + 1..end];
            Setting {
                flag: block.split(' ').next().unwrap_or_default().to_owned(),
                environment: between(block, "[env: ", "="),
                default: between(block, "[default: ", "]"),
            }
        })
        .collect()
}

/// The flag that a row of a table begins with, and the row without its marks.
fn row(line: &str) -> Option<(String, String)> {
    let flag = line.strip_prefix("| `--")?.split('`').next()?;
    Some((format!("--{flag}"), line.replace('`', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "Usage: maru [OPTIONS]

      --listen <ADDRESS:PORT>
          The address and port to listen on [default: 127.0.0.1:8080]. Port 0 takes a free one
          
          [env: MARU_LISTEN=]

      --data <DIRECTORY>
          As with --listen, it matters [default:
          ./maru-data]

      -h, --help
          Print help";

    #[test]
    fn a_guide_that_tells_the_same_is_silent() {
        let guide = "| `--listen` | `MARU_LISTEN` | `127.0.0.1:8080` | where |\n| `--data` | `./maru-data` |";
        assert_eq!(complaints(HELP, guide), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_wrong_or_gone_is_found() {
        let guide = "| `--listen` | `MARU_LISTEN` | `127.0.0.1:9090` |\n| `--gossip` | 1 |";
        assert_eq!(
            complaints(HELP, guide),
            [
                "docs/operating.md: the row of --listen does not say 127.0.0.1:8080",
                "docs/operating.md: --data has no row",
                "docs/operating.md: there is no --gossip",
            ]
        );
    }
}
